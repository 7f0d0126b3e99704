//! [`Exchange`]: one call on its way. `ts/send.ts` is the loop around it.

use crate::caller::Caller;
use crate::errors::{Told, to_text};
use crate::values::{Headers, bytes, moment, to_json};
use okpay::api::Call;
use okpay::call::{self, Answer, CallOptions, Next, SignedRequest};
use okpay::json::{Object, read_pairs};
use okpay::{ErrorCode, Failure, OkpayError};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen::prelude::wasm_bindgen;

/// A request to send as it is.
#[wasm_bindgen]
pub struct Request(pub(crate) SignedRequest);

#[wasm_bindgen]
impl Request {
    /// Method, URL and headers, as JSON.
    #[must_use]
    pub fn head(&self) -> String {
        to_json(&Head { method: &self.0.method, url: &self.0.url, headers: &self.0.headers })
    }

    /// The exact bytes.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        self.0.body.clone()
    }
}

/// What goes before the body.
#[derive(Serialize)]
struct Head<'r> {
    method: &'r str,
    url: &'r str,
    headers: &'r Headers,
}

/// What an attempt came to.
#[wasm_bindgen]
pub struct Outcome(pub(crate) call::Outcome);

#[wasm_bindgen]
impl Outcome {
    /// An answer.
    pub fn answered(status: u16, headers: &str, body: Vec<u8>) -> Result<Outcome, Told> {
        Ok(Self(call::Outcome::Answered(Answer { status, headers: read_pairs(headers)?, body })))
    }

    /// No answer, or not all of it.
    #[must_use]
    pub fn failed(may_have_left: bool, code: &str, detail: String) -> Outcome {
        Self(call::Outcome::Failed { may_have_left, code: ErrorCode::from(code), detail })
    }
}

/// What a call was told beside its parameters.
pub(crate) fn options(told: &Object) -> Result<CallOptions, OkpayError> {
    let mut options = CallOptions::default();
    if let Some(millis) = told.count("timeout")? {
        options = options.timeout(Duration::from_millis(millis));
    }
    if let Some(attempts) = told.small_count("maxAttempts")? {
        options = options.max_attempts(attempts);
    }
    Ok(told.pairs("headers")?.into_iter().fold(options, |options, (name, value)| options.header(name, value)))
}

/// One call on its way.
#[wasm_bindgen]
pub struct Exchange(pub(crate) call::Exchange);

#[wasm_bindgen]
impl Exchange {
    /// Begins a call. `random` are 16 bytes, of which a write without a key gets one.
    pub fn begin(
        caller: &Caller,
        operation: &str,
        id: Option<String>,
        params: Option<String>,
        options: &str,
        now: i64,
        random: &[u8],
    ) -> Result<Exchange, Told> {
        let told = Object::read(options)?;
        let (options, key) = (self::options(&told)?, told.text("idempotencyKey")?);
        let mut call = Call::from_json(operation, id.as_deref(), params.as_deref())?;
        call.idempotency_key = key.filter(|_| call.is_write()).map(str::to_owned);
        Self::of(&caller.0, call.keyed(bytes(random)?), &options, now)
    }

    /// The key of a write.
    #[wasm_bindgen(js_name = idempotencyKey)]
    #[must_use]
    pub fn idempotency_key(&self) -> Option<String> {
        self.0.call().idempotency_key.clone()
    }

    /// Takes what came of the caller's `discovery`.
    #[wasm_bindgen(js_name = learnKeys)]
    pub fn learn_keys(&self, outcome: Outcome) -> Result<(), Told> {
        Ok(self.0.learn_keys(outcome.0)?)
    }

    /// The request of the next attempt; `random` are 24 bytes.
    pub fn request(&mut self, now: i64, random: &[u8]) -> Result<Request, Told> {
        Ok(Request(self.0.request(moment(now), &bytes(random)?)?))
    }

    /// What is left for the call, in milliseconds.
    #[wasm_bindgen(js_name = timeLeft)]
    #[must_use]
    pub fn time_left(&self, now: i64) -> u32 {
        u32::try_from(self.0.time_left(moment(now))).unwrap_or(u32::MAX)
    }

    /// Judges an attempt: nothing if the call succeeded by this very answer, else how many milliseconds to wait before the next.
    pub fn conclude(&mut self, outcome: Outcome, now: i64) -> Result<Option<u32>, Told> {
        match self.0.conclude(outcome.0, moment(now))? {
            Next::Done(_) => Ok(None),
            Next::Wait(delay) => Ok(Some(u32::try_from(delay).unwrap_or(u32::MAX))),
        }
    }

    /// The error, as text, of a sender who gives up between attempts.
    #[wasm_bindgen(js_name = brokenOff)]
    #[must_use]
    pub fn broken_off(&self, code: &str, detail: String) -> String {
        let failure = Box::new(Failure::new(ErrorCode::from(code), detail));
        to_text(&self.0.broken_off(OkpayError::NotSent(failure)))
    }

    /// What an attempt came to, for logs and metrics, as JSON.
    #[must_use]
    pub fn report(&self, outcome: &Outcome, elapsed: u32) -> String {
        let report = self.0.report(&outcome.0, Duration::from_millis(elapsed.into()));
        to_json(&Report {
            operation: report.operation,
            method: report.method,
            url_template: report.url_template,
            attempt: report.attempt,
            status: report.status,
            failure: report.failure,
            request_id: report.request_id,
            deprecation: report.deprecation,
            sunset: report.sunset,
            retry_after: report.retry_after.map(|delay| u64::try_from(delay.as_millis()).unwrap_or(u64::MAX)),
            elapsed,
        })
    }
}

impl Exchange {
    pub(crate) fn of(caller: &Arc<call::Caller>, call: Call, options: &CallOptions, now: i64) -> Result<Self, Told> {
        Ok(Self(call::Exchange::new(Arc::clone(caller), call, options, moment(now))?))
    }
}

/// What an attempt came to, as JavaScript names it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    operation: String,
    method: String,
    url_template: String,
    attempt: u32,
    status: Option<u16>,
    failure: Option<String>,
    request_id: Option<String>,
    deprecation: Option<String>,
    sunset: Option<String>,
    retry_after: Option<u64>,
    elapsed: u32,
}
