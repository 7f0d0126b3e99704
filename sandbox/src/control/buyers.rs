//! What a buyer would do, done by a call: money arrives, a page of the bank or wallet is passed or failed.

use super::Told;
use crate::domain::{approvals, arrivals, deposits, disputes};
use crate::gateway::{Gateway, Shared};
use crate::refusal::Outcome;
use crate::validate;
use crate::work::Work;
use axum::extract::{Path, State};
use bytes::Bytes;
use okpay::Money;
use okpay::api::{Deposit, Dispute, Payment};
use serde::{Deserialize, Serialize};

/// Money that arrives for a payment or a deposit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receive {
    /// How much, in the currency that is due; all that is still due, or what was announced, by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// How many confirmations the transaction has; all by default. The others follow block by block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmations: Option<u32>,
}

pub(super) async fn receive_deposit(State(gateway): State<Shared>, Path(id): Path<String>, body: Bytes) -> Told<Deposit> {
    Told(take_deposit(&gateway, &id, &body).await)
}

async fn take_deposit(gateway: &Gateway, id: &str, body: &[u8]) -> Outcome<Deposit> {
    let Receive { amount, confirmations } = validate::body(body, Some("application/json"))?;
    let mut work = Work::own(gateway).await?;
    let mut deposit = work.get::<Deposit>(id).await?;
    let amount = amount.unwrap_or(deposit.body.amount);
    deposits::receive(&mut work, &mut deposit, amount, confirmations).await?;
    work.commit().await?;
    Ok(deposit.body)
}

pub(super) async fn authenticate_deposit(State(gateway): State<Shared>, Path(id): Path<String>, body: Bytes) -> Told<Deposit> {
    Told(approve_deposit(&gateway, &id, &body).await)
}

async fn approve_deposit(gateway: &Gateway, id: &str, body: &[u8]) -> Outcome<Deposit> {
    let Authenticate { approve } = validate::body(body, Some("application/json"))?;
    let mut work = Work::own(gateway).await?;
    let mut deposit = work.get::<Deposit>(id).await?;
    deposits::authenticate(&mut work, &mut deposit, approve).await?;
    work.commit().await?;
    Ok(deposit.body)
}

#[derive(Deserialize)]
struct Authenticate {
    approve: bool,
}

pub(super) async fn receive(State(gateway): State<Shared>, Path(id): Path<String>, body: Bytes) -> Told<Payment> {
    Told(receive_money(&gateway, &id, &body).await)
}

async fn receive_money(gateway: &Gateway, id: &str, body: &[u8]) -> Outcome<Payment> {
    let Receive { amount, confirmations } = validate::body(body, Some("application/json"))?;
    let mut work = Work::own(gateway).await?;
    let mut payment = work.get::<Payment>(id).await?;
    let amount = match amount {
        Some(amount) => amount,
        None => arrivals::still_due(&payment)?,
    };
    arrivals::receive(&mut work, &mut payment, amount, confirmations).await?;
    work.commit().await?;
    Ok(payment.body)
}

pub(super) async fn authenticate(State(gateway): State<Shared>, Path(id): Path<String>, body: Bytes) -> Told<Payment> {
    Told(pass_or_fail(&gateway, &id, &body).await)
}

async fn pass_or_fail(gateway: &Gateway, id: &str, body: &[u8]) -> Outcome<Payment> {
    let Authenticate { approve } = validate::body(body, Some("application/json"))?;
    let mut work = Work::own(gateway).await?;
    let mut payment = work.get::<Payment>(id).await?;
    approvals::answer(&mut work, &mut payment, approve).await?;
    work.commit().await?;
    Ok(payment.body)
}

#[derive(Deserialize)]
struct Decision {
    won: bool,
}

pub(super) async fn decide_dispute(State(gateway): State<Shared>, Path(id): Path<String>, body: Bytes) -> Told<Dispute> {
    Told(end_dispute(&gateway, &id, &body).await)
}

/// What the buyer's bank decides, now.
async fn end_dispute(gateway: &Gateway, id: &str, body: &[u8]) -> Outcome<Dispute> {
    let Decision { won } = validate::body(body, Some("application/json"))?;
    let mut work = Work::own(gateway).await?;
    let mut dispute = work.get::<Dispute>(id).await?;
    disputes::end(&mut work, &mut dispute, won).await?;
    work.commit().await?;
    Ok(dispute.body)
}
