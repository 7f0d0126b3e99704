//! [`Courier`]: carries calls between the Python client and core's.

use crate::errors::{guarded, raise, unlocked};
use crate::gate::{attached, check_open};
use crate::keys::signing_key;
use crate::runtime::{PerProcess, runtime, wait};
use crate::stores::is_memory;
use crate::transport::PythonTransport;
use crate::values::{whole, whole_if_given};
use okpay::api::Call;
use okpay::call::{Answer, Credentials, RetryPolicy};
use okpay::client::{AttemptReport, CallOptions, Client, ClientBuilder, HttpOptions, Recovered, Resolution, SqliteJournal};
use okpay::signing::{PublicKeys, Secret, Signer};
use okpay::{ErrorCode, OkpayError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use serde_json::json;
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::AbortHandle;

/// What the client was told. Kept, so that a process that was forked off makes a client of its own.
struct Settings {
    base_url: String,
    insecure_host: Option<String>,
    credentials: Credentials,
    gateway_keys: Option<PublicKeys>,
    policy: RetryPolicy,
    http: HttpOptions,
    /// Where it is whatever the process's folder becomes: a child opens it again.
    journal: Option<PathBuf>,
    transport: Option<Arc<Py<PyAny>>>,
    on_attempt: Option<Arc<Py<PyAny>>>,
}

/// Carries calls. The classes of the package make it and use it.
#[pyclass(frozen, module = "okpay._okpay")]
pub(crate) struct Courier {
    settings: Settings,
    client: PerProcess<Client>,
}

#[pymethods]
impl Courier {
    #[new]
    #[pyo3(signature = (base_url, *, key=None, publishable_key=None, client_secret=None, gateway_keys=None, insecure_host=None,
        timeout=30_000, connect_timeout=5_000, max_attempts=3, proxy=None, user_agent=None, journal=None, transport=None, on_attempt=None))]
    #[expect(clippy::too_many_arguments, reason = "keyword arguments of the constructor in Python")]
    fn new(
        py: Python<'_>,
        base_url: String,
        key: Option<&Bound<'_, PyAny>>,
        publishable_key: Option<String>,
        client_secret: Option<String>,
        gateway_keys: Option<&str>,
        insecure_host: Option<String>,
        timeout: u64,
        connect_timeout: u64,
        #[pyo3(from_py_with = whole)] max_attempts: u32,
        proxy: Option<String>,
        user_agent: Option<String>,
        journal: Option<PathBuf>,
        transport: Option<Py<PyAny>>,
        on_attempt: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let settings = Settings {
            base_url,
            insecure_host,
            credentials: credentials(key, publishable_key, client_secret)?,
            gateway_keys: guarded(py, || gateway_keys.map(PublicKeys::parse).transpose())?,
            policy: RetryPolicy { max_attempts, deadline: timeout, ..RetryPolicy::default() },
            http: HttpOptions { connect_timeout: Duration::from_millis(connect_timeout), proxy, user_agent, ..HttpOptions::default() },
            journal: journal.map(|path| file(py, path)).transpose()?,
            transport: transport.map(Arc::new),
            on_attempt: on_attempt.map(Arc::new),
        };
        let courier = Self { settings, client: PerProcess::new() };
        courier.client(py)?;
        Ok(courier)
    }

    /// The public name of the key.
    #[getter]
    fn key_id(&self) -> String {
        self.settings.credentials.key_id()
    }

    /// Runs a call to its end: status, headers and body of the proven answer, and the key of a write.
    #[pyo3(signature = (operation, id, params, *, idempotency_key=None, timeout=None, max_attempts=None, headers=None))]
    #[expect(clippy::too_many_arguments, reason = "a call and its options")]
    fn run<'py>(
        &self,
        py: Python<'py>,
        operation: &str,
        id: Option<&str>,
        params: Option<&str>,
        idempotency_key: Option<String>,
        timeout: Option<u64>,
        #[pyo3(from_py_with = whole_if_given)] max_attempts: Option<u32>,
        headers: Option<Vec<(String, String)>>,
    ) -> PyResult<(Carried<'py>, Option<String>)> {
        let options = options(timeout, max_attempts, headers);
        let (intent, future) = self.intend(py, operation, id, params, idempotency_key, options)?;
        let answer = wait(py, intent.idempotency_key.clone(), future).map_err(|error| intent.noted(py, error))?;
        Ok((carried(py, answer), intent.idempotency_key))
    }

    /// Begins a call and gives its task; `deliver(answer, error)` is called from another thread at its end, unless it is cancelled before.
    #[pyo3(signature = (deliver, operation, id, params, *, idempotency_key=None, timeout=None, max_attempts=None, headers=None))]
    #[expect(clippy::too_many_arguments, reason = "a call and its options")]
    fn start(
        &self,
        py: Python<'_>,
        deliver: Py<PyAny>,
        operation: &str,
        id: Option<&str>,
        params: Option<&str>,
        idempotency_key: Option<String>,
        timeout: Option<u64>,
        #[pyo3(from_py_with = whole_if_given)] max_attempts: Option<u32>,
        headers: Option<Vec<(String, String)>>,
    ) -> PyResult<Task> {
        let options = options(timeout, max_attempts, headers);
        let (intent, future) = self.intend(py, operation, id, params, idempotency_key, options)?;
        let key = intent.idempotency_key.clone();
        begin(py, deliver, intent.idempotency_key, future, |py, answer| Ok((carried(py, answer), key).into_pyobject(py)?.into_any()))
    }

    /// Reads by an operation until it has come to its end, and gives the answer with that.
    #[pyo3(signature = (operation, id, *, timeout=None, headers=None))]
    fn wait<'py>(
        &self,
        py: Python<'py>,
        operation: String,
        id: String,
        timeout: Option<u64>,
        headers: Option<Vec<(String, String)>>,
    ) -> PyResult<Carried<'py>> {
        let future = self.waiting(py, operation, id, timeout, headers)?;
        Ok(carried(py, wait(py, None, future)?))
    }

    /// As `wait`, delivered.
    #[pyo3(signature = (deliver, operation, id, *, timeout=None, headers=None))]
    fn start_wait(
        &self,
        py: Python<'_>,
        deliver: Py<PyAny>,
        operation: String,
        id: String,
        timeout: Option<u64>,
        headers: Option<Vec<(String, String)>>,
    ) -> PyResult<Task> {
        let future = self.waiting(py, operation, id, timeout, headers)?;
        begin(py, deliver, None, future, |py, answer| Ok(carried(py, answer).into_pyobject(py)?.into_any()))
    }

    /// Has whoever waits for this id ask at once.
    fn notify(&self, py: Python<'_>, id: &str) -> PyResult<()> {
        self.client(py)?.notify_id(id);
        Ok(())
    }

    /// Asks what became of a call; the outcome as JSON.
    #[pyo3(signature = (idempotency_key, *, timeout=None, max_attempts=None, headers=None))]
    fn resolve(
        &self,
        py: Python<'_>,
        idempotency_key: String,
        timeout: Option<u64>,
        #[pyo3(from_py_with = whole_if_given)] max_attempts: Option<u32>,
        headers: Option<Vec<(String, String)>>,
    ) -> PyResult<String> {
        wait(py, None, self.resolving(py, idempotency_key, timeout, max_attempts, headers)?)
    }

    /// As `resolve`, delivered.
    #[pyo3(signature = (deliver, idempotency_key, *, timeout=None, max_attempts=None, headers=None))]
    fn start_resolve(
        &self,
        py: Python<'_>,
        deliver: Py<PyAny>,
        idempotency_key: String,
        timeout: Option<u64>,
        #[pyo3(from_py_with = whole_if_given)] max_attempts: Option<u32>,
        headers: Option<Vec<(String, String)>>,
    ) -> PyResult<Task> {
        let future = self.resolving(py, idempotency_key, timeout, max_attempts, headers)?;
        begin(py, deliver, None, future, |py, text| Ok(text.into_pyobject(py)?.into_any()))
    }

    /// Resolves every call that the journal holds open: pairs of the call (with its outcome, if it is known) as JSON and the error, if not.
    fn recover<'py>(&self, py: Python<'py>) -> PyResult<Vec<(String, Option<Bound<'py, PyAny>>)>> {
        let client = self.client(py)?;
        let recovered = wait(py, None, async move { client.recover().await })?;
        Ok(recovered.iter().map(|entry| recovered_pair(py, entry)).collect())
    }

    /// As `recover`, delivered.
    fn start_recover(&self, py: Python<'_>, deliver: Py<PyAny>) -> PyResult<Task> {
        let client = self.client(py)?;
        begin(py, deliver, None, async move { client.recover().await }, |py, recovered| {
            let pairs = recovered.iter().map(|entry| recovered_pair(py, entry)).collect::<Vec<_>>();
            pairs.into_pyobject(py)
        })
    }

    fn __repr__(&self) -> String {
        format!("Courier({} as {})", self.settings.base_url, self.key_id())
    }
}

