//! [`Caller`]: who calls whom.

use crate::errors::Told;
use crate::exchange::{Outcome, Request};
#[cfg(feature = "secret")]
use crate::keys::Key;
use crate::values::read;
use okpay::call::{self, BaseUrl, Credentials, RetryPolicy};
use okpay::signing::{PublicKeys, Secret};
use serde::Deserialize;
use std::sync::Arc;
use wasm_bindgen::prelude::wasm_bindgen;

/// What a client is told.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Settings {
    base_url: String,
    insecure_host: Option<String>,
    gateway_keys: Option<String>,
    /// For a whole call, in milliseconds.
    timeout: Option<u64>,
    max_attempts: Option<u32>,
}

impl Settings {
    fn caller(text: &str, credentials: Credentials) -> Result<Caller, Told> {
        let settings = read::<Self>(text)?;
        let base_url = BaseUrl::parse(&settings.base_url, settings.insecure_host.as_deref())?;
        let keys = settings.gateway_keys.as_deref().map(PublicKeys::parse).transpose()?;
        let default = RetryPolicy::default();
        let policy = RetryPolicy {
            deadline: settings.timeout.unwrap_or(default.deadline),
            max_attempts: settings.max_attempts.unwrap_or(default.max_attempts),
            ..default
        };
        Ok(Caller(Arc::new(call::Caller::new(base_url, credentials, keys, policy)?)))
    }
}

/// What all calls of one client share.
#[wasm_bindgen]
pub struct Caller(pub(crate) Arc<call::Caller>);

#[wasm_bindgen]
impl Caller {
    /// A browser.
    pub fn publishable(settings: &str, key: String, client_secret: Option<String>) -> Result<Caller, Told> {
        let client_secret = client_secret.map(|secret| Secret::new(secret.into_bytes()));
        Settings::caller(settings, Credentials::Publishable { key, client_secret })
    }

    /// A server or a device, by its key.
    #[cfg(feature = "secret")]
    pub fn signing(settings: &str, key: &Key) -> Result<Caller, Told> {
        Settings::caller(settings, key.credentials())
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

    /// Takes what came of it.
    #[wasm_bindgen(js_name = learnKeys)]
    pub fn learn_keys(&self, outcome: Outcome) -> Result<(), Told> {
        Ok(self.0.learn_keys(outcome.0)?)
    }
}
