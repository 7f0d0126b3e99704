//! Checkout sessions from a browser: what it sees, what it may do, CORS.

use crate::support::{Box, Raw, euro, fresh};
use okpay::api::{
    CheckoutSession, CheckoutStatus, ConfirmCheckoutSession, ListCheckoutSessions, MethodType, Network, NewCheckoutSession, PaymentStatus,
};
use okpay::fees::Bearer;
use okpay::{DeclineCode, ErrorCode};
use serde_json::json;
use std::collections::BTreeMap;

async fn open(sandbox: &Box) -> CheckoutSession {
    let new = NewCheckoutSession::new(euro("19.99"))
        .reference("order-7")
        .coupon("WELCOME")
        .description("A lamp")
        .metadata(BTreeMap::from([("secret".to_owned(), "margin".to_owned())]))
        .success_url("https://shop.example/thanks");
    sandbox.client.checkout_sessions().create(new).await.unwrap()
}

#[tokio::test]
async fn a_browser_is_told_the_coupon_where_its_buyer_bears_the_fee() {
    let sandbox = Box::start().await;
    let opened = |bearer: Bearer| NewCheckoutSession::new(euro("19.99")).coupon("WELCOME").bearer(bearer);
    for (bearer, told) in [(Bearer::Customer, Some("WELCOME")), (Bearer::Merchant, None)] {
        let session = sandbox.client.checkout_sessions().create(opened(bearer)).await.unwrap();
        let browser = sandbox.browser_of(session.client_secret.as_deref().unwrap());
        let seen = browser.checkout_sessions().retrieve(&session.id).await.unwrap();
        assert_eq!(seen.coupon.as_deref(), told);
    }
}

fn by_card(card: &str) -> ConfirmCheckoutSession {
    ConfirmCheckoutSession::new(MethodType::Card).payment_method(card)
}

