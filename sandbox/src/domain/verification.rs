//! Identity verification: documents are handed in by digest, reviewed, and raise the account's level and with it its limits.

use super::resources::Nothing;
use super::{account, outbox, steps};
use crate::jobs::{self, JobKind};
use crate::magic::{DOCUMENTS, METADATA_KEY};
use crate::refusal::Outcome;
use crate::store::objects::Stored;
use crate::work::Work;
use okpay::api::{
    DocumentRejection, EventType, IdentityDocument, IdentityDocumentStatus, IdentityDocumentType, NewIdentityDocument, VerificationLevel,
};

/// How long a document lies until somebody takes it up, and how long that takes.
const TAKEN_UP_SECS: i64 = 60;
const REVIEW_SECS: i64 = 60 * 60;

/// Takes a document in.
pub(crate) async fn submit(work: &mut Work<'_>, new: NewIdentityDocument) -> Outcome<Stored<IdentityDocument>> {
    let body = IdentityDocument {
        id: work.id("idd_"),
        status: IdentityDocumentStatus::Submitted,
        document_type: new.document_type,
        sha256: new.sha256.to_ascii_lowercase(),
        rejection_reason: None,
        reviewed: None,
        reference: new.reference,
        metadata: new.metadata,
        idempotency_key: work.idempotency_key(),
        created: work.now,
        version: 1,
        livemode: false,
    };
    let document = steps::begin(work, body, Nothing {}, EventType::IdentityDocumentSubmitted).await?;
    jobs::schedule(work, work.now.plus_secs(TAKEN_UP_SECS), JobKind::TakeUpDocument, &document.body.id, String::new()).await?;
    Ok(document)
}

/// Somebody takes it up, and decides an hour later unless the magic says that it waits.
pub(crate) async fn take_up(work: &mut Work<'_>, document: &mut Stored<IdentityDocument>) -> Outcome<()> {
    let magic = document.body.metadata.get(METADATA_KEY).and_then(|value| DOCUMENTS.iter().find(|magic| magic.value == value));
    if magic.is_none_or(|magic| !magic.waits) {
        let detail = magic.and_then(|magic| magic.rejection.clone()).map(|reason| reason.to_string()).unwrap_or_default();
        jobs::schedule(work, work.now.plus_secs(REVIEW_SECS), JobKind::DecideDocument, &document.body.id, detail).await?;
    }
    steps::step(work, document, "review", EventType::IdentityDocumentInReview).await
}

/// What the review found. A document that is approved may raise the account's level.
pub(crate) async fn decide(
    work: &mut Work<'_>,
    document: &mut Stored<IdentityDocument>,
    rejection: Option<DocumentRejection>,
) -> Outcome<()> {
    let (event, tell) = match rejection {
        None => ("approve", EventType::IdentityDocumentApproved),
        Some(_) => ("reject", EventType::IdentityDocumentRejected),
    };
    steps::check(document, event)?;
    document.body.rejection_reason = rejection;
    document.body.reviewed = Some(work.now);
    steps::step(work, document, event, tell).await?;
    tell_holder(work, &document.body).await?;
    match document.body.status {
        IdentityDocumentStatus::Approved => raise(work, &document.body.document_type).await,
        _ => Ok(()),
    }
}

async fn tell_holder(work: &mut Work<'_>, document: &IdentityDocument) -> Outcome<()> {
    let text = match &document.rejection_reason {
        None => format!("Your {} was approved.", document.document_type),
        Some(reason) => format!("Your {} was rejected: {reason}. Please hand in another one.", document.document_type),
    };
    let to = account::load(work).await?.email();
    outbox::send(work, "mail", &to, &document.id, text, None).await
}

/// An address counts once the identity is verified; until then it is remembered.
async fn raise(work: &mut Work<'_>, document_type: &IdentityDocumentType) -> Outcome<()> {
    let mut account = account::load(work).await?;
    match document_type {
        IdentityDocumentType::ProofOfAddress => account.internal.address_proven = true,
        _ => account.internal.identity_proven = true,
    }
    let level = match (account.internal.identity_proven, account.internal.address_proven) {
        (true, true) => VerificationLevel::Full,
        (true, false) => VerificationLevel::Identity,
        _ => VerificationLevel::Unverified,
    };
    if account.body.verification == level {
        return crate::store::objects::update_internal(&mut work.tx, &account).await;
    }
    account.body.verification = level;
    account::changed(work, &mut account, EventType::MerchantAccountUpdated).await
}
