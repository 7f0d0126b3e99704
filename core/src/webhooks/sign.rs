//! Signing webhooks, for the gateway, the sandbox and tests.

use super::headers::{ID, SIGNATURE, TIMESTAMP, read_id, read_timestamp};
use super::secrets::{hmac_key, invalid_key, public_text, signing_key};
use crate::error::{ErrorCode, OkpayError};
use crate::signing::{Ed25519Key, HmacKey};
use crate::timestamp::Timestamp;
use base64ct::{Base64, Encoding};

/// The signature `v1,…` (HMAC-SHA256) of one webhook with one secret `whsec_…`; for tests of a handler. `timestamp` is in seconds since
/// 1970.
///
/// # Errors
/// `invalid_key` for a malformed secret, `webhook_header_malformed` for an id or timestamp that no verifier would take.
pub fn sign(secret: &str, id: &str, timestamp: i64, body: &[u8]) -> Result<String, OkpayError> {
    let key = hmac_key(secret)?;
    let (id, timestamp) = (read_id(id)?, timestamp.to_string());
    read_timestamp(&timestamp)?;
    Ok(v1(&key, &signed_parts(&id, &timestamp, body)))
}

/// The three headers of a signed webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookHeaders {
    /// `webhook-id`: the event, the same on every delivery.
    pub id: String,
    /// `webhook-timestamp`: seconds since 1970 at this delivery.
    pub timestamp: String,
    /// `webhook-signature`: one signature per secret, with single spaces between.
    pub signature: String,
}

impl WebhookHeaders {
    /// Names (in lower case) and values.
    #[must_use]
    pub fn to_list(&self) -> Vec<(String, String)> {
        let pairs = [(ID, &self.id), (TIMESTAMP, &self.timestamp), (SIGNATURE, &self.signature)];
        pairs.map(|(name, value)| (name.to_owned(), value.clone())).to_vec()
    }
}

/// Signs the webhooks of one endpoint with its secrets.
#[derive(Debug, Clone)]
pub struct WebhookSigner {
    secrets: Vec<HmacKey>,
    private_key: Option<Ed25519Key>,
}

impl WebhookSigner {
    /// From the secrets `whsec_…`, the current one first and then, during a rotation, those that go out; and at most one private key
    /// `whsk_…` (Ed25519) anywhere among them, whose signature comes last.
    ///
    /// # Errors
    /// `invalid_key` for a malformed secret, without any `whsec_`, and with more than one `whsk_`.
    pub fn new(secrets: &[String]) -> Result<Self, OkpayError> {
        let mut signer = Self { secrets: Vec::new(), private_key: None };
        for text in secrets {
            match text.strip_prefix("whsk_") {
                Some(_) if signer.private_key.is_some() => return Err(invalid_key("an endpoint has one private key (whsk_) at most")),
                Some(encoded) => signer.private_key = Some(signing_key(encoded)?),
                None => signer.secrets.push(hmac_key(text)?),
            }
        }
        match signer.secrets.is_empty() {
            true => Err(invalid_key("an endpoint needs a webhook secret (whsec_)")),
            false => Ok(signer),
        }
    }

    /// The public key `whpk_…` that proves the last signature, if there is a private one.
    #[must_use]
    pub fn public_key(&self) -> Option<String> {
        self.private_key.as_ref().map(public_text)
    }

    /// Signs one delivery. `id` is the event's, the same on every delivery; `now` is this delivery's time.
    ///
    /// # Errors
    /// `invalid_parameter` unless the id is `evt_` and then digits and lower-case letters, or if the time is before 1970.
    pub fn headers(&self, id: &str, now: Timestamp, body: &[u8]) -> Result<WebhookHeaders, OkpayError> {
        let timestamp = now.secs().to_string();
        if !is_event_id(id) || read_timestamp(&timestamp).is_err() {
            let detail = "a webhook needs an id of evt_ and lower-case letters and digits, and a time after 1970";
            return Err(OkpayError::invalid(ErrorCode::InvalidParameter, detail));
        }
        let parts = signed_parts(id, &timestamp, body);
        let symmetric = self.secrets.iter().map(|key| v1(key, &parts));
        let asymmetric = self.private_key.iter().map(|key| format!("v1a,{}", Base64::encode_string(&key.signature(&parts.concat()))));
        let signature = symmetric.chain(asymmetric).collect::<Vec<_>>().join(" ");
        Ok(WebhookHeaders { id: id.to_owned(), timestamp, signature })
    }
}

/// What is signed: `id.timestamp.body`.
fn signed_parts<'a>(id: &'a str, timestamp: &'a str, body: &'a [u8]) -> [&'a [u8]; 5] {
    [id.as_bytes(), b".", timestamp.as_bytes(), b".", body]
}

fn v1(key: &HmacKey, parts: &[&[u8]]) -> String {
    format!("v1,{}", Base64::encode_string(&key.mac(parts)))
}

/// What we give out: a stricter form than [`read_id`] takes.
fn is_event_id(id: &str) -> bool {
    let rest = id.strip_prefix("evt_").unwrap_or_default();
    (1..=60).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn signs_with_ed25519_as_published() {
        let vectors: Value = serde_json::from_str(include_str!("../../../tests/vectors/standard_webhooks.json")).unwrap();
        let case = vectors["vectors"].as_array().unwrap().iter().find(|case| case["scheme"] == "v1a").unwrap();
        let text = |name: &str| case[name].as_str().unwrap();
        let key = signing_key(text("secret_key").strip_prefix("whsk_").unwrap()).unwrap();
        let timestamp = case["timestamp"].to_string();
        let signed = signed_parts(text("msg_id"), &timestamp, text("payload").as_bytes()).concat();
        assert_eq!(format!("v1a,{}", Base64::encode_string(&key.signature(&signed))), text("signature"));
        assert_eq!(public_text(&key), text("public_key"));
    }

    #[test]
    fn a_private_key_may_be_its_seed_alone_but_not_two_halves_of_different_keys() {
        let seed = [5; 32];
        let key = signing_key(&Base64::encode_string(&seed)).unwrap();
        let whole = [seed.as_slice(), &key.public_key().to_bytes()].concat();
        assert_eq!(public_text(&signing_key(&Base64::encode_string(&whole)).unwrap()), public_text(&key));
        for bytes in [[seed, [6; 32]].concat(), seed[..31].to_vec(), whole[..63].to_vec(), Vec::new()] {
            assert_eq!(signing_key(&Base64::encode_string(&bytes)).unwrap_err().code(), &ErrorCode::InvalidKey);
        }
    }

    #[test]
    fn ids_are_given_out_in_one_form() {
        for (id, good) in [("evt_01jgf", true), ("evt_", false), ("evt_A", false), ("evt_a_b", false), ("msg_1", false), ("evt_a.b", false)]
        {
            assert_eq!(is_event_id(id), good, "{id}");
        }
    }
}
