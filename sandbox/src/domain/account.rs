//! The merchant's own account: one a database, there from the start, with all that must not be sent kept beside it.

use super::registration::Reset;
use super::second_factors::FactorsKept;
use super::sessions::SignIn;
use super::step_up::StepUp;
use crate::magic::{ACCOUNT_EMAIL, ACCOUNT_PHONE};
use crate::refusal::Outcome;
use crate::store::objects::{self, Stored};
use crate::work::Work;
use okpay::Timestamp;
use okpay::api::{AccountStatus, EventType, MerchantAccount, SecondFactors, VerificationLevel};
use serde::{Deserialize, Serialize};

/// What is kept of the account and never sent.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AccountInternal {
    pub(crate) factors: FactorsKept,
    /// The code that was sent to confirm one change of the account's security.
    pub(crate) challenge: StepUp,
    pub(crate) password: Option<String>,
    pub(crate) reset: Option<Reset>,
    pub(crate) sign_in: SignIn,
    /// Of whoever registered; the built-in holder's until then.
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    /// Waits to be proven by a code.
    pub(crate) new_phone: Option<String>,
    pub(crate) phone_check: StepUp,
    pub(crate) identity_proven: bool,
    pub(crate) address_proven: bool,
}

impl std::fmt::Debug for AccountInternal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("AccountInternal(redacted)")
    }
}

impl Stored<MerchantAccount> {
    /// Where mail goes.
    pub(crate) fn email(&self) -> String {
        self.internal.email.clone().unwrap_or_else(|| ACCOUNT_EMAIL.to_owned())
    }

    /// Where codes go.
    pub(crate) fn phone(&self) -> String {
        self.internal.phone.clone().unwrap_or_else(|| ACCOUNT_PHONE.to_owned())
    }
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
        holder: None,
        verification: VerificationLevel::Identity,
        phone: masked(ACCOUNT_PHONE),
        second_factors,
        freeze: None,
        created: work.now,
        version: 1,
        livemode: false,
    };
    // The built-in holder is verified, as is whoever has an account with a key to it.
    work.insert(body, AccountInternal { identity_proven: true, ..AccountInternal::default() }).await.map(drop)
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
