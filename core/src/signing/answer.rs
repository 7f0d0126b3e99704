//! Answers: signed by the gateway, proven by the client.

use super::base::{Parameters, Part, SignatureHeaders, is_nonce, is_time, names_of, read_signature_field, signature_field};
use super::content::Content;
use super::digest::verify_content_digest;
use super::fields::single;
use super::keys::{Algorithm, Ed25519Key, Signer, is_word};
use super::public_keys::PublicKey;
use crate::error::{ErrorCode, OkpayError};

/// The `tag` of an answer's signature.
const TAG: &str = "okpay-response";

/// The field that says to whose request an answer is.
const KEY_ID: &str = "okpay-key-id";

/// The request that an answer is to: its nonce, and who asked.
///
/// The nonce alone would not do, for whoever stands in between sees it and can put it into a request of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredRequest {
    /// The nonce of the request.
    pub nonce: String,
    /// The id of the key that the request was proven with: the one that signed it, or the publishable key of a browser.
    pub key_id: String,
}

/// Signs an answer and gives the fields to add to it.
///
/// `request` is the one that is answered, and is given **only once it has been authenticated**: else whoever stands in between could
/// fetch a signed refusal in somebody's name. `created` is now, in seconds since 1970.
///
/// # Errors
/// `invalid_parameter` for a status, nonce, key id, time or content type that cannot be sent, and for a body without a content type.
pub fn sign_answer(
    status: u16,
    content_type: Option<&str>,
    body: &[u8],
    key: &Ed25519Key,
    created: i64,
    request: Option<&AnsweredRequest>,
) -> Result<SignatureHeaders, OkpayError> {
    check_parts(status, request, created)?;
    let content = Content::to_sign(content_type, body)?;
    let status = status.to_string();
    let parts = parts(&status, content.as_ref(), request);
    let parameters = Parameters {
        components: names_of(&parts),
        created,
        expires: None,
        nonce: request.map(|request| request.nonce.clone()),
        algorithm: Algorithm::Ed25519,
        key_id: key.key_id(),
        tag: TAG.to_owned(),
    };
    let signature = key.signature(&parameters.base(&parts));
    Ok(SignatureHeaders {
        content_digest: content.map(|content| content.digest),
        idempotency_key: None,
        okpay_key_id: request.map(|request| request.key_id.clone()),
        signature_input: parameters.to_field(),
        signature: signature_field(&signature),
    })
}

/// An answer that is the gateway's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedAnswer {
    /// When the gateway signed it, in seconds since 1970: its clock.
    pub created: i64,
    /// The gateway's key that signed it.
    pub key_id: String,
    /// The request that it answers. Absent if the gateway could not authenticate the request: then the answer is the gateway's, but
    /// not proven to belong to this request, and the caller decides what it may mean.
    pub request: Option<AnsweredRequest>,
}

/// Proves that an answer is the gateway's, whole, and (if it says which request it is to) made for the `expected` one.
///
/// `keys` are the gateway's public keys, several during a rotation. Without an `expected` request it is given back unchecked.
///
/// # Errors
/// `answer_unsigned`, `answer_signature_invalid`, `untrusted_key`, `digest_mismatch`, `answer_for_other_request`.
pub fn verify_answer(
    status: u16,
    headers: &[(String, String)],
    body: &[u8],
    keys: &[PublicKey],
    expected: Option<&AnsweredRequest>,
) -> Result<VerifiedAnswer, OkpayError> {
    let parameters = read_parameters(headers)?;
    let signature =
        header(headers, "signature")?.and_then(read_signature_field).ok_or_else(|| invalid("Signature is not sig1=:base64:"))?;
    let content = Content::received(headers, body).map_err(invalid)?;
    let request = answered_request(headers, &parameters)?;
    let status = status.to_string();
    let parts = parts(&status, content.as_ref(), request.as_ref());
    if parameters.components != names_of(&parts) {
        return Err(invalid("the answer's signature covers other parts than it must"));
    }
    let key = keys.iter().find(|key| key.key_id() == parameters.key_id).ok_or_else(|| untrusted(&parameters.key_id))?;
    if !key.holds(&parameters.base(&parts), &signature) {
        return Err(invalid("the answer's signature does not hold for its status, content type, digest and key id"));
    }
    if let Some(content) = &content {
        verify_content_digest(&content.digest, body)?;
    }
    if expected.is_some() && request.is_some() && request.as_ref() != expected {
        return Err(OkpayError::verification(
            ErrorCode::AnswerForOtherRequest,
            "the answer was signed for another request, or for another caller's",
        ));
    }
    Ok(VerifiedAnswer { created: parameters.created, key_id: parameters.key_id, request })
}

