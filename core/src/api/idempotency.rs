//! What became of a call, asked by its idempotency key.

use okpay_macros::model;

/// What became of a call.
#[model(open)]
pub enum CallState {
    /// It was executed; `status` and `body` are the first answer.
    Executed,
    /// It was not, and never will be: the key is closed.
    NotExecuted,
    /// It is running at this moment; ask again.
    InProgress,
}

impl CallState {
    /// Whether it is known for good what became of the call, so that a journal strikes it off. A state of a later version is not known to
    /// be an end.
    #[must_use]
    pub fn is_end(&self) -> bool {
        matches!(self, Self::Executed | Self::NotExecuted)
    }
}

/// Which call is asked about.
#[model(params)]
pub struct ResolveCall {
    /// The key of the call.
    pub idempotency_key: String,
}

/// What became of a call.
#[model]
pub struct CallOutcome {
    /// The key of the call.
    pub idempotency_key: String,
    /// What became of it.
    pub state: CallState,
    /// The operation that it was, if it was executed.
    pub operation: Option<String>,
    /// The HTTP status of the first answer.
    pub status: Option<u16>,
    /// The body of the first answer, its exact text. Absent after 24 hours, and where the key that asks may not do the operation itself.
    #[secret]
    pub body: Option<String>,
    /// The object that it made.
    pub object: Option<String>,
}
