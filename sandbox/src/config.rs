//! [`Config`]: how a sandbox is started. [`Details`]: what whoever uses it has to know.

use crate::gateway::Gateway;
use okpay::fees::envelope_public_key;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr};

/// How a sandbox is started.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where it listens: the loopback address unless it runs in a container.
    pub bind: IpAddr,
    /// The port; 0 for a free one.
    pub port: u16,
    /// The base URL that clients sign for, where it is not `http://127.0.0.1:{port}`: behind a proxy, in Docker, for an emulator.
    pub public_url: Option<String>,
    /// `sqlite:PATH`, `sqlite::memory:` or `postgres://…`.
    pub database: String,
    /// Makes keys, ids and addresses the same every time. For tests: whoever knows the seed knows the keys.
    pub seed: Option<String>,
    /// A fee schedule in JSON; OKPay's own by default.
    pub fee_schedule: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            public_url: None,
            database: "sqlite::memory:".to_owned(),
            seed: None,
            fee_schedule: None,
        }
    }
}

/// What whoever uses a sandbox has to know: the one line of `okpay sandbox --json`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// The base URL.
    pub url: String,
    /// The id of the first secret key.
    pub key_id: String,
    /// Its secret, `okp_test_sk_…`.
    pub secret: String,
    /// The first publishable key, `okp_test_pk_…`.
    pub publishable_key: String,
    /// The secret of the first webhook endpoint that is added, `whsec_…`.
    pub webhook_secret: String,
    /// The public keys by which answers are proven, as `OKPAY_GATEWAY_KEYS` has them.
    pub gateway_keys: String,
    /// The public key by which fee schedules are proven, `whpk_…`.
    pub fee_schedule_key: String,
    /// The public key by which the official list is proven, `whpk_…`.
    pub official_list_key: String,
    /// Opens the control endpoints under `/sandbox`, as `Authorization: Bearer …`.
    pub control_token: String,
}

impl Details {
    pub(crate) fn of(gateway: &Gateway) -> Self {
        let keys = &gateway.keys;
        Self {
            url: gateway.public_url.clone(),
            key_id: keys.key_id.clone(),
            secret: keys.secret.clone(),
            publishable_key: keys.publishable_key.clone(),
            webhook_secret: keys.webhook_secret.clone(),
            gateway_keys: gateway.gateway_keys(),
            fee_schedule_key: envelope_public_key(&keys.fees),
            official_list_key: envelope_public_key(&keys.official),
            control_token: keys.control_token.clone(),
        }
    }
}

impl std::fmt::Debug for Details {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Details").field("url", &self.url).field("key_id", &self.key_id).finish_non_exhaustive()
    }
}
