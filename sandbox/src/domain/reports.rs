//! Reports: asked for, made by a job once all that falls into them is booked, and kept as they were made.

use super::report_files::{Contents, csv_text, json_text};
use super::resources::Nothing;
use super::steps;
use super::transactions::{self, Part};
use crate::jobs::{self, JobKind};
use crate::magic::{METADATA_KEY, REPORT_FAILS};
use crate::refusal::{Outcome, Refusal, refuse, refuse_at};
use crate::store::objects::Stored;
use crate::work::Work;
use okpay::api::{
    EventType, NewReport, Report, ReportBalance, ReportDownload, ReportFailure, ReportFile, ReportFormat, ReportGroup, ReportStatus,
    ReportType, Transaction,
};
use okpay::{Currency, ErrorCode, Money};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// How long the gateway takes over one.
const MAKE_SECS: i64 = 5;

/// The most rows of a report.
const MOST: i64 = 10_000;

/// Asks for a report.
pub(crate) async fn create(work: &mut Work<'_>, new: NewReport) -> Outcome<Stored<Report>> {
    if new.period_end <= new.period_start {
        return Err(refuse_at(ErrorCode::InvalidField, "period_end", "period_end is later than period_start"));
    }
    if new.period_end > work.now {
        return Err(refuse_at(ErrorCode::InvalidField, "period_end", format!("it is only {}: period_end is not in the future", work.now)));
    }
    let body = Report {
        id: work.id("rep_"),
        report_type: new.report_type,
        status: ReportStatus::Pending,
        period_start: new.period_start,
        period_end: new.period_end,
        currency: new.currency,
        rows: 0,
        balances: Vec::new(),
        groups: Vec::new(),
        files: Vec::new(),
        failure_reason: None,
        reference: new.reference,
        metadata: new.metadata,
        idempotency_key: work.idempotency_key(),
        created: work.now,
        version: 1,
        livemode: false,
    };
    let report = steps::begin(work, body, Nothing {}, EventType::ReportCreated).await?;
    jobs::schedule(work, work.now.plus_secs(MAKE_SECS), JobKind::MakeReport, &report.body.id, String::new()).await?;
    Ok(report)
}

/// Makes it, from the ledger and from nothing else.
pub(crate) async fn make(work: &mut Work<'_>, report: &mut Stored<Report>) -> Outcome<()> {
    steps::check(report, "finish")?;
    if report.body.metadata.get(METADATA_KEY).is_some_and(|value| value == REPORT_FAILS.0) {
        return fail(work, report, ReportFailure::Unavailable).await;
    }
    let Some(rows) = rows(work, &report.body).await? else {
        return fail(work, report, ReportFailure::TooManyRows).await;
    };
    report.body.rows = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    report.body.balances = balances(work, &report.body).await?;
    report.body.groups = groups(&rows)?;
    let contents = Contents { report: &report.body, rows: &rows };
    let texts = [(ReportFormat::Csv, csv_text(&contents)?), (ReportFormat::Json, json_text(&contents)?)];
    report.body.files = texts.iter().map(|(format, text)| file(&report.body, format, text)).collect();
    for (format, text) in texts {
        keep(work, &report.body.id, &format, text).await?;
    }
    steps::step(work, report, "finish", EventType::ReportReady).await
}

async fn fail(work: &mut Work<'_>, report: &mut Stored<Report>, reason: ReportFailure) -> Outcome<()> {
    report.body.failure_reason = Some(reason);
    steps::step(work, report, "fail", EventType::ReportFailed).await
}

/// Its rows, oldest first, unless there are too many.
async fn rows(work: &mut Work<'_>, report: &Report) -> Outcome<Option<Vec<Transaction>>> {
    let part = Part { currency: report.currency, from: Some(report.period_start), until: Some(report.period_end), ..Part::default() };
    let mut rows = transactions::list(work, &part, i64::MAX, MOST + 1).await?;
    if rows.len() > usize::try_from(MOST).unwrap_or_default() {
        return Ok(None);
    }
    rows.reverse();
    if report.report_type == ReportType::Spending {
        rows.retain(|row| row.amount.minor() < 0);
    }
    Ok(Some(rows))
}

async fn balances(work: &mut Work<'_>, report: &Report) -> Outcome<Vec<ReportBalance>> {
    let mut by_currency = BTreeMap::<Currency, ReportBalance>::new();
    for closing in transactions::balances_at(work, report.period_end).await? {
        let currency = closing.currency();
        by_currency.insert(currency, ReportBalance { currency, opening: Money::zero(currency), closing });
    }
    for opening in transactions::balances_at(work, report.period_start).await? {
        if let Some(balance) = by_currency.get_mut(&opening.currency()) {
            balance.opening = opening;
        }
    }
    Ok(by_currency.into_values().filter(|balance| report.currency.is_none_or(|only| only == balance.currency)).collect())
}

fn groups(rows: &[Transaction]) -> Outcome<Vec<ReportGroup>> {
    let mut groups = BTreeMap::<(Currency, String), ReportGroup>::new();
    for row in rows {
        let key = (row.amount.currency(), row.transaction_type.to_string());
        let zero = Money::zero(row.amount.currency());
        let group =
            groups.entry(key).or_insert_with(|| ReportGroup { transaction_type: row.transaction_type.clone(), count: 0, amount: zero });
        group.count += 1;
        group.amount = group.amount.checked_add(row.amount)?;
    }
    Ok(groups.into_values().collect())
}

fn file(report: &Report, format: &ReportFormat, text: &str) -> ReportFile {
    let day = |at: okpay::Timestamp| at.to_utc().date();
    let media_type = match format {
        ReportFormat::Csv => "text/csv; charset=utf-8; header=present",
        _ => "application/json",
    };
    ReportFile {
        format: format.clone(),
        name: format!("{}-{}-{}.{format}", report.report_type, day(report.period_start), day(report.period_end)),
        media_type: media_type.to_owned(),
        size: u64::try_from(text.len()).unwrap_or_default(),
        sha256: hex::encode(Sha256::digest(text)),
    }
}

async fn keep(work: &mut Work<'_>, report: &str, format: &ReportFormat, text: String) -> Outcome<()> {
    sqlx::query("INSERT INTO report_files (report, format, content) VALUES ($1, $2, $3)")
        .bind(report.to_owned())
        .bind(format.to_string())
        .bind(text)
        .execute(work.tx.conn())
        .await?;
    Ok(())
}

/// A file as it was made.
pub(crate) async fn download(work: &mut Work<'_>, report: &Report, format: &ReportFormat) -> Outcome<ReportDownload> {
    let file = report.files.iter().find(|file| file.format == *format);
    let Some(ReportFile { name, media_type, size, sha256, .. }) = file.cloned() else {
        let detail = format!("the report is {}: it can be downloaded once it is ready", report.status);
        return Err(refuse(ErrorCode::IllegalState, detail));
    };
    let content = sqlx::query_scalar("SELECT content FROM report_files WHERE report = $1 AND format = $2")
        .bind(report.id.clone())
        .bind(format.to_string())
        .fetch_optional(work.tx.conn())
        .await?;
    let content = content.ok_or_else(|| Refusal::Internal(format!("the file of {} is lost", report.id)))?;
    Ok(ReportDownload { report: report.id.clone(), format: format.clone(), name, media_type, size, sha256, content })
}
