//! Core's errors as the exceptions of the languages. A panic, which would be a defect of ours, becomes one as well.

use okpay::{DeclineCode, ErrorCode, Failure, OkpayError, Phase};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What an error says, and in `phase` what it means.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CoreFailure {
    /// `invalid`, `not_sent`, `rejected`, `outcome_unknown`, `unanswered` or `verification`.
    pub phase: String,
    /// The stable code to branch on.
    pub code: String,
    /// For people: what, where and what to do.
    pub detail: String,
    /// The field or fact at fault, as a path.
    pub param: Option<String>,
    /// Why a payment was declined.
    pub decline_code: Option<String>,
    /// The object that was made all the same.
    pub object: Option<String>,
    /// Of what was waited for, the last state that was read.
    pub state: Option<String>,
    /// The HTTP status, if an answer came.
    pub status: Option<u16>,
    /// The gateway's id of the request.
    pub request_id: Option<String>,
    /// The key of the call.
    pub idempotency_key: Option<String>,
    /// What to do next, in one English sentence.
    pub suggested_action: String,
}

/// Every error that crosses the border.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Error)]
pub enum CoreError {
    /// The one kind there is: the languages make their own out of its phase.
    Failed {
        /// What it says.
        failure: CoreFailure,
    },
}

impl fmt::Display for CoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Failed { failure } = self;
        write!(formatter, "{} ({})", failure.detail, failure.code)
    }
}

impl std::error::Error for CoreError {}

impl From<OkpayError> for CoreError {
    fn from(error: OkpayError) -> Self {
        let failure = error.failure().clone();
        Self::Failed {
            failure: CoreFailure {
                phase: error.phase().as_str().to_owned(),
                code: failure.code.as_str().to_owned(),
                detail: failure.detail,
                param: failure.param,
                decline_code: failure.decline_code.map(|code| code.as_str().to_owned()),
                object: failure.object,
                state: failure.state,
                status: failure.status,
                request_id: failure.request_id,
                idempotency_key: failure.idempotency_key,
                suggested_action: error.suggested_action().to_owned(),
            },
        }
    }
}

impl From<CoreFailure> for OkpayError {
    fn from(failure: CoreFailure) -> Self {
        let phase = Phase::from(failure.phase.as_str());
        let failure = Failure {
            code: ErrorCode::from(failure.code.as_str()),
            detail: failure.detail,
            param: failure.param,
            decline_code: failure.decline_code.as_deref().map(DeclineCode::from),
            object: failure.object,
            state: failure.state,
            status: failure.status,
            request_id: failure.request_id,
            idempotency_key: failure.idempotency_key,
        };
        Self::of(&phase, failure)
    }
}

/// Runs core's work. A panic becomes an error in place of ending the app.
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, OkpayError>) -> Result<T, CoreError> {
    guarded_write(None, work)
}

/// As [`guarded`]; after a panic in the middle of a write, by its key, it is not known what became of it.
pub(crate) fn guarded_write<T>(key: Option<String>, work: impl FnOnce() -> Result<T, OkpayError>) -> Result<T, CoreError> {
    let done = catch_unwind(AssertUnwindSafe(work));
    done.unwrap_or_else(|_| Err(OkpayError::defect(key))).map_err(CoreError::from)
}

/// Panics, for the tests of the crossing.
///
/// # Errors
/// Always, as `sdk_panicked`.
#[uniffi::export]
#[expect(clippy::panic, reason = "what it is for")]
pub fn core_panic() -> Result<(), CoreError> {
    guarded(|| panic!("asked for by a test"))
}
