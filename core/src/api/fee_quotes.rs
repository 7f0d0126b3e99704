//! Fee schedules as signed data, and quotes of the gateway to compare one's own with.

use crate::fees::{Bearer, Quote};
use crate::money::Money;
use crate::timestamp::Timestamp;
use okpay_macros::model;
use std::collections::BTreeMap;

/// A fee schedule in its signed envelope, to be loaded with `FeeSchedule.from_envelope`.
#[model]
pub struct SignedFeeSchedule {
    /// The exact text of the schedule.
    pub schedule: String,
    /// `fees_…`
    pub signature_id: String,
    /// When it was signed, in Unix seconds.
    pub signed_at: i64,
    /// `v1a,` and the Ed25519 signature in base64.
    pub signature: String,
}

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
    pub offers: Vec<FeeOffer>,
    /// The account's volume of this calendar month (UTC) that the bands were chosen by.
    pub monthly_volume: Option<Money>,
}

/// One way to pay: its quote, or why there is none.
#[model]
pub struct FeeOffer {
    /// How to pay.
    pub method: String,
    /// Over which blockchain.
    pub network: Option<String>,
    /// The price.
    pub quote: Option<Quote>,
    /// Why there is no price, an error code such as `missing_fact`.
    pub reason: Option<String>,
    /// The same in words.
    pub detail: Option<String>,
}
