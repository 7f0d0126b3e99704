//! What a person sees in a browser: the checkout page, the bank's page and the console, over HTTP, by what stands in the HTML.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use base64::Engine;
use okpay::api::{
    CheckoutSession, CheckoutStatus, ListEvents, ListPayments, MethodType, NewCheckoutSession, NewWebhookEndpoint, PaymentStatus,
};
use okpay::fees::Bearer;
use okpay_sandbox::Config;
use serde_json::json;
use sha2::{Digest, Sha256};
use support::{Box, euro};
use url::Url;
use url::form_urlencoded::Serializer;

const GOOD: &str = "4242424242424242";
const LOST: &str = "4000000000009987";
const SECURE: &str = "4000000000003220";

/// A browser with a page open.
struct Tab<'a> {
    sandbox: &'a Box,
    language: &'static str,
    cookie: Option<String>,
    url: Url,
    status: u16,
    headers: reqwest::header::HeaderMap,
    html: String,
}

impl<'a> Tab<'a> {
    async fn open(sandbox: &'a Box, url: &str) -> Self {
        Self::open_in("en", sandbox, url).await
    }

    async fn open_in(language: &'static str, sandbox: &'a Box, url: &str) -> Self {
        let url = Url::parse(sandbox.url()).unwrap().join(url).unwrap();
        let mut tab = Tab { sandbox, language, cookie: None, url, status: 0, headers: Default::default(), html: String::new() };
        tab.reload().await;
        tab
    }

    async fn reload(&mut self) {
        let url = self.url.clone();
        self.send(self.sandbox.http.get(url)).await;
    }

    /// Follows a link of the page; relative ones from here, as a browser does.
    async fn go(&mut self, link: &str) {
        self.url = self.url.join(&link.replace("&amp;", "&")).unwrap();
        self.reload().await;
    }

    /// Sends a form and follows where it leads.
    async fn submit(&mut self, action: &str, fields: &[(&str, &str)]) {
        self.submit_with(action, fields, &[]).await;
    }

    async fn submit_with(&mut self, action: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) {
        self.url = self.url.join(action).unwrap();
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = self.sandbox.http.post(self.url.clone()).header("content-type", "application/x-www-form-urlencoded").body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request).await;
        while self.status == 303 {
            let to = self.headers["location"].to_str().unwrap().to_owned();
            if self.url.join(&to).unwrap().origin() != self.url.origin() {
                self.url = self.url.join(&to).unwrap();
                return;
            }
            self.go(&to).await;
        }
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) {
        let mut request = request.header("accept-language", self.language);
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        let response = request.send().await.unwrap();
        (self.status, self.headers) = (response.status().as_u16(), response.headers().clone());
        if let Some(cookie) = self.headers.get("set-cookie") {
            self.cookie = Some(cookie.to_str().unwrap().split(';').next().unwrap().to_owned());
        }
        self.html = response.text().await.unwrap();
        self.assert_safe();
    }

    /// What holds for every answer to a browser.
    fn assert_safe(&self) {
        if self.headers.get("content-type").is_some_and(|kind| kind == "application/problem+json") {
            return;
        }
        let header = |name: &str| self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default();
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{} {policy}", self.url);
        assert!(policy.contains("form-action 'self'") && policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"));
        assert!(!policy.contains("unsafe") && !policy.contains("script-src"), "{policy}");
        let rest = ["referrer-policy", "cache-control", "x-content-type-options"].map(header);
        assert_eq!(rest, ["no-referrer", "no-store", "nosniff"], "{}", self.url);
        assert!(self.headers.get("access-control-allow-origin").is_none(), "no other page may read this one");
        assert!(!self.html.contains("<script") && !self.html.contains("<img") && !self.html.contains(" style="), "{}", self.html);
        if self.status != 303 {
            let style = self.html.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
            let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(style));
            assert!(policy.contains(&format!("style-src 'sha256-{hash}';")), "the style would not be applied");
            assert!(self.html.contains(&format!("<html lang=\"{}\">", if self.language.starts_with("zh") { "zh-CN" } else { "en" })));
        }
    }

    /// The value of the first hidden field of this name.
    fn hidden(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let (_, after) = self.html.split_once(&mark).unwrap_or_else(|| panic!("no {name} in {}", self.html));
        after.split('"').next().unwrap().to_owned()
    }

    fn shows(&self, text: &str) {
        assert!(self.html.contains(text), "{text:?} is not in {}", self.html);
    }

    fn hides(&self, text: &str) {
        assert!(!self.html.contains(text), "{text:?} is in {}", self.html);
    }

    fn refreshes(&self) -> bool {
        self.html.contains("http-equiv=\"refresh\"")
    }

    /// Fills in the card form and sends it.
    async fn pay_by_card(&mut self, number: &str) {
        let state = self.hidden("state");
        let card = [("number", number), ("expiry", "12/40"), ("cvc", "123"), ("holder", "Ada")];
        self.submit("", &[&[("state", state.as_str()), ("method", "card")], &card[..]].concat()).await;
    }

    /// Chooses a way to pay that is no card.
    async fn choose(&mut self, method: &str, network: &str) {
        let state = self.hidden("state");
        self.submit("", &[("state", &state), ("method", method), ("network", network)]).await;
    }
}

