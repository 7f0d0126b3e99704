//! [`Verifier`]: proves that a webhook is OKPay's, whole and fresh.

use super::headers::{Claimed, ClaimedSignature};
use super::payload::VerifiedPayload;
use super::secrets::{Key, invalid_key};
use crate::error::{ErrorCode, OkpayError};
use crate::timestamp::Timestamp;

/// Largest body that is proven: events are a few kilobytes.
pub(super) const MAX_BODY: usize = 1 << 20;

/// Default of [`Verifier::tolerance_secs`].
const TOLERANCE: u32 = 300;

/// Proves webhooks with one or more secrets.
///
/// During a rotation give the new and the old secret: a webhook passes if any signature in its header was made with any of them. Secrets
/// are wiped on drop and never shown.
#[derive(Debug, Clone)]
pub struct Verifier {
    keys: Vec<Key>,
    tolerance_secs: u32,
}

impl Verifier {
    /// From secrets (`whsec_…`, HMAC-SHA256) and public keys (`whpk_…`, Ed25519), in any number and mix.
    ///
    /// # Errors
    /// `invalid_key` for an empty list and for any text that is not one of the two; `param` says which, as `secrets[0]`.
    pub fn new(secrets: &[String]) -> Result<Self, OkpayError> {
        if secrets.is_empty() {
            return Err(invalid_key("no webhook secret was given; is its environment variable set?").within("secrets"));
        }
        let read = |(at, text): (usize, &String)| Key::read(text).map_err(|error| error.within(&format!("secrets[{at}]")));
        Ok(Self { keys: secrets.iter().enumerate().map(read).collect::<Result<_, _>>()?, tolerance_secs: TOLERANCE })
    }

    /// How far the webhook's timestamp may be from now, in seconds, to either side; 300 unless set. Zero means zero, not off.
    #[must_use]
    pub fn tolerance_secs(mut self, secs: u32) -> Self {
        self.tolerance_secs = secs;
        self
    }

    /// Proves a webhook and gives its payload. `body` is the raw body, before anything parsed it; names of headers are compared without
    /// case; `now` is this machine's clock.
    ///
    /// The signature is proven first, so `webhook_timestamp_out_of_tolerance` means a true webhook that is late or repeated, or a clock
    /// that is wrong.
    ///
    /// # Errors
    /// `webhook_header_missing`, `webhook_header_malformed`, `webhook_signature_mismatch`, `webhook_timestamp_out_of_tolerance`, and
    /// `body_too_large` past 1 MiB. [`diagnose`](super::diagnose) says more about a mismatch.
    pub fn verify(&self, body: &[u8], headers: &[(String, String)], now: Timestamp) -> Result<VerifiedPayload, OkpayError> {
        if body.len() > MAX_BODY {
            return Err(OkpayError::verification(ErrorCode::BodyTooLarge, "the body is past 1 MiB"));
        }
        let claimed = Claimed::read(headers)?;
        if !holds(&self.keys, &claimed, body) {
            let detail =
                "no signature was made with this secret over this id, timestamp and body; verify the raw bytes, before any parsing";
            return Err(OkpayError::verification(ErrorCode::WebhookSignatureMismatch, detail));
        }
        check_time(claimed.timestamp, now.secs(), self.tolerance_secs)?;
        Ok(VerifiedPayload::new(claimed.id, Timestamp::from_secs(claimed.timestamp), body.to_vec()))
    }
}

/// Whether any of the signatures was made with any of the keys. All of them are tried, whichever holds.
pub(super) fn holds(keys: &[Key], claimed: &Claimed, body: &[u8]) -> bool {
    let timestamp = claimed.timestamp.to_string();
    let signed = [claimed.id.as_bytes(), b".", timestamp.as_bytes(), b".", body];
    let mut found = false;
    for key in keys {
        for signature in &claimed.signatures {
            found |= match (key, signature) {
                (Key::Hmac(key), ClaimedSignature::V1(bytes)) => key.holds(&signed, bytes),
                (Key::Ed25519(key), ClaimedSignature::V1a(bytes)) => key.holds(&signed.concat(), bytes),
                _ => false,
            };
        }
    }
    found
}

fn check_time(timestamp: i64, now: i64, tolerance_secs: u32) -> Result<(), OkpayError> {
    let apart = now.saturating_sub(timestamp);
    if apart.unsigned_abs() <= u64::from(tolerance_secs) {
        return Ok(());
    }
    let side = if apart < 0 { "in the future" } else { "ago" };
    let detail = format!("the webhook was signed {} s {side} by this clock, and {tolerance_secs} s are allowed", apart.unsigned_abs());
    Err(OkpayError::verification(ErrorCode::WebhookTimestampOutOfTolerance, detail))
}
