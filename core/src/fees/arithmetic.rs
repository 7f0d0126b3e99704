//! The arithmetic of a fee, in checked whole numbers.
//!
//! Percent, fixed and surcharges are summed exactly and rounded once; then minimum, then maximum; then one promotion on the fee so
//! far, rounded, capped by its `max_discount` and by the fee; then tax on what is left, rounded on its own; then the network fee,
//! untaxed. No step may pass 10^18 minor units.

use super::promotion::{Discount, Taken};
use super::quote::{FeeLine, LineKind};
use super::rules::Percent;
use super::terms::{Part, Terms};
use crate::error::{ErrorCode, OkpayError};
use crate::money::{MAX_MINOR, Money};

/// The denominator of everything that depends on a rate: a hundred percents of a million millionths.
const WHOLE: i128 = Percent::WHOLE as i128;

/// A fee, step by step, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Figures {
    /// Percent, fixed and surcharges, rounded.
    rounded: i128,
    /// What the minimum lifts it by.
    lifted: i128,
    /// What the maximum cuts off.
    cut: i128,
    /// What the promotion takes off.
    discount: i128,
    tax: i128,
    network_fee: i128,
    /// The fee.
    pub(super) total: i128,
}

impl<'s> Terms<'s> {
    /// Computes the fee on an amount in minor units.
    ///
    /// # Errors
    /// `amount_overflow` when a step comes to more than 10^18 minor units.
    pub(super) fn figures(&self, amount: i64) -> Result<Figures, OkpayError> {
        let exact = self.exact(self.rate, self.fixed, amount)?;
        let rounded = bounded(self.rounding.divide(exact, WHOLE)?)?;
        let floored = self.minimum.map_or(rounded, |minimum| rounded.max(minimum.into()));
        let capped = self.maximum.map_or(floored, |maximum| floored.min(maximum.into()));
        let discount = self.discount.map_or(Ok(0), |discount| self.taken_off(discount, capped))?;
        let left = capped - discount;
        let tax = self.tax.map_or(Ok(0), |rate| self.share(rate, left))?;
        let network_fee = self.network_fee.unwrap_or(0).into();
        let total = bounded(left + tax + network_fee)?;
        Ok(Figures { rounded, lifted: floored - rounded, cut: floored - capped, discount, tax, network_fee, total })
    }

    /// The lines of the fee, which add up to its total: what applies is shown even where it comes to nothing, except `minimum` and
    /// `maximum`, which are shown where they change the fee.
    pub(super) fn lines(&self, amount: i64, figures: &Figures) -> Result<Vec<FeeLine>, OkpayError> {
        let line = |id: &str, kind: LineKind, minor: i128| {
            Money::from_minor(minor, self.currency).map(|amount| FeeLine { id: id.to_owned(), kind, amount })
        };
        let mut lines = Vec::new();
        for (part, minor) in self.parts.iter().zip(self.allot(amount, figures.rounded)?) {
            lines.push(line(part.id, part.kind.clone(), minor)?);
        }
        if figures.lifted != 0 {
            lines.push(line("minimum", LineKind::Minimum, figures.lifted)?);
        }
        if figures.cut != 0 {
            lines.push(line("maximum", LineKind::Maximum, -figures.cut)?);
        }
        if let Some(discount) = self.discount {
            lines.push(line(discount.code, LineKind::Promotion, -figures.discount)?);
        }
        if let Some(tax) = &self.rule.tax {
            lines.push(line(&tax.id, LineKind::Tax, figures.tax)?);
        }
        if self.network_fee.is_some() {
            lines.push(line("network_fee", LineKind::NetworkFee, figures.network_fee)?);
        }
        Ok(lines)
    }

    /// Largest remainder: every part gets its floor, and what the rounded sum has over goes, a unit each, to the largest remainders,
    /// the earlier part first among equals.
    fn allot(&self, amount: i64, rounded: i128) -> Result<Vec<i128>, OkpayError> {
        let exact = |part: &Part<'_>| self.exact(part.rate, part.fixed, amount);
        let exacts = self.parts.iter().map(exact).collect::<Result<Vec<_>, _>>()?;
        let mut shares: Vec<i128> = exacts.iter().map(|exact| exact / WHOLE).collect();
        let over = rounded - shares.iter().sum::<i128>();
        let mut rests: Vec<i128> = exacts.iter().map(|exact| exact % WHOLE).collect();
        for _ in 0..over.min(rests.len() as i128) {
            // The last of the largest from behind is the first: ties go in the order of the schedule.
            let largest = rests.iter().enumerate().rev().max_by_key(|(_, rest)| **rest);
            if let Some((place, _)) = largest {
                shares[place] += 1;
                rests[place] = -1;
            }
        }
        Ok(shares)
    }

    /// A rate of the amount and a fixed part, exactly, over [`WHOLE`].
    fn exact(&self, rate: i128, fixed: i128, amount: i64) -> Result<i128, OkpayError> {
        let percent = rate.checked_mul(amount.into());
        let fixed = fixed.checked_mul(WHOLE);
        percent.zip(fixed).and_then(|(percent, fixed)| percent.checked_add(fixed)).ok_or_else(overflow)
    }

    /// What the promotion takes off a fee, as a positive figure.
    fn taken_off(&self, discount: Discount<'_>, fee: i128) -> Result<i128, OkpayError> {
        let off = match discount.off {
            Taken::Percent(rate) => self.share(rate, fee)?,
            Taken::Amount(minor) => minor.into(),
        };
        Ok(off.min(discount.cap.map_or(fee, i128::from)).min(fee))
    }

    /// A rate of a fee, rounded.
    fn share(&self, rate: i128, fee: i128) -> Result<i128, OkpayError> {
        self.rounding.divide(rate.checked_mul(fee).ok_or_else(overflow)?, WHOLE)
    }
}

fn bounded(minor: i128) -> Result<i128, OkpayError> {
    if minor <= MAX_MINOR.into() { Ok(minor) } else { Err(overflow()) }
}

pub(super) fn overflow() -> OkpayError {
    OkpayError::invalid_at(ErrorCode::AmountOverflow, "amount", "the amount and its fee stay within 10^18 minor units")
}