#[tokio::test]
async fn a_browser_pays_after_a_decline_and_three_d_secure() {
    let sandbox = Box::start().await;
    let session = open(&sandbox).await;
    let browser = sandbox.browser_of(session.client_secret.as_deref().unwrap());
    let (poor, careful) = (sandbox.card("4000000000000002").await, sandbox.card("4000000000003220").await);
    let seen = browser.checkout_sessions().confirm(&session.id, by_card(&poor.id)).await.unwrap();
    assert_eq!((seen.status, seen.payment_status), (CheckoutStatus::Open, Some(PaymentStatus::Failed)));
    assert_eq!(seen.decline_code, Some(DeclineCode::GenericDecline));
    let seen = browser.checkout_sessions().confirm(&session.id, by_card(&careful.id)).await.unwrap();
    assert_eq!((seen.payment_status.clone(), seen.decline_code), (Some(PaymentStatus::RequiresAction), None));
    let back = sandbox.http.post(seen.next_action.unwrap().url.unwrap()).body("decision=approve").send().await.unwrap();
    assert_eq!(back.headers()["location"], session.url.as_str());
    let seen = browser.checkout_sessions().retrieve(&session.id).await.unwrap();
    assert_eq!((seen.status, seen.payment_status, seen.version), (CheckoutStatus::Complete, Some(PaymentStatus::Succeeded), 2));
    let twice = browser.checkout_sessions().confirm(&session.id, by_card(&careful.id)).await.unwrap_err();
    assert_eq!(twice.code(), &ErrorCode::IllegalState);
    let types = sandbox.event_types().await;
    assert_eq!(types.iter().filter(|name| *name == "payment.created").count(), 1, "one payment, tried twice");
    assert_eq!(types.last().unwrap(), "checkout_session.completed");
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn a_page_of_the_merchants_own_gets_the_buyer_back_and_sees_what_has_arrived() {
    let sandbox = Box::start().await;
    let new = NewCheckoutSession::new(euro("19.99")).bearer(Bearer::Customer).return_url("https://shop.example/checkout/7");
    let session = sandbox.client.checkout_sessions().create(new).await.unwrap();
    assert_eq!((session.total, session.amount_received), (None, None));
    let browser = sandbox.browser_of(session.client_secret.as_deref().unwrap());
    let careful = sandbox.card("4000000000003220").await;
    let seen = browser.checkout_sessions().confirm(&session.id, by_card(&careful.id)).await.unwrap();
    // 1.5 % + 0.25 = 0.55, and 20 % VAT on it.
    assert_eq!((seen.total, seen.amount_received), (Some(euro("20.65")), None));
    let refused = sandbox.http.post(seen.next_action.unwrap().url.unwrap()).body("decision=fail").send().await.unwrap();
    assert_eq!(refused.headers()["location"], "https://shop.example/checkout/7");
    let usdt = ConfirmCheckoutSession::new(MethodType::Usdt).network(Network::Tron);
    let seen = browser.checkout_sessions().confirm(&session.id, usdt).await.unwrap();
    let nothing = okpay::Money::parse("0", "USDT").unwrap();
    assert_eq!((seen.total, seen.amount_received), (Some(euro("20.14")), Some(nothing)));
    let part = okpay::Money::parse("1.5", "USDT").unwrap();
    sandbox.receive(&seen.payment.unwrap(), part).await;
    let seen = browser.checkout_sessions().retrieve(&session.id).await.unwrap();
    assert_eq!((seen.amount_received, seen.payment_status), (Some(part), Some(PaymentStatus::RequiresAction)));
    let http = NewCheckoutSession::new(euro("1")).return_url("http://shop.example/");
    let refused = sandbox.client.checkout_sessions().create(http).await.unwrap_err();
    assert_eq!((refused.code(), refused.failure().param.as_deref()), (&ErrorCode::InvalidField, Some("return_url")));
}

#[tokio::test]
async fn a_browser_sees_nothing_that_is_only_for_the_merchant() {
    let sandbox = Box::start().await;
    let session = open(&sandbox).await;
    let secret = session.client_secret.clone().unwrap();
    let merchant = sandbox.client.checkout_sessions().retrieve(&session.id).await.unwrap();
    assert_eq!((merchant.client_secret, merchant.reference.as_deref()), (None, Some("order-7")));
    let path = format!("/v1/checkout_sessions/{}", session.id);
    let heard = Raw::get(&path).send_as_browser(&sandbox, Some(&secret)).await;
    let text = String::from_utf8(heard.body.clone()).unwrap();
    // Members are looked for with their quote: an id is random and may well have "fee" in it.
    for hidden in ["order-7", "WELCOME", "margin", "\"fee", &secret] {
        assert!(!text.contains(hidden), "{hidden} is in {text}");
    }
    assert!(heard.json()["idempotency_key"].is_null(), "{text}");
    assert_eq!(heard.json()["description"], "A lamp");
    // Another session's secret, or none, opens nothing.
    let other = open(&sandbox).await.client_secret.unwrap();
    for given in [None, Some(other.as_str())] {
        for request in [Raw::get(&path), Raw::get(&format!("{path}/fees")), Raw::post(&format!("{path}/confirm"), r#"{"method":"btc"}"#)] {
            assert_eq!(request.send_as_browser(&sandbox, given).await.problem(), (401, "client_secret_invalid".to_owned(), None));
        }
    }
    let listed = sandbox.client.checkout_sessions().list(ListCheckoutSessions::new().status(CheckoutStatus::Open)).await.unwrap();
    assert!(listed.data.len() == 2 && listed.data.iter().all(|session| session.client_secret.is_none()));
}

#[tokio::test]
async fn whoever_holds_a_stolen_card_is_not_told_so() {
    let sandbox = Box::start().await;
    let session = open(&sandbox).await;
    let browser = sandbox.browser_of(session.client_secret.as_deref().unwrap());
    let stolen = sandbox.card("4000000000009979").await;
    let seen = browser.checkout_sessions().confirm(&session.id, by_card(&stolen.id)).await.unwrap();
    assert_eq!(seen.decline_code, Some(DeclineCode::GenericDecline));
    let merchant = sandbox.client.checkout_sessions().retrieve(&session.id).await.unwrap();
    assert_eq!(merchant.decline_code, Some(DeclineCode::StolenCard));
}

#[tokio::test]
async fn a_way_to_pay_can_be_changed_until_money_has_come() {
    let sandbox = Box::start().await;
    let session = open(&sandbox).await;
    let browser = sandbox.browser_of(session.client_secret.as_deref().unwrap());
    let confirm = |choice: ConfirmCheckoutSession| browser.checkout_sessions().confirm(&session.id, choice);
    let bank = confirm(ConfirmCheckoutSession::new(MethodType::BankTransfer)).await.unwrap();
    let again = confirm(ConfirmCheckoutSession::new(MethodType::BankTransfer)).await.unwrap();
    assert_eq!((&bank.payment, &bank.next_action), (&again.payment, &again.next_action), "asking again shows the same account");
    let usdt = confirm(ConfirmCheckoutSession::new(MethodType::Usdt).network(Network::Tron)).await.unwrap();
    assert_ne!(usdt.payment, bank.payment);
    let given_up = sandbox.client.payments().retrieve(&bank.payment.unwrap()).await.unwrap();
    assert_eq!(given_up.status, PaymentStatus::Canceled);
    let payment = usdt.payment.unwrap();
    sandbox.receive(&payment, okpay::Money::parse("1", "USDT").unwrap()).await;
    let card = sandbox.card("4242424242424242").await;
    assert_eq!(confirm(by_card(&card.id)).await.unwrap_err().code(), &ErrorCode::IllegalState);
    assert_eq!(sandbox.client.checkout_sessions().expire(&session.id).await.unwrap_err().code(), &ErrorCode::IllegalState);
    sandbox.control("POST", &format!("payments/{payment}/receive"), json!({})).await;
    assert_eq!(browser.checkout_sessions().retrieve(&session.id).await.unwrap().status, CheckoutStatus::Complete);
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn a_session_ends_by_time_by_hand_and_only_once() {
    let sandbox = Box::start().await;
    let (by_time, by_hand) = (open(&sandbox).await, open(&sandbox).await);
    let payment =
        sandbox.client.checkout_sessions().confirm(&by_time.id, ConfirmCheckoutSession::new(MethodType::BankTransfer)).await.unwrap();
    let ended = sandbox.client.checkout_sessions().expire(&by_hand.id).await.unwrap();
    assert_eq!(ended.status, CheckoutStatus::Expired);
    assert_eq!(sandbox.client.checkout_sessions().expire(&by_hand.id).await.unwrap_err().code(), &ErrorCode::IllegalState);
    sandbox.advance(3601).await;
    let ended = sandbox.client.checkout_sessions().retrieve(&by_time.id).await.unwrap();
    assert_eq!((ended.status, ended.payment_status), (CheckoutStatus::Expired, Some(PaymentStatus::Canceled)));
    // What comes after all is held for the payer.
    let late = sandbox.receive(&payment.payment.unwrap(), euro("19.99")).await;
    assert_eq!(late["status"], "canceled");
    assert_eq!(sandbox.ledger_balance("okpay:unmatched", "EUR").await, "19.99");
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn the_buyer_sees_only_what_the_buyer_bears() {
    let sandbox = Box::start().await;
    for (bearer, surcharge) in [(Bearer::Merchant, Some("0.00")), (Bearer::Customer, Some("0.15"))] {
        let new = NewCheckoutSession::new(euro("19.99")).bearer(bearer.clone());
        let session = sandbox.client.checkout_sessions().create(new).await.unwrap();
        let browser = sandbox.browser_of(session.client_secret.as_deref().unwrap());
        let fees = browser.checkout_sessions().fees(&session.id).await.unwrap().data;
        assert_eq!(fees.len(), 8, "{fees:?}");
        let tron = fees.iter().find(|fee| fee.network == Some(Network::Tron)).unwrap();
        assert_eq!(tron.surcharge.map(|money| money.amount().to_string()).as_deref(), surcharge);
        let card = fees.iter().find(|fee| fee.method == MethodType::Card).unwrap();
        assert_eq!(card.total.is_none(), bearer == Bearer::Customer, "what a card costs the buyer depends on the card");
    }
}

#[tokio::test]
async fn only_what_a_browser_may_call_answers_other_origins() {
    let sandbox = Box::start().await;
    let preflight = |path: &'static str| {
        let raw = Raw { method: "OPTIONS".to_owned(), key: None, ..Raw::get(path) };
        let (origin, method) = (("origin", "https://shop.example"), ("access-control-request-method", "POST"));
        let headers = [origin, method].map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let sandbox = &sandbox;
        async move { raw.send_with(sandbox, headers).await }
    };
    for path in
        ["/v1/payment_methods", "/v1/checkout_sessions/cs_1", "/v1/checkout_sessions/cs_1/confirm", "/v1/checkout_sessions/cs_1/fees"]
    {
        let heard = preflight(path).await;
        assert_eq!((heard.status, heard.header("access-control-allow-origin")), (204, Some("*")), "{path}");
        assert_eq!(heard.header("access-control-allow-credentials"), None);
        let allowed = heard.header("access-control-allow-headers").unwrap();
        for name in ["authorization", "okpay-client-secret", "okpay-nonce", "idempotency-key", "content-type", "okpay-version"] {
            assert!(allowed.contains(name), "{name}");
        }
        let exposed = heard.header("access-control-expose-headers").unwrap();
        for name in ["content-digest", "okpay-key-id", "signature", "signature-input"] {
            assert!(exposed.split(", ").any(|header| header == name), "{name}");
        }
    }
    for path in ["/v1/payments", "/v1/balances", "/v1/payments/pay_1", "/v1/api_keys", "/v1/nothing"] {
        let heard = preflight(path).await;
        assert!(heard.status >= 400 && heard.header("access-control-allow-origin").is_none(), "{path}");
    }
    let control = sandbox.http.request("OPTIONS".parse().unwrap(), format!("{}/sandbox/clock", sandbox.url())).send().await.unwrap();
    assert!(control.headers().get("access-control-allow-origin").is_none());
    // A refusal can be read by the page, too.
    let heard = Raw::get("/v1/checkout_sessions/cs_1").send_as_browser(&sandbox, Some("cs_1_secret_x")).await;
    assert_eq!((heard.status, heard.header("access-control-allow-origin")), (401, Some("*")));
}

#[tokio::test]
async fn a_browsers_keys_are_not_the_merchants() {
    let sandbox = Box::start().await;
    let key = fresh("key-");
    let body = json!({"amount": {"amount": "19.99", "currency": "EUR"}, "method": "bank_transfer"}).to_string();
    let mut merchant = Raw::post("/v1/payments", body);
    merchant.key = Some(key.clone());
    assert_eq!(merchant.send(&sandbox).await.status, 200);
    let session = open(&sandbox).await;
    let path = format!("/v1/checkout_sessions/{}/confirm", session.id);
    let mut browser = Raw::post(&path, r#"{"method":"bank_transfer"}"#);
    browser.key = Some(key);
    assert_eq!(browser.send_as_browser(&sandbox, session.client_secret.as_deref()).await.status, 200);
}
