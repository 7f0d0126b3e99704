//! One-time codes of an authenticator app.

use crate::errors::guarded;
use crate::values::{moment, whole, whole_if_given};
use okpay::totp::{self, TotpAlgorithm};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

/// The secret that an app and a server share. It stays in Rust: wiped on drop, never shown, never pickled.
#[pyclass(frozen, module = "okpay.totp")]
pub(crate) struct TotpKey(totp::TotpKey);

#[pymethods]
impl TotpKey {
    #[new]
    #[pyo3(signature = (secret, *, algorithm="SHA1", digits=6, period=30))]
    fn new(
        py: Python<'_>,
        secret: &Bound<'_, PyAny>,
        algorithm: &str,
        #[pyo3(from_py_with = whole)] digits: i64,
        #[pyo3(from_py_with = whole)] period: i64,
    ) -> PyResult<Self> {
        // A number that fits no field is out of range; core says so.
        let (digits, period) = (u8::try_from(digits).unwrap_or(u8::MAX), u32::try_from(period).unwrap_or(u32::MAX));
        if let Ok(text) = secret.cast::<PyString>() {
            let text = text.to_cow()?;
            return made(py, || totp::TotpKey::from_base32(&text), algorithm, digits, period);
        }
        let bytes = secret.cast::<PyBytes>().map_err(|_| PyTypeError::new_err("a secret is its text in Base32, or its bytes"))?.as_bytes();
        made(py, || totp::TotpKey::new(bytes), algorithm, digits, period)
    }

    #[pyo3(signature = (now=None))]
    fn code(&self, now: Option<&Bound<'_, PyAny>>) -> PyResult<String> {
        Ok(self.0.code(moment(now)?))
    }

    #[pyo3(signature = (typed, *, now=None, window=1, last_used=None))]
    fn verify(
        &self,
        py: Python<'_>,
        typed: &str,
        now: Option<&Bound<'_, PyAny>>,
        #[pyo3(from_py_with = whole)] window: i64,
        #[pyo3(from_py_with = whole_if_given)] last_used: Option<u64>,
    ) -> PyResult<u64> {
        let (now, window) = (moment(now)?, u8::try_from(window).unwrap_or(u8::MAX));
        guarded(py, || self.0.verify(typed, now, window, last_used))
    }

    fn uri(&self, py: Python<'_>, issuer: &str, account: &str) -> PyResult<String> {
        guarded(py, || self.0.uri(issuer, account).map(|uri| String::from_utf8_lossy(uri.expose()).into_owned()))
    }

    #[expect(clippy::unused_self, reason = "what Python calls")]
    fn __repr__(&self) -> &'static str {
        "TotpKey(secret redacted)"
    }
}

fn made(
    py: Python<'_>,
    key: impl FnOnce() -> Result<totp::TotpKey, okpay::OkpayError>,
    algorithm: &str,
    digits: u8,
    period: u32,
) -> PyResult<TotpKey> {
    guarded(py, || key()?.with(TotpAlgorithm::from_name(algorithm)?, digits, period)).map(TotpKey)
}
