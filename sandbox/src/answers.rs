//! Answers: problem documents, headers, the signature, and the faults that spoil them.

use crate::clock::real_now;
use crate::faults::{Fault, FaultKind};
use crate::gateway::Gateway;
use crate::wire::Breaker;
use crate::work::Reply;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderName, HeaderValue, StatusCode};
use okpay::Failure;
use okpay::api::Problem;
use okpay::signing::{AnsweredRequest, sign_answer};
use std::time::Duration;

/// What is answered, before it is signed.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: Option<&'static str>,
    pub(crate) body: Bytes,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Answer {
    pub(crate) fn reply(reply: Reply) -> Self {
        let content_type = if reply.status < 400 { "application/json" } else { "application/problem+json" };
        let headers = if reply.replayed { vec![("idempotency-replayed", "true".to_owned())] } else { Vec::new() };
        Self { status: reply.status, content_type: Some(content_type), body: reply.body.into(), headers }
    }

    pub(crate) fn failure(failure: Failure, request_id: &str) -> Self {
        let headers = match failure.code.status() {
            Some(429 | 503) => vec![("retry-after", "1".to_owned())],
            _ => Vec::new(),
        };
        let problem = Problem::of(&Failure { request_id: Some(request_id.to_owned()), ..failure });
        // A problem holds texts and numbers only, which always serialise.
        let body = serde_json::to_string(&problem).unwrap_or_default().into();
        Self { status: problem.status, content_type: Some("application/problem+json"), body, headers }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self { status, content_type: None, body: Bytes::new(), headers: Vec::new() }
    }
}

/// Signs an answer and sends it on its way, spoilt if a fault says so.
///
/// `request` is the one that it answers, if that has been authenticated.
pub(crate) async fn send(
    gateway: &Gateway,
    answer: Answer,
    request: Option<&AnsweredRequest>,
    fault: Option<&Fault>,
    breaker: &Breaker,
) -> Response {
    let kind = fault.map(|fault| fault.kind);
    let signature = match kind {
        Some(FaultKind::Unsigned) => Vec::new(),
        Some(FaultKind::WrongSignature) => signature_of(gateway, &answer, request, b"another body"),
        _ => signature_of(gateway, &answer, request, &answer.body),
    };
    if let Some(Fault { kind: FaultKind::Delay, delay_ms, .. }) = fault {
        tokio::time::sleep(Duration::from_millis(u64::from(*delay_ms))).await;
    }
    let body = match kind {
        Some(FaultKind::DropAnswer) => {
            breaker.cut();
            Body::empty()
        }
        Some(FaultKind::Truncate) => cut_short(answer.body.slice(..answer.body.len() / 2)),
        _ => Body::from(answer.body.clone()),
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let length = (!answer.body.is_empty()).then(|| ("content-length", answer.body.len().to_string()));
    let fixed = [("cache-control", "no-store, no-transform".to_owned()), ("x-content-type-options", "nosniff".to_owned())];
    let content_type = answer.content_type.map(|text| ("content-type", text.to_owned()));
    for (name, value) in answer.headers.into_iter().chain(fixed).chain(content_type).chain(length) {
        set(&mut response, name, &value);
    }
    signature.iter().for_each(|(name, value)| set(&mut response, name, value));
    response
}

/// Sets a header of ours; all of them are plain text.
pub(crate) fn set(response: &mut Response, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        response.headers_mut().insert(name, value);
    }
}

/// The headers of the signature over an answer with this body. One that cannot be signed goes unsigned, which every client refuses.
fn signature_of(gateway: &Gateway, answer: &Answer, request: Option<&AnsweredRequest>, body: &[u8]) -> Vec<(String, String)> {
    let body = if answer.body.is_empty() { &[] } else { body };
    match sign_answer(answer.status, answer.content_type, body, &gateway.keys.answers, real_now().secs(), request) {
        Ok(headers) => headers.to_list(),
        Err(error) => {
            tracing::error!(%error, "an answer could not be signed");
            Vec::new()
        }
    }
}

/// A body that breaks off after its first half, which is on the wire by then.
fn cut_short(half: Bytes) -> Body {
    let broken = || std::io::Error::new(std::io::ErrorKind::ConnectionAborted, "cut short: a fault that was asked for");
    Body::from_stream(stream::unfold(Some(half), move |half| async move {
        match half {
            Some(half) if !half.is_empty() => Some((Ok(half), Some(Bytes::new()))),
            Some(_) => {
                // A moment for the half to leave.
                tokio::time::sleep(Duration::from_millis(20)).await;
                Some((Err(broken()), None))
            }
            None => None,
        }
    }))
}
