//! One-time codes of an authenticator app.

use crate::errors::Told;
use crate::values::moment;
use okpay::totp::{self, TotpAlgorithm};
use wasm_bindgen::prelude::wasm_bindgen;

/// The secret that an app and a server share. It is wiped when it is freed.
#[wasm_bindgen]
pub struct TotpKey(totp::TotpKey);

#[wasm_bindgen]
impl TotpKey {
    /// From the bytes of the secret.
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(secret: &[u8], algorithm: &str, digits: u32, period: u32) -> Result<TotpKey, Told> {
        with(totp::TotpKey::new(secret)?, algorithm, digits, period)
    }

    /// From the secret in Base32.
    #[wasm_bindgen(js_name = fromBase32)]
    pub fn from_base32(secret: &str, algorithm: &str, digits: u32, period: u32) -> Result<TotpKey, Told> {
        with(totp::TotpKey::from_base32(secret)?, algorithm, digits, period)
    }

    /// The code at a time.
    #[must_use]
    pub fn code(&self, now: i64) -> String {
        self.0.code(moment(now))
    }

    /// The step of a code that somebody typed.
    pub fn verify(&self, typed: &str, now: i64, window: u32, last_used: Option<u64>) -> Result<u64, Told> {
        Ok(self.0.verify(typed, moment(now), small(window), last_used)?)
    }

    /// The link that an app takes.
    pub fn uri(&self, issuer: &str, account: &str) -> Result<String, Told> {
        Ok(String::from_utf8_lossy(self.0.uri(issuer, account)?.expose()).into_owned())
    }
}

fn with(key: totp::TotpKey, algorithm: &str, digits: u32, period: u32) -> Result<TotpKey, Told> {
    Ok(TotpKey(key.with(TotpAlgorithm::from_name(algorithm)?, small(digits), period)?))
}

/// A number that does not fit is out of range, which core says.
fn small(number: u32) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}
