//! [`Journal`]: intents on disk before the first try.

use crate::api::Call;
use crate::error::OkpayError;
use crate::timestamp::Timestamp;

/// A call that was begun and, as far as the journal knows, has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// The intent, with its key. It holds no secret and no card number: those calls are not journaled.
    pub call: Call,
    /// When it was first begun.
    pub recorded: Timestamp,
}

/// Keeps every write from before its first try until its end, so that none is lost track of in a crash.
///
/// An implementation has the entry on disk when `record` returns. It may block: the client calls it off the async threads.
pub trait Journal: Send + Sync {
    /// Records an intent. Recording the same key again with the same call changes nothing.
    ///
    /// # Errors
    /// `journal_failed` if it is not on disk, or if the key is open with another call.
    fn record(&self, call: &Call, now: Timestamp) -> Result<(), OkpayError>;

    /// Strikes an ended call off.
    ///
    /// # Errors
    /// `journal_failed`.
    fn settle(&self, idempotency_key: &str) -> Result<(), OkpayError>;

    /// Every call that has not ended, oldest first.
    ///
    /// # Errors
    /// `journal_failed`.
    fn open_calls(&self) -> Result<Vec<JournalEntry>, OkpayError>;
}
