//! The published vectors of Standard Webhooks, reproduced and judged as published.

use okpay::webhooks::{Verifier, sign};
use okpay::{ErrorCode, Timestamp};
use serde_json::Value;

#[test]
fn signatures_are_made_as_published() {
    for case in list("vectors").iter().filter(|case| case["scheme"] == "v1") {
        let signature = sign(text(case, "secret"), text(case, "msg_id"), time(case), text(case, "payload").as_bytes());
        assert_eq!(signature.unwrap(), text(case, "signature"), "{}", case["name"]);
    }
}

#[test]
fn signatures_hold_as_published() {
    let vectors = list("vectors");
    for case in &vectors {
        verify(case, text(case, "signature")).unwrap();
    }
    ran("vectors", &vectors);
}

#[test]
fn headers_are_judged_as_published() {
    let vectors = list("vectors");
    let cases = list("signature_header_cases");
    for case in &cases {
        let base = vectors.iter().find(|vector| vector["name"] == case["base"]).unwrap();
        let result = verify(base, text(case, "headers_signature"));
        match text(case, "expect") {
            "accept" => result.unwrap_or_else(|error| panic!("{}: {error}", case["name"])),
            _ => assert_eq!(result.unwrap_err(), ErrorCode::WebhookSignatureMismatch, "{}", case["name"]),
        }
    }
    ran("signature_header_cases", &cases);
}

#[test]
fn secrets_are_read_as_published() {
    let cases = list("secret_cases");
    for case in &cases {
        let secret = text(case, "secret");
        match text(case, "expect") {
            "ok" => assert_eq!(sign(secret, "msg_1", 1, b"x").unwrap(), sign(text(case, "same_key_as"), "msg_1", 1, b"x").unwrap()),
            // What is left to the implementation is refused here: only the canonical base64 is read.
            _ => assert_eq!(Verifier::new(&[secret.to_owned()]).unwrap_err().code(), &ErrorCode::InvalidKey, "{secret}"),
        }
    }
    ran("secret_cases", &cases);
}

fn verify(case: &Value, signature: &str) -> Result<(), ErrorCode> {
    let secret = case["secret"].as_str().or(case["public_key"].as_str()).unwrap();
    let headers = [
        ("Webhook-Id", text(case, "msg_id").to_owned()),
        ("webhook-timestamp", time(case).to_string()),
        ("WEBHOOK-SIGNATURE", signature.to_owned()),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value));
    let verifier = Verifier::new(&[secret.to_owned()]).unwrap();
    let payload = verifier.verify(text(case, "payload").as_bytes(), &headers, Timestamp::from_secs(time(case)));
    payload.map(|payload| assert_eq!(payload.id(), text(case, "msg_id"))).map_err(|error| error.code().clone())
}

fn ran(list: &str, cases: &[Value]) {
    okpay_conformance::ran("vectors/standard_webhooks.json", list, cases.len());
}

fn list(name: &str) -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/standard_webhooks.json");
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let list = vectors[name].as_array().unwrap().clone();
    assert!(!list.is_empty());
    list
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} of {value}"))
}

fn time(case: &Value) -> i64 {
    case["timestamp"].as_i64().unwrap()
}
