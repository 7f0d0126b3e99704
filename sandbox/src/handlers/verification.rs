//! `verification`.

use super::{Request, page};
use crate::domain::{account, limits, verification};
use crate::magic::DOCUMENTS;
use crate::refusal::{Outcome, refuse_at};
use crate::store::objects::{self, Filter};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::ErrorCode;
use okpay::api::{IdentityDocument, IdentityDocumentStatus, IdentityDocumentType, ListIdentityDocuments, NewIdentityDocument};

pub(super) async fn submit(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let new: NewIdentityDocument = request.body()?;
    check(&new)?;
    let document = verification::submit(work, new).await?;
    Reply::made(&document.body.id, &document.body)
}

/// Refuses what cannot be a document.
pub(crate) fn check(new: &NewIdentityDocument) -> Outcome<()> {
    let known = IdentityDocumentType::KNOWN.contains(&new.document_type);
    validate::known("type", known, &IdentityDocumentType::KNOWN.iter().map(IdentityDocumentType::as_str).collect::<Vec<_>>())?;
    if new.sha256.len() != 64 || !new.sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(refuse_at(ErrorCode::InvalidField, "sha256", "a SHA-256 is 64 characters in hex"));
    }
    validate::labels(new.reference.as_deref(), &new.metadata)?;
    validate::magic(&new.metadata, DOCUMENTS.iter().map(|magic| magic.value))
}

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&work.get::<IdentityDocument>(&request.id).await?.body)
}

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListIdentityDocuments = request.query()?;
    let known = !matches!(asked.status, Some(IdentityDocumentStatus::Unknown { .. }));
    validate::known("status", known, &IdentityDocumentStatus::KNOWN.iter().map(IdentityDocumentStatus::as_str).collect::<Vec<_>>())?;
    let status = asked.status.map(|status| status.to_string());
    let filter =
        Filter { status, reference: asked.reference, after: asked.after, limit: validate::limit(asked.limit)?, ..Filter::default() };
    let (found, next) = objects::list::<IdentityDocument>(&mut work.tx, &work.account, &filter).await?;
    page(found.into_iter().map(|document| document.body).collect(), next)
}

pub(super) async fn limits(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    let level = account::load(work).await?.body.verification;
    page(limits::all(&level)?, None)
}
