//! International bank account numbers.

use crate::error::{ErrorCode, OkpayError};
use iban::{IbanLike, ParseBaseIbanError, ParseIbanError};
use okpay_macros::model;

/// An IBAN has at most 34 characters; nobody types more than this many spaces between them.
const MAX_TYPED: usize = 128;

/// An IBAN that is well formed.
#[model]
pub struct Iban {
    /// The country, in ISO 3166-1's two letters.
    pub country: String,
    /// As it is sent: capitals and digits without spaces.
    pub electronic: String,
    /// As it is printed: in groups of four.
    pub print: String,
    /// The bank, where the country's numbers tell it.
    pub bank: Option<String>,
    /// The branch, where the country's numbers tell it.
    pub branch: Option<String>,
}

/// Reads an IBAN (ISO 13616) as people write it, with or without spaces, in capitals or not: its check digits (ISO 7064, mod 97-10), and
/// the length and structure that its country has in SWIFT's registry.
///
/// # Errors
/// `iban_malformed`, `iban_unknown_country` or `iban_checksum`.
pub fn iban(typed: &str) -> Result<Iban, OkpayError> {
    if typed.len() > MAX_TYPED {
        return Err(malformed());
    }
    let text = typed.chars().filter(|character| !character.is_whitespace()).map(|character| character.to_ascii_uppercase());
    let read = text.collect::<String>().parse::<iban::Iban>().map_err(|error| refused(&error))?;
    Ok(Iban {
        country: read.country_code().to_owned(),
        electronic: read.electronic_str().to_owned(),
        print: read.to_string(),
        bank: read.bank_identifier().map(str::to_owned),
        branch: read.branch_identifier().map(str::to_owned),
    })
}

/// The number itself is not in the error.
fn refused(error: &ParseIbanError) -> OkpayError {
    match error {
        ParseIbanError::InvalidBaseIban { source: ParseBaseIbanError::InvalidChecksum } => {
            let detail = "the check digits of this IBAN do not hold: a character is mistyped, missing or swapped";
            OkpayError::invalid_at(ErrorCode::IbanChecksum, "iban", detail)
        }
        ParseIbanError::UnknownCountry(_) => {
            let detail = "this IBAN begins with a country that has none";
            OkpayError::invalid_at(ErrorCode::IbanUnknownCountry, "iban", detail)
        }
        ParseIbanError::InvalidBaseIban { source: ParseBaseIbanError::InvalidFormat } | ParseIbanError::InvalidBban(_) => malformed(),
    }
}

fn malformed() -> OkpayError {
    let detail = "this is no IBAN: two letters for the country, two check digits, then as many letters and digits as the country has";
    OkpayError::invalid_at(ErrorCode::IbanMalformed, "iban", detail)
}
