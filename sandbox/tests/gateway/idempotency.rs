//! A key executes once: replays, reuse, races, burnt keys, `resolve`, and a restart in between.

use crate::support::{Box, Raw, euro, first_key, fresh};
use futures_util::future::join_all;
use okpay::api::{CallState, ListPayments, MethodType, NewApiKey, NewPayment};
use okpay::signing::HmacKey;
use okpay::{ErrorCode, OkpayError};
use okpay_sandbox::Config;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

fn order(amount: &str) -> String {
    json!({"amount": {"amount": amount, "currency": "EUR"}, "method": "bank_transfer"}).to_string()
}

fn with_key(key: &str, body: String) -> Raw {
    Raw { key: Some(key.to_owned()), ..Raw::post("/v1/payments", body) }
}

async fn payments(sandbox: &Box) -> usize {
    sandbox.client.payments().list(ListPayments::new().limit(100_u32)).await.unwrap().data.len()
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_signed_anew() {
    let sandbox = Box::start().await;
    let key = fresh("key-");
    let first = with_key(&key, order("19.99"));
    let (first_heard, again) = (first.send(&sandbox).await, with_key(&key, order("19.99")));
    let heard = again.send(&sandbox).await;
    assert_eq!((heard.status, &heard.body), (200, &first_heard.body));
    assert_eq!((first_heard.header("idempotency-replayed"), heard.header("idempotency-replayed")), (None, Some("true")));
    assert!(heard.verify(&sandbox, &again.nonce).request.is_some());
    assert_ne!(heard.header("signature"), first_heard.header("signature"));
    assert_eq!(heard.json()["idempotency_key"], key.as_str());
    let reused = with_key(&key, order("20.00")).send(&sandbox).await;
    assert_eq!(reused.problem(), (422, "idempotency_key_reused".to_owned(), None));
    let elsewhere = Raw { path: "/v1/refunds".to_owned(), ..with_key(&key, order("19.99")) }.send(&sandbox).await;
    assert_eq!(elsewhere.problem().1, "idempotency_key_reused");
    assert_eq!(payments(&sandbox).await, 1);
}

#[tokio::test]
async fn executed_refusals_are_kept_and_bad_input_is_not() {
    let sandbox = Box::start().await;
    let poor = sandbox.card("4000000000000002").await;
    let key = fresh("key-");
    let body = json!({"amount": {"amount": "5.00", "currency": "EUR"}, "method": "card", "payment_method": poor.id}).to_string();
    let first = with_key(&key, body.clone()).send(&sandbox).await;
    let again = with_key(&key, body).send(&sandbox).await;
    assert_eq!((first.status, again.status, &again.body), (402, 402, &first.body));
    assert_eq!(first.problem().1, "payment_declined");
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(payments(&sandbox).await, 1);
    // A refusal that undid what it had begun is an execution as well.
    let key = fresh("key-");
    let good = sandbox.card("4242424242424242").await;
    let tiny = json!({"amount": {"amount": "0.01", "currency": "EUR"}, "method": "card", "payment_method": good.id}).to_string();
    for replayed in [None, Some("true")] {
        let heard = with_key(&key, tiny.clone()).send(&sandbox).await;
        assert_eq!((heard.json()["code"].as_str(), heard.header("idempotency-replayed")), (Some("fee_exceeds_amount"), replayed));
    }
    assert_eq!(payments(&sandbox).await, 1);
    // A mistake may be mended under the same key.
    let key = fresh("key-");
    assert_eq!(with_key(&key, order("19.999")).send(&sandbox).await.status, 422);
    assert_eq!(with_key(&key, order("19.99")).send(&sandbox).await.status, 200);
}

#[tokio::test]
async fn fifty_at_once_under_one_key_make_one_payment() {
    let folder = tempfile::tempdir().unwrap();
    for database in ["sqlite::memory:".to_owned(), format!("sqlite:{}", folder.path().join("race.db").display())] {
        let sandbox = Box::with(Config { database, ..Config::default() }).await;
        let key = fresh("key-");
        let requests: Vec<_> = (0..50).map(|_| with_key(&key, order("19.99"))).collect();
        let heard = join_all(requests.iter().map(|request| request.send(&sandbox))).await;
        let mut made = BTreeSet::new();
        for heard in &heard {
            match heard.status {
                200 => drop(made.insert(heard.json()["id"].as_str().unwrap().to_owned())),
                _ => assert_eq!(heard.problem(), (409, "idempotency_in_progress".to_owned(), None)),
            }
        }
        assert_eq!((made.len(), payments(&sandbox).await), (1, 1));
        let counts = sandbox.control("GET", "requests", Value::Null).await;
        assert_eq!(counts["payments.create"], json!({"requests": 50, "keys": 1, "executed": 1}));
    }
}

#[tokio::test]
async fn a_key_is_burnt_after_a_day_of_business_time() {
    let sandbox = Box::start().await;
    let key = fresh("key-");
    assert_eq!(with_key(&key, order("19.99")).send(&sandbox).await.status, 200);
    sandbox.advance(24 * 3600 - 60).await;
    assert_eq!(with_key(&key, order("19.99")).send(&sandbox).await.status, 200);
    sandbox.advance(61).await;
    for body in [order("19.99"), order("20.00")] {
        assert_eq!(with_key(&key, body).send(&sandbox).await.problem(), (409, "idempotency_key_expired".to_owned(), None));
    }
    sandbox.advance(365 * 24 * 3600).await;
    assert_eq!(with_key(&key, order("19.99")).send(&sandbox).await.problem().1, "idempotency_key_expired");
    assert_eq!(payments(&sandbox).await, 1);
    let outcome = sandbox.client.resolve(key).await.unwrap();
    assert_eq!((outcome.state, outcome.operation.as_deref()), (CallState::Executed, Some("payments.create")));
    assert!(outcome.object.unwrap().starts_with("pay_"));
}

#[tokio::test]
async fn resolve_tells_what_was_executed_and_closes_what_was_not() {
    let sandbox = Box::start().await;
    let (done, never) = (fresh("key-"), fresh("key-"));
    let made = with_key(&done, order("19.99")).send(&sandbox).await;
    let question = sandbox.client.resolve(done.clone()).timeout(Duration::from_secs(20)).max_attempts(2).header("traceparent", "00-1");
    let outcome = question.await.unwrap();
    let refused = sandbox.client.resolve(done.clone()).header("authorization", "Bearer x").await.unwrap_err();
    assert_eq!(refused.failure().param.as_deref(), Some("headers"));
    let in_no_time = sandbox.client.resolve(done.clone()).timeout(Duration::ZERO).await.unwrap_err();
    assert_eq!(in_no_time.code(), &ErrorCode::DeadlineExceeded);
    assert_eq!((outcome.state, outcome.status), (CallState::Executed, Some(200)));
    assert_eq!(outcome.body.unwrap().as_bytes(), made.body);
    assert_eq!(outcome.object.as_deref(), made.json()["id"].as_str());
    for _ in 0..2 {
        assert_eq!(sandbox.client.resolve(never.clone()).await.unwrap().state, CallState::NotExecuted);
    }
    let late = with_key(&never, order("19.99")).send(&sandbox).await;
    assert_eq!(late.problem(), (409, "idempotency_key_closed".to_owned(), None));
    assert_eq!(payments(&sandbox).await, 1);
    let mut itself = Raw::post("/v1/idempotency/resolve", json!({"idempotency_key": "same"}).to_string());
    itself.key = Some("same".to_owned());
    assert_eq!(itself.send(&sandbox).await.problem(), (422, "invalid_field".to_owned(), Some("idempotency_key".to_owned())));
}

/// The first answer to `api_keys.create` holds the secret: only a key that may make keys itself is told it again.
#[tokio::test]
async fn resolve_shows_an_answer_only_to_a_key_that_may_do_the_operation() {
    let sandbox = Box::start().await;
    let limited = |operations: Vec<&'static str>| {
        let sandbox = &sandbox;
        async move {
            let new = NewApiKey::new("limited").operations(operations.into_iter().map(str::to_owned).collect::<Vec<_>>());
            let key = sandbox.client.api_keys().create(new).await.unwrap();
            HmacKey::from_text(&key.id, &key.secret.unwrap()).unwrap()
        }
    };
    let (till, maker) = (limited(vec!["idempotency.resolve"]).await, limited(vec!["idempotency.resolve", "api_keys.create"]).await);
    let (made, asked) = (fresh("key-"), fresh("key-"));
    let secret = sandbox.client.api_keys().create(NewApiKey::new("all")).idempotency_key(made.clone()).await.unwrap().secret.unwrap();
    let about = |key: &str| Raw::post("/v1/idempotency/resolve", json!({ "idempotency_key": key }).to_string());
    let ask = |question: Raw, key: HmacKey| {
        let sandbox = &sandbox;
        async move { question.send_with(sandbox, question.signed(sandbox.url(), &key)).await.json() }
    };
    let question = Raw { key: Some(asked.clone()), ..about(&made) };
    for (key, shown) in [(first_key(&sandbox), true), (maker, true), (till.clone(), false)] {
        // Under one key of the question itself, too: a repeat by another key is no way to its answer.
        let again = Raw { nonce: fresh("n"), ..question.clone() };
        for outcome in [ask(about(&made), key.clone()).await, ask(again, key).await] {
            assert_eq!((outcome["state"].as_str(), outcome["status"].as_u64()), (Some("executed"), Some(200)));
            assert!(outcome["object"].as_str().unwrap().starts_with("okp_test_kid_"));
            assert_eq!(outcome["body"].as_str().is_some_and(|body| body.contains(&secret)), shown, "{outcome}");
            assert_eq!(outcome["body"].is_null(), !shown);
        }
    }
    // Nor is it to ask what became of the question.
    let outcome = ask(about(&asked), till).await;
    assert!(!outcome.to_string().contains(&secret), "{outcome}");
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_a_retry_finds_it() {
    let sandbox = Box::start().await;
    sandbox.fault(json!({"kind": "drop_answer", "on": "payments.create"})).await;
    let key = fresh("key-");
    let new = || NewPayment::new(euro("19.99"), MethodType::BankTransfer);
    let error = sandbox.client.payments().create(new()).idempotency_key(key.clone()).await.unwrap_err();
    assert!(matches!(&error, OkpayError::OutcomeUnknown(failure) if failure.idempotency_key.as_deref() == Some(&key)), "{error:?}");
    assert_eq!(sandbox.client.resolve(key.clone()).await.unwrap().state, CallState::Executed);
    sandbox.client.payments().create(new()).idempotency_key(key).await.unwrap();
    assert_eq!(payments(&sandbox).await, 1);
    // With its retries the client does that by itself.
    let details = sandbox.running.details().clone();
    let patient =
        okpay::client::Client::builder().base_url(&details.url).secret_key(&details.key_id, &details.secret).unwrap().build().unwrap();
    for kind in ["drop_answer", "unavailable", "truncate", "unsigned", "wrong_signature"] {
        let before = payments(&sandbox).await;
        sandbox.fault(json!({"kind": kind, "on": "payments.create"})).await;
        patient.payments().create(new()).await.unwrap();
        assert_eq!(payments(&sandbox).await, before + 1, "{kind}");
        assert_eq!(sandbox.control("GET", "faults", Value::Null).await, json!([]), "{kind} did not strike");
    }
    let counts = sandbox.control("GET", "requests", Value::Null).await;
    assert_eq!((counts["payments.create"]["keys"].as_u64(), counts["payments.create"]["executed"].as_u64()), (Some(6), Some(6)));
}

#[tokio::test]
async fn each_fault_is_what_it_says() {
    let sandbox = Box::start().await;
    let sandbox = &sandbox;
    let seen = |kind: &'static str| async move {
        sandbox.fault(json!({"kind": kind, "on": "balances.list"})).await;
        sandbox.client.balances().list().await
    };
    let code = |error: OkpayError| error.code().clone();
    assert_eq!(code(seen("unavailable").await.unwrap_err()), ErrorCode::ServiceUnavailable);
    assert_eq!(code(seen("unsigned").await.unwrap_err()), ErrorCode::AnswerUnsigned);
    assert!(matches!(code(seen("wrong_signature").await.unwrap_err()), ErrorCode::AnswerSignatureInvalid | ErrorCode::DigestMismatch));
    assert!(matches!(code(seen("truncate").await.unwrap_err()), ErrorCode::AnswerIncomplete | ErrorCode::ConnectionLost));
    assert_eq!(code(seen("drop_answer").await.unwrap_err()), ErrorCode::ConnectionLost);
    sandbox.fault(json!({"kind": "delay", "on": "balances.list", "delay_ms": 50, "count": 1})).await;
    sandbox.client.balances().list().await.unwrap();
    let fault = sandbox.control("POST", "faults", json!({"kind": "delay", "count": 5})).await;
    assert_eq!(sandbox.control("POST", "faults/clear", json!({"id": fault["id"]})).await, json!([]));
}

