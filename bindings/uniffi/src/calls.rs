//! [`CoreCaller`] and [`CoreExchange`]: a call from the intent to its end; [`CoreWait`]: calls until a resource has come to its own. The language sends with the platform's own HTTP stack, sleeps as
//! it is told, and asks again; it decides nothing.

use crate::ambient;
use crate::errors::{CoreError, CoreFailure, guarded, guarded_write};
use crate::keys::CoreKey;
use crate::values::{CoreHeader, header_list, pairs};
use okpay::api::Call;
use okpay::call::{Answer, BaseUrl, CallOptions, Caller, Credentials, Exchange, Next, Outcome, RetryPolicy, SignedRequest, Wait};
use okpay::signing::{PublicKeys, Secret};
use okpay::{ErrorCode, OkpayError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What a client proves itself with.
#[derive(uniffi::Enum)]
pub enum CoreCredentials {
    /// A server's secret key, or a device's.
    Key {
        /// The key.
        key: Arc<CoreKey>,
    },
    /// A checkout page's.
    Publishable {
        /// `okp_test_pk_…` or `okp_live_pk_…`; public.
        key: String,
        /// The checkout session's, if calls are about one.
        client_secret: Option<String>,
    },
}

/// What a client may be told.
#[derive(uniffi::Record)]
pub struct CoreSettings {
    /// Where the gateway is.
    pub base_url: String,
    /// The one host that may be spoken to without TLS, with test keys.
    pub insecure_host: Option<String>,
    /// The gateway's public keys, `keyid=base64` with commas between; nothing on loopback, where the sandbox is asked.
    pub gateway_keys: Option<String>,
    /// For a whole call with all its attempts, in milliseconds.
    pub timeout: u64,
    /// How many attempts a call has at most.
    pub max_attempts: u32,
}

/// What one call may be told beside its parameters.
#[derive(uniffi::Record)]
pub struct CoreCallOptions {
    /// The caller's own key; a random one if there is none.
    pub idempotency_key: Option<String>,
    /// For the whole call, in milliseconds; the client's by default.
    pub timeout: Option<u64>,
    /// How many attempts it has at most; the client's number by default.
    pub max_attempts: Option<u32>,
    /// Further headers, such as `traceparent`.
    pub headers: Vec<CoreHeader>,
}

/// The request of one attempt: to be sent as it is, once, without following a redirect.
#[derive(uniffi::Record)]
pub struct CoreRequest {
    /// `GET` or `POST`.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// Names in lower case, and values.
    pub headers: Vec<CoreHeader>,
    /// The exact bytes.
    pub body: Vec<u8>,
}

/// An answer as it came, or as it was proven.
#[derive(uniffi::Record)]
pub struct CoreAnswer {
    /// The HTTP status.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<CoreHeader>,
    /// The whole body.
    pub body: Vec<u8>,
}

/// What one attempt came to.
#[derive(uniffi::Enum)]
pub enum CoreOutcome {
    /// An answer, of whatever kind.
    Answered {
        /// As it came.
        answer: CoreAnswer,
    },
    /// No answer, or not all of it.
    Failed {
        /// Whether the request may have left this machine; yes when in doubt.
        may_have_left: bool,
        /// `connect_failed`, `connection_lost`, `timeout`, `deadline_exceeded`, `cancelled` or `answer_incomplete`.
        code: String,
        /// The HTTP stack's own words.
        detail: String,
    },
}

/// What the sender does next.
#[derive(uniffi::Enum)]
pub enum CoreNext {
    /// The call succeeded.
    Done {
        /// The proven answer.
        answer: CoreAnswer,
    },
    /// Wait, then send the next request.
    Wait {
        /// So many milliseconds.
        millis: u64,
    },
}

/// What one attempt came to, for logs and metrics.
#[derive(uniffi::Record)]
pub struct CoreAttemptReport {
    /// The operation, such as `payments.create`.
    pub operation: String,
    /// `GET` or `POST`.
    pub method: String,
    /// The path of the table, such as `/v1/payments/{id}`.
    pub url_template: String,
    /// The attempt, from 1.
    pub attempt: u32,
    /// The HTTP status, if an answer came.
    pub status: Option<u16>,
    /// The code of the failure, if none came.
    pub failure: Option<String>,
    /// The gateway's id of the request.
    pub request_id: Option<String>,
    /// `Deprecation` (RFC 9745).
    pub deprecation: Option<String>,
    /// `Sunset` (RFC 8594).
    pub sunset: Option<String>,
    /// How long the answer asks to wait before the next attempt, in milliseconds.
    pub retry_after: Option<u64>,
    /// From sending to the end of the answer, in milliseconds.
    pub elapsed: u64,
}

/// The version of the core, for `User-Agent`.
#[uniffi::export]
#[must_use]
pub fn core_version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// Who calls whom, and whose answers count.
#[derive(uniffi::Object)]
pub struct CoreCaller(pub(crate) Arc<Caller>);

#[uniffi::export]
impl CoreCaller {
    /// Sets a client up.
    ///
    /// # Errors
    /// `invalid_url`, `invalid_key` or `invalid_configuration`.
    #[uniffi::constructor]
    pub fn new(settings: CoreSettings, credentials: CoreCredentials) -> Result<Self, CoreError> {
        guarded(|| {
            let base_url = BaseUrl::parse(&settings.base_url, settings.insecure_host.as_deref())?;
            let keys = settings.gateway_keys.as_deref().map(PublicKeys::parse).transpose()?;
            let policy = RetryPolicy { max_attempts: settings.max_attempts, deadline: settings.timeout, ..RetryPolicy::default() };
            Ok(Self(Arc::new(Caller::new(base_url, proof(credentials), keys, policy)?)))
        })
    }

    /// The public name of the key.
    #[must_use]
    pub fn key_id(&self) -> String {
        self.0.credentials().key_id()
    }

    /// What asks the sandbox on this machine for its keys, as long as they are not known: it goes before the first call.
    #[must_use]
    pub fn discovery(&self) -> Option<CoreRequest> {
        self.0.discovery().map(CoreRequest::from)
    }

    /// Begins a call of an operation by its name; `params` are JSON.
    ///
    /// # Errors
    /// As the parameters have it: `missing_field`, `unknown_field`, `invalid_field` and more, with their place.
    pub fn begin(
        &self,
        operation: String,
        id: Option<String>,
        params: Option<String>,
        options: CoreCallOptions,
    ) -> Result<CoreExchange, CoreError> {
        guarded(|| {
            let mut call = Call::from_json(&operation, id.as_deref(), params.as_deref())?;
            call.idempotency_key = options.idempotency_key.clone().filter(|_| call.is_write());
            let call = call.keyed(ambient::random()?);
            CoreExchange::begin(&self.0, call, &options.into())
        })
    }

    /// Begins to wait until what an operation reads has come to its end; `timeout` in milliseconds is for the whole wait, the options are for
    /// each question.
    ///
    /// # Errors
    /// `invalid_parameter` for an operation that reads nothing that comes to an end.
    pub fn wait(&self, operation: String, id: String, timeout: u64, options: CoreCallOptions) -> Result<CoreWait, CoreError> {
        guarded(|| {
            let timeout = Some(Duration::from_millis(timeout));
            let wait = Wait::new(&self.0, &operation, &id, timeout, options.into(), ambient::now())?;
            Ok(CoreWait { caller: Arc::clone(&self.0), wait: Mutex::new(wait) })
        })
    }
}

/// A wait for a resource to come to its end.
#[derive(uniffi::Object)]
pub struct CoreWait {
    caller: Arc<Caller>,
    wait: Mutex<Wait>,
}

#[uniffi::export]
impl CoreWait {
    /// The next question, to be carried to its end like any call.
    ///
    /// # Errors
    /// What cannot be sent.
    pub fn question(&self) -> Result<CoreExchange, CoreError> {
        guarded(|| {
            let wait = self.locked();
            CoreExchange::begin(&self.caller, wait.call(), &wait.options(ambient::now()))
        })
    }

    /// Judges the answer to a question: the end, or how long to wait before the next.
    ///
    /// # Errors
    /// `wait_timed_out` with the last known state.
    pub fn answered(&self, answer: CoreAnswer) -> Result<CoreNext, CoreError> {
        self.judge(Ok(answer.into()))
    }

    /// Judges a question that failed.
    ///
    /// # Errors
    /// The failure itself if another question would not mend it, and what `answered` gives once the time is over.
    pub fn failed(&self, failure: CoreFailure) -> Result<CoreNext, CoreError> {
        self.judge(Err(failure.into()))
    }
}

impl CoreWait {
    fn judge(&self, end: Result<Answer, OkpayError>) -> Result<CoreNext, CoreError> {
        guarded(|| {
            let random = u64::from_be_bytes(ambient::random()?);
            self.locked().judge(end, ambient::now(), random).map(CoreNext::from)
        })
    }

    fn locked(&self) -> MutexGuard<'_, Wait> {
        self.wait.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One logical call on its way.
#[derive(uniffi::Object)]
pub struct CoreExchange {
    idempotency_key: Option<String>,
    exchange: Mutex<Exchange>,
}

#[uniffi::export]
impl CoreExchange {
    /// The key of a write.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<String> {
        self.idempotency_key.clone()
    }

    /// Takes what came of [`CoreCaller::discovery`].
    ///
    /// # Errors
    /// `connect_failed` if no sandbox answers.
    pub fn learn_keys(&self, outcome: CoreOutcome) -> Result<(), CoreError> {
        self.guarded(|exchange| exchange.learn_keys(outcome.into()))
    }

    /// The request of the next attempt: the same intent, signed anew.
    ///
    /// # Errors
    /// What cannot be sent or signed.
    pub fn request(&self) -> Result<CoreRequest, CoreError> {
        self.guarded(|exchange| {
            let random = ambient::random().map_err(|error| exchange.broken_off(error))?;
            exchange.request(ambient::now(), &random).map(CoreRequest::from)
        })
    }

    /// What is left of the call's deadline, in milliseconds.
    #[must_use]
    pub fn time_left(&self) -> u64 {
        self.locked().time_left(ambient::now())
    }

    /// What the attempt came to, for logs and metrics; `elapsed` in milliseconds.
    #[must_use]
    pub fn report(&self, outcome: CoreOutcome, elapsed: u64) -> CoreAttemptReport {
        let report = self.locked().report(&outcome.into(), Duration::from_millis(elapsed));
        CoreAttemptReport {
            operation: report.operation,
            method: report.method,
            url_template: report.url_template,
            attempt: report.attempt,
            status: report.status,
            failure: report.failure,
            request_id: report.request_id,
            deprecation: report.deprecation,
            sunset: report.sunset,
            retry_after: report.retry_after.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
            elapsed,
        }
    }

    /// Judges what the attempt came to.
    ///
    /// # Errors
    /// The end of the call, by its phase.
    pub fn conclude(&self, outcome: CoreOutcome) -> Result<CoreNext, CoreError> {
        self.guarded(|exchange| exchange.conclude(outcome.into(), ambient::now()).map(CoreNext::from))
    }

    /// The error of a call that the caller gives up while no attempt is under way.
    #[must_use]
    pub fn cancelled(&self) -> CoreFailure {
        let error = OkpayError::invalid(ErrorCode::Cancelled, "the caller gave the call up");
        let CoreError::Failed { failure } = self.locked().broken_off(error).into();
        failure
    }
}

impl CoreExchange {
    fn begin(caller: &Arc<Caller>, call: Call, options: &CallOptions) -> Result<Self, OkpayError> {
        let idempotency_key = call.idempotency_key.clone().filter(|_| call.is_write());
        let exchange = Exchange::new(Arc::clone(caller), call, options, ambient::now())?;
        Ok(Self { idempotency_key, exchange: Mutex::new(exchange) })
    }

    /// Works on the call. After a panic in the middle of a write it is not known what became of it.
    fn guarded<T>(&self, work: impl FnOnce(&mut Exchange) -> Result<T, OkpayError>) -> Result<T, CoreError> {
        guarded_write(self.idempotency_key.clone(), || work(&mut self.locked()))
    }

    /// A panic while it was held has been told of as the end of the call.
    pub(crate) fn locked(&self) -> MutexGuard<'_, Exchange> {
        self.exchange.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn proof(credentials: CoreCredentials) -> Credentials {
    match credentials {
        CoreCredentials::Key { key } => key.credentials(),
        CoreCredentials::Publishable { key, client_secret } => {
            Credentials::Publishable { key, client_secret: client_secret.map(|text| Secret::new(text.into_bytes())) }
        }
    }
}

impl From<CoreCallOptions> for CallOptions {
    fn from(given: CoreCallOptions) -> Self {
        let options = given.timeout.into_iter().fold(Self::default(), |options, millis| options.timeout(Duration::from_millis(millis)));
        let options = given.max_attempts.into_iter().fold(options, Self::max_attempts);
        given.headers.into_iter().fold(options, |options, header| options.header(header.name, header.value))
    }
}

impl From<Next> for CoreNext {
    fn from(next: Next) -> Self {
        match next {
            Next::Done(answer) => Self::Done { answer: answer.into() },
            Next::Wait(millis) => Self::Wait { millis },
        }
    }
}

impl From<SignedRequest> for CoreRequest {
    fn from(request: SignedRequest) -> Self {
        Self { method: request.method, url: request.url, headers: header_list(request.headers), body: request.body }
    }
}

impl From<Answer> for CoreAnswer {
    fn from(answer: Answer) -> Self {
        Self { status: answer.status, headers: header_list(answer.headers), body: answer.body }
    }
}

impl From<CoreAnswer> for Answer {
    fn from(answer: CoreAnswer) -> Self {
        Self { status: answer.status, headers: pairs(answer.headers), body: answer.body }
    }
}

impl From<CoreOutcome> for Outcome {
    fn from(outcome: CoreOutcome) -> Self {
        match outcome {
            CoreOutcome::Answered { answer } => Self::Answered(answer.into()),
            CoreOutcome::Failed { may_have_left, code, detail } => {
                Self::Failed { may_have_left, code: ErrorCode::from(code.as_str()), detail }
            }
        }
    }
}
