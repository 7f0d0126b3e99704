//! `okpay webhook`: the public vectors, and what is said when something is wrong.

mod support;

use serde_json::Value;
use support::{Ran, file, finish, okpay, run, run_with_input, vectors};

const SECRET: &str = "whsec_dGVzdCBzZWNyZXQgb2YgMzIgYnl0ZXMsIG5vIG1vcmU=";

fn verify(secret: &str, body: &str, headers: &[String], more: &[&str]) -> Ran {
    let mut command = okpay();
    command.env("OKPAY_WEBHOOK_SECRET", secret).args(["webhook", "verify", "--data", body]);
    let headers = headers.iter().flat_map(|header| ["--header", header]);
    finish(command.args(headers).args(more))
}

fn headers(id: &str, timestamp: &str, signature: &str) -> Vec<String> {
    vec![format!("Webhook-Id: {id}"), format!("webhook-timestamp: {timestamp}"), format!("webhook-signature: {signature}")]
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

#[test]
fn the_public_vectors_verify() {
    let vectors = vectors("standard_webhooks.json");
    let vectors = vectors["vectors"].as_array().unwrap();
    assert!(vectors.len() >= 3);
    for vector in vectors {
        let secret = vector["secret"].as_str().or(vector["public_key"].as_str()).unwrap();
        let timestamp = vector["timestamp"].to_string();
        let headers = headers(text(vector, "msg_id"), &timestamp, text(vector, "signature"));
        let verified = verify(secret, text(vector, "payload"), &headers, &["--now", &timestamp, "--json"]).json();
        assert_eq!((&verified["verified"], &verified["id"]), (&Value::Bool(true), &vector["msg_id"]), "{}", vector["name"]);
        let late = verify(secret, text(vector, "payload"), &headers, &["--json"]);
        assert_eq!((late.code, late.stdout.contains("timestamp_too_old")), (1, true), "{}", vector["name"]);
    }
}

#[test]
fn the_public_cases_of_headers_end_as_they_must() {
    let all = vectors("standard_webhooks.json");
    let vectors = all["vectors"].as_array().unwrap();
    for case in all["signature_header_cases"].as_array().unwrap() {
        let Some(base) = vectors.iter().find(|vector| vector["name"] == case["base"]) else { continue };
        let Some(signature) = case["headers_signature"].as_str() else { continue };
        let timestamp = base["timestamp"].to_string();
        let headers = headers(text(base, "msg_id"), &timestamp, signature);
        let ran = verify(text(base, "secret"), text(base, "payload"), &headers, &["--now", &timestamp]);
        assert_eq!(ran.code, i32::from(text(case, "expect") != "accept"), "{}: {}", case["name"], ran.stdout);
    }
}

#[test]
fn what_is_signed_here_verifies_here() {
    let folder = tempfile::tempdir().unwrap();
    let secrets = file(folder.path(), "secrets", format!("{SECRET}\nwhsec_b2xkIHNlY3JldCBvZiAzMiBieXRlcywgbm8gbW9yZS4=\n"));
    let body = file(folder.path(), "body.json", "{\"type\":\"payment.succeeded\", \"a\":1.0}");
    let signed = run(&["webhook", "sign", "--id", "evt_1", "--data", &format!("@{body}"), "--secret-file", &secrets]).ok();
    assert_eq!(signed.lines().count(), 3);
    assert_eq!(signed.matches("v1,").count(), 2);
    let headers = file(folder.path(), "headers.txt", signed);
    let arguments = ["--header", &format!("@{headers}"), "--data", &format!("@{body}"), "--secret-file", &secrets, "--json"];
    let verified = run(&[&["webhook", "verify"][..], &arguments].concat()).json();
    assert_eq!((text(&verified, "id"), text(&verified, "type")), ("evt_1", "payment.succeeded"));
    let piped = ["webhook", "verify", "--header", &format!("@{headers}"), "--data", "@-", "--secret-file", &secrets];
    assert!(run_with_input(&piped, &std::fs::read(&body).unwrap()).ok().starts_with("verified evt_1: payment.succeeded"));
}

#[test]
fn says_why_it_does_not_hold() {
    let sign = |body: &str| {
        let arguments = ["webhook", "sign", "--id", "evt_1", "--timestamp", "1793491200", "--data", body, "--json"];
        finish(okpay().env("OKPAY_WEBHOOK_SECRET", SECRET).args(arguments)).json()
    };
    let body = "{\"type\": \"test\"}";
    let signed = sign(body);
    let headers = headers("evt_1", "1793491200", text(&signed, "webhook-signature"));
    let why = |secret: &str, body: &str, headers: &[String], more: &[&str]| {
        let ran = verify(secret, body, headers, &[&["--now", "1793491200"], more].concat());
        assert_eq!((ran.code, ran.stderr.as_str()), (1, ""), "{}", ran.stdout);
        assert!(!ran.stdout.contains(text(&signed, "webhook-signature")) && !ran.stdout.contains(SECRET));
        ran.stdout
    };
    assert!(why(SECRET, "{\"type\":\"test\"}", &headers, &[]).contains("body_reserialized"));
    assert!(why(&format!("{SECRET} "), body, &headers, &[]).contains("secret_has_white_space"));
    assert!(why(SECRET, body, &headers[..2], &[]).contains("header_missing"));
    assert!(why("whsec_b2xkIHNlY3JldCBvZiAzMiBieXRlcywgbm8gbW9yZS4=", body, &headers, &[]).contains("no_cause_found"));
    let folder = tempfile::tempdir().unwrap();
    let previous = file(folder.path(), "previous", SECRET);
    let more = ["--previous-secret-file", &previous];
    assert!(why("whsec_b2xkIHNlY3JldCBvZiAzMiBieXRlcywgbm8gbW9yZS4=", body, &headers, &more).contains("signed_with_previous_secret"));
}

#[test]
fn bad_input_is_one_line() {
    run(&["webhook", "sign", "--data", "{}"]).fails(2, &["set OKPAY_WEBHOOK_SECRET"]);
    verify(SECRET, "@missing.json", &headers("evt_1", "1", "v1,"), &[]).fails(2, &["missing.json"]);
    verify(SECRET, "{}", &["no colon".to_owned()], &[]).fails(2, &["is not a header"]);
    finish(okpay().env("OKPAY_WEBHOOK_SECRET", SECRET).args(["webhook", "sign", "--id", "MSG.1", "--data", "{}"])).fails(2, &["evt_"]);
}
