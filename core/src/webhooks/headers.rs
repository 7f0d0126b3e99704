//! The three headers of a webhook, read strictly.

use crate::error::{ErrorCode, OkpayError};
use base64ct::{Base64, Encoding};

pub(super) const ID: &str = "webhook-id";
pub(super) const TIMESTAMP: &str = "webhook-timestamp";
pub(super) const SIGNATURE: &str = "webhook-signature";

/// Most signatures that are read: two rotations of secrets and keys fit many times over.
const MAX_TOKENS: usize = 16;

/// Longest id, and longest signature header, in characters.
const MAX_ID: usize = 255;
const MAX_SIGNATURE: usize = 4096;

/// What the headers claim. Nothing is proven yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claimed {
    pub(super) id: String,
    /// In seconds since 1970.
    pub(super) timestamp: i64,
    pub(super) signatures: Vec<ClaimedSignature>,
}

/// A signature of a known scheme and the right length. Others are skipped, for a later one may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ClaimedSignature {
    /// `v1`: HMAC-SHA256, 32 bytes.
    V1(Vec<u8>),
    /// `v1a`: Ed25519, 64 bytes.
    V1a(Vec<u8>),
}

impl Claimed {
    pub(super) fn read(headers: &[(String, String)]) -> Result<Self, OkpayError> {
        let (id, timestamp, signature) = (required(headers, ID)?, required(headers, TIMESTAMP)?, required(headers, SIGNATURE)?);
        Ok(Self { id: read_id(id)?, timestamp: read_timestamp(timestamp)?, signatures: read_signatures(signature)? })
    }
}

/// A header that must come exactly once; the white space around it does not count.
pub(super) fn required<'a>(headers: &'a [(String, String)], name: &str) -> Result<&'a str, OkpayError> {
    let mut values = headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name));
    match (values.next(), values.next()) {
        (Some((_, value)), None) => Ok(value.trim_matches([' ', '\t'])),
        (None, _) => Err(error(ErrorCode::WebhookHeaderMissing, name, "the header is missing; does a proxy or framework drop it?")),
        _ => Err(malformed(name, "the header comes more than once")),
    }
}

pub(super) fn read_id(text: &str) -> Result<String, OkpayError> {
    // A dot would let the parts of the signed text be split in another way.
    match (1..=MAX_ID).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'.') {
        true => Ok(text.to_owned()),
        false => Err(malformed(ID, "the id must have 1 to 255 visible ASCII characters and no dot")),
    }
}

pub(super) fn read_timestamp(text: &str) -> Result<i64, OkpayError> {
    let plain = (1..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    let refused = || malformed(TIMESTAMP, "the timestamp must be seconds since 1970 in plain digits");
    plain.then(|| text.parse().ok()).flatten().ok_or_else(refused)
}

pub(super) fn read_signatures(text: &str) -> Result<Vec<ClaimedSignature>, OkpayError> {
    if text.len() > MAX_SIGNATURE || text.split(' ').count() > MAX_TOKENS {
        return Err(malformed(SIGNATURE, "the header has more than 16 signatures"));
    }
    Ok(text.split(' ').filter_map(read_token).collect())
}

fn read_token(token: &str) -> Option<ClaimedSignature> {
    let (scheme, encoded) = token.split_once(',')?;
    let bytes = Base64::decode_vec(encoded).ok()?;
    match (scheme, bytes.len()) {
        ("v1", 32) => Some(ClaimedSignature::V1(bytes)),
        ("v1a", 64) => Some(ClaimedSignature::V1a(bytes)),
        _ => None,
    }
}

fn malformed(name: &str, detail: &str) -> OkpayError {
    error(ErrorCode::WebhookHeaderMalformed, name, detail)
}

fn error(code: ErrorCode, name: &str, detail: &str) -> OkpayError {
    OkpayError::verification(code, detail).map(|failure| failure.param = Some(name.to_owned()))
}
