//! `transactions`: the merchant's view of the ledger, one for each transfer that moved the available balance.

use super::{Request, page};
use crate::ledger::{available, money};
use crate::refusal::{Outcome, not_found};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::Timestamp;
use okpay::api::{ListTransactions, Transaction, TransactionType};
use sqlx::Row;
use sqlx::any::AnyRow;

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListTransactions = request.query()?;
    let known = !matches!(asked.transaction_type, Some(TransactionType::Unknown { .. }));
    validate::known("type", known, &TransactionType::KNOWN.iter().map(TransactionType::as_str).collect::<Vec<_>>())?;
    let limit = validate::limit(asked.limit)?;
    let before = match &asked.after {
        Some(after) => find(work, after).await.map_err(|refusal| refusal.at("after"))?.1,
        None => i64::MAX,
    };
    let rows = sqlx::query(
        "SELECT t.id, t.kind, t.source, t.reference, t.seq, t.created, p.currency, CAST(SUM(p.amount) AS BIGINT) AS amount \
         FROM transfers t JOIN postings p ON p.transfer = t.id WHERE p.ledger_account = $1 AND t.seq < $2 \
         AND ($3 = '' OR p.currency = $3) AND ($4 = '' OR t.kind = $4) AND ($5 = '' OR t.source = $5) \
         GROUP BY t.id, t.kind, t.source, t.reference, t.seq, t.created, p.currency ORDER BY t.seq DESC LIMIT $6",
    )
    .bind(available(&work.account))
    .bind(before)
    .bind(asked.currency.map_or("", |currency| currency.code()))
    .bind(asked.transaction_type.map(|kind| kind.to_string()).unwrap_or_default())
    .bind(asked.source.unwrap_or_default())
    .bind(limit + 1)
    .fetch_all(work.tx.conn())
    .await?;
    let mut data = rows.iter().map(read).collect::<Outcome<Vec<_>>>()?;
    let more = data.len() > usize::try_from(limit).unwrap_or_default();
    if more {
        data.pop();
    }
    let next = data.last().filter(|_| more).map(|last| last.id.clone());
    page(data, next)
}

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&find(work, &request.id).await?.0)
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
