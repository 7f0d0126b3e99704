//! [`VerifiedPayload`]: proven bytes, read on demand.

use crate::api::{Event, parse_event};
use crate::error::{ErrorCode, OkpayError};
use crate::timestamp::Timestamp;
use serde::Deserializer;
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// A webhook that is proven to be OKPay's. Only [`Verifier::verify`](super::Verifier::verify) makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedPayload {
    pub(super) id: String,
    pub(super) timestamp: Timestamp,
    pub(super) body: Vec<u8>,
}

impl VerifiedPayload {
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
        serde_json::from_str(&raw).map_err(|error| unreadable(format!("the field type is not a text: {error}")))
    }

    /// One field as its JSON text, such as `"succeeded"` with its quotes for `data.status`; nothing if it is not there. The rest is
    /// skipped, not built.
    ///
    /// # Errors
    /// `webhook_unreadable` if the body is not JSON, if a part of the path before its end is not an object, or if a name on the path
    /// comes twice.
    pub fn field(&self, path: &str) -> Result<Option<String>, OkpayError> {
        let mut json: &RawValue = serde_json::from_slice(&self.body).map_err(|error| unreadable(error.to_string()))?;
        for name in path.split('.') {
            let found = serde_json::Deserializer::from_str(json.get()).deserialize_map(Field { name });
            match found.map_err(|error| unreadable(format!("at {path}: {error}")))? {
                Some(value) => json = value,
                None => return Ok(None),
            }
        }
        Ok(Some(json.get().to_owned()))
    }

    /// The event, typed. Event types that this version does not know come out as unknown, with their JSON.
    ///
    /// # Errors
    /// `webhook_unreadable`.
    pub fn event(&self) -> Result<Event, OkpayError> {
        parse_event(&self.body)
    }
}

/// Finds one member of an object.
struct Field<'a> {
    name: &'a str,
}

impl<'de> Visitor<'de> for Field<'_> {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "an object with {}", self.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(name) = members.next_key::<std::borrow::Cow<'de, str>>()? {
            if name != self.name {
                members.next_value::<IgnoredAny>()?;
            } else if found.replace(members.next_value()?).is_some() {
                return Err(A::Error::custom(format_args!("{} comes twice", self.name)));
            }
        }
        Ok(found)
    }
}

fn unreadable(detail: impl Into<String>) -> OkpayError {
    OkpayError::verification(ErrorCode::WebhookUnreadable, detail)
}
