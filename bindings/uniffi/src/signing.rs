//! Requests and answers, signed and proven, for those who bring their own HTTP.

use crate::ambient;
use crate::errors::{CoreError, guarded};
use crate::keys::{CoreKey, CorePublicKey};
use crate::values::{CoreHeader, header_list, pairs};
use okpay::signing::{self, AnsweredRequest, PublicKeys, ReceivedRequest, VerificationKey, read_signature};
use okpay::{ErrorCode, OkpayError};
use std::sync::Arc;

/// What `core_verify_request` has proven. Times are in seconds since 1970.
#[derive(uniffi::Record)]
pub struct CoreProvenRequest {
    /// The key that signed.
    pub key_id: String,
    /// `hmac-sha256` or `ed25519`.
    pub algorithm: String,
    /// When it was signed.
    pub created: i64,
    /// When it ends.
    pub expires: i64,
    /// Good for one request only.
    pub nonce: String,
    /// Until when the nonce must be remembered.
    pub nonce_kept_until: i64,
    /// The idempotency key, without quotes.
    pub idempotency_key: Option<String>,
}

/// The request that an answer is to.
#[derive(uniffi::Record)]
pub struct CoreAnsweredRequest {
    /// Its nonce.
    pub nonce: String,
    /// The id of the key that it was proven with.
    pub key_id: String,
}

/// What `core_verify_answer` has proven.
#[derive(uniffi::Record)]
pub struct CoreProvenAnswer {
    /// When it was signed, in seconds since 1970.
    pub created: i64,
    /// The gateway's key.
    pub key_id: String,
    /// The request that it says it is to.
    pub request: Option<CoreAnsweredRequest>,
}

/// The fields to add to a request. `created` is in seconds, now by default; the nonce is fresh by default.
///
/// # Errors
/// `invalid_url`, `idempotency_key_invalid`, `invalid_parameter` and `signing_failed`.
#[uniffi::export]
pub fn core_sign_request(
    method: String,
    url: String,
    headers: Vec<CoreHeader>,
    body: Vec<u8>,
    key: Arc<CoreKey>,
    created: Option<i64>,
    nonce: Option<String>,
) -> Result<Vec<CoreHeader>, CoreError> {
    guarded(|| {
        let nonce = nonce.map_or_else(ambient::nonce, Ok)?;
        let created = created.unwrap_or_else(|| ambient::now().secs());
        let signed = signing::sign_request_headers(&method, &url, &pairs(headers), &body, key.signer(), created, &nonce)?;
        // The idempotency key is among the caller's own headers already.
        Ok(header_list(signed.to_list().into_iter().filter(|(name, _)| name != "idempotency-key").collect()))
    })
}

/// The id of the key that a request claims, for looking it up; nothing is proven by it.
///
/// # Errors
/// `unauthenticated` and `signature_invalid`.
#[uniffi::export]
pub fn core_claimed_key_id(method: String, url: String, headers: Vec<CoreHeader>, body: Vec<u8>) -> Result<String, CoreError> {
    guarded(|| Ok(read_signature(&ReceivedRequest { method, url, headers: pairs(headers), body })?.key_id))
}

/// Proves a request with a key of one kind or the other. `now` is in seconds.
///
/// # Errors
/// `unauthenticated`, `signature_invalid`, `digest_mismatch`, `clock_skew` and `idempotency_key_unsigned`.
#[uniffi::export]
pub fn core_verify_request(
    method: String,
    url: String,
    headers: Vec<CoreHeader>,
    body: Vec<u8>,
    key: Option<Arc<CoreKey>>,
    public_key: Option<Arc<CorePublicKey>>,
    now: Option<i64>,
) -> Result<CoreProvenRequest, CoreError> {
    guarded(|| {
        let key = match (key, public_key) {
            (Some(key), None) => key.verification_key()?,
            (None, Some(key)) => VerificationKey::Ed25519(key.0.clone()),
            _ => return Err(OkpayError::invalid(ErrorCode::InvalidKey, "a request is proven with one key")),
        };
        let request = ReceivedRequest { method, url, headers: pairs(headers), body };
        let now = now.unwrap_or_else(|| ambient::now().secs());
        let proven = read_signature(&request)?.prove(&key, &request.body, now)?;
        Ok(CoreProvenRequest {
            key_id: proven.key_id,
            algorithm: proven.algorithm.to_string(),
            created: proven.created,
            expires: proven.expires,
            nonce: proven.nonce,
            nonce_kept_until: proven.nonce_kept_until,
            idempotency_key: proven.idempotency_key,
        })
    })
}

/// The fields to add to an answer, as the gateway does. `created` is in seconds.
///
/// # Errors
/// `invalid_key` and `invalid_parameter`.
#[uniffi::export]
pub fn core_sign_answer(
    status: u16,
    headers: Vec<CoreHeader>,
    body: Vec<u8>,
    key: Arc<CoreKey>,
    created: Option<i64>,
    request: Option<CoreAnsweredRequest>,
) -> Result<Vec<CoreHeader>, CoreError> {
    guarded(|| {
        let created = created.unwrap_or_else(|| ambient::now().secs());
        let request = request.map(AnsweredRequest::from);
        let signed = signing::sign_answer_headers(status, &pairs(headers), &body, key.ed25519_key()?, created, request.as_ref())?;
        Ok(header_list(signed.to_list()))
    })
}

/// Proves an answer of the gateway, under any of its keys (`keyid=base64` with commas between). With `request`, only one to it.
///
/// # Errors
/// `answer_unsigned`, `answer_signature_invalid`, `answer_for_other_request`, `untrusted_key` and `digest_mismatch`.
#[uniffi::export]
pub fn core_verify_answer(
    status: u16,
    headers: Vec<CoreHeader>,
    body: Vec<u8>,
    keys: String,
    request: Option<CoreAnsweredRequest>,
) -> Result<CoreProvenAnswer, CoreError> {
    guarded(|| {
        let keys = PublicKeys::parse(&keys)?;
        let request = request.map(AnsweredRequest::from);
        let proven = signing::verify_answer(status, &pairs(headers), &body, keys.keys(), request.as_ref())?;
        let request = proven.request.map(|request| CoreAnsweredRequest { nonce: request.nonce, key_id: request.key_id });
        Ok(CoreProvenAnswer { created: proven.created, key_id: proven.key_id, request })
    })
}

/// `Content-Digest` of a body (RFC 9530).
///
/// # Errors
/// None but a defect.
#[uniffi::export]
pub fn core_content_digest(body: Vec<u8>) -> Result<String, CoreError> {
    guarded(|| Ok(signing::content_digest(&body)))
}

/// The digest by which a file is named: SHA-256, in hex.
///
/// # Errors
/// None but a defect.
#[uniffi::export]
pub fn core_file_digest(content: Vec<u8>) -> Result<String, CoreError> {
    guarded(|| Ok(signing::file_digest(&content)))
}

/// Proves that a body is the one of a `Content-Digest`.
///
/// # Errors
/// `digest_mismatch`.
#[uniffi::export]
pub fn core_verify_content_digest(field: String, body: Vec<u8>) -> Result<(), CoreError> {
    guarded(|| signing::verify_content_digest(&field, &body))
}

impl From<CoreAnsweredRequest> for AnsweredRequest {
    fn from(request: CoreAnsweredRequest) -> Self {
        Self { nonce: request.nonce, key_id: request.key_id }
    }
}
