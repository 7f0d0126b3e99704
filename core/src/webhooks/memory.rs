//! [`MemoryStore`]: a replay guard for one process.

use super::replay::{Claim, ClaimToken, KEPT_MILLIS, ReplayStore, check_claim, claim_lost, guard_failed};
use crate::error::OkpayError;
use crate::timestamp::Timestamp;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard};

/// A replay guard in memory: for tests and for handlers that are idempotent anyway, since it forgets everything when the process ends.
///
/// It holds a bounded number of ids. When that many are still to be kept, a new id is refused with `replay_guard_failed`; none is ever
/// pushed out before its 30 days.
#[derive(Debug)]
pub struct MemoryStore {
    capacity: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    entries: HashMap<Key, Entry>,
    /// The same keys by the time at which they may be forgotten.
    by_end: BTreeSet<(Timestamp, Key)>,
    last_fence: u64,
}

/// Consumer and id.
type Key = (String, String);

#[derive(Debug, Clone, Copy)]
struct Entry {
    fence: u64,
    /// When the lease ends; absent once it is done.
    lease_until: Option<Timestamp>,
    kept_until: Timestamp,
}

impl MemoryStore {
    /// A store for at most so many ids.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { capacity, held: Mutex::default() }
    }

    fn lock(&self) -> Result<MutexGuard<'_, Held>, OkpayError> {
        self.held.lock().map_err(|_| guard_failed("a thread died while it held the replay guard; start the process anew"))
    }
}

impl ReplayStore for MemoryStore {
    fn claim(&self, consumer: &str, id: &str, lease_secs: u32, now: Timestamp) -> Result<Claim, OkpayError> {
        check_claim(consumer, id, lease_secs)?;
        let key = (consumer.to_owned(), id.to_owned());
        let mut held = self.lock()?;
        held.forget(now);
        match held.entries.get(&key).map(|entry| entry.lease_until) {
            Some(None) => return Ok(Claim::Done),
            Some(Some(lease_until)) if now < lease_until => return Ok(Claim::InProgress),
            None if held.entries.len() >= self.capacity => {
                return Err(guard_failed(format!("the replay guard is full: it holds {} ids that are still to be kept", self.capacity)));
            }
            _ => {}
        }
        held.last_fence += 1;
        let fence = held.last_fence;
        held.put(key, fence, Some(now.plus_secs(lease_secs.into())), now);
        Ok(Claim::New(ClaimToken { consumer: consumer.to_owned(), id: id.to_owned(), fence }))
    }

    fn complete(&self, token: &ClaimToken, now: Timestamp) -> Result<(), OkpayError> {
        let mut held = self.lock()?;
        let key = held.newest(token).ok_or_else(claim_lost)?;
        held.put(key, token.fence, None, now);
        Ok(())
    }

    fn release(&self, token: &ClaimToken) -> Result<(), OkpayError> {
        let mut held = self.lock()?;
        let Some(key) = held.newest(token) else { return Ok(()) };
        if held.entries.get(&key).is_some_and(|entry| entry.lease_until.is_some()) {
            held.remove(&key);
        }
        Ok(())
    }
}

impl Held {
    /// The key of a token, if it is of the newest claim.
    fn newest(&self, token: &ClaimToken) -> Option<Key> {
        let key = (token.consumer.clone(), token.id.clone());
        self.entries.get(&key).is_some_and(|entry| entry.fence == token.fence).then_some(key)
    }

    fn put(&mut self, key: Key, fence: u64, lease_until: Option<Timestamp>, now: Timestamp) {
        self.remove(&key);
        let kept_until = now.plus_millis(KEPT_MILLIS);
        self.by_end.insert((kept_until, key.clone()));
        self.entries.insert(key, Entry { fence, lease_until, kept_until });
    }

    fn remove(&mut self, key: &Key) {
        if let Some(entry) = self.entries.remove(key) {
            self.by_end.remove(&(entry.kept_until, key.clone()));
        }
    }

    /// Forgets what has been kept for long enough.
    fn forget(&mut self, now: Timestamp) {
        while let Some((kept_until, _)) = self.by_end.first()
            && *kept_until <= now
            && let Some((_, key)) = self.by_end.pop_first()
        {
            self.entries.remove(&key);
        }
    }
}
