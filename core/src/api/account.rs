//! The merchant's own account: whose it is, how it is secured, and whether it is frozen.

use super::SecondFactors;
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

/// The account that the keys belong to.
#[model]
pub struct MerchantAccount {
    /// `acct_…`
    pub id: String,
    /// Where it stands.
    pub status: AccountStatus,
    /// The telephone to which codes go, masked.
    pub phone: String,
    /// What its holder can confirm with, beside the codes by SMS.
    pub second_factors: SecondFactors,
    /// When it was made.
    pub created: Timestamp,
    /// Rises by one per change.
    pub version: u64,
    /// Whether it is about real money.
    pub livemode: bool,
}
