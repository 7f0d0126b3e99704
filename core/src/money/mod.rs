//! Exact money: [`Currency`] with its minor-unit places, [`Money`] and [`Rounding`].

mod currency;
mod rounding;

pub use currency::Currency;
pub use rounding::Rounding;

use crate::error::{ErrorCode, OkpayError};
use crate::quoted::quoted;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The most minor units an amount may have: 10^18.
pub const MAX_MINOR: i64 = 1_000_000_000_000_000_000;

/// An exact amount of one currency. On the wire `{"amount": "19.99", "currency": "USD"}`.
///
/// ```
/// use okpay::Money;
/// let price = Money::parse("19.99", "EUR")?;
/// let twice = price.checked_add(price)?;
/// assert_eq!(twice.to_string(), "39.98 EUR");
/// assert!(Money::parse("19.999", "EUR").is_err()); // a euro has two places
/// # Ok::<(), okpay::OkpayError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "Wire"))]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// An exact amount of one currency.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Money"))]
struct Wire {
    /// A plain decimal with at most the currency's places, such as `19.99`.
    amount: String,
    /// ISO 4217, or `BTC` or `USDT`.
    currency: String,
}

impl TryFrom<Wire> for Money {
    type Error = String;
    fn try_from(wire: Wire) -> Result<Self, String> {
        Self::parse(&wire.amount, &wire.currency).map_err(|error| marked(&error))
    }
}

/// The marker lets the gateway, and calls by name, find the code and the field again behind a reader's text.
pub(crate) fn marked(error: &OkpayError) -> String {
    let failure = error.failure();
    [failure.code.as_str(), failure.param.as_deref().unwrap_or("amount"), &failure.detail].join("|")
}

impl From<Money> for Wire {
    fn from(money: Money) -> Self {
        Self { amount: money.amount_text(), currency: money.currency.code().to_owned() }
    }
}

impl Money {
    /// Reads a plain decimal exactly: an optional minus, digits, and at most as many places as the currency has.
    ///
    /// # Errors
    /// `unknown_currency`, `invalid_amount`, `too_many_places` or `amount_overflow`.
    pub fn parse(amount: &str, currency: &str) -> Result<Self, OkpayError> {
        Self::in_currency(amount, Currency::parse(currency)?)
    }

    /// As [`Money::parse`], with a currency already at hand.
    ///
    /// # Errors
    /// `invalid_amount`, `too_many_places` or `amount_overflow`.
    pub fn in_currency(amount: &str, currency: Currency) -> Result<Self, OkpayError> {
        if !is_plain_decimal(amount) {
            let detail = format!("{} is not an amount: write a plain decimal such as 19.99", quoted(amount));
            return Err(OkpayError::invalid_at(ErrorCode::InvalidAmount, "amount", detail));
        }
        let places = amount.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        if places > currency.places() as usize {
            return Err(too_many_places(places, currency));
        }
        // Grammar and places are checked above, so that what fails here is too large.
        let minor = scaled(amount, currency.places()).ok_or_else(overflow)?;
        Self::from_minor(minor.into(), currency)
    }

    /// From a decimal, whose scale may not be more than the currency's places.
    ///
    /// # Errors
    /// `too_many_places` or `amount_overflow`.
    pub fn from_decimal(amount: Decimal, currency: Currency) -> Result<Self, OkpayError> {
        let places = currency.places();
        if amount.scale() > places {
            return Err(too_many_places(amount.scale() as usize, currency));
        }
        let minor =
            10_i128.checked_pow(places - amount.scale()).and_then(|factor| amount.mantissa().checked_mul(factor)).ok_or_else(overflow)?;
        Self::from_minor(minor, currency)
    }

    /// From minor units (cents, satoshi, 10^-6 USDT).
    ///
    /// # Errors
    /// `amount_overflow` past 10^18 either way.
    pub fn from_minor(minor: i128, currency: Currency) -> Result<Self, OkpayError> {
        match i64::try_from(minor) {
            Ok(minor) if minor.unsigned_abs() <= MAX_MINOR.unsigned_abs() => Ok(Self { minor, currency }),
            _ => Err(overflow()),
        }
    }

    /// Nothing, in a currency.
    #[must_use]
    pub fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// The amount, with exactly the currency's places.
    #[must_use]
    pub fn amount(self) -> Decimal {
        Decimal::from_i128_with_scale(i128::from(self.minor), self.currency.places())
    }

    /// The amount as it travels: a plain decimal with exactly the currency's places, such as `19.90`.
    #[must_use]
    pub fn amount_text(self) -> String {
        let places = self.currency.places() as usize;
        let mut text = self.minor.unsigned_abs().to_string();
        while text.len() <= places {
            text.insert(0, '0');
        }
        if places > 0 {
            text.insert(text.len() - places, '.');
        }
        if self.minor < 0 {
            text.insert(0, '-');
        }
        text
    }

    /// The amount in minor units.
    #[must_use]
    pub fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// Whether it is more than nothing.
    #[must_use]
    pub fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// The sum.
    ///
    /// # Errors
    /// `currency_mismatch` or `amount_overflow`.
    pub fn checked_add(self, other: Self) -> Result<Self, OkpayError> {
        self.same_currency(other)?;
        Self::from_minor(i128::from(self.minor) + i128::from(other.minor), self.currency)
    }

    /// The difference, which may be negative.
    ///
    /// # Errors
    /// `currency_mismatch` or `amount_overflow`.
    pub fn checked_sub(self, other: Self) -> Result<Self, OkpayError> {
        self.checked_add(other.negated())
    }

