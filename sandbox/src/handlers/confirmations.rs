//! `confirmations`: what a trusted device shows, approves and declines.

use super::{Request, page};
use crate::domain::confirmations;
use crate::refusal::Outcome;
use crate::work::{Reply, Work};
use okpay::api::ApproveConfirmation;

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    page(confirmations::waiting(work).await?, None)
}

pub(super) async fn approve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let shown: ApproveConfirmation = request.body()?;
    confirmations::check_trusted(work).await?;
    let decided = confirmations::decide(work, &request.id, Some(shown)).await?;
    Reply::made(&decided.id, &decided)
}

pub(super) async fn decline(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    confirmations::check_trusted(work).await?;
    let decided = confirmations::decide(work, &request.id, None).await?;
    Reply::made(&decided.id, &decided)
}
