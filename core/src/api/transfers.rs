//! Transfers: money from one OKPay account to another, at once.

use super::{Confirmation, RequiredConfirmation};
use crate::fees::Quote;
use crate::money::Money;
use crate::timestamp::Timestamp;
use okpay_macros::model;
use std::collections::BTreeMap;

/// Where a transfer stands.
#[model(open)]
pub enum TransferStatus {
    /// Waits for `transfers.confirm`; nothing has moved yet.
    PendingConfirmation,
    /// At the recipient.
    #[end]
    Succeeded,
    /// Nothing has moved; `failure_reason` says why.
    #[end]
    Failed,
}

/// Why a transfer failed.
#[model(open)]
pub enum TransferFailure {
    /// Too many wrong codes.
    ConfirmationFailed,
    /// Not confirmed in time.
    ConfirmationExpired,
    /// Declined on a trusted device.
    ConfirmationDeclined,
}

/// A transfer to be made.
#[model(params)]
pub struct NewTransfer {
    /// How much.
    pub amount: Money,
    /// To whom: a handle such as `@mira`, or an e-mail address.
    pub recipient: String,
    /// For the recipient.
    pub description: Option<String>,
    /// The merchant's own mark, searchable.
    pub reference: Option<String>,
    /// Up to 50 pairs of the merchant's own.
    pub metadata: BTreeMap<String, String>,
}

/// How a transfer is confirmed.
#[model(params)]
pub struct ConfirmTransfer {
    /// The proof that the account's holder wants it.
    pub confirmation: Confirmation,
}

/// A transfer.
#[model]
pub struct Transfer {
    /// `tr_…`
    pub id: String,
    /// Where it stands.
    pub status: TransferStatus,
    /// How much.
    pub amount: Money,
    /// The fee, which the sender pays on top.
    pub fee: Quote,
    /// To whom, by handle.
    pub recipient: String,
    /// The recipient's name, shortened.
    pub recipient_name: String,
    /// What is needed to confirm it; only for large amounts.
    pub confirmation: Option<RequiredConfirmation>,
    /// Why it failed.
    pub failure_reason: Option<TransferFailure>,
    /// For the recipient.
    pub description: Option<String>,
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

/// One page of transfers, newest first.
#[model(page)]
pub struct TransferPage {
    /// The transfers.
    pub data: Vec<Transfer>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which transfers to list.
#[model(params)]
pub struct ListTransfers {
    /// 1 to 100; 20 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only this status.
    pub status: Option<TransferStatus>,
    /// Only this mark of the merchant's.
    pub reference: Option<String>,
}
