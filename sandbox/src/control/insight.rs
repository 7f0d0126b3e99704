//! What a test or a person wants to see of the inside: `ledger`, `requests`, `events`, `magic`.

use super::Told;
use crate::gateway::{Gateway, Shared};
use crate::ledger::{self, Ledger};
use crate::magic::{MagicValue, magic_values};
use crate::refusal::Outcome;
use crate::store::objects::{self, Filter};
use crate::work::Work;
use crate::{deliveries, validate};
use axum::extract::{RawQuery, State};
use okpay::api::{Delivery, Event};
use serde::{Deserialize, Serialize};
use sqlx::Row;
use std::collections::BTreeMap;
use std::sync::PoisonError;

/// How often an operation was asked for and executed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationCount {
    /// How many requests came in since the sandbox was started, repeats included.
    pub requests: u64,
    /// How many distinct idempotency keys were executed, ever.
    pub keys: u64,
    /// How often it was executed, ever; never more than `keys`.
    pub executed: u64,
}

pub(super) async fn ledger(State(gateway): State<Shared>) -> Told<Ledger> {
    Told(read_ledger(&gateway).await)
}

async fn read_ledger(gateway: &Gateway) -> Outcome<Ledger> {
    let mut tx = gateway.store.read().await?;
    ledger::whole(&mut tx).await
}

pub(super) async fn requests(State(gateway): State<Shared>) -> Told<BTreeMap<String, OperationCount>> {
    Told(count_requests(&gateway).await)
}

async fn count_requests(gateway: &Gateway) -> Outcome<BTreeMap<String, OperationCount>> {
    let mut counts = BTreeMap::<String, OperationCount>::new();
    for (operation, requests) in gateway.attempts.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        counts.entry((*operation).to_owned()).or_default().requests = *requests;
    }
    let mut tx = gateway.store.read().await?;
    let keys = "SELECT operation, COUNT(*) AS number FROM idempotency WHERE state = 'executed' GROUP BY operation";
    for row in sqlx::query(keys).fetch_all(tx.conn()).await? {
        counts.entry(row.try_get("operation")?).or_default().keys = row.try_get::<i64, _>("number")?.unsigned_abs();
    }
    for row in sqlx::query("SELECT operation, executed FROM executions").fetch_all(tx.conn()).await? {
        counts.entry(row.try_get("operation")?).or_default().executed = row.try_get::<i64, _>("executed")?.unsigned_abs();
    }
    Ok(counts)
}

#[derive(Deserialize)]
struct ListEvents {
    limit: Option<u32>,
    after: Option<String>,
}

/// An event with its deliveries.
#[derive(Serialize)]
pub(super) struct EventWithDeliveries {
    event: Event,
    deliveries: Vec<Delivery>,
}

#[derive(Serialize)]
pub(super) struct Events {
    data: Vec<EventWithDeliveries>,
    next: Option<String>,
}

pub(super) async fn events(State(gateway): State<Shared>, RawQuery(query): RawQuery) -> Told<Events> {
    Told(list_events(&gateway, query.as_deref().unwrap_or_default()).await)
}

async fn list_events(gateway: &Gateway, query: &str) -> Outcome<Events> {
    let asked: ListEvents = validate::query(query)?;
    let mut work = Work::looking(gateway).await?;
    let filter = Filter { after: asked.after, limit: validate::limit(asked.limit)?, ..Filter::default() };
    let account = work.account.clone();
    let (events, next) = objects::list::<Event>(&mut work.tx, &account, &filter).await?;
    let mut data = Vec::new();
    for event in events {
        let deliveries = deliveries::of_event(&mut work.tx, &event.body.id).await?;
        data.push(EventWithDeliveries { event: event.body, deliveries });
    }
    Ok(Events { data, next })
}

pub(super) async fn magic() -> Told<Vec<MagicValue>> {
    Told(Ok(magic_values()))
}
