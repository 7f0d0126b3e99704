//! Points: earned on the fees of payments, and redeemed against them.

use crate::money::Money;
use crate::timestamp::Timestamp;
use okpay_macros::model;

/// What the account has, and what it is worth.
#[model]
pub struct PointsBalance {
    /// How many points there are.
    pub points: u64,
    /// What they are redeemed at, by currency: in whole steps of so many points.
    pub worth: Vec<PointsWorth>,
    /// Whether it is about real money.
    pub livemode: bool,
}

/// What points are redeemed at in one currency.
#[model]
pub struct PointsWorth {
    /// The step: only multiples of it are redeemed, so that the amount is exact.
    pub points: u64,
    /// What a step is worth.
    pub amount: Money,
}

/// What moved the points.
#[model(open)]
pub enum PointMovementType {
    /// The fee of a payment earned them.
    Earned,
    /// They were redeemed against the fee of a payment.
    Redeemed,
}

/// One movement of the points.
#[model]
pub struct PointMovement {
    /// `ptm_…`
    pub id: String,
    /// What it was.
    #[serde(rename = "type")]
    pub movement_type: PointMovementType,
    /// How many; negative for what was redeemed.
    pub points: i64,
    /// The payment whose fee it was.
    pub payment: String,
    /// What was earned on: the fee. Or what was redeemed: it is in the balance.
    pub amount: Money,
    /// When it was booked.
    pub created: Timestamp,
    /// Always 1: a movement never changes.
    pub version: u64,
    /// Whether it is about real money.
    pub livemode: bool,
}

/// One page of movements of the points, newest first.
#[model(page)]
pub struct PointMovementPage {
    /// The movements.
    pub data: Vec<PointMovement>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which movements of the points to list.
#[model(params)]
pub struct ListPointMovements {
    /// 1 to 100; 20 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only those of this payment.
    pub payment: Option<String>,
}

/// Points to be redeemed.
#[model(params)]
pub struct RedeemPoints {
    /// The payment whose fee they give back; all of it at most.
    pub payment: String,
    /// How many: a multiple of the step of its currency.
    pub points: u64,
}
