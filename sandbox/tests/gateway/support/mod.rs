//! What every test of the sandbox needs: a sandbox, the SDK's client, raw requests, the control endpoints.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

pub mod laws;
pub mod tab;
pub mod till;

use okpay::api::{CardDetails, NewDeposit, NewPaymentMethod, PaymentMethod, WalletMethod};
use okpay::call::{Credentials, RetryPolicy};
use okpay::client::Client;
use okpay::signing::{AnsweredRequest, HmacKey, PublicKeys, Secret, Signer, VerifiedAnswer, sign_request, verify_answer};
use okpay::{ErrorCode, Money, OkpayError};
use okpay_sandbox::{Config, Running, Sandbox};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};

/// A running sandbox with all that talks to it.
pub struct Box {
    pub running: Running,
    pub client: Client,
    pub browser: Client,
    pub http: reqwest::Client,
}

pub fn euro(text: &str) -> Money {
    Money::parse(text, "EUR").unwrap()
}

pub fn now() -> i64 {
    #[allow(clippy::disallowed_methods)]
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    since.as_secs() as i64
}

/// Never the same twice.
pub fn fresh(prefix: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let random = getrandom::u64().unwrap();
    format!("{prefix}{random:016x}{:016x}", NEXT.fetch_add(1, Ordering::SeqCst))
}

/// The database asked for; with `OKPAY_TEST_POSTGRES` (such as `postgres://postgres@127.0.0.1:5432`) a new one there instead of memory.
async fn database(asked: String) -> String {
    use sqlx::Connection;
    let Ok(server) = std::env::var("OKPAY_TEST_POSTGRES") else { return asked };
    if asked != "sqlite::memory:" {
        return asked;
    }
    sqlx::any::install_default_drivers();
    let name = fresh("okpay_test_");
    let mut connection = sqlx::AnyConnection::connect(&format!("{server}/postgres")).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await.unwrap();
    format!("{server}/{name}")
}

impl Box {
    pub async fn start() -> Self {
        Self::with(Config::default()).await
    }

    pub async fn with(mut config: Config) -> Self {
        config.database = database(config.database).await;
        let running = Sandbox::start(config).await.unwrap();
        let details = running.details().clone();
        // One attempt, so that a test sees each answer itself.
        let once = RetryPolicy { max_attempts: 1, ..RetryPolicy::default() };
        let client = Client::builder().base_url(&details.url).secret_key(&details.key_id, &details.secret).unwrap().retry(once);
        let key = details.publishable_key.clone();
        let browser = Client::builder().base_url(&details.url).credentials(Credentials::Publishable { key, client_secret: None });
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        Self { client: client.build().unwrap(), browser: browser.build().unwrap(), running, http }
    }

    pub fn url(&self) -> &str {
        self.running.url()
    }

    /// The client of a browser that has a session's secret.
    pub fn browser_of(&self, client_secret: &str) -> Client {
        let key = self.running.details().publishable_key.clone();
        let credentials = Credentials::Publishable { key, client_secret: Some(Secret::new(client_secret)) };
        Client::builder().base_url(self.url()).credentials(credentials).build().unwrap()
    }

    pub async fn card(&self, number: &str) -> PaymentMethod {
        self.browser.payment_methods().create(NewPaymentMethod::new(CardDetails::new(number, 12, 2040, "123"))).await.unwrap()
    }

