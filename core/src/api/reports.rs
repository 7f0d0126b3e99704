//! Reports: what moved the balance between two moments, made in the background and downloaded as CSV or JSON.

use super::TransactionType;
use crate::money::{Currency, Money};
use crate::timestamp::Timestamp;
use okpay_macros::model;
use std::collections::BTreeMap;

/// What a report tells.
#[model(open)]
pub enum ReportType {
    /// All that moved the balance: opening balance and rows add up to the closing balance.
    Settlement,
    /// All that left the balance, fees included.
    Spending,
}

/// Where a report stands.
#[model(open)]
pub enum ReportStatus {
    /// Being made.
    Pending,
    /// To be downloaded.
    Ready,
    /// It could not be made; `failure_reason` says why.
    Failed,
}

/// Why a report could not be made.
#[model(open)]
pub enum ReportFailure {
    /// More than 10,000 rows: ask for less time, or for one currency.
    TooManyRows,
    /// The gateway failed over it: ask again.
    Unavailable,
}

/// The form of a download.
#[model(open)]
pub enum ReportFormat {
    /// Comma-separated values (RFC 4180), one row a movement. A text that a spreadsheet would take for a formula has an apostrophe before it.
    Csv,
    /// One JSON document with the same rows, and texts exactly as they are.
    Json,
}

/// A report to be made.
#[model(params)]
pub struct NewReport {
    /// What it tells.
    #[serde(rename = "type")]
    pub report_type: ReportType,
    /// From this moment on.
    pub period_start: Timestamp,
    /// Up to this moment, which is not in it any more and not in the future.
    pub period_end: Timestamp,
    /// Only this currency.
    pub currency: Option<Currency>,
    /// The merchant's own mark, searchable.
    pub reference: Option<String>,
    /// Up to 50 pairs of the merchant's own.
    pub metadata: BTreeMap<String, String>,
}

/// A report.
#[model]
pub struct Report {
    /// `rep_…`
    pub id: String,
    /// What it tells.
    #[serde(rename = "type")]
    pub report_type: ReportType,
    /// Where it stands.
    pub status: ReportStatus,
    /// From this moment on.
    pub period_start: Timestamp,
    /// Up to this moment, which is not in it any more.
    pub period_end: Timestamp,
    /// Only this currency.
    pub currency: Option<Currency>,
    /// How many rows it has.
    pub rows: u32,
    /// What the balance was at both ends, by currency.
    pub balances: Vec<ReportBalance>,
    /// What its rows come to, by type and currency.
    pub groups: Vec<ReportGroup>,
    /// What can be downloaded.
    pub files: Vec<ReportFile>,
    /// Why it could not be made.
    pub failure_reason: Option<ReportFailure>,
    /// The merchant's own mark.
    pub reference: Option<String>,
    /// The merchant's own pairs.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    /// The key of the call that made it.
    pub idempotency_key: Option<String>,
    /// When it was asked for.
    pub created: Timestamp,
    /// Rises by one per change.
    pub version: u64,
    /// Whether it is about real money.
    pub livemode: bool,
}

/// The available balance at both ends of a report.
#[model]
pub struct ReportBalance {
    /// The currency.
    pub currency: Currency,
    /// Before the first movement.
    pub opening: Money,
    /// After the last one. In a settlement report it is the opening balance and all rows.
    pub closing: Money,
}

/// What the rows of one type come to.
#[model]
pub struct ReportGroup {
    /// What they are.
    #[serde(rename = "type")]
    pub transaction_type: TransactionType,
    /// How many there are.
    pub count: u32,
    /// Their sum; negative for what left.
    pub amount: Money,
}

/// A file of a report.
#[model]
pub struct ReportFile {
    /// Its form.
    pub format: ReportFormat,
    /// Its name, such as `settlement-2026-11-01-2026-12-01.csv`.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its SHA-256, 64 hexadecimal digits.
    pub sha256: String,
}

/// A file with what is in it.
#[model]
pub struct ReportDownload {
    /// The report.
    pub report: String,
    /// Its form.
    pub format: ReportFormat,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its SHA-256, 64 hexadecimal digits; to be held against the file after it was stored: `file_digest` (`fileDigest`) of the SDK's signing
    /// makes the same of its bytes.
    pub sha256: String,
    /// The file, whose UTF-8 bytes the digest is of.
    pub content: String,
}

/// One page of reports, newest first.
#[model(page)]
pub struct ReportPage {
    /// The reports.
    pub data: Vec<Report>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which reports to list.
#[model(params)]
pub struct ListReports {
    /// 1 to 100; 20 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only this status.
    pub status: Option<ReportStatus>,
    /// Only this mark of the merchant's.
    pub reference: Option<String>,
}

/// Which file of a report.
#[model(params)]
pub struct DownloadReport {
    /// The form; CSV by default.
    pub format: Option<ReportFormat>,
}
