//! [`Caller`]: who calls whom, and whose answers count.

use super::{Answer, BaseUrl, Credentials, Outcome, RetryPolicy, SignedRequest};
use crate::error::{ErrorCode, Failure, OkpayError};
use crate::json::{Fault, Json, Kind, Shape, parse};
use crate::signing::PublicKeys;
use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};

/// What all calls of one client share. Its credentials may be secret, so that it shows only their public name.
pub struct Caller {
    base_url: BaseUrl,
    credentials: Credentials,
    policy: RetryPolicy,
    /// Given, or on loopback learnt once from the sandbox.
    gateway_keys: OnceLock<PublicKeys>,
    /// What the gateway taught us of our clock, in milliseconds.
    clock_offset: AtomicI64,
}

impl Caller {
    /// Without `gateway_keys` the sandbox on this machine is asked for its own, see [`Caller::discovery`].
    ///
    /// # Errors
    /// `invalid_configuration` if keys are missing where they must be given: away from this machine, and with live keys.
    pub fn new(
        base_url: BaseUrl,
        credentials: Credentials,
        gateway_keys: Option<PublicKeys>,
        policy: RetryPolicy,
    ) -> Result<Self, OkpayError> {
        if gateway_keys.is_none() && (!base_url.is_loopback() || credentials.livemode()) {
            let detail = "away from this machine, and with live keys, the gateway's public keys must be given (OKPAY_GATEWAY_KEYS), else no answer can be proven";
            return Err(OkpayError::invalid_at(ErrorCode::InvalidConfiguration, "gateway_keys", detail));
        }
        let gateway_keys = gateway_keys.map_or_else(OnceLock::new, OnceLock::from);
        Ok(Self { base_url, credentials, policy, gateway_keys, clock_offset: AtomicI64::new(0) })
    }

    /// Where the gateway is.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    /// What calls are proven with.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// How a journal names it: the gateway's URL and the id of the key, with a space between.
    #[cfg(feature = "secret")]
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.base_url.as_str(), self.credentials.key_id())
    }

    /// How calls are tried again.
    #[must_use]
    pub fn policy(&self) -> &RetryPolicy {
        &self.policy
    }

    /// What to add to this machine's clock, in milliseconds; 0 until the gateway has said otherwise.
    #[must_use]
    pub fn clock_offset(&self) -> i64 {
        self.clock_offset.load(Ordering::Relaxed)
    }

    pub(super) fn learn_clock(&self, offset: i64) {
        self.clock_offset.store(offset, Ordering::Relaxed);
    }

    /// The gateway's keys. None are there before [`Caller::learn_keys`] if none were given, and then no answer counts.
    pub(super) fn gateway_keys(&self) -> Option<&PublicKeys> {
        self.gateway_keys.get()
    }

    /// The request that asks the sandbox for its keys, as long as they are not known: it goes before the first call, and what comes of it
    /// into [`Caller::learn_keys`]. Only this machine itself is ever asked so.
    #[must_use]
    pub fn discovery(&self) -> Option<SignedRequest> {
        let url = format!("{}/.well-known/okpay", self.base_url.as_str());
        let request = SignedRequest { method: "GET".to_owned(), url, headers: Vec::new(), body: Vec::new() };
        self.gateway_keys.get().is_none().then_some(request)
    }

    /// Takes the keys that the sandbox on this machine publishes.
    ///
    /// # Errors
    /// `NotSent`, since the call itself was not begun: `connect_failed` if no sandbox answers, or `invalid_key`.
    pub fn learn_keys(&self, outcome: Outcome) -> Result<(), OkpayError> {
        let url = self.base_url.as_str();
        let not_sent = |detail: String| OkpayError::NotSent(Box::new(Failure::new(ErrorCode::ConnectFailed, detail)));
        let keys = match outcome {
            Outcome::Answered(answer) => published(&answer)
                .map_err(|error| not_sent(format!("what answers at {url} does not look like an OKPay sandbox: {error}")))?,
            Outcome::Failed { detail, .. } => return Err(not_sent(format!("no OKPay sandbox answers at {url}: {detail}"))),
        };
        let keys = PublicKeys::parse(&keys).map_err(|error| OkpayError::NotSent(error.into_failure()))?;
        // Whoever was first has learnt the same.
        let _ = self.gateway_keys.set(keys);
        Ok(())
    }
}

fn published(answer: &Answer) -> Result<String, Fault> {
    let tree = parse(&answer.body)?;
    Kind::Model(&Shape { names: "gateway_keys", kinds: &[Kind::Text] }).check(&tree, false)?;
    Ok(tree.member("gateway_keys").and_then(Json::text).unwrap_or_default().to_owned())
}

impl fmt::Debug for Caller {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Caller({} as {})", self.base_url.as_str(), self.credentials.key_id())
    }
}
