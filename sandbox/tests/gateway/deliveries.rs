//! Webhooks: signed, in order, tried again by the schedule, rotated, switched off, and not lost by a restart.

use crate::support::{Box, now, until};
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use okpay::Timestamp;
use okpay::api::{
    DeliveryStatus, Event, EventType, ListWebhookEndpoints, NewWebhookEndpoint, RedeliverEvent, RotateWebhookSecret, WebhookEndpoint,
    WebhookEndpointStatus,
};
use okpay::webhooks::Verifier;
use okpay_sandbox::Config;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

/// One delivery as it came.
#[derive(Clone, Debug)]
struct Got {
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// A status, and a `Retry-After`.
type Told = (u16, Option<&'static str>);

/// A merchant's server: answers as told, 200 when told nothing.
#[derive(Clone, Default)]
struct Shop {
    got: Arc<Mutex<Vec<Got>>>,
    answers: Arc<Mutex<VecDeque<Told>>>,
}

impl Shop {
    async fn open() -> (Self, String) {
        let shop = Self::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        let router = axum::Router::new().route("/hooks", axum::routing::post(receive)).with_state(shop.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (shop, url)
    }

    fn will_answer(&self, answers: &[Told]) {
        self.answers.lock().unwrap().extend(answers);
    }

    fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    fn types(&self) -> Vec<String> {
        self.got().iter().map(|got| serde_json::from_slice::<Event>(&got.body).unwrap().event_type.to_string()).collect()
    }

    async fn wait_for(&self, count: usize) -> Vec<Got> {
        until(&format!("{count} deliveries"), || async { Some(self.got()).filter(|got| got.len() >= count) }).await
    }
}

async fn receive(State(shop): State<Shop>, headers: HeaderMap, body: bytes::Bytes) -> (StatusCode, HeaderMap) {
    let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    shop.got.lock().unwrap().push(Got { headers, body: body.to_vec() });
    let (status, retry_after) = shop.answers.lock().unwrap().pop_front().unwrap_or((200, None));
    let mut answer = HeaderMap::new();
    if let Some(seconds) = retry_after {
        answer.insert("retry-after", seconds.parse().unwrap());
    }
    (StatusCode::from_u16(status).unwrap(), answer)
}

async fn add(sandbox: &Box, url: &str) -> WebhookEndpoint {
    sandbox.client.webhook_endpoints().create(NewWebhookEndpoint::new(url)).await.unwrap()
}

async fn make(sandbox: &Box, event_type: &str) -> String {
    sandbox.control("POST", "trigger", json!({ "type": event_type })).await["id"].as_str().unwrap().to_owned()
}

async fn flush(sandbox: &Box) -> Value {
    sandbox.control("POST", "deliver/flush", Value::Null).await
}

fn verify(got: &Got, secrets: &[&str]) -> bool {
    let secrets: Vec<_> = secrets.iter().map(|secret| (*secret).to_owned()).collect();
    Verifier::new(&secrets).unwrap().verify(&got.body, &got.headers, Timestamp::from_secs(now())).is_ok()
}

fn header<'a>(got: &'a Got, name: &str) -> &'a str {
    &got.headers.iter().find(|(header, _)| header == name).unwrap().1
}

async fn deliveries(sandbox: &Box, event: &str) -> Vec<okpay::api::Delivery> {
    sandbox.client.events().deliveries(event).await.unwrap().data
}

#[tokio::test]
async fn every_event_arrives_signed_once_and_in_order() {
    let sandbox = Box::start().await;
    let (shop, url) = Shop::open().await;
    let endpoint = add(&sandbox, &url).await;
    assert_eq!(endpoint.secret, Some(sandbox.running.details().webhook_secret.clone()));
    for _ in 0..5 {
        make(&sandbox, "payment.succeeded").await;
    }
    let got = shop.wait_for(15).await;
    assert!(got.iter().all(|got| verify(got, &[endpoint.secret.as_deref().unwrap()])));
    let arrived: Vec<_> = got.iter().map(|got| header(got, "webhook-id").to_owned()).collect();
    let events = sandbox.control("GET", "events?limit=100", Value::Null).await;
    let made: Vec<_> = events["data"].as_array().unwrap().iter().rev().map(|row| row["event"]["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(arrived, made);
    flush(&sandbox).await;
    assert_eq!(shop.got().len(), 15);
    assert_eq!(events["data"][0]["deliveries"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_endpoint_gets_only_what_it_asked_for() {
    let sandbox = Box::start().await;
    let (shop, url) = Shop::open().await;
    let new = NewWebhookEndpoint::new(url).events(vec!["payment.succeeded".to_owned()]);
    sandbox.client.webhook_endpoints().create(new).await.unwrap();
    make(&sandbox, "payment.refunded").await;
    flush(&sandbox).await;
    assert_eq!(shop.types(), ["payment.succeeded"]);
}

#[tokio::test]
async fn a_failure_is_tried_again_by_the_schedule_with_the_same_id() {
    let sandbox = Box::start().await;
    let (shop, url) = Shop::open().await;
    // Only this type, for the session runs out meanwhile.
    let new = NewWebhookEndpoint::new(url).events(vec!["checkout_session.created".to_owned()]);
    let endpoint = sandbox.client.webhook_endpoints().create(new).await.unwrap();
    shop.will_answer(&[(500, None); 20]);
    let event = make(&sandbox, "checkout_session.created").await;
    shop.wait_for(1).await;
    let waits = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
    for (tries, wait) in (2..).zip(waits) {
        let before = until("the try is written down", || async {
            Some(deliveries(&sandbox, &event).await.remove(0)).filter(|delivery| delivery.attempts == tries - 1)
        })
        .await;
        assert_eq!((before.status, before.response_status), (DeliveryStatus::Pending, Some(500)));
        let clock = sandbox.control("GET", "clock", Value::Null).await;
        let due = before.next_attempt.unwrap().secs() - Timestamp::parse(clock["now"].as_str().unwrap()).unwrap().secs();
        assert!((wait - 3..=wait + wait / 10 + 1).contains(&due), "try {tries} is due in {due} s, not {wait}");
        sandbox.advance(wait + wait / 10 + 2).await;
        flush(&sandbox).await;
        assert_eq!(shop.got().len(), tries as usize);
    }
    let last = deliveries(&sandbox, &event).await.remove(0);
    assert_eq!((last.status, last.attempts, last.next_attempt), (DeliveryStatus::Failed, 10, None));
    let got = shop.got();
    assert!(got.iter().all(|got| header(got, "webhook-id") == event && verify(got, &[endpoint.secret.as_deref().unwrap()])));
    // Given up is not forgotten.
    shop.answers.lock().unwrap().clear();
    sandbox.client.events().redeliver(&event, RedeliverEvent::new()).await.unwrap();
    flush(&sandbox).await;
    let all = deliveries(&sandbox, &event).await;
    assert_eq!((all.len(), all[0].status.clone()), (2, DeliveryStatus::Succeeded));
    assert_eq!(header(shop.got().last().unwrap(), "webhook-id"), event);
}

#[tokio::test]
async fn an_endpoint_that_asks_for_peace_gets_it() {
    let sandbox = Box::start().await;
    let (shop, url) = Shop::open().await;
    add(&sandbox, &url).await;
    shop.will_answer(&[(503, Some("120"))]);
    let first = make(&sandbox, "checkout_session.created").await;
    until("the answer is written down", || async { deliveries(&sandbox, &first).await.pop().filter(|delivery| delivery.attempts == 1) })
        .await;
    let second = make(&sandbox, "checkout_session.created").await;
    sandbox.advance(60).await;
    flush(&sandbox).await;
    assert_eq!(shop.got().len(), 1);
    assert_eq!(deliveries(&sandbox, &second).await[0].attempts, 0);
    sandbox.advance(61).await;
    flush(&sandbox).await;
    assert_eq!(shop.got().len(), 3);
}

#[tokio::test]
async fn gone_switches_an_endpoint_off_and_the_others_hear_of_it() {
    let sandbox = Box::start().await;
    let ((gone, gone_url), (other, other_url)) = (Shop::open().await, Shop::open().await);
    let endpoint = add(&sandbox, &gone_url).await;
    add(&sandbox, &other_url).await;
    gone.will_answer(&[(410, None)]);
    make(&sandbox, "checkout_session.created").await;
    until("the others hear of it", || async { other.types().contains(&"webhook_endpoint.disabled".to_owned()).then_some(()) }).await;
    let listed = sandbox.client.webhook_endpoints().list(ListWebhookEndpoints::new()).await.unwrap().data;
    let status = listed.into_iter().find(|listed| listed.id == endpoint.id).unwrap().status;
    assert_eq!(status, WebhookEndpointStatus::Disabled);
    make(&sandbox, "checkout_session.created").await;
    flush(&sandbox).await;
    assert_eq!(gone.got().len(), 1);
    let refused = sandbox.client.webhook_endpoints().disable(&endpoint.id).await.unwrap_err();
    assert_eq!(refused.code(), &okpay::ErrorCode::IllegalState);
}

#[tokio::test]
async fn while_a_secret_rotates_both_hold() {
    let sandbox = Box::start().await;
    let (shop, url) = Shop::open().await;
    let endpoint = add(&sandbox, &url).await;
    let old = endpoint.secret.unwrap();
    let rotated =
        sandbox.client.webhook_endpoints().rotate_secret(&endpoint.id, RotateWebhookSecret::new().overlap(3600_u32)).await.unwrap();
    let new = rotated.secret.unwrap();
    assert_ne!(old, new);
    make(&sandbox, "checkout_session.created").await;
    let got = shop.wait_for(1).await.remove(0);
    assert_eq!((verify(&got, &[&old]), verify(&got, &[&new])), (true, true));
    sandbox.advance(3601).await;
    make(&sandbox, "checkout_session.created").await;
    let got = shop.wait_for(2).await.remove(1);
    // The first session has run out meanwhile, and only that is known of the order.
    assert_eq!((verify(&got, &[&old]), verify(&got, &[&new])), (false, true));
}

#[tokio::test]
async fn a_webhook_comes_twice_late_or_out_of_order_when_asked_to() {
    let sandbox = Box::start().await;
    let (shop, url) = Shop::open().await;
    add(&sandbox, &url).await;
    sandbox.fault(json!({"kind": "webhook_duplicate", "on": "payment.succeeded"})).await;
    make(&sandbox, "payment.succeeded").await;
    shop.wait_for(4).await;
    assert_eq!(shop.types(), ["payment.created", "payment.succeeded", "payment.succeeded", "point_movement.earned"]);
    assert_eq!(header(&shop.got()[1], "webhook-id"), header(&shop.got()[2], "webhook-id"));
    shop.got.lock().unwrap().clear();
    sandbox.fault(json!({"kind": "webhook_reorder", "on": "payment.created"})).await;
    make(&sandbox, "payment.succeeded").await;
    shop.wait_for(3).await;
    assert_eq!(shop.types(), ["payment.succeeded", "payment.created", "point_movement.earned"]);
    shop.got.lock().unwrap().clear();
    sandbox.fault(json!({"kind": "webhook_delay", "on": "payment.created", "delay_ms": 600_000})).await;
    make(&sandbox, "payment.succeeded").await;
    flush(&sandbox).await;
    assert_eq!(shop.types(), ["payment.succeeded", "point_movement.earned"]);
    sandbox.advance(601).await;
    flush(&sandbox).await;
    assert_eq!(shop.types(), ["payment.succeeded", "point_movement.earned", "payment.created"]);
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_a_slow_endpoint_holds_up_nobody() {
    let sandbox = Box::start().await;
    let (shop, url) = Shop::open().await;
    // Takes connections and never answers.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    add(&sandbox, &format!("http://{}/hooks", silent.local_addr().unwrap())).await;
    add(&sandbox, &url).await;
    shop.will_answer(&[(302, None)]);
    let event = make(&sandbox, "checkout_session.created").await;
    shop.wait_for(1).await;
    let failed = until("the redirect is a failure", || async {
        deliveries(&sandbox, &event).await.into_iter().find(|delivery| delivery.response_status == Some(302))
    })
    .await;
    assert_eq!(failed.status, DeliveryStatus::Pending);
    assert!(failed.last_error.unwrap().contains("302"));
}

#[tokio::test]
async fn deliveries_go_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { database: format!("sqlite:{}", folder.path().join("kept.db").display()), ..Config::default() };
    let (shop, url) = Shop::open().await;
    let sandbox = Box::with(config.clone()).await;
    let endpoint = add(&sandbox, &url).await;
    shop.will_answer(&[(500, None)]);
    let event = make(&sandbox, "checkout_session.created").await;
    until("the failure is written down", || async { deliveries(&sandbox, &event).await.pop().filter(|delivery| delivery.attempts == 1) })
        .await;
    sandbox.running.shutdown().await;
    let sandbox = Box::with(config).await;
    sandbox.advance(10).await;
    let got = shop.wait_for(2).await;
    assert!(verify(&got[1], &[endpoint.secret.as_deref().unwrap()]));
    assert_eq!(header(&got[0], "webhook-id"), header(&got[1], "webhook-id"));
    let event = sandbox.client.events().retrieve(&event).await.unwrap();
    assert_eq!(event.event_type, EventType::CheckoutSessionCreated);
}
