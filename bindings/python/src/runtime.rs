//! One tokio runtime a process.
//!
//! After a fork the child has the memory of the runtime, but none of its threads. So each process makes its own when it first needs one,
//! and leaves what it inherited alone: to drop it would be to wait for threads that are not there.

use crate::errors::raise;
use crate::gate;
use okpay::OkpayError;
use pyo3::prelude::*;
use std::future::Future;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::{Builder, Handle, Runtime};

/// How soon a waiting call sees Ctrl-C.
const TICK: Duration = Duration::from_millis(50);

/// Something that belongs to one process. It is looked at only under the interpreter's lock, and never across a release of it (so `make` runs
/// no Python, which might hand that lock on): no fork finds it locked, and no two threads wait for each other.
pub(crate) struct PerProcess<T>(Mutex<Option<(u32, T)>>);

impl<T: Clone> PerProcess<T> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// This process's own, if it is there already.
    pub(crate) fn held(&self, _py: Python<'_>) -> Option<T> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().filter(|(owner, _)| *owner == std::process::id()).map(|(_, value)| value.clone())
    }

    /// This process's own, made if need be.
    pub(crate) fn get<E>(&self, _py: Python<'_>, make: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*held {
            Some((owner, value)) if *owner == std::process::id() => Ok(value.clone()),
            _ => {
                let value = make()?;
                std::mem::forget(held.replace((std::process::id(), value.clone())));
                Ok(value)
            }
        }
    }
}

/// The runtime of this process.
pub(crate) fn runtime(py: Python<'_>) -> PyResult<Handle> {
    static RUNTIME: PerProcess<Handle> = PerProcess::new();
    RUNTIME.get(py, || {
        let runtime: Runtime = Builder::new_multi_thread().worker_threads(2).thread_name("okpay").enable_all().build()?;
        let handle = runtime.handle().clone();
        gate::reset();
        // It ends with the process.
        std::mem::forget(runtime);
        Ok(handle)
    })
}

/// Waits for a future without the interpreter's lock; `key` is that of a write. Ctrl-C drops the future and is raised.
pub(crate) fn wait<T: Send + 'static>(
    py: Python<'_>,
    key: Option<String>,
    future: impl Future<Output = Result<T, OkpayError>> + Send + 'static,
) -> PyResult<T> {
    let (sender, mut receiver) = sync_channel(1);
    let task = runtime(py)?.spawn(async move {
        // Nobody waits any longer where this fails.
        let _ = sender.send(future.await);
    });
    loop {
        let (returned, received) = py.detach(move || {
            let received = receiver.recv_timeout(TICK);
            (receiver, received)
        });
        receiver = returned;
        match received {
            Ok(result) => return result.map_err(|error| raise(py, &error)),
            // The task is gone without a word: it panicked.
            Err(RecvTimeoutError::Disconnected) => return Err(raise(py, &OkpayError::defect(key))),
            Err(RecvTimeoutError::Timeout) => py.check_signals().inspect_err(|_| task.abort())?,
        }
    }
}
