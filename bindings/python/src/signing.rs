//! Requests and answers, signed and proven, for those who bring their own HTTP.

use crate::ambient;
use crate::errors::{guarded, raise, unlocked};
use crate::keys::{Ed25519Key, PublicKey, signing_key, verification_key};
use crate::values::{all, headers as header_list, moment, raw_body, whole};
use okpay::signing::{self, AnsweredRequest, ReceivedRequest, SignatureHeaders, read_signature};
use okpay::{ErrorCode, OkpayError};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// What `verify_request` has proven.
#[pyclass(frozen, get_all, eq, hash, module = "okpay.signing")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct SignedRequest {
    key_id: String,
    algorithm: String,
    created: i64,
    expires: i64,
    nonce: String,
    nonce_kept_until: i64,
    idempotency_key: Option<String>,
}

#[pymethods]
impl SignedRequest {
    fn __repr__(&self) -> String {
        format!("SignedRequest(key_id={:?}, nonce={:?}, created={})", self.key_id, self.nonce, self.created)
    }
}

/// What `verify_answer` has proven.
#[pyclass(frozen, get_all, eq, hash, module = "okpay.signing")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct VerifiedAnswer {
    created: i64,
    key_id: String,
    request_nonce: Option<String>,
    request_key_id: Option<String>,
}

#[pymethods]
impl VerifiedAnswer {
    fn __repr__(&self) -> String {
        let nonce = self.request_nonce.as_deref().unwrap_or("unknown");
        format!("VerifiedAnswer(key_id={:?}, request_nonce={nonce:?}, created={})", self.key_id, self.created)
    }
}

#[pyfunction]
#[pyo3(signature = (method, url, headers, body, key, created=None, nonce=None))]
#[expect(clippy::too_many_arguments, reason = "each is one part of a request")]
pub(crate) fn sign_request<'py>(
    py: Python<'py>,
    method: &str,
    url: &str,
    headers: &Bound<'_, PyAny>,
    body: &Bound<'_, PyAny>,
    key: &Bound<'_, PyAny>,
    created: Option<&Bound<'_, PyAny>>,
    nonce: Option<String>,
) -> PyResult<Bound<'py, PyDict>> {
    let (headers, body, key) = (header_list(headers, all)?, raw_body(body)?, signing_key(key)?);
    let (created, body) = (moment(created)?.secs(), body.as_bytes());
    let signed = unlocked(py, || {
        let nonce = nonce.map_or_else(ambient::nonce, Ok)?;
        signing::sign_request_headers(method, url, &headers, body, key.signer(), created, &nonce)
    })?;
    shown(py, &signed)
}

#[pyfunction]
#[pyo3(signature = (method, url, headers, body, key, now=None))]
pub(crate) fn verify_request(
    py: Python<'_>,
    method: String,
    url: String,
    headers: &Bound<'_, PyAny>,
    body: &Bound<'_, PyAny>,
    key: &Bound<'_, PyAny>,
    now: Option<&Bound<'_, PyAny>>,
) -> PyResult<SignedRequest> {
    let body = raw_body(body)?.as_bytes().to_vec();
    let request = ReceivedRequest { method, url, headers: header_list(headers, all)?, body };
    let now = moment(now)?.secs();
    let claim = guarded(py, || read_signature(&request))?;
    // A callable looks the key up by its id, as a gateway does.
    let key = if key.is_callable() { looked_up(key, &claim.key_id)? } else { key.clone() };
    let key = verification_key(&key)?;
    let proven = unlocked(py, || claim.prove(&key, &request.body, now))?;
    Ok(SignedRequest {
        key_id: proven.key_id,
        algorithm: proven.algorithm.to_string(),
        created: proven.created,
        expires: proven.expires,
        nonce: proven.nonce,
        nonce_kept_until: proven.nonce_kept_until,
        idempotency_key: proven.idempotency_key,
    })
}

