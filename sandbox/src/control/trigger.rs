//! `trigger` and `seed`: an event of any type, made by really doing what it tells of, so that its resource can be read, refunded, …

use super::{Told, overrides, trigger_account, trigger_points, trigger_wallet as wallet};
use crate::domain::{announcements, approvals, arrivals, cards, checkout, disputes, payments, refunds, reports, risk};
use crate::gateway::{Gateway, Shared};
use crate::handlers;
use crate::magic::REPORT_FAILS;
use crate::refusal::{Outcome, Refusal, refuse_at};
use crate::store::objects::{self, Filter, Stored};
use crate::validate;
use crate::work::Work;
use axum::extract::State;
use bytes::Bytes;
use okpay::api::{
    CardDetails, ConfirmCheckoutSession, Event, EventType, MethodType, NewCheckoutSession, NewPayment, NewPaymentMethod, NewRefund,
    NewWebhookEndpoint, Payment, PaymentStatus, Refund, RefundStatus, RiskOutcome, SubmitEvidence, WebhookEndpoint,
};
use okpay::{ErrorCode, Money};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) const PAYS: &str = "4242424242424242";
const DECLINES: &str = "4000000000000002";
const REFUSES_REFUNDS: &str = "4000000000005126";

/// Which event to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// The type, such as `payment.succeeded`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Fields of what is made, by path: `amount.amount` = `5.00`, `metadata.order` = `17`.
    #[serde(default)]
    pub set: BTreeMap<String, String>,
}

