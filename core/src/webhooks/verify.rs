//! [`Verifier`]: proves that a webhook is OKPay's, whole and fresh.

use super::headers::{Claimed, ClaimedSignature};
use super::payload::VerifiedPayload;
use super::secrets::{Key, invalid_key};
use crate::error::{ErrorCode, OkpayError};
use crate::timestamp::Timestamp;
use subtle::ConstantTimeEq;

/// Largest body that is proven: events are a few kilobytes.
pub(super) const MAX_BODY: usize = 1 << 20;

/// Default of [`Verifier::tolerance_secs`].
const TOLERANCE: u32 = 300;

/// HMAC-SHA256 by the host, for where its own is faster than core's (WebAssembly): asked with the place of a secret in the list, the id and
/// the timestamp, over `id.timestamp.` and the body. Where it gives nothing core computes it.
pub type HostMac<'a> = &'a dyn Fn(usize, &str, &str) -> Option<[u8; 32]>;

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
        self.verify_with(body, headers, now, &|_, _, _| None)
    }

    /// As [`Verifier::verify`], with MACs that the host computes. Everything else is decided here: what the headers claim, the comparison in
    /// constant time, the tolerance.
    ///
    /// # Errors
    /// As [`Verifier::verify`].
    pub fn verify_with(
        &self,
        body: &[u8],
        headers: &[(String, String)],
        now: Timestamp,
        host: HostMac<'_>,
    ) -> Result<VerifiedPayload, OkpayError> {
        if body.len() > MAX_BODY {
            return Err(OkpayError::verification(ErrorCode::BodyTooLarge, "the body is past 1 MiB"));
        }
        let claimed = Claimed::read(headers)?;
        if !holds_by(&self.keys, &claimed, body, host) {
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
    holds_by(keys, claimed, body, &|_, _, _| None)
}

fn holds_by(keys: &[Key], claimed: &Claimed, body: &[u8], host: HostMac<'_>) -> bool {
    let timestamp = claimed.timestamp.to_string();
    let signed = [claimed.id.as_bytes(), b".", timestamp.as_bytes(), b".", body];
    let mut found = false;
    for (place, key) in keys.iter().enumerate() {
        let mac = if matches!(key, Key::Hmac(_)) { host(place, &claimed.id, &timestamp) } else { None };
        for signature in &claimed.signatures {
            found |= match (key, signature) {
                (Key::Hmac(key), ClaimedSignature::V1(bytes)) => match &mac {
                    Some(mac) => mac.as_slice().ct_eq(bytes).into(),
                    None => key.holds(&signed, bytes),
                },
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhooks::{WebhookSigner, secret_bytes, webhook_secret};
    use hmac::{Hmac, KeyInit, Mac};
    use sha2::Sha256;

    const BODY: &[u8] = br#"{"type":"payment.succeeded"}"#;

    #[test]
    fn macs_of_the_host_are_as_good_as_ours_and_no_better() {
        let now = Timestamp::from_secs(1_800_000_000);
        let secrets = [[1; 32], [2; 32]].map(|random| webhook_secret(&random).unwrap());
        let headers = WebhookSigner::new(&secrets[1..]).unwrap().headers("evt_1", now, BODY).unwrap().to_list();
        let keys = secrets.clone().map(|secret| secret_bytes(&secret).unwrap().unwrap());
        let mac = |place: usize, id: &str, timestamp: &str, body: &[u8]| {
            let mac = Hmac::<Sha256>::new_from_slice(keys[place].expose()).unwrap();
            Some(mac.chain_update(format!("{id}.{timestamp}.")).chain_update(body).finalize().into_bytes().into())
        };
        let verifier = Verifier::new(&secrets).unwrap();
        let code = |host: HostMac<'_>, now| verifier.verify_with(BODY, &headers, now, host).map_err(|error| error.code().clone());
        assert!(code(&|place, id, timestamp| mac(place, id, timestamp, BODY), now).is_ok());
        assert!(code(&|place, id, timestamp| (place == 0).then(|| mac(place, id, timestamp, BODY)).flatten(), now).is_ok());
        for host in [&(|place, id: &str, timestamp: &str| mac(place, id, timestamp, b"{}")) as HostMac<'_>, &|_, _, _| Some([0; 32])] {
            assert_eq!(code(host, now).unwrap_err(), ErrorCode::WebhookSignatureMismatch);
        }
        let late = code(&|place, id, timestamp| mac(place, id, timestamp, BODY), now.plus_secs(301));
        assert_eq!(late.unwrap_err(), ErrorCode::WebhookTimestampOutOfTolerance);
    }

    #[test]
    fn a_public_key_is_no_secret_to_compute_with() {
        let public = WebhookSigner::new(&[webhook_secret(&[1; 32]).unwrap(), format!("whsk_{}", "A".repeat(43) + "=")]);
        let public = public.unwrap().public_key().unwrap();
        assert!(secret_bytes(&public).unwrap().is_none());
        assert!(secret_bytes("whsec_").is_err());
    }
}
