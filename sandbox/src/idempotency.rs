//! Idempotency: a key executes at most once, for ever.
//!
//! The record of an executed call is written in the same transaction as all that it changed, so that after a crash either both are
//! there or neither. For 24 hours of business time a repeat gets the first answer; then the answer is dropped and the key is burnt.
//! Scope is the account and mode, so that an order that a till and the server both try to pay under its number is paid once. A device
//! hears what became of its own calls only. A browser's keys are kept apart, by its checkout session, so that they cannot touch the merchant's.

use crate::gate::{Caller, Incoming};
use crate::gateway::Gateway;
use crate::refusal::{Outcome, Refusal, refuse};
use crate::store::Tx;
use crate::work::{Reply, Work};
use okpay::api::{CallOutcome, CallState, Operation, Scope};
use okpay::{ErrorCode, Failure, Timestamp};
use sha2::{Digest, Sha256};
use sqlx::Row;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// For how long a repeat gets the first answer.
const KEPT_SECS: i64 = 24 * 60 * 60;

/// The calls that are running at this moment.
#[derive(Debug, Default, Clone)]
pub(crate) struct InFlight(Arc<Mutex<HashSet<(String, String)>>>);

/// Says that a call is running, until dropped.
pub(crate) struct Running {
    calls: InFlight,
    name: (String, String),
}

impl InFlight {
    /// Starts a call, unless it is running.
    pub(crate) fn start(&self, scope: &str, key: &str) -> Outcome<Running> {
        let name = (scope.to_owned(), key.to_owned());
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone()) {
            true => Ok(Running { calls: self.clone(), name }),
            false => {
                Err(refuse(ErrorCode::IdempotencyInProgress, "the first request with this key is still running; ask again in a moment"))
            }
        }
    }

    fn is_running(&self, scope: &str, key: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&(scope.to_owned(), key.to_owned()))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.calls.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.name);
    }
}

/// What is kept of a call.
struct Record {
    fingerprint: String,
    operation: String,
    state: String,
    status: Option<u16>,
    body: Option<String>,
    object: Option<String>,
    /// Whose call it was, or who closed it.
    key_id: Option<String>,
    created: Timestamp,
}

const EXECUTED: &str = "executed";
const CLOSED: &str = "closed";

/// Whose keys are one set.
pub(crate) fn scope(caller: &Caller) -> String {
    match caller.is_publishable() {
        false => format!("{}/test", caller.account),
        true => format!("{}/test/browser/{}", caller.account, caller.session.as_deref().unwrap_or_default()),
    }
}

/// What a request is, without anything that could be searched for: a card number above all.
pub(crate) fn fingerprint(gateway: &Gateway, incoming: &Incoming) -> String {
    let digest = Sha256::digest(&incoming.body);
    gateway.ids.fingerprint(&[incoming.method.as_bytes(), incoming.target.as_bytes(), digest.as_slice()])
}

/// The answer of an earlier request with this key, if there was one.
///
/// # Errors
/// `idempotency_key_closed`, `idempotency_key_expired`, `idempotency_key_reused`.
pub(crate) async fn earlier(tx: &mut Tx, scope: &str, key: &str, fingerprint: &str, now: Timestamp) -> Outcome<Option<Reply>> {
    let Some(record) = find(tx, scope, key).await? else { return Ok(None) };
    if record.state == CLOSED {
        return Err(refuse(
            ErrorCode::IdempotencyKeyClosed,
            "this key was closed by idempotency.resolve: nothing was executed, and nothing will be",
        ));
    }
    if now >= record.created.plus_secs(KEPT_SECS) {
        let detail = "this key is older than 24 hours and burnt; look the object up by its reference";
        return Err(refuse(ErrorCode::IdempotencyKeyExpired, detail));
    }
    if record.fingerprint != fingerprint {
        let detail = "this key was used with another request; one key is for one call, with the same method, path and body on every try";
        return Err(refuse(ErrorCode::IdempotencyKeyReused, detail));
    }
    match (record.status, record.body) {
        (Some(status), Some(body)) => Ok(Some(Reply { status, body, object: record.object, replayed: true })),
        _ => Err(Refusal::Internal(format!("the record of {key:?} has no answer"))),
    }
}

