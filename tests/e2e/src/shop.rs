//! The shop's database. One order is paid under one key per try; one event is handled in one transaction with its completion.

use anyhow::{Context, Result};
use okpay::Timestamp;
use okpay::api::{Event, EventData};
use okpay::webhooks::{Claim, VerifiedPayload, sqlite};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::Path;
use std::time::Duration;

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, attempt INTEGER NOT NULL DEFAULT 1, payment TEXT) STRICT;
    CREATE TABLE IF NOT EXISTS handled (event TEXT PRIMARY KEY, times INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS shipped (reference TEXT PRIMARY KEY, times INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;";

/// The shop's database.
#[derive(Debug)]
pub struct Shop(Connection);

/// An order that is not known to be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenOrder {
    /// Its number.
    pub id: i64,
    /// The try; a new one only after the former is known not to have been executed.
    pub attempt: i64,
}

impl OpenOrder {
    /// The idempotency key of this try.
    #[must_use]
    pub fn key(&self) -> String {
        format!("order-{}-{}", self.id, self.attempt)
    }

    /// The order and try that a key was made for.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        let (id, attempt) = key.strip_prefix("order-")?.split_once('-')?;
        Some(Self { id: id.parse().ok()?, attempt: attempt.parse().ok()? })
    }
}

impl Shop {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// SQLite's.
    pub fn open(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(10))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.execute_batch(TABLES)?;
        sqlite::create_table(&connection)?;
        Ok(Self(connection))
    }

    /// Takes orders up to a number.
    ///
    /// # Errors
    /// SQLite's.
    pub fn take_orders(&self, count: i64) -> Result<()> {
        for id in 1..=count {
            self.0.execute("INSERT OR IGNORE INTO orders (id) VALUES (?1)", [id])?;
        }
        Ok(())
    }

    /// The orders that are not known to be paid.
    ///
    /// # Errors
    /// SQLite's.
    pub fn open_orders(&self) -> Result<Vec<OpenOrder>> {
        let mut statement = self.0.prepare("SELECT id, attempt FROM orders WHERE payment IS NULL ORDER BY id")?;
        let rows = statement.query_map([], |row| Ok(OpenOrder { id: row.get(0)?, attempt: row.get(1)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Marks an order as paid.
    ///
    /// # Errors
    /// SQLite's.
    pub fn paid(&self, order: OpenOrder, payment: &str) -> Result<()> {
        self.0.execute("UPDATE orders SET payment = ?2 WHERE id = ?1", params![order.id, payment])?;
        Ok(())
    }

    /// Lets an order be tried under a new key, once the former try is known not to have been executed.
    ///
    /// # Errors
    /// SQLite's.
    pub fn try_anew(&self, order: OpenOrder) -> Result<()> {
        self.0.execute("UPDATE orders SET attempt = ?2 + 1 WHERE id = ?1 AND attempt = ?2", params![order.id, order.attempt])?;
        Ok(())
    }

    /// Handles an event: the work and its completion in one transaction. The answer is the HTTP status.
    ///
    /// # Errors
    /// SQLite's, or a guard that was lost to another worker; nothing is kept then.
    pub fn handle(&mut self, payload: &VerifiedPayload, now: Timestamp) -> Result<u16> {
        let token = match sqlite::claim_in(&self.0, "shop", payload.id(), 1, now)? {
            Claim::New(token) => token,
            Claim::InProgress => return Ok(503),
            Claim::Done => return Ok(200),
        };
        let event: Event = payload.event()?;
        let work = self.0.transaction()?;
        work.execute("INSERT INTO handled VALUES (?1, 1) ON CONFLICT (event) DO UPDATE SET times = times + 1", [payload.id()])?;
        if let ("payment.succeeded", EventData::Payment(payment)) = (event.event_type.as_str(), &event.data) {
            let reference = payment.reference.as_deref().context("a payment without a reference")?;
            work.execute("INSERT INTO shipped VALUES (?1, 1) ON CONFLICT (reference) DO UPDATE SET times = times + 1", [reference])?;
        }
        sqlite::complete_in(&work, &token, now)?;
        work.commit()?;
        Ok(200)
    }

    /// How many orders are paid.
    ///
    /// # Errors
    /// SQLite's.
    pub fn count_paid(&self) -> Result<i64> {
        Ok(self.0.query_row("SELECT count(*) FROM orders WHERE payment IS NOT NULL", [], |row| row.get(0))?)
    }

    /// Every event that was handled with how often, or every order that was shipped with how often.
    ///
    /// # Errors
    /// SQLite's.
    pub fn counts(&self, what: Counted) -> Result<Vec<(String, i64)>> {
        let query = match what {
            Counted::Handled => "SELECT event, times FROM handled ORDER BY event",
            Counted::Shipped => "SELECT reference, times FROM shipped ORDER BY reference",
        };
        let mut statement = self.0.prepare(query)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A setting that outlives the process.
    ///
    /// # Errors
    /// SQLite's.
    pub fn setting(&self, name: &str) -> Result<Option<String>> {
        Ok(self.0.query_row("SELECT value FROM settings WHERE name = ?1", [name], |row| row.get(0)).optional()?)
    }

    /// Keeps a setting.
    ///
    /// # Errors
    /// SQLite's.
    pub fn set(&self, name: &str, value: &str) -> Result<()> {
        self.0.execute("INSERT OR REPLACE INTO settings VALUES (?1, ?2)", [name, value])?;
        Ok(())
    }
}

/// What [`Shop::counts`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Events.
    Handled,
    /// Orders.
    Shipped,
}