/// A call that has begun.
#[pyclass(frozen, module = "okpay._okpay")]
pub(crate) struct Task {
    task: AbortHandle,
    /// The key of the call, if it is a write.
    #[pyo3(get)]
    idempotency_key: Option<String>,
}

#[pymethods]
impl Task {
    /// Gives the call up. What has left cannot be called back.
    fn cancel(&self) {
        self.task.abort();
    }
}

/// Status, headers and body.
type Carried<'py> = (u16, Vec<(String, String)>, Bound<'py, PyBytes>);

fn carried(py: Python<'_>, answer: Answer) -> Carried<'_> {
    (answer.status, answer.headers, PyBytes::new(py, &answer.body))
}

/// What is known of a call before it is sent.
struct Intent {
    /// Of a write.
    idempotency_key: Option<String>,
}

impl Intent {
    /// Ctrl-C says nothing of the call that it broke off: a write's key is put on it, for `resolve`.
    fn noted(&self, py: Python<'_>, error: PyErr) -> PyErr {
        let is_ours = py
            .import("okpay.errors")
            .and_then(|errors| errors.getattr("OkpayError"))
            .is_ok_and(|class| error.value(py).is_instance(&class).unwrap_or(true));
        if let Some(key) = self.idempotency_key.as_ref().filter(|_| !is_ours) {
            let note = format!("The call may have been executed: client.resolve({key:?}) says what became of it.");
            // Notes came with Python 3.11; an exception without room for them stays as it is.
            let _ = error.value(py).call_method1("add_note", (note,));
            let _ = error.value(py).setattr("idempotency_key", key);
        }
        error
    }
}

impl Courier {
    /// This process's client.
    fn client(&self, py: Python<'_>) -> PyResult<Client> {
        if let Some(client) = self.client.held(py) {
            return Ok(client);
        }
        // It waits for whoever has the file, and so before anything is held.
        let journal = unlocked(py, || self.settings.open_journal())?;
        guarded(py, || self.client.get(py, || self.settings.build(journal)))
    }

    fn resolving(
        &self,
        py: Python<'_>,
        key: String,
        timeout: Option<u64>,
        max_attempts: Option<u32>,
        headers: Option<Vec<(String, String)>>,
    ) -> PyResult<impl Future<Output = Result<String, OkpayError>> + Send + 'static> {
        let question = self.client(py)?.resolve(key);
        let question = timeout.into_iter().fold(question, |question, millis| question.timeout(Duration::from_millis(millis)));
        let question = max_attempts.into_iter().fold(question, Resolution::max_attempts);
        let question = headers.into_iter().flatten().fold(question, |question, (name, value)| question.header(name, value));
        Ok(async move { question.await.map(|outcome| to_json(&outcome)) })
    }

    fn waiting(
        &self,
        py: Python<'_>,
        operation: String,
        id: String,
        timeout: Option<u64>,
        headers: Option<Vec<(String, String)>>,
    ) -> PyResult<impl Future<Output = Result<Answer, OkpayError>> + Send + 'static> {
        let (client, options) = (self.client(py)?, options(None, None, headers));
        Ok(async move { client.wait(&operation, &id, timeout.map(Duration::from_millis), &options).await })
    }

    fn intend(
        &self,
        py: Python<'_>,
        operation: &str,
        id: Option<&str>,
        params: Option<&str>,
        idempotency_key: Option<String>,
        options: CallOptions,
    ) -> PyResult<(Intent, impl Future<Output = Result<Answer, OkpayError>> + Send + 'static)> {
        let client = self.client(py)?;
        let call = guarded(py, || {
            let call = Call::from_json(operation, id, params)?;
            let idempotency_key = idempotency_key.filter(|_| call.is_write());
            client.keyed(Call { idempotency_key, ..call })
        })?;
        let intent = Intent { idempotency_key: call.idempotency_key.clone().filter(|_| call.is_write()) };
        Ok((intent, async move { client.run(call, &options).await }))
    }
}

