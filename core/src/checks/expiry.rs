//! The expiry date of a card, while it is typed.

use super::input::{InputReason, InputState, Judgement, VALID, incomplete, invalid};
use crate::timestamp::Timestamp;
use okpay_macros::model;

/// No card is good for so long; a year past it is a slip.
const MAX_YEARS_AHEAD: i32 = 50;

/// What [`card_expiry`] says.
#[model]
pub struct CardExpiryCheck {
    /// What the field shows.
    pub state: InputState,
    /// Why it is not valid; nothing when it is.
    pub reason: Option<InputReason>,
    /// What was typed as it is written on cards, `05/34`, for the field itself. Without a year yet, the month alone.
    pub formatted: String,
    /// The month of a valid date, 1 to 12.
    pub month: Option<u8>,
    /// The year of a valid date, four digits.
    pub year: Option<u16>,
}

/// Judges an expiry date while it is typed: `5/34`, `05 / 2034`, `0534`. A year of two digits is one of this century.
///
/// A card is good until the end of its month, in UTC.
#[must_use]
pub fn card_expiry(typed: &str, now: Timestamp) -> CardExpiryCheck {
    let Some(parts) = Parts::read(typed) else {
        return told(invalid(InputReason::InvalidCharacter), String::new(), None);
    };
    let judgement = parts.judge(now);
    let date = (judgement == VALID).then(|| (number(parts.month), full_year(parts.year)));
    told(judgement, parts.formatted(), date)
}

/// Whether a card is past its last month. It is good until the end of that month, in UTC.
#[must_use]
pub fn is_card_expired(month: u8, year: u16, now: Timestamp) -> bool {
    let today = now.to_utc();
    (i32::from(year), month) < (today.year(), u8::from(today.month()))
}

/// A month and year against the clock.
pub(super) fn judge_date(month: u8, year: u16, now: Timestamp) -> Judgement {
    match () {
        () if !(1..=12).contains(&month) => invalid(InputReason::NoSuchMonth),
        // Not expired, but a year of two digits where four are needed.
        () if year < 100 => invalid(InputReason::YearTooFar),
        () if is_card_expired(month, year, now) => invalid(InputReason::Expired),
        () if i32::from(year) > now.to_utc().year() + MAX_YEARS_AHEAD => invalid(InputReason::YearTooFar),
        () => VALID,
    }
}

fn told((state, reason): Judgement, formatted: String, date: Option<(u16, u16)>) -> CardExpiryCheck {
    let month = date.and_then(|(month, _)| u8::try_from(month).ok());
    CardExpiryCheck { state, reason, formatted, month, year: date.map(|(_, year)| year) }
}

/// The digits of month and year, as far as they are typed.
struct Parts<'a> {
    month: &'a str,
    year: &'a str,
    /// Whether the month is over: a separator follows, or no second digit can.
    month_is_whole: bool,
}

impl<'a> Parts<'a> {
    /// Nothing, if there is anything else than digits and one separator.
    fn read(typed: &'a str) -> Option<Self> {
        let typed = typed.trim();
        let (month, year, month_is_whole) = match typed.bytes().position(|byte| matches!(byte, b'/' | b'-' | b'.')) {
            Some(end) => (typed[..end].trim(), typed[end + 1..].trim(), true),
            None => {
                // Without a separator a month has two digits, unless the first one leaves no room for a second.
                let digits = if matches!(typed.as_bytes(), [b'0' | b'1', ..]) { 2 } else { 1 };
                let (month, year) = typed.split_at_checked(digits).unwrap_or((typed, ""));
                (month.trim(), year.trim(), month.len() == digits)
            }
        };
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        (is_digits(month) && is_digits(year)).then_some(Self { month, year, month_is_whole })
    }

    fn judge(&self, now: Timestamp) -> Judgement {
        let month_exists = (1..=12).contains(&number(self.month));
        match (self.month.len(), self.year.len()) {
            (0, 0) if !self.month_is_whole => incomplete(InputReason::Empty),
            (0, _) => invalid(InputReason::NoSuchMonth),
            (3.., _) => invalid(InputReason::TooLong),
            (_, 0) if !self.month_is_whole => incomplete(InputReason::TooShort),
            _ if !month_exists => invalid(InputReason::NoSuchMonth),
            (_, 0 | 1 | 3) => incomplete(InputReason::TooShort),
            (_, 5..) => invalid(InputReason::TooLong),
            _ => self.judge_date(now),
        }
    }

    fn judge_date(&self, now: Timestamp) -> Judgement {
        let judgement = judge_date(u8::try_from(number(self.month)).unwrap_or_default(), full_year(self.year), now);
        match judgement.1 {
            // `12/20` may be on its way to `12/2034`.
            Some(reason) if self.year == "20" => incomplete(reason),
            _ => judgement,
        }
    }

    fn formatted(&self) -> String {
        let month = match (self.month.len(), self.month_is_whole) {
            (1, true) => format!("0{}", self.month),
            _ => self.month.to_owned(),
        };
        if self.year.is_empty() { month } else { format!("{month}/{}", self.year) }
    }
}

/// The number of at most four digits; more are never asked about, and give 0.
fn number(digits: &str) -> u16 {
    if digits.len() > 4 { 0 } else { digits.parse().unwrap_or_default() }
}

fn full_year(digits: &str) -> u16 {
    if digits.len() == 2 { 2000 + number(digits) } else { number(digits) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_judged_at_every_key() {
        let now = Timestamp::parse("2026-11-30T23:59:59Z").unwrap();
        for (typed, state, reason, formatted) in [
            ("", "incomplete", "empty", ""),
            ("0", "incomplete", "too_short", "0"),
            ("1", "incomplete", "too_short", "1"),
            ("1/", "incomplete", "too_short", "01"),
            ("5", "incomplete", "too_short", "05"),
            ("53", "incomplete", "too_short", "05/3"),
            ("534", "valid", "", "05/34"),
            ("0534", "valid", "", "05/34"),
            ("05/34", "valid", "", "05/34"),
            ("5 / 2034", "valid", "", "05/2034"),
            ("05-203", "incomplete", "too_short", "05/203"),
            ("12/20", "incomplete", "expired", "12/20"),
            ("11/26", "valid", "", "11/26"),
            ("10/26", "invalid", "expired", "10/26"),
            ("12/1999", "invalid", "expired", "12/1999"),
            ("12/77", "invalid", "year_too_far", "12/77"),
            ("12/20345", "invalid", "too_long", "12/20345"),
            ("13", "invalid", "no_such_month", "13"),
            ("00/30", "invalid", "no_such_month", "00/30"),
            ("/30", "invalid", "no_such_month", "/30"),
            ("012/30", "invalid", "too_long", "012/30"),
            ("1/2/3", "invalid", "invalid_character", ""),
            ("五月", "invalid", "invalid_character", ""),
        ] {
            let check = card_expiry(typed, now);
            let told = check.reason.as_ref().map_or("", InputReason::as_str);
            assert_eq!((check.state.as_str(), told, check.formatted.as_str()), (state, reason, formatted), "{typed:?}");
        }
        let check = card_expiry("5/34", now);
        assert_eq!((check.month, check.year), (Some(5), Some(2034)));
    }
}
