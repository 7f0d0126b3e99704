//! Payments that a risk rule holds, over HTTP: nothing is asked for until somebody has looked at them.

use crate::support::tab::{Tab, signed_in};
use crate::support::{Box, Raw, euro};
use okpay::api::{
    CaptureMode, CheckoutStatus, ConfirmCheckoutSession, ConfirmPayment, Coupon, MethodType, NewCheckoutSession, NewPayment, NewRefund,
    Payment, PaymentStatus, RiskOutcome,
};
use okpay::{DeclineCode, ErrorCode, OkpayError};
use serde_json::json;
use std::collections::BTreeMap;

const GOOD: &str = "4242424242424242";

async fn hold_next(sandbox: &Box) {
    sandbox.control("POST", "risk", json!({"outcome": "review"})).await;
}

/// A payment by card that the risk rules hold.
async fn held(sandbox: &Box, number: &str, change: impl Fn(NewPayment) -> NewPayment) -> Payment {
    hold_next(sandbox).await;
    let card = sandbox.card(number).await.id;
    let payment =
        sandbox.client.payments().create(change(NewPayment::new(euro("19.99"), MethodType::Card).payment_method(card))).await.unwrap();
    assert_eq!((payment.status.clone(), payment.version), (PaymentStatus::InReview, 2));
    payment
}

async fn review(sandbox: &Box, payment: &Payment, approve: bool) -> Payment {
    let told = sandbox.control("POST", &format!("payments/{}/review", payment.id), json!({ "approve": approve })).await;
    serde_json::from_value(told).unwrap()
}

async fn read(sandbox: &Box, payment: &Payment) -> Payment {
    sandbox.client.payments().retrieve(&payment.id).await.unwrap()
}

async fn welcome(sandbox: &Box) -> Coupon {
    sandbox.client.coupons().retrieve("WELCOME").await.unwrap()
}

fn code<T: std::fmt::Debug>(result: Result<T, OkpayError>) -> ErrorCode {
    result.unwrap_err().code().clone()
}

#[tokio::test]
async fn a_payment_that_is_released_is_charged_then_and_once() {
    let sandbox = Box::start().await;
    let payment = held(&sandbox, GOOD, |new| new).await;
    let ledger = sandbox.running.ledger().await.unwrap();
    assert!(ledger.accounts.iter().all(|entry| entry.balance.minor() == 0), "nothing is booked before: {ledger:?}");
    assert!(payment.expires.is_some() && payment.next_action.is_none() && payment.fee.is_some());
    let paid = review(&sandbox, &payment, true).await;
    assert_eq!((paid.status.clone(), paid.amount_captured, paid.expires), (PaymentStatus::Succeeded, euro("19.99"), None));
    assert_eq!(sandbox.ledger_balance("available", "EUR").await, "19.33");
    let (status, problem) = sandbox.try_control("POST", &format!("payments/{}/review", payment.id), json!({"approve": true})).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("illegal_state")), "a second release takes nothing");
    let types = sandbox.event_types().await;
    let expected = ["risk_alert.created", "payment.created", "payment.in_review", "payment.succeeded", "point_movement.earned"];
    assert_eq!(types, expected);
    sandbox.advance(2 * 3600).await;
    assert_eq!(read(&sandbox, &payment).await, paid, "its time to be looked at is over, and concerns it no more");
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn a_held_payment_is_one_payment_under_its_key() {
    let sandbox = Box::start().await;
    hold_next(&sandbox).await;
    let card = sandbox.card(GOOD).await.id;
    let body = json!({"amount": euro("19.99"), "method": "card", "payment_method": card}).to_string();
    let call = Raw::post("/v1/payments", body);
    let first = call.send(&sandbox).await;
    assert_eq!((first.status, first.json()["status"].as_str()), (200, Some("in_review")));
    let payment: Payment = serde_json::from_value(first.json()).unwrap();
    review(&sandbox, &payment, true).await;
    let again = Raw { nonce: crate::support::fresh("n"), ..call }.send(&sandbox).await;
    assert_eq!(
        (again.json(), again.header("idempotency-replayed")),
        (first.json(), Some("true")),
        "the first answer, and no second charge"
    );
    assert_eq!(sandbox.ledger_balance("available", "EUR").await, "19.33");
}

