//! Exchange rates: a fixed table, so that a test sees the same figures every day.

use crate::refusal::{Outcome, refuse_at};
use okpay::api::{ExchangeRate, MethodType};
use okpay::{Currency, ErrorCode, Money, Timestamp};

/// A rate keeps its value for this long.
pub(crate) const LOCK_SECS: i64 = 15 * 60;

/// A rate has this many decimal places.
const PLACES: u32 = 8;

/// A hundredth of a unit of the currency, in units of 10^-8.
const CENT: i128 = 1_000_000;

/// Coin, currency, and the price of one coin in units of 10^-8.
static TABLE: &[(&str, &str, i128)] = &[
    ("USDT", "EUR", 92 * CENT),
    ("USDT", "USD", 100 * CENT),
    ("USDT", "GBP", 79 * CENT),
    ("BTC", "EUR", 5_980_000 * CENT),
    ("BTC", "USD", 6_500_000 * CENT),
    ("BTC", "GBP", 5_135_000 * CENT),
];

/// What has to be sent for an order, and at which price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Conversion {
    pub(crate) due: Money,
    pub(crate) rate: String,
}

/// The coin that a method pays in.
pub(crate) fn coin_of(method: &MethodType) -> Option<Currency> {
    match method {
        MethodType::Usdt => Some(Currency::USDT),
        MethodType::Btc => Some(Currency::BTC),
        _ => None,
    }
}

/// What has to be sent in a coin for a price, rounded up to the coin's smallest unit.
///
/// # Errors
/// `method_not_available` where the coin has no price in that currency.
pub(crate) fn convert(price: Money, coin: Currency) -> Outcome<Conversion> {
    let rate = rate(coin, price.currency())?;
    // due = price / rate, all in smallest units: price · 10^(coin places + 8) / (rate · 10^(price places)).
    let numerator = i128::from(price.minor()) * 10_i128.pow(coin.places() + PLACES);
    let denominator = rate * 10_i128.pow(price.currency().places());
    let due = Money::from_minor(numerator.div_euclid(denominator) + i128::from(numerator.rem_euclid(denominator) != 0), coin)?;
    Ok(Conversion { due, rate: decimal(rate) })
}

fn rate(coin: Currency, quote: Currency) -> Outcome<i128> {
    if coin == quote {
        return Ok(10_i128.pow(PLACES));
    }
    let found = TABLE.iter().find(|(base, against, _)| *base == coin.code() && *against == quote.code());
    found
        .map(|(_, _, rate)| *rate)
        .ok_or_else(|| refuse_at(ErrorCode::MethodNotAvailable, "method", format!("an order in {quote} cannot be paid in {coin}")))
}

/// The rates that match, as the API gives them.
pub(crate) fn list(base: Option<Currency>, quote: Option<Currency>, now: Timestamp) -> Outcome<Vec<ExchangeRate>> {
    let asked = |wanted: Option<Currency>, code: &str| wanted.is_none_or(|wanted| wanted.code() == code);
    let rows = TABLE.iter().filter(|(coin, against, _)| asked(base, coin) && asked(quote, against));
    rows.map(|(coin, against, rate)| {
        let (base, quote) = (Currency::parse(coin)?, Currency::parse(against)?);
        Ok(ExchangeRate { base, quote, rate: decimal(*rate), created: now, expires: now.plus_secs(LOCK_SECS) })
    })
    .collect()
}

/// `0.92`, `59800`: without zeros at the end.
fn decimal(rate: i128) -> String {
    let one = 10_i128.pow(PLACES);
    let text = format!("{}.{:08}", rate / one, rate % one);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(amount: &str, currency: &str, coin: Currency) -> (String, String) {
        let conversion = convert(Money::parse(amount, currency).unwrap(), coin).unwrap();
        (conversion.due.to_string(), conversion.rate)
    }

    #[test]
    fn a_coin_amount_rounds_up() {
        assert_eq!(due("19.99", "EUR", Currency::USDT), ("21.728261 USDT".to_owned(), "0.92".to_owned())); // 21.72826086…
        assert_eq!(due("0.92", "EUR", Currency::USDT), ("1.000000 USDT".to_owned(), "0.92".to_owned()));
        assert_eq!(due("19.99", "EUR", Currency::BTC), ("0.00033429 BTC".to_owned(), "59800".to_owned())); // 0.000334280…
        assert_eq!(due("5.5", "USDT", Currency::USDT), ("5.500000 USDT".to_owned(), "1".to_owned()));
        assert!(convert(Money::parse("1", "JPY").unwrap(), Currency::BTC).is_err());
    }

    #[test]
    fn the_largest_amount_does_not_overflow() {
        assert!(convert(Money::parse("10000000000000000.00", "EUR").unwrap(), Currency::USDT).is_err());
        assert!(convert(Money::parse("10000000000.00", "EUR").unwrap(), Currency::USDT).is_ok());
    }
}
