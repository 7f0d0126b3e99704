//! `withdrawals`.

use super::{Request, page};
use crate::domain::step_up::{self, Tried};
use crate::domain::{withdrawal_quotes, withdrawals};
use crate::magic::WITHDRAWALS;
use crate::refusal::{Outcome, Refusal};
use crate::store::objects::{self, Filter};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::api::{ConfirmWithdrawal, ListWithdrawals, NewWithdrawal, NewWithdrawalQuote, Withdrawal, WithdrawalStatus};

pub(super) async fn quote(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let new: NewWithdrawalQuote = request.body()?;
    validate::positive("amount", new.amount)?;
    let quote = withdrawal_quotes::create(work, new).await?;
    Reply::made(&quote.id, &quote)
}

pub(super) async fn create(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let new: NewWithdrawal = request.body()?;
    check(&new)?;
    let withdrawal = withdrawals::create(work, new).await?;
    Reply::made(&withdrawal.body.id, &withdrawal.body)
}

/// Refuses what cannot be a withdrawal.
pub(crate) fn check(new: &NewWithdrawal) -> Outcome<()> {
    validate::positive("amount", new.amount)?;
    validate::labels(new.reference.as_deref(), &new.metadata)?;
    validate::magic(&new.metadata, WITHDRAWALS.iter().map(|magic| magic.value))
}

pub(super) async fn confirm(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let ConfirmWithdrawal { confirmation } = request.body()?;
    step_up::check(&confirmation)?;
    let mut withdrawal = work.get::<Withdrawal>(&request.id).await?;
    match withdrawals::confirm(work, &mut withdrawal, &confirmation).await? {
        Tried::Passed => Reply::made(&withdrawal.body.id, &withdrawal.body),
        Tried::Wrong(left) => Err(wrong_code(&withdrawal.body.id, left)),
    }
}

/// A wrong code for what is confirmed once only.
pub(super) fn wrong_code(id: &str, left: u32) -> Refusal {
    let detail = match left {
        0 => "the code is wrong, and no attempt is left: make it anew".to_owned(),
        left => format!("the code is wrong; attempts left: {left}"),
    };
    step_up::wrong(detail, Some(id.to_owned()))
}

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&work.get::<Withdrawal>(&request.id).await?.body)
}

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListWithdrawals = request.query()?;
    let known = !matches!(asked.status, Some(WithdrawalStatus::Unknown { .. }));
    validate::known("status", known, &WithdrawalStatus::KNOWN.iter().map(WithdrawalStatus::as_str).collect::<Vec<_>>())?;
    let filter = Filter {
        status: asked.status.map(|status| status.to_string()),
        reference: asked.reference,
        parent: asked.destination,
        after: asked.after,
        limit: validate::limit(asked.limit)?,
    };
    let (found, next) = objects::list::<Withdrawal>(&mut work.tx, &work.account, &filter).await?;
    page(found.into_iter().map(|withdrawal| withdrawal.body).collect(), next)
}

pub(super) async fn cancel(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    let mut withdrawal = work.get::<Withdrawal>(&request.id).await?;
    withdrawals::cancel(work, &mut withdrawal).await?;
    Reply::of(&withdrawal.body)
}
