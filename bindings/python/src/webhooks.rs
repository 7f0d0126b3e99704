//! Webhooks: proven, read on demand, signed, diagnosed, ordered.

use crate::ambient;
use crate::errors::{guarded, raise, unlocked};
use crate::values::{all, datetime, headers as header_list, moment, raw_body, texts, whole, whole_if_given};
use okpay::webhooks::{self as core, DiagnosisHints, Ordering, OtherSecret, WebhookSigner};
use okpay::{ErrorCode, OkpayError};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict};

/// From this size on a body is hashed without the interpreter's lock: below, giving it up costs more than the hash.
const LARGE: usize = 32 * 1024;

/// Proves webhooks with one or more secrets.
#[pyclass(frozen, module = "okpay.webhooks")]
pub(crate) struct Verifier(core::Verifier);

#[pymethods]
impl Verifier {
    #[new]
    #[pyo3(signature = (secrets, tolerance=300))]
    fn new(py: Python<'_>, secrets: &Bound<'_, PyAny>, #[pyo3(from_py_with = whole)] tolerance: u32) -> PyResult<Self> {
        let secrets = texts(secrets)?;
        guarded(py, || Ok(core::Verifier::new(&secrets)?.tolerance_secs(tolerance))).map(Self)
    }

    #[pyo3(signature = (body, headers, now=None))]
    fn verify(
        &self,
        py: Python<'_>,
        body: &Bound<'_, PyAny>,
        headers: &Bound<'_, PyAny>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<VerifiedPayload> {
        let body = raw_body(body)?;
        // The lengths of webhook-id, and of webhook-timestamp and webhook-signature: the others need not cross.
        let (headers, now) = (header_list(headers, |length| length == 10 || length == 17)?, moment(now)?);
        let body = body.as_bytes();
        let verify = || self.0.verify(body, &headers, now);
        match body.len() {
            LARGE.. => unlocked(py, verify),
            _ => guarded(py, verify),
        }
        .map(VerifiedPayload)
    }

    fn __repr__(&self) -> &'static str {
        "Verifier(secrets redacted)"
    }
}

/// A webhook that is proven to be OKPay's.
#[pyclass(frozen, eq, module = "okpay.webhooks")]
#[derive(PartialEq)]
pub(crate) struct VerifiedPayload(core::VerifiedPayload);

#[pymethods]
impl VerifiedPayload {
    #[getter]
    fn id(&self) -> &str {
        self.0.id()
    }

    #[getter]
    fn timestamp<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        datetime(py, self.0.timestamp())
    }

    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.body())
    }

    #[getter]
    fn event_type(&self, py: Python<'_>) -> PyResult<String> {
        guarded(py, || self.0.event_type())
    }

    /// One field by its path, such as `data.status`; nothing if it is not there.
    fn field<'py>(&self, py: Python<'py>, path: &str) -> PyResult<Bound<'py, PyAny>> {
        match guarded(py, || self.0.field(path))? {
            Some(text) => from_json(py, text),
            None => Ok(py.None().into_bound(py)),
        }
    }

    /// The event, typed.
    fn event<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        static EVENT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        guarded(py, || self.0.check_event())?;
        let model = EVENT.import(py, "okpay._generated.models", "Event")?;
        let body = loads(py, PyBytes::new(py, self.0.body()).into_any());
        body.and_then(|body| model.call_method1("from_dict", (body,))).map_err(|error| unreadable(py, error))
    }

    /// Everything, as `json.loads` gives it, which takes more than JSON: other encodings, `NaN`, half a surrogate pair.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guarded(py, || check_json(self.0.body()))?;
        loads(py, PyBytes::new(py, self.0.body()).into_any()).map_err(|error| unreadable(py, error))
    }

    fn __repr__(&self) -> String {
        format!("VerifiedPayload(id={:?}, {} bytes)", self.0.id(), self.0.body().len())
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }
}

fn check_json(body: &[u8]) -> Result<(), OkpayError> {
    let read = serde_json::from_slice::<serde_json::Value>(body);
    read.map(drop).map_err(|error| OkpayError::verification(ErrorCode::WebhookUnreadable, format!("the body is no JSON: {error}")))
}

/// What core takes and Python cannot hold, such as the year 0, as the error that says so. Others are defects, and stay.
fn unreadable(py: Python<'_>, error: PyErr) -> PyErr {
    if !error.is_instance_of::<PyValueError>(py) {
        return error;
    }
    let detail = format!("Python cannot hold a value of the body: {}", error.value(py));
    raise(py, &OkpayError::verification(ErrorCode::WebhookUnreadable, detail))
}

