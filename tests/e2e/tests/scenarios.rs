//! Runs `tests/scenarios/*.json` as they are, through the Rust client. See their README; there are no expectations in here.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::routing::post;
use okpay::api::{Call, Event, EventData};
use okpay::call::{Credentials, Outcome, SignedRequest};
use okpay::client::{CallOptions, Client, HttpOptions, HttpTransport, Transport};
use okpay::signing::{Ed25519Key, HmacKey, PublicKeys};
use okpay::webhooks::{Verifier, sign};
use okpay::{OkpayError, Timestamp};
use okpay_sandbox::{Config, Details, Running, Sandbox};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

#[tokio::test(flavor = "multi_thread")]
async fn every_scenario_goes_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect::<BTreeSet<_>>();
    assert!(files.len() >= 12);
    for file in files {
        let scenario: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let mut runner = Runner::start().await;
        let steps = scenario["steps"].as_array().unwrap();
        for (place, step) in steps.iter().enumerate() {
            runner.step(&format!("{}, step {}", file.display(), place + 1), step).await;
        }
        runner.sandbox.shutdown().await;
        let name = file.file_name().unwrap().to_string_lossy();
        okpay_conformance::ran(&format!("scenarios/{name}"), "steps", steps.len());
    }
}

type Delivery = (Vec<(String, String)>, Vec<u8>);

struct Runner {
    sandbox: Running,
    details: Details,
    saved: Map<String, Value>,
    hooks: BTreeMap<String, UnboundedReceiver<Delivery>>,
    devices: BTreeMap<String, Ed25519Key>,
}

impl Runner {
    async fn start() -> Self {
        let sandbox = Sandbox::start(Config { port: 0, ..Config::default() }).await.unwrap();
        let details = sandbox.details().clone();
        let Value::Object(saved) = serde_json::to_value(&details).unwrap() else { panic!("details are an object") };
        Self { sandbox, details, saved, hooks: BTreeMap::new(), devices: BTreeMap::new() }
    }

    async fn step(&mut self, place: &str, written: &Value) {
        let step = self.filled(written);
        let result = match self.run(&step).await {
            Ok(result) => result,
            Err(error) => told(&error),
        };
        let failed = result.get("phase").is_some();
        assert_eq!(failed, step.get("error").is_some(), "{place}: {result}");
        for (path, wanted) in members(&step["expect"]).chain(members(&step["error"])) {
            assert_eq!(at(&result, path), wanted, "{place}: {path} in {result}");
        }
        for (name, path) in members(&step["save"]) {
            self.saved.insert(name.clone(), at(&result, path.as_str().unwrap()).clone());
        }
    }

    async fn run(&mut self, step: &Value) -> Result<Value, OkpayError> {
        let text = |name: &str| step[name].as_str().map(str::to_owned);
        if let Some(operation) = text("call") {
            return self.call(step, &operation, &step["params"]).await;
        }
        if let Some(operation) = text("walk") {
            return self.walk(step, &operation).await;
        }
        if let Some(operation) = text("wait") {
            return self.wait(step, &operation).await;
        }
        if let Some(key) = text("resolve") {
            return Ok(serde_json::to_value(self.client(step).resolve(key).await?).unwrap());
        }
        if let Some(name) = text("device") {
            return self.device(step, name).await;
        }
        if let Some(request) = text("control") {
            return Ok(self.control(&request, &step["body"]).await);
        }
        if let Some(name) = text("listen") {
            return Ok(self.listen(name).await);
        }
        let secret = text("secret").unwrap();
        let now = now();
        let (headers, body) = match text("delivery") {
            Some(name) => {
                let next = self.hooks.get_mut(&name).unwrap().recv();
                tokio::time::timeout(Duration::from_secs(30), next).await.expect("a delivery in time").unwrap()
            }
            None => signed(&text("id").unwrap(), &secret, now, step["webhook"].to_string()),
        };
        let event = Verifier::new(&[secret])?.verify(&body, &headers, now)?.event()?;
        Ok(wire(&event))
    }

    /// A client of whoever makes the step.
    fn client(&self, step: &Value) -> Client {
        let key = || HmacKey::from_text(&self.details.key_id, &self.details.secret).unwrap();
        let credentials = match step["as"].as_str() {
            None => Credentials::Secret(key()),
            Some("publishable") => Credentials::Publishable { key: self.details.publishable_key.clone(), client_secret: None },
            Some(device) => Credentials::Device(Arc::new(self.devices[device].clone())),
        };
        let keys = PublicKeys::parse(&self.details.gateway_keys).unwrap();
        Client::builder().base_url(&self.details.url).credentials(credentials).gateway_keys(keys).build().unwrap()
    }

    async fn call(&self, step: &Value, operation: &str, params: &Value) -> Result<Value, OkpayError> {
        let mut options = CallOptions::default();
        if let Some(millis) = step["timeout_ms"].as_u64() {
            options = options.timeout(Duration::from_millis(millis));
        }
        if let Some(attempts) = step["max_attempts"].as_u64() {
            options = options.max_attempts(u32::try_from(attempts).unwrap());
        }
        let params = (!params.is_null()).then(|| params.to_string());
        let mut call = Call::from_json(operation, step["id"].as_str(), params.as_deref())?;
        if let Some(key) = step["key"].as_str() {
            call = call.with_key(key);
        }
        let answer = self.client(step).run(call, &options).await?;
        Ok(serde_json::from_slice(&answer.body).unwrap())
    }

