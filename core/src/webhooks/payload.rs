//! [`VerifiedPayload`]: proven bytes, read on demand.

use super::index::Index;
#[cfg(feature = "secret")]
use crate::api::check_event;
use crate::api::{Event, parse_event};
use crate::error::{ErrorCode, OkpayError};
use crate::timestamp::Timestamp;
use std::fmt;

/// A webhook that is proven to be OKPay's. Only [`Verifier::verify`](super::Verifier::verify) makes one.
///
/// Nothing of the body is read before it is asked for; what was looked up once is found again without reading it anew.
pub struct VerifiedPayload {
    id: String,
    timestamp: Timestamp,
    body: Vec<u8>,
    index: Index,
}

impl VerifiedPayload {
    pub(super) fn new(id: String, timestamp: Timestamp, body: Vec<u8>) -> Self {
        Self { id, timestamp, body, index: Index::default() }
    }

    /// The id of the event, the same on every delivery: what the replay guard is keyed on.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// When this delivery was signed; a later delivery of the same event has a later one.
    #[must_use]
    pub fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    /// The exact bytes that were signed.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// What happened, such as `payment.succeeded`, found without reading the rest.
    ///
    /// # Errors
    /// `webhook_unreadable` if the body is not a JSON object with one text under `type`.
    pub fn event_type(&self) -> Result<String, OkpayError> {
        let raw = self.field("type")?.ok_or_else(|| unreadable("there is no field type"))?;
        serde_json::from_str(raw).map_err(|error| unreadable(format!("the field type is not a text: {error}")))
    }

    /// One field as its JSON text, such as `"succeeded"` with its quotes for `data.status`; nothing if it is not there. The rest is
    /// skipped, not built, and an object is read through once, for whatever fields of it are asked for.
    ///
    /// # Errors
    /// `webhook_unreadable` if the body is not JSON, if a part of the path before its end is not an object, or if a name on the path
    /// comes twice.
    pub fn field(&self, path: &str) -> Result<Option<&str>, OkpayError> {
        let place = self.index.find(&self.body, path)?;
        let text = place.and_then(|place| self.body.get(place)).map(std::str::from_utf8).transpose();
        text.map_err(|error| unreadable(format!("at {path}: {error}")))
    }

    /// The event, typed. Event types that this version does not know come out as unknown, with their JSON.
    ///
    /// # Errors
    /// `webhook_unreadable`.
    pub fn event(&self) -> Result<Event, OkpayError> {
        parse_event(&self.body)
    }

    /// Checks that the body reads as an event, for languages that read it by themselves.
    ///
    /// # Errors
    /// `webhook_unreadable`.
    #[cfg(feature = "secret")]
    pub fn check_event(&self) -> Result<(), OkpayError> {
        check_event(&self.body)
    }
}

impl Clone for VerifiedPayload {
    fn clone(&self) -> Self {
        Self::new(self.id.clone(), self.timestamp, self.body.clone())
    }
}

/// By what was signed, whatever of it was looked up.
impl PartialEq for VerifiedPayload {
    fn eq(&self, other: &Self) -> bool {
        (&self.id, self.timestamp, &self.body) == (&other.id, other.timestamp, &other.body)
    }
}

impl Eq for VerifiedPayload {}

impl fmt::Debug for VerifiedPayload {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("VerifiedPayload");
        shown.field("id", &self.id).field("timestamp", &self.timestamp).field("body", &self.body).finish_non_exhaustive()
    }
}

pub(super) fn unreadable(detail: impl Into<String>) -> OkpayError {
    OkpayError::verification(ErrorCode::WebhookUnreadable, detail)
}
