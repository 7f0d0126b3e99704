//! The replay guard on SQLite: [`SqliteStore`] in a file of its own, or the same functions on the merchant's own connection.
//!
//! For exactly-once, put the table into the business database and complete inside the business transaction:
//!
//! ```
//! use okpay::Timestamp;
//! use okpay::webhooks::{Claim, sqlite};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let (mut shop, event_id, now) = (rusqlite::Connection::open_in_memory()?, "evt_1", Timestamp::from_secs(1_800_000_000));
//! # shop.execute_batch("CREATE TABLE orders (id TEXT, paid INTEGER); INSERT INTO orders VALUES ('ord_1', 0)")?;
//! sqlite::create_table(&shop)?;
//! if let Claim::New(token) = sqlite::claim_in(&shop, "orders", event_id, 60, now)? {
//!     let work = shop.transaction()?;
//!     work.execute("UPDATE orders SET paid = 1 WHERE id = 'ord_1'", [])?;
//!     sqlite::complete_in(&work, &token, now)?; // an error here rolls the work back
//!     work.commit()?;
//! }
//! assert_eq!(sqlite::claim_in(&shop, "orders", event_id, 60, now)?, Claim::Done);
//! # Ok(())
//! # }
//! ```

use super::replay::{Claim, ClaimToken, KEPT_MILLIS, ReplayStore, check_claim, claim_lost, guard_failed};
use crate::error::OkpayError;
use crate::timestamp::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use std::path::Path;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

/// Times are milliseconds since 1970. `fence` rises with each claim and release of an id. The row stays after a release, and a row that is
/// made anew after 30 days starts with the time, so that no fence comes twice.
const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS okpay_webhooks (
        consumer TEXT NOT NULL,
        id TEXT NOT NULL,
        fence INTEGER NOT NULL,
        lease_until INTEGER NOT NULL,
        done INTEGER NOT NULL DEFAULT 0,
        kept_until INTEGER NOT NULL,
        PRIMARY KEY (consumer, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS okpay_webhooks_by_end ON okpay_webhooks (kept_until);";

/// A replay guard in a SQLite file of its own. It outlives the process, and several processes may share it.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Mutex<Connection>,
}

impl SqliteStore {
    /// Opens the file, and makes it if it is not there.
    ///
    /// # Errors
    /// `replay_guard_failed`, with SQLite's reason.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OkpayError> {
        Self::from_connection(Connection::open(path).map_err(failed)?)
    }

    /// On a connection that is already open; its table is made if it is not there.
    ///
    /// # Errors
    /// `replay_guard_failed`, with SQLite's reason.
    pub fn from_connection(connection: Connection) -> Result<Self, OkpayError> {
        connection.busy_timeout(Duration::from_secs(5)).map_err(failed)?;
        // A claim must be on disk before the work begins; in memory the answer is another mode, which is fine.
        connection.pragma_update(None, "journal_mode", "WAL").map_err(failed)?;
        connection.pragma_update(None, "synchronous", "FULL").map_err(failed)?;
        create_table(&connection)?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    fn lock(&self) -> Result<MutexGuard<'_, Connection>, OkpayError> {
        self.connection.lock().map_err(|_| guard_failed("a thread died while it held the replay guard; start the process anew"))
    }
}

impl ReplayStore for SqliteStore {
    fn claim(&self, consumer: &str, id: &str, lease_secs: u32, now: Timestamp) -> Result<Claim, OkpayError> {
        claim_in(&*self.lock()?, consumer, id, lease_secs, now)
    }

    fn complete(&self, token: &ClaimToken, now: Timestamp) -> Result<(), OkpayError> {
        complete_in(&*self.lock()?, token, now)
    }

    fn release(&self, token: &ClaimToken) -> Result<(), OkpayError> {
        release_in(&*self.lock()?, token)
    }
}

/// Makes the table `okpay_webhooks` if it is not there.
///
/// # Errors
/// `replay_guard_failed`, with SQLite's reason.
pub fn create_table(connection: &Connection) -> Result<(), OkpayError> {
    connection.execute_batch(TABLE).map_err(failed)
}

