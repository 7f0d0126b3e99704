//! Checks of what people type. What they say crosses as JSON.

use crate::errors::Told;
use crate::values::{moment, to_json};
use okpay::api::{CardBrand, CardDetails, Network};
use okpay::checks::{self, Chain};
use wasm_bindgen::prelude::wasm_bindgen;

/// Whether the check digit of a number holds.
#[wasm_bindgen]
#[must_use]
pub fn luhn(digits: &str) -> bool {
    checks::luhn(digits)
}

/// A card number while it is typed.
#[wasm_bindgen(js_name = checkCardNumber)]
#[must_use]
pub fn card_number(typed: &str) -> String {
    to_json(&checks::card_number(typed))
}

/// An expiry date while it is typed.
#[wasm_bindgen(js_name = checkCardExpiry)]
#[must_use]
pub fn card_expiry(typed: &str, now: i64) -> String {
    to_json(&checks::card_expiry(typed, moment(now)))
}

/// A security code while it is typed.
#[wasm_bindgen(js_name = checkSecurityCode)]
#[must_use]
pub fn security_code(typed: &str, brand: Option<String>) -> String {
    to_json(&checks::security_code(typed, brand.as_deref().map(CardBrand::from).as_ref()))
}

/// A whole card.
#[wasm_bindgen(js_name = checkCard)]
pub fn card(number: &str, exp_month: u32, exp_year: u32, cvc: &str, now: i64) -> Result<String, Told> {
    // A number that fits no field is none that a card has; core says so.
    let (month, year) = (u8::try_from(exp_month).unwrap_or(u8::MAX), u16::try_from(exp_year).unwrap_or(u16::MAX));
    Ok(to_json(&checks::card(&CardDetails::new(number, month, year, cvc), moment(now))?))
}

/// An IBAN: a buyer's page takes none.
#[cfg(feature = "secret")]
#[wasm_bindgen(js_name = checkIban)]
pub fn iban(typed: &str) -> Result<String, Told> {
    Ok(to_json(&checks::iban(typed)?))
}

/// An address on a blockchain.
#[wasm_bindgen(js_name = checkAddress)]
pub fn address(typed: &str, network: &str, chain: Option<String>) -> Result<String, Told> {
    Ok(to_json(&checks::address(typed, &Network::from(network), chain.as_deref().map(Chain::from).as_ref())?))
}
