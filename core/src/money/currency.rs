//! [`Currency`]: ISO 4217 and the two coins, with their minor-unit places.

use crate::error::{ErrorCode, OkpayError};
use crate::quoted::quoted;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A currency of ISO 4217, or BTC (8 places) or USDT (6 places on every network).
///
/// The places are the standard's, never a locale library's: CLDR says 0 for HUF, COP, IDR and others, and a merchant who believed it
/// would charge a hundredfold.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(Kind);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Iso(iso_currency::Currency),
    Btc,
    Usdt,
}

impl Currency {
    /// Bitcoin, counted in satoshi.
    pub const BTC: Self = Self(Kind::Btc);
    /// Tether, counted in 10^-6.
    pub const USDT: Self = Self(Kind::Usdt);
    /// Euro.
    pub const EUR: Self = Self(Kind::Iso(iso_currency::Currency::EUR));
    /// US dollar.
    pub const USD: Self = Self(Kind::Iso(iso_currency::Currency::USD));

    /// Reads a code in capital letters. Codes without minor units (gold, test codes) are refused.
    ///
    /// # Errors
    /// `unknown_currency`.
    pub fn parse(code: &str) -> Result<Self, OkpayError> {
        match code {
            "BTC" => Ok(Self::BTC),
            "USDT" => Ok(Self::USDT),
            _ => iso_currency::Currency::from_code(code)
                .filter(|iso| iso.code() == code && iso.exponent().is_some())
                .map(|iso| Self(Kind::Iso(iso)))
                .ok_or_else(|| {
                    let detail = format!("{} is no currency: use an ISO 4217 code such as EUR, or BTC or USDT", quoted(code));
                    OkpayError::invalid_at(ErrorCode::UnknownCurrency, "currency", detail)
                }),
        }
    }

    /// By the number of ISO 4217, such as 978 for the euro.
    ///
    /// # Errors
    /// `unknown_currency`.
    pub fn from_number(number: u16) -> Result<Self, OkpayError> {
        let iso = iso_currency::Currency::from_numeric(number).filter(|iso| iso.exponent().is_some());
        iso.map(|iso| Self(Kind::Iso(iso))).ok_or_else(|| {
            let detail = format!("{number:03} is the number of no currency of ISO 4217");
            OkpayError::invalid_at(ErrorCode::UnknownCurrency, "currency", detail)
        })
    }

    /// The number of ISO 4217; coins have none.
    #[must_use]
    pub fn number(self) -> Option<u16> {
        match self.0 {
            Kind::Iso(iso) => Some(iso.numeric()),
            Kind::Btc | Kind::Usdt => None,
        }
    }

    /// The code in capital letters.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self.0 {
            Kind::Iso(iso) => iso.code(),
            Kind::Btc => "BTC",
            Kind::Usdt => "USDT",
        }
    }

    /// How many decimal places an amount may have.
    #[must_use]
    pub fn places(self) -> u32 {
        match self.0 {
            Kind::Iso(iso) => u32::from(iso.exponent().unwrap_or_default()),
            Kind::Btc => 8,
            Kind::Usdt => 6,
        }
    }

    /// Whether it moves on a blockchain.
    #[must_use]
    pub fn is_crypto(self) -> bool {
        !matches!(self.0, Kind::Iso(_))
    }
}

impl PartialOrd for Currency {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Currency {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.code().cmp(other.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&code).map_err(|error| {
            let failure = error.failure();
            serde::de::Error::custom(format!("{}|currency|{}", failure.code, failure.detail))
        })
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Currency {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Currency".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[A-Z]{3,4}$", "description": "ISO 4217, or BTC or USDT." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn places_are_those_of_iso_4217() {
        #[derive(Deserialize)]
        struct File {
            exponents: BTreeMap<String, Option<u32>>,
        }
        let text = include_str!("../../../tests/vectors/iso4217.json");
        let file: File = serde_json::from_str(text).unwrap();
        let mut checked = 0;
        for (code, places) in file.exponents {
            match places {
                Some(places) => {
                    let currency = Currency::parse(&code).unwrap();
                    assert_eq!(currency.places(), places, "{code}");
                    assert_eq!(currency.number().map(|number| Currency::from_number(number).unwrap()), Some(currency));
                }
                None => assert!(Currency::parse(&code).is_err(), "{code}"),
            }
            checked += 1;
        }
        assert!(checked > 150, "only {checked} currencies in the vector file");
        assert_eq!((Currency::EUR.number(), Currency::BTC.number(), Currency::USDT.number()), (Some(978), None, None));
        assert!(Currency::from_number(0).is_err() && Currency::from_number(959).is_err(), "959 is gold");
        okpay_conformance::ran("vectors/iso4217.json", "exponents", checked);
    }
}