/// Texts, whole numbers, `true` and `false`, which most fields are, are made here; the rest is `json.loads`.
fn from_json<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    if text == "true" || text == "false" {
        return (text == "true").into_bound_py_any(py);
    }
    // What can be borrowed has nothing to unescape.
    if let Ok(text) = serde_json::from_str::<&str>(text) {
        return text.into_bound_py_any(py);
    }
    match text.parse::<i64>() {
        Ok(number) => number.into_bound_py_any(py),
        Err(_) => loads(py, text.into_bound_py_any(py)?),
    }
}

fn loads<'py>(py: Python<'py>, text: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    static LOADS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    LOADS.import(py, "json", "loads")?.call1((text,))
}

#[pyfunction]
pub(crate) fn sign<'py>(
    py: Python<'py>,
    secret: &str,
    id: &str,
    body: &Bound<'_, PyAny>,
    timestamp: &Bound<'_, PyAny>,
) -> PyResult<Bound<'py, PyDict>> {
    let (body, timestamp) = (raw_body(body)?, moment(Some(timestamp))?.secs());
    let signature = guarded(py, || core::sign(secret, id, timestamp, body.as_bytes()))?;
    shown(py, id, &timestamp.to_string(), &signature)
}

/// As the gateway signs a delivery: with every secret of an endpoint, and its private key.
#[pyfunction]
pub(crate) fn sign_delivery<'py>(
    py: Python<'py>,
    secrets: &Bound<'_, PyAny>,
    id: &str,
    body: &Bound<'_, PyAny>,
    timestamp: &Bound<'_, PyAny>,
) -> PyResult<Bound<'py, PyDict>> {
    let (secrets, body, timestamp) = (texts(secrets)?, raw_body(body)?, moment(Some(timestamp))?);
    let headers = guarded(py, || WebhookSigner::new(&secrets)?.headers(id, timestamp, body.as_bytes()))?;
    shown(py, &headers.id, &headers.timestamp, &headers.signature)
}

fn shown<'py>(py: Python<'py>, id: &str, timestamp: &str, signature: &str) -> PyResult<Bound<'py, PyDict>> {
    let headers = PyDict::new(py);
    headers.set_item("webhook-id", id)?;
    headers.set_item("webhook-timestamp", timestamp)?;
    headers.set_item("webhook-signature", signature)?;
    Ok(headers)
}

/// The diagnosis as JSON.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "what is known of a delivery")]
pub(crate) fn diagnose(
    py: Python<'_>,
    body: &Bound<'_, PyAny>,
    headers: &Bound<'_, PyAny>,
    secrets: &Bound<'_, PyAny>,
    now: Option<&Bound<'_, PyAny>>,
    previous_secrets: Vec<String>,
    other_secrets: Vec<(String, String)>,
    #[pyo3(from_py_with = whole)] tolerance: u32,
) -> PyResult<String> {
    let (body, headers, secrets, now) = (raw_body(body)?, header_list(headers, all)?, texts(secrets)?, moment(now)?);
    let other_secrets = other_secrets.into_iter().map(|(name, secret)| OtherSecret { name, secret }).collect();
    let hints = DiagnosisHints { previous_secrets, other_secrets, tolerance_secs: Some(tolerance) };
    let body = body.as_bytes();
    let diagnosis = unlocked(py, || Ok(core::diagnose(body, &headers, &secrets, now, &hints)))?;
    Ok(serde_json::to_string(&diagnosis).unwrap_or_default())
}

/// `apply`, `stale` or `gap`.
#[pyfunction]
pub(crate) fn apply(
    #[pyo3(from_py_with = whole_if_given)] current_version: Option<u64>,
    #[pyo3(from_py_with = whole)] event_version: u64,
) -> &'static str {
    match core::apply(current_version, event_version) {
        Ordering::Apply => "apply",
        Ordering::Stale => "stale",
        Ordering::Gap => "gap",
    }
}

/// A secret from random bytes; OKPay's own have 32.
#[pyfunction]
#[pyo3(signature = (random=None))]
pub(crate) fn webhook_secret(py: Python<'_>, random: Option<&[u8]>) -> PyResult<String> {
    let fresh = match random {
        Some(given) => given.to_vec(),
        None => ambient::random::<32>().map_err(|error| raise(py, &error))?.to_vec(),
    };
    guarded(py, || core::webhook_secret(&fresh))
}
