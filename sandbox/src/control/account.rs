//! What the risk rules say next, and what people at OKPay answer about the account.

use super::Told;
use crate::domain::{account, appeals, risk, verification};
use crate::gateway::{Gateway, Shared};
use crate::refusal::{Outcome, refuse_at};
use crate::validate;
use crate::work::Work;
use axum::extract::{Path, State};
use bytes::Bytes;
use okpay::ErrorCode;
use okpay::api::{Appeal, DocumentRejection, EventType, IdentityDocument, MerchantAccount, RiskOutcome, VerificationLevel};
use serde::{Deserialize, Serialize};

/// What the next payment, transfer or withdrawal gets, whatever the rules say.
#[derive(Serialize, Deserialize)]
pub(super) struct Forced {
    outcome: RiskOutcome,
}

pub(super) async fn force_risk(State(gateway): State<Shared>, body: Bytes) -> Told<Forced> {
    Told(force(&gateway, &body).await)
}

async fn force(gateway: &Gateway, body: &[u8]) -> Outcome<Forced> {
    let forced: Forced = validate::body(body, Some("application/json"))?;
    let mut work = Work::own(gateway).await?;
    risk::force_next(&mut work, &forced.outcome).await?;
    work.commit().await?;
    Ok(forced)
}

#[derive(Deserialize)]
struct Answer {
    accept: bool,
    text: Option<String>,
}

pub(super) async fn answer_appeal(State(gateway): State<Shared>, Path(id): Path<String>, body: Bytes) -> Told<Appeal> {
    Told(answer(&gateway, &id, &body).await)
}

async fn answer(gateway: &Gateway, id: &str, body: &[u8]) -> Outcome<Appeal> {
    let Answer { accept, text } = validate::body(body, Some("application/json"))?;
    validate::text("text", text.as_deref(), 2000)?;
    let mut work = Work::own(gateway).await?;
    let mut appeal = work.get::<Appeal>(id).await?;
    appeals::answer(&mut work, &mut appeal, accept, text).await?;
    work.commit().await?;
    Ok(appeal.body)
}

#[derive(Deserialize)]
struct Level {
    level: VerificationLevel,
}

pub(super) async fn set_level(State(gateway): State<Shared>, body: Bytes) -> Told<MerchantAccount> {
    Told(level(&gateway, &body).await)
}

async fn level(gateway: &Gateway, body: &[u8]) -> Outcome<MerchantAccount> {
    let Level { level } = validate::body(body, Some("application/json"))?;
    let names = VerificationLevel::KNOWN.iter().map(VerificationLevel::as_str).collect::<Vec<_>>();
    validate::known("level", VerificationLevel::KNOWN.contains(&level), &names)?;
    let mut work = Work::own(gateway).await?;
    let mut account = account::load(&mut work).await?;
    account.internal.identity_proven = level != VerificationLevel::Unverified;
    account.internal.address_proven = level == VerificationLevel::Full;
    account.body.verification = level;
    account::changed(&mut work, &mut account, EventType::MerchantAccountUpdated).await?;
    work.commit().await?;
    Ok(account.body)
}

#[derive(Deserialize)]
struct Finding {
    approve: bool,
    reason: Option<DocumentRejection>,
}

pub(super) async fn review_document(State(gateway): State<Shared>, Path(id): Path<String>, body: Bytes) -> Told<IdentityDocument> {
    Told(find(&gateway, &id, &body).await)
}

async fn find(gateway: &Gateway, id: &str, body: &[u8]) -> Outcome<IdentityDocument> {
    let Finding { approve, reason } = validate::body(body, Some("application/json"))?;
    let reason = reason.filter(|reason| !approve && DocumentRejection::KNOWN.contains(reason));
    if !approve && reason.is_none() {
        let known = DocumentRejection::KNOWN.iter().map(DocumentRejection::as_str).collect::<Vec<_>>().join(", ");
        return Err(refuse_at(ErrorCode::InvalidField, "reason", format!("a document is rejected for a reason: {known}")));
    }
    let mut work = Work::own(gateway).await?;
    let mut document = work.get::<IdentityDocument>(id).await?;
    verification::decide(&mut work, &mut document, reason).await?;
    work.commit().await?;
    Ok(document.body)
}