    /// A control call; its JSON.
    pub async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, value) = self.try_control(method, path, body).await;
        assert_eq!(status, 200, "{path}: {value}");
        value
    }

    pub async fn try_control(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let request = self.http.request(method.parse().unwrap(), format!("{}/sandbox/{path}", self.url()));
        let request = request.bearer_auth(&self.running.details().control_token);
        let request = if body.is_null() { request } else { request.header("content-type", "application/json").body(body.to_string()) };
        let response = request.send().await.unwrap();
        (response.status().as_u16(), serde_json::from_slice(&response.bytes().await.unwrap()).unwrap())
    }

    pub async fn receive(&self, payment: &str, amount: Money) -> Value {
        self.control("POST", &format!("payments/{payment}/receive"), json!({ "amount": amount })).await
    }

    pub async fn advance(&self, seconds: i64) {
        self.control("POST", "clock/advance", json!({ "seconds": seconds })).await;
    }

    /// Goes on to the first hour of a day, so that no test crosses midnight by chance.
    pub async fn to_next_morning(&self) {
        let clock = self.control("GET", "clock", Value::Null).await;
        let now = okpay::Timestamp::parse(clock["now"].as_str().unwrap()).unwrap().secs();
        self.advance(24 * 3600 - now.rem_euclid(24 * 3600) + 3600).await;
    }

    /// The last code that was sent about an object.
    pub async fn code(&self, about: &str) -> String {
        let outbox = self.control("GET", &format!("outbox?about={about}"), Value::Null).await;
        outbox["data"][0]["code"].as_str().unwrap().to_owned()
    }

    pub async fn fault(&self, fault: Value) {
        self.control("POST", "faults", fault).await;
    }

    /// Every sum of the ledger is zero.
    pub async fn assert_balanced(&self) {
        let ledger = self.running.ledger().await.unwrap();
        assert!(ledger.sums.iter().all(|sum| sum.minor() == 0), "{ledger:?}");
    }

    pub async fn ledger_balance(&self, account: &str, currency: &str) -> String {
        let ledger = self.running.ledger().await.unwrap();
        let found = ledger.accounts.iter().filter(|entry| entry.balance.currency().code() == currency);
        let mut found = found.filter(|entry| entry.account == account || (account == "available" && entry.account.ends_with(":available")));
        found.next().map_or("0".to_owned(), |entry| entry.balance.amount().to_string())
    }

    /// The types of all events so far, oldest first.
    pub async fn event_types(&self) -> Vec<String> {
        let events = self.control("GET", "events?limit=100", Value::Null).await;
        let types = events["data"].as_array().unwrap().iter().map(|row| row["event"]["type"].as_str().unwrap().to_owned());
        types.rev().collect()
    }
}

/// A request built by hand, so that every part of it can be wrong.
#[derive(Clone)]
pub struct Raw {
    pub method: String,
    pub path: String,
    pub body: Vec<u8>,
    pub content_type: Option<String>,
    pub key: Option<String>,
    pub created: i64,
    pub nonce: String,
    /// Changes the headers after signing.
    pub extra: Vec<(String, Option<String>)>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Heard {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Raw {
    pub fn post(path: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            method: "POST".to_owned(),
            path: path.to_owned(),
            body: body.into(),
            content_type: Some("application/json".to_owned()),
            key: Some(fresh("key-")),
            created: now(),
            nonce: fresh("n"),
            extra: Vec::new(),
        }
    }

    pub fn get(path: &str) -> Self {
        Self { method: "GET".to_owned(), key: None, content_type: None, ..Self::post(path, "") }
    }

    /// Sets a header after signing, or takes it away.
    pub fn header(mut self, name: &str, value: Option<&str>) -> Self {
        self.extra.push((name.to_owned(), value.map(str::to_owned)));
        self
    }

    fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref().filter(|_| !self.body.is_empty())
    }

    /// The headers under a key that signs.
    pub fn signed(&self, base: &str, key: &dyn Signer) -> Vec<(String, String)> {
        let url = format!("{base}{}", self.path);
        let fields =
            sign_request(&self.method, &url, self.content_type(), self.key.as_deref(), &self.body, key, self.created, &self.nonce).unwrap();
        let mut headers = fields.to_list();
        headers.extend(self.content_type().map(|text| ("content-type".to_owned(), text.to_owned())));
        self.changed(headers)
    }

    /// The headers of a browser.
    pub fn bearer(&self, key: &str, client_secret: Option<&str>) -> Vec<(String, String)> {
        let mut headers = vec![("authorization".to_owned(), format!("Bearer {key}")), ("okpay-nonce".to_owned(), self.nonce.clone())];
        headers.extend(client_secret.map(|secret| ("okpay-client-secret".to_owned(), secret.to_owned())));
        headers.extend(self.key.as_ref().map(|key| ("idempotency-key".to_owned(), format!("\"{key}\""))));
        headers.extend(self.content_type().map(|text| ("content-type".to_owned(), text.to_owned())));
        self.changed(headers)
    }

