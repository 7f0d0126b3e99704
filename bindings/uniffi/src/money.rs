//! Exact amounts. The languages show them as their decimal types; what is right, core says.

use crate::errors::{CoreError, guarded};
use okpay::money::Rounding;
use okpay::{Currency, ErrorCode, Money, OkpayError};

/// An exact amount of one currency.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CoreMoney {
    /// Its decimal text, with all places of the currency.
    pub amount: String,
    /// In cents, satoshi or 10^-6 USDT.
    pub minor_units: i64,
    /// The code of the currency.
    pub currency: String,
    /// How many places the currency has.
    pub places: u32,
}

/// Reads an amount exactly.
///
/// # Errors
/// `invalid_amount`, `too_many_places`, `unknown_currency` and `amount_overflow`.
#[uniffi::export]
pub fn core_money(amount: String, currency: String) -> Result<CoreMoney, CoreError> {
    guarded(|| Money::parse(&amount, &currency).map(CoreMoney::from))
}

/// An amount from minor units.
///
/// # Errors
/// `unknown_currency` and `amount_overflow`.
#[uniffi::export]
pub fn core_money_from_minor(minor_units: i64, currency: String) -> Result<CoreMoney, CoreError> {
    guarded(|| of_minor(minor_units, &currency).map(CoreMoney::from))
}

/// The sum of two amounts of one currency.
///
/// # Errors
/// `currency_mismatch` and `amount_overflow`.
#[uniffi::export]
pub fn core_money_add(left: CoreMoney, right: CoreMoney) -> Result<CoreMoney, CoreError> {
    guarded(|| read(&left)?.checked_add(read(&right)?).map(CoreMoney::from))
}

/// The difference of two amounts of one currency.
///
/// # Errors
/// `currency_mismatch` and `amount_overflow`.
#[uniffi::export]
pub fn core_money_subtract(left: CoreMoney, right: CoreMoney) -> Result<CoreMoney, CoreError> {
    guarded(|| read(&left)?.checked_sub(read(&right)?).map(CoreMoney::from))
}

/// Less (-1), equal (0) or more (1): two amounts of one currency.
///
/// # Errors
/// `currency_mismatch`.
#[uniffi::export]
pub fn core_money_compare(left: CoreMoney, right: CoreMoney) -> Result<i8, CoreError> {
    guarded(|| Ok(read(&left)?.compare(read(&right)?)? as i8))
}

/// How many decimal places an amount in a currency may have.
///
/// # Errors
/// `unknown_currency`.
#[uniffi::export]
pub fn core_currency_places(currency: String) -> Result<u32, CoreError> {
    guarded(|| Ok(Currency::parse(&currency)?.places()))
}

/// The whole number that a fraction becomes by one of the seven roundings; whole numbers of up to 128 bits as texts.
///
/// # Errors
/// `invalid_parameter` and `amount_overflow`.
#[uniffi::export]
pub fn core_divide(numerator: String, denominator: String, rounding: String) -> Result<String, CoreError> {
    guarded(|| {
        let (numerator, denominator) = (whole("numerator", &numerator)?, whole("denominator", &denominator)?);
        match Rounding::from(rounding.as_str()) {
            Rounding::Unknown { raw } => Err(refused("rounding", format!("{raw:?} is no rounding mode"))),
            known => Ok(known.divide(numerator, denominator)?.to_string()),
        }
    })
}

fn whole(name: &str, text: &str) -> Result<i128, OkpayError> {
    text.parse().map_err(|_| refused(name, format!("{text:?} is no whole number of 128 bits")))
}

fn refused(name: &str, detail: String) -> OkpayError {
    OkpayError::invalid_at(ErrorCode::InvalidParameter, name, detail)
}

fn read(money: &CoreMoney) -> Result<Money, OkpayError> {
    of_minor(money.minor_units, &money.currency)
}

fn of_minor(minor_units: i64, currency: &str) -> Result<Money, OkpayError> {
    Money::from_minor(i128::from(minor_units), Currency::parse(currency)?)
}

impl From<Money> for CoreMoney {
    fn from(money: Money) -> Self {
        let currency = money.currency();
        Self {
            amount: money.amount().to_string(),
            minor_units: money.minor(),
            currency: currency.code().to_owned(),
            places: currency.places(),
        }
    }
}
