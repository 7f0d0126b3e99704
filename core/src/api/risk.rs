//! Risk: rules that look at what moves money, and the alerts that they raise.

use super::FreezeReason;
use crate::money::Money;
use crate::timestamp::Timestamp;
use okpay_macros::model;
use std::collections::BTreeMap;

/// What a rule looks at.
#[model(open)]
pub enum RiskOperation {
    /// Payments, when they are made.
    Payment,
    /// Transfers, when they are made.
    Transfer,
    /// Withdrawals, when they are made.
    Withdrawal,
}

/// What follows where a rule fits.
#[model(open)]
pub enum RiskOutcome {
    /// Nothing: it is as usual, and later rules are not asked.
    Allow,
    /// It is looked at: a payment is held before any money is asked for, a withdrawal before it is sent, and a transfer waits for its
    /// confirmation whatever its amount.
    Review,
    /// It is refused, with `risk_refused`.
    Refuse,
    /// It is refused, and the account is frozen.
    Freeze,
}

/// A rule: it fits where all its conditions do. The first one that fits decides.
#[model]
pub struct RiskRule {
    /// Its name, which alerts carry.
    pub id: String,
    /// What it looks at.
    pub operations: Vec<RiskOperation>,
    /// From which amount on, by currency; any amount where there is none.
    #[serde(default)]
    pub amount_from: BTreeMap<String, String>,
    /// From how many of the kind on, this one included, within `within_secs`.
    pub count_from: Option<u32>,
    /// The time in which they are counted, in seconds.
    pub within_secs: Option<u32>,
    /// Only to a destination that was added less than so many seconds ago.
    pub destination_younger_secs: Option<u32>,
    /// Only as long as the account has neither PIN nor app nor trusted device.
    pub without_second_factor: Option<bool>,
    /// Only as long as the identity of the account's holder is not verified.
    pub unverified: Option<bool>,
    /// What follows.
    pub outcome: RiskOutcome,
    /// The reason of the freeze, where it freezes.
    pub reason: Option<FreezeReason>,
    /// In words.
    pub detail: String,
}

/// The rules in their order.
#[model(page)]
pub struct RiskRulePage {
    /// All of them.
    pub data: Vec<RiskRule>,
    /// Nothing: there is one page.
    pub next: Option<String>,
}

/// Where an alert stands.
#[model(open)]
pub enum RiskAlertStatus {
    /// Nobody has looked at it yet.
    Open,
    /// Somebody has.
    Acknowledged,
}

/// A rule fitted.
#[model]
pub struct RiskAlert {
    /// `ra_…`
    pub id: String,
    /// Where it stands.
    pub status: RiskAlertStatus,
    /// The rule.
    pub rule: String,
    /// In words.
    pub detail: String,
    /// What followed.
    pub outcome: RiskOutcome,
    /// What it was about.
    pub operation: RiskOperation,
    /// How much.
    pub amount: Money,
    /// The payment, transfer or withdrawal; absent where none was made.
    pub object: Option<String>,
    /// What was noted when it was acknowledged.
    pub note: Option<String>,
    /// When it was raised.
    pub created: Timestamp,
    /// Rises by one per change.
    pub version: u64,
    /// Whether it is about real money.
    pub livemode: bool,
}

/// One page of alerts, newest first.
#[model(page)]
pub struct RiskAlertPage {
    /// The alerts.
    pub data: Vec<RiskAlert>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which alerts to list.
#[model(params)]
pub struct ListRiskAlerts {
    /// 1 to 100; 20 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only this status.
    pub status: Option<RiskAlertStatus>,
}

/// Says that somebody has looked at an alert.
#[model(params)]
pub struct AcknowledgeRiskAlert {
    /// What was found, up to 500 characters.
    pub note: Option<String>,
}
