//! Step-up: before money leaves the account or its security changes, its holder proves to be there. A one-time code by SMS always does,
//! and so does whichever second factor the account has. Attempts are bounded for each thing that is confirmed, and in time.

use super::account::{self, masked};
use super::{outbox, second_factors};
use crate::refusal::{Outcome, Refusal, refuse, refuse_at};
use crate::store::objects::{self, Stored};
use crate::validate;
use crate::work::Work;
use okpay::api::{Confirmation, ConfirmationKind, MerchantAccount, RequiredConfirmation};
use okpay::{ErrorCode, Failure, Timestamp};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// How long a code holds, and how often a wrong one may be tried.
const LIFETIME_SECS: i64 = 10 * 60;
const ATTEMPTS: u32 = 5;

/// What is kept of a step-up: never the code itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct StepUp {
    code: String,
    attempts_left: u32,
    expires: Option<Timestamp>,
}

/// How a try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tried {
    Passed,
    /// So many attempts are left.
    Wrong(u32),
}

/// Sends a code about an object to the account's holder.
pub(crate) async fn start(work: &mut Work<'_>, about: &str, what: &str) -> Outcome<(StepUp, RequiredConfirmation)> {
    let account = account::load(work).await?;
    let phone = account.phone();
    let step_up = text(work, &phone, about, what).await?;
    let mut kinds = vec![ConfirmationKind::SmsCode];
    kinds.extend(account.internal.factors.kinds());
    let expires = step_up.expires.unwrap_or(work.now);
    Ok((step_up, RequiredConfirmation { kinds, sent_to: Some(masked(&phone)), expires }))
}

/// Sends a code to a telephone.
pub(crate) async fn text(work: &mut Work<'_>, phone: &str, about: &str, what: &str) -> Outcome<StepUp> {
    let code = new_code(work);
    let text = format!("{code} is your OKPay code for {what}. Nobody from OKPay ever asks for it.");
    outbox::send(work, "sms", phone, about, text, Some(code.clone())).await?;
    let expires = work.now.plus_secs(LIFETIME_SECS);
    Ok(StepUp { code: hash(work, about, &code), attempts_left: ATTEMPTS, expires: Some(expires) })
}

/// Six digits. The bias of the remainder is less than one in a trillion.
fn new_code(work: &Work<'_>) -> String {
    let bytes = work.gateway.ids.fresh("code");
    let number = bytes.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{:06}", number % 1_000_000)
}

fn hash(work: &Work<'_>, about: &str, code: &str) -> String {
    work.gateway.ids.fingerprint(&[b"code", about.as_bytes(), code.as_bytes()])
}

/// Refuses a kind that the gateway does not know, or a code that cannot be one.
pub(crate) fn check(confirmation: &Confirmation) -> Outcome<()> {
    let known = ConfirmationKind::KNOWN.contains(&confirmation.kind);
    let kinds = ConfirmationKind::KNOWN.iter().map(ConfirmationKind::as_str).collect::<Vec<_>>();
    validate::known("confirmation.kind", known, &kinds)?;
    if confirmation.kind == ConfirmationKind::DeviceKey {
        let detail = "a device confirms by itself, in confirmations.approve: its signature is the proof";
        return Err(refuse_at(ErrorCode::InvalidField, "confirmation.kind", detail));
    }
    validate::text("confirmation.code", Some(&confirmation.code), 64)
}

/// Compares in constant time, and counts what is wrong.
pub(crate) async fn attempt(work: &mut Work<'_>, step_up: &mut StepUp, about: &str, confirmation: &Confirmation) -> Outcome<Tried> {
    let open = step_up.attempts_left > 0 && step_up.expires.is_none_or(|expires| expires > work.now);
    let right = open
        && match confirmation.kind {
            ConfirmationKind::SmsCode => is_sent_code(work, step_up, about, &confirmation.code),
            _ => second_factors::prove(work, &confirmation.kind, &confirmation.code).await?,
        };
    if right {
        step_up.attempts_left = 0;
        return Ok(Tried::Passed);
    }
    step_up.attempts_left = step_up.attempts_left.saturating_sub(1);
    Ok(Tried::Wrong(step_up.attempts_left))
}

fn is_sent_code(work: &Work<'_>, step_up: &StepUp, about: &str, code: &str) -> bool {
    hash(work, about, code).as_bytes().ct_eq(step_up.code.as_bytes()).into()
}

/// Sends a code with which one change of the account's security is confirmed.
pub(crate) async fn challenge(work: &mut Work<'_>) -> Outcome<RequiredConfirmation> {
    let about = work.account.clone();
    let (challenge, required) = start(work, &about, "a change of your account's security").await?;
    let mut account = account::load(work).await?;
    account.internal.challenge = challenge;
    objects::update_internal(&mut work.tx, &account).await?;
    Ok(required)
}

/// The account, once its holder has proven to want a change of its security. A wrong proof counts, although the request is refused.
pub(crate) async fn of_holder(work: &mut Work<'_>, confirmation: &Confirmation) -> Outcome<Stored<MerchantAccount>> {
    check(confirmation)?;
    let right = match confirmation.kind {
        ConfirmationKind::SmsCode => answers_challenge(work, confirmation).await?,
        _ => second_factors::prove(work, &confirmation.kind, &confirmation.code).await?,
    };
    match right {
        true => account::load(work).await,
        false => Err(wrong("the code is wrong; account.retrieve says whether too many were".to_owned(), None)),
    }
}

/// Whether this is the code that `two_factor.challenge` sent. Wrong ones lock as those of any other kind do, or a new challenge would
/// give new tries for ever.
async fn answers_challenge(work: &mut Work<'_>, confirmation: &Confirmation) -> Outcome<bool> {
    let mut account = account::load(work).await?;
    second_factors::check_not_locked(work, &account.internal)?;
    let mut challenge = account.internal.challenge.clone();
    if challenge.attempts_left == 0 {
        return Err(refuse(ErrorCode::IllegalState, "no code waits to be confirmed; two_factor.challenge sends one"));
    }
    let right = attempt(work, &mut challenge, &account.body.id, confirmation).await? == Tried::Passed;
    account.internal.challenge = challenge;
    second_factors::count(work, &mut account, right).await?;
    Ok(right)
}

/// A wrong code, as a refusal that is kept: the attempt counts.
pub(crate) fn wrong(detail: String, object: Option<String>) -> Refusal {
    let failure = Failure::new(ErrorCode::ConfirmationFailed, detail).at("confirmation.code");
    Refusal::Kept(Box::new(Failure { object, ..failure }))
}
