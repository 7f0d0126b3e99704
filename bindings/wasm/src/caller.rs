//! [`Caller`]: who calls whom.

use crate::errors::Told;
use crate::exchange::Request;
#[cfg(feature = "secret")]
use crate::keys::Key;
use okpay::OkpayError;
use okpay::call::{self, BaseUrl, Credentials, RetryPolicy};
use okpay::json::Object;
use okpay::signing::{PublicKeys, Secret};
use std::sync::Arc;
use wasm_bindgen::prelude::wasm_bindgen;

/// A caller, by what a client is told; `timeout` is for a whole call, in milliseconds.
fn caller(settings: &str, credentials: Credentials) -> Result<Caller, OkpayError> {
    let settings = Object::read(settings)?;
    let base_url = BaseUrl::parse(settings.text("baseUrl")?.unwrap_or_default(), settings.text("insecureHost")?)?;
    let keys = settings.text("gatewayKeys")?.map(PublicKeys::parse).transpose()?;
    let default = RetryPolicy::default();
    let policy = RetryPolicy {
        deadline: settings.count("timeout")?.unwrap_or(default.deadline),
        max_attempts: settings.small_count("maxAttempts")?.unwrap_or(default.max_attempts),
        ..default
    };
    Ok(Caller(Arc::new(call::Caller::new(base_url, credentials, keys, policy)?)))
}

/// What all calls of one client share.
#[wasm_bindgen]
pub struct Caller(pub(crate) Arc<call::Caller>);

#[wasm_bindgen]
impl Caller {
    /// A browser.
    pub fn publishable(settings: &str, key: String, client_secret: Option<String>) -> Result<Caller, Told> {
        let client_secret = client_secret.map(|secret| Secret::new(secret.into_bytes()));
        Ok(caller(settings, Credentials::Publishable { key, client_secret })?)
    }

    /// A server or a device, by its key.
    #[cfg(feature = "secret")]
    pub fn signing(settings: &str, key: &Key) -> Result<Caller, Told> {
        Ok(caller(settings, key.credentials())?)
    }

    /// The public name of the key.
    #[wasm_bindgen(js_name = keyId)]
    #[must_use]
    pub fn key_id(&self) -> String {
        self.0.credentials().key_id()
    }

    /// The request that asks the sandbox on this machine for its keys, while they are not known.
    #[must_use]
    pub fn discovery(&self) -> Option<Request> {
        self.0.discovery().map(Request)
    }
}
