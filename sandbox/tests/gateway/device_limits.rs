//! What a device may do at most: per payment, per refund and per day, counted once and never passed together.

use crate::support::till::{Till, limits, paid, told};
use crate::support::{Box, Raw, euro, fresh};
use futures_util::future::join_all;
use okpay::Money;
use okpay::api::{
    CaptureMode, CapturePayment, ConfirmCheckoutSession, ConfirmPayment, DeviceLimits, MethodType, NewCheckoutSession, NewPayment,
    NewRefund, PaymentStatus, UpdateDevice,
};
use okpay_sandbox::Config;
use serde_json::{Value, json};

fn over(limit: &str) -> (String, Option<String>) {
    ("device_limit_exceeded".to_owned(), Some(format!("limits.{limit}")))
}

async fn refunded_today(till: &Till) -> Option<Money> {
    till.client.devices().current().await.unwrap().refunded_today
}

#[tokio::test]
async fn a_payment_goes_up_to_the_limit_whichever_way_it_is_made() {
    let sandbox = Box::start().await;
    let till = Till::with(&sandbox, &[&crate::support::till::SHOP[..], &["checkout_sessions.confirm"]].concat(), limits()).await;
    assert_eq!(till.pay(&sandbox, "50.00").await.unwrap().status, PaymentStatus::Succeeded);
    assert_eq!(told(till.pay(&sandbox, "50.01").await), over("payment"));
    let dollars = Money::parse("1.00", "USD").unwrap();
    let other = NewPayment::new(dollars, MethodType::BankTransfer);
    assert_eq!(told(till.client.payments().create(other).await), over("payment"));
    // What the server made does not become the till's to take.
    let card = sandbox.card("4242424242424242").await.id;
    let large = NewPayment::new(euro("80.00"), MethodType::Card).payment_method(card.clone());
    let held = sandbox.client.payments().create(large.clone().capture_mode(CaptureMode::Manual)).await.unwrap();
    assert_eq!(told(till.client.payments().capture(&held.id, CapturePayment::new()).await), over("payment"));
    let part = CapturePayment::new().amount(euro("50.00"));
    assert_eq!(till.client.payments().capture(&held.id, part).await.unwrap().status, PaymentStatus::Succeeded);
    let open = sandbox.client.payments().create(large.confirm(false)).await.unwrap();
    assert_eq!(told(till.client.payments().confirm(&open.id, ConfirmPayment::new()).await), over("payment"));
    // Nor does a page that it opens.
    let session = NewCheckoutSession::new(euro("50.01"));
    assert_eq!(told(till.client.checkout_sessions().create(session.clone()).await), over("payment"));
    let session = sandbox.client.checkout_sessions().create(session).await.unwrap();
    let confirm = ConfirmCheckoutSession::new(MethodType::Card).payment_method(card);
    assert_eq!(told(till.client.checkout_sessions().confirm(&session.id, confirm.clone()).await), over("payment"));
    sandbox.client.checkout_sessions().confirm(&session.id, confirm).await.unwrap();
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn a_declined_payment_is_tried_again_with_another_card() {
    let sandbox = Box::start().await;
    let till = Till::register(&sandbox, limits()).await;
    let poor = sandbox.card("4000000000009995").await.id;
    let declined = till.client.payments().create(NewPayment::new(euro("9.00"), MethodType::Card).payment_method(poor)).await.unwrap_err();
    let payment = declined.failure().object.clone().unwrap();
    let good = sandbox.card("4242424242424242").await.id;
    let paid = till.client.payments().confirm(&payment, ConfirmPayment::new().payment_method(good)).await.unwrap();
    assert_eq!((paid.status, paid.id), (PaymentStatus::Succeeded, payment));
}

#[tokio::test]
async fn refunds_are_limited_each_and_per_day() {
    let sandbox = Box::start().await;
    sandbox.to_next_morning().await;
    let till = Till::register(&sandbox, limits()).await;
    let payment = paid(&sandbox, "400.00").await.id;
    assert_eq!(refunded_today(&till).await, Some(euro("0.00")));
    assert_eq!(told(till.refund(&payment, euro("20.01")).await), over("refund"));
    till.refund(&payment, euro("20.00")).await.unwrap();
    assert_eq!(told(till.refund(&payment, euro("10.01")).await), over("refunds_per_day"));
    assert_eq!(refunded_today(&till).await, Some(euro("20.00")));
    till.refund(&payment, euro("10.00")).await.unwrap();
    assert_eq!(told(till.refund(&payment, euro("0.01")).await), over("refunds_per_day"));
    // A refund without an amount is about all that is left.
    assert_eq!(told(till.client.refunds().create(NewRefund::new(&payment)).await), over("refund"));
    // The server has no such limit, and uses none of the till's up.
    sandbox.client.refunds().create(NewRefund::new(&payment).amount(euro("100.00"))).await.unwrap();
    let another = Till::register(&sandbox, limits()).await;
    another.refund(&payment, euro("20.00")).await.unwrap();
    // Until midnight UTC.
    sandbox.advance(22 * 3600).await;
    assert_eq!(told(till.refund(&payment, euro("0.01")).await), over("refunds_per_day"));
    sandbox.advance(2 * 3600).await;
    assert_eq!(refunded_today(&till).await, Some(euro("0.00")));
    till.refund(&payment, euro("20.00")).await.unwrap();
    assert_eq!(refunded_today(&till).await, Some(euro("20.00")));
    let shown = sandbox.client.devices().retrieve(&till.device.id).await.unwrap();
    assert_eq!((shown.refunded_today, shown.version), (Some(euro("20.00")), 1));
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn a_limit_that_is_changed_holds_at_once() {
    let sandbox = Box::start().await;
    sandbox.to_next_morning().await;
    let till = Till::register(&sandbox, limits()).await;
    let payment = paid(&sandbox, "400.00").await.id;
    till.refund(&payment, euro("20.00")).await.unwrap();
    let change = |limits: DeviceLimits| sandbox.client.devices().update(&till.device.id, UpdateDevice::new().limits(limits));
    change(DeviceLimits::new().refunds_per_day(euro("25.00"))).await.unwrap();
    assert_eq!(told(till.refund(&payment, euro("5.01")).await), over("refunds_per_day"));
    assert!(till.pay(&sandbox, "500.00").await.is_ok(), "a limit that is left out is lifted");
    let dollars = |text: &str| Money::parse(text, "USD").unwrap();
    change(DeviceLimits::new().refunds_per_day(dollars("1000.00"))).await.unwrap();
    assert_eq!(told(till.refund(&payment, euro("5.00")).await), over("refunds_per_day"));
    assert_eq!(refunded_today(&till).await, Some(dollars("0.00")));
    // And back: what was given back in euros today is not forgotten.
    change(DeviceLimits::new().refunds_per_day(euro("25.00"))).await.unwrap();
    assert_eq!(told(till.refund(&payment, euro("5.01")).await), over("refunds_per_day"));
    till.refund(&payment, euro("5.00")).await.unwrap();
}

#[tokio::test]
async fn a_repeat_counts_once_and_what_fails_counts_nothing() {
    let sandbox = Box::start().await;
    sandbox.to_next_morning().await;
    let till = Till::register(&sandbox, limits()).await;
    let payment = paid(&sandbox, "40.00").await.id;
    let key = fresh("key-");
    let body = json!({"payment": payment, "amount": {"amount": "20.00", "currency": "EUR"}}).to_string();
    let request = || Raw { key: Some(key.clone()), ..Raw::post("/v1/refunds", body.clone()) };
    let first = till.send(&sandbox, &request()).await;
    for _ in 0..3 {
        let again = till.send(&sandbox, &request()).await;
        assert_eq!((again.status, &again.body, again.header("idempotency-replayed")), (200, &first.body, Some("true")));
    }
    assert_eq!(refunded_today(&till).await, Some(euro("20.00")));
    // More than is left of the payment: nothing is given back, and nothing counted.
    assert_eq!(told(till.refund(&payment, euro("20.01")).await).0, "amount_too_large");
    // A refusal by the limit is the call's end, also once the limit is raised: a copy of it that comes late moves nothing.
    let key = fresh("key-");
    let body = json!({"payment": payment, "amount": {"amount": "10.01", "currency": "EUR"}}).to_string();
    let request = || Raw { key: Some(key.clone()), ..Raw::post("/v1/refunds", body.clone()) };
    let refused = till.send(&sandbox, &request()).await;
    assert_eq!((refused.status, &refused.json()["param"]), (422, &json!("limits.refunds_per_day")));
    let raise = UpdateDevice::new().limits(limits().refunds_per_day(euro("1000.00")));
    sandbox.client.devices().update(&till.device.id, raise).await.unwrap();
    let late = till.send(&sandbox, &request()).await;
    assert_eq!((&late.body, late.header("idempotency-replayed")), (&refused.body, Some("true")));
    assert_eq!(refunded_today(&till).await, Some(euro("20.00")));
    till.refund(&payment, euro("10.01")).await.unwrap();
}

#[tokio::test]
async fn many_refunds_at_once_never_pass_the_limit_together() {
    let folder = tempfile::tempdir().unwrap();
    for database in ["sqlite::memory:".to_owned(), format!("sqlite:{}", folder.path().join("race.db").display())] {
        let sandbox = Box::with(Config { database, ..Config::default() }).await;
        sandbox.to_next_morning().await;
        let till = Till::register(&sandbox, limits().refunds_per_day(euro("35.00"))).await;
        let payment = paid(&sandbox, "400.00").await.id;
        let ends = join_all((0..30).map(|_| till.refund(&payment, euro("10.00")))).await;
        let (done, refused): (Vec<_>, Vec<_>) = ends.into_iter().partition(Result::is_ok);
        assert_eq!((done.len(), refused.len()), (3, 27));
        for end in refused {
            assert_eq!(told(end), over("refunds_per_day"));
        }
        assert_eq!(refunded_today(&till).await, Some(euro("30.00")));
        let payment = sandbox.client.payments().retrieve(&payment).await.unwrap();
        assert_eq!(payment.amount_refunded, euro("30.00"));
        let counts = sandbox.control("GET", "requests", Value::Null).await;
        assert_eq!(counts["refunds.create"]["executed"], 30);
        sandbox.assert_balanced().await;
    }
}
