//! The signature base (RFC 9421 §2.5) and the fields `Signature-Input` and `Signature` (§4), in our one shape.
//!
//! Writing and reading share [`Parameters::to_text`]: what is read must be, to the byte, what we would have written. So there is no
//! second form of a signature, no second order and no second meaning.

use super::fields::is_field_value;
use super::keys::{Algorithm, is_word};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sfv::{BareItem, Dictionary, ListEntry, Parser};
use std::fmt::Write as _;

/// The one label of a signature.
const LABEL: &str = "sig1";

/// Longest `Signature-Input` or `Signature` that is read; ours stay under 400 characters.
const MAX_FIELD: usize = 2048;

/// The last second of the year 9999, well inside what a structured field can hold (RFC 9651 §3.3.1).
const LAST_TIME: i64 = 253_402_300_799;

/// The fields that a signature adds to a request or an answer, as they go onto the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureHeaders {
    /// `Content-Digest`, if there is a body.
    pub content_digest: Option<String>,
    /// `Idempotency-Key` with its quotes, if the request has a key.
    pub idempotency_key: Option<String>,
    /// `Signature-Input`.
    pub signature_input: String,
    /// `Signature`.
    pub signature: String,
}

impl SignatureHeaders {
    /// The fields as name and value, in lower case, without those that are absent.
    #[must_use]
    pub fn to_list(&self) -> Vec<(String, String)> {
        let optional = [("content-digest", &self.content_digest), ("idempotency-key", &self.idempotency_key)];
        let present = optional.into_iter().filter_map(|(name, value)| value.as_ref().map(|value| (name, value)));
        let always = [("signature-input", &self.signature_input), ("signature", &self.signature)];
        present.chain(always).map(|(name, value)| (name.to_owned(), value.clone())).collect()
    }
}

/// What `Signature-Input` says of one signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parameters {
    pub(super) components: Vec<String>,
    pub(super) created: i64,
    pub(super) expires: Option<i64>,
    pub(super) nonce: Option<String>,
    pub(super) algorithm: Algorithm,
    pub(super) key_id: String,
    pub(super) tag: String,
}

impl Parameters {
    /// The value of `@signature-params`, its parameters in the one order that every verifier we know accepts.
    fn to_text(&self) -> String {
        let components = self.components.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(" ");
        let mut text = format!("({components});created={}", self.created);
        // Writing to a text cannot fail.
        if let Some(expires) = self.expires {
            let _ = write!(text, ";expires={expires}");
        }
        if let Some(nonce) = &self.nonce {
            let _ = write!(text, ";nonce=\"{nonce}\"");
        }
        let _ = write!(text, ";alg=\"{}\";keyid=\"{}\";tag=\"{}\"", self.algorithm, self.key_id, self.tag);
        text
    }

    /// The field `Signature-Input`.
    pub(super) fn to_field(&self) -> String {
        format!("{LABEL}={}", self.to_text())
    }

    /// The bytes to sign, given one value per component.
    pub(super) fn base(&self, values: &[&str]) -> Vec<u8> {
        let lines = self.components.iter().map(String::as_str).zip(values.iter().copied()).collect::<Vec<_>>();
        signature_base(&lines, &self.to_text())
    }

    /// Reads `Signature-Input`: one signature in our shape, or nothing.
    pub(super) fn read(field: &str) -> Option<Self> {
        let parameters = Self::parse(field)?;
        (parameters.to_field() == field).then_some(parameters)
    }

    fn parse(field: &str) -> Option<Self> {
        let ListEntry::InnerList(list) = only_member(field)? else { return None };
        let text = |name: &str| list.params.get(name).and_then(BareItem::as_string).map(|text| text.as_str().to_owned());
        let integer = |name: &str| list.params.get(name).and_then(BareItem::as_integer).map(i64::from);
        let components = list.items.iter().map(|item| item.bare_item.as_string().map(|name| name.as_str().to_owned()));
        Some(Self {
            components: components.collect::<Option<_>>()?,
            created: integer("created")?,
            expires: integer("expires"),
            nonce: text("nonce"),
            algorithm: Algorithm::from_name(&text("alg")?)?,
            key_id: text("keyid").filter(|key_id| is_word(key_id, 1..=64))?,
            tag: text("tag")?,
        })
    }
}

/// The signature base: a line per component, then the parameters (RFC 9421 §2.5).
fn signature_base(lines: &[(&str, &str)], parameters: &str) -> Vec<u8> {
    let mut base = String::new();
    for (name, value) in lines {
        base.extend(["\"", name, "\": ", value, "\n"]);
    }
    base.extend(["\"@signature-params\": ", parameters]);
    base.into_bytes()
}

/// The field `Signature`.
pub(super) fn signature_field(signature: &[u8]) -> String {
    format!("{LABEL}=:{}:", STANDARD.encode(signature))
}

/// Reads `Signature`: the bytes of our one signature, or nothing.
pub(super) fn read_signature_field(field: &str) -> Option<Vec<u8>> {
    let ListEntry::Item(item) = only_member(field)? else { return None };
    let bytes = item.bare_item.as_byte_sequence()?;
    (signature_field(bytes) == field).then(|| bytes.to_vec())
}

/// The member of a dictionary that has our label and no other.
fn only_member(field: &str) -> Option<ListEntry> {
    if field.len() > MAX_FIELD || !is_field_value(field) {
        return None;
    }
    let mut members: Dictionary = Parser::new(field).parse().ok()?;
    let member = members.swap_remove(LABEL)?;
    members.is_empty().then_some(member)
}

/// A nonce is opaque: it only has to be long enough, and to need no quoting.
pub(super) fn is_nonce(nonce: &str) -> bool {
    is_word(nonce, 22..=64)
}

/// A time that can be signed, in seconds since 1970.
pub(super) fn is_time(secs: i64) -> bool {
    (0..=LAST_TIME).contains(&secs)
}
