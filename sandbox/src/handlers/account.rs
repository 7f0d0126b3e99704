//! `account`.

use super::Request;
use crate::domain::{account, freeze, step_up};
use crate::refusal::Outcome;
use crate::validate;
use crate::work::{Reply, Work};
use okpay::api::{ConfirmChange, FreezeAccount, FreezeReason};

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&account::shown(account::load(work).await?, work.now))
}

/// Without a proof: whoever sees that something is wrong must not have to look for a code first.
pub(super) async fn freeze(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let FreezeAccount { note } = request.body()?;
    validate::text("note", note.as_deref(), 500)?;
    let detail = note.unwrap_or_else(|| "its holder asked for it".to_owned());
    let account = freeze::freeze(work, FreezeReason::OwnRequest, detail, None).await?;
    Reply::of(&account::shown(account, work.now))
}

pub(super) async fn thaw(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let ConfirmChange { confirmation } = request.body()?;
    freeze::check_own(&account::load(work).await?)?;
    step_up::of_holder(work, &confirmation).await?;
    let account = freeze::thaw(work).await?;
    Reply::of(&account::shown(account, work.now))
}
