//! Freezing and thawing the account, and what is stopped meanwhile. The table is data: `frozen.json`.

use super::{account, outbox, steps};
use crate::refusal::{Outcome, Refusal, refuse};
use crate::store::objects::Stored;
use crate::work::Work;
use okpay::ErrorCode;
use okpay::api::{AccountStatus, EventType, Freeze, FreezeReason, MerchantAccount};
use serde::Deserialize;
use std::sync::LazyLock;

static TABLE: LazyLock<Result<Table, String>> =
    LazyLock::new(|| serde_json::from_str(include_str!("frozen.json")).map_err(|error| error.to_string()));

#[derive(Debug, Deserialize)]
struct Table {
    stopped: Vec<Stopped>,
}

#[derive(Debug, Deserialize)]
struct Stopped {
    operation: String,
    why: String,
}

fn stopped() -> Outcome<&'static [Stopped]> {
    let table = TABLE.as_ref().map_err(|error| Refusal::Internal(format!("frozen.json: {error}")))?;
    Ok(&table.stopped)
}

/// Refuses an operation that is stopped while the account is frozen.
pub(crate) async fn check(work: &mut Work<'_>, operation: &str) -> Outcome<()> {
    let Some(stopped) = stopped()?.iter().find(|stopped| stopped.operation == operation) else { return Ok(()) };
    match account::load(work).await?.body.freeze {
        None => Ok(()),
        Some(freeze) => {
            let detail = format!("the account is frozen ({}), and {}; account.retrieve says more", freeze.reason, stopped.why);
            Err(refuse(ErrorCode::AccountFrozen, detail))
        }
    }
}

/// Whether the account is frozen.
pub(crate) async fn is_frozen(work: &mut Work<'_>) -> Outcome<bool> {
    Ok(account::load(work).await?.body.status == AccountStatus::Frozen)
}

/// Freezes the account, and tells its holder.
pub(crate) async fn freeze(
    work: &mut Work<'_>,
    reason: FreezeReason,
    detail: String,
    risk_alert: Option<String>,
) -> Outcome<Stored<MerchantAccount>> {
    let mut account = account::load(work).await?;
    steps::check(&account, "freeze")?;
    let stopped_operations = stopped()?.iter().map(|stopped| stopped.operation.clone()).collect();
    let text = format!("Your OKPay account is frozen: {detail}. Money comes in and does not leave. You can appeal.");
    account.body.freeze = Some(Freeze { reason, detail, risk_alert, stopped_operations, since: work.now });
    outbox::send(work, "mail", &account.email(), &account.body.id, text, None).await?;
    steps::step(work, &mut account, "freeze", EventType::MerchantAccountFrozen).await?;
    Ok(account)
}

/// Thaws the account, and tells its holder.
pub(crate) async fn thaw(work: &mut Work<'_>) -> Outcome<Stored<MerchantAccount>> {
    let mut account = account::load(work).await?;
    steps::check(&account, "thaw")?;
    account.body.freeze = None;
    let text = "Your OKPay account is no longer frozen.".to_owned();
    outbox::send(work, "mail", &account.email(), &account.body.id, text, None).await?;
    steps::step(work, &mut account, "thaw", EventType::MerchantAccountThawed).await?;
    Ok(account)
}

/// Refuses to end a freeze that somebody else than the holder asked for.
pub(crate) fn check_own(account: &Stored<MerchantAccount>) -> Outcome<()> {
    steps::check(account, "thaw")?;
    match account.body.freeze.as_ref().map(|freeze| &freeze.reason) {
        Some(FreezeReason::OwnRequest) => Ok(()),
        _ => Err(refuse(ErrorCode::IllegalState, "OKPay froze this account: appeals.create asks for its thaw")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use okpay::api::find_operation;

    #[test]
    fn the_table_names_writes_that_there_are_and_gives_a_reason() {
        let stopped = stopped().unwrap();
        for row in stopped {
            let operation = find_operation(&row.operation).unwrap_or_else(|| panic!("{row:?}"));
            assert!(operation.is_write() && !row.why.is_empty(), "{row:?}");
        }
        let names = stopped.iter().map(|row| row.operation.as_str()).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(names.len(), stopped.len());
    }
}
