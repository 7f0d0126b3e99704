//! Replay stores, for `okpay.webhooks.MemoryStore` and `SqliteStore`.

use crate::errors::{guarded, unlocked};
use crate::values::moment;
use okpay::webhooks::{Claim, ClaimToken, MemoryStore, ReplayStore, SqliteStore, sqlite};
use pyo3::prelude::*;
use std::path::PathBuf;

/// A store of core's.
#[pyclass(frozen, module = "okpay._okpay")]
pub(crate) struct Store(Box<dyn ReplayStore>);

#[pymethods]
impl Store {
    #[staticmethod]
    fn in_memory(capacity: usize) -> Self {
        Self(Box::new(MemoryStore::new(capacity)))
    }

    #[staticmethod]
    fn in_sqlite(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        Ok(Self(Box::new(guarded(py, || SqliteStore::open(path))?)))
    }

    /// `new`, `in_progress` or `done`, and the fence of a new claim.
    fn claim(
        &self,
        py: Python<'_>,
        consumer: &str,
        id: &str,
        lease: u32,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<(&'static str, Option<u64>)> {
        let now = moment(now)?;
        Ok(match unlocked(py, || self.0.claim(consumer, id, lease, now))? {
            Claim::New(token) => ("new", Some(token.fence)),
            Claim::InProgress => ("in_progress", None),
            Claim::Done => ("done", None),
        })
    }

    fn complete(&self, py: Python<'_>, consumer: String, id: String, fence: u64, now: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let (token, now) = (ClaimToken { consumer, id, fence }, moment(now)?);
        unlocked(py, || self.0.complete(&token, now))
    }

    fn release(&self, py: Python<'_>, consumer: String, id: String, fence: u64) -> PyResult<()> {
        let token = ClaimToken { consumer, id, fence };
        unlocked(py, || self.0.release(&token))
    }

    /// The statement that completes a claim on a connection of the merchant's, and its values.
    #[staticmethod]
    #[expect(clippy::type_complexity, reason = "what a cursor of Python takes")]
    fn completion(
        consumer: String,
        id: String,
        fence: u64,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<(&'static str, (i64, String, String, i64))> {
        Ok(sqlite::completion(&ClaimToken { consumer, id, fence }, moment(now)?))
    }

    /// Raises if that statement changed nothing.
    #[staticmethod]
    fn completed(py: Python<'_>, changed_rows: usize) -> PyResult<()> {
        guarded(py, || sqlite::completed(changed_rows))
    }
}
