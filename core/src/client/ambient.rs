//! The clock and the random numbers of the client: the only place in the crate where they are read.

use crate::error::{ErrorCode, OkpayError};
use crate::timestamp::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

#[expect(clippy::disallowed_methods, reason = "a client is where the time comes in")]
pub(super) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

#[expect(clippy::disallowed_methods, reason = "a client is where the time comes in")]
pub(super) fn instant() -> Instant {
    Instant::now()
}

/// 128 random bits in base64url.
pub(super) fn nonce() -> Result<String, OkpayError> {
    Ok(URL_SAFE_NO_PAD.encode(random_bytes()?))
}

/// A random key for a call that was given none.
pub(super) fn idempotency_key() -> Result<String, OkpayError> {
    Ok(uuid::Builder::from_random_bytes(random_bytes()?).into_uuid().to_string())
}

/// An evenly distributed number, for the jitter of a retry.
pub(super) fn random() -> Result<u64, OkpayError> {
    getrandom::u64().map_err(no_randomness)
}

fn random_bytes() -> Result<[u8; 16], OkpayError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(no_randomness)?;
    Ok(bytes)
}

fn no_randomness(error: getrandom::Error) -> OkpayError {
    OkpayError::invalid(ErrorCode::InvalidConfiguration, format!("the system gives no random numbers: {error}"))
}