/// Begins a future whose end is delivered; the key is that of a write.
fn begin<T: Send + 'static>(
    py: Python<'_>,
    deliver: Py<PyAny>,
    idempotency_key: Option<String>,
    future: impl Future<Output = Result<T, OkpayError>> + Send + 'static,
    show: impl for<'py> FnOnce(Python<'py>, T) -> PyResult<Bound<'py, PyAny>> + Send + 'static,
) -> PyResult<Task> {
    check_open()?;
    let runtime = runtime(py)?;
    let task = runtime.spawn(future);
    let begun = Task { task: task.abort_handle(), idempotency_key: idempotency_key.clone() };
    runtime.spawn(async move {
        let result = match task.await {
            Ok(result) => result,
            Err(error) if error.is_panic() => Err(OkpayError::defect(idempotency_key)),
            Err(_) => return,
        };
        // An interpreter that is shutting down has nobody who waits.
        into_python(|py| {
            let shown = result.map_err(|error| raise(py, &error)).and_then(|value| show(py, value));
            let delivered = match shown {
                Ok(value) => deliver.call1(py, (value, py.None())),
                Err(error) => deliver.call1(py, (py.None(), error.into_value(py))),
            };
            // A loop that was closed meanwhile refuses, and nobody waits there either.
            drop(delivered);
        });
    });
    Ok(begun)
}

