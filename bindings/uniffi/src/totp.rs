//! One-time codes of an authenticator app.

use crate::ambient;
use crate::errors::{CoreError, guarded};
use okpay::OkpayError;
use okpay::totp::{TotpAlgorithm, TotpKey};

/// The secret that an app and a server share. It stays in Rust, where it is wiped on drop and never shown.
#[derive(uniffi::Object)]
pub struct CoreTotpKey(TotpKey);

#[uniffi::export]
impl CoreTotpKey {
    /// From the bytes of the secret.
    ///
    /// # Errors
    /// `invalid_key`, `invalid_parameter`.
    #[uniffi::constructor]
    pub fn from_bytes(secret: Vec<u8>, algorithm: String, digits: u32, period: u32) -> Result<Self, CoreError> {
        made(|| TotpKey::new(secret), &algorithm, digits, period)
    }

    /// From the secret in Base32.
    ///
    /// # Errors
    /// `invalid_key`, `invalid_parameter`.
    #[uniffi::constructor]
    pub fn from_base32(secret: String, algorithm: String, digits: u32, period: u32) -> Result<Self, CoreError> {
        made(|| TotpKey::from_base32(&secret), &algorithm, digits, period)
    }

    /// The code at a time; now by default.
    #[must_use]
    pub fn code(&self, now: Option<i64>) -> String {
        self.0.code(ambient::moment(now))
    }

    /// The step of a code that somebody typed.
    ///
    /// # Errors
    /// `one_time_code_mismatch`, `invalid_parameter`.
    pub fn verify(&self, typed: String, now: Option<i64>, window: u32, last_used: Option<u64>) -> Result<u64, CoreError> {
        guarded(|| self.0.verify(&typed, ambient::moment(now), small(window), last_used))
    }

    /// The link that an app takes.
    ///
    /// # Errors
    /// `invalid_parameter`.
    pub fn uri(&self, issuer: String, account: String) -> Result<String, CoreError> {
        guarded(|| self.0.uri(&issuer, &account).map(|uri| String::from_utf8_lossy(uri.expose()).into_owned()))
    }
}

fn made(key: impl FnOnce() -> Result<TotpKey, OkpayError>, algorithm: &str, digits: u32, period: u32) -> Result<CoreTotpKey, CoreError> {
    guarded(|| key()?.with(TotpAlgorithm::from_name(algorithm)?, small(digits), period)).map(CoreTotpKey)
}

/// A number that does not fit is out of range, which core says.
fn small(number: u32) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}
