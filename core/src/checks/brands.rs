//! The brands of cards that OKPay takes, as data.

use crate::api::CardBrand;

/// What is known of a brand.
pub(super) struct Brand {
    pub(super) brand: CardBrand,
    /// The first four digits, from and to (both included).
    prefixes: &'static [(u16, u16)],
    /// How many digits a number has, in rising order.
    pub(super) lengths: &'static [u8],
    pub(super) security_code: u8,
}

/// The digits of a security code where the brand is not known yet.
pub(super) const SECURITY_CODE: u8 = 3;

/// The issuer identification numbers that the brands publish.
static BRANDS: [Brand; 2] = [
    Brand { brand: CardBrand::Visa, prefixes: &[(4000, 4999)], lengths: &[13, 16, 19], security_code: 3 },
    Brand { brand: CardBrand::Mastercard, prefixes: &[(2221, 2720), (5100, 5599)], lengths: &[16], security_code: 3 },
];

/// What the first digits of a number tell.
pub(super) enum Prefix {
    /// Whatever follows, it is of this brand.
    Of(&'static Brand),
    /// It may become one that is taken.
    Open,
    /// It will never be one that is taken.
    NotTaken,
}

/// Reads the first digits of a number; there may be none yet.
pub(super) fn by_prefix(digits: &str) -> Prefix {
    let typed = &digits[..digits.len().min(4)];
    let first: u16 = typed.bytes().fold(0, |number, digit| number * 10 + u16::from(digit.saturating_sub(b'0')));
    let width = [10_000, 1_000, 100, 10, 1][typed.len()];
    // What the first four digits can still become.
    let (low, high) = (first * width, first * width + (width - 1));
    let mut is_open = false;
    for brand in &BRANDS {
        for &(from, to) in brand.prefixes {
            if from <= low && high <= to {
                return Prefix::Of(brand);
            }
            is_open |= low <= to && from <= high;
        }
    }
    if is_open { Prefix::Open } else { Prefix::NotTaken }
}

/// What is known of a brand by its name.
pub(super) fn by_name(brand: &CardBrand) -> Option<&'static Brand> {
    BRANDS.iter().find(|known| known.brand == *brand)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_brand_of_the_api_is_known() {
        assert!(CardBrand::KNOWN.iter().all(|brand| by_name(brand).is_some()));
    }

    #[test]
    fn a_prefix_tells_no_more_than_it_can() {
        let told = |digits: &str| match by_prefix(digits) {
            Prefix::Of(brand) => brand.brand.to_string(),
            Prefix::Open => "open".to_owned(),
            Prefix::NotTaken => "not taken".to_owned(),
        };
        for (digits, brand) in [
            ("", "open"),
            ("4", "visa"),
            ("2", "open"),
            ("22", "open"),
            ("222", "open"),
            ("2220", "not taken"),
            ("2221", "mastercard"),
            ("23", "mastercard"),
            ("27", "open"),
            ("2720", "mastercard"),
            ("2721", "not taken"),
            ("5", "open"),
            ("50", "not taken"),
            ("51", "mastercard"),
            ("5599", "mastercard"),
            ("56", "not taken"),
            ("3", "not taken"),
            ("0", "not taken"),
        ] {
            assert_eq!(told(digits), brand, "{digits}");
        }
    }
}
