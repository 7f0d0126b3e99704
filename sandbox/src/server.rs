//! The HTTP server: from a request to its answer.

use crate::answers::{self, Answer, set};
use crate::faults::{self, Fault, FaultKind};
use crate::gate::{self, Caller, Incoming};
use crate::gateway::{Gateway, Shared};
use crate::handlers::{self, Request};
use crate::keys::Key;
use crate::refusal::{Outcome, Refusal, refuse};
use crate::wire::Breaker;
use crate::work::{Reply, Work};
use crate::{control, idempotency, pages, routes};
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::response::Response;
use axum::routing::get;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use http::request::Parts;
use okpay::ErrorCode;
use okpay::api::{API_VERSION, Operation};
use okpay::signing::AnsweredRequest;
use std::sync::PoisonError;

/// The largest body that is read.
const MAX_BODY: usize = 1024 * 1024;

/// How much more is taken from the wire and thrown away, so that whoever sends too much still hears why.
const DRAINED: usize = 16 * 1024 * 1024;

/// A question, though it is asked by POST. Its answer is for the key that asks, and is not kept: a repeat is asked anew.
const RESOLVE: &str = "idempotency.resolve";

/// All routes: the API as it stands in the table, the well-known document, the pages and the control endpoints.
pub(crate) fn router(gateway: Shared) -> Router {
    Router::new()
        .route("/.well-known/okpay", get(well_known))
        .route("/openapi.json", get(openapi))
        .merge(pages::router(gateway.clone()))
        .merge(control::router(gateway.clone()))
        .fallback(api)
        .with_state(gateway)
}

/// The gateway's public keys, which a client on this machine trusts.
async fn well_known(State(gateway): State<Shared>) -> Response {
    let document = serde_json::json!({
        "gateway_keys": gateway.gateway_keys(),
        "official_list_keys": [okpay::fees::envelope_public_key(&gateway.keys.official)],
        "fee_schedule_keys": [okpay::fees::envelope_public_key(&gateway.keys.fees)],
        "api_version": API_VERSION,
        "base_url": gateway.public_url,
        "livemode": false,
    });
    plain(&gateway, &document).await
}

async fn openapi(State(gateway): State<Shared>) -> Response {
    plain(&gateway, &okpay::api::openapi(&gateway.public_url)).await
}

/// A public document, signed without saying to which request.
async fn plain(gateway: &Gateway, document: &serde_json::Value) -> Response {
    let reply = Reply { status: 200, body: document.to_string(), object: None, replayed: false };
    let mut response = answers::send(gateway, Answer::reply(reply), None, None, &Breaker::default()).await;
    set(&mut response, "access-control-allow-origin", "*");
    response
}

/// Every request to the API.
async fn api(State(gateway): State<Shared>, ConnectInfo(breaker): ConnectInfo<Breaker>, request: http::Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let request_id = gateway.ids.id("req_", gateway.clock.now());
    let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
    let traceparent = parts.headers.get("traceparent").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let cors = routes::is_publishable(parts.uri.path());
    let mut seen = Seen::default();
    let answer = match read(parts, body, &request_id).await {
        Ok(incoming) if incoming.method == "OPTIONS" && cors => Answer::empty(204),
        Ok(incoming) => {
            let (result, after) = detached(gateway.clone(), incoming).await;
            seen = after;
            match result {
                Ok(reply) => Answer::reply(reply),
                Err(refusal) => Answer::failure(refusal.into_failure(), &request_id),
            }
        }
        Err(refusal) => Answer::failure(refusal.into_failure(), &request_id),
    };
    // Neither query nor body: they may hold what is nobody's business.
    tracing::info!(%method, path, status = answer.status, request_id, "answered");
    let mut response = answers::send(&gateway, answer, seen.request.as_ref(), seen.fault.as_ref(), &breaker).await;
    set(&mut response, "okpay-request-id", &request_id);
    if let Some(traceparent) = traceparent {
        set(&mut response, "traceparent", &traceparent);
    }
    if cors {
        allow_browsers(&mut response);
    }
    response
}

