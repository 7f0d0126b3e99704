//! The two clocks. Real time is for signatures, nonces and `webhook-timestamp`; business time is for everything that a merchant waits
//! for, and can be moved forward.

use okpay::Timestamp;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Business time: real time and an offset that only grows.
#[derive(Debug)]
pub(crate) struct Clock {
    offset_ms: AtomicI64,
}

impl Clock {
    pub(crate) fn new(offset_ms: i64) -> Self {
        Self { offset_ms: AtomicI64::new(offset_ms) }
    }

    /// Business time.
    pub(crate) fn now(&self) -> Timestamp {
        real_now().plus_millis(self.offset_ms())
    }

    /// By how much business time is ahead of real time, in milliseconds.
    pub(crate) fn offset_ms(&self) -> i64 {
        self.offset_ms.load(Ordering::SeqCst)
    }

    /// Sets the offset, once it is in the database.
    pub(crate) fn set_offset_ms(&self, offset_ms: i64) {
        self.offset_ms.store(offset_ms, Ordering::SeqCst);
    }
}

/// Real time: the one place where the gateway reads it.
#[expect(clippy::disallowed_methods, reason = "the gateway is a program, and this is its clock")]
pub(crate) fn real_now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
