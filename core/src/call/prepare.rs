//! [`prepare`]: from the intent to the request of one attempt.

use super::{Attempts, BaseUrl};
use crate::api::{API_VERSION, Call, Scope, known_operation};
use crate::error::{ErrorCode, OkpayError};
use crate::quoted::quoted;
#[cfg(feature = "secret")]
use crate::signing::{HmacKey, Signer, sign_request};
use crate::signing::{Secret, is_field_value, normal_url};
use crate::timestamp::Timestamp;
use std::fmt;
#[cfg(feature = "secret")]
use std::sync::Arc;

/// What the caller proves itself with.
#[derive(Clone)]
#[non_exhaustive]
pub enum Credentials {
    /// A server's secret key.
    #[cfg(feature = "secret")]
    Secret(HmacKey),
    /// A key made on a device, or in its keystore.
    #[cfg(feature = "secret")]
    Device(Arc<dyn Signer>),
    /// A browser's.
    Publishable {
        /// `okp_test_pk_…` or `okp_live_pk_…`; public.
        key: String,
        /// The checkout session's, if the call is about one.
        client_secret: Option<Secret>,
    },
}

impl Credentials {
    /// What kind of key they are.
    #[must_use]
    pub fn scope(&self) -> Scope {
        match self {
            #[cfg(feature = "secret")]
            Self::Secret(_) => Scope::Secret,
            #[cfg(feature = "secret")]
            Self::Device(_) => Scope::Device,
            Self::Publishable { .. } => Scope::Publishable,
        }
    }

    /// Whether they are about real money.
    #[must_use]
    pub fn livemode(&self) -> bool {
        match self {
            #[cfg(feature = "secret")]
            Self::Secret(key) => key.livemode(),
            // As with a secret key: one whose mode is not known counts as live, for that is the stricter.
            #[cfg(feature = "secret")]
            Self::Device(signer) => !signer.key_id().starts_with("okp_test_"),
            Self::Publishable { key, .. } => !key.starts_with("okp_test_"),
        }
    }

    /// The public name of the key. What was put in place of a publishable key by mistake may be a secret one, and is not given away.
    #[must_use]
    pub fn key_id(&self) -> String {
        match self {
            #[cfg(feature = "secret")]
            Self::Secret(key) => key.key_id(),
            #[cfg(feature = "secret")]
            Self::Device(signer) => signer.key_id(),
            Self::Publishable { key, .. } if is_publishable_key(key) => key.clone(),
            Self::Publishable { .. } => "not a publishable key".to_owned(),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Credentials({}, secrets redacted)", self.key_id())
    }
}

/// The request of one attempt, ready to be sent as it is.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedRequest {
    /// `GET` or `POST`.
    pub method: String,
    /// The whole URL. Redirects must not be followed: the signature is over this very URL.
    pub url: String,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The exact bytes.
    pub body: Vec<u8>,
}

/// Headers hold a browser's client secret, and the body may hold a card: neither is for a log.
impl fmt::Debug for SignedRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SignedRequest({} {}, {} bytes)", self.method, self.url, self.body.len())
    }
}

/// Makes the request of the current attempt: the same intent each time, signed anew.
///
/// `now` is this machine's clock; `headers` are the caller's own (such as `traceparent`) and may not be any that OKPay sets.
///
/// # Errors
/// `Invalid`, before this attempt is sent: `idempotency_key_missing`, `scope_not_allowed`, `card_number_not_allowed`,
/// `invalid_parameter`, `invalid_key`, `invalid_url`; `NotSent` with `signing_failed` where the signer fails. For a write of which an
/// earlier attempt may have left, the same as `OutcomeUnknown`.
pub fn prepare(
    call: &Call,
    base_url: &BaseUrl,
    credentials: &Credentials,
    attempts: &Attempts,
    now: Timestamp,
    headers: &[(String, String)],
) -> Result<SignedRequest, OkpayError> {
    request(call, base_url, credentials, attempts, now, headers).map_err(|error| attempts.broken_off(call, error))
}

fn request(
    call: &Call,
    base_url: &BaseUrl,
    credentials: &Credentials,
    attempts: &Attempts,
    now: Timestamp,
    headers: &[(String, String)],
) -> Result<SignedRequest, OkpayError> {
    check_scope(call, credentials)?;
    check_transport(base_url, credentials)?;
    check_path(&call.path)?;
    if call.is_write() && call.idempotency_key.is_none() {
        return Err(OkpayError::invalid(ErrorCode::IdempotencyKeyMissing, "a write needs an idempotency key, one per logical call"));
    }
    let url = normal_url(&format!("{}{}", base_url.as_str(), call.path))?;
    let body = call.body.clone().unwrap_or_default().into_bytes();
    let mut all = vec![("accept".to_owned(), "application/json".to_owned()), ("okpay-version".to_owned(), API_VERSION.to_owned())];
    if !body.is_empty() {
        all.push(("content-type".to_owned(), JSON.to_owned()));
    }
    all.extend(own_headers(headers)?);
    all.extend(proof(call, &url, &body, credentials, attempts, now)?);
    Ok(SignedRequest { method: call.method.clone(), url, headers: all, body })
}

const JSON: &str = "application/json";

/// The headers that prove who calls.
fn proof(
    call: &Call,
    url: &str,
    body: &[u8],
    credentials: &Credentials,
    attempts: &Attempts,
    now: Timestamp,
) -> Result<Vec<(String, String)>, OkpayError> {
    match credentials {
        #[cfg(feature = "secret")]
        Credentials::Secret(key) => signature(call, url, body, key, attempts, now),
        #[cfg(feature = "secret")]
        Credentials::Device(signer) => signature(call, url, body, signer.as_ref(), attempts, now),
        Credentials::Publishable { key, client_secret } => {
            // A browser signs nothing: there is no time and no body in its proof.
            let _ = (url, body, now);
            bearer(call, key, client_secret.as_ref(), &attempts.nonce)
        }
    }
}

