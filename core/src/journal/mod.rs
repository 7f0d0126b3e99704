//! [`Journal`]: intents on disk before the first try, so that a crash loses none.
//!
//! | file | what |
//! | --- | --- |
//! | `mod.rs` | [`Journal`], which anybody may implement, and [`JournalEntry`] |
//! | `log.rs` | [`Log`]: a journal as lines of a text file, without the file |
//! | `file.rs` | [`FileJournal`]: those lines on disk |
//! | `lock.rs` | one owner per file |
//!
//! Which calls are kept, and when one is struck off, is in `call/journaling.rs`. With the feature `sqlite` there is a journal that several
//! processes share, in `client/journal_sqlite.rs`.

mod file;
mod lock;
mod log;
#[cfg(test)]
mod tests;

pub use file::FileJournal;
pub use log::{Log, Recorded};

use crate::api::Call;
use crate::error::{ErrorCode, OkpayError};
use crate::timestamp::Timestamp;

/// A call that was begun and, as far as the journal knows, has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// The intent, with its key. It holds no secret and no card number: calls with a card are not journaled, and those with a password, a
    /// PIN or a code without their body.
    pub call: Call,
    /// When it was first begun.
    pub recorded: Timestamp,
}

/// Keeps every write from before its first try until its end, so that none is lost track of in a crash.
///
/// A key may be run more than once: again after an unknown outcome, or by two workers at a time. The call stays open until one of its runs
/// has a proven end, or all have sent nothing.
///
/// An implementation has the entry on disk when `record` returns. It may block: the client calls it off the async threads.
pub trait Journal: Send + Sync {
    /// Records a run of an intent, and tells whether the same call was open already, so that an earlier run may have left this machine.
    ///
    /// # Errors
    /// `journal_failed` if it is not on disk, or if the key is open with another call.
    fn record(&self, call: &Call, now: Timestamp) -> Result<bool, OkpayError>;

    /// Strikes a call off whose end is proven.
    ///
    /// # Errors
    /// `journal_failed`.
    fn settle(&self, idempotency_key: &str) -> Result<(), OkpayError>;

    /// Takes back one `record`, whose run changed nothing. The call is struck off unless another run of it is open.
    ///
    /// # Errors
    /// `journal_failed`.
    fn withdraw(&self, idempotency_key: &str) -> Result<(), OkpayError>;

    /// Every call that has not ended, oldest first.
    ///
    /// # Errors
    /// `journal_failed`.
    fn open_calls(&self) -> Result<Vec<JournalEntry>, OkpayError>;
}

pub(crate) fn failed(detail: impl Into<String>) -> OkpayError {
    OkpayError::invalid(ErrorCode::JournalFailed, detail)
}

/// The key of a call that is to be recorded.
pub(crate) fn key_of(call: &Call) -> Result<&str, OkpayError> {
    call.idempotency_key.as_deref().ok_or_else(|| failed("a call without a key cannot be journaled"))
}

/// One key is one call.
pub(crate) fn other_call(key: &str) -> OkpayError {
    failed(format!("the key {key} is open with another call; resolve that one first"))
}
