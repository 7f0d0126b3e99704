//! What to do about a failure. An advice crosses as JSON.

use crate::errors::guarded;
use okpay::advice::{self, Advice};
use okpay::{DeclineCode, ErrorCode, Failure, OkpayError, Phase};
use pyo3::prelude::*;

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "the fields of an exception")]
pub(crate) fn advice_for_error(
    py: Python<'_>,
    phase: &str,
    code: &str,
    param: Option<String>,
    decline_code: Option<&str>,
    object_id: Option<String>,
    status: Option<u16>,
    request_id: Option<String>,
    idempotency_key: Option<String>,
    locale: &str,
) -> PyResult<String> {
    let failure = Failure {
        code: ErrorCode::from(code),
        detail: String::new(),
        param,
        decline_code: decline_code.map(DeclineCode::from),
        object: object_id,
        state: None,
        status,
        request_id,
        idempotency_key,
    };
    let error = OkpayError::of(&Phase::from(phase), failure);
    told(py, || advice::for_error(&error, locale))
}

#[pyfunction]
pub(crate) fn advice_for_code(py: Python<'_>, code: &str, locale: &str) -> PyResult<String> {
    told(py, || advice::for_code(&ErrorCode::from(code), locale))
}

#[pyfunction]
pub(crate) fn advice_for_decline(py: Python<'_>, code: &str, transaction: Option<&str>, locale: &str) -> PyResult<String> {
    let code = DeclineCode::from(code);
    told(py, || match transaction {
        Some(transaction) => advice::for_declined_payment(&code, transaction, locale),
        None => advice::for_decline(&code, locale),
    })
}

/// The decline code that a buyer may see.
#[pyfunction]
pub(crate) fn code_for_buyer(code: &str) -> String {
    advice::code_for_buyer(&DeclineCode::from(code)).to_string()
}

fn told(py: Python<'_>, work: impl FnOnce() -> Advice) -> PyResult<String> {
    guarded(py, || Ok(serde_json::to_string(&work()).unwrap_or_default()))
}
