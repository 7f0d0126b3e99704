//! `okpay listen`: the very bytes and headers go to the merchant's server, and its answer goes back.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "only test functions are exempt by themselves")]

mod support;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use okpay::Timestamp;
use okpay::call::SignedRequest;
use okpay::webhooks::Verifier;
use serde_json::{Value, json};
use std::sync::mpsc::{Receiver, Sender, channel};
use support::background::{self, Background, Sandbox};
use support::finish;

type Delivery = (Vec<(String, String)>, Vec<u8>);

/// A merchant's server that answers `status` and passes on what came.
fn merchant(runtime: &tokio::runtime::Runtime, status: u16) -> (String, Receiver<Delivery>) {
    async fn handle(State((sender, status)): State<(Sender<Delivery>, u16)>, headers: HeaderMap, body: Bytes) -> StatusCode {
        let text = |value: &axum::http::HeaderValue| value.to_str().unwrap().to_owned();
        let headers = headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        sender.send((headers, body.to_vec())).unwrap();
        StatusCode::from_u16(status).unwrap()
    }
    let (sender, deliveries) = channel();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let url = format!("http://{}/okpay?shop=1", listener.local_addr().unwrap());
    let router = Router::new().route("/okpay", post(handle)).with_state((sender, status));
    runtime.spawn(async move { axum::serve(listener, router).await });
    (url, deliveries)
}

fn listen(sandbox: &Sandbox, arguments: &[&str]) -> (Background, Value) {
    let listening = Background::start(&mut sandbox.okpay(&[&["listen", "--json"][..], arguments].concat()));
    let endpoint = listening.json();
    (listening, endpoint)
}

fn trigger(sandbox: &Sandbox, event: &str) -> Value {
    finish(&mut sandbox.okpay(&["trigger", event, "--json"])).json()
}

#[test]
fn deliveries_reach_the_server_as_they_were_signed() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (url, deliveries) = merchant(&runtime, 204);
    let sandbox = Sandbox::start(&[]);
    let (listening, endpoint) = listen(&sandbox, &["--forward-to", &url, "--event", "payment.succeeded"]);
    let event = trigger(&sandbox, "payment.succeeded");

    let shown = listening.json();
    assert_eq!((&shown["event"], &shown["type"], &shown["status"]), (&event["id"], &json!("payment.succeeded"), &json!(204)));
    assert_eq!((&shown["verified"], &shown["error"]), (&json!(true), &Value::Null));
    let (headers, body) = deliveries.recv().unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), event);
    let verifier = Verifier::new(&[endpoint["secret"].as_str().unwrap().to_owned()]).unwrap();
    let at = headers.iter().find(|(name, _)| name == "webhook-timestamp").unwrap().1.parse().unwrap();
    verifier.verify(&body, &headers, Timestamp::from_secs(at)).unwrap();

    let id = event["id"].as_str().unwrap();
    finish(&mut sandbox.okpay(&["events", "resend", id])).ok();
    assert_eq!(listening.json()["event"], event["id"]);

    assert_eq!(listening.terminate().0, 0);
    let disabled = finish(&mut sandbox.okpay(&["events", "list", "--type", "webhook_endpoint.disabled", "--json"])).json();
    assert_eq!(disabled["data"][0]["data"]["id"], endpoint["endpoint"]);
}

#[test]
fn the_servers_answer_goes_back_and_its_absence_is_told() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (url, _deliveries) = merchant(&runtime, 418);
    let sandbox = Sandbox::start(&[]);
    let (listening, endpoint) = listen(&sandbox, &["--forward-to", &url]);
    let event = trigger(&sandbox, "checkout_session.created");
    assert_eq!((&listening.json()["status"], &event["type"]), (&json!(418), &json!("checkout_session.created")));
    drop(listening);

    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = format!("http://{}/", nobody.local_addr().unwrap());
    drop(nobody);
    let (listening, other) = listen(&sandbox, &["--forward-to", &closed]);
    assert_ne!(endpoint["endpoint"], other["endpoint"]);
    trigger(&sandbox, "checkout_session.created");
    let shown = listening.json();
    assert_eq!((&shown["status"], &shown["verified"]), (&Value::Null, &json!(true)));
    assert!(shown["error"].as_str().unwrap().contains("onnect"), "{shown}");
}

#[test]
fn nobody_else_gets_through() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (url, deliveries) = merchant(&runtime, 200);
    let sandbox = Sandbox::start(&[]);
    let (_listening, endpoint) = listen(&sandbox, &["--forward-to", &url]);
    let (base, secret_path) = endpoint["url"].as_str().unwrap().rsplit_once('/').unwrap();
    assert!(secret_path.len() >= 22);
    for path in ["", "okpay", "guess"] {
        let request = SignedRequest { method: "POST".to_owned(), url: format!("{base}/{path}"), headers: Vec::new(), body: Vec::new() };
        assert_eq!(background::send(request).status, 404, "{path}");
    }
    assert!(deliveries.try_recv().is_err());
}

#[test]
fn bad_arguments_are_one_line() {
    let sandbox = Sandbox::start(&[]);
    finish(&mut sandbox.okpay(&["listen", "--forward-to", "127.0.0.1:3000"])).fails(2, &["--forward-to", "invalid_url"]);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    finish(&mut sandbox.okpay(&["listen", "--forward-to", "http://127.0.0.1:3000/", "--bind", &address])).fails(2, &[&address]);
}
