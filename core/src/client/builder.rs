//! [`ClientBuilder`]: everything a client may be told.

use super::waiting::Waiters;
use super::{AttemptHook, AttemptReport, Client, HttpOptions, HttpTransport, Inner, Journal, Transport};
use crate::call::{BaseUrl, Caller, Credentials, RetryPolicy};
use crate::error::{ErrorCode, OkpayError};
use crate::signing::{HmacKey, PublicKeys, Signer};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;
use zeroize::Zeroizing;

/// Sets up a [`Client`]. `base_url` and credentials are needed; away from this machine the gateway's keys are, too.
#[derive(Default)]
pub struct ClientBuilder {
    base_url: Option<String>,
    insecure_host: Option<String>,
    credentials: Option<Credentials>,
    gateway_keys: Option<PublicKeys>,
    policy: RetryPolicy,
    http: HttpOptions,
    transport: Option<Arc<dyn Transport>>,
    journal: Option<Arc<dyn Journal>>,
    hooks: Vec<AttemptHook>,
}

impl ClientBuilder {
    /// What the environment says: `OKPAY_BASE_URL`, `OKPAY_KEY_ID`, `OKPAY_SECRET`, and `OKPAY_GATEWAY_KEYS` if it is set.
    ///
    /// # Errors
    /// `invalid_configuration` or `invalid_key`, naming the variable.
    pub fn from_env() -> Result<Self, OkpayError> {
        let named = |name: &'static str| move |error: OkpayError| error.map(|failure| failure.param = Some(name.to_owned()));
        let key =
            HmacKey::from_text(variable("OKPAY_KEY_ID")?, &Zeroizing::new(variable("OKPAY_SECRET")?)).map_err(named("OKPAY_SECRET"))?;
        let mut builder = Self::default().base_url(variable("OKPAY_BASE_URL")?).credentials(Credentials::Secret(key));
        if let Ok(keys) = std::env::var("OKPAY_GATEWAY_KEYS") {
            builder = builder.gateway_keys(PublicKeys::parse(&keys).map_err(named("OKPAY_GATEWAY_KEYS"))?);
        }
        Ok(builder)
    }

    /// Where the gateway is.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// The one host that may be spoken to without TLS, with test keys: a sandbox in a container, say.
    #[must_use]
    pub fn insecure_host(mut self, host: impl Into<String>) -> Self {
        self.insecure_host = Some(host.into());
        self
    }

    /// What the client proves itself with.
    #[must_use]
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// A server's key id and secret, `okp_test_sk_…` or `okp_live_sk_…`.
    ///
    /// # Errors
    /// `invalid_key`.
    pub fn secret_key(self, key_id: impl Into<String>, secret: &str) -> Result<Self, OkpayError> {
        Ok(self.credentials(Credentials::Secret(HmacKey::from_text(key_id, secret)?)))
    }

    /// A publishable key, `okp_test_pk_…` or `okp_live_pk_…`: what a buyer's browser has. To pay a checkout session, it needs the session's
    /// client secret, too: see [`Credentials::Publishable`].
    #[must_use]
    pub fn publishable_key(self, key: impl Into<String>) -> Self {
        self.credentials(Credentials::Publishable { key: key.into(), client_secret: None })
    }

    /// A device's own key: an [`Ed25519Key`](crate::signing::Ed25519Key) under the id that `devices.create` gave, or a [`Signer`] of
    /// yours that asks the platform's keystore.
    #[must_use]
    pub fn device_key(self, signer: Arc<dyn Signer>) -> Self {
        self.credentials(Credentials::Device(signer))
    }

    /// The gateway's public keys, by which its answers are proven.
    #[must_use]
    pub fn gateway_keys(mut self, keys: PublicKeys) -> Self {
        self.gateway_keys = Some(keys);
        self
    }

    /// How calls are tried again.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// For a whole call with all its attempts; 30 s by default.
    #[must_use]
    pub fn timeout(mut self, deadline: Duration) -> Self {
        self.policy.deadline = u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX);
        self
    }

    /// How connections are made.
    #[must_use]
    pub fn http(mut self, options: HttpOptions) -> Self {
        self.http = options;
        self
    }

    /// Another transport than reqwest.
    #[must_use]
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Where intents are kept before the first try, so that [`Client::recover`] finds them after a crash.
    #[must_use]
    pub fn journal(mut self, journal: Arc<dyn Journal>) -> Self {
        self.journal = Some(journal);
        self
    }

    /// Tells of every attempt. May be given more than once; must not block.
    #[must_use]
    pub fn on_attempt(mut self, hook: impl Fn(&AttemptReport) + Send + Sync + 'static) -> Self {
        self.hooks.push(Arc::new(hook));
        self
    }

    /// The client.
    ///
    /// # Errors
    /// `invalid_configuration` for what is missing, `invalid_url` for the base URL.
    pub fn build(self) -> Result<Client, OkpayError> {
        let base_url = BaseUrl::parse(&self.base_url.ok_or_else(|| missing("base_url"))?, self.insecure_host.as_deref())?;
        let credentials = self.credentials.ok_or_else(|| missing("credentials"))?;
        let caller = Caller::new(base_url, credentials, self.gateway_keys, self.policy)?;
        let transport = match self.transport {
            Some(transport) => transport,
            None => Arc::new(HttpTransport::new(&self.http)?),
        };
        let inner = Inner {
            caller: Arc::new(caller),
            keys_known: OnceCell::new(),
            transport,
            journal: self.journal,
            hooks: self.hooks,
            waiters: Waiters::default(),
        };
        Ok(Client { inner: Arc::new(inner) })
    }
}

fn variable(name: &str) -> Result<String, OkpayError> {
    std::env::var(name).map_err(|_| {
        let detail = format!("set {name}; `okpay sandbox --json` prints it for a gateway on this machine");
        OkpayError::invalid_at(ErrorCode::InvalidConfiguration, name, detail)
    })
}

fn missing(what: &str) -> OkpayError {
    OkpayError::invalid_at(ErrorCode::InvalidConfiguration, what, "a client needs a base URL and credentials")
}
