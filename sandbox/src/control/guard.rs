//! Who may steer: whoever has the control token and knows the sandbox by a name that is its own.
//!
//! Any web page can make a browser post to localhost, and DNS can be made to point a page's own name there. The first lacks the token;
//! the second comes under a host that is not ours.

use crate::gateway::{Gateway, Shared};
use crate::refusal::{Outcome, refuse};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use http::header::{AUTHORIZATION, HOST};
use okpay::ErrorCode;
use subtle::ConstantTimeEq;

/// Lets through what has the control token and a known host.
pub(super) async fn control_token(State(gateway): State<Shared>, request: Request, next: Next) -> Response {
    match check_host(&gateway, request.headers()).and_then(|()| check_token(&gateway, request.headers())) {
        Ok(()) => next.run(request).await,
        Err(refusal) => super::problem(refusal),
    }
}

/// Lets through what has a known host: for pages, which have no token.
pub(crate) async fn known_host(State(gateway): State<Shared>, request: Request, next: Next) -> Response {
    match check_host(&gateway, request.headers()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => super::problem(refusal),
    }
}

fn check_token(gateway: &Gateway, headers: &HeaderMap) -> Outcome<()> {
    let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|text| text.strip_prefix("Bearer "));
    match given {
        Some(given) if is_control_token(gateway, given) => Ok(()),
        _ => {
            let detail = "send Authorization: Bearer and the control token, which `okpay sandbox --json` prints";
            Err(refuse(ErrorCode::Unauthenticated, detail))
        }
    }
}

/// Whether a text is the control token, compared in constant time.
pub(crate) fn is_control_token(gateway: &Gateway, given: &str) -> bool {
    given.as_bytes().ct_eq(gateway.keys.control_token.as_bytes()).into()
}

fn check_host(gateway: &Gateway, headers: &HeaderMap) -> Outcome<()> {
    let host = headers.get(HOST).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let name =
        host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit())).map_or(host.as_str(), |(name, _)| name);
    let own = gateway.public_url.split("://").nth(1).and_then(|rest| rest.split('/').next());
    match matches!(name, "127.0.0.1" | "localhost" | "[::1]") || own == Some(host.as_str()) {
        true => Ok(()),
        false => Err(refuse(
            ErrorCode::ScopeNotAllowed,
            format!("{host:?} is not a name of this sandbox; start it with --public-url to give it one"),
        )),
    }
}
