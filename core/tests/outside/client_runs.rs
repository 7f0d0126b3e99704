//! The client, its journal and its recovery over a transport of the test's own: every answer is really signed.
#![cfg(all(feature = "client", feature = "sqlite"))]

use okpay::api::{ConfirmCheckoutSession, ConfirmWithdrawal, Confirmation, ConfirmationKind, MethodType, NewRefund};
use okpay::call::{Answer, Outcome, RetryPolicy, SignedRequest};
use okpay::client::{CallOptions, Client, Journal, SqliteJournal, Transport};
use okpay::signing::{Algorithm, AnsweredRequest, Ed25519Key, PublicKeys, Signer, sign_answer};
use okpay::{ErrorCode, OkpayError, Phase};
use std::collections::VecDeque;
use std::future::Future;
use std::io::{Read, Write};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const SECRET: &str = "okp_test_sk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// What comes of the next attempts, in order.
#[derive(Clone)]
enum Next {
    NeverLeft,
    Lost,
    Silent,
    Signed(u16, String),
}

struct Script {
    next: Mutex<VecDeque<Next>>,
    sent: Mutex<Vec<SignedRequest>>,
}

impl Transport for Script {
    fn send(&self, request: SignedRequest) -> Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        let next = self.next.lock().unwrap().pop_front().expect("an attempt that the test did not foresee");
        let failed = |may_have_left, code| Outcome::Failed { may_have_left, code, detail: "as the test has it".to_owned() };
        let outcome = match next {
            Next::NeverLeft => Some(failed(false, ErrorCode::ConnectFailed)),
            Next::Lost => Some(failed(true, ErrorCode::ConnectionLost)),
            Next::Silent => None,
            Next::Signed(status, body) => Some(Outcome::Answered(answer_to(&request, status, &body))),
        };
        self.sent.lock().unwrap().push(request);
        match outcome {
            Some(outcome) => Box::pin(std::future::ready(outcome)),
            None => Box::pin(std::future::pending()),
        }
    }
}

impl Script {
    fn new(next: impl IntoIterator<Item = Next>) -> Arc<Self> {
        Arc::new(Self { next: Mutex::new(next.into_iter().collect()), sent: Mutex::default() })
    }

    async fn has_sent(&self, number: usize) {
        while self.sent.lock().unwrap().len() < number {
            tokio::task::yield_now().await;
        }
    }
}

fn gateway() -> Ed25519Key {
    Ed25519Key::from_seed("gw_1", &[7; 32]).unwrap()
}

fn answer_to(request: &SignedRequest, status: u16, body: &str) -> Answer {
    let input = &request.headers.iter().find(|(name, _)| name == "signature-input").unwrap().1;
    let part = |name: &str| input.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let asked = AnsweredRequest { nonce: part("nonce"), key_id: part("keyid") };
    let json = "application/json";
    let signed = sign_answer(status, Some(json), body.as_bytes(), &gateway(), 1_793_491_200, Some(&asked)).unwrap();
    let headers = signed.to_list().into_iter().chain([("content-type".to_owned(), json.to_owned())]).collect();
    Answer { status, headers, body: body.as_bytes().to_vec() }
}

/// A client whose calls have one attempt, its script and its journal.
fn client(next: impl IntoIterator<Item = Next>) -> (Client, Arc<Script>, Arc<SqliteJournal>) {
    let script = Script::new(next);
    // In memory: what survives a crash is tested beside the journal.
    let journal = Arc::new(SqliteJournal::open(":memory:").unwrap());
    (client_of("https://api.okpay.test", "okp_test_kid_1", script.clone(), journal.clone()), script, journal)
}

fn client_of(url: &str, key_id: &str, script: Arc<Script>, journal: Arc<SqliteJournal>) -> Client {
    let secret = SECRET.replace("okp_test_", key_id.split("kid").next().unwrap());
    let builder = Client::builder().base_url(url).secret_key(key_id, &secret).unwrap().retry(RetryPolicy::never());
    let keys = PublicKeys::from(vec![gateway().public_key()]);
    builder.gateway_keys(keys).transport(script).journal(journal).build().unwrap()
}

