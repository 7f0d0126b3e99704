//! `okpay sandbox`, and what is asked of it: `events`, `trigger`, `sign`, `fees`.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "only test functions are exempt by themselves")]

mod support;

use okpay::call::{Answer, SignedRequest};
use serde_json::{Value, json};
use support::background::{self, Background, Sandbox};
use support::{Ran, file, finish, okpay, run};

fn ask(sandbox: &Sandbox, arguments: &[&str]) -> Ran {
    finish(&mut sandbox.okpay(arguments))
}

/// Sends what `okpay sign` signed, as any HTTP client would.
fn send(sandbox: &Sandbox, method: &str, path: &str, body: &str) -> Answer {
    let url = format!("{}{path}", sandbox.detail("url"));
    let signed = ask(sandbox, &["sign", method, &url, "--data", body, "--json"]).json();
    let headers = signed["headers"].as_object().unwrap().iter();
    let headers = headers.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect();
    background::send(SignedRequest { method: method.to_owned(), url, headers, body: body.as_bytes().to_vec() })
}

#[test]
fn says_where_it_is_in_one_line_and_stops_cleanly() {
    let sandbox = Sandbox::start(&[]);
    for (name, start) in [
        ("url", "http://127.0.0.1:"),
        ("key_id", "okp_test_kid_"),
        ("secret", "okp_test_sk_"),
        ("publishable_key", "okp_test_pk_"),
        ("webhook_secret", "whsec_"),
        ("fee_schedule_key", "whpk_"),
        ("official_list_key", "whpk_"),
        ("gateway_keys", ""),
        ("control_token", ""),
    ] {
        assert!(sandbox.detail(name).len() > start.len() && sandbox.detail(name).starts_with(start), "{name}");
    }
    assert_eq!(sandbox.background.terminate(), (0, Vec::<String>::new()));
}

#[test]
fn says_it_for_people_too() {
    let background = Background::start(okpay().args(["sandbox", "--port", "0", "--seed", "people"]));
    let first = background.line();
    assert!(first.starts_with("The sandbox runs at http://127.0.0.1:"), "{first}");
    let block = std::iter::repeat_with(|| background.line()).take(10).collect::<Vec<_>>().join("\n");
    let shown = std::process::Command::new("sh").arg("-c").arg(format!("{block}\nenv")).output().unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    for name in ["BASE_URL", "KEY_ID", "SECRET", "PUBLISHABLE_KEY", "GATEWAY_KEYS", "FEE_SCHEDULE_KEY", "WEBHOOK_SECRET", "CONTROL_TOKEN"] {
        assert!(shown.lines().any(|line| line.starts_with(&format!("OKPAY_{name}=")) && line.len() > 20), "{name} in {block}");
    }
    assert_eq!(background.terminate().0, 0);
}

#[test]
fn an_occupied_port_and_a_bad_database_are_one_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    run(&["sandbox", "--port", &port]).fails(2, &[&port, "taken", "--port"]);
    run(&["sandbox", "--port", "0", "--database", "sqlite:/no/such/folder/x.db"]).fails(2, &["/no/such/folder"]);
    run(&["sandbox", "--port", "0", "--fee-schedule", "no-such.json"]).fails(2, &["no-such.json"]);
    let folder = tempfile::tempdir().unwrap();
    let bad = file(folder.path(), "bad.json", "{}");
    run(&["sandbox", "--port", "0", "--fee-schedule", &bad]).fails(2, &["invalid_schedule"]);
}

#[test]
fn a_file_keeps_keys_and_events_and_a_seed_keeps_keys() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("shop.db").display());
    let first = Sandbox::start(&["--database", &database]);
    let event = ask(&first, &["trigger", "payment.succeeded", "--json"]).json();
    let (secret, other) = (first.detail("secret").to_owned(), Sandbox::start(&[]));
    assert_ne!(secret, other.detail("secret"));
    assert_eq!(first.background.terminate().0, 0);
    let again = Sandbox::start(&["--database", &database]);
    assert_eq!(again.detail("secret"), secret);
    assert_eq!(ask(&again, &["events", "show", event["id"].as_str().unwrap(), "--json"]).json()["event"], event);

    let seeded = || Sandbox::start(&["--seed", "the same"]).detail("secret").to_owned();
    assert_eq!(seeded(), seeded());
}

