//! The way of the runtime's threads into Python, which is shut before the interpreter goes.
//!
//! A thread that is inside Python while the interpreter is torn down ends the process with an abort. So at exit no thread is let in any more,
//! and those that are in are waited for.
//!
//! Atomics and no lock: a thread that held a lock at a fork would hold it in the child for ever.

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use std::process;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::Duration;

/// The process that is ending; a child that was forked off is another.
static CLOSED_IN: AtomicU32 = AtomicU32::new(0);

/// How many threads are inside, or about to see that they may not.
static INSIDE: AtomicUsize = AtomicUsize::new(0);

/// The end of a process looks so often whether all are out, two seconds in all: a transport of its own may not return.
const LOOKS: u32 = 2_000;

const TICK: Duration = Duration::from_millis(1);

/// Runs work in Python on a thread of the runtime; nothing once the process is ending.
pub(crate) fn attached<T>(work: impl FnOnce(Python<'_>) -> T) -> Option<T> {
    let _inside = Inside::enter();
    if is_closed() { None } else { Python::try_attach(work) }
}

/// Nothing can be delivered any more, so that nothing may be begun.
pub(crate) fn check_open() -> PyResult<()> {
    if is_closed() { Err(PyRuntimeError::new_err("the interpreter is shutting down: no call can be begun")) } else { Ok(()) }
}

/// For a process with a runtime that is new, and so without a thread inside: a fork copies the parent's number.
pub(crate) fn reset() {
    INSIDE.store(0, Ordering::SeqCst);
}

/// Lets nobody in any more, and waits for those who are in. Python calls it before it ends.
#[pyfunction]
#[pyo3(name = "_close")]
pub(crate) fn close(py: Python<'_>) {
    CLOSED_IN.store(process::id(), Ordering::SeqCst);
    // Who is in may need the interpreter's lock to come out.
    py.detach(|| (0..LOOKS).take_while(|_| INSIDE.load(Ordering::SeqCst) > 0).for_each(|_| sleep(TICK)));
}

/// Has Python call [`close`] at its end. When the package is loaded, so that what is registered later still runs before it.
pub(crate) fn close_at_exit(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let close = module.getattr("_close")?;
    module.py().import("atexit")?.call_method1("register", (close,)).map(drop)
}

fn is_closed() -> bool {
    CLOSED_IN.load(Ordering::SeqCst) == process::id()
}

/// A thread that is inside. It counts from before it looks whether it may: either it sees that it may not, or it is waited for.
struct Inside;

impl Inside {
    fn enter() -> Self {
        INSIDE.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        // In a child that a hook has forked off, the number was reset meanwhile.
        let _ = INSIDE.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |inside| inside.checked_sub(1));
    }
}