/// Keeps the answer of an executed call, and counts the execution.
pub(crate) async fn record(
    work: &mut Work<'_>,
    scope: &str,
    key: &str,
    fingerprint: &str,
    operation: &Operation,
    reply: &Reply,
) -> Outcome<()> {
    let row = Record {
        fingerprint: fingerprint.to_owned(),
        operation: operation.name.to_owned(),
        state: EXECUTED.to_owned(),
        status: Some(reply.status),
        body: Some(reply.body.clone()),
        object: reply.object.clone(),
        key_id: key_id(work),
        created: work.now,
    };
    insert(&mut work.tx, scope, key, row).await?;
    let count = "INSERT INTO executions (operation, executed) VALUES ($1, 1) \
        ON CONFLICT (operation) DO UPDATE SET executed = executions.executed + 1";
    sqlx::query(count).bind(operation.name).execute(work.tx.conn()).await?;
    Ok(())
}

/// Whether a refusal is the outcome of an execution, so that a repeat gets it again. The others were found before anything was tried: the
/// key stays free for the mended request.
pub(crate) fn is_execution(failure: &Failure) -> bool {
    matches!(
        failure.code,
        ErrorCode::IllegalState
            | ErrorCode::AmountTooLarge
            | ErrorCode::AmountTooSmall
            | ErrorCode::DailyLimitExceeded
            | ErrorCode::DestinationCooling
            | ErrorCode::RecipientRefused
            | ErrorCode::AccountFrozen
            | ErrorCode::LoginFailed
            | ErrorCode::ConfirmationLocked
            | ErrorCode::FeeExceedsAmount
            | ErrorCode::InsufficientBalance
            | ErrorCode::DeviceLimitExceeded
            | ErrorCode::MethodNotAvailable
            | ErrorCode::Expired
            | ErrorCode::PaymentDeclined
    )
}

/// What became of a call. A key that was never seen is closed here and now.
pub(crate) async fn resolve(work: &mut Work<'_>, scope: &str, key: &str) -> Outcome<CallOutcome> {
    let outcome = |state| CallOutcome { idempotency_key: key.to_owned(), state, operation: None, status: None, body: None, object: None };
    if work.gateway.in_flight.is_running(scope, key) {
        return Ok(outcome(CallState::InProgress));
    }
    match find(&mut work.tx, scope, key).await? {
        Some(record) if record.state == EXECUTED && !may_ask(work, &record) => {
            Err(refuse(ErrorCode::KeyRestricted, "this call is not of this device, which may ask about its own only"))
        }
        Some(record) if record.state == EXECUTED => Ok(CallOutcome {
            operation: Some(record.operation),
            status: record.status,
            body: record.body,
            object: record.object,
            ..outcome(CallState::Executed)
        }),
        Some(_) => Ok(outcome(CallState::NotExecuted)),
        None => {
            close(work, scope, key).await?;
            Ok(outcome(CallState::NotExecuted))
        }
    }
}

/// Whether a call that was executed is the asker's to know: a device's own, and everything for a server.
fn may_ask(work: &Work<'_>, record: &Record) -> bool {
    work.caller.as_ref().is_none_or(|caller| caller.scope != Scope::Device || record.key_id.as_ref() == Some(&caller.key_id))
}

fn key_id(work: &Work<'_>) -> Option<String> {
    work.caller.as_ref().map(|caller| caller.key_id.clone())
}

async fn close(work: &mut Work<'_>, scope: &str, key: &str) -> Outcome<()> {
    let (state, now) = (CLOSED.to_owned(), work.now);
    let key_id = key_id(work);
    let (fingerprint, operation) = (String::new(), String::new());
    let row = Record { fingerprint, operation, state, status: None, body: None, object: None, key_id, created: now };
    insert(&mut work.tx, scope, key, row).await
}

