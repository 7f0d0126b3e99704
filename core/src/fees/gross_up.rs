//! [`FeeSchedule::gross_up`]: what must be asked for so that a given amount is left.

use super::ask::{Ask, check_amount};
use super::bands::{AmountBand, Search, first_where};
use super::quote::{Quote, QuoteRequest};
use super::schedule::FeeSchedule;
use super::terms::Terms;
use crate::error::{ErrorCode, OkpayError};
use crate::money::MAX_MINOR;
use crate::timestamp::Timestamp;

/// The most steps of the search under tax. Each brings the gap down to the share that fee and tax take together, so that 99.9 % need
/// some ten thousand.
const MAX_STEPS: u32 = 1_000_000;

impl FeeSchedule {
    /// The quote of the smallest gross whose net reaches a target: the request's `amount` is that net.
    ///
    /// Found on the rounded fee itself; the formula `(net + fixed) / (1 − rate)` is often a cent off. The net of the quote can be more
    /// than the target, for not every net exists. Where the fee comes on top, several amounts may have the same gross across bands; it
    /// is then the smallest of them.
    ///
    /// # Errors
    /// `target_unreachable` when no gross within 10^18 minor units reaches it (or fee and tax take so nearly everything that the search
    /// gives up), and those of [`FeeSchedule::quote`]. A `missing_fact` matters wherever the answer might lie.
    pub fn gross_up(&self, request: &QuoteRequest, now: Timestamp) -> Result<Quote, OkpayError> {
        let target = request.amount.minor();
        check_amount(target)?;
        let ask = Ask::new(self, request, now)?;
        let mut search = Search::default();
        let mut best: Option<Candidate<'_>> = None;
        for band in ask.bands().into_iter().filter(|band| band.last >= target) {
            // No gross is less than its amount, so that a band past the best cannot do better.
            if best.as_ref().is_some_and(|best| band.first >= best.gross) {
                break;
            }
            let Some(terms) = search.terms(&ask, band)? else { continue };
            let found = ask.smallest_in(&terms, band, target)?;
            let is_better = |(_, gross): &(i64, i64)| best.as_ref().is_none_or(|best| *gross < best.gross);
            if let Some((amount, gross)) = found.filter(is_better) {
                best = Some(Candidate { terms, amount, gross });
            }
        }
        match best {
            Some(best) => ask.quote(&best.terms, best.amount),
            None => Err(search.failure(unreachable("no gross amount leaves this much after the fee"))),
        }
    }
}

struct Candidate<'s> {
    terms: Terms<'s>,
    amount: i64,
    gross: i64,
}

impl Ask<'_> {
    /// The amount of a band with the smallest gross whose net reaches the target, and that gross.
    fn smallest_in(&self, terms: &Terms<'_>, band: AmountBand, target: i64) -> Result<Option<(i64, i64)>, OkpayError> {
        let first = band.first.max(target);
        if self.on_top {
            let gross = terms.total(first).map(|total| first + total).filter(|gross| *gross <= MAX_MINOR);
            return Ok(gross.map(|gross| (first, gross)));
        }
        let amount = match terms.tax {
            None => by_bisection(terms, first, band.last, target),
            Some(_) => by_iteration(terms, first, band.last, target)?,
        };
        Ok(amount.map(|amount| (amount, amount)))
    }
}

impl Terms<'_> {
    /// The fee, if it stays within 10^18 minor units. Past that point it stays past it.
    pub(super) fn total(&self, amount: i64) -> Option<i64> {
        i64::try_from(self.figures(amount).ok()?.total).ok()
    }
}

/// Without tax a fee rises by a unit at most when the amount does, for it takes less than the whole: the net never falls.
fn by_bisection(terms: &Terms<'_>, first: i64, last: i64, target: i64) -> Option<i64> {
    let last = first_where(first, last, |gross| terms.total(gross).is_none()).map_or(last, |overflowing| overflowing - 1);
    first_where(first, last, |gross| terms.total(gross).is_some_and(|total| gross - total >= target))
}

/// Fee and tax may round up together, so that the net steps back by a unit and bisection would miss the smallest. From below, each
/// step goes to the least gross that the fee at hand allows: `gross ← target + fee(gross)`. The fee never falls inside a band, so no
/// step passes over an answer, and the first gross that stays is the smallest.
fn by_iteration(terms: &Terms<'_>, first: i64, last: i64, target: i64) -> Result<Option<i64>, OkpayError> {
    let mut gross = first;
    for _ in 0..MAX_STEPS {
        let Some(total) = terms.total(gross).filter(|_| gross <= last) else { return Ok(None) };
        let needed = target + total;
        if needed <= gross {
            return Ok(Some(gross));
        }
        gross = needed;
    }
    Err(unreachable("fee and tax take so nearly everything that no gross amount was found"))
}

fn unreachable(why: &str) -> OkpayError {
    OkpayError::invalid_at(ErrorCode::TargetUnreachable, "amount", why)
}
