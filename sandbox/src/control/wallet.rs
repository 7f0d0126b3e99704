//! What is sent to people, and what people at OKPay decide: the outbox, and reviews of withdrawals.

use super::Told;
use crate::domain::step_up::Message;
use crate::domain::withdrawals;
use crate::gateway::{Gateway, Shared};
use crate::refusal::Outcome;
use crate::store::objects::{self, Filter};
use crate::validate;
use crate::work::Work;
use axum::extract::{Path, RawQuery, State};
use bytes::Bytes;
use okpay::api::Withdrawal;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct ListMessages {
    limit: Option<u32>,
    after: Option<String>,
    /// Only those about this object.
    about: Option<String>,
}

/// Messages, newest first.
#[derive(Serialize)]
pub(super) struct Outbox {
    data: Vec<Message>,
    next: Option<String>,
}

pub(super) async fn outbox(State(gateway): State<Shared>, RawQuery(query): RawQuery) -> Told<Outbox> {
    Told(read_outbox(&gateway, query.as_deref().unwrap_or_default()).await)
}

async fn read_outbox(gateway: &Gateway, query: &str) -> Outcome<Outbox> {
    let asked: ListMessages = validate::query(query)?;
    let mut work = Work::looking(gateway).await?;
    let filter = Filter { after: asked.after, parent: asked.about, limit: validate::limit(asked.limit)?, ..Filter::default() };
    let (messages, next) = objects::list::<Message>(&mut work.tx, &work.account, &filter).await?;
    Ok(Outbox { data: messages.into_iter().map(|message| message.body).collect(), next })
}

#[derive(Deserialize)]
struct Decision {
    approve: bool,
}

pub(super) async fn review(State(gateway): State<Shared>, Path(id): Path<String>, body: Bytes) -> Told<Withdrawal> {
    Told(decide(&gateway, &id, &body).await)
}

async fn decide(gateway: &Gateway, id: &str, body: &[u8]) -> Outcome<Withdrawal> {
    let Decision { approve } = validate::body(body, Some("application/json"))?;
    let mut work = Work::own(gateway).await?;
    let mut withdrawal = work.get::<Withdrawal>(id).await?;
    withdrawals::review(&mut work, &mut withdrawal, approve).await?;
    work.commit().await?;
    Ok(withdrawal.body)
}
