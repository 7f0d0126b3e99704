//! Online banking and the buyer's own balance over HTTP: the page, the magic buyers, refusal, expiry, refund, the checkout.

use crate::support::{Box, euro};
use okpay::api::{
    CheckoutStatus, ConfirmCheckoutSession, ConfirmPayment, MethodType, NewCheckoutSession, NewPayment, NewRefund, NextActionType, Payment,
    PaymentStatus, RefundStatus,
};
use okpay::{DeclineCode, ErrorCode};
use serde_json::json;
use std::collections::BTreeMap;

const METHODS: [(MethodType, &str, &str, &str); 2] = [
    (MethodType::OnlineBanking, "/sandbox/online-banking/", "bank:incoming", "0.40"), // 0.9 % + 0.15 = 0.33, and a fifth of tax
    (MethodType::Balance, "/sandbox/okpay-wallet/", "account:buyers", "0.10"),
];

async fn pay(sandbox: &Box, method: &MethodType, magic: Option<&str>) -> Payment {
    let metadata = magic.map(|value| BTreeMap::from([("sandbox".to_owned(), value.to_owned())]));
    let new = NewPayment::new(euro("19.99"), method.clone()).return_url("https://shop.example/back").metadata(metadata.unwrap_or_default());
    sandbox.client.payments().create(new).await.unwrap()
}

async fn read(sandbox: &Box, payment: &Payment) -> Payment {
    sandbox.client.payments().retrieve(&payment.id).await.unwrap()
}

#[tokio::test]
async fn the_buyer_approves_on_the_page_and_comes_back() {
    for (method, page, from, fee) in METHODS {
        let sandbox = Box::start().await;
        let payment = pay(&sandbox, &method, None).await;
        let action = payment.next_action.clone().unwrap();
        assert_eq!((payment.status.clone(), action.action), (PaymentStatus::RequiresAction, NextActionType::Redirect));
        let url = action.url.unwrap();
        assert!(url.contains(page), "{url}");
        assert!(sandbox.http.get(&url).send().await.unwrap().text().await.unwrap().contains("19.99 EUR"));
        // To look is not to pay.
        assert_eq!(read(&sandbox, &payment).await.status, PaymentStatus::RequiresAction);
        let answer = sandbox.http.post(&url).body("decision=approve").send().await.unwrap();
        assert_eq!(answer.headers()["location"], "https://shop.example/back");
        let paid = read(&sandbox, &payment).await;
        let payer = (method == MethodType::Balance).then(|| "@mira".to_owned());
        assert_eq!((payment.payer, paid.payer), (None, payer), "who pays is known once they have approved");
        assert_eq!((paid.status, paid.fee.unwrap().fee, paid.next_action), (PaymentStatus::Succeeded, euro(fee), None));
        assert_eq!(sandbox.ledger_balance(from, "EUR").await, "-19.99");
        assert_eq!(sandbox.http.post(&url).body("decision=approve").send().await.unwrap().status().as_u16(), 404);
        let refund = sandbox.client.refunds().create(NewRefund::new(&payment.id).amount(euro("5.00"))).await.unwrap();
        let at_once = method == MethodType::Balance;
        assert_eq!(refund.status, if at_once { RefundStatus::Succeeded } else { RefundStatus::Pending });
        sandbox.advance(24 * 3600 + 1).await;
        assert_eq!(sandbox.client.refunds().retrieve(&refund.id).await.unwrap().status, RefundStatus::Succeeded);
        assert_eq!(sandbox.ledger_balance(from, "EUR").await, "-14.99");
        sandbox.assert_balanced().await;
    }
}

#[tokio::test]
async fn a_refusal_fails_it_and_it_can_be_tried_again() {
    for (method, ..) in METHODS {
        let sandbox = Box::start().await;
        let payment = pay(&sandbox, &method, None).await;
        let url = payment.next_action.clone().unwrap().url.unwrap();
        sandbox.http.post(&url).body("decision=fail").send().await.unwrap();
        let failed = read(&sandbox, &payment).await;
        assert_eq!((failed.status, failed.decline_code), (PaymentStatus::Failed, Some(DeclineCode::NotApproved)));
        let again = sandbox.client.payments().confirm(&payment.id, ConfirmPayment::new()).await.unwrap();
        assert_eq!((again.status, again.decline_code), (PaymentStatus::RequiresAction, None));
        let told = sandbox.control("POST", &format!("payments/{}/authenticate", payment.id), json!({"approve": true})).await;
        assert_eq!(told["status"], "succeeded");
        sandbox.assert_balanced().await;
    }
}

