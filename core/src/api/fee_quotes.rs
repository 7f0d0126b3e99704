//! The gateway's own comparison of methods, to hold one's own against.

use crate::fees::{Bearer, Offer};
use crate::money::Money;
use crate::timestamp::Timestamp;
use okpay_macros::model;
use std::collections::BTreeMap;

/// Which ways to pay are compared.
#[model(params)]
pub struct NewFeeComparison {
    /// What is done: `payment`, `withdrawal`, …
    pub operation: String,
    /// The amount of the order.
    pub amount: Money,
    /// When; now by default.
    pub at: Option<Timestamp>,
    /// Who pays the fee; the merchant by default.
    pub bearer: Option<Bearer>,
    /// The code of a promotion.
    pub coupon: Option<String>,
    /// Further facts by name: `brand`, `card_region`, …
    pub facts: BTreeMap<String, String>,
}

/// Every way to pay, cheapest first.
#[model]
pub struct FeeComparison {
    /// The ways to pay that have a price come first.
    pub offers: Vec<Offer>,
    /// The account's volume of this calendar month (UTC) that the bands were chosen by.
    pub monthly_volume: Option<Money>,
}