    async fn wait(&self, step: &Value, operation: &str) -> Result<Value, OkpayError> {
        let timeout = step["timeout_ms"].as_u64().map(Duration::from_millis);
        let answer = self.client(step).wait(operation, step["id"].as_str().unwrap(), timeout, &CallOptions::default()).await?;
        Ok(serde_json::from_slice(&answer.body).unwrap())
    }

    async fn walk(&self, step: &Value, operation: &str) -> Result<Value, OkpayError> {
        let mut params = step["params"].clone();
        let mut items = Vec::new();
        loop {
            let page = self.call(step, operation, &params).await?;
            items.extend(page["data"].as_array().unwrap().iter().cloned());
            let Some(next) = page["next"].as_str() else { break };
            params["after"] = next.into();
        }
        let distinct = items.iter().map(|item| item["id"].to_string()).collect::<BTreeSet<_>>().len();
        Ok(json!({ "count": items.len(), "distinct": distinct, "items": items }))
    }

    /// Registers a device whose key is of this seed.
    async fn device(&mut self, step: &Value, name: String) -> Result<Value, OkpayError> {
        let seed = step["seed"].as_str().unwrap().as_bytes();
        let seed = seed.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect::<Vec<_>>();
        let mut params = step["params"].clone();
        params["public_key"] = Ed25519Key::from_seed("new", &seed)?.public_key().to_base64().into();
        let device = self.call(step, "devices.create", &params).await?;
        self.devices.insert(name, Ed25519Key::from_seed(device["id"].as_str().unwrap(), &seed)?);
        Ok(device)
    }

    async fn control(&self, request: &str, body: &Value) -> Value {
        let (method, path) = request.split_once(' ').unwrap();
        let body = if method == "GET" {
            Vec::new()
        } else if body.is_null() {
            b"{}".to_vec()
        } else {
            body.to_string().into_bytes()
        };
        let bearer = format!("Bearer {}", self.details.control_token);
        let headers = [("authorization", bearer), ("content-type", "application/json".to_owned())];
        let headers = headers.map(|(name, value)| (name.to_owned(), value)).to_vec();
        let url = format!("{}{path}", self.details.url);
        let transport = HttpTransport::new(&HttpOptions::default()).unwrap();
        match transport.send(SignedRequest { method: method.to_owned(), url, headers, body }).await {
            Outcome::Answered(answer) if answer.status == 200 => serde_json::from_slice(&answer.body).unwrap(),
            other => panic!("{request}: {other:?}"),
        }
    }

    /// A receiver that answers 200 and keeps what came.
    async fn listen(&mut self, name: String) -> Value {
        let (sender, receiver) = unbounded_channel();
        let keep = move |headers: HeaderMap, body: Bytes| async move {
            let text = |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
            let headers = headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
            sender.send((headers, body.to_vec())).unwrap();
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/hook", post(keep))).await });
        self.hooks.insert(name.clone(), receiver);
        self.saved.insert(name, url.into());
        Value::Null
    }

    /// The step with what was saved in place of `$name`.
    fn filled(&self, written: &Value) -> Value {
        match written {
            Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), self.filled(value))).collect(),
            Value::Array(items) => items.iter().map(|item| self.filled(item)).collect(),
            Value::String(text) => text.strip_prefix('$').map_or_else(|| written.clone(), |name| self.saved[name].clone()),
            other => other.clone(),
        }
    }
}

/// An error as the scenarios look at it.
fn told(error: &OkpayError) -> Value {
    let failure = error.failure();
    json!({
        "phase": error.phase(),
        "code": failure.code,
        "status": failure.status,
        "param": failure.param,
        "decline_code": failure.decline_code,
        "object": failure.object,
        "state": failure.state,
        "idempotency_key": failure.idempotency_key,
        "request_id": failure.request_id,
    })
}

/// An event in its wire form, and whether its type is known.
fn wire(event: &Event) -> Value {
    let mut wire = serde_json::to_value(event).unwrap();
    wire["known"] = (!matches!(event.data, EventData::Unknown { .. })).into();
    wire
}

fn signed(id: &str, secret: &str, now: Timestamp, body: String) -> Delivery {
    let signature = sign(secret, id, now.secs(), body.as_bytes()).unwrap();
    let headers = [("webhook-id", id.to_owned()), ("webhook-timestamp", now.secs().to_string()), ("webhook-signature", signature)];
    (headers.map(|(name, value)| (name.to_owned(), value)).to_vec(), body.into_bytes())
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The value at a path; null where there is none.
fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(value, |value, name| match value {
        Value::Array(items) => items.get(name.parse::<usize>().unwrap()).unwrap_or(&Value::Null),
        other => &other[name.replace("~1", ".")],
    })
}

#[expect(clippy::disallowed_methods, reason = "the clock of a test that verifies what is sent now")]
fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap())
}
