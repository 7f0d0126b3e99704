//! Withdrawals: money that leaves the account's own balance.

use super::{Confirmation, Network, RequiredConfirmation, WalletMethod};
use crate::fees::Quote;
use crate::money::Money;
use crate::timestamp::Timestamp;
use okpay_macros::model;
use std::collections::BTreeMap;

/// Where a withdrawal stands.
#[model(open)]
pub enum WithdrawalStatus {
    /// Waits for `withdrawals.confirm`; nothing is reserved yet.
    PendingConfirmation,
    /// Confirmed: amount and fee are reserved.
    Submitted,
    /// Somebody at OKPay looks at it.
    InReview,
    /// On its way.
    Sent,
    /// At its destination.
    #[end]
    Arrived,
    /// It came back; amount and fee are in the balance again.
    #[end]
    Returned,
    /// Given up before it was sent; amount and fee are in the balance again.
    #[end]
    Canceled,
    /// It was not sent; `failure_reason` says why.
    #[end]
    Failed,
}

/// Why a withdrawal failed or came back.
#[model(open)]
pub enum WithdrawalFailure {
    /// Too many wrong codes.
    ConfirmationFailed,
    /// Not confirmed in time.
    ConfirmationExpired,
    /// Declined on a trusted device.
    ConfirmationDeclined,
    /// Refused by the review.
    ReviewRejected,
    /// The destination's bank or provider sent it back: closed, or of somebody else.
    DestinationRefused,
}

/// What a withdrawal is to be quoted for.
#[model(params)]
pub struct NewWithdrawalQuote {
    /// How much is to arrive.
    pub amount: Money,
    /// Where (`dst_…`). It need not be usable yet.
    pub destination: String,
}

/// What a withdrawal costs and when it arrives. Its figures hold until it expires.
#[model]
pub struct WithdrawalQuote {
    /// `wq_…`
    pub id: String,
    /// How much is to arrive.
    pub amount: Money,
    /// Where.
    pub destination: String,
    /// The fee, which comes on top: `gross` leaves the balance.
    pub fee: Quote,
    /// The most that the balance lets out to there, after the fee; nothing if it does not cover any.
    pub max_withdrawable: Money,
    /// When it would arrive if it were sent now.
    pub arrival: ArrivalEstimate,
    /// Until when `withdrawals.create` takes it.
    pub expires: Timestamp,
    /// When it was made.
    pub created: Timestamp,
    /// Whether it is about real money.
    pub livemode: bool,
}

/// When money arrives. Banks move it on business days: not on Saturdays, Sundays and the closing days of TARGET.
#[model]
pub struct ArrivalEstimate {
    /// Not before.
    pub earliest: Timestamp,
    /// Not after, as a rule.
    pub latest: Timestamp,
    /// How many business days that is at most; nothing where it does not go by them.
    pub business_days: Option<u32>,
}

/// A withdrawal to be made.
#[model(params)]
pub struct NewWithdrawal {
    /// How much is to arrive; the fee comes on top.
    pub amount: Money,
    /// Where (`dst_…`).
    pub destination: String,
    /// A quote (`wq_…`) for the same amount and destination, whose fee holds.
    pub quote: Option<String>,
    /// The merchant's own mark, searchable.
    pub reference: Option<String>,
    /// Up to 50 pairs of the merchant's own.
    pub metadata: BTreeMap<String, String>,
}

/// How a withdrawal is confirmed.
#[model(params)]
pub struct ConfirmWithdrawal {
    /// The proof that the account's holder wants it.
    pub confirmation: Confirmation,
}

/// A withdrawal.
#[model]
pub struct Withdrawal {
    /// `wd_…`
    pub id: String,
    /// Where it stands.
    pub status: WithdrawalStatus,
    /// How much arrives.
    pub amount: Money,
    /// The fee, which comes on top: `gross` leaves the balance.
    pub fee: Quote,
    /// How it gets there.
    pub method: WalletMethod,
    /// Where (`dst_…`).
    pub destination: String,
    /// The destination, masked as it is shown.
    pub destination_masked: String,
    /// The blockchain.
    pub network: Option<Network>,
    /// The quote that it was made by.
    pub quote: Option<String>,
    /// What is needed to confirm it.
    pub confirmation: Option<RequiredConfirmation>,
    /// When it arrives; from when it is sent on, counted from then.
    pub arrival: ArrivalEstimate,
    /// Why it failed or came back.
    pub failure_reason: Option<WithdrawalFailure>,
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

/// One page of withdrawals, newest first.
#[model(page)]
pub struct WithdrawalPage {
    /// The withdrawals.
    pub data: Vec<Withdrawal>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which withdrawals to list.
#[model(params)]
pub struct ListWithdrawals {
    /// 1 to 100; 20 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only this status.
    pub status: Option<WithdrawalStatus>,
    /// Only those to this destination.
    pub destination: Option<String>,
    /// Only this mark of the merchant's.
    pub reference: Option<String>,
}
