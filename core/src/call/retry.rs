//! [`RetryPolicy`]: how often, how long, and what the gateway's hints may change.

use super::Answer;
use crate::timestamp::Timestamp;

/// How a call is tried again: full jitter over an exponential bound, inside one deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How many attempts a call has at most; 3 by default.
    pub max_attempts: u32,
    /// The bound of the first delay, in milliseconds; 500 by default. It doubles with every attempt.
    pub base_delay: u64,
    /// The bound of every delay, in milliseconds; 8,000 by default.
    pub max_delay: u64,
    /// For the whole call, in milliseconds; 30,000 by default.
    pub deadline: u64,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { max_attempts: 3, base_delay: 500, max_delay: 8_000, deadline: 30_000 }
    }
}

impl RetryPolicy {
    /// One attempt only.
    #[must_use]
    pub fn never() -> Self {
        Self { max_attempts: 1, ..Self::default() }
    }

    /// The delay before the next attempt in milliseconds, or nothing if there is none: attempts or time are spent. `random` is any
    /// evenly distributed number; `hint` is what the gateway asks for.
    pub(super) fn delay(&self, attempt: u32, started: Timestamp, now: Timestamp, random: u64, hint: Option<u64>) -> Option<u64> {
        if attempt >= self.max_attempts {
            return None;
        }
        let doubled = self.base_delay.saturating_mul(1_u64.checked_shl(attempt.saturating_sub(1)).unwrap_or(u64::MAX));
        let jitter = random % doubled.min(self.max_delay).saturating_add(1);
        // A hint is not signed: it may ask for more time, within what the caller allows, and never for less or for an end.
        let delay = jitter.max(hint.unwrap_or(0).min(self.max_delay));
        let spent = u64::try_from(now.millis().saturating_sub(started.millis())).unwrap_or(0);
        (spent.saturating_add(delay) < self.deadline).then_some(delay)
    }
}

/// How long the gateway asks to wait, in milliseconds: `Retry-After` (RFC 9110 §10.2.3), else the reset of a spent `RateLimit`.
/// Malformed fields are ignored.
pub(super) fn hinted_delay(answer: &Answer, now: Timestamp) -> Option<u64> {
    let after = answer.header("retry-after").and_then(|value| retry_after(value.trim(), now));
    after.or_else(|| answer.header("ratelimit").and_then(rate_limit_reset)).map(|secs| secs.saturating_mul(1000))
}

fn retry_after(value: &str, now: Timestamp) -> Option<u64> {
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(value.parse().unwrap_or(u64::MAX));
    }
    let secs = date(value)?;
    Some(secs.saturating_sub(u64::try_from(now.secs()).unwrap_or(0)))
}

/// The seconds since 1970 of a date in one of HTTP's three forms (RFC 9110 §5.6.7).
#[cfg(feature = "secret")]
fn date(value: &str) -> Option<u64> {
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs())
}

/// The gateway counts in seconds; that something in between may name a date is not worth what its reader adds to every checkout page.
#[cfg(not(feature = "secret"))]
fn date(_: &str) -> Option<u64> {
    None
}

/// The longest reset among the limits of which nothing is left.
fn rate_limit_reset(value: &str) -> Option<u64> {
    let mut longest = None;
    for limit in value.split(',') {
        let mut parts = limit.split(';').map(|part| part.trim_matches([' ', '\t']));
        let is_name = |name: &str| name.len() > 1 && name.starts_with('"') && name.ends_with('"');
        parts.next().filter(|name| is_name(name))?;
        let (mut left, mut reset) = (None, None);
        for (name, value) in parts.filter_map(|part| part.split_once('=')) {
            match name {
                "r" => left = value.parse::<u64>().ok(),
                "t" => reset = value.parse::<u64>().ok(),
                _ => {}
            }
        }
        longest = longest.max(reset.filter(|_| left == Some(0)));
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    #[test]
    fn hints_are_read_as_the_vectors_have_them() {
        let vectors: serde_json::Value = serde_json::from_str(include_str!("../../../tests/vectors/http_fields.json")).unwrap();
        let now = Timestamp::parse("2015-10-21T07:27:00Z").unwrap();
        let [valid, invalid] = ["valid", "invalid"].map(|name| &vectors["retry_after"][name]);
        let (valid, invalid) = (valid.as_object().unwrap(), invalid.as_array().unwrap());
        for (text, wanted) in valid {
            assert_eq!(retry_after(text, now), Some(wanted.as_u64().unwrap_or(60)), "{text}");
        }
        for text in invalid {
            assert_eq!(retry_after(text.as_str().unwrap(), now), None, "{text}");
        }
        let limits = vectors["ratelimit"]["limit"].as_array().unwrap();
        for text in limits {
            assert_eq!(rate_limit_reset(text.as_str().unwrap()), None, "{text}");
        }
        for (list, cases) in [("retry_after.valid", valid.len()), ("retry_after.invalid", invalid.len()), ("ratelimit.limit", limits.len())]
        {
            assert!(cases >= 3);
            okpay_conformance::ran("vectors/http_fields.json", list, cases);
        }
        assert_eq!(rate_limit_reset("\"a\";r=0;t=30, \"b\";r=0;t=40, \"c\";r=9;t=90"), Some(40));
        assert_eq!(rate_limit_reset("\"a\";r=0;t=-1"), None);
        assert_eq!(rate_limit_reset("not a list,,"), None);
    }

    proptest! {
        #[test]
        fn delays_stay_inside_their_bounds(attempt in 1_u32..80, spent in 0_i64..40_000, random: u64, hint in prop::option::of(0_u64..u64::MAX)) {
            let policy = RetryPolicy { max_attempts: 50, ..RetryPolicy::default() };
            let now = at(0).plus_millis(spent);
            match policy.delay(attempt, at(0), now, random, hint) {
                Some(delay) => {
                    prop_assert!(attempt < 50 && delay <= policy.max_delay);
                    prop_assert!(delay + u64::try_from(spent).unwrap() < policy.deadline);
                    prop_assert!(delay >= hint.unwrap_or(0).min(policy.max_delay));
                }
                None => prop_assert!(attempt >= 50 || spent + 8_000 >= 30_000),
            }
        }
    }
}
