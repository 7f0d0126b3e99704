//! [`Lock`]: one owner per journal file.

use super::failed;
use crate::error::OkpayError;
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What this process owns, for systems without locks on files: Rust's library has none on Android, where an app is one process.
static OWNED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// The sole right to a file, held by a lock of the system's on a file beside it, which ends with the process. The file beside it stays: it
/// is the one that is never renamed.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    pub(super) fn take(path: PathBuf) -> Result<Self, OkpayError> {
        let held = || failed("it is open already, in another process or elsewhere in this one; a journal has one owner");
        let unusable = |error: std::io::Error| failed(format!("{}: {error}", path.display()));
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
            Err(TryLockError::WouldBlock) => return Err(held()),
        }
        let is_new = owned().insert(path.clone());
        if is_new { Ok(Self { path, _file: file }) } else { Err(held()) }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        owned().remove(Path::new(&self.path));
    }
}

fn owned() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    // One insertion or removal at a time: a panic leaves nothing half-done.
    OWNED.lock().unwrap_or_else(PoisonError::into_inner)
}
