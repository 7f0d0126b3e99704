//! [`Refusal`]: why a request gets no reply, and what of it may be told.

use okpay::{ErrorCode, Failure, OkpayError};
use std::fmt;

/// What every step of the gateway gives.
pub(crate) type Outcome<T> = Result<T, Refusal>;

/// Why a request gets no reply.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The caller is told what is wrong.
    Failure(Box<Failure>),
    /// The same, and what was done so far stays: an attempt counts, an alert is raised.
    Kept(Box<Failure>),
    /// The gateway is at fault: the caller is told no more than that.
    Internal(String),
}

/// A refusal with a code and a text.
pub(crate) fn refuse(code: ErrorCode, detail: impl Into<String>) -> Refusal {
    Refusal::Failure(Box::new(Failure::new(code, detail)))
}

/// A refusal that names the field at fault.
pub(crate) fn refuse_at(code: ErrorCode, param: impl Into<String>, detail: impl Into<String>) -> Refusal {
    Refusal::Failure(Box::new(Failure::new(code, detail).at(param)))
}

/// No such object.
pub(crate) fn not_found(what: &str, id: &str) -> Refusal {
    refuse(ErrorCode::NotFound, format!("there is no {what} {id:?}"))
}

impl Refusal {
    /// The failure that the caller is told of.
    pub(crate) fn into_failure(self) -> Failure {
        match self {
            Self::Failure(failure) | Self::Kept(failure) => *failure,
            Self::Internal(why) => {
                tracing::error!(why, "the gateway failed");
                Failure::new(ErrorCode::InternalError, "the gateway failed; what it did is undone")
            }
        }
    }

    /// The same refusal about another field.
    pub(crate) fn at(self, param: &str) -> Self {
        match self {
            Self::Failure(failure) => Self::Failure(Box::new(failure.at(param))),
            Self::Kept(failure) => Self::Kept(Box::new(failure.at(param))),
            internal => internal,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failure(failure) | Self::Kept(failure) => write!(formatter, "{} ({})", failure.detail, failure.code),
            Self::Internal(why) => formatter.write_str(why),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<OkpayError> for Refusal {
    fn from(error: OkpayError) -> Self {
        let failure = error.failure().clone();
        match failure.code.status() {
            Some(_) => Self::Failure(Box::new(failure)),
            // A code that is not the gateway's to send says that the gateway itself is set up wrongly.
            None => Self::Internal(error.to_string()),
        }
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Internal(format!("the database: {error}"))
    }
}

impl From<serde_json::Error> for Refusal {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(format!("a stored document: {error}"))
    }
}
