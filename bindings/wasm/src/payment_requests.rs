//! What a wallet scans. Requests cross as JSON.

use crate::errors::Told;
use crate::values::{read, to_json};
use okpay::api::Network;
use okpay::payment_requests::{self, CoinRequest, MerchantRequest, QrField};
use wasm_bindgen::prelude::wasm_bindgen;

/// What was scanned.
#[wasm_bindgen(js_name = parsePaymentRequest)]
pub fn parse(text: &str) -> Result<String, Told> {
    Ok(to_json(&payment_requests::parse(text)?))
}

/// The link of a request for coins.
#[wasm_bindgen(js_name = coinUri)]
pub fn coin_uri(request: &str) -> Result<String, Told> {
    Ok(payment_requests::coin_uri(&CoinRequest::from_json(request)?)?)
}

/// The payload of a shop's code.
#[wasm_bindgen(js_name = merchantQr)]
pub fn merchant_qr(request: &str) -> Result<String, Told> {
    Ok(payment_requests::merchant_qr(&MerchantRequest::from_json(request)?)?)
}

/// The fields of a shop's code.
#[wasm_bindgen(js_name = qrFields)]
pub fn qr_fields(payload: &str) -> Result<String, Told> {
    Ok(to_json(&payment_requests::qr_fields(payload)?))
}

/// The payload of fields.
#[wasm_bindgen(js_name = qrPayload)]
pub fn qr_payload(fields: &str) -> Result<String, Told> {
    Ok(payment_requests::qr_payload(&read::<Vec<QrField>>(fields)?)?)
}

/// The contract of USDT on a network, if it is there.
#[wasm_bindgen(js_name = usdtContract)]
#[must_use]
pub fn usdt_contract(network: &str) -> Option<String> {
    payment_requests::usdt_contract(&Network::from(network)).map(str::to_owned)
}
