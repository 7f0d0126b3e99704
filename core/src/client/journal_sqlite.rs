//! [`SqliteJournal`]: the journal in a file.

use crate::api::Call;
use crate::error::OkpayError;
use crate::journal::{Journal, JournalEntry, failed, key_of, other_call};
use crate::timestamp::Timestamp;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
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
        recorded INTEGER NOT NULL,
        runs INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID";

impl SqliteJournal {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// `journal_failed`, naming the file, or if there is no path: SQLite would keep the journal nowhere.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OkpayError> {
        let path = path.as_ref();
        if path.as_os_str().is_empty() {
            return Err(failed("the path of the journal is empty, so that nothing would be kept: give a file, or no journal"));
        }
        let open = || {
            let connection = Connection::open(path)?;
            connection.busy_timeout(std::time::Duration::from_secs(5))?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "synchronous", "FULL")?;
            // On macOS a plain sync leaves the drive's own cache; elsewhere this changes nothing.
            connection.pragma_update(None, "fullfsync", true)?;
            connection.execute_batch(SCHEMA)?;
            Ok(connection)
        };
        let connection = open().map_err(|error: rusqlite::Error| failed(format!("{}: {error}", path.display())))?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // Every change is one transaction, so that a panic elsewhere leaves nothing half-done.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One statement, so that of two processes with the same key one is the first. Another call under the key changes nothing.
const RECORD: &str = "
    INSERT INTO okpay_calls VALUES (?1, ?2, ?3, 1)
    ON CONFLICT (idempotency_key) DO UPDATE SET runs = runs + 1 WHERE call = excluded.call
    RETURNING runs";

impl Journal for SqliteJournal {
    fn record(&self, call: &Call, now: Timestamp) -> Result<bool, OkpayError> {
        let key = key_of(call)?;
        let text = serde_json::to_string(call).map_err(|error| failed(error.to_string()))?;
        let runs: Option<i64> =
            self.connection().query_row(RECORD, params![key, text, now.millis()], |row| row.get(0)).optional().map_err(unusable)?;
        Ok(runs.ok_or_else(|| other_call(key))? > 1)
    }

    fn settle(&self, idempotency_key: &str) -> Result<(), OkpayError> {
        self.connection().execute("DELETE FROM okpay_calls WHERE idempotency_key = ?1", [idempotency_key]).map(drop).map_err(unusable)
    }

    fn withdraw(&self, idempotency_key: &str) -> Result<(), OkpayError> {
        let work = |connection: &mut Connection| {
            let work = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            work.execute("UPDATE okpay_calls SET runs = runs - 1 WHERE idempotency_key = ?1", [idempotency_key])?;
            work.execute("DELETE FROM okpay_calls WHERE idempotency_key = ?1 AND runs <= 0", [idempotency_key])?;
            work.commit()
        };
        work(&mut self.connection()).map_err(unusable)
    }

    fn open_calls(&self) -> Result<Vec<JournalEntry>, OkpayError> {
        let connection = self.connection();
        let read = || {
            let mut statement =
                connection.prepare("SELECT idempotency_key, call, recorded FROM okpay_calls ORDER BY recorded, idempotency_key")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            rows.collect::<Result<Vec<(String, String, i64)>, _>>()
        };
        let rows = read().map_err(unusable)?;
        let entry = |(key, text, recorded): (String, String, i64)| {
            let call = serde_json::from_str(&text).map_err(|error| failed(format!("the entry of {key} cannot be read: {error}")))?;
            Ok(JournalEntry { call, recorded: Timestamp::from_millis(recorded) })
        };
        rows.into_iter().map(entry).collect()
    }
}

fn unusable(error: rusqlite::Error) -> OkpayError {
    failed(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{NewRefund, refunds_create};
    use crate::error::ErrorCode;

    #[test]
    fn a_call_stays_open_until_it_is_settled() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.sqlite");
        let call = refunds_create(NewRefund::new("pay_1")).with_key("k1");
        let now = Timestamp::from_secs(1_793_491_200);
        assert!(!SqliteJournal::open(&path).unwrap().record(&call, now).unwrap());

        let journal = SqliteJournal::open(&path).unwrap();
        assert_eq!(journal.open_calls().unwrap(), vec![JournalEntry { call: call.clone(), recorded: now }]);
        assert!(journal.record(&call, now.plus_secs(1)).unwrap());
        let other = refunds_create(NewRefund::new("pay_2")).with_key("k1");
        assert_eq!(journal.record(&other, now).unwrap_err().code(), &ErrorCode::JournalFailed);
        journal.settle("k1").unwrap();
        assert_eq!(journal.open_calls().unwrap(), vec![]);
        assert!(journal.record(&refunds_create(NewRefund::new("pay_1")), now).is_err());
    }

    #[test]
    fn a_journal_has_a_file() {
        assert_eq!(SqliteJournal::open("").unwrap_err().code(), &ErrorCode::JournalFailed);
    }

    #[test]
    fn a_run_that_sent_nothing_takes_back_only_itself() {
        let folder = tempfile::tempdir().unwrap();
        let journal = SqliteJournal::open(folder.path().join("journal.sqlite")).unwrap();
        let call = refunds_create(NewRefund::new("pay_1")).with_key("k1");
        let now = Timestamp::from_secs(1_793_491_200);
        journal.record(&call, now).unwrap();
        journal.record(&call, now).unwrap();
        assert!(journal.record(&refunds_create(NewRefund::new("pay_2")).with_key("k1"), now).is_err());
        journal.withdraw("k1").unwrap();
        assert_eq!(journal.open_calls().unwrap().len(), 1);
        journal.withdraw("k1").unwrap();
        assert_eq!(journal.open_calls().unwrap(), vec![]);
        assert!(!journal.record(&call, now).unwrap());
        journal.record(&call, now).unwrap();
        journal.settle("k1").unwrap();
        assert_eq!(journal.open_calls().unwrap(), vec![]);
    }
}
