//! Deliveries: the outbox, and the worker that empties it.
//!
//! | file | what |
//! | --- | --- |
//! | `outbox.rs` | rows in the table `deliveries`: put in with the event, read, given up |
//! | `attempt.rs` | one try: signed, sent, judged; when to try again |
//! | `mod.rs` | who delivers when: endpoints side by side, each endpoint's deliveries in order |
//!
//! A row is written in the transaction of its event, so that a crash loses none. Business time drives the schedule; the signature
//! carries real time, fresh for each try, under the same id.

mod attempt;
mod outbox;

pub(crate) use attempt::http_client;
pub(crate) use outbox::{enqueue, give_up, of_event, put_out};

use crate::gateway::{Gateway, Shared};
use crate::refusal::Outcome;
use futures_util::future::join_all;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// One lock an endpoint.
#[derive(Debug, Default)]
pub(crate) struct Lanes(Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>);

impl Lanes {
    fn of(&self, endpoint: &str) -> Arc<tokio::sync::Mutex<()>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(endpoint.to_owned()).or_default().clone()
    }
}

/// Starts the deliveries that are due, each endpoint's in a task of its own: a slow one holds up nobody else.
pub(crate) async fn start_due(gateway: &Shared) -> Outcome<()> {
    for endpoint in outbox::endpoints_due(gateway).await? {
        let gateway = gateway.clone();
        tokio::spawn(async move {
            let lane = gateway.delivering.of(&endpoint);
            // Whoever holds the lane goes on until nothing is due.
            let Ok(_alone) = lane.try_lock() else { return };
            if let Err(refusal) = drain(&gateway, &endpoint).await {
                tracing::error!(%refusal, endpoint, "deliveries stopped");
            }
        });
    }
    Ok(())
}

/// Makes every delivery that is due, waits for their ends, and says how many tries that were.
pub(crate) async fn flush(gateway: &Gateway) -> Outcome<u32> {
    let mut tries = 0;
    loop {
        let endpoints = outbox::endpoints_due(gateway).await?;
        if endpoints.is_empty() {
            return Ok(tries);
        }
        let lanes = endpoints.iter().map(|endpoint| async {
            let lane = gateway.delivering.of(endpoint);
            let _alone = lane.lock().await;
            drain(gateway, endpoint).await
        });
        for outcome in join_all(lanes).await {
            tries += outcome?;
        }
    }
}

/// One endpoint's deliveries, in order, until none is due.
async fn drain(gateway: &Gateway, endpoint: &str) -> Outcome<u32> {
    let mut tries = 0;
    loop {
        let due = outbox::due(gateway, endpoint).await?;
        if due.is_empty() {
            return Ok(tries);
        }
        for delivery in due {
            attempt::attempt(gateway, &delivery).await?;
            tries += 1;
        }
    }
}
