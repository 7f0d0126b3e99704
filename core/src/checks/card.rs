//! Card numbers and security codes, while they are typed and whole.

use super::brands::{Brand, Prefix, SECURITY_CODE, by_name, by_prefix};
use super::expiry::judge_date;
use super::input::{InputReason, InputState, Judgement, VALID, incomplete, invalid};
use super::luhn::luhn;
use crate::api::{CardBrand, CardDetails};
use crate::error::{ErrorCode, OkpayError};
use crate::timestamp::Timestamp;
use okpay_macros::model;

/// More than what anybody types into a field for a card; the rest is not looked at.
const MAX_TYPED: usize = 64;

/// What [`card_number`] says.
#[model]
pub struct CardNumberCheck {
    /// What the field shows.
    pub state: InputState,
    /// Why it is not valid; nothing when it is.
    pub reason: Option<InputReason>,
    /// The brand, as soon as the digits tell it.
    pub brand: Option<CardBrand>,
    /// The digits so far in groups of four, for the field itself. This is the card's number: never keep it, never log it.
    #[secret]
    pub number: String,
    /// The last four digits of a valid number, which may be shown and kept.
    pub last4: Option<String>,
    /// How many digits a number of this brand may have; empty until the brand is known.
    pub lengths: Vec<u8>,
    /// How many digits the security code has.
    pub security_code_length: u8,
}

/// What [`security_code`] says.
#[model]
pub struct SecurityCodeCheck {
    /// What the field shows.
    pub state: InputState,
    /// Why it is not valid; nothing when it is.
    pub reason: Option<InputReason>,
    /// How many digits it has to have.
    pub length: u8,
}

/// Judges a card number while it is typed; spaces and hyphens between the digits do not count.
///
/// At a length that the brand has, but with a wrong check digit, a number is `incomplete` with the reason `check_digit` as long as more
/// digits may follow, and `invalid` at the longest.
///
/// ```
/// use okpay::checks::{InputState, card_number};
/// let check = card_number("42424242 42");
/// assert_eq!(check.state, InputState::Incomplete);
/// assert_eq!(check.number, "4242 4242 42");
/// ```
#[must_use]
pub fn card_number(typed: &str) -> CardNumberCheck {
    let (digits, is_clean) = digits_of(typed);
    let prefix = by_prefix(&digits);
    let (state, reason) = if is_clean { judge(&digits, &prefix) } else { invalid(InputReason::InvalidCharacter) };
    let brand = match prefix {
        Prefix::Of(brand) => Some(brand),
        Prefix::Open | Prefix::NotTaken => None,
    };
    let last4 = (state == InputState::Valid).then(|| digits[digits.len().saturating_sub(4)..].to_owned());
    CardNumberCheck {
        state,
        reason,
        brand: brand.map(|brand| brand.brand.clone()),
        number: grouped(&digits),
        last4,
        lengths: brand.map(|brand| brand.lengths.to_vec()).unwrap_or_default(),
        security_code_length: brand.map_or(SECURITY_CODE, |brand| brand.security_code),
    }
}

/// Judges a security code while it is typed. The brand is the card's, if it is known yet.
#[must_use]
pub fn security_code(typed: &str, brand: Option<&CardBrand>) -> SecurityCodeCheck {
    let length = brand.and_then(by_name).map_or(SECURITY_CODE, |brand| brand.security_code);
    let typed = typed.trim();
    let (state, reason) = match typed.len() {
        _ if !typed.bytes().all(|byte| byte.is_ascii_digit()) => invalid(InputReason::InvalidCharacter),
        0 => incomplete(InputReason::Empty),
        digits if digits < usize::from(length) => incomplete(InputReason::TooShort),
        digits if digits > usize::from(length) => invalid(InputReason::TooLong),
        _ => VALID,
    };
    SecurityCodeCheck { state, reason, length }
}

/// Judges a whole card before it is sent: number, month, year, security code. A card is good until the end of its month in UTC.
///
/// # Errors
/// `invalid_card`, with the field at fault in `param`: `number`, `exp_month`, `exp_year` or `cvc`.
pub fn card(card: &CardDetails, now: Timestamp) -> Result<CardNumberCheck, OkpayError> {
    let check = card_number(&card.number);
    passed("number", check.reason.as_ref())?;
    let (_, reason) = judge_date(card.exp_month, card.exp_year, now);
    passed(if reason == Some(InputReason::NoSuchMonth) { "exp_month" } else { "exp_year" }, reason.as_ref())?;
    passed("cvc", security_code(&card.cvc, check.brand.as_ref()).reason.as_ref())?;
    Ok(check)
}

fn judge(digits: &str, prefix: &Prefix) -> Judgement {
    match prefix {
        _ if digits.is_empty() => incomplete(InputReason::Empty),
        Prefix::NotTaken => invalid(InputReason::BrandNotTaken),
        Prefix::Open => incomplete(InputReason::TooShort),
        Prefix::Of(brand) => judge_length(digits, brand),
    }
}

fn judge_length(digits: &str, brand: &Brand) -> Judgement {
    let is_length = brand.lengths.iter().any(|length| usize::from(*length) == digits.len());
    let longest = brand.lengths.last().map_or(0, |length| usize::from(*length));
    match digits.len() {
        length if length > longest => invalid(InputReason::TooLong),
        _ if !is_length => incomplete(InputReason::TooShort),
        _ if luhn(digits) => VALID,
        length if length == longest => invalid(InputReason::CheckDigit),
        _ => incomplete(InputReason::CheckDigit),
    }
}