/// Drops the answers of burnt keys. The keys themselves stay.
pub(crate) async fn forget_answers(tx: &mut Tx, now: Timestamp) -> Outcome<()> {
    sqlx::query("UPDATE idempotency SET body = NULL WHERE body IS NOT NULL AND created <= $1")
        .bind(now.plus_secs(-KEPT_SECS).millis())
        .execute(tx.conn())
        .await?;
    Ok(())
}

async fn find(tx: &mut Tx, scope: &str, key: &str) -> Outcome<Option<Record>> {
    let query = "SELECT fingerprint, operation, state, status, body, object, key_id, created FROM idempotency \
        WHERE scope = $1 AND call_key = $2";
    let row = sqlx::query(query).bind(scope.to_owned()).bind(key.to_owned()).fetch_optional(tx.conn()).await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Record {
        fingerprint: row.try_get("fingerprint")?,
        operation: row.try_get("operation")?,
        state: row.try_get("state")?,
        status: row.try_get::<Option<i64>, _>("status")?.and_then(|status| u16::try_from(status).ok()),
        body: row.try_get("body")?,
        object: row.try_get("object")?,
        key_id: row.try_get("key_id")?,
        created: Timestamp::from_millis(row.try_get("created")?),
    }))
}

async fn insert(tx: &mut Tx, scope: &str, key: &str, record: Record) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO idempotency (scope, call_key, fingerprint, operation, state, status, body, object, key_id, created) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(scope.to_owned())
    .bind(key.to_owned())
    .bind(record.fingerprint)
    .bind(record.operation)
    .bind(record.state)
    .bind(record.status.map(i64::from))
    .bind(record.body)
    .bind(record.object)
    .bind(record.key_id)
    .bind(record.created.millis())
    .execute(tx.conn())
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[tokio::test]
    async fn what_runs_is_neither_started_again_nor_closed() {
        let gateway = Gateway::open(&Config::default(), "http://127.0.0.1:1".to_owned()).await.unwrap();
        let running = gateway.in_flight.start("a/test", "key").unwrap();
        let again = gateway.in_flight.start("a/test", "key").err().unwrap().into_failure();
        assert_eq!(again.code, ErrorCode::IdempotencyInProgress);
        let mut work = Work::own(&gateway).await.unwrap();
        assert_eq!(resolve(&mut work, "a/test", "key").await.unwrap().state, CallState::InProgress);
        assert_eq!(resolve(&mut work, "b/test", "key").await.unwrap().state, CallState::NotExecuted);
        drop(running);
        assert!(gateway.in_flight.start("a/test", "key").is_ok());
        assert!(earlier(&mut work.tx, "a/test", "key", "", work.now).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_burnt_key_loses_its_answer_and_stays_burnt() {
        let gateway = Gateway::open(&Config::default(), "http://127.0.0.1:1".to_owned()).await.unwrap();
        let mut work = Work::own(&gateway).await.unwrap();
        let operation = okpay::api::find_operation("payments.create").unwrap();
        let reply = Reply { status: 200, body: "{}".to_owned(), object: None, replayed: false };
        record(&mut work, "a/test", "key", "f", operation, &reply).await.unwrap();
        let later = work.now.plus_secs(KEPT_SECS);
        forget_answers(&mut work.tx, later).await.unwrap();
        assert_eq!(find(&mut work.tx, "a/test", "key").await.unwrap().unwrap().body, None);
        let refused = earlier(&mut work.tx, "a/test", "key", "f", later).await.unwrap_err().into_failure();
        assert_eq!(refused.code, ErrorCode::IdempotencyKeyExpired);
        assert!(record(&mut work, "a/test", "key", "f", operation, &reply).await.is_err(), "the table itself holds it");
    }
}
