//! Replay stores, for `okpay.webhooks.MemoryStore` and `SqliteStore`.

use crate::errors::{guarded, raise, unlocked};
use crate::values::{moment, whole};
use okpay::webhooks::{Claim, ClaimToken, MemoryStore, ReplayStore, SqliteStore, statements};
use okpay::{ErrorCode, OkpayError};
use pyo3::prelude::*;
use std::path::{Path, PathBuf};

/// A store of core's.
#[pyclass(frozen, module = "okpay._okpay")]
pub(crate) struct Store(Box<dyn ReplayStore>);

#[pymethods]
impl Store {
    #[staticmethod]
    fn in_memory(#[pyo3(from_py_with = whole)] capacity: usize) -> Self {
        Self(Box::new(MemoryStore::new(capacity)))
    }

    #[staticmethod]
    fn in_sqlite(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        if is_memory(&path) {
            let detail =
                "a store in a file outlives the process, and :memory: does not: give a path, or make an okpay.webhooks.MemoryStore";
            return Err(raise(py, &OkpayError::verification(ErrorCode::ReplayGuardFailed, detail)));
        }
        // It waits for whoever has the file.
        Ok(Self(Box::new(unlocked(py, || SqliteStore::open(path))?)))
    }

    /// `new`, `in_progress` or `done`, and the fence of a new claim.
    fn claim(
        &self,
        py: Python<'_>,
        consumer: &str,
        id: &str,
        #[pyo3(from_py_with = whole)] lease: u32,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<(&'static str, Option<u64>)> {
        let now = moment(now)?;
        Ok(match unlocked(py, || self.0.claim(consumer, id, lease, now))? {
            Claim::New(token) => ("new", Some(token.fence)),
            Claim::InProgress => ("in_progress", None),
            Claim::Done => ("done", None),
        })
    }

    fn complete(
        &self,
        py: Python<'_>,
        consumer: String,
        id: String,
        #[pyo3(from_py_with = whole)] fence: u64,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let (token, now) = (ClaimToken { consumer, id, fence }, moment(now)?);
        unlocked(py, || self.0.complete(&token, now))
    }

    fn release(&self, py: Python<'_>, consumer: String, id: String, #[pyo3(from_py_with = whole)] fence: u64) -> PyResult<()> {
        let token = ClaimToken { consumer, id, fence };
        unlocked(py, || self.0.release(&token))
    }
}

/// SQLite's names for no file at all, by which nothing would be kept.
pub(crate) fn is_memory(path: &Path) -> bool {
    let name = path.to_string_lossy();
    name == ":memory:" || name.starts_with("file:") && (name.contains(":memory:") || name.contains("mode=memory"))
}

/// A statement of the replay guard with its values, for a connection of Python's.
#[derive(IntoPyObject)]
pub(crate) struct Statement(&'static str, Vec<Value>);

#[derive(IntoPyObject)]
enum Value {
    #[pyo3(transparent)]
    Text(String),
    #[pyo3(transparent)]
    Whole(i64),
}

impl From<statements::Statement> for Statement {
    fn from(statement: statements::Statement) -> Self {
        let values = statement.values.into_iter().map(|value| match value {
            statements::Value::Text(text) => Value::Text(text),
            statements::Value::Whole(number) => Value::Whole(number),
        });
        Self(statement.sql, values.collect())
    }
}

/// The statements that make the table.
#[pyfunction]
pub(crate) fn replay_table() -> [&'static str; 2] {
    statements::CREATE
}

/// To forget what is old, to take an id, and to ask why it was not to be had.
#[pyfunction]
pub(crate) fn replay_claim(
    py: Python<'_>,
    consumer: &str,
    id: &str,
    #[pyo3(from_py_with = whole)] lease: u32,
    now: Option<&Bound<'_, PyAny>>,
) -> PyResult<(Statement, Statement, Statement)> {
    let now = moment(now)?;
    let take = guarded(py, || statements::take(consumer, id, lease, now))?;
    Ok((statements::sweep(now).into(), take.into(), statements::is_done(consumer, id).into()))
}

#[pyfunction]
pub(crate) fn replay_complete(
    consumer: String,
    id: String,
    #[pyo3(from_py_with = whole)] fence: u64,
    now: Option<&Bound<'_, PyAny>>,
) -> PyResult<Statement> {
    Ok(statements::complete(&ClaimToken { consumer, id, fence }, moment(now)?).into())
}

/// Raises if that statement changed nothing.
#[pyfunction]
pub(crate) fn replay_completed(py: Python<'_>, changed_rows: usize) -> PyResult<()> {
    guarded(py, || statements::completed(changed_rows))
}

#[pyfunction]
pub(crate) fn replay_release(consumer: String, id: String, #[pyo3(from_py_with = whole)] fence: u64) -> Statement {
    statements::release(&ClaimToken { consumer, id, fence }).into()
}
