//! A browser with a page open: what a person can do with it, over HTTP, by what stands in the HTML.

use super::{Box, euro};
use base64::Engine;
use okpay::api::{CheckoutSession, NewCheckoutSession};
use sha2::{Digest, Sha256};
use url::Url;
use url::form_urlencoded::Serializer;

/// A browser with a page open.
pub struct Tab<'a> {
    pub sandbox: &'a Box,
    pub language: &'static str,
    pub cookie: Option<String>,
    pub url: Url,
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub html: String,
}

impl<'a> Tab<'a> {
    pub async fn open(sandbox: &'a Box, url: &str) -> Self {
        Self::open_in("en", sandbox, url).await
    }

    pub async fn open_in(language: &'static str, sandbox: &'a Box, url: &str) -> Self {
        let url = Url::parse(sandbox.url()).unwrap().join(url).unwrap();
        let mut tab = Tab { sandbox, language, cookie: None, url, status: 0, headers: Default::default(), html: String::new() };
        tab.reload().await;
        tab
    }

    pub async fn reload(&mut self) {
        let url = self.url.clone();
        self.send(self.sandbox.http.get(url)).await;
    }

    /// Follows a link of the page; relative ones from here, as a browser does.
    pub async fn go(&mut self, link: &str) {
        self.url = self.url.join(&link.replace("&amp;", "&")).unwrap();
        self.reload().await;
    }

    /// Sends a form and follows where it leads.
    pub async fn submit(&mut self, action: &str, fields: &[(&str, &str)]) {
        self.submit_with(action, fields, &[]).await;
    }

    pub async fn submit_with(&mut self, action: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) {
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

    pub async fn send(&mut self, request: reqwest::RequestBuilder) {
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
    pub fn assert_safe(&self) {
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
    pub fn hidden(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let (_, after) = self.html.split_once(&mark).unwrap_or_else(|| panic!("no {name} in {}", self.html));
        after.split('"').next().unwrap().to_owned()
    }

    pub fn shows(&self, text: &str) {
        assert!(self.html.contains(text), "{text:?} is not in {}", self.html);
    }

    pub fn hides(&self, text: &str) {
        assert!(!self.html.contains(text), "{text:?} is in {}", self.html);
    }

    pub fn refreshes(&self) -> bool {
        self.html.contains("http-equiv=\"refresh\"")
    }

    /// Fills in the card form and sends it.
    pub async fn pay_by_card(&mut self, number: &str) {
        let state = self.hidden("state");
        let card = [("number", number), ("expiry", "12/40"), ("cvc", "123"), ("holder", "Ada")];
        self.submit("", &[&[("state", state.as_str()), ("method", "card")], &card[..]].concat()).await;
    }

    /// Chooses a way to pay that is no card.
    pub async fn choose(&mut self, method: &str, network: &str) {
        let state = self.hidden("state");
        self.submit("", &[("state", &state), ("method", method), ("network", network)]).await;
    }
}

pub fn order() -> NewCheckoutSession {
    NewCheckoutSession::new(euro("19.99"))
        .description("A lamp")
        .reference("order-7")
        .success_url("https://shop.example/thanks?order=7&x=1")
        .cancel_url("https://shop.example/cart")
}

pub async fn open(sandbox: &Box, new: NewCheckoutSession) -> CheckoutSession {
    sandbox.client.checkout_sessions().create(new).await.unwrap()
}

pub async fn retrieve(sandbox: &Box, id: &str) -> CheckoutSession {
    sandbox.client.checkout_sessions().retrieve(id).await.unwrap()
}

/// A console whose door is open.
pub async fn signed_in(sandbox: &Box) -> Tab<'_> {
    let mut tab = Tab::open(sandbox, "/sandbox/console").await;
    tab.submit("console/sign-in", &[("token", &sandbox.running.details().control_token)]).await;
    assert_eq!((tab.status, tab.url.path()), (200, "/sandbox/console"));
    tab
}
