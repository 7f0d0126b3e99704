//! The fee engine. Requests and quotes cross as JSON, columns as bytes of 64-bit numbers.

use crate::ambient;
use crate::errors::{guarded, unlocked};
use crate::values::datetime;
use okpay::fees::{self, Quote, QuoteRequest};
use okpay::{ErrorCode, OkpayError, Timestamp};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// A table of fees.
#[pyclass(frozen, module = "okpay._okpay")]
pub(crate) struct FeeSchedule(fees::FeeSchedule);

/// Gross, fee, net, the place of the rule, and the rules.
type Columns<'py> = (Bound<'py, PyBytes>, Bound<'py, PyBytes>, Bound<'py, PyBytes>, Bound<'py, PyBytes>, Vec<String>);

#[pymethods]
impl FeeSchedule {
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        unlocked(py, || fees::FeeSchedule::from_json(text)).map(Self)
    }

    #[staticmethod]
    fn from_envelope(py: Python<'_>, text: &str, public_keys: Vec<String>, last_accepted_version: Option<&str>) -> PyResult<Self> {
        unlocked(py, || fees::FeeSchedule::from_envelope(text, &public_keys, last_accepted_version)).map(Self)
    }

    /// OKPay's own, without a signature.
    #[staticmethod]
    fn standard(py: Python<'_>) -> PyResult<Self> {
        unlocked(py, || fees::FeeSchedule::from_json(fees::STANDARD)).map(Self)
    }

    #[getter]
    fn id(&self) -> &str {
        self.0.id()
    }

    #[getter]
    fn version(&self) -> &str {
        self.0.version()
    }

    #[getter]
    fn verified(&self) -> bool {
        self.0.verified()
    }

    #[getter]
    fn text(&self) -> &str {
        self.0.text()
    }

    #[getter]
    fn rounding(&self) -> &str {
        self.0.rounding().as_str()
    }

    #[getter]
    fn rule_ids(&self) -> Vec<String> {
        self.0.rule_ids()
    }

    #[getter]
    fn valid_from<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.valid_from().map(|moment| datetime(py, moment)).transpose()
    }

    #[getter]
    fn valid_until<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.valid_until().map(|moment| datetime(py, moment)).transpose()
    }

    fn quote(&self, py: Python<'_>, request: &str) -> PyResult<String> {
        self.ask(py, request, fees::FeeSchedule::quote)
    }

    fn gross_up(&self, py: Python<'_>, request: &str) -> PyResult<String> {
        self.ask(py, request, fees::FeeSchedule::gross_up)
    }

    fn max_withdrawal(&self, py: Python<'_>, request: &str) -> PyResult<String> {
        self.ask(py, request, fees::FeeSchedule::max_withdrawal)
    }

    fn compare(&self, py: Python<'_>, request: &str, methods: Vec<String>) -> PyResult<String> {
        guarded(py, || Ok(to_json(&self.0.compare(&read(request)?, &methods, ambient::now())?)))
    }

    fn quote_many<'py>(&self, py: Python<'py>, amounts: &[u8], request: &str) -> PyResult<Columns<'py>> {
        let columns = unlocked(py, || {
            let (amounts, _) = amounts.as_chunks::<8>();
            let amounts = amounts.iter().map(|bytes| i64::from_ne_bytes(*bytes)).collect::<Vec<_>>();
            let columns = self.0.batch(&amounts, &read(request)?, ambient::now())?;
            Ok((raw(&columns.gross), raw(&columns.fee), raw(&columns.net), columns.rule, columns.rule_ids))
        })?;
        let (gross, fee, net, rule, rule_ids) = columns;
        let rule = rule.iter().flat_map(|place| place.to_ne_bytes()).collect::<Vec<_>>();
        Ok((PyBytes::new(py, &gross), PyBytes::new(py, &fee), PyBytes::new(py, &net), PyBytes::new(py, &rule), rule_ids))
    }
}

impl FeeSchedule {
    fn ask(
        &self,
        py: Python<'_>,
        request: &str,
        answer: impl FnOnce(&fees::FeeSchedule, &QuoteRequest, Timestamp) -> Result<Quote, OkpayError>,
    ) -> PyResult<String> {
        guarded(py, || Ok(to_json(&answer(&self.0, &read(request)?, ambient::now())?)))
    }
}

fn read(request: &str) -> Result<QuoteRequest, OkpayError> {
    serde_json::from_str(request).map_err(|error| OkpayError::invalid(ErrorCode::InvalidParameter, error.to_string()))
}

fn raw(column: &[i64]) -> Vec<u8> {
    column.iter().flat_map(|figure| figure.to_ne_bytes()).collect()
}

/// Core's models always serialise.
fn to_json(model: &impl serde::Serialize) -> String {
    serde_json::to_string(model).unwrap_or_default()
}
