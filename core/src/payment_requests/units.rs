//! Amounts in smallest units: of USDT on each network, and of coins and tokens that OKPay does not know as money.

use super::malformed;
use crate::api::Network;
use crate::error::{ErrorCode, OkpayError};
use crate::money::{Currency, Money, is_plain_decimal};

/// The contract of a token, and its places there.
pub(super) struct Token {
    pub(super) network: Network,
    pub(super) contract: &'static str,
    places: u32,
}

/// Tether's contracts. It has 6 places, but 18 on BNB chain.
static USDT: [Token; 3] = [
    Token { network: Network::Tron, contract: "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", places: 6 },
    Token { network: Network::Ethereum, contract: "0xdAC17F958D2ee523a2206206994597C13D831ec7", places: 6 },
    Token { network: Network::Bnb, contract: "0x55d398326f99059fF775485246999027B3197955", places: 18 },
];

/// 2^256 - 1: the most that a contract can count.
const MAX_UNITS: &str = "115792089237316195423570985008687907853269984665640564039457584007913129639935";

/// The contract of USDT on a network, if it is there.
#[must_use]
pub fn usdt_contract(network: &Network) -> Option<&'static str> {
    usdt(network).map(|token| token.contract)
}

pub(super) fn usdt(network: &Network) -> Option<&'static Token> {
    USDT.iter().find(|token| token.network == *network)
}

impl Token {
    /// How many of the token's units one of `Money`'s is.
    fn factor(&self) -> i128 {
        10_i128.pow(self.places - Currency::USDT.places())
    }

    pub(super) fn units(&self, amount: Money) -> String {
        // At most 10^18 times 10^12.
        (i128::from(amount.minor()) * self.factor()).to_string()
    }

    /// An amount of the token's units, which has no more places than USDT.
    pub(super) fn money(&self, units: &str) -> Result<Money, OkpayError> {
        let overflow = || OkpayError::invalid_at(ErrorCode::AmountOverflow, "amount", "an amount has at most 10^18 minor units");
        let units: i128 = units.parse().map_err(|_| overflow())?;
        if units % self.factor() != 0 {
            let detail = format!("USDT has {} decimal places, and this amount has more", Currency::USDT.places());
            return Err(OkpayError::invalid_at(ErrorCode::TooManyPlaces, "amount", detail));
        }
        Money::from_minor(units / self.factor(), Currency::USDT)
    }
}

/// A number of ERC-681: digits, a point, an exponent of ten that makes it whole. Gives plain digits.
pub(super) fn whole(key: &str, number: &str) -> Result<String, OkpayError> {
    let refused = || malformed(key, "this is no whole number such as 1500000 or 1.5e6");
    let unsigned = number.strip_prefix('+').unwrap_or(number);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, ""));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let has_point = mantissa.contains('.');
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if ![whole, fraction, exponent].into_iter().all(is_digits)
        || (whole.is_empty() && fraction.is_empty())
        || (has_point && fraction.is_empty())
    {
        return Err(refused());
    }
    let exponent = if exponent.is_empty() { 0 } else { exponent.parse::<usize>().map_err(|_| refused())? };
    let zeros = exponent.checked_sub(fraction.len()).filter(|zeros| *zeros < MAX_UNITS.len()).ok_or_else(refused)?;
    checked(key, &format!("{whole}{fraction}{}", "0".repeat(zeros)))
}

/// Plain digits within what a contract can count, and more than nothing; leading zeros are taken off.
pub(super) fn checked(key: &str, digits: &str) -> Result<String, OkpayError> {
    let plain = digits.trim_start_matches('0');
    let is_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match () {
        () if !is_digits => Err(malformed(key, "this is no whole number of smallest units, in plain digits")),
        () if plain.is_empty() => Err(OkpayError::invalid_at(ErrorCode::InvalidAmount, key, "an amount that is asked for is above zero")),
        () if plain.len() > MAX_UNITS.len() || (plain.len() == MAX_UNITS.len() && plain > MAX_UNITS) => {
            Err(OkpayError::invalid_at(ErrorCode::AmountOverflow, key, "no contract counts so far: at most 2^256 - 1"))
        }
        () => Ok(plain.to_owned()),
    }
}

