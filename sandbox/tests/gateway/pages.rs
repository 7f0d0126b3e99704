//! What a buyer sees in a browser: the checkout page and the bank's page.

use crate::support::tab::{Tab, open, order, retrieve, signed_in};
use crate::support::{Box, euro};
use okpay::api::{CheckoutStatus, ListEvents, ListPayments, MethodType, PaymentStatus};
use okpay::fees::Bearer;
use okpay_sandbox::Config;
use serde_json::json;
use url::form_urlencoded::Serializer;

const GOOD: &str = "4242424242424242";
const LOST: &str = "4000000000009987";
const SECURE: &str = "4000000000003220";

#[tokio::test]
async fn a_buyer_pays_by_card_after_a_decline() {
    let sandbox = Box::start().await;
    let session = open(&sandbox, order()).await;
    let mut tab = Tab::open(&sandbox, &session.url).await;
    for text in ["A lamp", "19.99 EUR", "Pay 19.99 EUR", "autocomplete=\"cc-number\"", "inputmode=\"numeric\"", "https://shop.example/cart"]
    {
        tab.shows(text);
    }
    tab.hides("order-7");
    assert!(tab.status == 200 && !tab.refreshes());
    tab.pay_by_card(LOST).await;
    tab.shows("Your bank declined this payment");
    tab.shows("role=\"alert\"");
    tab.hides("lost");
    let failed = retrieve(&sandbox, &session.id).await;
    assert_eq!((failed.status, failed.payment_status), (CheckoutStatus::Open, Some(PaymentStatus::Failed)));
    tab.shows(failed.payment.as_deref().unwrap());
    tab.pay_by_card(GOOD).await;
    tab.shows("Thank you. Your payment of 19.99 EUR has arrived.");
    tab.shows("href=\"https://shop.example/thanks?order=7&amp;x=1\"");
    tab.hides("cc-number");
    let paid = retrieve(&sandbox, &session.id).await;
    assert_eq!((paid.status, paid.payment_status), (CheckoutStatus::Complete, Some(PaymentStatus::Succeeded)));
    assert_eq!(sandbox.client.payments().list(ListPayments::new().reference("order-7")).await.unwrap().data.len(), 1);
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn a_form_that_is_sent_twice_pays_once() {
    let sandbox = Box::start().await;
    for number in [GOOD, LOST, SECURE] {
        let session = open(&sandbox, order().reference(number)).await;
        let state = Tab::open(&sandbox, &session.url).await.hidden("state");
        let fields = [("state", state.as_str()), ("method", "card"), ("number", number), ("expiry", "12/40"), ("cvc", "123")];
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        let send = || async {
            let request = sandbox.http.post(&session.url).header("content-type", "application/x-www-form-urlencoded");
            request.body(body.clone()).send().await.unwrap().status().as_u16()
        };
        let (one, two, three) = tokio::join!(send(), send(), send());
        assert_eq!((one, two, three, send().await), (303, 303, 303, 303));
        let payments = sandbox.client.payments().list(ListPayments::new().reference(number)).await.unwrap().data;
        assert_eq!(payments.len(), 1, "{number}");
        assert_eq!(payments[0].version, 2, "{number}: made, and tried once");
    }
    assert_eq!(sandbox.ledger_balance("available", "EUR").await, "19.33");
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn three_d_secure_leads_through_the_bank_and_back() {
    let sandbox = Box::start().await;
    let session = open(&sandbox, order()).await;
    let mut tab = Tab::open(&sandbox, &session.url).await;
    tab.pay_by_card(SECURE).await;
    assert!(tab.url.path().starts_with("/sandbox/3ds/"), "{}", tab.url);
    tab.shows("Do you approve this payment?");
    tab.shows("Visa •••• 3220");
    // Whoever goes back meanwhile finds the way to the bank, and the other ways.
    let mut other = Tab::open(&sandbox, &session.url).await;
    other.shows("Continue to your bank");
    other.shows(&format!("href=\"{}\"", tab.url));
    other.go(&format!("{}?other", session.id)).await;
    other.shows("How would you like to pay?");
    let link = tab.url.clone();
    tab.submit("", &[("decision", "fail")]).await;
    assert_eq!(tab.url.as_str(), session.url);
    tab.shows("Your bank could not confirm that it is you");
    tab.pay_by_card(SECURE).await;
    tab.submit("", &[("decision", "maybe")]).await;
    assert_eq!(tab.status, 422);
    tab.submit("", &[("decision", "approve")]).await;
    assert_eq!(tab.url.as_str(), session.url);
    tab.shows("Thank you.");
    let used = Tab::open(&sandbox, link.as_str()).await;
    assert_eq!(used.status, 404);
    used.shows("This link is not valid, or was used already.");
    assert_eq!(retrieve(&sandbox, &session.id).await.status, CheckoutStatus::Complete);
}

#[tokio::test]
async fn coins_are_asked_for_as_the_api_says() {
    let sandbox = Box::start().await;
    let session = open(&sandbox, order()).await;
    let mut tab = Tab::open(&sandbox, &session.url).await;
    tab.choose("usdt", "tron").await;
    let seen = retrieve(&sandbox, &session.id).await;
    let crypto = seen.next_action.unwrap().crypto.unwrap();
    tab.shows(&format!("<code>{}</code>", crypto.address));
    tab.shows(&format!("<p class=\"amount\">{}</p>", crypto.amount_due));
    tab.shows(&format!("1 USDT = {} EUR", crypto.rate));
    tab.shows(&format!("datetime=\"{}\"", crypto.expires));
    tab.shows("<svg class=\"qr\" role=\"img\"");
    tab.shows("Send it over TRON (TRC-20) only.");
    assert!(tab.refreshes());
    let payment = seen.payment.unwrap();
    sandbox.receive(&payment, okpay::Money::parse("1.5", "USDT").unwrap()).await;
    tab.reload().await;
    let missing = crypto.amount_due.checked_sub(okpay::Money::parse("1.5", "USDT").unwrap()).unwrap();
    tab.shows("1.500000 USDT");
    tab.shows(&format!("<p class=\"amount\">{missing}</p>"));
    // Money is here: no other way to pay is offered, and asking for it all the same changes nothing.
    tab.hides("?other");
    let last = sandbox.client.payments().retrieve(&payment).await.unwrap();
    let state = format!("{payment}.{}", last.version);
    tab.submit("", &[("state", &state), ("method", "bank_transfer")]).await;
    assert_eq!(retrieve(&sandbox, &session.id).await.payment.as_ref(), Some(&payment));
    sandbox.control("POST", &format!("payments/{payment}/receive"), json!({ "amount": missing, "confirmations": 1 })).await;
    tab.reload().await;
    tab.shows("Your payment has been seen");
    tab.shows("<progress id=\"confirmations\" value=\"1\" max=\"3\">");
    assert!(tab.refreshes());
    sandbox.advance(60).await;
    tab.reload().await;
    tab.shows("Thank you.");
    assert!(!tab.refreshes());
}

#[tokio::test]
async fn another_way_to_pay_takes_the_place_of_the_first() {
    let sandbox = Box::start().await;
    let session = open(&sandbox, order()).await;
    let mut tab = Tab::open(&sandbox, &session.url).await;
    tab.choose("btc", "").await;
    let first = retrieve(&sandbox, &session.id).await;
    tab.shows(&first.next_action.unwrap().crypto.unwrap().address);
    let outdated = tab.url.clone();
    tab.go(&format!("{}?other", session.id)).await;
    assert!(!tab.refreshes(), "what is typed in would be lost");
    let state = tab.hidden("state");
    tab.choose("bank_transfer", "").await;
    let seen = retrieve(&sandbox, &session.id).await;
    let transfer = seen.next_action.unwrap().bank_transfer.unwrap();
    tab.shows(&format!("<code>{}</code>", transfer.reference));
    tab.shows(&format!("<code>{}</code>", transfer.amount_due));
    tab.shows("DE75 5121 0800 1245 1261 99");
    assert!(tab.refreshes());
    let canceled = sandbox.client.payments().retrieve(&first.payment.unwrap()).await.unwrap();
    assert_eq!(canceled.status, PaymentStatus::Canceled);
    // The form of before is good for nothing any more.
    let mut late = Tab::open(&sandbox, outdated.as_str()).await;
    late.submit("", &[("state", &state), ("method", "usdt"), ("network", "bnb")]).await;
    assert_eq!(retrieve(&sandbox, &session.id).await.payment, seen.payment);
}

#[tokio::test]
async fn a_card_that_costs_the_buyer_is_shown_before_it_is_charged() {
    let sandbox = Box::start().await;
    let session = open(&sandbox, order().bearer(Bearer::Customer)).await;
    let mut tab = Tab::open(&sandbox, &session.url).await;
    tab.shows("fee depends on the card");
    tab.shows("+ 0.24 EUR fee");
    tab.pay_by_card(GOOD).await;
    tab.shows("Please check and confirm");
    assert_eq!(retrieve(&sandbox, &session.id).await.payment, None, "nothing is charged yet");
    let (state, card, total) = (tab.hidden("state"), tab.hidden("payment_method"), tab.hidden("total"));
    tab.shows(&format!("Pay {total}"));
    let fields = |total: &'static str| {
        [("state", state.clone()), ("method", "card".to_owned()), ("payment_method", card.clone()), ("total", total.to_owned())]
    };
    for wrong in ["19.99 EUR", "0.01 EUR", "x", ""] {
        tab.submit(&session.id, &fields(wrong).each_ref().map(|(name, value)| (*name, value.as_str()))).await;
        assert_eq!((tab.status, retrieve(&sandbox, &session.id).await.payment), (409, None), "{wrong}");
        tab.shows("The amount has changed since you saw it.");
    }
    let fields = [("state", state.as_str()), ("method", "card"), ("payment_method", &card), ("total", &total)];
    tab.submit(&session.id, &fields).await;
    tab.shows(&format!("Your payment of {total} has arrived."));
    let paid = sandbox.client.payments().retrieve(&retrieve(&sandbox, &session.id).await.payment.unwrap()).await.unwrap();
    let quote = paid.fee.unwrap();
    assert_eq!((quote.gross.to_string(), quote.net), (total, euro("19.99")));
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn a_mistake_is_shown_at_its_field_and_the_card_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gateway.sqlite");
    let sandbox = Box::with(Config { database: format!("sqlite:{}", file.display()), ..Config::default() }).await;
    let session = open(&sandbox, order()).await;
    let mut tab = Tab::open(&sandbox, &session.url).await;
    let state = tab.hidden("state");
    for (field, number, expiry, cvc) in [
        ("number", "4242 4242 4242 4241", "12/40", "987"),
        ("number", "378282246310005", "12/40", "987"),
        ("number", "<script>", "12/40", "987"),
        ("expiry", GOOD, "13/40", "987"),
        ("expiry", GOOD, "12/20", "987"),
        ("expiry", GOOD, "soon\"><script>", "987"),
        ("cvc", GOOD, "12/40", "98765"),
    ] {
        let holder = "Ada <script>\"";
        let card = [("number", number), ("expiry", expiry), ("cvc", cvc), ("holder", holder)];
        tab.submit("", &[&[("state", state.as_str()), ("method", "card")], &card[..]].concat()).await;
        assert_eq!(tab.status, 422, "{number} {expiry} {cvc}");
        tab.shows("Please check your details");
        tab.shows(&format!("id=\"{field}-error\""));
        let (_, input) = tab.html.split_once(&format!("<input id=\"{field}\"")).unwrap();
        let input = input.split_once('>').unwrap().0;
        assert!(input.contains("aria-invalid=\"true\"") && input.contains(&format!("aria-describedby=\"{field}-error\"")), "{input}");
        tab.shows("value=\"Ada &lt;script&gt;&quot;\"");
        assert!(tab.html.contains(&format!("value=\"{}\"", expiry.replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;"))));
        tab.hides(number);
        // As a value: three digits alone may well stand in an id.
        tab.hides(&format!("value=\"{cvc}"));
    }
    assert_eq!(retrieve(&sandbox, &session.id).await.payment, None);
    tab.pay_by_card(GOOD).await;
    tab.shows("Thank you.");
    tab.hides(GOOD);
    sandbox.running.shutdown().await;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(GOOD.len()).any(|window| window == GOOD.as_bytes()), "the number is on the disk");
    }
}

#[tokio::test]
async fn what_a_merchant_writes_is_text_and_no_markup() {
    let sandbox = Box::start().await;
    let evil = "</style><script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let shown = "&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;";
    let session = open(&sandbox, order().description(evil).reference(evil)).await;
    // Every page is checked for markup that is not ours when it arrives.
    let mut tab = Tab::open(&sandbox, &session.url).await;
    tab.shows(shown);
    tab.pay_by_card(SECURE).await;
    tab.shows(shown);
    tab.submit("", &[("decision", "approve")]).await;
    tab.shows(shown);
    let mut console = signed_in(&sandbox).await;
    let event = sandbox.client.events().list(ListEvents::new()).await.unwrap().data.remove(0);
    console.go(&format!("console/events/{}", event.id)).await;
    console.shows("&lt;script&gt;alert(1)");
    for url in ["javascript:alert(1)", "data:text/html,x"] {
        let refused = sandbox.client.checkout_sessions().create(order().success_url(url)).await.unwrap_err();
        assert_eq!(refused.failure().param.as_deref(), Some("success_url"));
    }
}

#[tokio::test]
async fn pages_speak_chinese_to_those_who_ask_for_it() {
    let sandbox = Box::start().await;
    let session = open(&sandbox, order()).await;
    let mut tab = Tab::open_in("zh-CN,zh;q=0.9,en;q=0.8", &sandbox, &session.url).await;
    tab.shows("请选择付款方式");
    tab.pay_by_card("4000000000009995").await;
    tab.shows("账户余额不足");
    tab.pay_by_card(SECURE).await;
    tab.shows("您是否批准这笔付款？");
    tab.submit("", &[("decision", "approve")]).await;
    tab.shows("付款成功");
    Tab::open_in("zh", &sandbox, "/sandbox/console").await.shows("控制令牌");
}

#[tokio::test]
async fn a_session_that_is_over_or_was_never_there_takes_no_money() {
    let sandbox = Box::start().await;
    let session = open(&sandbox, order().methods(vec![MethodType::Card])).await;
    let mut tab = Tab::open(&sandbox, &session.url).await;
    tab.hides("Bank transfer");
    let state = tab.hidden("state");
    tab.submit("", &[("state", &state), ("method", "usdt"), ("network", "tron")]).await;
    assert_eq!(tab.status, 422);
    tab.shows("Nothing was charged.");
    sandbox.advance(3601).await;
    let card = [("number", GOOD), ("expiry", "12/40"), ("cvc", "123")];
    tab.submit("", &[&[("state", state.as_str()), ("method", "card")], &card[..]].concat()).await;
    tab.shows("The time for this payment is over");
    tab.hides("<form");
    let over = retrieve(&sandbox, &session.id).await;
    assert_eq!((over.status, over.payment), (CheckoutStatus::Expired, None));
    for id in ["cs_01hzzzzzzzzzzzzzzzzzzzzzzz", "%3Cscript%3E", "x%0d%0aset-cookie:a=b"] {
        let mut nothing = Tab::open(&sandbox, &format!("/checkout/{id}")).await;
        assert_eq!(nothing.status, 404);
        nothing.shows("This page does not exist");
        nothing.submit("", &[("state", "new"), ("method", "bank_transfer")]).await;
        assert_eq!(nothing.status, 404);
    }
}
