//! [`Content`]: the two parts of a signature that speak of the body.

use super::base::Part;
use super::digest::content_digest;
use super::fields::{is_field_value, single};
use crate::error::{ErrorCode, OkpayError};

/// The content type and digest of a body. A message without a body has neither.
pub(super) struct Content {
    pub(super) content_type: String,
    pub(super) digest: String,
}

impl Content {
    /// The two parts, in the order in which they are signed.
    pub(super) fn parts(&self) -> [Part<'_>; 2] {
        [("content-type", &self.content_type), ("content-digest", &self.digest)]
    }

    /// Of a body that is about to be signed.
    pub(super) fn to_sign(content_type: Option<&str>, body: &[u8]) -> Result<Option<Self>, OkpayError> {
        if body.is_empty() {
            return Ok(None);
        }
        match content_type {
            Some(text) if !text.is_empty() && is_field_value(text) => {
                Ok(Some(Self { content_type: text.to_owned(), digest: content_digest(body) }))
            }
            _ => {
                Err(OkpayError::invalid_at(ErrorCode::InvalidParameter, "content_type", "a body needs a content type, in printable ASCII"))
            }
        }
    }

    /// Of a message that has come, as its fields say; or what is wrong with them.
    pub(super) fn received(headers: &[(String, String)], body: &[u8]) -> Result<Option<Self>, String> {
        if body.is_empty() {
            return Ok(None);
        }
        let part = |name: &str| single(headers, name)?.map(str::to_owned).ok_or_else(|| format!("a message with a body needs {name}"));
        Ok(Some(Self { content_type: part("content-type")?, digest: part("content-digest")? }))
    }
}
