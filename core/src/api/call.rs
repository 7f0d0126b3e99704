//! [`Operation`], a row of the table, and [`Call`], the intent that its function makes.

use super::params::{checked_id, no_operation, read_params};
use crate::error::OkpayError;
use crate::json::Kind;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Who may call an operation: the least of the proofs that suffice. [`Operation::callers`] has all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// A server, with its secret key.
    Secret,
    /// A till or an app, with a key made on the device; a secret key will do as well.
    Device,
    /// A browser, with the publishable key and the client secret of one checkout session; a device or a secret key will do as well.
    Publishable,
}

impl Scope {
    /// `secret`, `device` or `publishable`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Device => "device",
            Self::Publishable => "publishable",
        }
    }
}

/// A row of the table of endpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// `payments.create`
    pub name: &'static str,
    /// `payments`
    pub group: &'static str,
    /// `create`
    pub method: &'static str,
    /// Who may call it.
    pub scope: Scope,
    /// `GET` or `POST`. Every POST carries an idempotency key; a GET changes nothing.
    pub verb: &'static str,
    /// `/v1/payments/{id}`
    pub path: &'static str,
    /// Whether the path has an id.
    pub takes_id: bool,
    /// The model of its parameters: the query of a GET, the body of a POST.
    pub params: Option<&'static str>,
    /// The model of its reply.
    pub reply: &'static str,
    /// The values of `status` with which it is known what has become of what this reads; none where there is nothing to wait for.
    #[cfg(feature = "secret")]
    pub finals: &'static [&'static str],
    /// The doc comment of the row; empty in the checkout build, that is without the feature `secret`.
    pub doc: &'static str,
    /// The shape of its parameters.
    pub(crate) params_kind: Option<Kind>,
    /// The shape of its reply.
    pub(crate) reply_kind: Kind,
}

impl Operation {
    /// Whether it may change something, and so needs an idempotency key.
    #[must_use]
    pub fn is_write(&self) -> bool {
        self.verb == "POST"
    }

    /// The kinds of key that may call it, whatever else one of them is restricted to.
    #[must_use]
    pub fn callers(&self) -> &'static [Scope] {
        match self.scope {
            // Card numbers come from the buyer's own browser or app.
            _ if self.takes_card() => &[Scope::Publishable],
            // The answer is about the device that asks, or its own signature is what is asked for.
            _ if ["devices.current", "confirmations.approve", "confirmations.decline"].contains(&self.name) => &[Scope::Device],
            Scope::Publishable => &[Scope::Publishable, Scope::Device, Scope::Secret],
            Scope::Device => &[Scope::Device, Scope::Secret],
            Scope::Secret => &[Scope::Secret],
        }
    }

    /// Whether a card number goes in: never from a server, never into a journal.
    #[must_use]
    pub fn takes_card(&self) -> bool {
        self.name == "payment_methods.create"
    }

    /// Whether a PIN, a password or a code goes in, so that a journal keeps the call without its body.
    #[must_use]
    pub fn takes_secret(&self) -> bool {
        matches!(self.group, "account" | "sessions" | "two_factor") || matches!(self.name, "withdrawals.confirm" | "transfers.confirm")
    }
}

/// The row of a name such as `payments.create`.
#[must_use]
pub fn find_operation(name: &str) -> Option<&'static Operation> {
    super::OPERATIONS.iter().copied().find(|operation| operation.name == name)
}

/// The row of a call.
pub(crate) fn known_operation(call: &Call) -> Result<&'static Operation, OkpayError> {
    find_operation(&call.operation).ok_or_else(|| no_operation(&call.operation))
}

/// The intent of one logical call: made once, kept by the journal, the same on every try.
///
/// It holds no credentials and no time: [`crate::call::prepare`] adds those, fresh for each attempt.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The operation's name.
    pub operation: String,
    /// `GET` or `POST`.
    pub method: String,
    /// The path with its query, percent-encoded.
    pub path: String,
    /// The exact body, JSON; absent where the operation takes none.
    pub body: Option<String>,
    /// The key of a write: one per logical call. The client makes one where there is none.
    pub idempotency_key: Option<String>,
    /// In a journal, who made it: see [`Caller::name`](crate::call::Caller::name). Nothing elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
}

