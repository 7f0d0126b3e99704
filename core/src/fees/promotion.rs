//! The promotion of a request: found by its coupon, applicable or an error.

use super::ask::Ask;
use super::rules::{Off, Promotion};
use crate::error::{ErrorCode, OkpayError};

/// What a promotion takes off in the request's currency.
#[derive(Debug, Clone, Copy)]
pub(super) struct Discount<'s> {
    pub(super) code: &'s str,
    pub(super) off: Taken,
    /// The most it takes off.
    pub(super) cap: Option<i64>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Taken {
    /// Millionths of a percent of the fee so far.
    Percent(i128),
    /// Minor units.
    Amount(i64),
}

/// The discount of the request's coupon, if it has one. Codes are compared exactly, capitals included.
///
/// # Errors
/// `promotion_not_applicable` for a code that is unknown, out of its time or for other requests; `missing_fact`; `missing_currency`.
pub(super) fn discount<'s>(ask: &Ask<'s>, amount: i64) -> Result<Option<Discount<'s>>, OkpayError> {
    let Some(coupon) = &ask.request.coupon else { return Ok(None) };
    let promotions = &ask.schedule.checked.promotions;
    let found = promotions.iter().enumerate().find(|(_, promotion)| promotion.code == *coupon);
    let (index, promotion) = found.ok_or_else(|| not_applicable("no promotion has this code"))?;
    if !promotion.validity.contains(ask.at) {
        return Err(not_applicable("the promotion is not valid at this time"));
    }
    if !promotion.when.holds(ask.request, amount)? {
        return Err(not_applicable("the promotion is for other operations, methods, amounts or facts"));
    }
    let cap = ask.amount_of(&promotion.max_discount, || format!("promotions[{index}].max_discount"))?;
    Ok(Some(Discount { code: &promotion.code, off: taken(ask, index, promotion)?, cap }))
}

fn taken(ask: &Ask<'_>, index: usize, promotion: &Promotion) -> Result<Taken, OkpayError> {
    match &promotion.off {
        Off::Percent(percent) => Ok(Taken::Percent(percent.0.into())),
        Off::Amount(amounts) => {
            let minor = ask.amount_in(amounts, || format!("promotions[{index}].amount_off"))?;
            Ok(Taken::Amount(minor))
        }
    }
}

fn not_applicable(why: &str) -> OkpayError {
    let detail = format!("{why}: leave the coupon out or use another");
    OkpayError::invalid_at(ErrorCode::PromotionNotApplicable, "coupon", detail)
}
