//! Deposits: money that comes into the account's own balance.

use super::{Network, NextAction, PaymentMethod, WalletMethod};
use crate::error::DeclineCode;
use crate::fees::Quote;
use crate::money::Money;
use crate::timestamp::Timestamp;
use okpay_macros::model;
use std::collections::BTreeMap;

/// Where a deposit stands.
#[model(open)]
pub enum DepositStatus {
    /// Nothing was seen yet; `next_action` says what there is to do.
    Pending,
    /// Its transaction was seen and waits for confirmations of its network.
    Processing,
    /// In the balance.
    #[end]
    Succeeded,
    /// It will not come; `failure_reason` says why.
    #[end]
    Failed,
    /// Given up before anything was seen.
    #[end]
    Canceled,
}

/// Why a deposit failed.
#[model(open)]
pub enum DepositFailure {
    /// The card's bank declined; `decline_code` says why.
    CardDeclined,
    /// The owner of the other wallet refused.
    SenderRefused,
    /// The third party could not take it: try again later, or another way.
    SourceUnavailable,
    /// The sender may not pay in: not the account's holder, or on a list.
    SenderBlocked,
    /// Nothing came in time.
    Expired,
}

/// What to show at the counter, and what to pay there.
#[model]
pub struct CashInstructions {
    /// Twelve digits, the last of which is a check digit (Luhn's): to be read out, or printed as a bar code.
    pub code: String,
    /// All that is due.
    pub amount_due: Money,
    /// Until when the counter takes it.
    pub expires: Timestamp,
}

/// A deposit to be announced.
#[model(params)]
pub struct NewDeposit {
    /// How much: in the currency of the balance that it goes to; a coin goes to the balance of that coin.
    pub amount: Money,
    /// How it comes.
    pub method: WalletMethod,
    /// The token of the card, for `card`.
    pub payment_method: Option<String>,
    /// The blockchain, for `usdt`.
    pub network: Option<Network>,
    /// The third party (`src_…`), for `cash`; for `e_wallet` it may be left to the payer.
    pub source: Option<String>,
    /// Where to come back to after a redirect.
    pub return_url: Option<String>,
    /// The merchant's own mark, searchable.
    pub reference: Option<String>,
    /// Up to 50 pairs of the merchant's own.
    pub metadata: BTreeMap<String, String>,
}

/// A deposit.
#[model]
pub struct Deposit {
    /// `dep_…`
    pub id: String,
    /// Where it stands.
    pub status: DepositStatus,
    /// How much was announced.
    pub amount: Money,
    /// How much came. This is what is credited, less the fee, also where it is not what was announced.
    pub amount_received: Option<Money>,
    /// How it comes.
    pub method: WalletMethod,
    /// The card.
    pub payment_method: Option<PaymentMethod>,
    /// The blockchain.
    pub network: Option<Network>,
    /// The third party (`src_…`) that takes it.
    pub source: Option<String>,
    /// The third party's name.
    pub source_name: Option<String>,
    /// Who paid it in, as the third party says: an account, masked, or a counter.
    pub sender: Option<String>,
    /// What to show at the counter, for `cash`; nothing once it is over.
    pub cash: Option<CashInstructions>,
    /// The fee, by the schedule in force when it was announced: on what was announced, then on what came.
    pub fee: Option<Quote>,
    /// What there is to do for it to come.
    pub next_action: Option<NextAction>,
    /// Why it failed.
    pub failure_reason: Option<DepositFailure>,
    /// Why the card was declined.
    pub decline_code: Option<DeclineCode>,
    /// The merchant's own mark.
    pub reference: Option<String>,
    /// The merchant's own pairs.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    /// The key of the call that made it.
    pub idempotency_key: Option<String>,
    /// When it runs out unless something is seen.
    pub expires: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// Rises by one per change.
    pub version: u64,
    /// Whether it is about real money.
    pub livemode: bool,
}

/// One page of deposits, newest first.
#[model(page)]
pub struct DepositPage {
    /// The deposits.
    pub data: Vec<Deposit>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which deposits to list.
#[model(params)]
pub struct ListDeposits {
    /// 1 to 100; 20 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only this status.
    pub status: Option<DepositStatus>,
    /// Only this mark of the merchant's.
    pub reference: Option<String>,
}