/// The digits of a text, and whether there is nothing else in it than digits, spaces and hyphens.
fn digits_of(typed: &str) -> (String, bool) {
    let mut characters = typed.trim().chars();
    let read = characters.by_ref().take(MAX_TYPED).collect::<Vec<_>>();
    let is_clean = characters.next().is_none()
        && read.iter().all(|character| character.is_ascii_digit() || character.is_whitespace() || *character == '-');
    (read.into_iter().filter(char::is_ascii_digit).collect(), is_clean)
}

fn grouped(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 4);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

/// An error where there is a reason. What was typed is not in it.
fn passed(field: &str, reason: Option<&InputReason>) -> Result<(), OkpayError> {
    let detail = match reason {
        None => return Ok(()),
        Some(InputReason::Empty) => "this field is empty",
        Some(InputReason::InvalidCharacter) => "this field takes digits only",
        Some(InputReason::TooShort) => "digits are missing",
        Some(InputReason::TooLong) => "there are too many digits",
        Some(InputReason::CheckDigit) => "the check digit does not hold: a digit is mistyped, or two are swapped",
        Some(InputReason::BrandNotTaken) => "only Visa and Mastercard are taken",
        Some(InputReason::NoSuchMonth) => "a month is from 1 to 12",
        Some(InputReason::Expired) => "the card has expired",
        Some(InputReason::YearTooFar) => "a year has four digits, and is at most 50 years ahead",
        Some(InputReason::Unknown { .. }) => "this field cannot be right",
    };
    Err(OkpayError::invalid_at(ErrorCode::InvalidCard, field, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(typed: &str) -> (String, Option<String>, String) {
        let check = card_number(typed);
        (check.state.to_string(), check.reason.map(|reason| reason.to_string()), check.number)
    }

    fn expected(state: &str, reason: &str, number: &str) -> (String, Option<String>, String) {
        (state.to_owned(), (!reason.is_empty()).then(|| reason.to_owned()), number.to_owned())
    }

    #[test]
    fn a_number_is_judged_at_every_key() {
        for (typed, state, reason, number) in [
            ("", "incomplete", "empty", ""),
            ("  ", "incomplete", "empty", ""),
            ("4", "incomplete", "too_short", "4"),
            ("42424", "incomplete", "too_short", "4242 4"),
            ("4242-4242 42", "incomplete", "too_short", "4242 4242 42"),
            ("4242 4242 4242 4242", "valid", "", "4242 4242 4242 4242"),
            ("4242424242424241", "incomplete", "check_digit", "4242 4242 4242 4241"),
            ("42424242424242421", "incomplete", "too_short", "4242 4242 4242 4242 1"),
            ("4242424242424242421", "invalid", "check_digit", "4242 4242 4242 4242 421"),
            ("42424242424242424242", "invalid", "too_long", "4242 4242 4242 4242 4242"),
            ("4222222222222", "valid", "", "4222 2222 2222 2"),
            ("5555555555554444", "valid", "", "5555 5555 5555 4444"),
            ("5555555555554445", "invalid", "check_digit", "5555 5555 5555 4445"),
            ("55555555555544440", "invalid", "too_long", "5555 5555 5555 4444 0"),
            ("378282246310005", "invalid", "brand_not_taken", "3782 8224 6310 005"),
            ("4242x", "invalid", "invalid_character", "4242"),
            ("４２４２", "invalid", "invalid_character", ""),
        ] {
            assert_eq!(told(typed), expected(state, reason, number), "{typed:?}");
        }
    }

    #[test]
    fn the_number_is_in_no_text() {
        let now = Timestamp::parse("2026-11-01T00:00:00Z").unwrap();
        let check = card_number("4242424242424242");
        assert!(!format!("{check:?}").contains("4242 "), "{check:?}");
        let error = card(&CardDetails::new("4242424242424241", 12, 2030, "123"), now).unwrap_err();
        assert!(!format!("{error:?} {error}").contains("4242"), "{error:?}");
        assert_eq!(error.failure().param.as_deref(), Some("number"));
    }

    #[test]
    fn a_card_is_judged_field_by_field() {
        let now = Timestamp::parse("2026-11-30T23:59:59Z").unwrap();
        let field = |number: &str, month, year, cvc: &str| match card(&CardDetails::new(number, month, year, cvc), now) {
            Ok(check) => check.last4.unwrap_or_default(),
            Err(error) => error.failure().param.clone().unwrap_or_default(),
        };
        assert_eq!(field("4242 4242 4242 4242", 11, 2026, "123"), "4242");
        assert_eq!(field("4242 4242 4242 4242", 10, 2026, "123"), "exp_year");
        assert_eq!(field("4242 4242 4242 4242", 0, 2030, "123"), "exp_month");
        assert_eq!(field("4242 4242 4242 4242", 1, 2077, "123"), "exp_year");
        assert_eq!(field("4242 4242 4242 4242", 1, 30, "123"), "exp_year");
        assert_eq!(field("4242 4242 4242 4242", 1, 2030, "12"), "cvc");
        assert_eq!(field("4242 4242 4242", 1, 2030, "123"), "number");
    }

    #[test]
    fn a_security_code_has_the_brand_s_length() {
        let state = |typed: &str| security_code(typed, Some(&CardBrand::Visa)).state.to_string();
        assert_eq!(["", "12", "123", "1234", "12a"].map(state), ["incomplete", "incomplete", "valid", "invalid", "invalid"]);
        assert_eq!(security_code("123", None).state, InputState::Valid);
    }
}