#[cfg(feature = "secret")]
fn signature(
    call: &Call,
    url: &str,
    body: &[u8],
    signer: &dyn Signer,
    attempts: &Attempts,
    now: Timestamp,
) -> Result<Vec<(String, String)>, OkpayError> {
    let content_type = (!body.is_empty()).then_some(JSON);
    let created = now.plus_millis(attempts.clock_offset).secs();
    let key = call.idempotency_key.as_deref();
    let fields = sign_request(&call.method, url, content_type, key, body, signer, created, &attempts.nonce)?;
    Ok(fields.to_list())
}

fn bearer(call: &Call, key: &str, client_secret: Option<&Secret>, nonce: &str) -> Result<Vec<(String, String)>, OkpayError> {
    let refused = |param: &str, detail: &str| OkpayError::invalid_at(ErrorCode::InvalidKey, param, detail);
    if !is_publishable_key(key) {
        return Err(refused("key", "a publishable key starts with okp_test_pk_ or okp_live_pk_; a secret key never travels"));
    }
    let mut headers = vec![("authorization".to_owned(), format!("Bearer {key}")), ("okpay-nonce".to_owned(), nonce.to_owned())];
    if let Some(secret) = client_secret {
        let text = std::str::from_utf8(secret.expose()).ok().filter(|text| !text.is_empty() && is_field_value(text));
        let text = text.ok_or_else(|| refused("client_secret", "a client secret is printable text, as the checkout session gave it"))?;
        headers.push(("okpay-client-secret".to_owned(), text.to_owned()));
    }
    if let Some(key) = &call.idempotency_key {
        headers.push(("idempotency-key".to_owned(), crate::signing::quote_idempotency_key(key)?));
    }
    Ok(headers)
}

/// `okp_test_pk_…` or `okp_live_pk_…`: anything else, a secret key above all, must not go out in the open.
fn is_publishable_key(key: &str) -> bool {
    let rest = key.strip_prefix("okp_test_pk_").or_else(|| key.strip_prefix("okp_live_pk_"));
    rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')))
}

fn check_scope(call: &Call, credentials: &Credentials) -> Result<(), OkpayError> {
    let operation = known_operation(call)?;
    if call.method != operation.verb {
        let detail = format!("{} is a {}, not a {}", operation.name, operation.verb, quoted(&call.method));
        return Err(OkpayError::invalid_at(ErrorCode::InvalidParameter, "method", detail));
    }
    let caller = credentials.scope();
    if operation.takes_card() && caller != Scope::Publishable {
        let detail = "card numbers go from the browser or the app straight to OKPay, under the publishable key; a server never sees them";
        return Err(OkpayError::invalid(ErrorCode::CardNumberNotAllowed, detail));
    }
    if !operation.callers().contains(&caller) {
        let kinds = operation.callers().iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" or ");
        let detail = format!("{} needs a {kinds} key, not a {} one", operation.name, caller.as_str());
        return Err(OkpayError::invalid(ErrorCode::ScopeNotAllowed, detail));
    }
    Ok(())
}

fn check_transport(base_url: &BaseUrl, credentials: &Credentials) -> Result<(), OkpayError> {
    if credentials.livemode() && !base_url.is_secure() {
        let detail = "live keys are used over https only";
        return Err(OkpayError::invalid_at(ErrorCode::InvalidUrl, "base_url", detail));
    }
    Ok(())
}

/// The most bytes of an id; the gateway's have some thirty.
const MAX_ID: usize = 255;

/// An empty id, or one of dots, would make another path of it.
fn check_path(path: &str) -> Result<(), OkpayError> {
    let only_path = path.split('?').next().unwrap_or_default();
    let strange = only_path.split('/').skip(1).any(|segment| matches!(segment, "" | "." | ".."));
    if strange || !only_path.starts_with('/') {
        return Err(OkpayError::invalid_at(ErrorCode::InvalidParameter, "id", "the id is empty or not an id"));
    }
    if only_path.split('/').any(|segment| length(segment) > MAX_ID) {
        let detail = format!("an id has at most {MAX_ID} bytes");
        return Err(OkpayError::invalid_at(ErrorCode::InvalidParameter, "id", detail));
    }
    Ok(())
}

/// Of what a segment stands for: in the path some bytes are three, `%2F`.
fn length(segment: &str) -> usize {
    segment.len().saturating_sub(segment.matches('%').count().saturating_mul(2))
}

/// The caller's own headers: none of ours, nothing that could break a line.
fn own_headers(headers: &[(String, String)]) -> Result<Vec<(String, String)>, OkpayError> {
    const OURS: [&str; 12] = [
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-digest",
        "content-length",
        "content-type",
        "host",
        "idempotency-key",
        "signature",
        "signature-input",
        "transfer-encoding",
    ];
    let mut own = Vec::with_capacity(headers.len());
    for (name, value) in headers {
        let lower = name.to_ascii_lowercase();
        let token = !lower.is_empty() && lower.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        let printable = value.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if !token || !printable || lower.starts_with("okpay-") || OURS.contains(&lower.as_str()) {
            let detail = format!("the header {} cannot be added to a call", quoted(name));
            return Err(OkpayError::invalid_at(ErrorCode::InvalidParameter, "headers", detail));
        }
        own.push((lower, value.clone()));
    }
    Ok(own)
}
