//! Payments by every method, from the request to the ledger, over HTTP through the SDK's client.

use crate::support::{Box, euro};
use okpay::OkpayError;
use okpay::api::{
    CancelPayment, CaptureMode, CapturePayment, ConfirmPayment, ListPayments, ListTransactions, MethodType, Network, NewPayment, NewRefund,
    PaymentStatus, RefundStatus,
};
use okpay::fees::Bearer;
use okpay::{DeclineCode, ErrorCode, Money};
use serde_json::{Value, json};

fn by_card(amount: &str, card: &str) -> NewPayment {
    NewPayment::new(euro(amount), MethodType::Card).payment_method(card)
}

fn code(error: OkpayError) -> ErrorCode {
    assert!(matches!(error, OkpayError::Rejected(_)), "{error:?}");
    error.code().clone()
}

#[tokio::test]
async fn a_card_pays_and_the_books_say_so() {
    let sandbox = Box::start().await;
    let card = sandbox.card("4242424242424242").await;
    assert_eq!((card.last4.as_str(), card.brand.as_str()), ("4242", "visa"));
    let payment = sandbox.client.payments().create(by_card("19.99", &card.id).reference("order-1")).await.unwrap();
    assert_eq!((payment.status.clone(), payment.amount_captured, payment.version), (PaymentStatus::Succeeded, euro("19.99"), 2));
    assert_eq!(payment.fee.as_ref().unwrap().fee, euro("0.66"));
    assert_eq!(sandbox.client.payments().retrieve(&payment.id).await.unwrap(), payment);
    let page = sandbox.client.payments().list(ListPayments::new().reference("order-1")).await.unwrap();
    assert_eq!(page.data, std::slice::from_ref(&payment));
    let balances = sandbox.client.balances().list().await.unwrap().data;
    assert_eq!((balances[0].available, balances[0].pending), (euro("19.33"), euro("0")));
    let transactions = sandbox.client.transactions().list(ListTransactions::new()).await.unwrap().data;
    let seen: Vec<_> = transactions.iter().map(|entry| (entry.transaction_type.as_str(), entry.amount.to_string())).collect();
    assert_eq!(seen, [("fee", "-0.66 EUR".to_owned()), ("payment", "19.99 EUR".to_owned())]);
    let again = sandbox.client.transactions().retrieve(&transactions[0].id).await.unwrap();
    assert_eq!((again.source.as_str(), again.reference.as_deref()), (payment.id.as_str(), Some("order-1")));
    assert_eq!(sandbox.ledger_balance("okpay:tax", "EUR").await, "0.11");
    assert_eq!(sandbox.event_types().await, ["payment.created", "payment.succeeded", "point_movement.earned"]);
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn a_declined_card_is_tried_again_with_another() {
    let sandbox = Box::start().await;
    let (poor, good) = (sandbox.card("4000000000009995").await, sandbox.card("5555555555554444").await);
    let error = sandbox.client.payments().create(by_card("20.00", &poor.id).reference("order-2")).await.unwrap_err();
    assert_eq!(error.failure().decline_code, Some(DeclineCode::InsufficientFunds));
    let declined = error.failure().object.clone();
    assert_eq!(code(error), ErrorCode::PaymentDeclined);
    let failed = sandbox.client.payments().list(ListPayments::new().reference("order-2")).await.unwrap().data.remove(0);
    assert_eq!((failed.status, failed.decline_code), (PaymentStatus::Failed, Some(DeclineCode::InsufficientFunds)));
    assert_eq!(declined, Some(failed.id.clone()));
    let paid = sandbox.client.payments().confirm(&failed.id, ConfirmPayment::new().payment_method(good.id)).await.unwrap();
    assert_eq!((paid.status, paid.decline_code, paid.version), (PaymentStatus::Succeeded, None, 3));
    assert_eq!(sandbox.event_types().await, ["payment.created", "payment.failed", "payment.succeeded", "point_movement.earned"]);
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn every_magic_card_declines_as_the_table_says() {
    let sandbox = Box::start().await;
    let mut declined = 0;
    for row in okpay_sandbox::magic_values() {
        let Some(reason) = row.what.strip_prefix("declined: ") else { continue };
        let expected = reason.split(',').next().unwrap();
        let card = sandbox.card(row.value).await;
        let error = sandbox.client.payments().create(by_card("5.00", &card.id)).await.unwrap_err();
        assert_eq!(error.failure().decline_code, Some(DeclineCode::from(expected)), "{}", row.value);
        declined += 1;
    }
    // Nothing arriving in time, and a refusal on another page or by a review, is not a card's doing.
    assert_eq!(declined, DeclineCode::KNOWN.len() - 3);
    assert!(sandbox.client.balances().list().await.unwrap().data.is_empty());
}

#[tokio::test]
async fn three_d_secure_is_passed_or_failed() {
    let sandbox = Box::start().await;
    let card = sandbox.card("4000000000003220").await;
    for (approve, expected) in [(true, PaymentStatus::Succeeded), (false, PaymentStatus::Failed)] {
        let new = by_card("30.00", &card.id).return_url("https://shop.example/back");
        let payment = sandbox.client.payments().create(new).await.unwrap();
        assert_eq!(payment.status, PaymentStatus::RequiresAction);
        let url = payment.next_action.unwrap().url.unwrap();
        let page = sandbox.http.get(&url).send().await.unwrap();
        assert_eq!(page.status().as_u16(), 200);
        assert!(page.text().await.unwrap().contains("30.00 EUR"));
        let form = if approve { "decision=approve" } else { "decision=fail" };
        let answer = sandbox.http.post(&url).body(form).send().await.unwrap();
        assert_eq!(answer.headers()["location"], "https://shop.example/back");
        let payment = sandbox.client.payments().retrieve(&payment.id).await.unwrap();
        assert_eq!(payment.status, expected);
        // The link is good once.
        assert_eq!(sandbox.http.post(&url).body(form).send().await.unwrap().status().as_u16(), 404);
    }
    let payment = sandbox.client.payments().create(by_card("30.00", &card.id)).await.unwrap();
    let told = sandbox.control("POST", &format!("payments/{}/authenticate", payment.id), json!({"approve": true})).await;
    assert_eq!(told["status"], "succeeded");
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn a_card_is_held_captured_in_part_or_let_go() {
    let sandbox = Box::start().await;
    let card = sandbox.card("4242424242424242").await;
    let held = || by_card("50.00", &card.id).capture_mode(CaptureMode::Manual);
    let payment = sandbox.client.payments().create(held()).await.unwrap();
    assert_eq!(payment.status, PaymentStatus::Authorized);
    assert_eq!(sandbox.client.balances().list().await.unwrap().data[0].pending, euro("50.00"));
    // Refused after the hold was let go: all of it is undone.
    let tiny = sandbox.client.payments().capture(&payment.id, CapturePayment::new().amount(euro("0.10"))).await;
    assert_eq!(code(tiny.unwrap_err()), ErrorCode::FeeExceedsAmount);
    assert_eq!(sandbox.client.balances().list().await.unwrap().data[0].pending, euro("50.00"));
    let too_much = sandbox.client.payments().capture(&payment.id, CapturePayment::new().amount(euro("50.01"))).await;
    assert_eq!(code(too_much.unwrap_err()), ErrorCode::AmountTooLarge);
    let captured = sandbox.client.payments().capture(&payment.id, CapturePayment::new().amount(euro("20.00"))).await.unwrap();
    // 1.5 % + 0.25 of what was captured, and a fifth of it as tax.
    assert_eq!((captured.amount_captured, captured.fee.unwrap().fee), (euro("20.00"), euro("0.66")));
    let balance = sandbox.client.balances().list().await.unwrap().data.remove(0);
    assert_eq!((balance.available, balance.pending), (euro("19.34"), euro("0")));
    assert_eq!(code(sandbox.client.payments().capture(&payment.id, CapturePayment::new()).await.unwrap_err()), ErrorCode::IllegalState);
    let let_go = sandbox.client.payments().create(held()).await.unwrap();
    let canceled = sandbox.client.payments().cancel(&let_go.id, CancelPayment::new()).await.unwrap();
    assert_eq!(canceled.status, PaymentStatus::Canceled);
    let forgotten = sandbox.client.payments().create(held()).await.unwrap();
    sandbox.advance(7 * 24 * 3600 + 1).await;
    assert_eq!(sandbox.client.payments().retrieve(&forgotten.id).await.unwrap().status, PaymentStatus::Expired);
    assert_eq!(sandbox.client.balances().list().await.unwrap().data[0].pending, euro("0"));
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn the_customer_may_bear_the_fee_and_a_fee_may_not_eat_the_amount() {
    let sandbox = Box::start().await;
    let card = sandbox.card("4242424242424242").await;
    let payment = sandbox.client.payments().create(by_card("20.00", &card.id).bearer(Bearer::Customer)).await.unwrap();
    let fee = payment.fee.unwrap();
    assert_eq!((payment.amount, fee.gross, fee.net), (euro("20.00"), euro("20.66"), euro("20.00")));
    assert_eq!(sandbox.ledger_balance("acquirer:card", "EUR").await, "-20.66");
    assert_eq!(sandbox.ledger_balance("available", "EUR").await, "20.00");
    let before = sandbox.event_types().await;
    let tiny = sandbox.client.payments().create(by_card("0.10", &card.id)).await.unwrap_err();
    assert_eq!(code(tiny), ErrorCode::FeeExceedsAmount);
    assert_eq!(sandbox.event_types().await, before);
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn usdt_comes_short_then_whole() {
    let sandbox = Box::start().await;
    let new = NewPayment::new(euro("19.99"), MethodType::Usdt).network(Network::Tron);
    let payment = sandbox.client.payments().create(new).await.unwrap();
    let crypto = payment.next_action.clone().unwrap().crypto.unwrap();
    assert!(crypto.address.starts_with('T'));
    assert_eq!((crypto.amount_due.to_string().as_str(), crypto.rate.as_str()), ("21.728261 USDT", "0.92"));
    let usdt = |text: &str| Money::parse(text, "USDT").unwrap();
    let short = sandbox.receive(&payment.id, usdt("21.728260")).await;
    assert_eq!((short["status"].as_str(), short["amount_received"]["amount"].as_str()), (Some("requires_action"), Some("21.728260")));
    let whole = sandbox.receive(&payment.id, usdt("0.000001")).await;
    assert_eq!(whole["status"], "succeeded");
    assert_eq!(sandbox.ledger_balance("chain:tron", "USDT").await, "-21.728261");
    assert_eq!(sandbox.ledger_balance("fx:USDT", "USDT").await, "21.728261");
    assert_eq!(sandbox.ledger_balance("fx:EUR", "EUR").await, "-19.99");
    let types = sandbox.event_types().await;
    assert_eq!(types, ["payment.created", "payment.requires_action", "payment.processing", "payment.succeeded", "point_movement.earned"]);
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn a_transaction_is_confirmed_block_by_block() {
    let sandbox = Box::start().await;
    let new = NewPayment::new(euro("10.00"), MethodType::Btc);
    let payment = sandbox.client.payments().create(new).await.unwrap();
    let due = payment.next_action.unwrap().crypto.unwrap().amount_due;
    let body = json!({ "amount": due, "confirmations": 0 });
    let seen = sandbox.control("POST", &format!("payments/{}/receive", payment.id), body).await;
    assert_eq!(seen["status"], "processing");
    assert_eq!(sandbox.client.balances().list().await.unwrap().data[0].pending, euro("10.00"));
    sandbox.advance(601).await;
    let one = sandbox.client.payments().retrieve(&payment.id).await.unwrap();
    assert_eq!((one.status, one.next_action.unwrap().crypto.unwrap().confirmations), (PaymentStatus::Processing, 1));
    // Long past the locked rate: what was seen in time counts.
    sandbox.advance(3600).await;
    assert_eq!(sandbox.client.payments().retrieve(&payment.id).await.unwrap().status, PaymentStatus::Succeeded);
    assert_eq!(sandbox.client.balances().list().await.unwrap().data[0].pending, euro("0"));
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn the_metadata_brings_money_as_the_table_says() {
    let cases = [
        ("paid", 3600, PaymentStatus::Succeeded, "21.728261", "0"),
        ("underpaid", 3600, PaymentStatus::Expired, "13.036956", "13.036956"),
        ("underpaid_completed", 3600, PaymentStatus::Succeeded, "21.728261", "0"),
        ("overpaid", 3600, PaymentStatus::Succeeded, "27.160326", "5.432065"),
        ("late", 2 * 3600, PaymentStatus::Expired, "21.728261", "21.728261"),
    ];
    for (value, wait, status, received, held) in cases {
        let sandbox = Box::start().await;
        let metadata = std::collections::BTreeMap::from([("sandbox".to_owned(), value.to_owned())]);
        let new = NewPayment::new(euro("19.99"), MethodType::Usdt).network(Network::Tron).metadata(metadata.clone());
        let payment = sandbox.client.payments().create(new).await.unwrap();
        sandbox.advance(wait).await;
        let payment = sandbox.client.payments().retrieve(&payment.id).await.unwrap();
        assert_eq!((payment.status, payment.amount_received.unwrap().amount().to_string().as_str()), (status.clone(), received), "{value}");
        assert_eq!(sandbox.ledger_balance("okpay:unmatched", "USDT").await, held, "{value}");
        let bank = NewPayment::new(euro("19.99"), MethodType::BankTransfer).metadata(metadata);
        let bank = sandbox.client.payments().create(bank).await.unwrap();
        sandbox.advance(8 * 24 * 3600).await;
        assert_eq!(sandbox.client.payments().retrieve(&bank.id).await.unwrap().status, status, "{value} by bank");
        sandbox.assert_balanced().await;
    }
}

#[tokio::test]
async fn refunds_never_give_back_more_than_came() {
    let sandbox = Box::start().await;
    let card = sandbox.card("4242424242424242").await;
    let payment = sandbox.client.payments().create(by_card("20.00", &card.id)).await.unwrap();
    let refund = |amount: &str| sandbox.client.refunds().create(NewRefund::new(payment.id.clone()).amount(euro(amount)));
    assert_eq!(refund("5.00").await.unwrap().status, RefundStatus::Succeeded);
    assert_eq!(code(refund("15.01").await.unwrap_err()), ErrorCode::AmountTooLarge);
    // The fee is gone from the balance.
    assert_eq!(code(refund("15.00").await.unwrap_err()), ErrorCode::InsufficientBalance);
    sandbox.client.payments().create(by_card("20.00", &card.id)).await.unwrap();
    assert_eq!(refund("15.00").await.unwrap().amount, euro("15.00"));
    let rest = sandbox.client.refunds().create(NewRefund::new(payment.id.clone())).await;
    assert_eq!(code(rest.unwrap_err()), ErrorCode::AmountTooLarge);
    let payment = sandbox.client.payments().retrieve(&payment.id).await.unwrap();
    assert_eq!((payment.amount_refunded, payment.version), (euro("20.00"), 4));
    assert_eq!(sandbox.ledger_balance("acquirer:card", "EUR").await, "-20.00");
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn a_refund_can_fail_and_a_payment_can_be_disputed() {
    let sandbox = Box::start().await;
    let (stubborn, disputed) = (sandbox.card("4000000000005126").await, sandbox.card("4000000000000259").await);
    let payment = sandbox.client.payments().create(by_card("20.00", &stubborn.id)).await.unwrap();
    let refund = sandbox.client.refunds().create(NewRefund::new(payment.id.clone()).amount(euro("5.00"))).await.unwrap();
    assert_eq!(refund.status, RefundStatus::Pending);
    assert_eq!(sandbox.ledger_balance("available", "EUR").await, "14.34");
    sandbox.advance(601).await;
    assert_eq!(sandbox.client.refunds().retrieve(&refund.id).await.unwrap().status, RefundStatus::Failed);
    assert_eq!(sandbox.ledger_balance("available", "EUR").await, "19.34");
    assert_eq!(sandbox.client.payments().retrieve(&payment.id).await.unwrap().amount_refunded, euro("0"));
    let other = sandbox.client.payments().create(by_card("100.00", &disputed.id)).await.unwrap();
    sandbox.advance(24 * 3600 + 1).await;
    let other = sandbox.client.payments().retrieve(&other.id).await.unwrap();
    assert!(other.disputed);
    assert_eq!(code(sandbox.client.refunds().create(NewRefund::new(other.id)).await.unwrap_err()), ErrorCode::IllegalState);
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn a_coin_goes_back_at_the_rate_at_which_it_came() {
    let sandbox = Box::start().await;
    let new = NewPayment::new(euro("19.99"), MethodType::Usdt).network(Network::Tron);
    let payment = sandbox.client.payments().create(new).await.unwrap();
    sandbox.control("POST", &format!("payments/{}/receive", payment.id), json!({})).await;
    for amount in ["3.33", "3.33", "3.33", "8.00"] {
        let refund = sandbox.client.refunds().create(NewRefund::new(payment.id.clone()).amount(euro(amount))).await.unwrap();
        assert_eq!(refund.status, RefundStatus::Pending);
    }
    sandbox.advance(601).await;
    // 17.99 of 19.99 in one piece: 21.728261 · 1799 / 1999 = 19.554347…
    assert_eq!(sandbox.ledger_balance("chain:tron", "USDT").await, "-2.173914");
    assert_eq!(sandbox.ledger_balance("fx:EUR", "EUR").await, "-2.00");
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn every_event_is_made_by_really_doing_what_it_tells_of() {
    let sandbox = Box::start().await;
    for event_type in okpay::api::EventType::KNOWN {
        let event = sandbox.control("POST", "trigger", json!({ "type": event_type.as_str() })).await;
        assert_eq!(event["type"], event_type.as_str());
        let read = sandbox.client.events().retrieve(event["id"].as_str().unwrap()).await.unwrap();
        assert_eq!(read.event_type, *event_type);
    }
    let set = json!({"amount.amount": "7.50", "reference": "r-1", "metadata.colour": "red"});
    let event = sandbox.control("POST", "trigger", json!({ "type": "payment.succeeded", "set": set })).await;
    assert_eq!((event["data"]["amount"]["amount"].as_str(), event["data"]["metadata"]["colour"].as_str()), (Some("7.50"), Some("red")));
    let (status, problem) = sandbox.try_control("POST", "trigger", json!({"type": "payment.paused"})).await;
    assert_eq!((status, problem["param"].as_str()), (422, Some("type")));
    let (status, problem) = sandbox.try_control("POST", "trigger", json!({"type": "payment.created", "set": {"colour": "red"}})).await;
    assert_eq!((status, problem["code"].as_str(), problem["param"].as_str()), (422, Some("unknown_field"), Some("colour")));
    let seeded = sandbox.control("POST", "seed", json!({"count": 30})).await;
    assert_eq!(seeded["events"].as_array().unwrap().len(), 30);
    sandbox.assert_balanced().await;
    let ledger = sandbox.control("GET", "ledger", Value::Null).await;
    assert_eq!(ledger["sums"][0]["amount"], "0.00");
}
