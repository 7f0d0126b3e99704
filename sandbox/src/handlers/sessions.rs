//! `sessions`.

use super::{Request, page};
use crate::domain::sessions;
use crate::refusal::Outcome;
use crate::store::objects::{self, Filter};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::api::{ListSessions, NewSession, Session, SessionStatus, VerifySession};

pub(super) async fn create(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let new: NewSession = request.body()?;
    validate::text("email", Some(&new.email), 254)?;
    validate::text("label", Some(&new.label), 100)?;
    let session = sessions::create(work, new).await?;
    Reply::made(&session.id, &session)
}

pub(super) async fn verify(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let VerifySession { token } = request.body()?;
    Reply::of(&sessions::verify(work, &token).await?)
}

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListSessions = request.query()?;
    let known = !matches!(asked.status, Some(SessionStatus::Unknown { .. }));
    validate::known("status", known, &SessionStatus::KNOWN.iter().map(SessionStatus::as_str).collect::<Vec<_>>())?;
    let status = asked.status.map(|status| status.to_string());
    let filter = Filter { status, after: asked.after, limit: validate::limit(asked.limit)?, ..Filter::default() };
    let (found, next) = objects::list::<Session>(&mut work.tx, &work.account, &filter).await?;
    page(found.into_iter().map(|session| session.body).collect(), next)
}

pub(super) async fn revoke(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    let mut session = work.get::<Session>(&request.id).await?;
    sessions::revoke(work, &mut session).await?;
    Reply::of(&session.body)
}
