//! For those who bring their own HTTP: the signing functions over a plain list of headers, as every language has one.

use super::answer::{AnsweredRequest, sign_answer};
use super::base::SignatureHeaders;
use super::fields::{read_idempotency_key, single};
use super::keys::{Algorithm, Ed25519Key, Signer};
use super::public_keys::VerificationKey;
use super::request::{SignatureClaim, sign_request};
use crate::error::{ErrorCode, OkpayError};

/// Names and values of headers, in any case.
type Headers = [(String, String)];

/// As [`sign_request`], its content type and idempotency key taken from the headers that will be sent.
///
/// # Errors
/// As [`sign_request`]; `invalid_parameter` if one of the two comes more than once.
pub fn sign_request_headers(
    method: &str,
    url: &str,
    headers: &Headers,
    body: &[u8],
    signer: &dyn Signer,
    created: i64,
    nonce: &str,
) -> Result<SignatureHeaders, OkpayError> {
    let idempotency_key = once(headers, "idempotency-key")?.map(own_idempotency_key).transpose()?;
    sign_request(method, url, once(headers, "content-type")?, idempotency_key.as_deref(), body, signer, created, nonce)
}

/// As [`sign_answer`], its content type taken from the headers that will be sent.
///
/// # Errors
/// As [`sign_answer`]; `invalid_parameter` if the content type comes more than once.
pub fn sign_answer_headers(
    status: u16,
    headers: &Headers,
    body: &[u8],
    key: &Ed25519Key,
    created: i64,
    request: Option<&AnsweredRequest>,
) -> Result<SignatureHeaders, OkpayError> {
    sign_answer(status, once(headers, "content-type")?, body, key, created, request)
}

/// A request whose signature, digest and time hold. Its nonce is yet to be used up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenRequest {
    /// The key that signed.
    pub key_id: String,
    /// How it signed.
    pub algorithm: Algorithm,
    /// When it was signed, in seconds since 1970.
    pub created: i64,
    /// When it ends, in seconds since 1970.
    pub expires: i64,
    /// Good for one request only.
    pub nonce: String,
    /// Until when the nonce must be remembered, in seconds since 1970.
    pub nonce_kept_until: i64,
    /// The idempotency key, without quotes.
    pub idempotency_key: Option<String>,
}

impl SignatureClaim {
    /// Proves everything that a request says of itself, in the gateway's order: signature, digest, time, idempotency key. `now` is in
    /// seconds since 1970. The nonce is left to the caller: it must be used up until `nonce_kept_until`.
    ///
    /// # Errors
    /// As [`verify`](Self::verify), [`check_digest`](Self::check_digest), [`check_time`](Self::check_time) and
    /// [`idempotency_key`](Self::idempotency_key).
    pub fn prove(self, key: &VerificationKey, body: &[u8], now: i64) -> Result<ProvenRequest, OkpayError> {
        self.verify(key)?;
        self.check_digest(body)?;
        self.check_time(now)?;
        Ok(ProvenRequest {
            idempotency_key: self.idempotency_key()?,
            nonce_kept_until: self.nonce_kept_until(),
            key_id: self.key_id,
            algorithm: self.algorithm,
            created: self.created,
            expires: self.expires,
            nonce: self.nonce,
        })
    }
}

/// The key in a header that is yet to be sent: what is wrong with it is the caller's own.
fn own_idempotency_key(field: &str) -> Result<String, OkpayError> {
    read_idempotency_key(field).map_err(|error| OkpayError::Invalid(error.into_failure()))
}

/// The value of a header that may come once.
fn once<'a>(headers: &'a Headers, name: &str) -> Result<Option<&'a str>, OkpayError> {
    single(headers, name).map_err(|detail| OkpayError::invalid_at(ErrorCode::InvalidParameter, name, detail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signing::{HmacKey, ReceivedRequest, read_signature};

    fn header(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn what_is_signed_is_proven() {
        let key = HmacKey::from_bytes("okp_test_kid_1", &[7; 32]).unwrap();
        let mut headers = vec![header("Content-Type", "application/json"), header("Idempotency-Key", "\"order-1\"")];
        let url = "https://api.okpay.test/v1/payments";
        let signed = sign_request_headers("POST", url, &headers, b"{}", &key, 1_800_000_000, "AAAAAAAAAAAAAAAAAAAAAA").unwrap();
        headers.extend(signed.to_list().into_iter().filter(|(name, _)| name != "idempotency-key"));
        let request = ReceivedRequest { method: "POST".to_owned(), url: url.to_owned(), headers: headers.clone(), body: b"{}".to_vec() };
        let key = VerificationKey::Hmac(key);
        let proven = read_signature(&request).unwrap().prove(&key, b"{}", 1_800_000_010).unwrap();
        assert_eq!((proven.idempotency_key.as_deref(), proven.nonce_kept_until), (Some("order-1"), 1_800_000_330));
        let late = read_signature(&request).unwrap().prove(&key, b"{}", 1_800_000_331).unwrap_err();
        assert_eq!(late.code(), &ErrorCode::ClockSkew);
        let other = read_signature(&request).unwrap().prove(&key, b"[]", 1_800_000_010).unwrap_err();
        assert_eq!(other.code(), &ErrorCode::DigestMismatch);
    }

    #[test]
    fn a_header_that_is_signed_comes_once() {
        let key = HmacKey::from_bytes("okp_test_kid_1", &[7; 32]).unwrap();
        let twice = [header("content-type", "a/b"), header("Content-Type", "a/b")];
        let refused = sign_request_headers("POST", "https://a.test", &twice, b"x", &key, 0, "AAAAAAAAAAAAAAAAAAAAAA").unwrap_err();
        assert_eq!((refused.code(), refused.failure().param.as_deref()), (&ErrorCode::InvalidParameter, Some("content-type")));
    }
}
