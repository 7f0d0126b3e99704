//! API keys: made, restricted, overlapping while they rotate, and revoked.

use crate::timestamp::Timestamp;
use okpay_macros::model;

/// What kind of key it is.
#[model(open)]
pub enum ApiKeyKind {
    /// A server's: signs requests.
    Secret,
    /// A browser's: public, and good for checkout only.
    Publishable,
}

/// A key to be made.
#[model(params)]
pub struct NewApiKey {
    /// For people.
    pub name: String,
    /// What kind; `secret` by default.
    pub kind: Option<ApiKeyKind>,
    /// The operations that it may do, such as `payments.create`; all by default. Only for secret keys.
    pub operations: Vec<String>,
}

/// A key of the account.
#[model]
pub struct ApiKey {
    /// The key id of a secret key, `okp_test_kid_…`, or the publishable key itself, `okp_test_pk_…`.
    pub id: String,
    /// What kind it is.
    pub kind: ApiKeyKind,
    /// For people.
    pub name: String,
    /// `okp_test_sk_…`, only in the answer to `create`. It is shown once and never travels again.
    #[secret]
    pub secret: Option<String>,
    /// The operations that it may do; all where there are none.
    #[serde(default)]
    pub operations: Vec<String>,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// Rises by one per change.
    pub version: u64,
    /// Whether it is about real money.
    pub livemode: bool,
}

/// One page of keys, newest first.
#[model(page)]
pub struct ApiKeyPage {
    /// The keys.
    pub data: Vec<ApiKey>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which keys to list.
#[model(params)]
pub struct ListApiKeys {
    /// 1 to 100; 20 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
}