/// What was learnt on the way, whatever the end.
#[derive(Debug, Default)]
struct Seen {
    /// The request that is answered, once it has been authenticated.
    request: Option<AnsweredRequest>,
    fault: Option<Fault>,
}

/// Serves a request in a task of its own, so that it goes to its end even if the caller hangs up.
async fn detached(gateway: Shared, incoming: Incoming) -> (Outcome<Reply>, Seen) {
    let task = tokio::spawn(async move {
        let mut seen = Seen::default();
        let result = serve(&gateway, &incoming, &mut seen).await;
        (result, seen)
    });
    task.await.unwrap_or_else(|error| (Err(Refusal::Internal(format!("a request stopped: {error}"))), Seen::default()))
}

async fn serve(gateway: &Gateway, incoming: &Incoming, seen: &mut Seen) -> Outcome<Reply> {
    let caller = gate::authenticate(gateway, incoming, &mut seen.request).await?;
    gate::check_version(incoming)?;
    gate::check_idempotency_key(incoming, &caller)?;
    let (path, query) = incoming.target.split_once('?').unwrap_or((&incoming.target, ""));
    let (operation, id) = routes::find(&incoming.method, path)?;
    caller.check_allowed(operation)?;
    *gateway.attempts.lock().unwrap_or_else(PoisonError::into_inner).entry(operation.name).or_default() += 1;
    seen.fault = gateway.faults.strike_call(operation.name);
    if seen.fault.as_ref().is_some_and(|fault| fault.kind == FaultKind::Unavailable) {
        return Err(faults::unavailable());
    }
    let content_type = incoming.header("content-type").map(str::to_owned);
    let request = Request { id, query: query.to_owned(), body: incoming.body.clone(), content_type };
    match operation.is_write() {
        true => execute(gateway, incoming, caller, operation, &request).await,
        false => look(gateway, caller, operation, &request).await,
    }
}

async fn look(gateway: &Gateway, caller: Caller, operation: &'static Operation, request: &Request) -> Outcome<Reply> {
    let tx = gateway.store.read().await?;
    let account = caller.account.clone();
    let mut work = Work { gateway, tx, now: gateway.clock.now(), account, caller: Some(caller) };
    handlers::dispatch(operation.name, &mut work, request).await
}

/// Executes a write once, or gives the answer that it got before.
async fn execute(
    gateway: &Gateway,
    incoming: &Incoming,
    caller: Caller,
    operation: &'static Operation,
    request: &Request,
) -> Outcome<Reply> {
    let (scope, key) = (idempotency::scope(&caller), caller.idempotency_key.clone().unwrap_or_default());
    let fingerprint = idempotency::fingerprint(gateway, incoming);
    let _running = gateway.in_flight.start(&scope, &key)?;
    let mut tx = gateway.store.write().await?;
    // Again, now that nobody else writes: a key that was revoked meanwhile does nothing any more.
    Key::find(&mut tx, &caller.account, &caller.key_id).await?;
    // After the lock, so that the order of times is the order of commits.
    let now = gateway.clock.now();
    if let Some(reply) = idempotency::earlier(&mut tx, &scope, &key, &fingerprint, now).await? {
        return Ok(reply);
    }
    let account = caller.account.clone();
    let mut work = Work { gateway, tx, now, account, caller: Some(caller) };
    let reply = match handlers::dispatch(operation.name, &mut work, request).await {
        Ok(reply) => reply,
        Err(Refusal::Failure(failure)) if idempotency::is_execution(&failure) => {
            // What it did so far is undone; that it was refused is kept, and the key is still ours meanwhile.
            work.tx.undo().await?;
            work.tx = gateway.store.write().await?;
            handlers::refusal_reply(&work, &failure)?
        }
        Err(Refusal::Kept(failure)) => handlers::refusal_reply(&work, &failure)?,
        Err(refusal) => return Err(refusal),
    };
    if operation.name != RESOLVE {
        idempotency::record(&mut work, &scope, &key, &fingerprint, operation, &reply).await?;
    }
    work.commit().await?;
    Ok(reply)
}

