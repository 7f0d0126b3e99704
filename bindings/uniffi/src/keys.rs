//! Keys. Their secrets stay in Rust, where they are wiped on drop and never shown, or behind the platform's keystore.

use crate::errors::{CoreError, guarded};
use okpay::signing::{self, Algorithm, Ed25519Key, HmacKey, Signer, VerificationKey};
use okpay::{ErrorCode, OkpayError};
use std::fmt;
use std::sync::Arc;

/// A private key that is behind the platform's keystore (Android Keystore, Secure Enclave or keychain) and signs with Ed25519 there.
#[uniffi::export(with_foreign)]
pub trait CoreSigner: Send + Sync {
    /// The public name of the key, as the gateway gave it on registration.
    fn key_id(&self) -> String;

    /// The Ed25519 signature (RFC 8032) over the bytes: 64 bytes.
    ///
    /// # Errors
    /// Whatever the keystore says.
    fn sign(&self, base: Vec<u8>) -> Result<Vec<u8>, CoreSignerError>;
}

/// Why a keystore did not sign.
#[derive(Debug, uniffi::Error)]
pub enum CoreSignerError {
    /// It refused: the key is locked, the person did not confirm, the keystore failed.
    Refused {
        /// In the keystore's words.
        reason: String,
    },
}

impl fmt::Display for CoreSignerError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Refused { reason } = self;
        formatter.write_str(reason)
    }
}

impl std::error::Error for CoreSignerError {}

impl From<uniffi::UnexpectedUniFFICallbackError> for CoreSignerError {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Refused { reason: error.reason }
    }
}

/// A foreign signer as one of core's.
struct Keystore(Arc<dyn CoreSigner>);

impl fmt::Debug for Keystore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Keystore")
    }
}

impl Signer for Keystore {
    fn key_id(&self) -> String {
        self.0.key_id()
    }
    fn algorithm(&self) -> Algorithm {
        Algorithm::Ed25519
    }
    fn sign(&self, base: Vec<u8>) -> Result<Vec<u8>, OkpayError> {
        self.0.sign(base).map_err(|error| OkpayError::invalid(ErrorCode::SigningFailed, format!("the keystore did not sign: {error}")))
    }
}

/// A key that signs.
#[derive(uniffi::Object)]
pub struct CoreKey(Kind);

enum Kind {
    Hmac(HmacKey),
    Ed25519(Ed25519Key),
    Keystore(Arc<Keystore>),
}

#[uniffi::export]
impl CoreKey {
    /// A server's secret key from its text, `okp_test_sk_…` or `okp_live_sk_…`.
    ///
    /// # Errors
    /// `invalid_key`.
    #[uniffi::constructor]
    pub fn hmac(key_id: String, secret: String) -> Result<Self, CoreError> {
        guarded(|| HmacKey::from_text(key_id, &secret)).map(|key| Self(Kind::Hmac(key)))
    }

    /// A secret key from its bytes.
    ///
    /// # Errors
    /// `invalid_key`.
    #[uniffi::constructor]
    pub fn hmac_bytes(key_id: String, secret: Vec<u8>) -> Result<Self, CoreError> {
        guarded(|| HmacKey::from_bytes(key_id, &secret)).map(|key| Self(Kind::Hmac(key)))
    }

    /// A device's key from its 32-byte seed (RFC 8032 §5.1.5).
    ///
    /// # Errors
    /// `invalid_key`.
    #[uniffi::constructor]
    pub fn ed25519(key_id: String, seed: Vec<u8>) -> Result<Self, CoreError> {
        guarded(|| Ed25519Key::from_seed(key_id, &seed)).map(|key| Self(Kind::Ed25519(key)))
    }

    /// A device's key behind the platform's keystore.
    #[uniffi::constructor]
    pub fn keystore(signer: Arc<dyn CoreSigner>) -> Self {
        Self(Kind::Keystore(Arc::new(Keystore(signer))))
    }

    /// The public name of the key.
    #[must_use]
    pub fn key_id(&self) -> String {
        self.signer().key_id()
    }

    /// The 32 bytes of the public key of an Ed25519 key in memory; nothing for others.
    #[must_use]
    pub fn public_key(&self) -> Option<Vec<u8>> {
        match &self.0 {
            Kind::Ed25519(key) => Some(key.public_key().to_bytes()),
            Kind::Hmac(_) | Kind::Keystore(_) => None,
        }
    }

    /// The signature of an Ed25519 key in memory over the bytes as they are, for a keystore that holds the seed and cannot sign with it.
    ///
    /// # Errors
    /// `invalid_key` for any other key.
    pub fn sign(&self, bytes: Vec<u8>) -> Result<Vec<u8>, CoreError> {
        guarded(|| match &self.0 {
            Kind::Ed25519(key) => key.sign(bytes),
            Kind::Hmac(_) | Kind::Keystore(_) => {
                Err(OkpayError::invalid(ErrorCode::InvalidKey, "only an Ed25519 key in memory signs bytes"))
            }
        })
    }
}

impl CoreKey {
    pub(crate) fn signer(&self) -> &dyn Signer {
        match &self.0 {
            Kind::Hmac(key) => key,
            Kind::Ed25519(key) => key,
            Kind::Keystore(key) => key.as_ref(),
        }
    }

    /// What a client proves itself with under this key.
    pub(crate) fn credentials(&self) -> okpay::call::Credentials {
        match &self.0 {
            Kind::Hmac(key) => okpay::call::Credentials::Secret(key.clone()),
            Kind::Ed25519(key) => okpay::call::Credentials::Device(Arc::new(key.clone())),
            Kind::Keystore(key) => okpay::call::Credentials::Device(Arc::clone(key) as Arc<dyn Signer>),
        }
    }

    pub(crate) fn ed25519_key(&self) -> Result<&Ed25519Key, OkpayError> {
        match &self.0 {
            Kind::Ed25519(key) => Ok(key),
            _ => Err(OkpayError::invalid(ErrorCode::InvalidKey, "this needs an Ed25519 key in memory")),
        }
    }

    pub(crate) fn verification_key(&self) -> Result<VerificationKey, OkpayError> {
        match &self.0 {
            Kind::Hmac(key) => Ok(VerificationKey::Hmac(key.clone())),
            Kind::Ed25519(key) => Ok(VerificationKey::Ed25519(key.public_key())),
            Kind::Keystore(_) => {
                Err(OkpayError::invalid(ErrorCode::InvalidKey, "a key in a keystore proves nothing; give its public half"))
            }
        }
    }
}

/// A public key for Ed25519, under the key id by which it is trusted.
#[derive(uniffi::Object)]
pub struct CorePublicKey(pub(crate) signing::PublicKey);

#[uniffi::export]
impl CorePublicKey {
    /// From the 32 bytes of the key.
    ///
    /// # Errors
    /// `invalid_key`.
    #[uniffi::constructor]
    pub fn from_bytes(key_id: String, bytes: Vec<u8>) -> Result<Self, CoreError> {
        guarded(|| signing::PublicKey::from_bytes(key_id, &bytes)).map(Self)
    }

    /// From its text, `keyid=base64`.
    ///
    /// # Errors
    /// `invalid_key`.
    #[uniffi::constructor]
    pub fn parse(text: String) -> Result<Self, CoreError> {
        guarded(|| signing::PublicKey::parse(&text)).map(Self)
    }

    /// The key id.
    #[must_use]
    pub fn key_id(&self) -> String {
        self.0.key_id().to_owned()
    }

    /// The 32 bytes of the key.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.0.to_bytes()
    }

    /// Its text, `keyid=base64`.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.to_text()
    }
}
