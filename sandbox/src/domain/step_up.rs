//! Step-up: a one-time code by SMS, bounded in attempts and time, before money leaves the account.

use super::resources::Nothing;
use crate::magic::ACCOUNT_PHONE;
use crate::refusal::Outcome;
use crate::validate;
use crate::work::Work;
use okpay::Timestamp;
use okpay::api::{Confirmation, ConfirmationKind, RequiredConfirmation};
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
}

/// How a try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tried {
    Passed,
    /// So many attempts are left.
    Wrong(u32),
}

/// A message in the outbox, where a person or a test reads what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) channel: String,
    pub(crate) to: String,
    pub(crate) text: String,
    pub(crate) code: Option<String>,
    /// The object that it is about.
    pub(crate) about: String,
    pub(crate) created: Timestamp,
}

/// Sends a code about an object.
pub(crate) async fn start(work: &mut Work<'_>, about: &str, what: &str) -> Outcome<(StepUp, RequiredConfirmation)> {
    let code = new_code(work);
    let message = Message {
        id: work.id("msg_"),
        channel: "sms".to_owned(),
        to: ACCOUNT_PHONE.to_owned(),
        text: format!("{code} is your OKPay code for {what}. Nobody from OKPay ever asks for it."),
        code: Some(code.clone()),
        about: about.to_owned(),
        created: work.now,
    };
    work.insert(message, Nothing {}).await?;
    let expires = work.now.plus_secs(LIFETIME_SECS);
    let required = RequiredConfirmation { kinds: vec![ConfirmationKind::SmsCode], sent_to: Some(masked_phone()), expires };
    Ok((StepUp { code: hash(work, about, &code), attempts_left: ATTEMPTS }, required))
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

fn masked_phone() -> String {
    format!("•••• {}", &ACCOUNT_PHONE[ACCOUNT_PHONE.len().saturating_sub(2)..])
}

/// Refuses a kind that the gateway does not know, or a code that cannot be one.
pub(crate) fn check(confirmation: &Confirmation) -> Outcome<()> {
    let known = ConfirmationKind::KNOWN.contains(&confirmation.kind);
    let kinds = ConfirmationKind::KNOWN.iter().map(ConfirmationKind::as_str).collect::<Vec<_>>();
    validate::known("confirmation.kind", known, &kinds)?;
    validate::text("confirmation.code", Some(&confirmation.code), 64)
}

/// Compares in constant time, and counts what is wrong.
pub(crate) fn attempt(work: &Work<'_>, step_up: &mut StepUp, about: &str, code: &str) -> Tried {
    let given = hash(work, about, code);
    let right = step_up.attempts_left > 0 && bool::from(given.as_bytes().ct_eq(step_up.code.as_bytes()));
    if right {
        step_up.attempts_left = 0;
        return Tried::Passed;
    }
    step_up.attempts_left = step_up.attempts_left.saturating_sub(1);
    Tried::Wrong(step_up.attempts_left)
}
