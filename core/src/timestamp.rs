//! [`Timestamp`]: a moment to the millisecond, RFC 3339 on the wire.

use crate::error::{ErrorCode, OkpayError};
use crate::quoted::quoted;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

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
        let moment = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| {
            OkpayError::invalid(ErrorCode::InvalidField, format!("{} is not a time such as 2026-11-01T00:00:00Z (RFC 3339)", quoted(text)))
        })?;
        Ok(Self::from_millis(moment.unix_timestamp() * 1000 + i64::from(moment.millisecond())))
    }

    /// The civil date and time in UTC.
    #[must_use]
    pub fn to_utc(self) -> OffsetDateTime {
        // Not by nanoseconds: dividing 128 bits is much code.
        let millis = u16::try_from(self.0.rem_euclid(1000)).unwrap_or_default();
        let moment = OffsetDateTime::from_unix_timestamp(self.secs()).and_then(|moment| moment.replace_millisecond(millis));
        moment.unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.to_utc().format(&Rfc3339).map_err(|_| fmt::Error)?)
    }
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

    #[test]
    fn reads_and_writes_rfc3339() {
        let moment = Timestamp::parse("2026-11-01T02:00:00.250+02:00").unwrap();
        assert_eq!(moment.to_string(), "2026-11-01T00:00:00.25Z");
        assert_eq!(moment.secs(), 1_793_491_200);
        assert_eq!(Timestamp::parse("1969-12-31T23:59:59.0009Z").unwrap().millis(), -1000);
        assert!(Timestamp::parse("2026-11-01").is_err());
        assert!(Timestamp::parse("2026-13-01T00:00:00Z").is_err());
    }

    proptest! {
        #[test]
        fn every_moment_survives_the_wire(millis in RANGE) {
            let moment = Timestamp::from_millis(millis);
            prop_assert_eq!(Timestamp::parse(&moment.to_string()).unwrap(), moment);
            prop_assert_eq!(moment.to_utc().unix_timestamp_nanos(), i128::from(millis) * 1_000_000);
        }
    }
}