/// The parts that a signature covers, in order.
fn parts<'m>(status: &'m str, content: Option<&'m Content>, request: Option<&'m AnsweredRequest>) -> Vec<Part<'m>> {
    let mut parts = vec![("@status", status)];
    if let Some(content) = content {
        parts.extend(content.parts());
    }
    if let Some(request) = request {
        parts.push((KEY_ID, &request.key_id));
    }
    parts
}

fn check_parts(status: u16, request: Option<&AnsweredRequest>, created: i64) -> Result<(), OkpayError> {
    let refused = |param: &str, detail: &str| Err(OkpayError::invalid_at(ErrorCode::InvalidParameter, param, detail));
    if !(100..=599).contains(&status) {
        return refused("status", "an HTTP status is from 100 to 599");
    }
    if request.is_some_and(|request| !is_nonce(&request.nonce)) {
        return refused("nonce", "a nonce has 22 to 64 of the characters A-Z a-z 0-9 _ -");
    }
    if request.is_some_and(|request| !is_key_id(&request.key_id)) {
        return refused("key_id", "a key id has 1 to 64 of the characters A-Z a-z 0-9 _ -");
    }
    if !is_time(created) {
        return refused("created", "the time is in seconds since 1970");
    }
    Ok(())
}

fn read_parameters(headers: &[(String, String)]) -> Result<Parameters, OkpayError> {
    let field = match (header(headers, "signature-input")?, header(headers, "signature")?) {
        (Some(field), _) => field,
        (None, None) => return Err(OkpayError::verification(ErrorCode::AnswerUnsigned, "the answer is not signed")),
        (None, Some(_)) => return Err(invalid("Signature is there without Signature-Input")),
    };
    let parameters = Parameters::read(field).filter(|parameters| {
        parameters.tag == TAG
            && parameters.algorithm == Algorithm::Ed25519
            && parameters.expires.is_none()
            && parameters.nonce.as_deref().is_none_or(is_nonce)
    });
    parameters.ok_or_else(|| {
        invalid("Signature-Input is not exactly sig1=(…);created=…;nonce=\"…\";alg=\"ed25519\";keyid=\"…\";tag=\"okpay-response\", in this order")
    })
}

/// The request that an answer says it is to. The nonce, which is a parameter of the signature, and the key id, which is a field, come
/// together or not at all.
fn answered_request(headers: &[(String, String)], parameters: &Parameters) -> Result<Option<AnsweredRequest>, OkpayError> {
    match (&parameters.nonce, header(headers, KEY_ID)?) {
        (None, None) => Ok(None),
        (Some(nonce), Some(key_id)) if is_key_id(key_id) => Ok(Some(AnsweredRequest { nonce: nonce.clone(), key_id: key_id.to_owned() })),
        _ => Err(invalid("the nonce of a request comes with its OKPay-Key-Id, and neither without the other")),
    }
}

fn is_key_id(text: &str) -> bool {
    is_word(text, 1..=64)
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Result<Option<&'a str>, OkpayError> {
    single(headers, name).map_err(invalid)
}

fn untrusted(key_id: &str) -> OkpayError {
    let detail = format!("the answer is signed by the key {key_id}, which is not among the gateway keys; see OKPAY_GATEWAY_KEYS");
    OkpayError::verification(ErrorCode::UntrustedKey, detail)
}

fn invalid(detail: impl Into<String>) -> OkpayError {
    OkpayError::verification(ErrorCode::AnswerSignatureInvalid, detail)
}
