//! Headers, times, and JSON text of core's models.

use crate::errors::{CoreError, guarded};
use okpay::{ErrorCode, OkpayError, Timestamp};
use serde_json::Error;

/// One header.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CoreHeader {
    /// Its name, in any case.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Reads a time of the wire (RFC 3339, any offset) as milliseconds since 1970.
///
/// # Errors
/// `invalid_field`.
#[uniffi::export]
pub fn core_time(text: String) -> Result<i64, CoreError> {
    guarded(|| Timestamp::parse(&text).map(Timestamp::millis))
}

/// The text of a time on the wire (RFC 3339, UTC), from milliseconds since 1970.
#[uniffi::export]
#[must_use]
pub fn core_time_text(millis: i64) -> String {
    Timestamp::from_millis(millis).to_string()
}

pub(crate) fn pairs(headers: Vec<CoreHeader>) -> Vec<(String, String)> {
    headers.into_iter().map(|header| (header.name, header.value)).collect()
}

pub(crate) fn header_list(pairs: Vec<(String, String)>) -> Vec<CoreHeader> {
    pairs.into_iter().map(|(name, value)| CoreHeader { name, value }).collect()
}

/// Core's models always serialise.
pub(crate) fn to_json(model: &impl serde::Serialize) -> String {
    serde_json::to_string(model).unwrap_or_default()
}

pub(crate) fn unreadable(error: Error) -> OkpayError {
    OkpayError::invalid(ErrorCode::InvalidParameter, error.to_string())
}
