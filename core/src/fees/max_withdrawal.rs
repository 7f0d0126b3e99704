//! [`FeeSchedule::max_withdrawal`]: the most that a balance lets out.

use super::ask::{Ask, check_amount};
use super::bands::{AmountBand, Search, first_where};
use super::quote::{Quote, QuoteRequest};
use super::schedule::FeeSchedule;
use super::terms::Terms;
use crate::error::{ErrorCode, OkpayError};
use crate::timestamp::Timestamp;

impl FeeSchedule {
    /// The quote of the largest amount that fits into a balance together with its fee: the request's `amount` is that balance.
    ///
    /// # Errors
    /// `balance_too_small` when not even the smallest amount fits; `invalid_parameter` for a request whose fee comes out of the amount;
    /// and those of [`FeeSchedule::quote`]. A `missing_fact` matters wherever the answer might lie.
    pub fn max_withdrawal(&self, request: &QuoteRequest, now: Timestamp) -> Result<Quote, OkpayError> {
        let balance = request.amount.minor();
        check_amount(balance)?;
        let ask = Ask::new(self, request, now)?;
        if !ask.on_top {
            return Err(not_on_top());
        }
        let mut search = Search::default();
        for band in ask.bands().into_iter().rev().filter(|band| band.first <= balance) {
            let Some(terms) = search.terms(&ask, band)? else { continue };
            if let Some(amount) = largest_in(&terms, band, balance) {
                return ask.quote(&terms, amount);
            }
        }
        Err(search.failure(too_small()))
    }
}

/// Inside a band amount and fee together rise with every unit, so that bisection finds the last that fits.
fn largest_in(terms: &Terms<'_>, band: AmountBand, balance: i64) -> Option<i64> {
    let fits = |amount: i64| terms.total(amount).is_some_and(|total| amount + total <= balance);
    let last = band.last.min(balance);
    let first_too_large = first_where(band.first, last, |amount| !fits(amount));
    let largest = first_too_large.map_or(last, |amount| amount - 1);
    (largest >= band.first).then_some(largest)
}

fn not_on_top() -> OkpayError {
    let detail = "only a fee on top of the amount limits what fits into a balance: ask for a withdrawal, or bearer customer";
    OkpayError::invalid_at(ErrorCode::InvalidParameter, "operation", detail)
}

fn too_small() -> OkpayError {
    OkpayError::invalid_at(ErrorCode::BalanceTooSmall, "amount", "not even the smallest amount fits into this balance with its fee")
}
