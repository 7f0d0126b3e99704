//! [`SqliteJournal`]: the journal in a file.

use super::journal::{Journal, JournalEntry};
use crate::api::Call;
use crate::error::{ErrorCode, OkpayError};
use crate::timestamp::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A journal in an SQLite file. Several processes may share it; after `record` the entry survives a power cut.
#[derive(Debug)]
pub struct SqliteJournal {
    connection: Mutex<Connection>,
}

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS okpay_calls (
        idempotency_key TEXT PRIMARY KEY,
        call TEXT NOT NULL,
        recorded INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID";

impl SqliteJournal {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// `journal_failed`, naming the file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OkpayError> {
        let path = path.as_ref();
        let open = || {
            let connection = Connection::open(path)?;
            connection.busy_timeout(std::time::Duration::from_secs(5))?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "synchronous", "FULL")?;
            connection.execute_batch(SCHEMA)?;
            Ok(connection)
        };
        let connection = open().map_err(|error: rusqlite::Error| failed(format!("{}: {error}", path.display())))?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // Every statement stands alone, so that a panic elsewhere leaves nothing half-done.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Journal for SqliteJournal {
    fn record(&self, call: &Call, now: Timestamp) -> Result<(), OkpayError> {
        let Some(key) = &call.idempotency_key else { return Err(failed("a call without a key cannot be journaled")) };
        let text = serde_json::to_string(call).map_err(|error| failed(error.to_string()))?;
        let connection = self.connection();
        let known: Option<String> = connection
            .query_row("SELECT call FROM okpay_calls WHERE idempotency_key = ?1", [key], |row| row.get(0))
            .optional()
            .map_err(|error| failed(error.to_string()))?;
        match known {
            Some(known) if known == text => Ok(()),
            Some(_) => Err(failed(format!("the key {key} is open with another call; resolve that one first"))),
            None => connection
                .execute("INSERT INTO okpay_calls VALUES (?1, ?2, ?3)", params![key, text, now.millis()])
                .map(drop)
                .map_err(|error| failed(error.to_string())),
        }
    }

    fn settle(&self, idempotency_key: &str) -> Result<(), OkpayError> {
        let done = self.connection().execute("DELETE FROM okpay_calls WHERE idempotency_key = ?1", [idempotency_key]);
        done.map(drop).map_err(|error| failed(error.to_string()))
    }

    fn open_calls(&self) -> Result<Vec<JournalEntry>, OkpayError> {
        let connection = self.connection();
        let read = || {
            let mut statement = connection.prepare("SELECT call, recorded FROM okpay_calls ORDER BY recorded, idempotency_key")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect::<Result<Vec<(String, i64)>, _>>()
        };
        let rows = read().map_err(|error: rusqlite::Error| failed(error.to_string()))?;
        let entry = |(text, recorded): (String, i64)| {
            let call = serde_json::from_str(&text).map_err(|error| failed(format!("an entry cannot be read: {error}")))?;
            Ok(JournalEntry { call, recorded: Timestamp::from_millis(recorded) })
        };
        rows.into_iter().map(entry).collect()
    }
}

fn failed(detail: impl Into<String>) -> OkpayError {
    OkpayError::invalid(ErrorCode::JournalFailed, detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{NewRefund, refunds_create};

    #[test]
    fn a_call_stays_open_until_it_is_settled() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.sqlite");
        let call = refunds_create(NewRefund::new("pay_1")).with_key("k1");
        let now = Timestamp::from_secs(1_793_491_200);
        SqliteJournal::open(&path).unwrap().record(&call, now).unwrap();

        let journal = SqliteJournal::open(&path).unwrap();
        assert_eq!(journal.open_calls().unwrap(), vec![JournalEntry { call: call.clone(), recorded: now }]);
        journal.record(&call, now.plus_secs(1)).unwrap();
        let other = refunds_create(NewRefund::new("pay_2")).with_key("k1");
        assert_eq!(journal.record(&other, now).unwrap_err().code(), &ErrorCode::JournalFailed);
        journal.settle("k1").unwrap();
        assert_eq!(journal.open_calls().unwrap(), vec![]);
        assert!(journal.record(&refunds_create(NewRefund::new("pay_1")), now).is_err());
    }
}
