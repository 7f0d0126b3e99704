//! Exact arithmetic. An amount crosses as its text and its currency; `ts/money.ts` has the class.

use crate::errors::Told;
#[cfg(feature = "secret")]
use okpay::money::Rounding;
use okpay::{Currency, Money};
#[cfg(feature = "secret")]
use okpay::{ErrorCode, OkpayError};
use wasm_bindgen::prelude::wasm_bindgen;

/// The amount with all its places, read exactly.
#[wasm_bindgen(js_name = moneyAmount)]
pub fn amount(amount: &str, currency: &str) -> Result<String, Told> {
    Ok(text(Money::parse(amount, currency)?))
}

/// The amount of so many minor units.
#[wasm_bindgen(js_name = moneyFromMinor)]
pub fn from_minor(minor_units: i64, currency: &str) -> Result<String, Told> {
    Ok(text(Money::from_minor(minor_units.into(), Currency::parse(currency)?)?))
}

/// The amount in minor units.
#[wasm_bindgen(js_name = moneyMinor)]
pub fn minor(amount: &str, currency: &str) -> Result<i64, Told> {
    Ok(Money::parse(amount, currency)?.minor())
}

/// The sum.
#[wasm_bindgen(js_name = moneyAdd)]
pub fn add(amount: &str, currency: &str, other: &str, other_currency: &str) -> Result<String, Told> {
    Ok(text(Money::parse(amount, currency)?.checked_add(Money::parse(other, other_currency)?)?))
}

/// The difference.
#[wasm_bindgen(js_name = moneySubtract)]
pub fn subtract(amount: &str, currency: &str, other: &str, other_currency: &str) -> Result<String, Told> {
    Ok(text(Money::parse(amount, currency)?.checked_sub(Money::parse(other, other_currency)?)?))
}

/// The same amount with the other sign.
#[wasm_bindgen(js_name = moneyNegate)]
pub fn negate(amount: &str, currency: &str) -> Result<String, Told> {
    Ok(text(Money::parse(amount, currency)?.negated()))
}

/// -1, 0 or 1.
#[wasm_bindgen(js_name = moneyCompare)]
pub fn compare(amount: &str, currency: &str, other: &str, other_currency: &str) -> Result<i32, Told> {
    Ok(Money::parse(amount, currency)?.compare(Money::parse(other, other_currency)?)? as i32)
}

/// How many decimal places an amount in a currency may have.
#[wasm_bindgen(js_name = currencyPlaces)]
pub fn currency_places(currency: &str) -> Result<u32, Told> {
    Ok(Currency::parse(currency)?.places())
}

/// The whole number that a fraction becomes by one of the seven roundings; whole numbers cross as text.
#[cfg(feature = "secret")]
#[wasm_bindgen]
pub fn divide(numerator: &str, denominator: &str, rounding: &str) -> Result<String, Told> {
    let refused = |param: &str, detail: String| OkpayError::invalid_at(ErrorCode::InvalidParameter, param, detail);
    let whole = |param: &str, text: &str| text.parse::<i128>().map_err(|_| refused(param, format!("{param} is past 128 bits")));
    let (numerator, denominator) = (whole("numerator", numerator)?, whole("denominator", denominator)?);
    match Rounding::from(rounding) {
        Rounding::Unknown { raw } => Err(refused("rounding", format!("\"{raw}\" is no rounding mode")).into()),
        known => Ok(known.divide(numerator, denominator)?.to_string()),
    }
}

fn text(money: Money) -> String {
    money.amount_text()
}
