//! `transfers`.

use super::withdrawals::wrong_code;
use super::{Request, page};
use crate::domain::step_up::{self, Tried};
use crate::domain::transfers;
use crate::refusal::Outcome;
use crate::store::objects::{self, Filter};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::api::{ConfirmTransfer, ListTransfers, NewTransfer, Transfer, TransferStatus};

pub(super) async fn create(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let new: NewTransfer = request.body()?;
    check(&new)?;
    let transfer = transfers::create(work, new).await?;
    Reply::made(&transfer.body.id, &transfer.body)
}

/// Refuses what cannot be a transfer.
pub(crate) fn check(new: &NewTransfer) -> Outcome<()> {
    validate::positive("amount", new.amount)?;
    validate::text("recipient", Some(&new.recipient), 254)?;
    validate::text("description", new.description.as_deref(), 500)?;
    validate::labels(new.reference.as_deref(), &new.metadata)
}

pub(super) async fn confirm(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let ConfirmTransfer { confirmation } = request.body()?;
    step_up::check(&confirmation)?;
    let mut transfer = work.get::<Transfer>(&request.id).await?;
    match transfers::confirm(work, &mut transfer, &confirmation).await? {
        Tried::Passed => Reply::made(&transfer.body.id, &transfer.body),
        Tried::Wrong(left) => Err(wrong_code(&transfer.body.id, left)),
    }
}

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&work.get::<Transfer>(&request.id).await?.body)
}

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListTransfers = request.query()?;
    let known = !matches!(asked.status, Some(TransferStatus::Unknown { .. }));
    validate::known("status", known, &TransferStatus::KNOWN.iter().map(TransferStatus::as_str).collect::<Vec<_>>())?;
    let filter = Filter {
        status: asked.status.map(|status| status.to_string()),
        reference: asked.reference,
        after: asked.after,
        limit: validate::limit(asked.limit)?,
        parent: None,
    };
    let (found, next) = objects::list::<Transfer>(&mut work.tx, &work.account, &filter).await?;
    page(found.into_iter().map(|transfer| transfer.body).collect(), next)
}
