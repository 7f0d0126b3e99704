//! Merchant and gateway are killed (SIGKILL) ten times at random points under load. Afterwards everything is counted: every order is paid
//! once, the ledger sums to zero, and every event was handled once.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use futures_util::TryStreamExt;
use okpay::api::{CardDetails, Event, ListEvents, ListPayments, NewPaymentMethod, NewWebhookEndpoint, Payment, PaymentStatus};
use okpay::call::{Credentials, Outcome, SignedRequest};
use okpay::client::{Client, HttpOptions, HttpTransport, Transport};
use okpay::signing::PublicKeys;
use okpay_e2e::shop::{Counted, Shop};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const ORDERS: i64 = 60;
const KILLS: u64 = 10;

/// A program that is killed when it is dropped.
struct Program(Child);

impl Program {
    fn kill(&mut self) {
        self.0.kill().unwrap(); // SIGKILL
        self.0.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the gateway and reads its details. A port that is still in the hands of the killed one is tried again.
fn start_gateway(folder: &Path, port: u16) -> (Program, Value) {
    for _ in 0..100 {
        let mut command = Command::new(env!("CARGO_BIN_EXE_crash-gateway"));
        command.arg(folder.join("gateway.sqlite")).arg(port.to_string()).stdout(Stdio::piped());
        let mut program = Program(command.spawn().unwrap());
        let mut line = String::new();
        BufReader::new(program.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
        if let Ok(details) = serde_json::from_str(&line) {
            return (program, details);
        }
    }
    panic!("the gateway does not start");
}

fn start_shop(folder: &Path, details: &Value, card: &str, webhook_secret: &str) -> Program {
    let text = |name: &str| details[name].as_str().unwrap().to_owned();
    let mut command = Command::new(env!("CARGO_BIN_EXE_crash-shop"));
    command.arg(folder).arg(ORDERS.to_string()).arg(card);
    command.env("OKPAY_BASE_URL", text("url")).env("OKPAY_KEY_ID", text("key_id")).env("OKPAY_SECRET", text("secret"));
    command.env("OKPAY_GATEWAY_KEYS", text("gateway_keys")).env("OKPAY_WEBHOOK_SECRET", webhook_secret);
    Program(command.spawn().unwrap())
}

/// Asks again and again until there is an answer, for two minutes at most.
async fn until<T>(what: &str, ask: impl AsyncFnMut() -> Option<T>) -> T {
    until_every(Duration::from_millis(5), what, ask).await
}

async fn until_every<T>(pause: Duration, what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asked = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(pause).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), asked).await.unwrap_or_else(|_| panic!("in two minutes: {what}"))
}

fn random(below: u64) -> u64 {
    getrandom::u64().unwrap() % below
}

async fn control(details: &Value, path: &str, body: Option<Value>) -> Value {
    let token = format!("Bearer {}", details["control_token"].as_str().unwrap());
    let headers = [("authorization", token.as_str()), ("content-type", "application/json")];
    let request = SignedRequest {
        method: if body.is_some() { "POST" } else { "GET" }.to_owned(),
        url: format!("{}/sandbox/{path}", details["url"].as_str().unwrap()),
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        body: body.map(|body| body.to_string().into_bytes()).unwrap_or_default(),
    };
    match HttpTransport::new(&HttpOptions::default()).unwrap().send(request).await {
        Outcome::Answered(answer) if answer.status == 200 => serde_json::from_slice(&answer.body).unwrap(),
        other => panic!("{path}: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_crashes_lose_nothing_and_double_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (mut gateway, details) = start_gateway(folder, 0);
    let port = details["url"].as_str().unwrap().rsplit(':').next().unwrap().parse().unwrap();
    let keys = PublicKeys::parse(details["gateway_keys"].as_str().unwrap()).unwrap();
    let url = details["url"].as_str().unwrap();
    let merchant = Client::builder()
        .base_url(url)
        .secret_key(details["key_id"].as_str().unwrap(), details["secret"].as_str().unwrap())
        .unwrap()
        .gateway_keys(keys.clone())
        .build()
        .unwrap();
    let publishable = Credentials::Publishable { key: details["publishable_key"].as_str().unwrap().to_owned(), client_secret: None };
    let browser = Client::builder().base_url(url).credentials(publishable).gateway_keys(keys).build().unwrap();
    let card = CardDetails::new("4242424242424242", 12, 2032, "123");
    let card = browser.payment_methods().create(NewPaymentMethod::new(card)).await.unwrap().id;

    let secret = webhook_secret();
    let mut shop = start_shop(folder, &details, &card, &secret);
    let book = Shop::open(&folder.join("shop.sqlite")).unwrap();
    let webhooks = until("the shop listens", async || book.setting("port").unwrap()).await;
    let endpoint = merchant.webhook_endpoints().create(NewWebhookEndpoint::new(format!("http://127.0.0.1:{webhooks}/webhooks"))).await;
    let real_secret = endpoint.unwrap().secret.unwrap();
    // The shop learns the secret by a restart, which is the first of its crashes.
    shop.kill();
    shop = start_shop(folder, &details, &card, &real_secret);

    for kill in 1..=KILLS {
        let mark = (ORDERS - 5) * i64::try_from(kill).unwrap() / i64::try_from(KILLS).unwrap() - 3;
        until("the shop goes on", async || (book.count_paid().unwrap() >= mark).then_some(())).await;
        // Somewhere inside the calls that run at this moment.
        tokio::time::sleep(Duration::from_micros(random(30_000))).await;
        let which = random(3);
        if which != 0 {
            gateway.kill();
        }
        if which != 1 {
            shop.kill();
            shop = start_shop(folder, &details, &card, &real_secret);
        }
        if which != 0 {
            gateway = start_gateway(folder, port).0;
        }
    }
    until("every order is paid", async || (book.count_paid().unwrap() == ORDERS).then_some(())).await;

    let payments: Vec<Payment> = merchant.payments().list(ListPayments::new().limit(50_u32)).stream().try_collect().await.unwrap();
    let references: BTreeSet<_> = payments.iter().filter_map(|payment| payment.reference.clone()).collect();
    assert!(payments.iter().all(|payment| payment.status == PaymentStatus::Succeeded));
    assert_eq!((payments.len(), references.len()), (60, 60), "one payment per order");
    let requests = control(&details, "requests", None).await;
    assert_eq!(requests["payments.create"]["executed"], json!(60), "{requests}");

    let ledger = control(&details, "ledger", None).await;
    let sums = ledger["sums"].as_array().unwrap();
    assert!(
        !sums.is_empty() && sums.iter().all(|sum| sum["amount"].as_str().unwrap().trim_matches(['0', '.', '-']).is_empty()),
        "{ledger}"
    );

    let events: Vec<Event> = merchant.events().list(ListEvents::new().limit(50_u32)).stream().try_collect().await.unwrap();
    // A claim of the killed shop holds an event for a second of real time: business time must not spend the gateway's tries in less.
    until_every(Duration::from_millis(250), "every event is handled", async || {
        control(&details, "clock/advance", Some(json!({ "seconds": 600 }))).await;
        control(&details, "deliver/flush", Some(json!({}))).await;
        (book.counts(Counted::Handled).unwrap().len() == events.len()).then_some(())
    })
    .await;
    assert!(book.counts(Counted::Handled).unwrap().iter().all(|(_, times)| *times == 1), "every event once");
    let shipped = book.counts(Counted::Shipped).unwrap();
    assert!(shipped.len() == 60 && shipped.iter().all(|(_, times)| *times == 1), "every order shipped once");
    shop.kill();
    gateway.kill();
}

/// A secret in the right form, for the shop's first start, before there is an endpoint.
fn webhook_secret() -> String {
    okpay::webhooks::webhook_secret(&[1; 32]).unwrap()
}