fn told(key: &str, state: &str) -> Next {
    Next::Signed(200, format!(r#"{{"idempotency_key":"{key}","state":"{state}"}}"#))
}

fn open_keys(journal: &SqliteJournal) -> Vec<String> {
    journal.open_calls().unwrap().into_iter().map(|entry| entry.call.idempotency_key.unwrap()).collect()
}

fn refund() -> String {
    r#"{"id":"re_1","status":"succeeded","payment":"pay_1","amount":{"amount":"5.00","currency":"EUR"},"metadata":{},
    "created":"2026-11-01T00:00:00Z","version":1,"livemode":false}"#
        .to_owned()
}

fn problem(status: u16, code: &str) -> Next {
    Next::Signed(status, format!(r#"{{"status":{status},"code":"{code}"}}"#))
}

async fn run_refund(client: &Client) -> Result<String, OkpayError> {
    Ok(client.refunds().create(NewRefund::new("pay_1")).idempotency_key("refund-1").await?.id)
}

#[tokio::test]
async fn a_key_with_an_open_call_stays_open_until_its_end_is_proven() {
    let (client, script, journal) = client([Next::Lost, Next::NeverLeft, problem(401, "key_revoked"), Next::Signed(200, refund())]);
    for cause in ["connection_lost", "connect_failed", "key_revoked"] {
        let error = run_refund(&client).await.unwrap_err();
        assert_eq!((error.phase(), error.code().as_str()), (Phase::OutcomeUnknown, cause));
        assert_eq!(open_keys(&journal), ["refund-1"], "{cause}");
    }
    assert_eq!(run_refund(&client).await.unwrap(), "re_1");
    assert_eq!(open_keys(&journal), [""; 0]);
    assert_eq!(script.sent.lock().unwrap().len(), 4);
}

#[tokio::test]
async fn a_refusal_of_the_execution_ends_an_open_call() {
    let (client, _, journal) = client([Next::Lost, problem(422, "insufficient_balance")]);
    assert_eq!(run_refund(&client).await.unwrap_err().phase(), Phase::OutcomeUnknown);
    assert_eq!(run_refund(&client).await.unwrap_err().phase(), Phase::Rejected);
    assert_eq!(open_keys(&journal), [""; 0]);
}

#[tokio::test]
async fn what_was_never_sent_leaves_nothing_in_the_journal() {
    let (client, _, journal) = client([Next::NeverLeft, problem(401, "key_revoked")]);
    assert_eq!(run_refund(&client).await.unwrap_err().phase(), Phase::NotSent);
    assert_eq!(run_refund(&client).await.unwrap_err().phase(), Phase::Rejected);
    let invalid = client.refunds().create(NewRefund::new("pay_1")).header("Host", "x").await.unwrap_err();
    assert_eq!(invalid.phase(), Phase::Invalid);
    assert_eq!(open_keys(&journal), [""; 0]);
}

#[tokio::test]
async fn only_a_known_end_closes_what_is_recovered() {
    let state = |state: &str| told("refund-1", state);
    let (client, _, journal) = client([Next::Lost, state("in_progress"), state("under_review"), state("not_executed")]);
    run_refund(&client).await.unwrap_err();
    for open in [1, 1, 0] {
        let recovered = client.recover().await.unwrap();
        assert!(recovered.len() == 1 && recovered[0].outcome.is_ok());
        assert_eq!(open_keys(&journal).len(), open);
    }
}

#[tokio::test]
async fn a_recovery_that_is_broken_off_has_lost_nothing() {
    let next = [Next::Lost, Next::Lost, told("refund-1", "not_executed"), Next::Silent];
    let again = [told("refund-1", "not_executed"), told("refund-2", "not_executed")];
    let (client, script, journal) = client(next.into_iter().chain(again));
    for key in ["refund-1", "refund-2"] {
        client.refunds().create(NewRefund::new("pay_1")).idempotency_key(key).await.unwrap_err();
    }
    tokio::select! {
        _ = client.recover() => panic!("nothing answers the second question"),
        () = script.has_sent(4) => {}
    }
    assert_eq!(open_keys(&journal), ["refund-1", "refund-2"]);
    assert!(client.recover().await.unwrap().iter().all(|recovered| recovered.outcome.is_ok()));
    assert_eq!(open_keys(&journal), [""; 0]);
}

#[tokio::test]
async fn a_journal_is_not_recovered_from_another_gateway_and_not_closed_by_another_key() {
    let (client, _, journal) = client([Next::Lost, told("refund-1", "not_executed")]);
    run_refund(&client).await.unwrap_err();
    let other = |url: &str, key_id: &str, next: Vec<Next>| client_of(url, key_id, Script::new(next), journal.clone());
    let staging = other("https://staging.okpay.test", "okp_test_kid_1", vec![told("refund-1", "not_executed")]);
    let live = other("https://api.okpay.test", "okp_live_kid_1", vec![]);
    let renewed =
        other("https://api.okpay.test", "okp_test_kid_2", vec![told("refund-1", "not_executed"), told("refund-1", "not_executed")]);
    for client in [&staging, &live, &renewed] {
        let [recovered] = &client.recover().await.unwrap()[..] else { panic!("there is one open call") };
        let error = recovered.outcome.as_ref().unwrap_err();
        assert_eq!((error.code(), error.failure().param.as_deref()), (&ErrorCode::InvalidConfiguration, Some("journal")), "{error}");
    }
    // Asked for by hand, the answer is given, and the journal keeps what it cannot know to be this call's.
    for client in [&staging, &renewed] {
        client.resolve("refund-1").await.unwrap();
        assert_eq!(open_keys(&journal), ["refund-1"]);
    }
    assert!(run_refund(&renewed).await.unwrap_err().failure().detail.contains("open with another call"));
    client.resolve("refund-1").await.unwrap();
    assert_eq!(open_keys(&journal), [""; 0]);
}

/// The journal does not keep what was typed, so that the second call looks like the first.
#[tokio::test]
async fn another_pin_under_the_key_of_a_lost_confirmation_says_nothing_of_that() {
    let (client, _, journal) = client([Next::Lost, problem(422, "idempotency_key_reused"), problem(422, "idempotency_key_reused")]);
    let confirm = |code: &str, key: &str| {
        let proof = ConfirmWithdrawal::new(Confirmation::new(ConfirmationKind::PaymentPin, code));
        client.withdrawals().confirm("wd_1", proof).idempotency_key(key)
    };
    assert_eq!(confirm("493817", "confirm-1").await.unwrap_err().phase(), Phase::OutcomeUnknown);
    assert_eq!(confirm("493818", "confirm-1").await.unwrap_err().phase(), Phase::OutcomeUnknown);
    assert_eq!(open_keys(&journal), ["confirm-1"]);
    assert_eq!(confirm("493818", "confirm-2").await.unwrap_err().phase(), Phase::Rejected);
    assert_eq!(open_keys(&journal), ["confirm-1"]);
}

#[tokio::test]
async fn a_checkout_that_a_server_confirms_is_journaled() {
    let (client, _, journal) = client([Next::Lost]);
    let confirm = client.checkout_sessions().confirm("cs_1", ConfirmCheckoutSession::new(MethodType::Card).payment_method("pm_1"));
    assert_eq!(confirm.idempotency_key("confirm-1").await.unwrap_err().phase(), Phase::OutcomeUnknown);
    assert_eq!(open_keys(&journal), ["confirm-1"]);
}

#[tokio::test]
async fn a_copy_of_a_request_is_the_same_call() {
    let (client, script, _) = client([Next::Lost, Next::Lost, Next::Signed(200, refund())]);
    let request = client.refunds().create(NewRefund::new("pay_1"));
    request.clone().await.unwrap_err();
    request.clone().await.unwrap_err();
    let call = request.into_call();
    assert!(call.idempotency_key.is_some());
    client.run(call, &CallOptions::default()).await.unwrap();
    let sent = script.sent.lock().unwrap();
    let keys = sent.iter().map(|request| &request.headers.iter().find(|(name, _)| name == "idempotency-key").unwrap().1);
    let keys = keys.collect::<std::collections::BTreeSet<_>>();
    assert_eq!((sent.len(), keys.len()), (3, 1));
}

/// A keystore that signs so many times and is locked from then on.
#[derive(Debug)]
struct Keystore(Mutex<u32>);

impl Signer for Keystore {
    fn key_id(&self) -> String {
        "okp_test_dev_1".to_owned()
    }
    fn algorithm(&self) -> Algorithm {
        Algorithm::Ed25519
    }
    fn sign(&self, base: Vec<u8>) -> Result<Vec<u8>, OkpayError> {
        let mut left = self.0.lock().unwrap();
        let locked = || OkpayError::invalid(ErrorCode::InvalidKey, "the screen is locked");
        *left = left.checked_sub(1).ok_or_else(locked)?;
        Ed25519Key::from_seed(self.key_id(), &[3; 32])?.sign(base)
    }
}

#[tokio::test]
async fn a_keystore_that_locks_ends_a_call_by_what_may_have_left() {
    for (signs, next, phase, open) in [
        (0, vec![], Phase::NotSent, 0),
        (1, vec![Next::NeverLeft], Phase::NotSent, 0),
        (1, vec![Next::Lost], Phase::OutcomeUnknown, 1),
        (2, vec![Next::NeverLeft, Next::Lost], Phase::OutcomeUnknown, 1),
    ] {
        let script = Arc::new(Script { next: Mutex::new(next.into()), sent: Mutex::default() });
        let journal = Arc::new(SqliteJournal::open(":memory:").unwrap());
        let client = Client::builder()
            .base_url("https://api.okpay.test")
            .device_key(Arc::new(Keystore(Mutex::new(signs))))
            .gateway_keys(PublicKeys::from(vec![gateway().public_key()]))
            .retry(RetryPolicy { base_delay: 0, ..RetryPolicy::default() })
            .transport(script.clone())
            .journal(journal.clone())
            .build()
            .unwrap();
        let error = run_refund(&client).await.unwrap_err();
        assert_eq!((error.phase(), error.code()), (phase, &ErrorCode::SigningFailed), "after {signs}");
        assert_eq!(error.failure().detail, "the screen is locked");
        let sent = usize::try_from(signs).unwrap();
        assert_eq!((script.sent.lock().unwrap().len(), open_keys(&journal).len()), (sent, open));
    }
}

#[tokio::test]
async fn a_device_takes_the_answer_to_its_own_request() {
    let script = Arc::new(Script { next: Mutex::new(vec![Next::Signed(200, refund())].into()), sent: Mutex::default() });
    let client = Client::builder()
        .base_url("https://api.okpay.test")
        .device_key(Arc::new(Keystore(Mutex::new(1))))
        .gateway_keys(PublicKeys::from(vec![gateway().public_key()]))
        .transport(script.clone());
    assert_eq!(run_refund(&client.build().unwrap()).await.unwrap(), "re_1");
    let sent = script.sent.lock().unwrap();
    let input = &sent[0].headers.iter().find(|(name, _)| name == "signature-input").unwrap().1;
    assert!(input.contains(r#"alg="ed25519";keyid="okp_test_dev_1""#), "{input}");
}

#[test]
fn live_keys_never_trust_what_a_port_on_this_machine_publishes() {
    let live = SECRET.replace("test", "live");
    let builder = Client::builder().base_url("https://localhost:4010").secret_key("okp_live_kid_1", &live).unwrap();
    let error = builder.build().unwrap_err();
    assert_eq!((error.code(), error.failure().param.as_deref()), (&ErrorCode::InvalidConfiguration, Some("gateway_keys")));
}

/// The environment of a process cannot be changed safely from within, so the test below is run again under a proxy that does not exist.
#[test]
fn a_gateway_on_this_machine_is_reached_without_the_systems_proxy() {
    let program = std::env::current_exe().unwrap();
    let child = std::process::Command::new(program)
        .args(["--exact", "client_runs::a_gateway_on_this_machine_is_reached"])
        .envs([("HTTP_PROXY", "http://127.0.0.1:1"), ("http_proxy", "http://127.0.0.1:1")])
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && text.contains("1 passed"), "{text}");
}

#[tokio::test]
async fn a_gateway_on_this_machine_is_reached() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").unwrap();
    });
    let client = Client::builder().base_url(format!("http://{address}")).secret_key("okp_test_kid_1", SECRET).unwrap();
    let client = client.gateway_keys(PublicKeys::from(vec![gateway().public_key()])).build().unwrap();
    let error = client.balances().list().max_attempts(1).await.unwrap_err();
    assert_eq!(error.code(), &ErrorCode::AnswerUnsigned, "{error}");
}

/// A transport that never answers.
struct Silence;

impl Transport for Silence {
    fn send(&self, _: SignedRequest) -> Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn a_call_that_waits_for_the_sandboxs_keys_keeps_its_deadline() {
    let builder = Client::builder().base_url("http://127.0.0.1:1").secret_key("okp_test_kid_1", SECRET).unwrap();
    let client = builder.transport(Arc::new(Silence)).build().unwrap();
    let [long, short] = [60_000, 20].map(|millis| client.refunds().create(NewRefund::new("pay_1")).timeout(Duration::from_millis(millis)));
    let asking = tokio::spawn(long.into_future());
    let error = short.await.unwrap_err();
    assert_eq!((error.phase(), error.code()), (Phase::NotSent, &ErrorCode::DeadlineExceeded), "{error}");
    asking.abort();
}
