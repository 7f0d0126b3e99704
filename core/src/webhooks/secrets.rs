//! The texts of webhook secrets and keys, read strictly.
//!
//! | prefix | what it is | who has it |
//! | --- | --- | --- |
//! | `whsec_` | 24 to 64 random bytes in base64, for HMAC-SHA256 (`v1`); the prefix may be left off | sender and receiver |
//! | `whsk_` | an Ed25519 private key in base64: its seed, alone or followed by the public key (`v1a`) | the sender |
//! | `whpk_` | the Ed25519 public key in base64 (`v1a`) | the receiver |
//!
//! Another provider's secrets may start with `whsec_` too and are used in another way: a scheme is named, never guessed.

use crate::error::{ErrorCode, OkpayError};
use crate::signing::{Ed25519Key, HmacKey, PublicKey, Secret};
use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

/// Keys of webhooks have no name on the wire; this one stands in.
const KEY_ID: &str = "webhook";

/// The text of a secret, `whsec_…`, from 24 to 64 random bytes (OKPay's own have 32).
///
/// # Errors
/// `invalid_key` for any other number of bytes.
pub fn webhook_secret(random: &[u8]) -> Result<String, OkpayError> {
    check_length(random)?;
    Ok(format!("whsec_{}", Base64::encode_string(random)))
}

/// The bytes behind a secret `whsec_…`, for a host that computes the MACs of [`Verifier::verify_with`](super::Verifier::verify_with);
/// nothing for a public key `whpk_…`.
///
/// # Errors
/// `invalid_key` for any other text.
pub fn secret_bytes(text: &str) -> Result<Option<Secret>, OkpayError> {
    match Key::read(text)? {
        Key::Hmac(_) => Ok(Some(Secret::new(decode(text.strip_prefix("whsec_").unwrap_or(text))?.to_vec()))),
        Key::Ed25519(_) => Ok(None),
    }
}

/// What a receiver proves signatures with.
#[derive(Debug, Clone)]
pub(super) enum Key {
    /// `whsec_…`
    Hmac(HmacKey),
    /// `whpk_…`
    Ed25519(PublicKey),
}

impl Key {
    /// Reads `whsec_…` or `whpk_…`.
    pub(super) fn read(text: &str) -> Result<Self, OkpayError> {
        match text.strip_prefix("whpk_") {
            Some(encoded) => Ok(Self::Ed25519(PublicKey::from_bytes(KEY_ID, &decode(encoded)?)?)),
            None => hmac_key(text).map(Self::Hmac),
        }
    }
}

/// Reads `whsec_…`.
pub(super) fn hmac_key(text: &str) -> Result<HmacKey, OkpayError> {
    if text.starts_with("whsk_") {
        return Err(invalid_key("whsk_ is the sender's private key; a receiver needs the public one, whpk_"));
    }
    let bytes = decode(text.strip_prefix("whsec_").unwrap_or(text))?;
    check_length(&bytes)?;
    HmacKey::from_bytes(KEY_ID, &bytes)
}

/// Reads what follows `whsk_`.
pub(super) fn signing_key(encoded: &str) -> Result<Ed25519Key, OkpayError> {
    let bytes = decode(encoded)?;
    let (seed, public) = bytes.split_at_checked(32).ok_or_else(|| invalid_key("a webhook private key has 32 or 64 bytes"))?;
    let key = Ed25519Key::from_seed(KEY_ID, seed)?;
    match public.is_empty() || public == key.public_key().to_bytes() {
        true => Ok(key),
        false => Err(invalid_key("the two halves of a webhook private key do not belong together")),
    }
}

/// The text `whpk_…` of a private key's public half.
pub(super) fn public_text(key: &Ed25519Key) -> String {
    format!("whpk_{}", Base64::encode_string(&key.public_key().to_bytes()))
}

fn decode(encoded: &str) -> Result<Zeroizing<Vec<u8>>, OkpayError> {
    match Base64::decode_vec(encoded) {
        Ok(bytes) => Ok(Zeroizing::new(bytes)),
        Err(_) => {
            Err(invalid_key("a webhook secret is whsec_ and base64 with its padding, without spaces or quotes; copy it again, whole"))
        }
    }
}

fn check_length(secret: &[u8]) -> Result<(), OkpayError> {
    match secret.len() {
        24..=64 => Ok(()),
        0 => Err(invalid_key("a webhook secret is empty; is its environment variable set?")),
        count => Err(invalid_key(&format!("a webhook secret has 24 to 64 bytes, and this one {count}"))),
    }
}

pub(super) fn invalid_key(detail: &str) -> OkpayError {
    OkpayError::invalid(ErrorCode::InvalidKey, detail)
}
