//! Requests: signed by whoever calls, proven by whoever is called.

use super::base::{Parameters, Part, SignatureHeaders, is_nonce, is_time, names_of, read_signature_field, signature_field};
use super::content::Content;
use super::digest::verify_content_digest;
use super::fields::{quote_idempotency_key, read_idempotency_key, single};
use super::keys::{Algorithm, Signer, checked_key_id};
use super::public_keys::VerificationKey;
use super::url::normal_url;
use crate::error::{ErrorCode, Failure, OkpayError};

/// The `tag` of a request's signature.
const TAG: &str = "okpay";

const SHAPE: &str =
    "Signature-Input is not exactly sig1=(…);created=…;expires=…;nonce=\"…\";alg=\"…\";keyid=\"…\";tag=\"okpay\", in this order";

/// How long a signed request is good for, in seconds.
const LIFETIME: i64 = 300;

/// How far two clocks may be apart, in seconds.
const LEEWAY: i64 = 30;

/// Signs a request and gives the fields to add to it.
///
/// `url` may come in any form and is signed in its normal one ([`normal_url`]). `idempotency_key` is the key itself, without quotes.
/// `created` is now, in seconds since 1970; `nonce` is 128 random bits in base64url and must be fresh for every attempt. With a body, its
/// content type is signed too and must be sent as it is; without a body no content type is signed.
///
/// # Errors
/// `invalid_url`, `invalid_key`, `idempotency_key_invalid`, `invalid_parameter` for a method, content type, time or nonce that cannot be
/// sent; as `NotSent`, `signing_failed` if the signer fails or gives a signature of the wrong length.
#[expect(clippy::too_many_arguments, reason = "each is one part of a request, and a struct for one call would say no more")]
pub fn sign_request(
    method: &str,
    url: &str,
    content_type: Option<&str>,
    idempotency_key: Option<&str>,
    body: &[u8],
    signer: &dyn Signer,
    created: i64,
    nonce: &str,
) -> Result<SignatureHeaders, OkpayError> {
    let url = normal_url(url)?;
    check_parts(method, nonce, created)?;
    let covered = Covered {
        content: Content::to_sign(content_type, body)?,
        idempotency_key: idempotency_key.map(quote_idempotency_key).transpose()?,
    };
    let parts = covered.parts(method, &url);
    let parameters = Parameters {
        components: names_of(&parts),
        created,
        expires: Some(created + LIFETIME),
        nonce: Some(nonce.to_owned()),
        algorithm: signer.algorithm(),
        key_id: checked_key_id(signer.key_id())?,
        tag: TAG.to_owned(),
    };
    let signature = signed(signer, parameters.base(&parts))?;
    Ok(SignatureHeaders {
        content_digest: covered.content.map(|content| content.digest),
        idempotency_key: covered.idempotency_key,
        okpay_key_id: None,
        signature_input: parameters.to_field(),
        signature: signature_field(&signature),
    })
}

/// A request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedRequest {
    /// The method, in capitals.
    pub method: String,
    /// The whole URL under the gateway's own public base URL, never under a proxy's view of it.
    pub url: String,
    /// Names and values as they came; a name may come more than once.
    pub headers: Vec<(String, String)>,
    /// The exact bytes of the body.
    pub body: Vec<u8>,
}

/// What a request says of its signature, in the right shape but not yet proven.
///
/// To prove it: look the key up by `key_id`, then [`verify`](Self::verify), [`check_digest`](Self::check_digest) and
/// [`check_time`](Self::check_time), then use up the `nonce` until [`nonce_kept_until`](Self::nonce_kept_until), then read the
/// [`idempotency_key`](Self::idempotency_key).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureClaim {
    /// The key that is said to have signed.
    pub key_id: String,
    /// The algorithm that is said to have been used.
    pub algorithm: Algorithm,
    /// When it was signed, in seconds since 1970.
    pub created: i64,
    /// When it ends, in seconds since 1970.
    pub expires: i64,
    /// Good for one request only.
    pub nonce: String,
    /// Whether the signature covers the field `Idempotency-Key`.
    pub covers_idempotency_key: bool,
    idempotency_key_field: Option<String>,
    content_digest: Option<String>,
    base: Vec<u8>,
    signature: Vec<u8>,
}

