//! [`FeeSchedule::batch`]: the fees on millions of amounts, column by column.

use super::ask::{Ask, check_amount};
use super::quote::QuoteRequest;
use super::schedule::FeeSchedule;
use super::terms::Terms;
use crate::error::OkpayError;
use crate::money::MAX_MINOR;
use crate::timestamp::Timestamp;

/// Fees by column, one row an amount, in minor units of the request's currency.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QuoteColumns {
    /// What the payer pays.
    pub gross: Vec<i64>,
    /// The fee.
    pub fee: Vec<i64>,
    /// What the receiver gets; negative when the fee is more than the amount.
    pub net: Vec<i64>,
    /// The place in `rule_ids` of the rule that matched.
    pub rule: Vec<u32>,
    /// The ids of all rules of the schedule, in their order.
    pub rule_ids: Vec<String>,
}

impl FeeSchedule {
    /// The fees on many amounts (in minor units) that share everything else in the request, whose own amount gives the currency alone.
    /// The monthly volume is that of the request for every row.
    ///
    /// Every figure is the one that [`FeeSchedule::quote`] gives for the row; the rule is matched once per band, and nothing is
    /// allocated per row.
    ///
    /// # Errors
    /// Those of [`FeeSchedule::quote`]; one that a row causes has the row in `param`, as in `amounts[17].amount`.
    pub fn batch(&self, amounts: &[i64], request: &QuoteRequest, now: Timestamp) -> Result<QuoteColumns, OkpayError> {
        let ask = Ask::new(self, request, now)?;
        let mut bands = ask.bands_with_terms();
        let mut columns = QuoteColumns::with_capacity(amounts.len(), self.rule_ids());
        for (row, &amount) in amounts.iter().enumerate() {
            columns.push_row(&ask, &mut bands, amount).map_err(|error| error.within(&format!("amounts[{row}]")))?;
        }
        Ok(columns)
    }
}

/// The bands with their terms, and the one of the row before, which is often that of the next.
struct Bands<'s> {
    firsts: Vec<i64>,
    terms: Vec<Result<Terms<'s>, OkpayError>>,
    current: usize,
}

impl<'s> Ask<'s> {
    fn bands_with_terms(&self) -> Bands<'s> {
        let firsts: Vec<i64> = self.bands().iter().map(|band| band.first).collect();
        let terms = firsts.iter().map(|&first| self.terms(first)).collect();
        Bands { firsts, terms, current: 0 }
    }
}

impl<'s> Bands<'s> {
    fn terms(&mut self, amount: i64) -> Result<&Terms<'s>, OkpayError> {
        let next = self.firsts.get(self.current + 1).copied().unwrap_or(i64::MAX);
        if amount < self.firsts[self.current] || amount >= next {
            self.current = self.firsts.partition_point(|&first| first <= amount).saturating_sub(1);
        }
        self.terms[self.current].as_ref().map_err(Clone::clone)
    }
}

impl QuoteColumns {
    fn with_capacity(rows: usize, rule_ids: Vec<String>) -> Self {
        let column = || Vec::with_capacity(rows);
        Self { gross: column(), fee: column(), net: column(), rule: Vec::with_capacity(rows), rule_ids }
    }

    fn push_row(&mut self, ask: &Ask<'_>, bands: &mut Bands<'_>, amount: i64) -> Result<(), OkpayError> {
        check_amount(amount)?;
        if amount > MAX_MINOR {
            return Err(super::arithmetic::overflow());
        }
        let terms = bands.terms(amount)?;
        let fee = terms.figures(amount)?.total;
        let (gross, net) = ask.sides(amount, fee)?;
        // All within 10^18 by now, and a schedule has at most 10 000 rules: nothing is cut off.
        self.gross.push(narrow(gross)?);
        self.fee.push(narrow(fee)?);
        self.net.push(narrow(net)?);
        self.rule.push(u32::try_from(terms.index).unwrap_or(u32::MAX));
        Ok(())
    }
}

fn narrow(minor: i128) -> Result<i64, OkpayError> {
    i64::try_from(minor).map_err(|_| super::arithmetic::overflow())
}
