//! Checks of what people type. What they say crosses as JSON.

use crate::errors::guarded;
use crate::values::{moment, whole};
use okpay::api::{CardBrand, CardDetails, Network};
use okpay::checks::{self, Chain};
use pyo3::prelude::*;
use serde::Serialize;

/// Whether the check digit of a number holds.
#[pyfunction]
pub(crate) fn luhn(digits: &str) -> bool {
    checks::luhn(digits)
}

#[pyfunction]
pub(crate) fn check_card_number(py: Python<'_>, typed: &str) -> PyResult<String> {
    told(py, || Ok(checks::card_number(typed)))
}

#[pyfunction]
pub(crate) fn check_card_expiry(py: Python<'_>, typed: &str, now: Option<&Bound<'_, PyAny>>) -> PyResult<String> {
    let now = moment(now)?;
    told(py, || Ok(checks::card_expiry(typed, now)))
}

#[pyfunction]
pub(crate) fn check_security_code(py: Python<'_>, typed: &str, brand: Option<&str>) -> PyResult<String> {
    told(py, || Ok(checks::security_code(typed, brand.map(CardBrand::from).as_ref())))
}

#[pyfunction]
pub(crate) fn check_card(
    py: Python<'_>,
    number: &str,
    #[pyo3(from_py_with = whole)] exp_month: i64,
    #[pyo3(from_py_with = whole)] exp_year: i64,
    cvc: &str,
    now: Option<&Bound<'_, PyAny>>,
) -> PyResult<String> {
    // A number that fits no field is none that a card has; core says so.
    let (month, year) = (u8::try_from(exp_month).unwrap_or(u8::MAX), u16::try_from(exp_year).unwrap_or(u16::MAX));
    let (card, now) = (CardDetails::new(number, month, year, cvc), moment(now)?);
    told(py, || checks::card(&card, now))
}

#[pyfunction]
pub(crate) fn check_iban(py: Python<'_>, typed: &str) -> PyResult<String> {
    told(py, || checks::iban(typed))
}

#[pyfunction]
pub(crate) fn check_address(py: Python<'_>, typed: &str, network: &str, chain: Option<&str>) -> PyResult<String> {
    told(py, || checks::address(typed, &Network::from(network), chain.map(Chain::from).as_ref()))
}

/// An answer as JSON.
pub(crate) fn told<T: Serialize>(py: Python<'_>, work: impl FnOnce() -> Result<T, okpay::OkpayError>) -> PyResult<String> {
    guarded(py, || Ok(serde_json::to_string(&work()?).unwrap_or_default()))
}