/// [`ReplayStore::claim`] on a connection. Commit it before the work begins, for a claim that only the working transaction sees holds
/// nobody off.
///
/// # Errors
/// As [`ReplayStore::claim`].
pub fn claim_in(connection: &Connection, consumer: &str, id: &str, lease_secs: u32, now: Timestamp) -> Result<Claim, OkpayError> {
    check_claim(consumer, id, lease_secs)?;
    connection.execute("DELETE FROM okpay_webhooks WHERE kept_until <= ?1", [now.millis()]).map_err(failed)?;
    match take(connection, consumer, id, lease_secs, now).map_err(failed)?.and_then(|fence| u64::try_from(fence).ok()) {
        Some(fence) => Ok(Claim::New(ClaimToken { consumer: consumer.to_owned(), id: id.to_owned(), fence })),
        None => refused(connection, consumer, id),
    }
}

/// [`ReplayStore::complete`] on a connection or transaction. **Inside the business transaction it makes handling exactly once.**
///
/// # Errors
/// As [`ReplayStore::complete`]: let the transaction roll back.
pub fn complete_in(connection: &Connection, token: &ClaimToken, now: Timestamp) -> Result<(), OkpayError> {
    let (statement, values) = completion(token, now);
    completed(connection.execute(statement, values).map_err(failed)?)
}

/// The statement of [`complete_in`] and its values, for a merchant's connection in another library or language: run it inside the
/// business transaction, and give [`completed`] the number of rows that it changed.
#[must_use]
pub fn completion(token: &ClaimToken, now: Timestamp) -> (&'static str, (i64, String, String, i64)) {
    let kept_until = now.plus_millis(KEPT_MILLIS).millis();
    (
        "UPDATE okpay_webhooks SET done = 1, kept_until = ? WHERE consumer = ? AND id = ? AND fence = ?",
        (kept_until, token.consumer.clone(), token.id.clone(), fence(token)),
    )
}

/// What the rows that [`completion`] has changed mean.
///
/// # Errors
/// As [`ReplayStore::complete`]: let the transaction roll back.
pub fn completed(changed_rows: usize) -> Result<(), OkpayError> {
    match changed_rows {
        0 => Err(claim_lost()),
        _ => Ok(()),
    }
}

/// [`ReplayStore::release`] on a connection or transaction.
///
/// # Errors
/// As [`ReplayStore::release`].
pub fn release_in(connection: &Connection, token: &ClaimToken) -> Result<(), OkpayError> {
    let released = connection.execute(
        "UPDATE okpay_webhooks SET fence = fence + 1, lease_until = ?4 WHERE consumer = ?1 AND id = ?2 AND fence = ?3 AND done = 0",
        params![token.consumer, token.id, fence(token), i64::MIN],
    );
    released.map(|_| ()).map_err(failed)
}

/// Takes the id if it may be had: one statement, so that of two workers only one gets a fence back.
fn take(connection: &Connection, consumer: &str, id: &str, lease_secs: u32, now: Timestamp) -> rusqlite::Result<Option<i64>> {
    let (lease_until, kept_until) = (now.plus_secs(lease_secs.into()).millis(), now.plus_millis(KEPT_MILLIS).millis());
    let mut statement = connection.prepare_cached(
        "INSERT INTO okpay_webhooks (consumer, id, fence, lease_until, kept_until) VALUES (?1, ?2, max(?5, 1), ?3, ?4)
         ON CONFLICT (consumer, id) DO UPDATE
            SET fence = fence + 1, lease_until = excluded.lease_until, kept_until = excluded.kept_until
            WHERE done = 0 AND lease_until <= ?5
         RETURNING fence",
    )?;
    let rows = statement.query_map(params![consumer, id, lease_until, kept_until, now.millis()], |row| row.get(0))?;
    // Read to the end: only then has SQLite committed, and said so.
    Ok(rows.collect::<rusqlite::Result<Vec<i64>>>()?.pop())
}

/// Why nothing was claimed.
fn refused(connection: &Connection, consumer: &str, id: &str) -> Result<Claim, OkpayError> {
    let done = connection
        .query_row("SELECT done FROM okpay_webhooks WHERE consumer = ?1 AND id = ?2", params![consumer, id], |row| row.get::<_, bool>(0));
    Ok(if done.optional().map_err(failed)? == Some(true) { Claim::Done } else { Claim::InProgress })
}

/// The fence as SQLite holds it; one that it cannot hold was never given out.
fn fence(token: &ClaimToken) -> i64 {
    i64::try_from(token.fence).unwrap_or(0)
}

fn failed(error: rusqlite::Error) -> OkpayError {
    guard_failed(format!("the replay guard's database: {error}"))
}
