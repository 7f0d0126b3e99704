//! [`Version`]: the version of a fee schedule, `2026-11-01.2`, and its order.

use crate::timestamp::Timestamp;

/// A date and the number of the schedule on that date. Versions are ordered by date, then by number as a number: `.10` is after `.9`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    date: String, // YYYY-MM-DD, whose order as text is that of time
    number: u32,
}

impl Version {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (date, number) = text.split_once('.')?;
        let plain = (number == "0" || !number.starts_with('0')) && number.bytes().all(|byte| byte.is_ascii_digit());
        // RFC 3339 takes only real dates, in ten characters
        if !plain || date.len() != 10 || Timestamp::parse(&format!("{date}T00:00:00Z")).is_err() {
            return None;
        }
        Some(Self { date: date.to_owned(), number: number.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_come_before_numbers() {
        let ordered = ["2025-12-31.99", "2026-01-01.0", "2026-01-01.9", "2026-01-01.10", "2026-11-01.1"];
        let versions: Vec<_> = ordered.iter().map(|text| Version::parse(text).unwrap()).collect();
        assert!(versions.is_sorted() && versions.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn only_one_spelling_is_a_version() {
        let refused = ["", "1", "2026-11-01", "2026-11-01.", "2026-11-01.01", "2026-11-01.-1", "2026-11-01.+1", "2026-02-30.1"];
        for text in refused.into_iter().chain(["2026-1-01.1", "2026-11-01.1.1", "2026-11-01.4294967296", " 2026-11-01.1", "2026-11-01.1 "])
        {
            assert!(Version::parse(text).is_none(), "{text:?}");
        }
    }
}
