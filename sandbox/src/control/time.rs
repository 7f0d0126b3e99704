//! `clock`, `clock/advance`, `deliver/flush`.

use super::Told;
use crate::gateway::{Gateway, Shared};
use crate::refusal::{Outcome, refuse_at};
use crate::store::meta;
use crate::{deliveries, jobs, validate};
use axum::extract::State;
use bytes::Bytes;
use okpay::{ErrorCode, Timestamp};
use serde::{Deserialize, Serialize};

/// The furthest that one step goes: ten years.
const MAX_STEP: i64 = 10 * 366 * 24 * 3600;

/// What the business clock says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockReading {
    /// Business time.
    pub now: Timestamp,
    /// By how much it is ahead of real time, in milliseconds.
    pub offset_ms: i64,
    /// How many jobs were done on the way.
    pub jobs_done: u32,
}

/// What a flush did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flushed {
    /// How many jobs were due and are done.
    pub jobs_done: u32,
    /// How many deliveries were tried.
    pub deliveries_tried: u32,
}

/// By how much, or until when.
#[derive(Deserialize)]
struct Advance {
    seconds: Option<i64>,
    until: Option<Timestamp>,
}

pub(super) async fn read(State(gateway): State<Shared>) -> Told<ClockReading> {
    Told(Ok(reading(&gateway, 0)))
}

fn reading(gateway: &Gateway, jobs_done: u32) -> ClockReading {
    ClockReading { now: gateway.clock.now(), offset_ms: gateway.clock.offset_ms(), jobs_done }
}

pub(super) async fn advance(State(gateway): State<Shared>, body: Bytes) -> Told<ClockReading> {
    Told(step(&gateway, &body).await)
}

/// Moves business time on, and does at once what falls due.
async fn step(gateway: &Gateway, body: &[u8]) -> Outcome<ClockReading> {
    let seconds = match validate::body(body, Some("application/json"))? {
        Advance { seconds: Some(seconds), until: None } => seconds,
        Advance { seconds: None, until: Some(until) } => until.secs() - gateway.clock.now().secs(),
        _ => return Err(refuse_at(ErrorCode::MissingField, "seconds", "say by how many `seconds`, or `until` when: one of the two")),
    };
    advance_by(gateway, seconds).await
}

/// The same, for whoever has the number of seconds.
pub(crate) async fn advance_by(gateway: &Gateway, seconds: i64) -> Outcome<ClockReading> {
    if !(1..=MAX_STEP).contains(&seconds) {
        return Err(refuse_at(ErrorCode::InvalidField, "seconds", "time goes on by 1 second to ten years at a time, and never back"));
    }
    // Read, added to and written under the writer's lock, so that no step is lost.
    let mut tx = gateway.store.write().await?;
    let offset = gateway.clock.offset_ms().saturating_add(seconds * 1000);
    meta::set(&mut tx, "clock_offset_ms", offset.to_string()).await?;
    tx.commit().await?;
    gateway.clock.set_offset_ms(offset);
    let jobs_done = jobs::run_due(gateway).await?;
    gateway.wake.notify_one();
    Ok(reading(gateway, jobs_done))
}

pub(super) async fn flush(State(gateway): State<Shared>) -> Told<Flushed> {
    Told(flush_all(&gateway).await)
}

async fn flush_all(gateway: &Gateway) -> Outcome<Flushed> {
    Ok(Flushed { jobs_done: jobs::run_due(gateway).await?, deliveries_tried: deliveries::flush(gateway).await? })
}
