//! Answers: signed by the gateway, proven by the client.

use super::base::{Parameters, SignatureHeaders, is_nonce, is_time, read_signature_field, signature_field};
use super::content::Content;
use super::digest::verify_content_digest;
use super::fields::single;
use super::keys::{Algorithm, Ed25519Key, Signer};
use super::public_keys::PublicKey;
use crate::error::{ErrorCode, OkpayError};

/// The `tag` of an answer's signature.
const TAG: &str = "okpay-response";

/// Signs an answer and gives the fields to add to it.
///
/// `nonce` is that of the request, and is given **only once the request has been authenticated**: else whoever stands in between could
/// fetch a signed refusal under somebody's nonce. `created` is now, in seconds since 1970.
///
/// # Errors
/// `invalid_parameter` for a status, nonce, time or content type that cannot be sent, and for a body without a content type.
pub fn sign_answer(
    status: u16,
    content_type: Option<&str>,
    body: &[u8],
    key: &Ed25519Key,
    created: i64,
    nonce: Option<&str>,
) -> Result<SignatureHeaders, OkpayError> {
    check_parts(status, nonce, created)?;
    let content = Content::to_sign(content_type, body)?;
    let parameters = Parameters {
        components: components(content.is_some()),
        created,
        expires: None,
        nonce: nonce.map(str::to_owned),
        algorithm: Algorithm::Ed25519,
        key_id: key.key_id(),
        tag: TAG.to_owned(),
    };
    let signature = key.signature(&base(&parameters, status, content.as_ref()));
    Ok(SignatureHeaders {
        content_digest: content.map(|content| content.digest),
        idempotency_key: None,
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
    /// The nonce of the request that it answers. Absent if the gateway could not authenticate the request: then the answer is the
    /// gateway's, but not proven to belong to this request, and the caller decides what it may mean.
    pub nonce: Option<String>,
}

/// Proves that an answer is the gateway's, whole, and (if it carries a nonce) made for the request with `expected_nonce`.
///
/// `keys` are the gateway's public keys, several during a rotation. Without an `expected_nonce` the nonce is given back unchecked.
///
/// # Errors
/// `answer_unsigned`, `answer_signature_invalid`, `untrusted_key`, `digest_mismatch`, `answer_for_other_request`.
pub fn verify_answer(
    status: u16,
    headers: &[(String, String)],
    body: &[u8],
    keys: &[PublicKey],
    expected_nonce: Option<&str>,
) -> Result<VerifiedAnswer, OkpayError> {
    let parameters = read_parameters(headers)?;
    let signature =
        header(headers, "signature")?.and_then(read_signature_field).ok_or_else(|| invalid("Signature is not sig1=:base64:"))?;
    let content = Content::received(headers, body).map_err(invalid)?;
    if parameters.components != components(content.is_some()) {
        return Err(invalid("the answer's signature covers other parts than it must"));
    }
    let key = keys.iter().find(|key| key.key_id() == parameters.key_id).ok_or_else(|| untrusted(&parameters.key_id))?;
    if !key.holds(&base(&parameters, status, content.as_ref()), &signature) {
        return Err(invalid("the answer's signature does not hold for its status, content type and digest"));
    }
    if let Some(content) = &content {
        verify_content_digest(&content.digest, body)?;
    }
    if expected_nonce.is_some() && parameters.nonce.is_some() && parameters.nonce.as_deref() != expected_nonce {
        return Err(OkpayError::verification(ErrorCode::AnswerForOtherRequest, "the answer was signed for another request"));
    }
    Ok(VerifiedAnswer { created: parameters.created, key_id: parameters.key_id, nonce: parameters.nonce })
}

/// The parts that a signature covers, in order.
fn components(with_body: bool) -> Vec<String> {
    let mut names = vec!["@status"];
    if with_body {
        names.extend(Content::COMPONENTS);
    }
    names.into_iter().map(str::to_owned).collect()
}

fn base(parameters: &Parameters, status: u16, content: Option<&Content>) -> Vec<u8> {
    let status = status.to_string();
    let mut values = vec![status.as_str()];
    values.extend(content.into_iter().flat_map(Content::values));
    parameters.base(&values)
}

fn check_parts(status: u16, nonce: Option<&str>, created: i64) -> Result<(), OkpayError> {
    let refused = |param: &str, detail: &str| Err(OkpayError::invalid_at(ErrorCode::InvalidParameter, param, detail));
    if !(100..=599).contains(&status) {
        return refused("status", "an HTTP status is from 100 to 599");
    }
    if nonce.is_some_and(|nonce| !is_nonce(nonce)) {
        return refused("nonce", "a nonce has 22 to 64 of the characters A-Z a-z 0-9 _ -");
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
