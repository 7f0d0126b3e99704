//! Headers, and JSON text of core's models.

use okpay::{ErrorCode, OkpayError};
use serde_json::Error;

/// One header.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CoreHeader {
    /// Its name, in any case.
    pub name: String,
    /// Its value.
    pub value: String,
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