fn order() -> NewCheckoutSession {
    NewCheckoutSession::new(euro("19.99"))
        .description("A lamp")
        .reference("order-7")
        .success_url("https://shop.example/thanks?order=7&x=1")
        .cancel_url("https://shop.example/cart")
}

async fn open(sandbox: &Box, new: NewCheckoutSession) -> CheckoutSession {
    sandbox.client.checkout_sessions().create(new).await.unwrap()
}

async fn retrieve(sandbox: &Box, id: &str) -> CheckoutSession {
    sandbox.client.checkout_sessions().retrieve(id).await.unwrap()
}

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
        tab.hides(cvc);
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
    tab.shows("这张卡的余额不足");
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

/// A console whose door is open.
async fn signed_in(sandbox: &Box) -> Tab<'_> {
    let mut tab = Tab::open(sandbox, "/sandbox/console").await;
    tab.submit("console/sign-in", &[("token", &sandbox.running.details().control_token)]).await;
    assert_eq!((tab.status, tab.url.path()), (200, "/sandbox/console"));
    tab
}

#[tokio::test]
async fn the_console_opens_for_the_control_token_only() {
    let sandbox = Box::start().await;
    let session = open(&sandbox, order()).await;
    let event = sandbox.client.events().list(ListEvents::new()).await.unwrap().data.remove(0);
    let of_event = format!("/sandbox/console/events/{}", event.id);
    for path in ["/sandbox/console", &of_event] {
        let tab = Tab::open(&sandbox, path).await;
        assert_eq!(tab.status, 403, "{path}");
        tab.shows("type=\"password\"");
        tab.hides(&session.id);
    }
    let mut tab = Tab::open(&sandbox, "/sandbox/console").await;
    for wrong in ["", "x", &sandbox.running.details().secret] {
        tab.submit("/sandbox/console/sign-in", &[("token", wrong)]).await;
        assert!(tab.status == 403 && tab.cookie.is_none());
        tab.shows("This is not the control token of this sandbox.");
    }
    let token = sandbox.running.details().control_token.clone();
    let body = Serializer::new(String::new()).append_pair("token", &token).finish();
    let response = sandbox.http.post(format!("{}/sandbox/console/sign-in", sandbox.url())).body(body).send().await.unwrap();
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("; HttpOnly; SameSite=Strict") && cookie.contains("; Path=/sandbox/console;") && !cookie.contains(&token));
    let mut tab = signed_in(&sandbox).await;
    tab.shows("checkout_session.created");
    let good = tab.cookie.clone().unwrap();
    for forged in [good.replace('.', "0."), format!("{}0", &good[..good.len() - 1]), good.replacen('=', "x=", 1)] {
        tab.cookie = Some(forged);
        tab.reload().await;
        assert!(tab.status == 403 && !tab.html.contains(&session.id));
    }
    tab.cookie = Some(good);
    tab.reload().await;
    assert_eq!(tab.status, 200);
    // A page whose name was made to point here (DNS rebinding) comes under that name.
    for path in ["/sandbox/console", "/sandbox/console/sign-in", &of_event, &format!("/checkout/{}", session.id)] {
        let request = sandbox.http.get(format!("{}{path}", sandbox.url())).header("host", "evil.example");
        assert_eq!(request.header("cookie", tab.cookie.clone().unwrap()).send().await.unwrap().status(), 403, "{path}");
    }
    let mark = tab.hidden("mark");
    tab.submit("console/sign-out", &[("mark", &mark)]).await;
    assert_eq!(tab.status, 403);
}

