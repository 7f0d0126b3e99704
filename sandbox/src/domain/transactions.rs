//! The account's own view of the ledger: one transaction for each transfer that moved its available balance.

use crate::ledger::{available, money};
use crate::refusal::{Outcome, not_found};
use crate::work::Work;
use okpay::api::{ListTransactions, Transaction, TransactionType};
use okpay::{Currency, Money, Timestamp};
use sqlx::Row;
use sqlx::any::AnyRow;

/// Which part of them.
#[derive(Debug, Default)]
pub(crate) struct Part {
    pub(crate) currency: Option<Currency>,
    pub(crate) kind: Option<TransactionType>,
    pub(crate) source: Option<String>,
    pub(crate) reference: Option<String>,
    pub(crate) from: Option<Timestamp>,
    pub(crate) until: Option<Timestamp>,
}

impl Part {
    /// What a list asks for.
    pub(crate) fn of(asked: &ListTransactions) -> Self {
        Self {
            currency: asked.currency,
            kind: asked.transaction_type.clone(),
            source: asked.source.clone(),
            reference: asked.reference.clone(),
            from: asked.created_from,
            until: asked.created_until,
        }
    }
}

/// Newest first, those before a place in the order, and at most so many.
pub(crate) async fn list(work: &mut Work<'_>, part: &Part, before: i64, most: i64) -> Outcome<Vec<Transaction>> {
    let rows = sqlx::query(
        "SELECT t.id, t.kind, t.source, t.reference, t.seq, t.created, p.currency, CAST(SUM(p.amount) AS BIGINT) AS amount \
         FROM transfers t JOIN postings p ON p.transfer = t.id WHERE p.ledger_account = $1 AND t.seq < $2 \
         AND ($3 = '' OR p.currency = $3) AND ($4 = '' OR t.kind = $4) AND ($5 = '' OR t.source = $5) \
         AND ($6 = '' OR t.reference = $6) AND t.created >= $7 AND t.created < $8 \
         GROUP BY t.id, t.kind, t.source, t.reference, t.seq, t.created, p.currency ORDER BY t.seq DESC LIMIT $9",
    )
    .bind(available(&work.account))
    .bind(before)
    .bind(part.currency.map_or("", |currency| currency.code()))
    .bind(part.kind.as_ref().map(ToString::to_string).unwrap_or_default())
    .bind(part.source.clone().unwrap_or_default())
    .bind(part.reference.clone().unwrap_or_default())
    .bind(part.from.map_or(i64::MIN, Timestamp::millis))
    .bind(part.until.map_or(i64::MAX, Timestamp::millis))
    .bind(most)
    .fetch_all(work.tx.conn())
    .await?;
    rows.iter().map(read).collect()
}

/// A transaction, and its place in the order.
pub(crate) async fn find(work: &mut Work<'_>, id: &str) -> Outcome<(Transaction, i64)> {
    let row = sqlx::query(
        "SELECT t.id, t.kind, t.source, t.reference, t.seq, t.created, p.currency, CAST(SUM(p.amount) AS BIGINT) AS amount \
         FROM transfers t JOIN postings p ON p.transfer = t.id WHERE p.ledger_account = $1 AND t.id = $2 \
         GROUP BY t.id, t.kind, t.source, t.reference, t.seq, t.created, p.currency",
    )
    .bind(available(&work.account))
    .bind(id.to_owned())
    .fetch_optional(work.tx.conn())
    .await?;
    let row = row.ok_or_else(|| not_found("transaction", id))?;
    Ok((read(&row)?, row.try_get("seq")?))
}

fn read(row: &AnyRow) -> Outcome<Transaction> {
    let (kind, currency): (String, String) = (row.try_get("kind")?, row.try_get("currency")?);
    Ok(Transaction {
        id: row.try_get("id")?,
        transaction_type: TransactionType::from(kind.as_str()),
        amount: money(row.try_get("amount")?, &currency)?,
        source: row.try_get("source")?,
        reference: row.try_get("reference")?,
        created: Timestamp::from_millis(row.try_get("created")?),
        livemode: false,
    })
}

/// What was available at a moment, by currency.
pub(crate) async fn balances_at(work: &mut Work<'_>, at: Timestamp) -> Outcome<Vec<Money>> {
    let rows = sqlx::query(
        "SELECT p.currency, CAST(SUM(p.amount) AS BIGINT) AS amount FROM postings p JOIN transfers t ON t.id = p.transfer \
         WHERE p.ledger_account = $1 AND t.created < $2 GROUP BY p.currency ORDER BY p.currency",
    )
    .bind(available(&work.account))
    .bind(at.millis())
    .fetch_all(work.tx.conn())
    .await?;
    let read = |row: &AnyRow| {
        let currency: String = row.try_get("currency")?;
        Ok(money(row.try_get("amount")?, &currency)?)
    };
    rows.iter().map(read).collect()
}
