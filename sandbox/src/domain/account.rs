//! The merchant's own account: one a database, there from the start, with all that must not be sent kept beside it.

use super::second_factors::FactorsKept;
use super::step_up::StepUp;
use crate::magic::ACCOUNT_PHONE;
use crate::refusal::Outcome;
use crate::store::objects::{self, Stored};
use crate::work::Work;
use okpay::Timestamp;
use okpay::api::{AccountStatus, EventType, MerchantAccount, SecondFactors};
use serde::{Deserialize, Serialize};

/// What is kept of the account and never sent.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AccountInternal {
    pub(crate) factors: FactorsKept,
    /// The code that was sent to confirm one change of the account's security.
    pub(crate) challenge: StepUp,
}

/// The account as it stands.
pub(crate) async fn load(work: &mut Work<'_>) -> Outcome<Stored<MerchantAccount>> {
    let id = work.account.clone();
    work.get(&id).await
}

/// Makes the account of a new database.
pub(crate) async fn open(work: &mut Work<'_>) -> Outcome<()> {
    let id = work.account.clone();
    if objects::find::<MerchantAccount>(&mut work.tx, &id, &id).await?.is_some() {
        return Ok(());
    }
    let second_factors =
        SecondFactors { payment_pin: false, totp: false, recovery_codes_left: 0, trusted_devices: Vec::new(), locked_until: None };
    let body = MerchantAccount {
        id,
        status: AccountStatus::Active,
        phone: masked(ACCOUNT_PHONE),
        second_factors,
        freeze: None,
        created: work.now,
        version: 1,
        livemode: false,
    };
    work.insert(body, AccountInternal::default()).await.map(drop)
}

/// A telephone as it may be shown.
pub(crate) fn masked(phone: &str) -> String {
    format!("•••• {}", &phone[phone.len().saturating_sub(2)..])
}

/// The account as it is shown: a lock that is over is none.
pub(crate) fn shown(account: Stored<MerchantAccount>, now: Timestamp) -> MerchantAccount {
    MerchantAccount { second_factors: account.internal.factors.shown(now), ..account.body }
}

/// Keeps a change, and says so.
pub(crate) async fn changed(work: &mut Work<'_>, account: &mut Stored<MerchantAccount>, tell: EventType) -> Outcome<()> {
    account.body.second_factors = account.internal.factors.shown(work.now);
    work.update(account).await?;
    work.emit(tell, account.body.clone().into()).await
}
