//! Core's errors as Python's exceptions. A panic, which would be a defect of ours, becomes one as well.

use okpay::{DeclineCode, OkpayError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The exception of an error, made by `okpay.errors.from_failure`.
pub(crate) fn raise(py: Python<'_>, error: &OkpayError) -> PyErr {
    match exception(py, error) {
        Ok(exception) => PyErr::from_value(exception),
        Err(failed) => failed,
    }
}

fn exception<'py>(py: Python<'py>, error: &OkpayError) -> PyResult<Bound<'py, PyAny>> {
    static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let make = MAKE.import(py, "okpay.errors", "from_failure")?;
    let failure = error.failure();
    make.call1((
        error.phase().as_str(),
        failure.code.as_str(),
        &failure.detail,
        &failure.param,
        failure.decline_code.as_ref().map(DeclineCode::as_str),
        &failure.object,
        failure.status,
        &failure.request_id,
        &failure.idempotency_key,
        error.suggested_action(),
        &failure.state,
    ))
}

/// Runs core's work. Its errors are raised, and so is a panic, in place of ending the process or slipping past `except Exception`.
pub(crate) fn guarded<T>(py: Python<'_>, work: impl FnOnce() -> Result<T, OkpayError>) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(OkpayError::defect(None))).map_err(|error| raise(py, &error))
}

/// As [`guarded`], without the interpreter's lock: for work that takes long.
pub(crate) fn unlocked<T: Send>(py: Python<'_>, work: impl FnOnce() -> Result<T, OkpayError> + Send) -> PyResult<T> {
    let done = py.detach(|| catch_unwind(AssertUnwindSafe(work)));
    done.unwrap_or_else(|_| Err(OkpayError::defect(None))).map_err(|error| raise(py, &error))
}

/// Panics, for the tests of the crossing.
#[pyfunction]
#[pyo3(name = "_panic")]
#[expect(clippy::panic, reason = "what it is for")]
pub(crate) fn panic(py: Python<'_>) -> PyResult<()> {
    guarded(py, || panic!("asked for by a test"))
}
