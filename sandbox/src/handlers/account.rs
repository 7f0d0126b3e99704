//! `account`.

use super::Request;
use crate::domain::account;
use crate::refusal::Outcome;
use crate::work::{Reply, Work};

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&account::shown(account::load(work).await?, work.now))
}
