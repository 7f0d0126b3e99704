//! What people have in their hands, and what people at OKPay decide: the outbox, the authenticator app, reviews of withdrawals and payments.

use super::Told;
use crate::domain::outbox::Message;
use crate::domain::{account, payments, withdrawals};
use crate::gateway::{Gateway, Shared};
use crate::refusal::{Outcome, refuse};
use crate::store::objects::{self, Filter};
use crate::validate;
use crate::work::Work;
use axum::extract::{Path, RawQuery, State};
use bytes::Bytes;
use okpay::ErrorCode;
use okpay::api::{Payment, Withdrawal};
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
struct Look {
    /// So many steps of 30 seconds from now: no code is taken twice, and one that is a step early is taken.
    ahead: Option<u32>,
}

/// What the account holder's authenticator app shows.
#[derive(Serialize)]
pub(super) struct Authenticator {
    code: String,
}

pub(super) async fn authenticator(State(gateway): State<Shared>, RawQuery(query): RawQuery) -> Told<Authenticator> {
    Told(read_authenticator(&gateway, query.as_deref().unwrap_or_default()).await)
}

async fn read_authenticator(gateway: &Gateway, query: &str) -> Outcome<Authenticator> {
    let Look { ahead } = validate::query(query)?;
    let mut work = Work::looking(gateway).await?;
    let factors = account::load(&mut work).await?.internal.factors;
    let code = factors.app_shows(ahead.unwrap_or_default().min(10))?;
    code.map(|code| Authenticator { code }).ok_or_else(|| refuse(ErrorCode::IllegalState, "no authenticator app was enrolled"))
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

pub(super) async fn review_payment(State(gateway): State<Shared>, Path(id): Path<String>, body: Bytes) -> Told<Payment> {
    Told(decide_payment(&gateway, &id, &body).await)
}

async fn decide_payment(gateway: &Gateway, id: &str, body: &[u8]) -> Outcome<Payment> {
    let Decision { approve } = validate::body(body, Some("application/json"))?;
    let mut work = Work::own(gateway).await?;
    let mut payment = work.get::<Payment>(id).await?;
    payments::review(&mut work, &mut payment, approve).await?;
    work.commit().await?;
    Ok(payment.body)
}
