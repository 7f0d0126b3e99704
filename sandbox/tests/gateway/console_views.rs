//! The console's pages on what OKPay offers and on the account's security: everything there is, escaped, in both languages.

use crate::support::tab::{Tab, signed_in};
use crate::support::{Box, euro};
use okpay::api::{
    AcknowledgeRiskAlert, FreezeAccount, IdentityDocumentType, ListPointMovements, ListRiskAlerts, MethodType, NewAppeal, NewDevice,
    NewIdentityDocument, NewPayment, NewReport, RedeemPoints, ReportType,
};
use serde_json::json;

const PAGES: [&str; 2] = ["/sandbox/console/offers", "/sandbox/console/security"];

#[tokio::test]
async fn announcements_coupons_points_and_reports_are_seen() {
    let sandbox = Box::start().await;
    let mut tab = signed_in(&sandbox).await;
    tab.go(PAGES[0]).await;
    for text in ["Nothing was announced.", "No fee has earned points yet.", "No report was asked for.", "WELCOME", "aria-current=\"page\""]
    {
        tab.shows(text);
    }
    let client = &sandbox.client;
    let start = client.events().list(okpay::api::ListEvents::new()).await.unwrap().data.last().map(|event| event.created);
    let card = sandbox.card("4242424242424242").await.id;
    let new = NewPayment::new(euro("100.00"), MethodType::Card).payment_method(card).coupon("WELCOME");
    let payment = client.payments().create(new).await.unwrap();
    client.points().redeem(RedeemPoints::new(&payment.id, 2_u64)).await.unwrap();
    let holiday = json!({"type": "fee_holiday", "title": "Free <b>days</b>", "text": "No fees & more", "starts_in": 3600, "lasts": 3600});
    let holiday = sandbox.control("POST", "announcements", holiday).await;
    sandbox.advance(60).await;
    let start = start.unwrap_or(payment.created);
    client.reports().create(NewReport::new(ReportType::Settlement, start, start.plus_secs(30))).await.unwrap();
    sandbox.advance(6).await;
    let report = client.reports().list(okpay::api::ListReports::new()).await.unwrap().data.remove(0);
    tab.go(PAGES[0]).await;
    for text in ["Free &lt;b&gt;days&lt;/b&gt;", "No fees &amp; more", holiday["fee_schedule"].as_str().unwrap(), "1 / 3", "5.00 EUR"] {
        tab.shows(text);
    }
    let left = client.points().balance().await.unwrap().points;
    tab.shows(&format!("<strong>{left}</strong>"));
    for movement in client.points().list(ListPointMovements::new()).await.unwrap().data {
        tab.shows(&format!("<td class=\"number\">{}</td><td class=\"number\">{}</td>", movement.points, movement.amount));
    }
    let closing = report.balances[0].closing.to_string();
    for text in [&report.id, &report.files[0].sha256, &report.files[1].name, &closing, "opening balance"] {
        tab.shows(text);
    }
    tab.go(&format!("../console?resource={}", report.id)).await;
    tab.shows("report.ready");
}

#[tokio::test]
async fn the_account_its_devices_documents_appeals_and_alerts_are_seen() {
    let sandbox = Box::start().await;
    let client = &sandbox.client;
    let key = okpay::signing::Ed25519Key::from_seed("new", &[7; 32]).unwrap();
    let limits = okpay::api::DeviceLimits::new().payment(euro("250.00"));
    let device = NewDevice::new("Till <1>", key.public_key().to_base64()).operations(vec!["payments.create".to_owned()]).limits(limits);
    let device = client.devices().create(device).await.unwrap();
    let document = client.verification().submit(NewIdentityDocument::new(IdentityDocumentType::Passport, "cd".repeat(32))).await.unwrap();
    client.account().freeze(FreezeAccount::new().note("a <stolen> key")).await.unwrap();
    client.appeals().create(NewAppeal::new("It was <me>.")).await.unwrap();
    sandbox.control("POST", "risk", json!({"outcome": "review"})).await;
    let payment = client.payments().create(NewPayment::new(euro("9.00"), MethodType::BankTransfer)).await.unwrap();
    let alert = client.risk_alerts().list(ListRiskAlerts::new()).await.unwrap().data.remove(0);
    client.risk_alerts().acknowledge(&alert.id, AcknowledgeRiskAlert::new().note("known <buyer>")).await.unwrap();
    sandbox.control("POST", "trigger", json!({"type": "session.revoked"})).await;
    let mut tab = signed_in(&sandbox).await;
    tab.go(PAGES[1]).await;
    for text in ["Till &lt;1&gt;", "a payment at most 250.00 EUR", "a &lt;stolen&gt; key", "It was &lt;me&gt;.", "known &lt;buyer&gt;"] {
        tab.shows(text);
    }
    for text in [&device.id, &document.id, &"cd".repeat(32), &payment.id, "acknowledged", "withdrawals.create", "large_payment"] {
        tab.shows(text);
    }
    tab.shows("made by a trigger");
    tab.hides("okp_test_ses_");
}

#[tokio::test]
async fn they_open_for_the_control_token_only_and_speak_chinese() {
    let sandbox = Box::start().await;
    let cookie = signed_in(&sandbox).await.cookie;
    for (page, title) in PAGES.into_iter().zip(["优惠与报表", "账户与安全"]) {
        let closed = Tab::open(&sandbox, page).await;
        assert_eq!(closed.status, 403);
        closed.shows("type=\"password\"");
        let mut tab = Tab::open_in("zh-CN", &sandbox, page).await;
        tab.cookie.clone_from(&cookie);
        tab.reload().await;
        assert_eq!(tab.status, 200);
        tab.shows(&format!("<h1>{title}</h1>"));
    }
}