#[tokio::test]
async fn the_magic_buyers_do_as_the_table_says() {
    let cases = [
        ("buyer_approves", PaymentStatus::Succeeded, None),
        ("buyer_refuses", PaymentStatus::Failed, Some(DeclineCode::NotApproved)),
        ("buyer_lacks_funds", PaymentStatus::Failed, Some(DeclineCode::InsufficientFunds)),
        ("buyer_leaves", PaymentStatus::RequiresAction, None),
    ];
    let sandbox = Box::start().await;
    for (method, ..) in METHODS {
        for (magic, status, decline) in &cases {
            let payment = pay(&sandbox, &method, Some(magic)).await;
            sandbox.advance(11).await;
            let after = read(&sandbox, &payment).await;
            assert_eq!((after.status, after.decline_code), (status.clone(), decline.clone()), "{method} {magic}");
            if *magic == "buyer_leaves" {
                sandbox.advance(15 * 60).await;
                let over = read(&sandbox, &payment).await;
                assert_eq!((over.status, over.decline_code), (PaymentStatus::Expired, Some(DeclineCode::PaymentExpired)));
                let url = payment.next_action.unwrap().url.unwrap();
                assert_eq!(sandbox.http.post(&url).body("decision=approve").send().await.unwrap().status().as_u16(), 404);
            }
        }
    }
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn a_magic_value_of_another_method_is_refused() {
    let sandbox = Box::start().await;
    for (method, value) in [(MethodType::OnlineBanking, "paid"), (MethodType::BankTransfer, "buyer_approves")] {
        let metadata = BTreeMap::from([("sandbox".to_owned(), value.to_owned())]);
        let made = sandbox.client.payments().create(NewPayment::new(euro("5.00"), method).metadata(metadata)).await.unwrap_err();
        assert_eq!((made.code(), made.failure().param.as_deref()), (&ErrorCode::InvalidField, Some("metadata.sandbox")));
    }
}

#[tokio::test]
async fn a_checkout_is_paid_by_online_banking() {
    let sandbox = Box::start().await;
    let methods = vec![MethodType::OnlineBanking, MethodType::Card];
    let session = sandbox.client.checkout_sessions().create(NewCheckoutSession::new(euro("19.99")).methods(methods)).await.unwrap();
    let browser = sandbox.browser_of(session.client_secret.as_ref().unwrap());
    let page = sandbox.http.get(&session.url).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Online banking") && page.contains("Continue to your bank"), "{page}");
    let choice = || ConfirmCheckoutSession::new(MethodType::OnlineBanking);
    let waiting = browser.checkout_sessions().confirm(&session.id, choice()).await.unwrap();
    let url = waiting.next_action.clone().unwrap().url.unwrap();
    // Chosen again, it is the same try.
    let again = browser.checkout_sessions().confirm(&session.id, choice()).await.unwrap();
    assert_eq!(again.next_action.unwrap().url.as_deref(), Some(url.as_str()));
    assert!(sandbox.http.get(&session.url).send().await.unwrap().text().await.unwrap().contains(&url));
    let back = sandbox.http.post(&url).body("decision=approve").send().await.unwrap();
    assert_eq!(back.headers()["location"].to_str().unwrap(), session.url);
    let done = browser.checkout_sessions().retrieve(&session.id).await.unwrap();
    assert_eq!((done.status, done.payment_status), (CheckoutStatus::Complete, Some(PaymentStatus::Succeeded)));
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn what_a_card_draws_on_can_decide_its_fee() {
    let rule = |id: &str, funding: &str, percent: &str| json!({"id": id, "when": {"operation": "payment", "method": "card", "funding": funding}, "percent": percent});
    let schedule = json!({
        "id": "by-funding", "version": "2026-01-01.9", "valid_from": "2026-01-01T00:00:00Z",
        "rules": [rule("debit", "debit", "0.5"), rule("credit", "credit", "2")],
    });
    let sandbox = Box::with(okpay_sandbox::Config { fee_schedule: Some(schedule.to_string()), ..Default::default() }).await;
    for (number, funding, fee) in [("4000056655665556", "debit", "0.50"), ("4242424242424242", "credit", "2.00")] {
        let card = sandbox.card(number).await;
        assert_eq!(card.funding.as_str(), funding);
        let new = NewPayment::new(euro("100.00"), MethodType::Card).payment_method(&card.id);
        let quote = sandbox.client.payments().create(new).await.unwrap().fee.unwrap();
        assert_eq!((quote.fee, quote.rule_id.as_str()), (euro(fee), funding));
    }
}
