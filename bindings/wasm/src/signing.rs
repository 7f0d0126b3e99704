//! Requests and answers, signed and proven, for those who bring their own HTTP. Headers cross as JSON pairs.

use crate::errors::Told;
use crate::keys::Key;
use crate::values::{Headers, moment, read, to_json};
use okpay::signing::{
    self, AnsweredRequest, PublicKey, PublicKeys, ReceivedRequest, SignatureClaim, SignatureHeaders, VerificationKey, sign_answer_headers,
    sign_request_headers,
};
use okpay::{ErrorCode, OkpayError};
use serde_json::json;
use wasm_bindgen::prelude::wasm_bindgen;

/// The headers that sign a request.
#[wasm_bindgen(js_name = signRequest)]
pub fn sign_request(method: &str, url: &str, headers: &str, body: &[u8], key: &Key, created: i64, nonce: &str) -> Result<String, Told> {
    let (headers, created) = (read::<Headers>(headers)?, moment(created).secs());
    Ok(shown(&sign_request_headers(method, url, &headers, body, key.signer(), created, nonce)?))
}

/// A request whose signature is read, and not yet proven.
#[wasm_bindgen]
pub struct Claim {
    claim: SignatureClaim,
    body: Vec<u8>,
}

#[wasm_bindgen]
impl Claim {
    /// Reads the signature of a request.
    pub fn read(method: String, url: String, headers: &str, body: Vec<u8>) -> Result<Claim, Told> {
        let request = ReceivedRequest { method, url, headers: read(headers)?, body };
        let claim = signing::read_signature(&request)?;
        Ok(Self { claim, body: request.body })
    }

    /// The id of the key that is claimed, to look the key up by.
    #[wasm_bindgen(js_name = keyId)]
    #[must_use]
    pub fn key_id(&self) -> String {
        self.claim.key_id.clone()
    }

    /// Proves it with a key that signs.
    pub fn verify(&self, key: &Key, now: i64) -> Result<String, Told> {
        self.proven(&key.verification(), now)
    }

    /// Proves it with a public key, by its text.
    #[wasm_bindgen(js_name = verifyPublic)]
    pub fn verify_public(&self, key: &str, now: i64) -> Result<String, Told> {
        self.proven(&VerificationKey::Ed25519(PublicKey::parse(key)?), now)
    }
}

impl Claim {
    fn proven(&self, key: &VerificationKey, now: i64) -> Result<String, Told> {
        let proven = self.claim.clone().prove(key, &self.body, moment(now).secs())?;
        Ok(to_json(&json!({
            "keyId": proven.key_id,
            "algorithm": proven.algorithm.as_str(),
            "created": proven.created,
            "expires": proven.expires,
            "nonce": proven.nonce,
            "nonceKeptUntil": proven.nonce_kept_until,
            "idempotencyKey": proven.idempotency_key,
        })))
    }
}

/// The headers that sign an answer; the request it is to goes by nonce and key id, both or none.
#[wasm_bindgen(js_name = signAnswer)]
pub fn sign_answer(
    status: u16,
    headers: &str,
    body: &[u8],
    key: &Key,
    created: i64,
    nonce: Option<String>,
    key_id: Option<String>,
) -> Result<String, Told> {
    let headers = read::<Headers>(headers)?;
    let no_key = || OkpayError::invalid_at(ErrorCode::InvalidKey, "key", "an answer is signed by an Ed25519 key");
    let key = key.gateway().ok_or_else(no_key)?;
    let request = answered(nonce, key_id);
    let created = moment(created).secs();
    Ok(shown(&sign_answer_headers(status, &headers, body, key, created, request.as_ref())?))
}

/// Proves an answer with the gateway's keys, by their text.
#[wasm_bindgen(js_name = verifyAnswer)]
pub fn verify_answer(
    status: u16,
    headers: &str,
    body: &[u8],
    keys: &str,
    nonce: Option<String>,
    key_id: Option<String>,
) -> Result<String, Told> {
    let (headers, keys) = (read::<Headers>(headers)?, PublicKeys::parse(keys)?);
    let proven = signing::verify_answer(status, &headers, body, keys.keys(), answered(nonce, key_id).as_ref())?;
    let request = proven.request.map(|request| json!({ "nonce": request.nonce, "keyId": request.key_id }));
    Ok(to_json(&json!({ "created": proven.created, "keyId": proven.key_id, "request": request })))
}

/// The field `Content-Digest` of a body.
#[wasm_bindgen(js_name = contentDigest)]
#[must_use]
pub fn content_digest(body: &[u8]) -> String {
    signing::content_digest(body)
}

/// The digest by which a file is named.
#[wasm_bindgen(js_name = fileDigest)]
#[must_use]
pub fn file_digest(content: &[u8]) -> String {
    signing::file_digest(content)
}

/// Proves a body by its field.
#[wasm_bindgen(js_name = verifyContentDigest)]
pub fn verify_content_digest(field: &str, body: &[u8]) -> Result<(), Told> {
    Ok(signing::verify_content_digest(field, body)?)
}

fn answered(nonce: Option<String>, key_id: Option<String>) -> Option<AnsweredRequest> {
    nonce.zip(key_id).map(|(nonce, key_id)| AnsweredRequest { nonce, key_id })
}

/// The headers that are to be added. The idempotency key is there already, in the caller's own.
fn shown(signed: &SignatureHeaders) -> String {
    let mut headers = Vec::new();
    headers.extend(signed.content_digest.as_ref().map(|digest| ("Content-Digest", digest)));
    headers.extend(signed.okpay_key_id.as_ref().map(|key_id| ("OKPay-Key-Id", key_id)));
    headers.push(("Signature-Input", &signed.signature_input));
    headers.push(("Signature", &signed.signature));
    to_json(&headers)
}
