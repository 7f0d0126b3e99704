//! [`FeeSchedule::quote`]: the fee on one amount.

use super::arithmetic::overflow;
use super::ask::{Ask, check_amount};
use super::quote::{Quote, QuoteRequest};
use super::schedule::FeeSchedule;
use super::terms::Terms;
use crate::error::OkpayError;
use crate::money::{MAX_MINOR, Money};
use crate::timestamp::Timestamp;

impl FeeSchedule {
    /// The fee on an amount, line by line. `now` is the moment of the quote unless the request names another in `at`.
    ///
    /// Conditions of a rule are looked at in a fixed order: operation, method, currency, amount, monthly volume, then the further facts
    /// by name. A fact that is missing matters only where the conditions before it hold.
    ///
    /// # Errors
    /// `invalid_amount`, `invalid_parameter`, `schedule_not_in_force`, `no_matching_rule`, `missing_fact` (the fact in `param`),
    /// `currency_mismatch` (a monthly volume in another currency), `missing_currency`, `promotion_not_applicable`, `amount_overflow`.
    pub fn quote(&self, request: &QuoteRequest, now: Timestamp) -> Result<Quote, OkpayError> {
        let amount = request.amount.minor();
        check_amount(amount)?;
        let ask = Ask::new(self, request, now)?;
        ask.quote(&ask.terms(amount)?, amount)
    }
}

impl<'s> Ask<'s> {
    /// The quote on an amount to which the terms apply.
    pub(super) fn quote(&self, terms: &Terms<'s>, amount: i64) -> Result<Quote, OkpayError> {
        let figures = terms.figures(amount)?;
        let (gross, net) = self.sides(amount, figures.total)?;
        let money = |minor: i128| Money::from_minor(minor, terms.currency);
        Ok(Quote {
            amount: money(amount.into())?,
            gross: money(gross)?,
            fee: money(figures.total)?,
            net: money(net)?,
            lines: terms.lines(amount, &figures)?,
            rule_id: terms.rule.id.clone(),
            schedule_id: self.schedule.id().to_owned(),
            version: self.schedule.version().to_owned(),
            bearer: self.bearer(),
        })
    }

    /// Gross and net of an amount and its fee.
    pub(super) fn sides(&self, amount: i64, fee: i128) -> Result<(i128, i128), OkpayError> {
        let amount = i128::from(amount);
        match self.on_top {
            true if amount + fee > MAX_MINOR.into() => Err(overflow()),
            true => Ok((amount + fee, amount)),
            false => Ok((amount, amount - fee)),
        }
    }
}
