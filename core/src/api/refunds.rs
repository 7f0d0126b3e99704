//! Refunds: money back, in whole or in part. The fee of the payment is not returned.

use crate::money::Money;
use crate::timestamp::Timestamp;
use okpay_macros::model;
use std::collections::BTreeMap;

/// Where a refund stands.
#[model(open)]
pub enum RefundStatus {
    /// On its way.
    Pending,
    /// Given back.
    #[end]
    Succeeded,
    /// Not given back; the amount is in the balance again.
    #[end]
    Failed,
}

/// A refund to be made.
#[model(params)]
pub struct NewRefund {
    /// The payment.
    pub payment: String,
    /// How much; all that is left by default.
    pub amount: Option<Money>,
    /// For the buyer.
    pub reason: Option<String>,
    /// The merchant's own mark, searchable.
    pub reference: Option<String>,
    /// Up to 50 pairs of the merchant's own.
    pub metadata: BTreeMap<String, String>,
}

/// A refund.
#[model]
pub struct Refund {
    /// `re_…`
    pub id: String,
    /// Where it stands.
    pub status: RefundStatus,
    /// The payment.
    pub payment: String,
    /// How much.
    pub amount: Money,
    /// For the buyer.
    pub reason: Option<String>,
    /// The merchant's own mark.
    pub reference: Option<String>,
    /// The merchant's own pairs.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    /// The key of the call that made it.
    pub idempotency_key: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// Rises by one per change.
    pub version: u64,
    /// Whether it is about real money.
    pub livemode: bool,
}

/// One page of refunds, newest first.
#[model(page)]
pub struct RefundPage {
    /// The refunds.
    pub data: Vec<Refund>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which refunds to list.
#[model(params)]
pub struct ListRefunds {
    /// 1 to 100; 20 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only those of this payment.
    pub payment: Option<String>,
    /// Only this mark of the merchant's.
    pub reference: Option<String>,
}
