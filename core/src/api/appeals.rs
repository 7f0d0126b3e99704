//! Appeals: the account's holder explains, somebody at OKPay answers, and the account thaws or stays frozen.

use super::FreezeReason;
use crate::timestamp::Timestamp;
use okpay_macros::model;
use std::collections::BTreeMap;

/// Where an appeal stands.
#[model(open)]
pub enum AppealStatus {
    /// Waits for its answer.
    Open,
    /// The account is thawed.
    #[end]
    Accepted,
    /// The account stays frozen; `reply` says why. Another appeal may be made.
    #[end]
    Refused,
}

/// An appeal to be made against the freeze that holds now.
#[model(params)]
pub struct NewAppeal {
    /// What happened, up to 5,000 characters.
    pub message: String,
    /// Up to 50 pairs of the merchant's own.
    pub metadata: BTreeMap<String, String>,
}

/// An appeal against a freeze.
#[model]
pub struct Appeal {
    /// `ap_…`
    pub id: String,
    /// Where it stands.
    pub status: AppealStatus,
    /// Why the account was frozen.
    pub freeze_reason: FreezeReason,
    /// What the account's holder wrote.
    pub message: String,
    /// What OKPay answered.
    pub reply: Option<String>,
    /// When it was answered.
    pub answered: Option<Timestamp>,
    /// The merchant's own pairs.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    /// When it was made.
    pub created: Timestamp,
    /// Rises by one per change.
    pub version: u64,
    /// Whether it is about real money.
    pub livemode: bool,
}

/// One page of appeals, newest first.
#[model(page)]
pub struct AppealPage {
    /// The appeals.
    pub data: Vec<Appeal>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which appeals to list.
#[model(params)]
pub struct ListAppeals {
    /// 1 to 100; 20 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only this status.
    pub status: Option<AppealStatus>,
}
