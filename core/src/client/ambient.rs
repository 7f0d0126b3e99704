//! The clock and the random numbers of the client: the only place in the crate where they are read.

use crate::error::{ErrorCode, OkpayError};
use crate::timestamp::Timestamp;
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

/// Random bytes of the system.
pub(super) fn random<const N: usize>() -> Result<[u8; N], OkpayError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| OkpayError::invalid(ErrorCode::InvalidConfiguration, format!("the system gives no random numbers: {error}")))?;
    Ok(bytes)
}
