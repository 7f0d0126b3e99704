//! [`ReplayStore`]: every event handled once, though it is delivered more than once and workers die.
//!
//! Two phases with a lease. A plain set of seen ids loses an event when the worker dies between marking and doing, and doubles it when it
//! marks after doing. Here a worker *claims* an id for a while, and *completes* it with the work. If it dies, the lease runs out and the
//! next delivery is claimed anew; a fence tells the worker that comes back too late, so that its transaction rolls back.
//!
//! **Exactly once needs `complete` inside the business transaction**, on the same database and connection
//! (`sqlite::complete_in`). With a store of its own there is a moment between the commit of the work and the completion in which a crash
//! makes the event come again: then the handler must be idempotent.

use crate::error::{ErrorCode, OkpayError};
use crate::timestamp::Timestamp;
use std::fmt;

/// How long an id is remembered after it was last claimed or completed, in milliseconds: 30 days, while the gateway sends for less than
/// four.
pub(super) const KEPT_MILLIS: i64 = 30 * 24 * 60 * 60 * 1000;

/// Longest consumer or id.
const MAX_TEXT: usize = 255;

/// What a claim gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The event is this worker's until the lease ends: do the work, then complete with the token.
    New(ClaimToken),
    /// Another worker has it, and its lease runs: answer 503, and it is delivered again.
    InProgress,
    /// It has been handled: answer 200.
    Done,
}

/// Proof of a claim. Only the newest claim of an id can complete or release it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimToken {
    /// The consumer that claimed.
    pub consumer: String,
    /// The id that was claimed.
    pub id: String,
    /// Rises with every claim of an id; an older one is refused.
    pub fence: u64,
}

/// Remembers which events were handled. One store may serve several consumers, each of which handles every event once.
///
/// The id must be [`VerifiedPayload::id`](super::VerifiedPayload::id), which is signed: a key from outside the signature could be chosen
/// by whoever repeats a delivery.
pub trait ReplayStore: Send + Sync + fmt::Debug {
    /// Claims an id for `lease_secs` seconds (60 suits most handlers: longer than the work takes, shorter than the wait for a retry
    /// hurts).
    ///
    /// # Errors
    /// `replay_guard_failed` if the store is full or cannot be reached: answer 503, do not handle the event. `invalid_parameter` for a
    /// lease of zero, or an empty or overlong consumer or id.
    fn claim(&self, consumer: &str, id: &str, lease_secs: u32, now: Timestamp) -> Result<Claim, OkpayError>;

    /// Marks a claimed id as handled. A lease that has run out does not matter as long as nobody else claimed the id since.
    ///
    /// # Errors
    /// `replay_guard_failed` if the id was claimed again since, or the store cannot be reached: roll the work back.
    fn complete(&self, token: &ClaimToken, now: Timestamp) -> Result<(), OkpayError>;

    /// Gives a claimed id back unhandled, so that the next delivery can have it at once. A token that is no longer the newest, or whose id
    /// is done, changes nothing.
    ///
    /// # Errors
    /// `replay_guard_failed` if the store cannot be reached; the lease then runs out by itself.
    fn release(&self, token: &ClaimToken) -> Result<(), OkpayError>;
}

pub(super) fn check_claim(consumer: &str, id: &str, lease_secs: u32) -> Result<(), OkpayError> {
    let refused = |param: &str, detail: &str| Err(OkpayError::invalid_at(ErrorCode::InvalidParameter, param, detail));
    if !(1..=MAX_TEXT).contains(&consumer.len()) {
        return refused("consumer", "a consumer has 1 to 255 bytes");
    }
    if !(1..=MAX_TEXT).contains(&id.len()) {
        return refused("id", "an id has 1 to 255 bytes");
    }
    if lease_secs == 0 {
        return refused("lease_secs", "a lease lasts at least a second");
    }
    Ok(())
}

pub(super) fn guard_failed(detail: impl Into<String>) -> OkpayError {
    OkpayError::verification(ErrorCode::ReplayGuardFailed, detail)
}

pub(super) fn claim_lost() -> OkpayError {
    guard_failed("the event was claimed by another worker since, or released: roll this work back")
}