/// How much to make.
#[derive(Deserialize)]
struct Seed {
    count: Option<u32>,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seeded {
    /// The events, one for each thing that was made.
    pub events: Vec<String>,
}

pub(super) async fn trigger(State(gateway): State<Shared>, body: Bytes) -> Told<Event> {
    let asked = validate::body::<Trigger>(&body, Some("application/json"));
    Told(match asked {
        Ok(asked) => make(&gateway, &EventType::from(asked.event_type.as_str()), &asked.set).await,
        Err(refusal) => Err(refusal),
    })
}

pub(super) async fn seed(State(gateway): State<Shared>, body: Bytes) -> Told<Seeded> {
    Told(make_many(&gateway, &body).await)
}

/// One of each kind in turn, in amounts that differ.
async fn make_many(gateway: &Gateway, body: &[u8]) -> Outcome<Seeded> {
    let Seed { count } = validate::body(body, Some("application/json"))?;
    let count = validate::within("count", count, 1..=1000, 20)?;
    // What has no amount of its own to differ in.
    let without = ["webhook_endpoint.", "destination.", "bill.", "ticket.", "report.", "announcement."];
    let has_amount =
        |kind: &&EventType| !without.iter().any(|resource| kind.as_str().starts_with(resource)) && !trigger_account::tells_of(kind);
    let kinds = EventType::KNOWN.iter().filter(has_amount).collect::<Vec<_>>();
    let mut events = Vec::new();
    for (number, kind) in (1..=count).zip(kinds.into_iter().cycle()) {
        let euros = 5 + number * 37 % 200;
        let set = BTreeMap::from([("amount.amount".to_owned(), format!("{euros}.90")), ("reference".to_owned(), format!("seed-{number}"))]);
        events.push(make(gateway, kind, &set).await?.id);
    }
    Ok(Seeded { events })
}

/// Does what leads to an event of this type, and gives the event.
async fn make(gateway: &Gateway, event_type: &EventType, set: &BTreeMap<String, String>) -> Outcome<Event> {
    let mut work = Work::own(gateway).await?;
    let resource = match event_type {
        EventType::Unknown { raw } => {
            let detail = format!("there is no event type {raw:?}; the reference lists them");
            return Err(refuse_at(ErrorCode::InvalidField, "type", detail));
        }
        EventType::RefundCreated | EventType::RefundSucceeded | EventType::RefundFailed => refund(&mut work, event_type, set).await?,
        EventType::CheckoutSessionCreated | EventType::CheckoutSessionCompleted | EventType::CheckoutSessionExpired => {
            session(&mut work, event_type, set).await?
        }
        EventType::DisputeOpened
        | EventType::DisputeEvidenceSubmitted
        | EventType::DisputeAccepted
        | EventType::DisputeWon
        | EventType::DisputeLost => dispute(&mut work, event_type, set).await?,
        EventType::ReportCreated | EventType::ReportReady | EventType::ReportFailed => report(&mut work, event_type, set).await?,
        EventType::PointMovementEarned | EventType::PointMovementRedeemed => trigger_points::make(&mut work, event_type, set).await?,
        EventType::AnnouncementPublished => {
            let new = read(json!({"type": "news", "title": "News", "text": "The sandbox has something to tell."}), set)?;
            announcements::publish(&mut work, new).await?.0.id
        }
        EventType::WebhookEndpointDisabled => endpoint(&mut work, set).await?,
        other => match wallet::make(&mut work, other, set).await? {
            Some(id) => id,
            None if trigger_account::tells_of(other) => trigger_account::make(&mut work, other).await?,
            None => payment(&mut work, event_type, set).await?.body.id,
        },
    };
    let filter = Filter { status: Some(event_type.to_string()), parent: Some(resource), limit: 1, ..Filter::default() };
    let account = work.account.clone();
    let (events, _) = objects::list::<Event>(&mut work.tx, &account, &filter).await?;
    let event = events.into_iter().next().ok_or_else(|| {
        refuse_at(ErrorCode::InvalidField, "set", format!("with these values what is made does not lead to {event_type}"))
    })?;
    work.commit().await?;
    Ok(event.body)
}

/// The parameters with the overrides, read as strictly as those of a request.
pub(super) fn read<T: serde::de::DeserializeOwned>(mut params: Value, set: &BTreeMap<String, String>) -> Outcome<T> {
    overrides::apply(&mut params, set)?;
    validate::body(params.to_string().as_bytes(), Some("application/json"))
}

async fn payment(work: &mut Work<'_>, event_type: &EventType, set: &BTreeMap<String, String>) -> Outcome<Stored<Payment>> {
    let amount = json!({"amount": "19.99", "currency": "EUR"});
    let params = match event_type {
        EventType::PaymentCreated | EventType::PaymentCanceled => json!({"amount": amount, "method": "card", "confirm": false}),
        EventType::PaymentRequiresAction | EventType::PaymentProcessing | EventType::PaymentExpired => {
            json!({"amount": amount, "method": "usdt", "network": "tron"})
        }
        EventType::PaymentAuthorized => json!({"amount": amount, "method": "card", "capture_mode": "manual"}),
        _ => json!({"amount": amount, "method": "card"}),
    };
    if *event_type == EventType::PaymentInReview {
        risk::force_next(work, &RiskOutcome::Review).await?;
    }
    let number = if *event_type == EventType::PaymentFailed { DECLINES } else { PAYS };
    let mut payment = new_payment(work, read(params, set)?, number).await?;
    match event_type {
        EventType::PaymentProcessing => {
            let due = arrivals::still_due(&payment)?;
            arrivals::receive(work, &mut payment, due, Some(0)).await?;
        }
        EventType::PaymentCanceled => payments::cancel(work, &mut payment, None).await?,
        EventType::PaymentExpired => {
            let set = payment.body.expires.unwrap_or(work.now);
            payments::expire(work, &mut payment, set).await?;
        }
        EventType::PaymentSucceeded => pay(work, &mut payment).await?,
        EventType::PaymentRefunded => {
            pay(work, &mut payment).await?;
            refund_half(work, &payment).await?;
        }
        EventType::PaymentDisputed => {
            pay(work, &mut payment).await?;
            disputes::open(work, &mut payment).await?;
        }
        EventType::PaymentDisputeWon => {
            pay(work, &mut payment).await?;
            let mut dispute = disputes::open(work, &mut payment).await?;
            disputes::submit_evidence(work, &mut dispute, SubmitEvidence::new("Delivered and signed for.")).await?;
            disputes::end(work, &mut dispute, true).await?;
        }
        _ => {}
    }
    Ok(payment)
}

/// A payment, with a card of this number where it needs one and names none.
pub(super) async fn new_payment(work: &mut Work<'_>, mut new: NewPayment, number: &str) -> Outcome<Stored<Payment>> {
    if new.method == MethodType::Card && new.payment_method.is_none() {
        new.payment_method = Some(new_card(work, number).await?);
    }
    handlers::payments::check(&new)?;
    payments::create(work, new, None).await
}

pub(super) async fn new_card(work: &mut Work<'_>, number: &str) -> Outcome<String> {
    let year = u16::try_from(work.now.to_utc().year() + 3).unwrap_or(2100);
    let card = CardDetails::new(number, 12, year, "123");
    Ok(cards::keep(work, NewPaymentMethod::new(card)).await?.body.id)
}

/// Sends what is still due, if the payment waits for it.
pub(super) async fn pay(work: &mut Work<'_>, payment: &mut Stored<Payment>) -> Outcome<()> {
    match payment.body.status {
        PaymentStatus::RequiresAction if payment.internal.due.is_some() => {
            let due = arrivals::still_due(payment)?;
            arrivals::receive(work, payment, due, None).await
        }
        PaymentStatus::RequiresAction => approvals::answer(work, payment, true).await,
        _ => Ok(()),
    }
}

/// Half of it, since the fee is gone from the balance.
async fn refund_half(work: &mut Work<'_>, payment: &Stored<Payment>) -> Outcome<Stored<Refund>> {
    let captured = payment.body.amount_captured;
    let half = Money::from_minor(i128::from(captured.minor() / 2).max(1), captured.currency())?;
    refunds::create(work, NewRefund::new(payment.body.id.clone()).amount(half)).await
}

async fn refund(work: &mut Work<'_>, event_type: &EventType, set: &BTreeMap<String, String>) -> Outcome<String> {
    let number = if *event_type == EventType::RefundFailed { REFUSES_REFUNDS } else { PAYS };
    let new = read(json!({"amount": {"amount": "19.99", "currency": "EUR"}, "method": "card"}), set)?;
    let mut payment = new_payment(work, new, number).await?;
    pay(work, &mut payment).await?;
    let mut refund = refund_half(work, &payment).await?;
    match (event_type, &refund.body.status) {
        (EventType::RefundSucceeded, RefundStatus::Pending) => refunds::settle(work, &mut refund).await?,
        (EventType::RefundFailed, RefundStatus::Pending) => refunds::fail(work, &mut refund).await?,
        _ => {}
    }
    Ok(refund.body.id)
}

async fn dispute(work: &mut Work<'_>, event_type: &EventType, set: &BTreeMap<String, String>) -> Outcome<String> {
    let new = read(json!({"amount": {"amount": "19.99", "currency": "EUR"}, "method": "card"}), set)?;
    let mut payment = new_payment(work, new, PAYS).await?;
    pay(work, &mut payment).await?;
    let mut dispute = disputes::open(work, &mut payment).await?;
    match event_type {
        EventType::DisputeOpened => {}
        EventType::DisputeAccepted => disputes::accept(work, &mut dispute).await?,
        _ => {
            disputes::submit_evidence(work, &mut dispute, SubmitEvidence::new("Delivered and signed for.")).await?;
            if *event_type != EventType::DisputeEvidenceSubmitted {
                disputes::end(work, &mut dispute, *event_type == EventType::DisputeWon).await?;
            }
        }
    }
    Ok(dispute.body.id)
}

/// Of the last minute.
async fn report(work: &mut Work<'_>, event_type: &EventType, set: &BTreeMap<String, String>) -> Outcome<String> {
    let mut params = json!({"type": "settlement", "period_start": work.now.plus_secs(-60), "period_end": work.now});
    if *event_type == EventType::ReportFailed {
        params["metadata"] = json!({"sandbox": REPORT_FAILS.0});
    }
    let mut report = reports::create(work, read(params, set)?).await?;
    if *event_type != EventType::ReportCreated {
        reports::make(work, &mut report).await?;
    }
    Ok(report.body.id)
}

async fn session(work: &mut Work<'_>, event_type: &EventType, set: &BTreeMap<String, String>) -> Outcome<String> {
    let new: NewCheckoutSession = read(json!({"amount": {"amount": "19.99", "currency": "EUR"}}), set)?;
    let lifetime = handlers::checkout_sessions::check(&new)?;
    let session = checkout::create(work, new, lifetime).await?;
    match event_type {
        EventType::CheckoutSessionCompleted => {
            let card = new_card(work, PAYS).await?;
            checkout::confirm(work, &session.id, ConfirmCheckoutSession::new(MethodType::Card).payment_method(card)).await?;
        }
        EventType::CheckoutSessionExpired => drop(checkout::expire(work, &session.id).await?),
        _ => {}
    }
    Ok(session.id)
}

async fn endpoint(work: &mut Work<'_>, set: &BTreeMap<String, String>) -> Outcome<String> {
    let new: NewWebhookEndpoint = read(json!({"url": "https://merchant.example/webhooks"}), set)?;
    let added = handlers::webhook_endpoints::add(work, new).await?;
    let mut endpoint = work.get::<WebhookEndpoint>(&added.id).await.map_err(|_| Refusal::Internal("an endpoint was lost".to_owned()))?;
    handlers::webhook_endpoints::switch_off(work, &mut endpoint).await?;
    Ok(endpoint.body.id)
}
