//! The replay guard on SQLite: [`SqliteStore`] in a file of its own, or the same functions on the merchant's own connection.
//!
//! A merchant's connection that comes from another copy of SQLite in the same process (that of another language, say) must not share a
//! file with these: each would undo the locks of the other. There the same [`statements`] run on that connection.
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

use super::replay::{Claim, ClaimToken, ReplayStore, guard_failed};
use super::statements::{self, Statement, Value};
use crate::error::OkpayError;
use crate::timestamp::Timestamp;
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, ToSql, params_from_iter};
use std::path::Path;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

/// How long a connection waits for another that writes.
const PATIENCE: Duration = Duration::from_secs(5);

/// A replay guard in a SQLite file of its own. It outlives the process, and several processes may share it.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Mutex<Connection>,
}

impl SqliteStore {
    /// Opens the file, and makes it if it is not there.
    ///
    /// # Errors
    /// `replay_guard_failed`, with SQLite's reason, or if there is no path: SQLite would keep the store nowhere.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OkpayError> {
        if path.as_ref().as_os_str().is_empty() {
            return Err(guard_failed("the path of the replay guard is empty, so that nothing would be kept: give a file"));
        }
        Self::from_connection(Connection::open(path).map_err(failed)?)
    }

    /// On a connection that is already open; its table is made if it is not there.
    ///
    /// # Errors
    /// `replay_guard_failed`, with SQLite's reason.
    pub fn from_connection(connection: Connection) -> Result<Self, OkpayError> {
        connection.busy_timeout(PATIENCE).map_err(failed)?;
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
    statements::CREATE.iter().try_for_each(|statement| connection.execute(statement, []).map(|_| ())).map_err(failed)
}

/// [`ReplayStore::claim`] on a connection. Commit it before the work begins, for a claim that only the working transaction sees holds
/// nobody off.
///
/// # Errors
/// As [`ReplayStore::claim`].
pub fn claim_in(connection: &Connection, consumer: &str, id: &str, lease_secs: u32, now: Timestamp) -> Result<Claim, OkpayError> {
    let take = statements::take(consumer, id, lease_secs, now)?;
    run(connection, &statements::sweep(now))?;
    match number(connection, &take).map_err(failed)?.map(u64::try_from) {
        Some(Ok(fence)) => Ok(Claim::New(ClaimToken { consumer: consumer.to_owned(), id: id.to_owned(), fence })),
        _ => refused(connection, consumer, id),
    }
}

/// [`ReplayStore::complete`] on a connection or transaction. **Inside the business transaction it makes handling exactly once.**
///
/// # Errors
/// As [`ReplayStore::complete`]: let the transaction roll back.
pub fn complete_in(connection: &Connection, token: &ClaimToken, now: Timestamp) -> Result<(), OkpayError> {
    statements::completed(run(connection, &statements::complete(token, now))?)
}

/// [`ReplayStore::release`] on a connection or transaction.
///
/// # Errors
/// As [`ReplayStore::release`].
pub fn release_in(connection: &Connection, token: &ClaimToken) -> Result<(), OkpayError> {
    run(connection, &statements::release(token)).map(|_| ())
}

/// Why nothing was claimed.
fn refused(connection: &Connection, consumer: &str, id: &str) -> Result<Claim, OkpayError> {
    let done = number(connection, &statements::is_done(consumer, id)).map_err(failed)?;
    Ok(if done == Some(1) { Claim::Done } else { Claim::InProgress })
}

fn run(connection: &Connection, statement: &Statement) -> Result<usize, OkpayError> {
    connection.execute(statement.sql, params_from_iter(&statement.values)).map_err(failed)
}

/// The number in the only row, if there is one.
fn number(connection: &Connection, statement: &Statement) -> rusqlite::Result<Option<i64>> {
    let mut prepared = connection.prepare_cached(statement.sql)?;
    let rows = prepared.query_map(params_from_iter(&statement.values), |row| row.get(0))?;
    // Read to the end: only then has SQLite committed, and said so.
    Ok(rows.collect::<rusqlite::Result<Vec<i64>>>()?.pop())
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Text(text) => text.to_sql(),
            Self::Whole(number) => number.to_sql(),
        }
    }
}

fn failed(error: rusqlite::Error) -> OkpayError {
    guard_failed(format!("the replay guard's database: {error}"))
}
