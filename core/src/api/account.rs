//! The merchant's own account: whose it is, how it is secured, and whether it is frozen.

use super::{AccountHolder, SecondFactors, VerificationLevel};
use crate::timestamp::Timestamp;
use okpay_macros::model;

/// Where the account stands.
#[model(open)]
pub enum AccountStatus {
    /// Everything works.
    Active,
    /// Money comes in and does not leave: `freeze` says why, and which operations are refused.
    Frozen,
}

/// Why an account is frozen.
#[model(open)]
pub enum FreezeReason {
    /// Its holder asked for it: `account.thaw` ends it.
    OwnRequest,
    /// Too much in too short a time.
    Velocity,
    /// Too much for an account whose holder's identity is not verified.
    Unverified,
    /// Too much for an account that is not secured.
    UnsafeSettings,
    /// Anything else that a rule found suspicious.
    Suspicion,
}

/// A freeze that holds.
#[model]
pub struct Freeze {
    /// Why.
    pub reason: FreezeReason,
    /// In words.
    pub detail: String,
    /// The risk alert behind it (`ra_…`).
    pub risk_alert: Option<String>,
    /// The operations that are refused meanwhile, with `account_frozen`. All others work: money comes in, buyers get refunds, everything
    /// can be read.
    pub stopped_operations: Vec<String>,
    /// Since when.
    pub since: Timestamp,
}

/// A freeze on the holder's own request.
#[model(params)]
pub struct FreezeAccount {
    /// For whoever looks at it later, up to 500 characters.
    pub note: Option<String>,
}

/// The account that the keys belong to.
#[model]
pub struct MerchantAccount {
    /// `acct_…`
    pub id: String,
    /// Where it stands.
    pub status: AccountStatus,
    /// Whose it is; absent until somebody registers.
    pub holder: Option<AccountHolder>,
    /// How far its holder's identity is verified.
    pub verification: VerificationLevel,
    /// The telephone to which codes go, masked.
    pub phone: String,
    /// What its holder can confirm with, beside the codes by SMS.
    pub second_factors: SecondFactors,
    /// The freeze, while it holds.
    pub freeze: Option<Freeze>,
    /// When it was made.
    pub created: Timestamp,
    /// Rises by one per change.
    pub version: u64,
    /// Whether it is about real money.
    pub livemode: bool,
}
