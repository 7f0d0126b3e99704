//! [`Key`]: a key that signs. It is wiped when it is freed; `ts/signing.ts` has a class for each kind.

use crate::errors::Told;
use okpay::call::Credentials;
use okpay::signing::{Ed25519Key, HmacKey, PublicKey, Signer, VerificationKey};
use std::sync::Arc;
use wasm_bindgen::prelude::wasm_bindgen;

enum Kind {
    Hmac(HmacKey),
    Ed25519(Ed25519Key),
}

/// A key that signs.
#[wasm_bindgen]
pub struct Key(Kind);

#[wasm_bindgen]
impl Key {
    /// A server's, from the text of its secret.
    #[wasm_bindgen(js_name = hmacFromText)]
    pub fn hmac_from_text(key_id: &str, secret: &str) -> Result<Key, Told> {
        Ok(Self(Kind::Hmac(HmacKey::from_text(key_id, secret)?)))
    }

    /// A server's, from the bytes of its secret.
    #[wasm_bindgen(js_name = hmacFromBytes)]
    pub fn hmac_from_bytes(key_id: &str, secret: &[u8]) -> Result<Key, Told> {
        Ok(Self(Kind::Hmac(HmacKey::from_bytes(key_id, secret)?)))
    }

    /// A device's or gateway's, from its seed.
    pub fn ed25519(key_id: &str, seed: &[u8]) -> Result<Key, Told> {
        Ok(Self(Kind::Ed25519(Ed25519Key::from_seed(key_id, seed)?)))
    }

    /// The public half of an Ed25519 key, as its text.
    #[wasm_bindgen(js_name = publicKey)]
    #[must_use]
    pub fn public_key(&self) -> Option<String> {
        match &self.0 {
            Kind::Hmac(_) => None,
            Kind::Ed25519(key) => Some(key.public_key().to_text()),
        }
    }

    /// Whether a secret key moves real money.
    #[must_use]
    pub fn livemode(&self) -> Option<bool> {
        match &self.0 {
            Kind::Hmac(key) => Some(key.livemode()),
            Kind::Ed25519(_) => None,
        }
    }
}

impl Key {
    pub(crate) fn credentials(&self) -> Credentials {
        match &self.0 {
            Kind::Hmac(key) => Credentials::Secret(key.clone()),
            Kind::Ed25519(key) => Credentials::Device(Arc::new(key.clone()) as Arc<dyn Signer>),
        }
    }

    pub(crate) fn signer(&self) -> &dyn Signer {
        match &self.0 {
            Kind::Hmac(key) => key,
            Kind::Ed25519(key) => key,
        }
    }

    pub(crate) fn gateway(&self) -> Option<&Ed25519Key> {
        match &self.0 {
            Kind::Hmac(_) => None,
            Kind::Ed25519(key) => Some(key),
        }
    }

    pub(crate) fn verification(&self) -> VerificationKey {
        match &self.0 {
            Kind::Hmac(key) => VerificationKey::Hmac(key.clone()),
            Kind::Ed25519(key) => VerificationKey::Ed25519(key.public_key()),
        }
    }
}

/// A public key's text `keyid=base64`, from its parts.
#[wasm_bindgen(js_name = publicKeyText)]
pub fn public_key_text(key_id: &str, public_bytes: &[u8]) -> Result<String, Told> {
    Ok(PublicKey::from_bytes(key_id, public_bytes)?.to_text())
}

/// The bytes of a public key; the text is checked.
#[wasm_bindgen(js_name = publicKeyBytes)]
pub fn public_key_bytes(text: &str) -> Result<Vec<u8>, Told> {
    Ok(PublicKey::parse(text)?.to_bytes().to_vec())
}