/// Reads the signature of a request and checks its shape: one signature, labelled `sig1`, over exactly the parts that belong to a
/// request with or without a body, with exactly our parameters in our order (RFC 9421 §3.2). Nothing is proven yet.
///
/// # Errors
/// `unauthenticated` if there is no signature at all, else `signature_invalid`.
pub fn read_signature(request: &ReceivedRequest) -> Result<SignatureClaim, OkpayError> {
    let parameters = read_parameters(request)?;
    let (Some(expires), Some(nonce)) = (parameters.expires, parameters.nonce.clone().filter(|nonce| is_nonce(nonce))) else {
        return Err(invalid(SHAPE));
    };
    let signature =
        header(request, "signature")?.and_then(read_signature_field).ok_or_else(|| invalid("Signature is not sig1=:base64:"))?;
    let url = normal_url(&request.url).map_err(|error| invalid(error.into_failure().detail))?;
    let covered = Covered::received(request, &parameters)?;
    let base = parameters.base(&covered.parts(&request.method, &url));
    Ok(SignatureClaim {
        key_id: parameters.key_id,
        algorithm: parameters.algorithm,
        created: parameters.created,
        expires,
        nonce,
        covers_idempotency_key: covered.idempotency_key.is_some(),
        idempotency_key_field: header(request, "idempotency-key")?.map(str::to_owned),
        content_digest: covered.content.map(|content| content.digest),
        base,
        signature,
    })
}

impl SignatureClaim {
    /// Proves the signature, in constant time. The key must be the claimed one and of the claimed algorithm.
    ///
    /// # Errors
    /// `signature_invalid`.
    pub fn verify(&self, key: &VerificationKey) -> Result<(), OkpayError> {
        if key.key_id() != self.key_id || key.algorithm() != self.algorithm {
            return Err(invalid("the signature names another key or algorithm than the key has"));
        }
        match key.holds(&self.base, &self.signature) {
            true => Ok(()),
            false => Err(invalid("the signature does not hold for this method, URL, content type, digest and key")),
        }
    }

    /// Proves that the body is the signed one.
    ///
    /// # Errors
    /// `digest_mismatch`.
    pub fn check_digest(&self, body: &[u8]) -> Result<(), OkpayError> {
        match &self.content_digest {
            Some(field) => verify_content_digest(field, body),
            None if body.is_empty() => Ok(()),
            None => Err(OkpayError::verification(ErrorCode::DigestMismatch, "the signature was made for a request without a body")),
        }
    }

    /// Checks the time: signed for exactly 300 seconds, and `now` (seconds since 1970) within them, give or take 30.
    ///
    /// # Errors
    /// `clock_skew`.
    pub fn check_time(&self, now: i64) -> Result<(), OkpayError> {
        let skewed = |detail: String| OkpayError::verification(ErrorCode::ClockSkew, detail);
        if self.expires.checked_sub(self.created) != Some(LIFETIME) {
            return Err(skewed(format!("expires must be created + {LIFETIME}")));
        }
        let (earliest, latest) = (self.created.saturating_sub(LEEWAY), self.nonce_kept_until());
        if (earliest..=latest).contains(&now) {
            return Ok(());
        }
        let apart = now.saturating_sub(self.created);
        let side = if apart < 0 { "in the future" } else { "ago" };
        Err(skewed(format!("the request was signed {} s {side} by this clock; set the sender's clock", apart.unsigned_abs())))
    }

    /// Until when the nonce must be remembered, in seconds since 1970: the last moment at which the request would pass.
    #[must_use]
    pub fn nonce_kept_until(&self) -> i64 {
        self.expires.saturating_add(LEEWAY)
    }

    /// The idempotency key without its quotes, if the request has one.
    ///
    /// # Errors
    /// `idempotency_key_unsigned` if it is there but not covered by the signature, `idempotency_key_invalid` if it is malformed.
    pub fn idempotency_key(&self) -> Result<Option<String>, OkpayError> {
        match &self.idempotency_key_field {
            Some(_) if !self.covers_idempotency_key => {
                let detail = "Idempotency-Key is there, but the signature does not cover it";
                Err(OkpayError::verification(ErrorCode::IdempotencyKeyUnsigned, detail))
            }
            Some(field) => read_idempotency_key(field).map(Some),
            None => Ok(None),
        }
    }

