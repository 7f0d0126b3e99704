//! [`Terms`]: what applies to one request: the rule, its surcharges, its amounts in the request's currency, and the promotion.

use super::ask::Ask;
use super::promotion::{Discount, discount};
use super::quote::LineKind;
use super::rules::{Amounts, Rule, amount_in};
use crate::error::{ErrorCode, OkpayError};
use crate::money::{Currency, Rounding};

/// A rule, resolved: nothing is left but to compute.
#[derive(Debug, Clone)]
pub(super) struct Terms<'s> {
    /// The rule's place in the schedule.
    pub(super) index: usize,
    pub(super) rule: &'s Rule,
    pub(super) rounding: &'s Rounding,
    pub(super) currency: Currency,
    /// What is summed exactly and rounded once, in schedule order.
    pub(super) parts: Vec<Part<'s>>,
    /// The sum of the parts' rates and of their fixed amounts.
    pub(super) rate: i128,
    pub(super) fixed: i128,
    pub(super) minimum: Option<i64>,
    pub(super) maximum: Option<i64>,
    pub(super) discount: Option<Discount<'s>>,
    /// Millionths of a percent of the fee.
    pub(super) tax: Option<i128>,
    pub(super) network_fee: Option<i64>,
}

/// A percent, fixed or surcharge part.
#[derive(Debug, Clone)]
pub(super) struct Part<'s> {
    pub(super) id: &'s str,
    pub(super) kind: LineKind,
    /// Millionths of a percent of the amount.
    pub(super) rate: i128,
    /// Minor units.
    pub(super) fixed: i128,
}

impl<'s> Ask<'s> {
    /// The first rule that matches this amount, with all that goes with it.
    ///
    /// # Errors
    /// `missing_fact`, `currency_mismatch` (of the volume), `no_matching_rule`, `missing_currency`, `promotion_not_applicable`.
    pub(super) fn terms(&self, amount: i64) -> Result<Terms<'s>, OkpayError> {
        let (index, rule) = self.first_match(amount)?;
        let parts = self.parts(index, rule, amount)?;
        let of = |amounts: &Option<Amounts>, name: &str| self.amount_of(amounts, || format!("rules[{index}].{name}"));
        Ok(Terms {
            index,
            rule,
            rounding: self.schedule.rounding(),
            currency: self.request.amount.currency(),
            rate: parts.iter().map(|part| part.rate).sum(),
            fixed: parts.iter().map(|part| part.fixed).sum(),
            parts,
            minimum: of(&rule.minimum, "minimum")?,
            maximum: of(&rule.maximum, "maximum")?,
            tax: rule.tax.as_ref().map(|tax| tax.percent.0.into()),
            network_fee: of(&rule.network_fee, "network_fee")?,
            discount: discount(self, amount)?,
        })
    }

    fn first_match(&self, amount: i64) -> Result<(usize, &'s Rule), OkpayError> {
        for (index, rule) in &self.rules {
            if rule.when.holds(self.request, amount)? {
                return Ok((*index, rule));
            }
        }
        let (operation, method, currency) = (&self.request.operation, &self.request.method, self.request.amount.currency());
        let detail = format!("no rule of {} fits {operation} by {method} in {currency} with these facts", self.schedule.id());
        Err(OkpayError::invalid(ErrorCode::NoMatchingRule, detail))
    }

    fn parts(&self, index: usize, rule: &'s Rule, amount: i64) -> Result<Vec<Part<'s>>, OkpayError> {
        let mut parts = Vec::new();
        if let Some(percent) = rule.percent {
            parts.push(Part { id: "percent", kind: LineKind::Percent, rate: percent.0.into(), fixed: 0 });
        }
        if let Some(fixed) = self.amount_of(&rule.fixed, || format!("rules[{index}].fixed"))? {
            parts.push(Part { id: "fixed", kind: LineKind::Fixed, rate: 0, fixed: fixed.into() });
        }
        for (place, surcharge) in rule.surcharges.iter().enumerate() {
            if surcharge.when.holds(self.request, amount)? {
                let fixed = self.amount_of(&surcharge.fixed, || format!("rules[{index}].surcharges[{place}].fixed"))?;
                let rate = surcharge.percent.map_or(0, |percent| percent.0.into());
                parts.push(Part { id: &surcharge.id, kind: LineKind::Surcharge, rate, fixed: fixed.unwrap_or(0).into() });
            }
        }
        Ok(parts)
    }

    /// The amount of a map in the request's currency. An absent map is no amount; one without the currency is an error.
    pub(super) fn amount_of(&self, amounts: &Option<Amounts>, path: impl FnOnce() -> String) -> Result<Option<i64>, OkpayError> {
        amounts.as_ref().map(|amounts| self.amount_in(amounts, path)).transpose()
    }

    /// The amount of a map in the request's currency, which it must name.
    pub(super) fn amount_in(&self, amounts: &Amounts, path: impl FnOnce() -> String) -> Result<i64, OkpayError> {
        let currency = self.request.amount.currency();
        amount_in(amounts, currency).ok_or_else(|| {
            let path = path();
            let detail = format!("the fee schedule names no {currency} in {path}");
            OkpayError::invalid_at(ErrorCode::MissingCurrency, path, detail)
        })
    }
}