#[pyfunction]
#[pyo3(signature = (status, headers, body, key, created=None, request=None))]
pub(crate) fn sign_answer<'py>(
    py: Python<'py>,
    #[pyo3(from_py_with = whole)] status: u16,
    headers: &Bound<'_, PyAny>,
    body: &Bound<'_, PyAny>,
    key: &Bound<'_, Ed25519Key>,
    created: Option<&Bound<'_, PyAny>>,
    request: Option<(String, String)>,
) -> PyResult<Bound<'py, PyDict>> {
    let (headers, body) = (header_list(headers, all)?, raw_body(body)?);
    let (created, body, key) = (moment(created)?.secs(), body.as_bytes(), &key.get().0);
    let request = request.map(answered);
    let signed = unlocked(py, || signing::sign_answer_headers(status, &headers, body, key, created, request.as_ref()))?;
    shown(py, &signed)
}

#[pyfunction]
#[pyo3(signature = (status, headers, body, keys, request=None))]
pub(crate) fn verify_answer(
    py: Python<'_>,
    #[pyo3(from_py_with = whole)] status: u16,
    headers: &Bound<'_, PyAny>,
    body: &Bound<'_, PyAny>,
    keys: &Bound<'_, PyAny>,
    request: Option<(String, String)>,
) -> PyResult<VerifiedAnswer> {
    let (headers, body) = (header_list(headers, all)?, raw_body(body)?);
    let keys = match keys.extract::<String>() {
        Ok(text) => guarded(py, || Ok(signing::PublicKeys::parse(&text)?.keys().to_vec()))?,
        Err(_) => keys.try_iter()?.map(|key| Ok(key?.cast::<PublicKey>()?.get().0.clone())).collect::<PyResult<Vec<_>>>()?,
    };
    let body = body.as_bytes();
    let request = request.map(answered);
    let proven = unlocked(py, || signing::verify_answer(status, &headers, body, &keys, request.as_ref()))?;
    let (request_nonce, request_key_id) = proven.request.map(|request| (request.nonce, request.key_id)).unzip();
    Ok(VerifiedAnswer { created: proven.created, key_id: proven.key_id, request_nonce, request_key_id })
}

fn looked_up<'py>(keys: &Bound<'py, PyAny>, id: &str) -> PyResult<Bound<'py, PyAny>> {
    let key = keys.call1((id,))?;
    if key.is_none() {
        let unknown = OkpayError::verification(ErrorCode::SignatureInvalid, format!("no key has the id {id:?}"));
        return Err(raise(keys.py(), &unknown));
    }
    Ok(key)
}

/// The request that an answer is to, by its nonce and the id of the key that it was proven with.
fn answered((nonce, key_id): (String, String)) -> AnsweredRequest {
    AnsweredRequest { nonce, key_id }
}

#[pyfunction]
pub(crate) fn content_digest(py: Python<'_>, body: &Bound<'_, PyAny>) -> PyResult<String> {
    let body = raw_body(body)?;
    let body = body.as_bytes();
    unlocked(py, || Ok(signing::content_digest(body)))
}

#[pyfunction]
pub(crate) fn file_digest(py: Python<'_>, content: &Bound<'_, PyAny>) -> PyResult<String> {
    let content = raw_body(content)?;
    let content = content.as_bytes();
    unlocked(py, || Ok(signing::file_digest(content)))
}

#[pyfunction]
pub(crate) fn verify_content_digest(py: Python<'_>, field: &str, body: &Bound<'_, PyAny>) -> PyResult<()> {
    let body = raw_body(body)?;
    let body = body.as_bytes();
    unlocked(py, || signing::verify_content_digest(field, body))
}

/// The headers that are to be added. The idempotency key is there already, in the caller's own.
fn shown<'py>(py: Python<'py>, signed: &SignatureHeaders) -> PyResult<Bound<'py, PyDict>> {
    let headers = PyDict::new(py);
    if let Some(digest) = &signed.content_digest {
        headers.set_item("Content-Digest", digest)?;
    }
    if let Some(key_id) = &signed.okpay_key_id {
        headers.set_item("OKPay-Key-Id", key_id)?;
    }
    headers.set_item("Signature-Input", &signed.signature_input)?;
    headers.set_item("Signature", &signed.signature)?;
    Ok(headers)
}
