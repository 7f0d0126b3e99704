//! A call, from the intent to its end, without a socket, a clock or randomness.
//!
//! | file | what |
//! | --- | --- |
//! | `base_url.rs` | [`BaseUrl`]: where the gateway is; `https` unless it is this machine |
//! | `prepare.rs` | [`prepare`]: call, credentials and stamp → signed request |
//! | `conclude.rs` | [`conclude`]: what an attempt came to → reply, retry or error |
//! | `caller.rs`, `exchange.rs` | [`Caller`] and [`Exchange`]: what a send loop carries from attempt to attempt |
//! | `report.rs` | [`AttemptReport`]: what each attempt came to, for logs and metrics |
//! | `wait.rs` | [`Wait`]: when to read a resource again until it has come to its end |
//! | `journaling.rs` | what a journal keeps of a call, and when it strikes one off |
//! | `retry.rs` | [`RetryPolicy`]: how often and how long; the hints of `Retry-After` and `RateLimit` |
//!
//! Whoever sends does no more than the loop at [`Exchange`], in any language: send, sleep as told, ask again.
//!
//! The end of a call is computed over **all** its attempts: once a write may have left the machine, only a verified answer of its
//! execution ends it. Everything else is [`OutcomeUnknown`](crate::OkpayError::OutcomeUnknown), which carries the key.

mod base_url;
mod caller;
mod conclude;
mod exchange;
#[cfg(feature = "secret")]
mod journaling;
mod prepare;
mod report;
mod retry;
#[cfg(feature = "secret")]
mod wait;

pub use base_url::BaseUrl;
#[cfg(feature = "client")]
pub(crate) use base_url::is_loopback;
pub use caller::Caller;
pub use conclude::{Step, conclude};
pub use exchange::{CallOptions, Exchange, Next, Randomness};
#[cfg(feature = "secret")]
pub use journaling::{Closing, not_recorded};
pub use prepare::{Credentials, SignedRequest, prepare};
pub use report::AttemptReport;
pub use retry::RetryPolicy;
#[cfg(feature = "secret")]
pub use wait::Wait;

use crate::api::Call;
use crate::error::{ErrorCode, OkpayError};
use crate::timestamp::Timestamp;
use std::fmt;

/// The attempts of one logical call so far. A plain record: the sender hands it back unread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempts {
    /// The current attempt, from 1.
    pub number: u32,
    /// The nonce of the current attempt: 128 random bits in base64url, never used twice.
    pub nonce: String,
    /// The id of the caller's key: an answer to anybody else is no answer to this call.
    pub key_id: String,
    /// When the first attempt began.
    pub started: Timestamp,
    /// Whether an attempt before this one may have reached the gateway.
    pub may_have_left: bool,
    /// What to add to this machine's clock, in milliseconds, as learnt from the gateway.
    pub clock_offset: i64,
    /// Whether this call has corrected the clock; it does so once.
    pub clock_corrected: bool,
}

impl Attempts {
    /// The first attempt, under these credentials, which are those of all attempts. `clock_offset` is what an earlier call learnt, else 0.
    #[must_use]
    pub fn first(credentials: &Credentials, now: Timestamp, nonce: impl Into<String>, clock_offset: i64) -> Self {
        Self {
            number: 1,
            nonce: nonce.into(),
            key_id: credentials.key_id(),
            started: now,
            may_have_left: false,
            clock_offset,
            clock_corrected: false,
        }
    }

    /// The next attempt, under a fresh nonce.
    #[must_use]
    pub fn next(mut self, nonce: impl Into<String>) -> Self {
        self.number = self.number.saturating_add(1);
        self.nonce = nonce.into();
        self
    }

    /// What an error of the sender's own (a keystore that is locked, no random numbers) means for the call: once a write may have left
    /// this machine, its outcome is unknown, whatever keeps it from being tried again.
    #[must_use]
    pub fn broken_off(&self, call: &Call, error: OkpayError) -> OkpayError {
        if !(call.is_write() && self.may_have_left) {
            return error;
        }
        let mut failure = error.into_failure();
        failure.idempotency_key.clone_from(&call.idempotency_key);
        OkpayError::OutcomeUnknown(failure)
    }
}

/// What one attempt came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// An answer, of whatever kind and not yet verified.
    Answered(Answer),
    /// No answer, or not all of it.
    Failed {
        /// Whether the request may have left this machine. Say yes when in doubt.
        may_have_left: bool,
        /// `connect_failed`, `connection_lost`, `timeout`, `deadline_exceeded`, `cancelled` or `answer_incomplete`.
        code: ErrorCode,
        /// The transport's own words.
        detail: String,
    },
}

/// An answer as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Names and values, as they came.
    pub headers: Vec<(String, String)>,
    /// The body, as it came.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first value of a header, its name compared without case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The gateway's id of the request, for support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.header("okpay-request-id")
    }

    /// Whether it is the first answer to this key, given again.
    #[must_use]
    pub fn is_replayed(&self) -> bool {
        self.header("idempotency-replayed") == Some("true")
    }
}

/// A body may hold a secret that is shown only once, so that it is not for a log.
impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let request = self.request_id().unwrap_or("without id");
        write!(formatter, "Answer({}, request {request:?}, {} bytes)", self.status, self.body.len())
    }
}