#[tokio::test]
async fn an_event_is_delivered_again_from_the_console() {
    let sandbox = Box::start().await;
    let nobody = "http://127.0.0.1:9/hooks?a=1&b=2";
    let endpoint = sandbox.client.webhook_endpoints().create(NewWebhookEndpoint::new(nobody)).await.unwrap();
    let session = open(&sandbox, order()).await;
    let event = sandbox.client.events().list(ListEvents::new()).await.unwrap().data.remove(0);
    let deliveries = || async { sandbox.client.events().deliveries(&event.id).await.unwrap().data };
    support::until("a first try", || async { deliveries().await.first().filter(|delivery| delivery.attempts == 1).map(drop) }).await;
    let mut tab = signed_in(&sandbox).await;
    for text in ["checkout_session.created", &session.id, "127.0.0.1:9/hooks?a=1&amp;b=2", "pending", "tries: 1", "not delivered: "] {
        tab.shows(text);
    }
    tab.go(&format!("console/events/{}", event.id)).await;
    tab.shows("&quot;reference&quot;: &quot;order-7&quot;");
    let (page, redeliver) = (tab.url.clone(), format!("{}/redeliver", event.id));
    let mark = tab.hidden("mark");
    for (fields, headers) in [
        (vec![], vec![]),
        (vec![("mark", "x")], vec![]),
        (vec![("mark", mark.as_str())], vec![("sec-fetch-site", "same-site")]),
        (vec![("mark", mark.as_str())], vec![("sec-fetch-site", "cross-site")]),
    ] {
        tab.url = page.clone();
        tab.submit_with(&redeliver, &fields, &headers).await;
        assert_eq!((tab.status, deliveries().await.len()), (403, 1), "{fields:?} {headers:?}");
        tab.shows("This form did not come from the console.");
    }
    tab.url = page.clone();
    tab.submit_with(&redeliver, &[("mark", &mark)], &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!((tab.status, &tab.url, deliveries().await.len()), (200, &page, 2));
    tab.submit(&redeliver, &[("mark", &mark), ("endpoint", &endpoint.id)]).await;
    assert_eq!((tab.status, deliveries().await.len()), (200, 3));
    tab.submit(&redeliver, &[("mark", &mark), ("endpoint", "we_none")]).await;
    assert_eq!((tab.status, deliveries().await.len()), (404, 3));
    tab.go("/sandbox/console/events/evt_none").await;
    assert_eq!(tab.status, 404);
}

#[tokio::test]
async fn the_list_of_events_is_walked_page_by_page() {
    let sandbox = Box::start().await;
    let mut sessions = Vec::new();
    for _ in 0..23 {
        sessions.push(open(&sandbox, order()).await.id);
    }
    let mut tab = signed_in(&sandbox).await;
    let shown = |tab: &Tab<'_>| sessions.iter().filter(|id| tab.html.contains(id.as_str())).count();
    assert_eq!(shown(&tab), 20);
    tab.shows(&sessions[22]);
    let (_, link) = tab.html.split_once("rel=\"next\" href=\"").unwrap();
    let link = link.split('"').next().unwrap().to_owned();
    tab.go(&link).await;
    assert_eq!(shown(&tab), 3);
    tab.shows("← Newest");
    tab.hides("rel=\"next\"");
    tab.go(&format!("console?resource={}", sessions[4])).await;
    assert_eq!(shown(&tab), 1);
    tab.go("console?colour=red").await;
    assert_eq!(tab.status, 422);
}

#[tokio::test]
async fn the_clock_is_moved_on_and_faults_are_seen() {
    let sandbox = Box::start().await;
    sandbox.fault(json!({ "kind": "drop_answer", "on": "payments.create", "count": 2 })).await;
    let session = open(&sandbox, order()).await;
    let mut tab = signed_in(&sandbox).await;
    tab.shows("drop_answer");
    tab.shows("left: 2");
    let mark = tab.hidden("mark");
    tab.submit("console/clock", &[("mark", &mark), ("by", "2"), ("unit", "3600")]).await;
    tab.shows("ahead of real time by 7200 s");
    tab.shows("checkout_session.expired");
    assert_eq!(retrieve(&sandbox, &session.id).await.status, CheckoutStatus::Expired);
    for (by, unit) in [("0", "1"), ("-1", "60"), ("x", "1"), ("9223372036854775807", "86400"), ("1", "")] {
        tab.submit("/sandbox/console/clock", &[("mark", &mark), ("by", by), ("unit", unit)]).await;
        assert!((400..500).contains(&tab.status), "{by} {unit}: {}", tab.status);
    }
    tab.submit("/sandbox/console/clock", &[("by", "1"), ("unit", "1")]).await;
    assert_eq!(tab.status, 403);
    tab.go("/sandbox/console").await;
    tab.shows("ahead of real time by 7200 s");
}
