//! The clock and the random numbers of the program: the only place in it where they are read.

use anyhow::{Result, anyhow};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use okpay::Timestamp;
use okpay::signing::Secret;
use std::time::{SystemTime, UNIX_EPOCH};

/// Now, by this machine's clock.
#[expect(clippy::disallowed_methods, reason = "a program is where the time comes in")]
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// 128 random bits in base64url: a nonce, or the key of a call that was given none.
pub(crate) fn token() -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(random_bytes::<16>()?))
}

/// The seed of a new device key.
pub(crate) fn seed() -> Result<Secret> {
    Ok(Secret::new(random_bytes::<32>()?))
}

fn random_bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("the system gives no random numbers: {error}"))?;
    Ok(bytes)
}