#[tokio::test]
async fn a_restart_on_the_same_file_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { database: format!("sqlite:{}", folder.path().join("kept.db").display()), ..Config::default() };
    let sandbox = Box::with(config.clone()).await;
    let before = sandbox.running.details().clone();
    let card = sandbox.card("4242424242424242").await;
    let payment = sandbox.client.payments().create(NewPayment::new(euro("20.00"), MethodType::Card).payment_method(card.id)).await.unwrap();
    let key = fresh("key-");
    let first = with_key(&key, order("19.99")).send(&sandbox).await;
    sandbox.advance(1000).await;
    sandbox.running.shutdown().await;
    let sandbox = Box::with(config.clone()).await;
    let after = sandbox.running.details().clone();
    assert_eq!(okpay_sandbox::Details { url: after.url.clone(), ..before }, after);
    assert_eq!(sandbox.client.payments().retrieve(&payment.id).await.unwrap(), payment);
    let clock = sandbox.control("GET", "clock", Value::Null).await;
    assert_eq!(clock["offset_ms"], 1_000_000);
    let again = with_key(&key, order("19.99")).send(&sandbox).await;
    assert_eq!((&again.body, again.header("idempotency-replayed")), (&first.body, Some("true")));
    assert_eq!(payments(&sandbox).await, 2);
    sandbox.assert_balanced().await;
    let second = okpay_sandbox::Sandbox::start(config.clone()).await.unwrap_err().to_string();
    assert!(second.contains("in use by another sandbox"), "{second}");
    sandbox.running.shutdown().await;
    let other = okpay_sandbox::Sandbox::start(Config { seed: Some("another".to_owned()), ..config }).await;
    assert!(other.unwrap_err().to_string().contains("another seed"));
}

#[tokio::test]
async fn a_seed_makes_the_same_keys_ids_and_addresses() {
    let run = || async {
        let sandbox = Box::with(Config { seed: Some("demo".to_owned()), ..Config::default() }).await;
        let new = NewPayment::new(euro("19.99"), MethodType::Btc);
        let payment = sandbox.client.payments().create(new).await.unwrap();
        let address = payment.next_action.unwrap().crypto.unwrap().address;
        (sandbox.running.details().secret.clone(), sandbox.running.details().control_token.clone(), payment.id, address)
    };
    assert_eq!(run().await, run().await);
}

#[tokio::test]
async fn a_port_that_is_taken_is_said_in_one_line() {
    let sandbox = Box::start().await;
    let port = sandbox.running.address().port();
    let error = okpay_sandbox::Sandbox::start(Config { port, ..Config::default() }).await.unwrap_err().to_string();
    assert!(error.contains(&port.to_string()) && !error.contains('\n'), "{error}");
}