#[test]
fn triggers_lists_shows_and_resends() {
    let sandbox = Sandbox::start(&[]);
    let event =
        ask(&sandbox, &["trigger", "payment.succeeded", "--set", "amount.amount=5.00", "--set", "reference=order-17", "--json"]).json();
    assert_eq!((&event["type"], &event["data"]["reference"]), (&json!("payment.succeeded"), &json!("order-17")));
    assert_eq!(event["data"]["amount"], json!({ "amount": "5.00", "currency": "EUR" }));
    let (id, resource) = (event["id"].as_str().unwrap(), event["data"]["id"].as_str().unwrap());

    let told = ask(&sandbox, &["trigger", "refund.succeeded"]).ok();
    assert!(told.starts_with("evt_") && told.contains(" refund.succeeded re_"), "{told}");

    let page = ask(&sandbox, &["events", "list", "--type", "payment.succeeded", "--resource", resource, "--json"]).json();
    assert_eq!(page["data"], json!([event]));
    let table = ask(&sandbox, &["events", "list"]).ok();
    assert!(table.contains(id) && table.contains("refund.succeeded"), "{table}");
    let first = ask(&sandbox, &["events", "list", "--limit", "1", "--json"]).json();
    let next = ask(&sandbox, &["events", "list", "--limit", "1", "--after", first["next"].as_str().unwrap(), "--json"]).json();
    assert_ne!(first["data"][0]["id"], next["data"][0]["id"]);

    assert!(ask(&sandbox, &["events", "show", id]).ok().contains("no deliveries"));
    assert_eq!(ask(&sandbox, &["events", "resend", id, "--json"]).json(), event);
}

#[test]
fn a_refusal_and_a_missing_gateway_have_their_own_codes() {
    let sandbox = Sandbox::start(&[]);
    let unknown = "evt_00000000000000000000000000";
    ask(&sandbox, &["events", "show", unknown]).fails(3, &["not_found"]);
    ask(&sandbox, &["trigger", "payment.succeeded", "--set", "amount.amount=ten"]).fails(3, &["invalid_amount", "amount"]);
    finish(sandbox.okpay(&["trigger", "payment.succeeded"]).env("OKPAY_CONTROL_TOKEN", "wrong")).fails(3, &["unauthenticated"]);
    finish(sandbox.okpay(&["events", "list"]).env("OKPAY_KEY_ID", "okp_test_kid_unknown")).fails(3, &["key_unknown"]);
    assert_eq!(ask(&sandbox, &["trigger", "no.such.event"]).code, 2);

    run(&["events", "list"]).fails(2, &["set OKPAY_KEY_ID"]);
    run(&["trigger", "payment.succeeded"]).fails(2, &["set OKPAY_CONTROL_TOKEN"]);
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    finish(sandbox.okpay(&["trigger", "payment.succeeded"]).env("OKPAY_BASE_URL", &url)).fails(5, &[&url, "okpay sandbox"]);
    finish(sandbox.okpay(&["events", "list"]).env("OKPAY_BASE_URL", &url)).fails(5, &[&url, "connect_failed"]);
}

/// A sandbox on this machine is reached from behind a company's proxy, too.
#[test]
fn a_proxy_does_not_stand_between_this_machine_and_itself() {
    let sandbox = Sandbox::start(&[]);
    let nobody = "http://127.0.0.1:9";
    for arguments in [&["events", "list"][..], &["trigger", "payment.created"]] {
        finish(sandbox.okpay(arguments).env("HTTP_PROXY", nobody).env("http_proxy", nobody).env("ALL_PROXY", nobody)).ok();
    }
}

#[test]
fn the_gateway_takes_what_is_signed_here() {
    let sandbox = Sandbox::start(&[]);
    let answer = send(&sandbox, "GET", "/v1/balances", "");
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let body = r#"{"url":"http://127.0.0.1:9/hook","description":"a \"quoted\" word"}"#;
    let answer = send(&sandbox, "POST", "/v1/webhook_endpoints", body);
    let endpoint: Value = serde_json::from_slice(&answer.body).unwrap();
    assert!((200..300).contains(&answer.status), "{endpoint}");
    assert_eq!(endpoint["secret"], sandbox.details["webhook_secret"]);
}

#[test]
fn the_signed_schedule_of_the_gateway_is_read() {
    let sandbox = Sandbox::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let envelope = file(folder.path(), "fees.json", send(&sandbox, "GET", "/v1/fee_schedules/current", "").body);
    let arguments =
        ["fees", "quote", "19.99", "EUR", "--method", "btc", "--schedule", &envelope, "--public-key", sandbox.detail("fee_schedule_key")];
    assert!(run(&arguments).ok().contains("(signed)"));
}
