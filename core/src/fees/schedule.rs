//! [`FeeSchedule`]: the table of fees, loaded and checked.

use super::load::{Checked, load};
use crate::error::OkpayError;
use crate::money::Rounding;
use crate::timestamp::Timestamp;

/// A table of fees: versioned data with a validity, whose first matching rule wins.
///
/// It is loaded bare ([`FeeSchedule::from_json`]) or out of its signed envelope ([`FeeSchedule::from_envelope`]), checked as a whole,
/// and never changes afterwards.
#[derive(Debug, Clone)]
pub struct FeeSchedule {
    pub(super) checked: Checked,
    text: String,
    verified: bool,
}

impl FeeSchedule {
    /// Loads a schedule that nobody has signed; [`FeeSchedule::verified`] is false.
    ///
    /// # Errors
    /// `invalid_schedule` with the path of the field at fault, such as `rules[2].surcharges[0].percent`.
    pub fn from_json(text: &str) -> Result<Self, OkpayError> {
        Ok(Self { checked: load(text)?, text: text.to_owned(), verified: false })
    }

    /// Loads a schedule whose signature was checked.
    pub(super) fn from_verified(text: &str) -> Result<Self, OkpayError> {
        Ok(Self { verified: true, ..Self::from_json(text)? })
    }

    /// The schedule's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.checked.id
    }

    /// The version: a date and a number, such as `2026-11-01.1`. Versions are ordered by date, then by number as a number.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.checked.version
    }

    /// The first moment at which it is in force.
    #[must_use]
    pub fn valid_from(&self) -> Option<Timestamp> {
        self.checked.validity.from
    }

    /// The first moment at which it is no longer in force; absent while no end is set.
    #[must_use]
    pub fn valid_until(&self) -> Option<Timestamp> {
        self.checked.validity.until
    }

    /// How fractions of a minor unit are rounded.
    #[must_use]
    pub fn rounding(&self) -> &Rounding {
        &self.checked.rounding
    }

    /// The ids of the rules, in their order.
    #[must_use]
    pub fn rule_ids(&self) -> Vec<String> {
        self.checked.rules.iter().map(|rule| rule.id.clone()).collect()
    }

    /// Whether the schedule came in an envelope whose signature was checked.
    #[must_use]
    pub fn verified(&self) -> bool {
        self.verified
    }

    /// The exact text from which it was loaded.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}
