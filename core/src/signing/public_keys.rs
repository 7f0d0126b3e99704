//! Keys that prove: [`PublicKey`], [`PublicKeys`], [`VerificationKey`].

use super::keys::{Algorithm, HmacKey, checked_key_id, invalid_key};
use crate::error::OkpayError;
use base64ct::{Base64, Encoding};
use ed25519_dalek::{Signature, VerifyingKey};
use std::fmt;

/// A public key for Ed25519, with the key id under which it is trusted.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    key_id: String,
    key: VerifyingKey,
}

impl PublicKey {
    pub(super) fn of(key_id: String, key: VerifyingKey) -> Self {
        Self { key_id, key }
    }

    /// From a key id and the 32 bytes of the public key (RFC 8032 §5.1.2).
    ///
    /// # Errors
    /// `invalid_key` for a malformed key id, and for bytes that are no point on the curve or a weak one (of small order).
    pub fn from_bytes(key_id: impl Into<String>, bytes: &[u8]) -> Result<Self, OkpayError> {
        let key_id = checked_key_id(key_id.into())?;
        let key = VerifyingKey::try_from(bytes).map_err(|_| invalid_key("not an Ed25519 public key of 32 bytes"))?;
        if key.is_weak() {
            return Err(invalid_key("a weak Ed25519 public key (of small order), under which anybody can sign"));
        }
        Ok(Self { key_id, key })
    }

    /// From a key id and the 32 bytes in base64: 44 characters, with padding.
    ///
    /// # Errors
    /// `invalid_key` for any other text, and as [`PublicKey::from_bytes`].
    pub fn from_base64(key_id: impl Into<String>, encoded: &str) -> Result<Self, OkpayError> {
        let bytes = Base64::decode_vec(encoded).map_err(|_| invalid_key("a public key is 32 bytes in base64, 44 characters"))?;
        Self::from_bytes(key_id, &bytes)
    }

    /// The 32 bytes in base64, as `devices.create` takes them.
    #[must_use]
    pub fn to_base64(&self) -> String {
        Base64::encode_string(self.key.as_bytes())
    }

    /// From its text, `keyid=base64`.
    ///
    /// # Errors
    /// `invalid_key` for any other text.
    pub fn parse(text: &str) -> Result<Self, OkpayError> {
        let (key_id, encoded) = text.split_once('=').ok_or_else(|| invalid_key("a public key is written keyid=base64"))?;
        Self::from_base64(key_id, encoded)
    }

    /// Its text, `keyid=base64`.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{}={}", self.key_id, self.to_base64())
    }

    /// The key id.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The 32 bytes of the key.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.key.as_bytes().to_vec()
    }

    /// Whether `signature` was made over `text` by this key, by the strict rules (no malleable or small-order forms).
    pub(crate) fn holds(&self, text: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.key.verify_strict(text, &signature).is_ok())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PublicKey({})", self.to_text())
    }
}

/// Several public keys: the current one and, during a rotation, its neighbours. The text form is that of `OKPAY_GATEWAY_KEYS`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PublicKeys(Vec<PublicKey>);

impl PublicKeys {
    /// From the text `keyid=base64,keyid2=base64`; spaces around an entry are allowed.
    ///
    /// # Errors
    /// `invalid_key` for an empty list, a malformed entry, or a key id that comes twice.
    pub fn parse(text: &str) -> Result<Self, OkpayError> {
        let mut keys: Vec<PublicKey> = Vec::new();
        for entry in text.split(',') {
            let key = PublicKey::parse(entry.trim())?;
            if keys.iter().any(|known| known.key_id == key.key_id) {
                return Err(invalid_key(format!("the key id {} comes twice", key.key_id)));
            }
            keys.push(key);
        }
        Ok(Self(keys))
    }

    /// The text that [`parse`](Self::parse) reads.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.0.iter().map(PublicKey::to_text).collect::<Vec<_>>().join(",")
    }

    /// The keys, in the order of the text.
    #[must_use]
    pub fn keys(&self) -> &[PublicKey] {
        &self.0
    }
}

impl From<Vec<PublicKey>> for PublicKeys {
    fn from(keys: Vec<PublicKey>) -> Self {
        Self(keys)
    }
}

/// The key against which a request's signature is proven.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum VerificationKey {
    /// A server's secret key.
    Hmac(HmacKey),
    /// A device's public key.
    Ed25519(PublicKey),
}

impl VerificationKey {
    pub(super) fn key_id(&self) -> &str {
        match self {
            Self::Hmac(key) => key.key_name(),
            Self::Ed25519(key) => &key.key_id,
        }
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        match self {
            Self::Hmac(_) => Algorithm::HmacSha256,
            Self::Ed25519(_) => Algorithm::Ed25519,
        }
    }

    pub(super) fn holds(&self, base: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Hmac(key) => key.holds(&[base], signature),
            Self::Ed25519(key) => key.holds(base, signature),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;
    use crate::signing::Ed25519Key;

    #[test]
    fn public_keys_have_a_text() {
        let (one, two) = (Ed25519Key::from_seed("gw_1", &[1; 32]).unwrap(), Ed25519Key::from_seed("gw_2", &[2; 32]).unwrap());
        let text = format!("{}, {}", one.public_key().to_text(), two.public_key().to_text());
        let keys = PublicKeys::parse(&text).unwrap();
        assert_eq!(keys.keys(), [one.public_key(), two.public_key()]);
        assert_eq!(PublicKeys::parse(&keys.to_text()).unwrap(), keys);
        let weak = PublicKey { key_id: "w".to_owned(), key: VerifyingKey::default() }.to_text();
        for text in
            ["", ",", "gw_1", "=AAAA", "gw_1=AAAA", one.public_key().to_text().trim_end_matches('='), &format!("{text},{text}"), &weak]
        {
            assert_eq!(PublicKeys::parse(text).unwrap_err().code(), &ErrorCode::InvalidKey, "{text}");
        }
    }
}
