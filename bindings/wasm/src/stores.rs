//! The replay store in memory.

use crate::errors::Told;
use crate::values::moment;
use okpay::webhooks::{self, Claim, ClaimToken, ReplayStore};
use serde_json::json;
use wasm_bindgen::prelude::wasm_bindgen;

/// A replay store of core's.
#[wasm_bindgen]
pub struct MemoryStore(webhooks::MemoryStore);

#[wasm_bindgen]
impl MemoryStore {
    /// For so many ids.
    #[must_use]
    pub fn make(capacity: u32) -> MemoryStore {
        Self(webhooks::MemoryStore::new(usize::try_from(capacity).unwrap_or(usize::MAX)))
    }

    /// `new`, `in_progress` or `done`, and the fence of a new claim as text, as JSON.
    pub fn claim(&self, consumer: &str, id: &str, lease: u32, now: i64) -> Result<String, Told> {
        let claim = match self.0.claim(consumer, id, lease, moment(now))? {
            Claim::New(token) => json!({ "state": "new", "fence": token.fence.to_string() }),
            Claim::InProgress => json!({ "state": "in_progress" }),
            Claim::Done => json!({ "state": "done" }),
        };
        Ok(claim.to_string())
    }

    /// Marks a claimed id as handled.
    pub fn complete(&self, consumer: String, id: String, fence: u64, now: i64) -> Result<(), Told> {
        Ok(self.0.complete(&ClaimToken { consumer, id, fence }, moment(now))?)
    }

    /// Gives a claimed id back.
    pub fn release(&self, consumer: String, id: String, fence: u64) -> Result<(), Told> {
        Ok(self.0.release(&ClaimToken { consumer, id, fence })?)
    }
}
