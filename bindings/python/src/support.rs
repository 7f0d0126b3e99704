//! What support needs: the diagnostic bundle of a ticket, and whether something is really OKPay's. Both cross as JSON.

use crate::errors::guarded;
use okpay::{diagnostics, official};
use pyo3::prelude::*;

/// The bundle out of its sources: what does not have the form of its field is left out.
#[pyfunction]
pub(crate) fn assemble_diagnostics(py: Python<'_>, sources: &str) -> PyResult<String> {
    guarded(py, || Ok(serde_json::to_string(&diagnostics::assemble_json(sources)?).unwrap_or_default()))
}

/// The verdict of a signed list about a subject.
#[pyfunction]
pub(crate) fn is_official(
    py: Python<'_>,
    envelope: &str,
    public_keys: Vec<String>,
    last_accepted_version: Option<&str>,
    subject: &str,
) -> PyResult<String> {
    guarded(py, || {
        let check = official::is_official_json(envelope, &public_keys, last_accepted_version, subject)?;
        Ok(serde_json::to_string(&check).unwrap_or_default())
    })
}