    /// The bytes that the signature was made over (RFC 9421 §2.5), for those who look for a difference.
    #[must_use]
    pub fn base(&self) -> &[u8] {
        &self.base
    }
}

/// What a request's signature covers besides the method and the URL.
struct Covered {
    content: Option<Content>,
    /// The field with its quotes.
    idempotency_key: Option<String>,
}

impl Covered {
    /// Exactly what must be covered of this request; whether the idempotency key is, the signature itself says.
    fn received(request: &ReceivedRequest, parameters: &Parameters) -> Result<Self, OkpayError> {
        let content = Content::received(&request.headers, &request.body).map_err(invalid)?;
        let idempotency_key = match parameters.covers("idempotency-key") {
            true => Some(header(request, "idempotency-key")?.ok_or_else(|| invalid("Idempotency-Key is covered, but not there"))?),
            false => None,
        };
        let covered = Self { content, idempotency_key: idempotency_key.map(str::to_owned) };
        match parameters.components == names_of(&covered.parts(&request.method, "")) {
            true => Ok(covered),
            false => Err(invalid(
                "the signature must cover exactly @method and @target-uri, with a body content-type and content-digest, then idempotency-key",
            )),
        }
    }

    /// The covered parts, in the one order.
    fn parts<'m>(&'m self, method: &'m str, url: &'m str) -> Vec<Part<'m>> {
        let mut parts = vec![("@method", method), ("@target-uri", url)];
        if let Some(content) = &self.content {
            parts.extend(content.parts());
        }
        if let Some(key) = &self.idempotency_key {
            parts.push(("idempotency-key", key));
        }
        parts
    }
}

fn check_parts(method: &str, nonce: &str, created: i64) -> Result<(), OkpayError> {
    let refused = |param: &str, detail: &str| Err(OkpayError::invalid_at(ErrorCode::InvalidParameter, param, detail));
    if !is_method(method) {
        return refused("method", "a method is written in capitals, such as POST");
    }
    if !is_nonce(nonce) {
        return refused("nonce", "a nonce is 128 random bits in base64url: 22 characters, at most 64");
    }
    if !is_time(created) {
        return refused("created", "the time is in seconds since 1970");
    }
    Ok(())
}

fn is_method(method: &str) -> bool {
    (1..=16).contains(&method.len()) && method.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn signed(signer: &dyn Signer, base: Vec<u8>) -> Result<Vec<u8>, OkpayError> {
    let expected = match signer.algorithm() {
        Algorithm::HmacSha256 => 32,
        Algorithm::Ed25519 => 64,
    };
    let signature = signer.sign(base).map_err(|error| signing_failed(error.into_failure().detail))?;
    match signature.len() == expected {
        true => Ok(signature),
        false => {
            let detail = format!("the signer gave {} bytes; {} needs {expected}", signature.len(), signer.algorithm());
            Err(signing_failed(detail))
        }
    }
}

/// Whatever a keystore's own error was called: without a signature nothing is sent, and once it is unlocked the same call may be.
fn signing_failed(detail: String) -> OkpayError {
    OkpayError::NotSent(Box::new(Failure::new(ErrorCode::SigningFailed, detail)))
}

fn read_parameters(request: &ReceivedRequest) -> Result<Parameters, OkpayError> {
    if !is_method(&request.method) {
        return Err(invalid("the method is not written in capitals"));
    }
    let field = match (header(request, "signature-input")?, header(request, "signature")?) {
        (Some(field), _) => field,
        (None, None) => return Err(OkpayError::verification(ErrorCode::Unauthenticated, "the request is not signed")),
        (None, Some(_)) => return Err(invalid("Signature is there without Signature-Input")),
    };
    Parameters::read(field).filter(|parameters| parameters.tag == TAG).ok_or_else(|| invalid(SHAPE))
}

fn header<'a>(request: &'a ReceivedRequest, name: &str) -> Result<Option<&'a str>, OkpayError> {
    single(&request.headers, name).map_err(invalid)
}

fn invalid(detail: impl Into<String>) -> OkpayError {
    OkpayError::verification(ErrorCode::SignatureInvalid, detail)
}
