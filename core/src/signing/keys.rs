//! Keys that sign: [`Signer`], [`HmacKey`], [`Ed25519Key`].

use super::public_keys::PublicKey;
use crate::error::{ErrorCode, OkpayError};
use base64ct::{Base64UrlUnpadded, Encoding};
use ed25519_dalek::{Signer as _, SigningKey};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

/// The signature algorithms of the protocol, by their names in the HTTP Signature Algorithms Registry (RFC 9421 §6.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// HMAC using SHA-256 (RFC 9421 §3.3.3), for servers.
    HmacSha256,
    /// Ed25519 (RFC 9421 §3.3.6), for devices and for the gateway's answers.
    Ed25519,
}

impl Algorithm {
    /// The name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HmacSha256 => "hmac-sha256",
            Self::Ed25519 => "ed25519",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::HmacSha256, Self::Ed25519].into_iter().find(|algorithm| algorithm.as_str() == name)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Whoever makes signatures: a key in memory, or a callback into a platform's keystore.
pub trait Signer: Send + Sync + fmt::Debug {
    /// The public name of the key: 1 to 64 of `A-Z a-z 0-9 _ -`.
    fn key_id(&self) -> String;

    /// Which algorithm [`sign`](Self::sign) uses.
    fn algorithm(&self) -> Algorithm;

    /// Signs the bytes: 32 bytes out for HMAC-SHA256, 64 for Ed25519.
    ///
    /// # Errors
    /// Whatever the keystore says: the call ends as `signing_failed` with its `detail`, whichever error it is.
    fn sign(&self, base: Vec<u8>) -> Result<Vec<u8>, OkpayError>;
}

/// A secret key for HMAC-SHA256. The key schedule is computed once, and nothing of the key is kept beside it; it is wiped on drop.
#[derive(Clone)]
pub struct HmacKey {
    key_id: String,
    livemode: bool,
    keyed: Hmac<Sha256>,
}

impl HmacKey {
    /// From a key id and the text of its secret: `okp_test_sk_` or `okp_live_sk_`, then 32 bytes in base64url without padding.
    ///
    /// # Errors
    /// `invalid_key` for any other text, for a malformed key id, and for a test secret under a live key id or the reverse.
    pub fn from_text(key_id: impl Into<String>, secret: &str) -> Result<Self, OkpayError> {
        let key_id = checked_key_id(key_id.into())?;
        let (livemode, encoded) = match (secret.strip_prefix("okp_live_sk_"), secret.strip_prefix("okp_test_sk_")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return Err(invalid_key("a secret key starts with okp_test_sk_ or okp_live_sk_; copy it again, without spaces or quotes")),
        };
        let opposite = if livemode { "okp_test_" } else { "okp_live_" };
        if key_id.starts_with(opposite) {
            return Err(invalid_key("the key id and the secret key are of different modes: one is test, the other live"));
        }
        let bytes = Zeroizing::new(Base64UrlUnpadded::decode_vec(encoded).unwrap_or_default());
        if bytes.len() != 32 {
            return Err(invalid_key("a secret key ends in 43 characters of base64url; this one was cut or changed"));
        }
        Self::keyed(key_id, livemode, &bytes)
    }

    /// From a key id and the bytes of the secret, at least 16. The key is a test key if its id starts with `okp_test_`.
    ///
    /// # Errors
    /// `invalid_key` for a malformed key id or a short secret.
    pub fn from_bytes(key_id: impl Into<String>, secret: &[u8]) -> Result<Self, OkpayError> {
        let key_id = checked_key_id(key_id.into())?;
        if secret.len() < 16 {
            return Err(invalid_key("a secret of fewer than 16 bytes can be guessed; use 32 random bytes"));
        }
        let livemode = !key_id.starts_with("okp_test_");
        Self::keyed(key_id, livemode, secret)
    }

    fn keyed(key_id: String, livemode: bool, secret: &[u8]) -> Result<Self, OkpayError> {
        let keyed = Hmac::new_from_slice(secret).map_err(|_| invalid_key("not a key for HMAC"))?;
        Ok(Self { key_id, livemode, keyed })
    }

    /// Whether the key moves real money. A key whose mode is not known counts as live, for that is the stricter.
    #[must_use]
    pub fn livemode(&self) -> bool {
        self.livemode
    }

    pub(super) fn key_name(&self) -> &str {
        &self.key_id
    }

    /// The MAC over the pieces, as if they were one text.
    pub(crate) fn mac(&self, pieces: &[&[u8]]) -> Vec<u8> {
        self.fed(pieces).finalize().into_bytes().to_vec()
    }

    /// Whether `signature` is the MAC over the pieces, in constant time.
    pub(crate) fn holds(&self, pieces: &[&[u8]], signature: &[u8]) -> bool {
        self.fed(pieces).verify_slice(signature).is_ok()
    }

    fn fed(&self, pieces: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac = self.keyed.clone();
        pieces.iter().for_each(|piece| mac.update(piece));
        mac
    }
}