    fn changed(&self, mut headers: Vec<(String, String)>) -> Vec<(String, String)> {
        for (name, value) in &self.extra {
            headers.retain(|(header, _)| header != name);
            headers.extend(value.as_ref().map(|value| (name.clone(), value.clone())));
        }
        headers
    }

    pub async fn send_with(&self, sandbox: &Box, headers: Vec<(String, String)>) -> Heard {
        let mut request = sandbox.http.request(self.method.parse().unwrap(), format!("{}{}", sandbox.url(), self.path));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let response = request.body(self.body.clone()).send().await.unwrap();
        let status = response.status().as_u16();
        let headers = response.headers().iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
        Heard { status, headers, body: response.bytes().await.unwrap().to_vec() }
    }

    /// Under the sandbox's first secret key.
    pub async fn send(&self, sandbox: &Box) -> Heard {
        self.send_with(sandbox, self.signed(sandbox.url(), &first_key(sandbox))).await
    }

    /// Under the sandbox's first publishable key.
    pub async fn send_as_browser(&self, sandbox: &Box, client_secret: Option<&str>) -> Heard {
        self.send_with(sandbox, self.bearer(&sandbox.running.details().publishable_key, client_secret)).await
    }
}

pub fn first_key(sandbox: &Box) -> HmacKey {
    HmacKey::from_text(&sandbox.running.details().key_id, &sandbox.running.details().secret).unwrap()
}

impl Heard {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{} {:?}", self.status, String::from_utf8_lossy(&self.body)))
    }

    /// Status, code and param of a problem, which must be one.
    pub fn problem(&self) -> (u16, String, Option<String>) {
        let json = self.json();
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{json}");
        assert_eq!(json["status"].as_u64(), Some(u64::from(self.status)));
        assert_eq!(json["request_id"].as_str(), self.header("okpay-request-id"), "{json}");
        let text = |name: &str| json[name].as_str().map(str::to_owned);
        (self.status, text("code").unwrap(), text("param"))
    }

    /// Proves that the sandbox signed this answer, and for no other request than that of the first secret key under this nonce; whether it
    /// names that request, the caller looks.
    pub fn verify(&self, sandbox: &Box, nonce: &str) -> VerifiedAnswer {
        let asked = AnsweredRequest { nonce: nonce.to_owned(), key_id: sandbox.running.details().key_id.clone() };
        let keys = PublicKeys::parse(&sandbox.running.details().gateway_keys).unwrap();
        verify_answer(self.status, &self.headers, &self.body, keys.keys(), Some(&asked)).unwrap()
    }
}

/// Waits for a condition, and fails when it does not come true in ten seconds.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut check: impl FnMut() -> F) -> T {
    let waiting = async {
        loop {
            if let Some(found) = check().await {
                return found;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), waiting).await.unwrap_or_else(|_| panic!("never came true: {what}"))
}

/// The code and the field of a refusal.
pub fn refused<T: std::fmt::Debug>(result: Result<T, OkpayError>) -> (String, Option<String>) {
    let (code, field) = refusal(result);
    (code.to_string(), field)
}

/// The same, with the code as a value.
pub fn refusal<T: std::fmt::Debug>(result: Result<T, OkpayError>) -> (ErrorCode, Option<String>) {
    let failure = result.unwrap_err().failure().clone();
    (failure.code, failure.param)
}

/// A gateway whose account has received an amount by bank transfer.
pub async fn funded(amount: Money) -> Box {
    let sandbox = Box::start().await;
    let deposit = sandbox.client.deposits().create(NewDeposit::new(amount, WalletMethod::BankTransfer)).await.unwrap();
    sandbox.control("POST", &format!("deposits/{}/receive", deposit.id), json!({})).await;
    sandbox
}
