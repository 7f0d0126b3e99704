//! `transactions`: the merchant's view of the ledger.

use super::{Request, page};
use crate::domain::transactions::{self, Part};
use crate::refusal::{Outcome, refuse_at};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::ErrorCode;
use okpay::api::{ListTransactions, TransactionType};

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListTransactions = request.query()?;
    let known = !matches!(asked.transaction_type, Some(TransactionType::Unknown { .. }));
    validate::known("type", known, &TransactionType::KNOWN.iter().map(TransactionType::as_str).collect::<Vec<_>>())?;
    if let (Some(from), Some(until)) = (asked.created_from, asked.created_until)
        && from >= until
    {
        return Err(refuse_at(ErrorCode::InvalidField, "created_until", "created_until is later than created_from"));
    }
    let limit = validate::limit(asked.limit)?;
    let before = match &asked.after {
        Some(after) => transactions::find(work, after).await.map_err(|refusal| refusal.at("after"))?.1,
        None => i64::MAX,
    };
    let mut data = transactions::list(work, &Part::of(&asked), before, limit + 1).await?;
    let more = data.len() > usize::try_from(limit).unwrap_or_default();
    if more {
        data.pop();
    }
    let next = data.last().filter(|_| more).map(|last| last.id.clone());
    page(data, next)
}

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&transactions::find(work, &request.id).await?.0)
}
