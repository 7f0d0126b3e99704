//! A fee schedule once it is checked: rules, surcharges and promotions in exact whole figures.

use super::when::When;
use crate::money::Currency;
use crate::timestamp::Timestamp;

/// Amounts in minor units by currency, none negative, no currency twice.
pub(super) type Amounts = Vec<(Currency, i64)>;

/// The amount in a currency.
pub(super) fn amount_in(amounts: &Amounts, currency: Currency) -> Option<i64> {
    amounts.iter().find(|(of, _)| *of == currency).map(|(_, minor)| *minor)
}

/// A percentage in millionths of a percent, not negative: six places are exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Percent(pub(super) i64);

impl Percent {
    /// The whole: 100 %.
    pub(super) const WHOLE: i64 = 100_000_000;
}

#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) when: When,
    pub(super) percent: Option<Percent>,
    pub(super) fixed: Option<Amounts>,
    pub(super) surcharges: Vec<Surcharge>,
    pub(super) minimum: Option<Amounts>,
    pub(super) maximum: Option<Amounts>,
    pub(super) tax: Option<Tax>,
    pub(super) network_fee: Option<Amounts>,
}

#[derive(Debug, Clone)]
pub(super) struct Surcharge {
    pub(super) id: String,
    pub(super) when: When,
    pub(super) percent: Option<Percent>,
    pub(super) fixed: Option<Amounts>,
}

#[derive(Debug, Clone)]
pub(super) struct Tax {
    pub(super) id: String,
    pub(super) percent: Percent,
}

#[derive(Debug, Clone)]
pub(super) struct Promotion {
    pub(super) code: String,
    pub(super) when: When,
    pub(super) off: Off,
    pub(super) max_discount: Option<Amounts>,
    pub(super) validity: Validity,
}

/// What a promotion takes off.
#[derive(Debug, Clone)]
pub(super) enum Off {
    Percent(Percent),
    Amount(Amounts),
}

/// A half-open stretch of time, open where an end is absent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Validity {
    pub(super) from: Option<Timestamp>,
    pub(super) until: Option<Timestamp>,
}

impl Validity {
    pub(super) fn contains(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}
