//! What a journal keeps of a call and when it strikes one off, and [`CoreFileJournal`]: one in a file.

use crate::ambient;
use crate::calls::{CoreCaller, CoreExchange};
use crate::errors::{CoreError, CoreFailure, guarded};
use okpay::api::{Call, CallState};
use okpay::call::{Closing, not_recorded};
use okpay::journal::{FileJournal, Journal, JournalEntry};
use okpay::{ErrorCode, OkpayError, Phase};

/// The intent of one call.
#[derive(uniffi::Record)]
pub struct CoreCall {
    /// The operation, such as `payments.create`.
    pub operation: String,
    /// `POST`, for only what may change something is journaled.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The exact body, if it may be kept.
    pub body: Option<String>,
    /// The key of the call.
    pub idempotency_key: String,
    /// Who made it: the gateway's URL and the id of the key; nothing if a journal does not keep it.
    pub caller: Option<String>,
}

/// A call that has not ended.
#[derive(uniffi::Record)]
pub struct CoreJournalEntry {
    /// The intent.
    pub call: CoreCall,
    /// When it was first begun, in milliseconds since 1970.
    pub recorded: i64,
}

/// What a journal does when a run has come to its end.
#[derive(uniffi::Enum)]
pub enum CoreClosing {
    /// It strikes the call off.
    Settle,
    /// It takes this run back.
    Withdraw,
    /// Nothing: it is not known what became of it.
    LeaveOpen,
}

#[uniffi::export]
impl CoreExchange {
    /// What a journal records of the call before its first attempt; nothing of one that is not journaled.
    #[must_use]
    pub fn to_record(&self) -> Option<CoreCall> {
        self.locked().to_record().map(CoreCall::from)
    }

    /// Says that an earlier run of this call may have left this machine.
    pub fn after_earlier_run(&self) {
        self.locked().after_earlier_run();
    }
}

/// What follows from what `record` told and the phase in which the run failed, if it did.
#[uniffi::export]
#[must_use]
pub fn core_closing(open_before: bool, failed: Option<String>) -> CoreClosing {
    let failed = failed.as_deref().map(Phase::from);
    match Closing::of(open_before, failed.as_ref()) {
        Closing::Settle => CoreClosing::Settle,
        Closing::Withdraw => CoreClosing::Withdraw,
        Closing::LeaveOpen => CoreClosing::LeaveOpen,
    }
}

/// The error of a call that a journal could not record.
#[uniffi::export]
#[must_use]
pub fn core_not_recorded(code: String, detail: String) -> CoreFailure {
    let error = OkpayError::invalid(ErrorCode::from(code.as_str()), detail);
    let CoreError::Failed { failure } = not_recorded(&error).into();
    failure
}

#[uniffi::export]
impl CoreCaller {
    /// Whether this client may ask what became of a call of a journal, by who made it.
    ///
    /// # Errors
    /// `invalid_configuration` if it was made at another gateway, or in the other mode.
    pub fn may_resolve(&self, made_by: Option<String>) -> Result<(), CoreError> {
        guarded(|| self.0.may_resolve(made_by.as_deref()))
    }

    /// Whether a state of `idempotency.resolve` is the end of a call of a journal, which is then struck off.
    ///
    /// # Errors
    /// As `may_resolve`; and `invalid_configuration` for `not_executed` if another key made the call.
    pub fn is_end(&self, made_by: Option<String>, state: String) -> Result<bool, CoreError> {
        guarded(|| self.0.is_end(made_by.as_deref(), &CallState::from(state.as_str())))
    }
}

/// A journal in a file.
#[derive(uniffi::Object)]
pub struct CoreFileJournal(FileJournal);

#[uniffi::export]
impl CoreFileJournal {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// `journal_failed`.
    #[uniffi::constructor]
    pub fn new(path: String) -> Result<Self, CoreError> {
        guarded(|| FileJournal::open(path).map(Self))
    }

    /// Records a run of a call, and tells whether it was open; `now` in milliseconds since 1970.
    ///
    /// # Errors
    /// `journal_failed`.
    pub fn record(&self, call: CoreCall, now: Option<i64>) -> Result<bool, CoreError> {
        guarded(|| self.0.record(&call.into(), ambient::moment(now)))
    }

    /// Strikes a call off.
    ///
    /// # Errors
    /// `journal_failed`.
    pub fn settle(&self, idempotency_key: String) -> Result<(), CoreError> {
        guarded(|| self.0.settle(&idempotency_key))
    }

    /// Takes one run back.
    ///
    /// # Errors
    /// `journal_failed`.
    pub fn withdraw(&self, idempotency_key: String) -> Result<(), CoreError> {
        guarded(|| self.0.withdraw(&idempotency_key))
    }

    /// Every open call, oldest first.
    ///
    /// # Errors
    /// `journal_failed`.
    pub fn open_calls(&self) -> Result<Vec<CoreJournalEntry>, CoreError> {
        let entry = |entry: JournalEntry| CoreJournalEntry { call: entry.call.into(), recorded: entry.recorded.millis() };
        guarded(|| Ok(self.0.open_calls()?.into_iter().map(entry).collect()))
    }
}

impl From<Call> for CoreCall {
    fn from(call: Call) -> Self {
        let Call { operation, method, path, body, idempotency_key, caller } = call;
        Self { operation, method, path, body, idempotency_key: idempotency_key.unwrap_or_default(), caller }
    }
}

impl From<CoreCall> for Call {
    fn from(call: CoreCall) -> Self {
        let CoreCall { operation, method, path, body, idempotency_key, caller } = call;
        Self { operation, method, path, body, idempotency_key: Some(idempotency_key), caller }
    }
}