impl Settings {
    fn open_journal(&self) -> Result<Option<Arc<SqliteJournal>>, OkpayError> {
        self.journal.as_ref().map(|path| SqliteJournal::open(path).map(Arc::new)).transpose()
    }

    fn build(&self, journal: Option<Arc<SqliteJournal>>) -> Result<Client, OkpayError> {
        let mut builder = ClientBuilder::default()
            .base_url(self.base_url.clone())
            .credentials(self.credentials.clone())
            .retry(self.policy.clone())
            .http(self.http.clone());
        if let Some(host) = &self.insecure_host {
            builder = builder.insecure_host(host.clone());
        }
        if let Some(keys) = &self.gateway_keys {
            builder = builder.gateway_keys(keys.clone());
        }
        if let Some(journal) = journal {
            builder = builder.journal(journal);
        }
        if let Some(send) = &self.transport {
            builder = builder.transport(Arc::new(PythonTransport(Arc::clone(send))));
        }
        if let Some(hook) = self.on_attempt.clone() {
            builder = builder.on_attempt(move |report| tell(&hook, report));
        }
        builder.build()
    }
}

/// Where a journal's file is, whatever the process's folder becomes.
fn file(py: Python<'_>, path: PathBuf) -> PyResult<PathBuf> {
    if is_memory(&path) {
        let detail = "a journal outlives the process, and :memory: does not: give the path of a file, or no journal";
        return Err(raise(py, &OkpayError::invalid_at(ErrorCode::JournalFailed, "journal", detail)));
    }
    // Of no path at all, core says what to do.
    if path.as_os_str().is_empty() { Ok(path) } else { Ok(std::path::absolute(path)?) }
}

fn credentials(key: Option<&Bound<'_, PyAny>>, publishable_key: Option<String>, client_secret: Option<String>) -> PyResult<Credentials> {
    if let Some(key) = publishable_key {
        return Ok(Credentials::Publishable { key, client_secret: client_secret.map(|text| Secret::new(text.into_bytes())) });
    }
    let key = key.ok_or_else(|| pyo3::exceptions::PyTypeError::new_err("a client needs a key or a publishable key"))?;
    Ok(match signing_key(key)? {
        crate::keys::SigningKey::Hmac(key) => Credentials::Secret(key),
        crate::keys::SigningKey::Ed25519(key) => Credentials::Device(Arc::new(key) as Arc<dyn Signer>),
    })
}

fn options(timeout: Option<u64>, max_attempts: Option<u32>, headers: Option<Vec<(String, String)>>) -> CallOptions {
    let mut options = CallOptions::default();
    if let Some(millis) = timeout {
        options = options.timeout(Duration::from_millis(millis));
    }
    if let Some(attempts) = max_attempts {
        options = options.max_attempts(attempts);
    }
    headers.into_iter().flatten().fold(options, |options, (name, value)| options.header(name, value))
}

/// Tells Python's hook of an attempt. What it raises is shown, as Python does for callbacks, and changes nothing.
fn tell(hook: &Py<PyAny>, report: &AttemptReport) {
    into_python(|py| {
        let call = || -> PyResult<()> {
            let fields = PyDict::new(py);
            fields.set_item("operation", &report.operation)?;
            fields.set_item("method", &report.method)?;
            fields.set_item("url_template", &report.url_template)?;
            fields.set_item("attempt", report.attempt)?;
            fields.set_item("status", report.status)?;
            fields.set_item("failure", &report.failure)?;
            fields.set_item("request_id", &report.request_id)?;
            fields.set_item("deprecation", &report.deprecation)?;
            fields.set_item("sunset", &report.sunset)?;
            fields.set_item("retry_after_ms", report.retry_after.map(millis))?;
            fields.set_item("elapsed_ms", millis(report.elapsed))?;
            hook.call1(py, (fields,)).map(drop)
        };
        if let Err(error) = call() {
            error.write_unraisable(py, Some(hook.bind(py)));
        }
    });
}

/// Runs work in Python on a thread of the runtime, whose other tasks go on elsewhere: the work may make a call and wait for it.
fn into_python(work: impl FnOnce(Python<'_>)) {
    tokio::task::block_in_place(|| attached(work));
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn recovered_pair<'py>(py: Python<'py>, recovered: &Recovered) -> (String, Option<Bound<'py, PyAny>>) {
    let Recovered { entry, outcome } = recovered;
    let text = json!({ "call": entry.call, "recorded": entry.recorded, "outcome": outcome.as_ref().ok() }).to_string();
    (text, outcome.as_ref().err().map(|error| raise(py, error).into_value(py).into_bound(py).into_any()))
}

/// Core's models always serialise.
fn to_json(model: &impl serde::Serialize) -> String {
    serde_json::to_string(model).unwrap_or_default()
}
