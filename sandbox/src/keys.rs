//! [`Key`]: what a caller proves itself with, of whatever kind: an API key of a server or a browser, or the key of a device.

use crate::gate::Caller;
use crate::handlers::api_keys::{ApiKeyInternal, is_active};
use crate::refusal::{Outcome, refuse};
use crate::store::Tx;
use crate::store::objects::{self, Stored};
use okpay::ErrorCode;
use okpay::api::{ApiKey, ApiKeyKind, Device, Scope};
use okpay::signing::{HmacKey, PublicKey, VerificationKey};

/// A key that is registered and not revoked.
#[derive(Debug)]
pub(crate) enum Key {
    /// Of a server or a browser.
    Api(Stored<ApiKey>),
    /// Of a till or an app.
    Device(Stored<Device>),
}

impl Key {
    /// The key of this id. Key ids are public, so that it may be said what is wrong with one.
    ///
    /// # Errors
    /// `key_unknown` or `key_revoked`.
    pub(crate) async fn find(tx: &mut Tx, account: &str, key_id: &str) -> Outcome<Self> {
        let key = match objects::find::<ApiKey>(tx, account, key_id).await? {
            Some(key) => Some(Self::Api(key)),
            None => objects::find::<Device>(tx, account, key_id).await?.map(Self::Device),
        };
        let key = key.ok_or_else(|| refuse(ErrorCode::KeyUnknown, format!("there is no key {key_id:?} here; is it another gateway's?")))?;
        let active = match &key {
            Self::Api(key) => is_active(&key.body),
            Self::Device(device) => device.body.revoked.is_none(),
        };
        match active {
            true => Ok(key),
            false => Err(refuse(ErrorCode::KeyRevoked, "this key was revoked; use another")),
        }
    }

    /// By what a signature under this key is proven.
    pub(crate) fn verification(&self) -> Outcome<VerificationKey> {
        match self {
            Self::Device(device) => Ok(VerificationKey::Ed25519(PublicKey::from_base64(&device.body.id, &device.body.public_key)?)),
            Self::Api(key) => {
                let ApiKeyInternal { secret } = &key.internal;
                match (&key.body.kind, secret) {
                    (ApiKeyKind::Secret, Some(secret)) => Ok(VerificationKey::Hmac(HmacKey::from_text(&key.body.id, secret)?)),
                    _ => Err(refuse(ErrorCode::SignatureInvalid, "a publishable key signs nothing: send it as Authorization: Bearer")),
                }
            }
        }
    }

    /// Whose it is.
    pub(crate) fn account(&self) -> &str {
        match self {
            Self::Api(key) => &key.account,
            Self::Device(device) => &device.account,
        }
    }

    /// Who asks, once the key is proven.
    pub(crate) fn caller(self, session: Option<String>, idempotency_key: Option<String>, request_id: &str) -> Caller {
        let account = self.account().to_owned();
        let (scope, key_id, operations) = match self {
            Self::Api(key) if key.body.kind == ApiKeyKind::Publishable => (Scope::Publishable, key.body.id, Vec::new()),
            Self::Api(key) => (Scope::Secret, key.body.id, key.body.operations),
            Self::Device(device) => (Scope::Device, device.body.id, device.body.operations),
        };
        Caller { scope, account, key_id, operations, session, idempotency_key, request_id: request_id.to_owned() }
    }
}
