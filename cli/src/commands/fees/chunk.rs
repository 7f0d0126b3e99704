//! [`Chunk`]: rows that are computed at once, column by column.

use super::columns::Columns;
use super::with_hint;
use anyhow::{Error, Result};
use csv::StringRecord;
use okpay::fees::{FeeSchedule, QuoteRequest};
use okpay::{Money, OkpayError, Timestamp};
use std::collections::HashMap;

/// How many rows are computed at once: enough to be fast, and little memory.
pub(super) const ROWS: usize = 8192;

/// A row of the file and what it asks.
pub(super) struct Row {
    pub(super) record: StringRecord,
    pub(super) line: u64,
    pub(super) request: QuoteRequest,
}

/// What a row gets.
pub(super) struct Figures {
    pub(super) gross: Money,
    pub(super) fee: Money,
    pub(super) net: Money,
    pub(super) rule: String,
}

/// Rows in the order of the file.
#[derive(Default)]
pub(super) struct Chunk {
    pub(super) rows: Vec<Row>,
}

impl Chunk {
    pub(super) fn is_full(&self) -> bool {
        self.rows.len() >= ROWS
    }

    /// The figures of every row. Rows that ask the same but for the amount share one pass through the schedule.
    pub(super) fn figures(&self, schedule: &FeeSchedule, now: Timestamp, columns: &Columns) -> Result<Vec<Figures>> {
        let mut figures = Vec::with_capacity(self.rows.len());
        for alike in self.alike()? {
            let computed = self.batch(&alike, schedule, now).map_err(|error| self.first_failure(schedule, now, columns, error))?;
            figures.extend(alike.into_iter().zip(computed));
        }
        figures.sort_by_key(|(at, _)| *at);
        Ok(figures.into_iter().map(|(_, figures)| figures).collect())
    }

    /// The places of rows that ask the same but for the amount.
    fn alike(&self) -> Result<Vec<Vec<usize>>> {
        let mut groups: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, row) in self.rows.iter().enumerate() {
            let question = QuoteRequest { amount: Money::zero(row.request.amount.currency()), ..row.request.clone() };
            groups.entry(serde_json::to_string(&question)?).or_default().push(at);
        }
        Ok(groups.into_values().collect())
    }

    fn batch(&self, alike: &[usize], schedule: &FeeSchedule, now: Timestamp) -> Result<Vec<Figures>, OkpayError> {
        let requests = alike.iter().map(|&at| &self.rows[at].request).collect::<Vec<_>>();
        let Some(first) = requests.first() else { return Ok(Vec::new()) };
        let amounts = requests.iter().map(|request| request.amount.minor()).collect::<Vec<_>>();
        let columns = schedule.batch(&amounts, first, now)?;
        let money = |minor: i64| Money::from_minor(i128::from(minor), first.amount.currency());
        let rule = |index: u32| usize::try_from(index).ok().and_then(|index| columns.rule_ids.get(index)).cloned().unwrap_or_default();
        (0..alike.len())
            .map(|row| {
                let (gross, fee, net) = (money(columns.gross[row])?, money(columns.fee[row])?, money(columns.net[row])?);
                Ok(Figures { gross, fee, net, rule: rule(columns.rule[row]) })
            })
            .collect()
    }

    /// The error of the first row of the file that has one, whichever rows were computed first.
    fn first_failure(&self, schedule: &FeeSchedule, now: Timestamp, columns: &Columns, otherwise: OkpayError) -> Error {
        let failing = |row: &Row| schedule.quote(&row.request, now).err().map(|error| (row.line, error));
        let Some((line, error)) = self.rows.iter().find_map(failing) else { return with_hint(otherwise) };
        let place = match error.failure().param.as_deref().and_then(|param| columns.of_param(param)) {
            Some(column) => format!("line {line}: column {column}"),
            None => format!("line {line}"),
        };
        with_hint(error).context(place)
    }
}
