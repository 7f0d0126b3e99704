//! Where the gateway keeps everything: SQLite, or PostgreSQL under the same queries.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `mod.rs` | [`Store`], the pool and the one writer; [`Tx`], a transaction |
//! | `objects.rs` | resources: insert, compare-and-set update, get, list |
//! | `ids.rs` | [`ids::Ids`], every id and secret the gateway makes |
//! | `meta.rs` | the few values that make this gateway itself |
//!
//! Queries keep to what both databases read: `$1` placeholders, `TEXT` and `BIGINT`, `ON CONFLICT`.

pub(crate) mod ids;
pub(crate) mod meta;
pub(crate) mod objects;

use crate::refusal::{Outcome, Refusal};
use sqlx::any::AnyPoolOptions;
use sqlx::{Any, AnyConnection, Executor, Pool, Transaction};
use std::fs::{File, TryLockError};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// The database.
#[derive(Debug)]
pub(crate) struct Store {
    pool: Pool<Any>,
    writer: Arc<Mutex<()>>,
    seq: AtomicI64,
    /// Keeps a second sandbox from the same file; the system lets go of it even after a `kill -9`.
    lock: std::sync::Mutex<Option<File>>,
}

/// A transaction. One that writes holds the gateway's writer lock, so that what it has checked stays true until it commits, on either
/// database. Dropped without [`Tx::commit`], it is undone.
pub(crate) struct Tx {
    inner: Transaction<'static, Any>,
    // After `inner`, so that the transaction ends before the next writer begins.
    _writer: Option<OwnedMutexGuard<()>>,
}

/// SQLite's settings: readers beside the writer, and a commit that survives a power cut.
const SQLITE: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON;";

impl Store {
    /// Opens `sqlite:PATH`, `sqlite::memory:` or `postgres://…`, and brings its tables up to date.
    pub(crate) async fn open(database: &str) -> Outcome<Self> {
        sqlx::any::install_default_drivers();
        let lock = lock(database)?;
        let sqlite = database.starts_with("sqlite:");
        let in_memory = database.contains(":memory:");
        // A database in memory lives and dies with its one connection.
        let options = match in_memory {
            true => AnyPoolOptions::new().min_connections(1).max_connections(1).idle_timeout(None).max_lifetime(None),
            false => AnyPoolOptions::new().max_connections(8),
        };
        let options = options.after_connect(move |connection, _| {
            Box::pin(async move {
                if sqlite {
                    connection.execute(SQLITE).await?;
                }
                Ok(())
            })
        });
        let url = if sqlite && !in_memory && !database.contains('?') { format!("{database}?mode=rwc") } else { database.to_owned() };
        let pool = options.connect(&url).await?;
        sqlx::migrate!("./migrations").run(&pool).await.map_err(sqlx::Error::from)?;
        let seq = last_seq(&pool).await?;
        Ok(Self { pool, writer: Arc::default(), seq: AtomicI64::new(seq), lock: std::sync::Mutex::new(lock) })
    }

    /// A transaction that may write. Only one runs at a time.
    pub(crate) async fn write(&self) -> Outcome<Tx> {
        let writer = self.writer.clone().lock_owned().await;
        Ok(Tx { inner: self.pool.begin().await?, _writer: Some(writer) })
    }

    /// A transaction that only reads, beside the writer.
    pub(crate) async fn read(&self) -> Outcome<Tx> {
        Ok(Tx { inner: self.pool.begin().await?, _writer: None })
    }

    /// The next number in the one order of everything that is listed.
    pub(crate) fn next_seq(&self) -> i64 {
        self.seq.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Closes every connection, and lets go of the file.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
        self.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl Tx {
    /// The connection, for a query.
    pub(crate) fn conn(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }

    /// Makes it all true at once.
    pub(crate) async fn commit(self) -> Outcome<()> {
        Ok(self.inner.commit().await?)
    }

    /// Undoes it all. Dropping does so too, but only when the connection is used again.
    pub(crate) async fn undo(self) -> Outcome<()> {
        Ok(self.inner.rollback().await?)
    }
}

/// Locks a database file, by a file beside it: two sandboxes on one database would give the same numbers twice.
fn lock(database: &str) -> Outcome<Option<File>> {
    let path = database.strip_prefix("sqlite:").map(|path| path.trim_start_matches("//")).filter(|path| !path.contains(":memory:"));
    let Some(path) = path.and_then(|path| path.split('?').next()) else { return Ok(None) };
    let failed = |error: std::io::Error| Refusal::Internal(format!("the database {path:?} cannot be opened: {error}"));
    let file = File::options().create(true).truncate(false).write(true).open(format!("{path}.lock")).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(Refusal::Internal(format!("the database {path:?} is in use by another sandbox"))),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

async fn last_seq(pool: &Pool<Any>) -> Result<i64, sqlx::Error> {
    let query = "SELECT CAST(COALESCE(MAX(seq), 0) AS BIGINT) FROM \
        (SELECT seq FROM objects UNION ALL SELECT seq FROM transfers UNION ALL SELECT seq FROM deliveries UNION ALL SELECT seq FROM jobs) AS numbered";
    sqlx::query_scalar(query).fetch_one(pool).await
}