impl Signer for HmacKey {
    fn key_id(&self) -> String {
        self.key_id.clone()
    }
    fn algorithm(&self) -> Algorithm {
        Algorithm::HmacSha256
    }
    fn sign(&self, base: Vec<u8>) -> Result<Vec<u8>, OkpayError> {
        Ok(self.mac(&[&base]))
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("HmacKey").field("key_id", &self.key_id).field("livemode", &self.livemode).finish_non_exhaustive()
    }
}

/// A private key for Ed25519 (RFC 8032), wiped on drop.
#[derive(Clone)]
pub struct Ed25519Key {
    key_id: String,
    key: SigningKey,
}

impl Ed25519Key {
    /// From a key id and the 32-byte seed (RFC 8032 §5.1.5).
    ///
    /// # Errors
    /// `invalid_key` for a malformed key id or a seed of another length.
    pub fn from_seed(key_id: impl Into<String>, seed: &[u8]) -> Result<Self, OkpayError> {
        let key_id = checked_key_id(key_id.into())?;
        let key = SigningKey::try_from(seed).map_err(|_| invalid_key("an Ed25519 seed has 32 bytes"))?;
        Ok(Self { key_id, key })
    }

    /// The public half, under the same key id.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey::of(self.key_id.clone(), self.key.verifying_key())
    }

    pub(crate) fn signature(&self, text: &[u8]) -> Vec<u8> {
        self.key.sign(text).to_bytes().to_vec()
    }
}

impl Signer for Ed25519Key {
    fn key_id(&self) -> String {
        self.key_id.clone()
    }
    fn algorithm(&self) -> Algorithm {
        Algorithm::Ed25519
    }
    fn sign(&self, base: Vec<u8>) -> Result<Vec<u8>, OkpayError> {
        Ok(self.signature(&base))
    }
}

impl fmt::Debug for Ed25519Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Ed25519Key").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

/// `[A-Za-z0-9_-]{min,max}`, the alphabet of key ids and nonces.
pub(super) fn is_word(text: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

pub(super) fn checked_key_id(key_id: String) -> Result<String, OkpayError> {
    match is_word(&key_id, 1..=64) {
        true => Ok(key_id),
        false => Err(invalid_key("a key id has 1 to 64 of the characters A-Z a-z 0-9 _ -")),
    }
}

pub(super) fn invalid_key(detail: impl Into<String>) -> OkpayError {
    OkpayError::invalid(ErrorCode::InvalidKey, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "okp_test_sk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    #[test]
    fn reads_a_secret_and_never_shows_it() {
        let key = HmacKey::from_text("okp_test_kid_1", SECRET).unwrap();
        let same = HmacKey::from_bytes("okp_test_kid_1", &(0..32).collect::<Vec<_>>()).unwrap();
        assert_eq!(key.mac(&[b"a", b"b"]), same.mac(&[b"ab"]));
        assert!(!key.livemode() && !same.livemode());
        assert!(HmacKey::from_text("k", &SECRET.replace("test", "live")).unwrap().livemode());
        assert!(HmacKey::from_bytes("k", &[1; 32]).unwrap().livemode());
        assert_eq!(format!("{key:?}"), r#"HmacKey { key_id: "okp_test_kid_1", livemode: false, .. }"#);
        let key = Ed25519Key::from_seed("device_1", &[7; 32]).unwrap();
        assert_eq!(format!("{key:?}"), r#"Ed25519Key { key_id: "device_1", .. }"#);
    }

    #[test]
    fn refuses_malformed_keys_without_repeating_them() {
        let long = format!("{SECRET}A");
        let secrets = [
            "",
            "okp_test_sk_",
            "sk_live_x",
            &SECRET[..40],
            &long,
            &format!(" {SECRET}"),
            &format!("\"{SECRET}\""),
            &SECRET.replace("8", "9"),
            &SECRET.replace('A', "+"),
        ];
        for secret in secrets {
            let error = HmacKey::from_text("okp_test_kid_1", secret).unwrap_err();
            assert_eq!(error.code(), &ErrorCode::InvalidKey, "{secret}");
            assert!(!error.to_string().contains("BAgME"));
        }
        assert!(HmacKey::from_text("okp_live_kid_1", SECRET).is_err());
        for key_id in ["", "a b", "\"", "k\n", "k=", &"k".repeat(65)] {
            assert!(HmacKey::from_bytes(key_id, &[1; 32]).is_err() && Ed25519Key::from_seed(key_id, &[1; 32]).is_err(), "{key_id}");
        }
        assert!(HmacKey::from_bytes("k", &[1; 15]).is_err());
        assert!(Ed25519Key::from_seed("k", &[1; 31]).is_err());
    }

    #[test]
    fn proves_only_what_the_key_signed() {
        let signing = Ed25519Key::from_seed("d", &[9; 32]).unwrap();
        let signature = signing.sign(b"text".to_vec()).unwrap();
        assert!(signing.public_key().holds(b"text", &signature));
        assert!(!signing.public_key().holds(b"Text", &signature));
        assert!(!signing.public_key().holds(b"text", &signature[..63]));
        let key = HmacKey::from_bytes("k", &[3; 32]).unwrap();
        let mac = key.sign(b"text".to_vec()).unwrap();
        assert!(key.holds(&[b"te", b"xt"], &mac));
        assert!(!key.holds(&[b"text"], &mac[..16]) && !key.holds(&[b"text"], &[]));
    }
}
