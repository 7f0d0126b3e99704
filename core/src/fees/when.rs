//! [`When`]: the conditions of a rule, a surcharge or a promotion, and how a request meets them.
//!
//! Conditions are looked at in one fixed order, whatever the order in the JSON: operation, method, currency, amount, monthly volume,
//! then every other fact by name. The first that does not hold ends the search, so that a fact which is missing matters only where
//! nothing before it has excluded the rule already.

use super::quote::QuoteRequest;
use crate::error::{ErrorCode, OkpayError};
use crate::money::Currency;
use crate::quoted::quoted;

/// Conditions of which all must hold. One that is absent holds always.
#[derive(Debug, Clone, Default)]
pub(super) struct When {
    pub(super) operation: Option<Vec<String>>,
    pub(super) method: Option<Vec<String>>,
    pub(super) currency: Option<Vec<Currency>>,
    pub(super) amount: Option<Band>,
    pub(super) monthly_volume: Option<Band>,
    /// By name.
    pub(super) facts: Vec<(String, Vec<String>)>,
}

/// A half-open band of minor units, `[min, max)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Band {
    pub(super) currency: Currency,
    pub(super) min: i64,
    pub(super) max: Option<i64>,
}

impl Band {
    fn contains(&self, minor: i64) -> bool {
        self.min <= minor && self.max.is_none_or(|max| minor < max)
    }
}

impl When {
    /// Whether every condition holds for this amount, in the order of this module.
    ///
    /// # Errors
    /// `missing_fact` when a condition is reached whose fact was not given; `currency_mismatch` for a volume in another currency.
    pub(super) fn holds(&self, request: &QuoteRequest, amount: i64) -> Result<bool, OkpayError> {
        if !self.admits(request) || self.amount.is_some_and(|band| !band.contains(amount)) || !self.volume_holds(request)? {
            return Ok(false);
        }
        for (name, values) in &self.facts {
            let given = request.facts.get(name).ok_or_else(|| missing_fact(name))?;
            if !values.contains(given) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the conditions hold that every request can answer: operation, method, currency.
    pub(super) fn admits(&self, request: &QuoteRequest) -> bool {
        self.admits_operation(request)
            && self.method.as_ref().is_none_or(|methods| methods.contains(&request.method))
            && self.admits_currency(request)
    }

    pub(super) fn admits_operation(&self, request: &QuoteRequest) -> bool {
        self.operation.as_ref().is_none_or(|operations| operations.contains(&request.operation))
    }

    pub(super) fn admits_currency(&self, request: &QuoteRequest) -> bool {
        self.currency.as_ref().is_none_or(|currencies| currencies.contains(&request.amount.currency()))
    }

    fn volume_holds(&self, request: &QuoteRequest) -> Result<bool, OkpayError> {
        let Some(band) = &self.monthly_volume else { return Ok(true) };
        let volume = request.monthly_volume.ok_or_else(|| missing_fact("monthly_volume"))?;
        if volume.currency() != band.currency {
            let detail = format!("the monthly volume is in {}; the fee schedule counts it in {}", volume.currency(), band.currency);
            return Err(OkpayError::invalid_at(ErrorCode::CurrencyMismatch, "monthly_volume", detail));
        }
        Ok(band.contains(volume.minor()))
    }
}

fn missing_fact(name: &str) -> OkpayError {
    let detail = format!("the fee depends on the fact {}, which was not given: add it to the request", quoted(name));
    OkpayError::invalid_at(ErrorCode::MissingFact, name, detail)
}
