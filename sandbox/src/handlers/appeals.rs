//! `appeals`.

use super::{Request, page};
use crate::domain::appeals;
use crate::magic::APPEALS;
use crate::refusal::{Outcome, refuse_at};
use crate::store::objects::{self, Filter};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::ErrorCode;
use okpay::api::{Appeal, AppealStatus, ListAppeals, NewAppeal};

/// The most characters of what the holder writes.
const LONGEST: usize = 5000;

pub(super) async fn create(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let new: NewAppeal = request.body()?;
    check(&new)?;
    let appeal = appeals::create(work, new).await?;
    Reply::made(&appeal.body.id, &appeal.body)
}

/// Refuses what cannot be an appeal.
fn check(new: &NewAppeal) -> Outcome<()> {
    let length = new.message.chars().count();
    if new.message.trim().is_empty() || length > LONGEST {
        return Err(refuse_at(ErrorCode::InvalidField, "message", format!("message has 1 to {LONGEST} characters")));
    }
    validate::labels(None, &new.metadata)?;
    validate::magic(&new.metadata, APPEALS.iter().map(|magic| magic.value))
}

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&work.get::<Appeal>(&request.id).await?.body)
}

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListAppeals = request.query()?;
    let known = !matches!(asked.status, Some(AppealStatus::Unknown { .. }));
    validate::known("status", known, &AppealStatus::KNOWN.iter().map(AppealStatus::as_str).collect::<Vec<_>>())?;
    let status = asked.status.map(|status| status.to_string());
    let filter = Filter { status, after: asked.after, limit: validate::limit(asked.limit)?, ..Filter::default() };
    let (found, next) = objects::list::<Appeal>(&mut work.tx, &work.account, &filter).await?;
    page(found.into_iter().map(|appeal| appeal.body).collect(), next)
}
