//! `wait` over HTTP: it polls, it is woken by an event, it ends with the last known state, and trouble on the way does not end it.

use crate::support::{Box, euro};
use okpay::OkpayError;
use okpay::api::{
    ConfirmWithdrawal, Confirmation, ConfirmationKind, DestinationType, Event, NewDeposit, NewDestination, NewWithdrawal, WalletMethod,
    Withdrawal, WithdrawalStatus,
};
use okpay::call::RetryPolicy;
use okpay::client::Client;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;

/// A sandbox, a withdrawal that is confirmed, and a client whose questions can be counted.
struct World {
    sandbox: Box,
    withdrawal: Withdrawal,
    client: Client,
    questions: UnboundedReceiver<Option<u16>>,
}

impl World {
    async fn new() -> Self {
        let sandbox = Box::start().await;
        let deposit = sandbox.client.deposits().create(NewDeposit::new(euro("100"), WalletMethod::BankTransfer)).await.unwrap();
        sandbox.control("POST", &format!("deposits/{}/receive", deposit.id), json!({})).await;
        let new = NewDestination::new(DestinationType::BankAccount).iban("DE89370400440532013000").holder("Mira Muster");
        let magic = BTreeMap::from([("sandbox".to_owned(), "no_cooling".to_owned())]);
        let destination = sandbox.client.destinations().create(new.metadata(magic)).await.unwrap();
        let made = sandbox.client.withdrawals().create(NewWithdrawal::new(euro("40"), destination.id)).await.unwrap();
        let code = Confirmation::new(ConfirmationKind::SmsCode, sandbox.code(&made.id).await);
        let withdrawal = sandbox.client.withdrawals().confirm(&made.id, ConfirmWithdrawal::new(code)).await.unwrap();
        let (told, questions) = unbounded_channel();
        let details = sandbox.running.details();
        let client = Client::builder().base_url(&details.url).secret_key(&details.key_id, &details.secret).unwrap();
        let client = client.retry(RetryPolicy { max_attempts: 1, ..RetryPolicy::default() });
        let client = client.on_attempt(move |report| told.send(report.status).unwrap_or_default()).build().unwrap();
        Self { sandbox, withdrawal, client, questions }
    }

    fn begin(&self) -> JoinHandle<Result<Withdrawal, OkpayError>> {
        let waiting = self.client.withdrawals().wait(&self.withdrawal.id);
        tokio::spawn(waiting.into_future())
    }

    async fn question(&mut self) -> Option<u16> {
        tokio::time::timeout(Duration::from_secs(30), self.questions.recv()).await.unwrap().unwrap()
    }

    /// The last event of the gateway.
    async fn event(&self) -> Event {
        let events = self.sandbox.control("GET", "events?limit=1", Value::Null).await;
        serde_json::from_value(events["data"][0]["event"].clone()).unwrap()
    }
}

#[tokio::test]
async fn it_asks_until_the_withdrawal_is_there() {
    let mut world = World::new().await;
    let waiting = world.begin();
    world.question().await;
    world.sandbox.advance(61).await;
    assert_eq!(world.sandbox.client.withdrawals().retrieve(&world.withdrawal.id).await.unwrap().status, WithdrawalStatus::Sent);
    world.question().await;
    assert!(!waiting.is_finished());
    world.sandbox.advance(432_000).await;
    let arrived = waiting.await.unwrap().unwrap();
    assert_eq!((arrived.id, arrived.status), (world.withdrawal.id, WithdrawalStatus::Arrived));
}

#[tokio::test]
async fn an_event_of_it_is_a_reason_to_ask_at_once() {
    let mut world = World::new().await;
    let event = world.event().await;
    assert_eq!(event.resource_id(), Some(world.withdrawal.id.as_str()));
    let waiting = world.begin();
    world.question().await;
    // Unwoken, so many questions would take minutes.
    for _ in 0..20 {
        world.client.notify(&event);
        world.question().await;
    }
    world.sandbox.client.withdrawals().cancel(&world.withdrawal.id).await.unwrap();
    world.client.notify(&world.event().await);
    let canceled = tokio::time::timeout(Duration::from_secs(30), waiting).await.unwrap().unwrap().unwrap();
    assert_eq!(canceled.status, WithdrawalStatus::Canceled);
    // Nobody waits any more.
    world.client.notify(&event);
}

#[tokio::test]
async fn when_the_time_is_over_the_error_says_where_it_stands() {
    let world = World::new().await;
    let wait = |timeout| world.client.withdrawals().wait(&world.withdrawal.id).timeout(timeout);
    let error = wait(Duration::from_secs(3)).await.unwrap_err();
    let failure = error.failure();
    assert_eq!((error.phase().as_str(), failure.code.as_str()), ("unanswered", "wait_timed_out"));
    assert_eq!((failure.object.as_deref(), failure.state.as_deref()), (Some(world.withdrawal.id.as_str()), Some("submitted")));
    world.sandbox.client.withdrawals().cancel(&world.withdrawal.id).await.unwrap();
    // It is not lost: who waits again gets it, at the first question.
    assert_eq!(wait(Duration::from_secs(30)).await.unwrap().status, WithdrawalStatus::Canceled);
}

#[tokio::test]
async fn trouble_on_the_way_does_not_end_it_and_a_refusal_does() {
    let mut world = World::new().await;
    world.sandbox.fault(json!({ "kind": "unavailable", "on": "withdrawals.retrieve" })).await;
    world.sandbox.fault(json!({ "kind": "drop_answer", "on": "withdrawals.retrieve" })).await;
    let waiting = world.begin();
    let mut seen = [world.question().await, world.question().await];
    seen.sort();
    assert_eq!(seen, [None, Some(503)]);
    world.sandbox.client.withdrawals().cancel(&world.withdrawal.id).await.unwrap();
    assert_eq!(waiting.await.unwrap().unwrap().status, WithdrawalStatus::Canceled);
    let error = world.client.withdrawals().wait("wd_of_nobody").await.unwrap_err();
    assert_eq!((error.code().as_str(), error.failure().status), ("not_found", Some(404)));
}

#[tokio::test]
async fn whoever_gives_up_asks_no_more() {
    let mut world = World::new().await;
    let event = world.event().await;
    let waiting = world.begin();
    world.question().await;
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    world.client.notify(&event);
    world.client.withdrawals().cancel(&world.withdrawal.id).await.unwrap();
    assert_eq!(world.question().await, Some(200));
    assert!(world.questions.try_recv().is_err(), "the cancellation was the only call");
}