    /// The same amount with the other sign.
    #[must_use]
    pub fn negated(self) -> Self {
        Self { minor: -self.minor, currency: self.currency }
    }

    /// Which is more.
    ///
    /// # Errors
    /// `currency_mismatch`.
    pub fn compare(self, other: Self) -> Result<std::cmp::Ordering, OkpayError> {
        self.same_currency(other)?;
        Ok(self.minor.cmp(&other.minor))
    }

    fn same_currency(self, other: Self) -> Result<(), OkpayError> {
        if self.currency == other.currency {
            return Ok(());
        }
        let detail = format!("{} and {} cannot be put together", self.currency, other.currency);
        Err(OkpayError::invalid_at(ErrorCode::CurrencyMismatch, "currency", detail))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.amount_text(), self.currency)
    }
}

/// What a person reads, since an amount in minor units is misread in a log.
impl fmt::Debug for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

fn too_many_places(places: usize, currency: Currency) -> OkpayError {
    let detail = format!("an amount in {currency} has at most {} decimal places, not {places}", currency.places());
    OkpayError::invalid_at(ErrorCode::TooManyPlaces, "amount", detail)
}

fn overflow() -> OkpayError {
    OkpayError::invalid_at(ErrorCode::AmountOverflow, "amount", "an amount has at most 10^18 minor units")
}

/// `-?(0|[1-9][0-9]*)(\.[0-9]+)?`: no plus, exponent, separator, white space or leading zero, so that a text has one reading.
pub(crate) fn is_plain_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && (whole == "0" || !whole.starts_with('0')) && fraction.is_none_or(digits)
}

/// A plain decimal in units of so many places, unless it has more places or is past 64 bits.
pub(crate) fn scaled(text: &str, places: u32) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let missing = (places as usize).checked_sub(fraction.len())?;
    let mut units = 0_i64;
    for byte in whole.bytes().chain(fraction.bytes()).filter(u8::is_ascii_digit).chain(std::iter::repeat_n(b'0', missing)) {
        units = units.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
    }
    Some(if text.starts_with('-') { -units } else { units })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(result: Result<Money, OkpayError>) -> String {
        result.unwrap_err().code().to_string()
    }

    #[test]
    fn reads_exactly_or_not_at_all() {
        assert_eq!(Money::parse("19.9", "EUR").unwrap().amount().to_string(), "19.90");
        assert_eq!(Money::parse("-0.00", "EUR").unwrap(), Money::zero(Currency::parse("EUR").unwrap()));
        assert_eq!(code(Money::parse("19.990", "EUR")), "too_many_places");
        assert_eq!(code(Money::parse("1.5", "JPY")), "too_many_places");
        assert_eq!(code(Money::parse(&format!("0.{}1", "0".repeat(40)), "BTC")), "too_many_places");
        assert_eq!(code(Money::parse("1", "EURO")), "unknown_currency");
        assert_eq!(code(Money::parse("1", "eur")), "unknown_currency");
        assert_eq!(Money::parse("0.00000001", "BTC").unwrap().minor(), 1);
        assert_eq!(Money::parse("0.000001", "USDT").unwrap().minor(), 1);
        for text in ["", " 1", "1 ", "+1", "1.", ".5", "1e3", "1_000", "1,00", "01", "--1", "0x1", "NaN", "１"] {
            assert_eq!(code(Money::parse(text, "EUR")), "invalid_amount", "{text:?}");
        }
        for text in ["10000000000000000.01", "99999999999999999999999999999999.99", "-10000000000000000.01"] {
            assert_eq!(code(Money::parse(text, "EUR")), "amount_overflow", "{text:?}");
        }
        assert_eq!(Money::parse("10000000000000000.00", "EUR").unwrap().minor(), MAX_MINOR);
    }

    #[test]
    fn currencies_do_not_mix() {
        let (euro, dollar) = (Money::parse("1", "EUR").unwrap(), Money::parse("1", "USD").unwrap());
        assert_eq!(code(euro.checked_add(dollar)), "currency_mismatch");
        assert_eq!(code(euro.checked_sub(dollar)), "currency_mismatch");
    }

    #[test]
    fn the_wire_form_is_a_string_and_a_currency() {
        let money: Money = serde_json::from_str(r#"{"amount":"19.9","currency":"EUR"}"#).unwrap();
        assert_eq!(serde_json::to_string(&money).unwrap(), r#"{"amount":"19.90","currency":"EUR"}"#);
        assert!(serde_json::from_str::<Money>(r#"{"amount":19.9,"currency":"EUR"}"#).is_err());
    }

    proptest! {
        #[test]
        fn text_and_minor_units_agree(minor in -MAX_MINOR..=MAX_MINOR, currency in prop::sample::select(vec!["EUR", "JPY", "BHD", "CLF", "BTC", "USDT"])) {
            let money = Money::from_minor(i128::from(minor), Currency::parse(currency).unwrap()).unwrap();
            prop_assert_eq!(Money::parse(&money.amount_text(), currency).unwrap(), money);
            prop_assert_eq!(money.amount().to_string(), money.amount_text());
        }

        #[test]
        fn sums_are_exact(left in -MAX_MINOR..=MAX_MINOR, right in -MAX_MINOR..=MAX_MINOR) {
            let euro = Currency::parse("EUR").unwrap();
            let money = |minor: i64| Money::from_minor(i128::from(minor), euro).unwrap();
            let sum = i128::from(left) + i128::from(right);
            match money(left).checked_add(money(right)) {
                Ok(total) => prop_assert_eq!(i128::from(total.minor()), sum),
                Err(_) => prop_assert!(sum.abs() > i128::from(MAX_MINOR)),
            }
        }
    }
}