/// A plain decimal in the smallest units of a coin with so many places.
pub(super) fn from_decimal(key: &str, amount: &str, places: usize) -> Result<String, OkpayError> {
    if !is_plain_decimal(amount) || amount.starts_with('-') {
        let detail = "this is not an amount: write a plain decimal such as 19.99";
        return Err(OkpayError::invalid_at(ErrorCode::InvalidAmount, key, detail));
    }
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    if fraction.len() > places {
        let detail = format!("this coin has {places} decimal places, and this amount has more");
        return Err(OkpayError::invalid_at(ErrorCode::TooManyPlaces, key, detail));
    }
    checked(key, &format!("{whole}{fraction:0<places$}"))
}

/// Smallest units as a plain decimal, without zeros at its end.
pub(super) fn to_decimal(units: &str, places: usize) -> String {
    let padded = format!("{units:0>width$}", width = places + 1);
    let (whole, fraction) = padded.split_at(padded.len() - places);
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks;

    fn code<T: std::fmt::Debug>(result: Result<T, OkpayError>) -> String {
        result.unwrap_err().code().to_string()
    }

    #[test]
    fn contracts_are_addresses_in_their_normal_form() {
        for token in &USDT {
            let read = checks::address(token.contract, &token.network, None).unwrap();
            assert_eq!((read.address.as_str(), read.checksummed), (token.contract, true));
        }
        assert_eq!(usdt_contract(&Network::Bitcoin), None);
    }

    #[test]
    fn numbers_of_erc_681_are_whole() {
        for (number, plain) in [
            ("1", "1"),
            ("2.014e18", "2014000000000000000"),
            ("+1E3", "1000"),
            (".5e1", "5"),
            ("007", "7"),
            ("1e", "1"),
            ("1.50e2", "150"),
            (MAX_UNITS, MAX_UNITS),
        ] {
            assert_eq!(whole("value", number).unwrap(), plain, "{number}");
        }
        for number in ["", "-1", "1.5", "1.5e0", "1.e3", "e5", "1e78", "1e99999999999999999999", "0x10", "1,5e3", "1e-3", "１"] {
            assert_eq!(code(whole("value", number)), "payment_request_malformed", "{number}");
        }
        assert_eq!(code(whole("value", "0e5")), "invalid_amount");
        assert_eq!(
            code(whole("value", "115792089237316195423570985008687907853269984665640564039457584007913129639936")),
            "amount_overflow"
        );
    }

    #[test]
    fn usdt_has_six_places_everywhere() {
        let bnb = usdt(&Network::Bnb).unwrap();
        let amount = Money::parse("12.5", "USDT").unwrap();
        assert_eq!(bnb.units(amount), "12500000000000000000");
        assert_eq!(bnb.money("12500000000000000000").unwrap(), amount);
        assert_eq!(code(bnb.money("12500000000000000001")), "too_many_places");
        assert_eq!(code(bnb.money(MAX_UNITS)), "amount_overflow");
        let most = Money::from_minor(i128::from(crate::money::MAX_MINOR), Currency::USDT).unwrap();
        assert_eq!(bnb.money(&bnb.units(most)).unwrap(), most);
    }

    #[test]
    fn decimals_and_units_are_the_same() {
        for (decimal, units) in [("1", "1000000"), ("0.000001", "1"), ("12.5", "12500000"), ("1000", "1000000000")] {
            assert_eq!(from_decimal("amount", decimal, 6).unwrap(), units);
            assert_eq!(to_decimal(units, 6), decimal);
        }
        assert_eq!(code(from_decimal("amount", "0.0000001", 6)), "too_many_places");
        assert_eq!(code(from_decimal("amount", "-1", 6)), "invalid_amount");
        assert_eq!(code(from_decimal("amount", "0.0", 6)), "invalid_amount");
    }
}
