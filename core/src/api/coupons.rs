//! Coupons: the promotions of the fee schedule, and what of them is left to the account.

use crate::error::ErrorCode;
use crate::fees::Quote;
use crate::money::Money;
use crate::timestamp::Timestamp;
use okpay_macros::model;

/// Whether a coupon can be used.
#[model(open)]
pub enum CouponStatus {
    /// It can, where it applies.
    Active,
    /// Not yet.
    Upcoming,
    /// Not any more.
    Expired,
    /// The account has used it as often as it may.
    UsedUp,
}

/// A coupon: a promotion on fees.
#[model]
pub struct Coupon {
    /// Its code, which is what goes into `coupon`. Capitals count.
    pub code: String,
    /// Whether it can be used.
    pub status: CouponStatus,
    /// What it takes off the fee, in percent, a decimal.
    pub percent_off: Option<String>,
    /// What it takes off the fee, by currency.
    pub amount_off: Vec<Money>,
    /// The most that it takes off, by currency.
    pub max_discount: Vec<Money>,
    /// From when on it can be used.
    pub valid_from: Option<Timestamp>,
    /// Until when it can be used.
    pub valid_until: Option<Timestamp>,
    /// How often the account has used it: payments that are open or paid.
    pub used: u32,
    /// How often the account may use it.
    pub limit: Option<u32>,
    /// Whether it is about real money.
    pub livemode: bool,
}

/// Every coupon of the schedule in force, on one page.
#[model(page)]
pub struct CouponPage {
    /// The coupons, by code.
    pub data: Vec<Coupon>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// What a coupon does for one fee.
#[model]
pub struct CouponValidation {
    /// Whether it applies.
    pub applicable: bool,
    /// Why it does not.
    pub code: Option<ErrorCode>,
    /// The same in words.
    pub detail: Option<String>,
    /// The fee without it.
    pub quote_without: Quote,
    /// The fee with it.
    pub quote_with: Option<Quote>,
    /// What it saves, tax included.
    pub saved: Option<Money>,
}