/// All but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Call {
    pub(crate) fn bare(operation: &Operation, id: Option<&str>) -> Self {
        let path = match (id, operation.path.split_once('{')) {
            (Some(id), Some((before, after))) => {
                [before, &utf8_percent_encode(id, RESERVED).to_string(), after.strip_prefix("id}").unwrap_or(after)].concat()
            }
            _ => operation.path.to_owned(),
        };
        let (operation, method) = (operation.name.to_owned(), operation.verb.to_owned());
        Self { operation, method, path, body: None, idempotency_key: None, caller: None }
    }

    #[cfg(feature = "secret")]
    pub(crate) fn with_query(operation: &Operation, id: Option<&str>, params: &impl Serialize) -> Self {
        let mut call = Self::bare(operation, id);
        // Parameters of a GET are flat models of texts and numbers, which always serialise.
        call.add_query(&serde_html_form::to_string(params).unwrap_or_default());
        call
    }

    #[cfg(feature = "secret")]
    fn add_query(&mut self, query: &str) {
        if !query.is_empty() {
            self.path.push('?');
            self.path.push_str(query);
        }
    }

    pub(crate) fn with_body(operation: &Operation, id: Option<&str>, params: &impl Serialize) -> Self {
        let mut call = Self::bare(operation, id);
        // Models have text keys and no float, so that they always serialise.
        call.body = Some(serde_json::to_string(params).unwrap_or_default());
        call
    }

    /// The call of an operation by its name, its parameters as JSON text: for languages that keep their models on their own side.
    ///
    /// `id` is the one in the path, for operations that have one; `params` may be absent, or `{}`, where every parameter is optional or
    /// none is taken. The text is held against the shape of the operation's model, so that a call made here is one that the typed function makes, too.
    ///
    /// # Errors
    /// `invalid_parameter` for a name that is not in the table and an id that is missing or too many; `malformed_json`, `unknown_field`,
    /// `missing_field`, `invalid_field` or the code of the value at fault for parameters, with their path.
    pub fn from_json(operation: &str, id: Option<&str>, params: Option<&str>) -> Result<Self, OkpayError> {
        let operation = find_operation(operation).ok_or_else(|| no_operation(operation))?;
        let mut call = Self::bare(operation, checked_id(operation, id)?);
        let tree = read_params(params, operation.params_kind)?;
        match operation.params_kind {
            Some(kind) if operation.is_write() => call.body = Some(kind.json_of(&tree)),
            #[cfg(feature = "secret")]
            Some(Kind::Model(shape)) => call.add_query(&shape.query_of(&tree)),
            _ => {}
        }
        Ok(call)
    }

    /// Whether it may change something.
    #[must_use]
    pub fn is_write(&self) -> bool {
        self.method == "POST"
    }

    /// The same call under the merchant's own key, for example the number of the order.
    #[must_use]
    pub fn with_key(mut self, idempotency_key: impl Into<String>) -> Self {
        self.idempotency_key = Some(idempotency_key.into());
        self
    }

    /// The same call under a key: its own, or one (a UUID of version 4, RFC 9562) of these random bytes if it is a write without.
    #[must_use]
    pub fn keyed(mut self, random: [u8; 16]) -> Self {
        if self.is_write() && self.idempotency_key.is_none() {
            self.idempotency_key = Some(uuid::Builder::from_random_bytes(random).into_uuid().to_string());
        }
        self
    }
}

/// The body may hold a card, so that it is not for a log.
impl fmt::Debug for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (bytes, key) = (self.body.as_ref().map_or(0, String::len), self.idempotency_key.as_deref().unwrap_or("none"));
        write!(formatter, "Call({}, {} {}, {bytes} bytes, key {key:?})", self.operation, self.method, self.path)
    }
}

/// One page of a list.
pub trait Page {
    /// What the list is of.
    type Item;
    /// The elements, and the `after` of the next page if there is one.
    fn into_parts(self) -> (Vec<Self::Item>, Option<String>);
}
