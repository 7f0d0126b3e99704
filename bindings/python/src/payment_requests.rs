//! What a wallet scans. Requests cross as JSON.

use crate::checks::told;
use crate::errors::guarded;
use okpay::api::Network;
use okpay::payment_requests::{self, CoinRequest, MerchantRequest, QrField};
use pyo3::prelude::*;

#[pyfunction]
pub(crate) fn parse_payment_request(py: Python<'_>, text: &str) -> PyResult<String> {
    told(py, || payment_requests::parse(text))
}

#[pyfunction]
pub(crate) fn coin_uri(py: Python<'_>, request: &str) -> PyResult<String> {
    guarded(py, || payment_requests::coin_uri(&CoinRequest::from_json(request)?))
}

#[pyfunction]
pub(crate) fn merchant_qr(py: Python<'_>, request: &str) -> PyResult<String> {
    guarded(py, || payment_requests::merchant_qr(&MerchantRequest::from_json(request)?))
}

#[pyfunction]
pub(crate) fn qr_fields(py: Python<'_>, payload: &str) -> PyResult<Vec<(String, String)>> {
    let fields = guarded(py, || payment_requests::qr_fields(payload))?;
    Ok(fields.into_iter().map(|field| (field.id, field.value)).collect())
}

#[pyfunction]
pub(crate) fn qr_payload(py: Python<'_>, fields: Vec<(String, String)>) -> PyResult<String> {
    let fields = fields.into_iter().map(|(id, value)| QrField { id, value }).collect::<Vec<_>>();
    guarded(py, || payment_requests::qr_payload(&fields))
}

/// The contract of USDT on a network, if it is there.
#[pyfunction]
pub(crate) fn usdt_contract(network: &str) -> Option<&'static str> {
    payment_requests::usdt_contract(&Network::from(network))
}
