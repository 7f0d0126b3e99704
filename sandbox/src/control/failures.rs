//! `faults`: listed, added, cleared.

use super::Told;
use crate::faults::{Fault, NewFault};
use crate::gateway::Shared;
use crate::validate;
use axum::extract::State;
use bytes::Bytes;
use serde::Deserialize;

#[derive(Deserialize)]
struct Clear {
    id: Option<u64>,
}

pub(super) async fn list(State(gateway): State<Shared>) -> Told<Vec<Fault>> {
    Told(Ok(gateway.faults.list()))
}

pub(super) async fn add(State(gateway): State<Shared>, body: Bytes) -> Told<Fault> {
    Told(validate::body::<NewFault>(&body, Some("application/json")).map(|fault| gateway.faults.add(fault)))
}

/// One fault by its id, or all.
pub(super) async fn clear(State(gateway): State<Shared>, body: Bytes) -> Told<Vec<Fault>> {
    Told(validate::body::<Clear>(&body, Some("application/json")).map(|Clear { id }| {
        gateway.faults.clear(id);
        gateway.faults.list()
    }))
}
