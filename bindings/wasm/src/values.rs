//! Times, headers and JSON as they cross.

use crate::errors::Told;
use okpay::{ErrorCode, OkpayError, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Names and values.
pub(crate) type Headers = Vec<(String, String)>;

/// Milliseconds since 1970, which is what JavaScript's clock has.
pub(crate) fn moment(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// What the TypeScript side wrote, so that a mistake in it is ours; but what a user put into it may not fit either.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Told> {
    Ok(okpay::json::read_text(text)?)
}

/// Core's models always serialise.
pub(crate) fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Random bytes, of which there must be enough.
pub(crate) fn bytes<const LENGTH: usize>(random: &[u8]) -> Result<[u8; LENGTH], Told> {
    let missing = || OkpayError::invalid(ErrorCode::InvalidParameter, format!("{LENGTH} random bytes are needed"));
    random.try_into().map_err(|_| missing().into())
}
