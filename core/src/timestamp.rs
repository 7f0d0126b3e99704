//! [`Timestamp`]: a moment to the millisecond, RFC 3339 on the wire.

use crate::error::{ErrorCode, OkpayError};
use crate::quoted::quoted;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use time::OffsetDateTime;

/// A moment in UTC, in milliseconds since 1970 (the finest that every language of the SDK keeps exactly). On the wire RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// 0000-01-01 and 9999-12-31, which is what RFC 3339 can say.
const RANGE: std::ops::RangeInclusive<i64> = -62_167_219_200_000..=253_402_300_799_999;

impl Timestamp {
    /// From milliseconds since 1970, held to the years 0 to 9999.
    #[must_use]
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(*RANGE.start(), *RANGE.end()))
    }

    /// From seconds since 1970, held to the years 0 to 9999.
    #[must_use]
    pub fn from_secs(secs: i64) -> Self {
        Self::from_millis(secs.saturating_mul(1000))
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, rounded towards the past.
    #[must_use]
    pub fn secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Later by so many milliseconds.
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self::from_millis(self.0.saturating_add(millis))
    }

    /// Later by so many seconds.
    #[must_use]
    pub fn plus_secs(self, secs: i64) -> Self {
        self.plus_millis(secs.saturating_mul(1000))
    }

    /// Reads RFC 3339, with any offset; digits past the millisecond are cut off.
    ///
    /// # Errors
    /// `invalid_field` for any other text.
    pub fn parse(text: &str) -> Result<Self, OkpayError> {
        read(text.as_bytes()).map(Self::from_millis).ok_or_else(|| {
            OkpayError::invalid(ErrorCode::InvalidField, format!("{} is not a time such as 2026-11-01T00:00:00Z (RFC 3339)", quoted(text)))
        })
    }

    /// The civil date and time in UTC.
    #[must_use]
    pub fn to_utc(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// Year, month and day in UTC.
    pub(crate) fn date(self) -> Date {
        date_of(self.secs().div_euclid(DAY))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        let (second, millis) = (self.secs().rem_euclid(DAY), self.0.rem_euclid(1000));
        write!(formatter, "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)?;
        if millis > 0 {
            formatter.write_str(format!(".{millis:03}").trim_end_matches('0'))?;
        }
        formatter.write_str("Z")
    }
}

/// Seconds.
const DAY: i64 = 86_400;

/// Year, month and day of the proleptic Gregorian calendar.
type Date = (i64, i64, i64);

/// RFC 3339 in milliseconds since 1970. Between date and time may stand any character, as its §5.6 says.
///
/// By hand, and not by the library `time`, for that would be a fiftieth of what a checkout page loads. It is the judge of this.
fn read(text: &[u8]) -> Option<i64> {
    let (moment, rest) = text.split_at_checked(19)?;
    let (fraction, zone) = match rest {
        [b'.', rest @ ..] => rest.split_at(rest.iter().take_while(|byte| byte.is_ascii_digit()).count()),
        _ => (&b"0"[..], rest),
    };
    let (sign, zone) = match zone {
        [b'Z' | b'z'] => (1, &b"00:00"[..]),
        [b'+', zone @ ..] => (1, zone),
        [b'-', zone @ ..] => (-1, zone),
        _ => return None,
    };
    if fraction.is_empty() || !has_form(moment, b"0000-00-00?00:00:00") || !has_form(zone, b"00:00") {
        return None;
    }
    let [year, month, day, hour, minute, second] = [0..4, 5..7, 8..10, 11..13, 14..16, 17..19].map(|place| number(&moment[place]));
    let (zone_hour, zone_minute) = (number(&zone[..2]), number(&zone[3..]));
    let days = days_until(year, month, day);
    let is_leap = second == 60;
    if date_of(days) != (year, month, day) || hour.max(zone_hour) > 23 || minute.max(zone_minute) > 59 || second > 60 {
        return None;
    }
    let secs = days * DAY + (hour * 60 + minute - sign * (zone_hour * 60 + zone_minute)) * 60 + second;
    match is_leap {
        false => Some(secs * 1000 + fraction.iter().chain(b"00").take(3).fold(0, with_digit)),
        // A leap second comes at the end of a month in UTC, and counts as the last millisecond before it.
        true => (secs % DAY == 0 && date_of(secs / DAY).2 == 1).then_some(secs * 1000 - 1),
    }
}

/// Whether a text has digits and signs where a form has them; `?` is whatever it is.
fn has_form(text: &[u8], form: &[u8]) -> bool {
    let is_as = |(byte, form): (&u8, &u8)| byte == form || *form == b'?' || (*form == b'0' && byte.is_ascii_digit());
    text.len() == form.len() && text.iter().zip(form).all(is_as)
}

fn number(digits: &[u8]) -> i64 {
    digits.iter().fold(0, with_digit)
}

fn with_digit(number: i64, digit: &u8) -> i64 {
    number * 10 + i64::from(digit & 15)
}

/// The days from 1970 to a date. A year is counted from March, so that the leap day is its last.
fn days_until(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (153 * month + 2) / 5 + day - 719_469
}

/// The date so many days after 1970.
fn date_of(days: i64) -> Date {
    // Within 400 years, which have 146,097 days.
    let days = days + 719_468;
    let day = days.rem_euclid(146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (year * 365 + year / 4 - year / 100);
    let month = (day * 5 + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (turn, month) = if month < 10 { (0, month + 3) } else { (1, month - 9) };
    (days.div_euclid(146_097) * 400 + year + turn, month, day)
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).map_err(|error| serde::de::Error::custom(&error.failure().detail))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time", "description": "RFC 3339, UTC, to the millisecond." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::UtcOffset;
    use time::format_description::well_known::Rfc3339;

    /// What the library `time` reads.
    fn judged(text: &str) -> Option<i64> {
        let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        i64::try_from(moment.unix_timestamp_nanos().div_euclid(1_000_000)).ok()
    }

    #[test]
    fn reads_what_the_library_reads_at_the_edges() {
        let dates = ["2024-02-29", "2023-02-29", "1900-02-29", "2000-02-29", "0000-01-01", "9999-12-31", "2016-12-31", "2017-01-01"];
        let odd_dates = ["2026-00-10", "2026-13-10", "2026-04-31", "2026-04-00", "2026-4-01", "2026/04/01", "+026-04-01"];
        let times =
            ["00:00:00", "23:59:59.9999", "23:59:60", "23:59:60.5", "00:59:60", "24:00:00", "12:60:00", "12:00:61", "12:00:00.", "1:00:00"];
        let zones = ["Z", "z", "+00:00", "-00:00", "+01:00", "-23:59", "+24:00", "+01:60", "+1:00", "+0100", "", "Z ", "\u{2212}01:00"];
        for date in dates.into_iter().chain(odd_dates) {
            for (time, zone) in times.into_iter().flat_map(|time| zones.map(|zone| (time, zone))) {
                for separator in ["T", "t", " ", "-", "\u{e9}", ""] {
                    let text = [date, separator, time, zone].concat();
                    assert_eq!(read(text.as_bytes()), judged(&text), "{text}");
                }
            }
        }
    }

    #[test]
    fn reads_and_writes_rfc3339() {
        let moment = Timestamp::parse("2026-11-01T02:00:00.250+02:00").unwrap();
        assert_eq!(moment.to_string(), "2026-11-01T00:00:00.25Z");
        assert_eq!(moment.secs(), 1_793_491_200);
        assert!(Timestamp::parse("2026-11-01").is_err());
        assert!(Timestamp::parse("2026-13-01T00:00:00Z").is_err());
    }

    proptest! {
        #[test]
        fn every_moment_survives_the_wire(millis in RANGE) {
            let moment = Timestamp::from_millis(millis);
            prop_assert_eq!(Timestamp::parse(&moment.to_string()).unwrap(), moment);
        }

        #[test]
        fn reads_and_writes_what_the_library_does(millis in RANGE, offset in -86_399_i32..86_400, at in any::<prop::sample::Index>(), with in b' '..=b'~') {
            let utc = Timestamp(millis).to_utc();
            prop_assert_eq!(Timestamp(millis).to_string(), utc.format(&Rfc3339).unwrap());
            prop_assert_eq!(Timestamp(millis).date(), (utc.year().into(), u8::from(utc.month()).into(), utc.day().into()));
            let zone = UtcOffset::from_whole_seconds(offset / 60 * 60).unwrap();
            let Ok(text) = utc.checked_to_offset(zone).unwrap_or(utc).format(&Rfc3339) else { return Ok(()) };
            prop_assert_eq!(read(text.as_bytes()), Some(millis));
            let mut changed = text.into_bytes();
            let at = at.index(changed.len());
            changed[at] = with;
            let changed = String::from_utf8(changed).unwrap();
            prop_assert_eq!(read(changed.as_bytes()), judged(&changed), "{}", changed);
        }

        #[test]
        fn any_text_is_read_without_panic(text: String, tail in "[0-9TZ:.+-]{0,30}") {
            prop_assert_eq!((read(text.as_bytes()), read(tail.as_bytes())), (judged(&text), judged(&tail)));
        }
    }
}