/// Reads a request, its body up to the bound.
async fn read(parts: Parts, body: Body, request_id: &str) -> Outcome<Incoming> {
    let body = read_body(body).await?;
    let headers = parts.headers.iter().map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let request_id = request_id.to_owned();
    Ok(Incoming { method: parts.method.to_string(), target, headers: headers.collect(), body, request_id })
}

async fn read_body(body: Body) -> Outcome<Bytes> {
    let (mut read, mut dropped) = (BytesMut::new(), 0_usize);
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| refuse(ErrorCode::MalformedJson, "the body was cut short"))?;
        match read.len() + chunk.len() <= MAX_BODY && dropped == 0 {
            true => read.extend_from_slice(&chunk),
            false => dropped += chunk.len(),
        }
        if dropped > DRAINED {
            break;
        }
    }
    match dropped {
        0 => Ok(read.freeze()),
        _ => Err(refuse(ErrorCode::BodyTooLarge, "a body has at most 1 MiB")),
    }
}

/// Any page may call what a browser may call: there are no cookies to misuse, and the keys are in headers that a page must know.
fn allow_browsers(response: &mut Response) {
    const ALLOWED: &str = "authorization, content-type, idempotency-key, okpay-client-secret, okpay-nonce, okpay-version, traceparent";
    const EXPOSED: &str =
        "content-digest, signature, signature-input, okpay-key-id, okpay-request-id, idempotency-replayed, retry-after, traceparent";
    set(response, "access-control-allow-origin", "*");
    set(response, "access-control-allow-methods", "GET, POST");
    set(response, "access-control-allow-headers", ALLOWED);
    set(response, "access-control-expose-headers", EXPOSED);
    set(response, "access-control-max-age", "600");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::handlers::api_keys;
    use okpay::api::{ApiKey, ApiKeyKind, find_operation};

    /// Its request has passed the gate and waits for another writer, which revokes the key.
    #[tokio::test]
    async fn a_key_that_is_revoked_meanwhile_does_nothing() {
        let gateway = Gateway::open(&Config::default(), "http://127.0.0.1:1".to_owned()).await.unwrap();
        let mut work = Work::own(&gateway).await.unwrap();
        let (id, secret) = ("okp_test_kid_1", gateway.keys.secret.clone());
        api_keys::insert(&mut work, id.to_owned(), ApiKeyKind::Secret, "k".to_owned(), Vec::new(), Some(secret)).await.unwrap();
        let caller = Key::find(&mut work.tx, &gateway.keys.account, id).await.unwrap().caller(None, Some("key-1".to_owned()), "req_1");
        let mut key = work.get::<ApiKey>(id).await.unwrap();
        key.body.revoked = Some(work.now);
        work.update(&mut key).await.unwrap();
        work.commit().await.unwrap();
        let order = r#"{"amount":{"amount":"5.00","currency":"EUR"},"method":"bank_transfer"}"#;
        let (json, body) = (Some("application/json".to_owned()), Bytes::from_static(order.as_bytes()));
        let incoming = Incoming {
            method: "POST".to_owned(),
            target: "/v1/payments".to_owned(),
            headers: Vec::new(),
            body: body.clone(),
            request_id: String::new(),
        };
        let request = Request { id: String::new(), query: String::new(), body, content_type: json };
        let operation = find_operation("payments.create").unwrap();
        let refused = execute(&gateway, &incoming, caller.clone(), operation, &request).await.unwrap_err().into_failure();
        assert_eq!(refused.code, ErrorCode::KeyRevoked);
        let listing = Request { body: Bytes::new(), content_type: None, ..request };
        let listed = look(&gateway, caller, find_operation("payments.list").unwrap(), &listing).await.unwrap();
        assert_eq!(serde_json::from_str::<serde_json::Value>(&listed.body).unwrap()["data"], serde_json::json!([]));
    }
}
