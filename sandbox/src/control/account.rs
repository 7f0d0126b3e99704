//! What the risk rules say next, and what people at OKPay answer about the account.

use super::Told;
use crate::domain::{appeals, risk};
use crate::gateway::{Gateway, Shared};
use crate::refusal::Outcome;
use crate::validate;
use crate::work::Work;
use axum::extract::{Path, State};
use bytes::Bytes;
use okpay::api::{Appeal, RiskOutcome};
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
