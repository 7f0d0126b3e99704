//! Business days: not Saturdays, not Sundays, not the closing days of TARGET. The rules are data: `target_days.json`.

use crate::refusal::{Outcome, Refusal};
use okpay::Timestamp;
use serde::Deserialize;
use std::sync::LazyLock;
use time::{Date, Duration, Month, Time, Weekday};

static RULES: LazyLock<Result<Rules, String>> =
    LazyLock::new(|| serde_json::from_str(include_str!("target_days.json")).map_err(|error| error.to_string()));

#[derive(Debug, Deserialize)]
struct Rules {
    /// `MM-DD`.
    fixed: Vec<String>,
    days_from_easter_sunday: Vec<i64>,
}

/// The given hour (UTC) of so many business days after a moment; its own day counts as none.
pub(crate) fn after(now: Timestamp, days: u32, hour: u8) -> Outcome<Timestamp> {
    let mut date = now.to_utc().date();
    for _ in 0..days {
        date = next(date)?;
        while !is_business_day(date)? {
            date = next(date)?;
        }
    }
    let time = Time::from_hms(hour, 0, 0).map_err(|error| Refusal::Internal(error.to_string()))?;
    Ok(Timestamp::from_secs(date.with_time(time).assume_utc().unix_timestamp()))
}

fn next(date: Date) -> Outcome<Date> {
    date.next_day().ok_or_else(|| Refusal::Internal("the calendar ends".to_owned()))
}

fn is_business_day(date: Date) -> Outcome<bool> {
    let rules = RULES.as_ref().map_err(|error| Refusal::Internal(format!("target_days.json: {error}")))?;
    let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
    let day = format!("{:02}-{:02}", u8::from(date.month()), date.day());
    let easter = easter_sunday(date.year());
    let is_near_easter = |days: &i64| easter.and_then(|easter| easter.checked_add(Duration::days(*days))) == Some(date);
    Ok(!weekend && !rules.fixed.contains(&day) && !rules.days_from_easter_sunday.iter().any(is_near_easter))
}

/// Easter Sunday of the Gregorian calendar: the Sunday after the full moon that the golden number and the epact give.
fn easter_sunday(year: i32) -> Option<Date> {
    let golden = year.rem_euclid(19) + 1;
    let century = year / 100 + 1;
    let (dropped_leap_days, moon_correction) = (3 * century / 4 - 12, (8 * century + 5) / 25 - 5);
    let epact = (11 * golden + 20 + moon_correction - dropped_leap_days).rem_euclid(30);
    let epact = epact + i32::from(epact == 24 || (epact == 25 && golden > 11));
    // Counted from the last day of February; at the earliest the 21st of March.
    let moon = if epact > 23 { 74 - epact } else { 44 - epact };
    let full_moon = Date::from_calendar_date(year, Month::March, 1).ok()?.checked_add(Duration::days(i64::from(moon) - 1))?;
    full_moon.checked_add(Duration::days(7 - i64::from(full_moon.weekday().number_days_from_sunday())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Timestamp {
        Timestamp::parse(&format!("{text}T15:30:00Z")).unwrap()
    }

    fn day(text: &str, days: u32) -> String {
        after(date(text), days, 12).unwrap().to_utc().date().to_string()
    }

    #[test]
    fn easter_is_where_the_church_has_it() {
        // Of published tables; 1981 and 1954 are the two exceptions of the rule, 2038 the latest and 2285 the earliest possible day.
        for (year, month, day) in [
            (1954, 4, 18),
            (1981, 4, 19),
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2027, 3, 28),
            (2030, 4, 21),
            (2038, 4, 25),
            (2285, 3, 22),
        ] {
            let easter = easter_sunday(year).unwrap();
            assert_eq!((u8::from(easter.month()), easter.day()), (month, day), "{year}");
        }
    }

    #[test]
    fn the_days_between_are_counted_as_banks_do() {
        assert_eq!(day("2026-11-25", 1), "2026-11-26"); // a Wednesday
        assert_eq!(day("2026-11-27", 1), "2026-11-30"); // a Friday
        assert_eq!(day("2026-11-28", 1), "2026-11-30"); // a Saturday
        assert_eq!(day("2026-12-24", 1), "2026-12-28"); // Friday and Saturday are holidays, then Sunday
        assert_eq!(day("2026-12-31", 1), "2027-01-04");
        assert_eq!(day("2026-04-02", 1), "2026-04-07"); // Easter
        assert_eq!(day("2026-04-30", 3), "2026-05-06"); // the first of May is a Friday
        assert_eq!(day("2026-11-25", 0), "2026-11-25");
    }
}
