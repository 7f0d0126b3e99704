//! The replay guard's statements for SQLite 3.35 and later, with their values: for whatever library holds the merchant's connection.

use super::replay::{ClaimToken, KEPT_MILLIS, check_claim, claim_lost};
use crate::error::OkpayError;
use crate::timestamp::Timestamp;

/// Times are milliseconds since 1970. `fence` rises with each claim and release of an id. The row stays after a release, and a row that is
/// made anew after 30 days starts with the time, so that no fence comes twice.
pub const CREATE: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS okpay_webhooks (
        consumer TEXT NOT NULL,
        id TEXT NOT NULL,
        fence INTEGER NOT NULL,
        lease_until INTEGER NOT NULL,
        done INTEGER NOT NULL DEFAULT 0,
        kept_until INTEGER NOT NULL,
        PRIMARY KEY (consumer, id)
    ) STRICT, WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS okpay_webhooks_by_end ON okpay_webhooks (kept_until)",
];

/// A statement, and what goes in the place of its question marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The text.
    pub sql: &'static str,
    /// The values, in the order of the question marks.
    pub values: Vec<Value>,
}

/// A value in a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A whole number.
    Whole(i64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

/// Forgets what is older than 30 days; before [`take`].
#[must_use]
pub fn sweep(now: Timestamp) -> Statement {
    Statement { sql: "DELETE FROM okpay_webhooks WHERE kept_until <= ?", values: vec![now.millis().into()] }
}

/// Takes an id if it may be had, and gives its fence in one row: one statement, so that of two workers only one gets it. Without a row,
/// [`is_done`] tells why. Commit it before the work begins.
///
/// # Errors
/// `invalid_parameter`, as [`ReplayStore::claim`](super::ReplayStore::claim).
pub fn take(consumer: &str, id: &str, lease_secs: u32, now: Timestamp) -> Result<Statement, OkpayError> {
    check_claim(consumer, id, lease_secs)?;
    let (lease_until, kept_until) = (now.plus_secs(lease_secs.into()).millis(), now.plus_millis(KEPT_MILLIS).millis());
    Ok(Statement {
        sql: "INSERT INTO okpay_webhooks (consumer, id, fence, lease_until, kept_until) VALUES (?, ?, max(?, 1), ?, ?)
              ON CONFLICT (consumer, id) DO UPDATE
                 SET fence = fence + 1, lease_until = excluded.lease_until, kept_until = excluded.kept_until
                 WHERE done = 0 AND lease_until <= ?
              RETURNING fence",
        values: vec![consumer.into(), id.into(), now.millis().into(), lease_until.into(), kept_until.into(), now.millis().into()],
    })
}

/// 1 in one row if the id was handled.
#[must_use]
pub fn is_done(consumer: &str, id: &str) -> Statement {
    Statement { sql: "SELECT done FROM okpay_webhooks WHERE consumer = ? AND id = ?", values: vec![consumer.into(), id.into()] }
}

/// Marks a claimed id as handled, inside the transaction that does the work. Give [`completed`] the number of rows that it changed.
#[must_use]
pub fn complete(token: &ClaimToken, now: Timestamp) -> Statement {
    let kept_until = now.plus_millis(KEPT_MILLIS).millis();
    Statement {
        sql: "UPDATE okpay_webhooks SET done = 1, kept_until = ? WHERE consumer = ? AND id = ? AND fence = ?",
        values: vec![kept_until.into(), token.consumer.as_str().into(), token.id.as_str().into(), fence(token).into()],
    }
}

/// What the rows that [`complete`] has changed mean.
///
/// # Errors
/// `replay_guard_failed` if there are none, since the id was claimed again: let the transaction roll back.
pub fn completed(changed_rows: usize) -> Result<(), OkpayError> {
    match changed_rows {
        0 => Err(claim_lost()),
        _ => Ok(()),
    }
}

/// Gives a claimed id back unhandled.
#[must_use]
pub fn release(token: &ClaimToken) -> Statement {
    Statement {
        sql: "UPDATE okpay_webhooks SET fence = fence + 1, lease_until = ? WHERE consumer = ? AND id = ? AND fence = ? AND done = 0",
        values: vec![i64::MIN.into(), token.consumer.as_str().into(), token.id.as_str().into(), fence(token).into()],
    }
}

/// The fence as SQLite holds it; one that it cannot hold was never given out.
fn fence(token: &ClaimToken) -> i64 {
    i64::try_from(token.fence).unwrap_or(0)
}
