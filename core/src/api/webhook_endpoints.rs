//! Webhook endpoints: where events are delivered.

use crate::timestamp::Timestamp;
use okpay_macros::model;

/// Whether an endpoint gets deliveries.
#[model(open)]
pub enum WebhookEndpointStatus {
    /// It does.
    Enabled,
    /// Switched off, by `disable` or by its own answer 410.
    Disabled,
}

/// An endpoint to be added.
#[model(params)]
pub struct NewWebhookEndpoint {
    /// Where to deliver: `https`, or a loopback address.
    pub url: String,
    /// The event types to deliver; all by default.
    pub events: Vec<String>,
    /// For people.
    pub description: Option<String>,
}

/// Where events are delivered.
#[model]
pub struct WebhookEndpoint {
    /// `we_…`
    pub id: String,
    /// Where to.
    pub url: String,
    /// Whether it gets deliveries.
    pub status: WebhookEndpointStatus,
    /// The event types to deliver; all where there are none.
    #[serde(default)]
    pub events: Vec<String>,
    /// For people.
    pub description: Option<String>,
    /// `whsec_…`, only in the answers to `create` and `rotate_secret`.
    #[secret]
    pub secret: Option<String>,
    /// Until when deliveries are signed with the former secret as well.
    pub previous_secret_expires: Option<Timestamp>,
    /// When it was added.
    pub created: Timestamp,
    /// Rises by one per change.
    pub version: u64,
    /// Whether it is about real money.
    pub livemode: bool,
}

/// One page of endpoints, newest first.
#[model(page)]
pub struct WebhookEndpointPage {
    /// The endpoints.
    pub data: Vec<WebhookEndpoint>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which endpoints to list.
#[model(params)]
pub struct ListWebhookEndpoints {
    /// 1 to 100; 20 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// How long both secrets sign.
#[model(params)]
pub struct RotateWebhookSecret {
    /// For how many seconds the former secret signs as well: 0 to 604,800; 86,400 by default.
    pub overlap: Option<u32>,
}
