//! The clock and the random numbers of the binding: the only place in the crate where they are read.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use okpay::{ErrorCode, OkpayError, Timestamp};
use std::time::{SystemTime, UNIX_EPOCH};

#[expect(clippy::disallowed_methods, reason = "a binding is where the time comes in")]
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// A moment that was given in milliseconds, or the present.
pub(crate) fn moment(millis: Option<i64>) -> Timestamp {
    millis.map_or_else(now, Timestamp::from_millis)
}

/// 128 random bits in base64url.
pub(crate) fn nonce() -> Result<String, OkpayError> {
    Ok(URL_SAFE_NO_PAD.encode(random::<16>()?))
}

pub(crate) fn random<const LENGTH: usize>() -> Result<[u8; LENGTH], OkpayError> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes)
        .map_err(|error| OkpayError::invalid(ErrorCode::InvalidConfiguration, format!("the system gives no random numbers: {error}")))?;
    Ok(bytes)
}
