//! The files of a report: CSV by RFC 4180, and JSON.

use crate::refusal::{Outcome, Refusal};
use okpay::Timestamp;
use okpay::api::{Report, ReportBalance, ReportGroup, ReportType, Transaction};
use serde::Serialize;

/// What a file is made of.
pub(crate) struct Contents<'a> {
    pub(crate) report: &'a Report,
    /// Oldest first.
    pub(crate) rows: &'a [Transaction],
}

/// The names of the columns.
const COLUMNS: [&str; 7] = ["id", "type", "amount", "currency", "source", "reference", "created"];

/// One row a movement, lines that end in CR LF, amounts with all their places.
pub(crate) fn csv_text(contents: &Contents<'_>) -> Outcome<String> {
    let broken = |error: &dyn std::fmt::Display| Refusal::Internal(format!("a report could not be written: {error}"));
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(|error| broken(&error))?;
    for row in contents.rows {
        let reference = harmless(row.reference.as_deref().unwrap_or_default());
        let amount = row.amount.amount_text();
        let fields = [
            row.id.as_str(),
            row.transaction_type.as_str(),
            &amount,
            row.amount.currency().code(),
            &row.source,
            &reference,
            &row.created.to_string(),
        ];
        writer.write_record(fields).map_err(|error| broken(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| broken(&error))?;
    String::from_utf8(bytes).map_err(|error| broken(&error))
}

/// A text of somebody else's, which no spreadsheet runs: with an apostrophe before what it would take for a formula, also behind the
/// spaces that some of them skip. Figures are our own, and stay figures.
fn harmless(text: &str) -> String {
    let first = text.trim_start().chars().next();
    let risky = first.is_some_and(|first| "=+-@|%＝＋－＠".contains(first)) || text.starts_with(['\t', '\r', '\n']);
    if risky { format!("'{text}") } else { text.to_owned() }
}

#[derive(Serialize)]
struct Document<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    report_type: &'a ReportType,
    period_start: Timestamp,
    period_end: Timestamp,
    balances: &'a [ReportBalance],
    groups: &'a [ReportGroup],
    rows: &'a [Transaction],
}

/// The same rows, each a transaction of the API.
pub(crate) fn json_text(contents: &Contents<'_>) -> Outcome<String> {
    let Contents { report, rows } = contents;
    let document = Document {
        id: &report.id,
        report_type: &report.report_type,
        period_start: report.period_start,
        period_end: report.period_end,
        balances: &report.balances,
        groups: &report.groups,
        rows,
    };
    Ok(serde_json::to_string(&document)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_made_a_text() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "\t=1", "\rx", "|calc", "%0A", "＝1"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        for text in ["", "order-1", "1-2", "a=b", "'=1"] {
            assert_eq!(harmless(text), text);
        }
    }
}
