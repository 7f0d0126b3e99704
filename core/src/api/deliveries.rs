//! Deliveries: an event on its way to an endpoint.

use crate::timestamp::Timestamp;
use okpay_macros::model;

/// Where an event is delivered again.
#[model(params)]
pub struct RedeliverEvent {
    /// One endpoint; all that are enabled by default.
    pub endpoint: Option<String>,
}

/// How a delivery ended.
#[model(open)]
pub enum DeliveryStatus {
    /// Not tried yet, or to be tried again.
    Pending,
    /// Answered with 2xx.
    Succeeded,
    /// Given up.
    Failed,
}

/// The delivery of an event to an endpoint, over all its tries.
#[model]
pub struct Delivery {
    /// `dlv_…`
    pub id: String,
    /// The event.
    pub event: String,
    /// The endpoint.
    pub endpoint: String,
    /// Where it stands.
    pub status: DeliveryStatus,
    /// How many tries were made.
    pub attempts: u32,
    /// The HTTP status of the last try.
    pub response_status: Option<u16>,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// When it is tried next.
    pub next_attempt: Option<Timestamp>,
    /// When it was put into the outbox.
    pub created: Timestamp,
}

/// One page of deliveries, newest first.
#[model(page)]
pub struct DeliveryPage {
    /// The deliveries.
    pub data: Vec<Delivery>,
    /// The `after` of the next page.
    pub next: Option<String>,
}