#[tokio::test]
async fn a_release_goes_on_as_the_method_does() {
    let sandbox = Box::start().await;
    let secure = held(&sandbox, "4000000000003220", |new| new).await;
    assert_eq!(review(&sandbox, &secure, true).await.status, PaymentStatus::RequiresAction);
    let authorized = held(&sandbox, GOOD, |new| new.capture_mode(CaptureMode::Manual)).await;
    assert_eq!(review(&sandbox, &authorized, true).await.status, PaymentStatus::Authorized);
    let declined = held(&sandbox, "4000000000009995", |new| new).await;
    let declined = review(&sandbox, &declined, true).await;
    assert_eq!((declined.status.clone(), declined.decline_code.clone()), (PaymentStatus::Failed, Some(DeclineCode::InsufficientFunds)));
    // Whoever released it released the order: another card is charged at once.
    let other = ConfirmPayment::new().payment_method(sandbox.card(GOOD).await.id);
    assert_eq!(sandbox.client.payments().confirm(&declined.id, other).await.unwrap().status, PaymentStatus::Succeeded);
    hold_next(&sandbox).await;
    let transfer = sandbox.client.payments().create(NewPayment::new(euro("30.00"), MethodType::BankTransfer)).await.unwrap();
    assert_eq!((&transfer.status, &transfer.next_action), (&PaymentStatus::InReview, &None), "no account is named to pay into");
    let transfer = review(&sandbox, &transfer, true).await;
    assert!(transfer.next_action.unwrap().bank_transfer.is_some());
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn a_payment_that_is_refused_moves_nothing_and_is_held_again() {
    let sandbox = Box::start().await;
    let payment = held(&sandbox, GOOD, |new| new).await;
    let refused = review(&sandbox, &payment, false).await;
    assert_eq!((refused.status.clone(), refused.decline_code.clone()), (PaymentStatus::Failed, Some(DeclineCode::ReviewRejected)));
    assert_eq!((refused.expires, sandbox.ledger_balance("available", "EUR").await.as_str()), (None, "0"));
    let again = sandbox.client.payments().confirm(&payment.id, ConfirmPayment::new()).await.unwrap();
    assert_eq!((again.status, again.decline_code), (PaymentStatus::InReview, None), "to try again is no way around it");
    assert_eq!(code(sandbox.client.payments().confirm(&payment.id, ConfirmPayment::new()).await), ErrorCode::IllegalState);
    let alerts = sandbox.client.risk_alerts().list(okpay::api::ListRiskAlerts::new()).await.unwrap().data;
    assert_eq!((alerts.len(), &alerts[0].outcome, alerts[0].object.as_deref()), (1, &RiskOutcome::Review, Some(payment.id.as_str())));
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn a_held_payment_can_be_given_up_and_runs_out_but_neither_captured_nor_refunded() {
    let sandbox = Box::start().await;
    let payment = held(&sandbox, GOOD, |new| new.coupon("WELCOME")).await;
    assert_eq!(welcome(&sandbox).await.used, 1);
    let payments = sandbox.client.payments();
    assert_eq!(code(payments.capture(&payment.id, okpay::api::CapturePayment::new()).await), ErrorCode::IllegalState);
    assert_eq!(code(sandbox.client.refunds().create(NewRefund::new(&payment.id)).await), ErrorCode::IllegalState);
    let canceled = payments.cancel(&payment.id, okpay::api::CancelPayment::new()).await.unwrap();
    assert_eq!((canceled.status, canceled.expires, welcome(&sandbox).await.used), (PaymentStatus::Canceled, None, 0));
    let (status, _) = sandbox.try_control("POST", &format!("payments/{}/review", payment.id), json!({"approve": true})).await;
    assert_eq!(status, 409);
    let payment = held(&sandbox, GOOD, |new| new).await;
    sandbox.advance(3599).await;
    assert_eq!(read(&sandbox, &payment).await.status, PaymentStatus::InReview);
    sandbox.advance(1).await;
    let over = read(&sandbox, &payment).await;
    assert_eq!((over.status, over.decline_code), (PaymentStatus::Expired, Some(DeclineCode::PaymentExpired)), "nobody has looked at it");
    assert_eq!(sandbox.ledger_balance("available", "EUR").await, "0");
}

#[tokio::test]
async fn one_that_is_not_confirmed_yet_is_held_when_it_is() {
    let sandbox = Box::start().await;
    hold_next(&sandbox).await;
    let card = sandbox.card(GOOD).await.id;
    let new = NewPayment::new(euro("19.99"), MethodType::Card).payment_method(card).confirm(false);
    let payment = sandbox.client.payments().create(new).await.unwrap();
    assert_eq!(payment.status, PaymentStatus::RequiresConfirmation);
    let payment = sandbox.client.payments().confirm(&payment.id, ConfirmPayment::new()).await.unwrap();
    assert_eq!(payment.status, PaymentStatus::InReview);
}

#[tokio::test]
async fn magic_reviews_end_by_themselves() {
    let sandbox = Box::start().await;
    for (value, method, status, decline) in [
        ("review_approved", MethodType::Card, PaymentStatus::Succeeded, None),
        ("review_rejected", MethodType::Card, PaymentStatus::Failed, Some(DeclineCode::ReviewRejected)),
        ("review_approved", MethodType::OnlineBanking, PaymentStatus::RequiresAction, None),
        ("review_approved", MethodType::BankTransfer, PaymentStatus::RequiresAction, None),
    ] {
        let new = NewPayment::new(euro("19.99"), method.clone()).metadata(BTreeMap::from([("sandbox".to_owned(), value.to_owned())]));
        let new = if method == MethodType::Card { new.payment_method(sandbox.card(GOOD).await.id) } else { new };
        let payment = sandbox.client.payments().create(new).await.unwrap();
        assert_eq!(payment.status, PaymentStatus::InReview, "{value}");
        sandbox.advance(61).await;
        let after = read(&sandbox, &payment).await;
        assert_eq!((after.status, after.decline_code), (status, decline), "{value} {method}");
    }
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn a_checkout_waits_for_the_review_and_is_not_paid_twice() {
    let sandbox = Box::start().await;
    let session = sandbox.client.checkout_sessions().create(NewCheckoutSession::new(euro("19.99")).expires_in(300_u32)).await.unwrap();
    let browser = sandbox.browser_of(session.client_secret.as_deref().unwrap());
    hold_next(&sandbox).await;
    let by_card = |card: String| ConfirmCheckoutSession::new(MethodType::Card).payment_method(card);
    let seen = browser.checkout_sessions().confirm(&session.id, by_card(sandbox.card(GOOD).await.id)).await.unwrap();
    assert_eq!((&seen.status, &seen.payment_status), (&CheckoutStatus::Open, &Some(PaymentStatus::InReview)));
    let again = browser.checkout_sessions().confirm(&session.id, by_card(sandbox.card(GOOD).await.id)).await.unwrap();
    assert_eq!((again.payment, again.payment_status), (seen.payment.clone(), seen.payment_status), "there is one payment, and it waits");
    // Its own time is over, but not that of the review.
    sandbox.advance(301).await;
    let read = || async { sandbox.client.checkout_sessions().retrieve(&session.id).await.unwrap() };
    assert_eq!(read().await.status, CheckoutStatus::Open);
    sandbox.control("POST", &format!("payments/{}/review", seen.payment.unwrap()), json!({"approve": true})).await;
    let paid = read().await;
    assert_eq!((paid.status, paid.payment_status), (CheckoutStatus::Complete, Some(PaymentStatus::Succeeded)));
    assert_eq!(sandbox.ledger_balance("available", "EUR").await, "19.33");
}

#[tokio::test]
async fn a_buyer_sees_that_the_payment_is_checked_and_what_came_of_it() {
    let sandbox = Box::start().await;
    let session = crate::support::tab::open(&sandbox, crate::support::tab::order()).await;
    let mut tab = Tab::open(&sandbox, &session.url).await;
    hold_next(&sandbox).await;
    tab.pay_by_card(GOOD).await;
    tab.shows("Your payment is being checked");
    tab.shows("there is no need to pay again");
    tab.hides("<form");
    assert!(tab.refreshes());
    let mut chinese = Tab::open_in("zh-CN", &sandbox, &session.url).await;
    chinese.shows("正在审核您的付款");
    let payment = crate::support::tab::retrieve(&sandbox, &session.id).await.payment.unwrap();
    sandbox.control("POST", &format!("payments/{payment}/review"), json!({"approve": false})).await;
    tab.reload().await;
    tab.shows("This payment could not be accepted");
    tab.hides("review_rejected");
    chinese.reload().await;
    chinese.shows("这笔付款无法受理");
    // Paid another way, which the rules look at anew.
    tab.choose("bank_transfer", "").await;
    tab.shows("Transfer the amount from your bank account");
}

#[tokio::test]
async fn the_page_of_a_payment_that_a_rule_refuses_says_that_nothing_was_charged() {
    let sandbox = Box::start().await;
    let session = crate::support::tab::open(&sandbox, crate::support::tab::order()).await;
    let mut tab = Tab::open(&sandbox, &session.url).await;
    for (outcome, alerts) in [("refuse", 1), ("freeze", 2)] {
        sandbox.control("POST", "risk", json!({ "outcome": outcome })).await;
        tab.pay_by_card(GOOD).await;
        assert!((400..500).contains(&tab.status), "{outcome}: {}", tab.status);
        tab.shows("This did not work");
        tab.shows("Nothing was charged.");
        // Whoever is suspicious is not told of the rule.
        for hidden in ["risk", "rule", "alert ra_", "sandbox (", "frozen"] {
            tab.hides(hidden);
        }
        // The refusal is kept, so that the merchant hears of it.
        assert_eq!(sandbox.client.risk_alerts().list(okpay::api::ListRiskAlerts::new()).await.unwrap().data.len(), alerts);
        assert_eq!(crate::support::tab::retrieve(&sandbox, &session.id).await.payment, None);
    }
    // Money comes in even while the account is frozen.
    tab.pay_by_card(GOOD).await;
    tab.shows("Thank you.");
}

#[tokio::test]
async fn a_payment_is_released_or_refused_in_the_console() {
    let sandbox = Box::start().await;
    let (one, other) = (held(&sandbox, GOOD, |new| new).await, held(&sandbox, GOOD, |new| new).await);
    let mut tab = signed_in(&sandbox).await;
    let action = |payment: &Payment| format!("console/payments/{}/review", payment.id);
    tab.shows(&action(&one));
    let (mark, page) = (tab.hidden("mark"), tab.url.clone());
    for (fields, refused) in [(vec![("decision", "approve")], 403), (vec![("mark", mark.as_str()), ("decision", "perhaps")], 422)] {
        tab.url = page.clone();
        tab.submit(&action(&one), &fields).await;
        assert_eq!((tab.status, read(&sandbox, &one).await.status), (refused, PaymentStatus::InReview), "{fields:?}");
    }
    for (payment, decision, status) in [(&one, "approve", PaymentStatus::Succeeded), (&other, "reject", PaymentStatus::Failed)] {
        tab.url = page.clone();
        tab.submit(&action(payment), &[("mark", &mark), ("decision", decision)]).await;
        assert_eq!((tab.status, &tab.url, read(&sandbox, payment).await.status), (200, &page, status));
        tab.hides(&action(payment));
    }
    tab.submit(&action(&one), &[("mark", &mark), ("decision", "approve")]).await;
    assert_eq!(tab.status, 409);
}
