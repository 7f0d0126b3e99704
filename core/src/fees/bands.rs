//! The bands of a request: stretches of amounts to which the same terms apply.
//!
//! Inside a band the fee never falls when the amount rises, which is what the searches of `gross_up` and `max_withdrawal` stand on,
//! and `batch` matches rules once per band instead of once per row.

use super::ask::Ask;
use super::terms::Terms;
use super::when::When;
use crate::error::{ErrorCode, OkpayError};
use crate::money::MAX_MINOR;

/// Amounts from `first` to `last`, both included, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AmountBand {
    pub(super) first: i64,
    pub(super) last: i64,
}

impl<'s> Ask<'s> {
    /// All amounts from 1 to 10^18, cut wherever a condition on the amount changes, ascending.
    pub(super) fn bands(&self) -> Vec<AmountBand> {
        let mut firsts = vec![1];
        for (_, rule) in &self.rules {
            cut(&mut firsts, &rule.when);
            rule.surcharges.iter().for_each(|surcharge| cut(&mut firsts, &surcharge.when));
        }
        let coupon = self.request.coupon.as_ref();
        for promotion in self.schedule.checked.promotions.iter().filter(|promotion| Some(&promotion.code) == coupon) {
            cut(&mut firsts, &promotion.when);
        }
        let lasts = firsts.iter().skip(1).map(|next| next - 1).chain([MAX_MINOR]);
        firsts.iter().zip(lasts).map(|(&first, last)| AmountBand { first, last }).collect()
    }
}

/// Adds the amounts from which on a condition holds, and no longer holds. The list is in order and has each once.
fn cut(firsts: &mut Vec<i64>, when: &When) {
    let Some(band) = &when.amount else { return };
    for first in [band.min, band.max.unwrap_or(0)] {
        match firsts.binary_search(&first) {
            Err(place) if (1..=MAX_MINOR).contains(&first) => firsts.insert(place, first),
            _ => {}
        }
    }
}

/// Goes through bands on the search for an amount. Bands that are excluded for certain are passed over; anything else that stands in
/// the way, such as a fact that is missing, is an error, for the answer might lie there.
#[derive(Default)]
pub(super) struct Search {
    any_terms: bool,
    excluded: Option<OkpayError>,
}

impl Search {
    /// The terms of a band, or none if no amount of it can be quoted.
    pub(super) fn terms<'s>(&mut self, ask: &Ask<'s>, band: AmountBand) -> Result<Option<Terms<'s>>, OkpayError> {
        match ask.terms(band.first) {
            Ok(terms) => {
                self.any_terms = true;
                Ok(Some(terms))
            }
            Err(error) if *error.code() == ErrorCode::PromotionNotApplicable => {
                self.excluded = Some(error);
                Ok(None)
            }
            Err(error) if *error.code() == ErrorCode::NoMatchingRule => {
                self.excluded.get_or_insert(error);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Why nothing was found: what excluded every band, or else the given reason.
    pub(super) fn failure(self, reason: OkpayError) -> OkpayError {
        if self.any_terms { reason } else { self.excluded.unwrap_or(reason) }
    }
}

/// The first of the whole numbers for which a condition holds that, once it holds, holds for all that follow.
pub(super) fn first_where(first: i64, last: i64, holds: impl Fn(i64) -> bool) -> Option<i64> {
    let (mut low, mut high) = (first, last);
    if first > last || !holds(last) {
        return None;
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(low)
}
