//! [`FileJournal`]: the journal in a file of its own.

use super::lock::Lock;
use super::{Journal, JournalEntry, Log, failed};
use crate::api::Call;
use crate::error::OkpayError;
use crate::timestamp::Timestamp;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Result as IoResult, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// A journal in a text file, for one process at a time; after `record` the entry survives a power cut.
///
/// What was struck off is on disk once the system has written it: after a power cut such a call may be open again, and recovery asks once
/// more what became of it. The file grows by two lines a call and is written anew at opening, and in between when it has grown. After a
/// write that failed, the next use opens it again, so that a disk which was full for a while does no lasting harm.
#[derive(Debug)]
pub struct FileJournal {
    path: PathBuf,
    /// Nothing after a failure: the file says what is true.
    opened: Mutex<Option<Opened>>,
    _lock: Lock,
}

#[derive(Debug)]
struct Opened {
    log: Log,
    file: File,
}

impl FileJournal {
    /// Opens the file, or makes it. Beside it are `….lock`, by which a second process is refused, and for a moment `….new`.
    ///
    /// # Errors
    /// `journal_failed`, naming the file: it cannot be written, is open elsewhere, or is no journal of this kind.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OkpayError> {
        let given = path.as_ref();
        let open = || {
            let path = full(given).map_err(unusable)?;
            let lock = Lock::take(beside(&path, ".lock"))?;
            let opened = Opened::at(&path)?;
            Ok(Self { path, opened: Mutex::new(Some(opened)), _lock: lock })
        };
        open().map_err(|error| named(given, error))
    }

    /// Works on the file, opened again if it has grown or if the last work on it failed.
    fn with<T>(&self, work: impl FnOnce(&mut Opened) -> Result<T, OkpayError>) -> Result<T, OkpayError> {
        let mut state = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let ready = state.take().filter(|opened| !opened.log.is_bloated());
        let opened = ready.map_or_else(|| Opened::at(&self.path), Ok);
        let done = opened.and_then(|mut opened| Ok((work(&mut opened)?, opened)));
        let (done, opened) = done.map_err(|error| named(&self.path, error))?;
        *state = Some(opened);
        Ok(done)
    }
}

impl Journal for FileJournal {
    fn record(&self, call: &Call, now: Timestamp) -> Result<bool, OkpayError> {
        self.with(|opened| {
            let recorded = opened.log.record(call, now)?;
            opened.append(&recorded.line)?;
            opened.file.sync_data().map_err(unusable)?;
            Ok(recorded.open_before)
        })
    }

    fn settle(&self, idempotency_key: &str) -> Result<(), OkpayError> {
        self.with(|opened| {
            let line = opened.log.settle(idempotency_key);
            line.map_or(Ok(()), |line| opened.append(&line))
        })
    }

    fn withdraw(&self, idempotency_key: &str) -> Result<(), OkpayError> {
        self.with(|opened| {
            let line = opened.log.withdraw(idempotency_key);
            line.map_or(Ok(()), |line| opened.append(&line))
        })
    }

    fn open_calls(&self) -> Result<Vec<JournalEntry>, OkpayError> {
        self.with(|opened| Ok(opened.log.open_calls()))
    }
}

impl Opened {
    /// Reads the file and writes it anew: whole beside it, then in its place.
    fn at(path: &Path) -> Result<Self, OkpayError> {
        let (log, text) = Log::open(&read(path).map_err(unusable)?)?;
        let file = replace(path, text.as_bytes()).map_err(unusable)?;
        Ok(Self { log, file })
    }

    fn append(&mut self, line: &str) -> Result<(), OkpayError> {
        self.file.write_all(line.as_bytes()).map_err(unusable)
    }
}

fn read(path: &Path) -> IoResult<Vec<u8>> {
    match std::fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        read => read,
    }
}

fn replace(path: &Path, text: &[u8]) -> IoResult<File> {
    let new = beside(path, ".new");
    let mut file = private().write(true).create(true).truncate(true).open(&new)?;
    file.write_all(text)?;
    file.sync_all()?;
    std::fs::rename(&new, path)?;
    // The name is on disk with its folder.
    #[cfg(unix)]
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())?;
    Ok(file)
}

/// Bodies are the business of whoever made them: only its own user reads the file.
#[cfg(unix)]
fn private() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new().mode(0o600).to_owned()
}

/// Elsewhere a file has the rights of its folder.
#[cfg(not(unix))]
fn private() -> OpenOptions {
    OpenOptions::new()
}

/// Where the file is, whatever the process's folder becomes and through whichever link.
fn full(path: &Path) -> IoResult<PathBuf> {
    match path.canonicalize() {
        Err(error) if error.kind() == ErrorKind::NotFound => std::path::absolute(path),
        found => found,
    }
}

/// The path with more at its end.
fn beside(path: &Path, more: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(more);
    PathBuf::from(name)
}

fn unusable(error: std::io::Error) -> OkpayError {
    failed(error.to_string())
}

fn named(path: &Path, error: OkpayError) -> OkpayError {
    error.map(|failure| failure.detail = format!("the journal {}: {}", path.display(), failure.detail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{NewRefund, refunds_create};
    use crate::error::ErrorCode;

    fn call(key: &str) -> Call {
        refunds_create(NewRefund::new("pay_1")).with_key(key)
    }

    fn keys(journal: &FileJournal) -> Vec<String> {
        journal.open_calls().unwrap().into_iter().map(|entry| entry.call.idempotency_key.unwrap()).collect()
    }

    fn place() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("calls.journal");
        (folder, path)
    }

    fn now() -> Timestamp {
        Timestamp::from_secs(1_793_491_200)
    }

    #[test]
    fn a_call_stays_open_until_it_is_settled_and_has_one_owner() {
        let (_folder, path) = place();
        let journal = FileJournal::open(&path).unwrap();
        assert!(!journal.record(&call("k1"), now()).unwrap());
        assert!(FileJournal::open(&path).unwrap_err().failure().detail.contains("it is open already"));
        drop(journal);

        let journal = FileJournal::open(&path).unwrap();
        assert_eq!(journal.open_calls().unwrap(), vec![JournalEntry { call: call("k1"), recorded: now() }]);
        assert!(journal.record(&call("k1"), now().plus_secs(1)).unwrap());
        let other = refunds_create(NewRefund::new("pay_2")).with_key("k1");
        let error = journal.record(&other, now()).unwrap_err();
        assert!(error.code() == &ErrorCode::JournalFailed && error.failure().detail.contains("the key k1 is open with another call"));
        journal.withdraw("k1").unwrap();
        assert_eq!(keys(&journal), ["k1"]);
        journal.settle("k1").unwrap();
        journal.settle("k1").unwrap();
        assert_eq!(keys(&journal), [""; 0]);
        assert!(journal.record(&refunds_create(NewRefund::new("pay_1")), now()).is_err());
    }

    #[test]
    fn what_was_being_written_is_dropped_and_lines_go_on() {
        let (_folder, path) = place();
        FileJournal::open(&path).unwrap().record(&call("k1"), now()).unwrap();
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"record\":{\"oper").unwrap();
        let journal = FileJournal::open(&path).unwrap();
        journal.record(&call("k2"), now().plus_secs(1)).unwrap();
        drop(journal);
        assert_eq!(keys(&FileJournal::open(&path).unwrap()), ["k1", "k2"]);
    }

    #[test]
    fn another_file_is_left_as_it_is() {
        let (folder, path) = place();
        for text in ["SQLite format 3\0", "{\"okpay_journal\":2}\n", "{\"okpay_journal\":1}\nnonsense\n", "{\"okpay_journal\":1}\n{}\n"] {
            std::fs::write(&path, text).unwrap();
            let error = FileJournal::open(&path).unwrap_err();
            assert!(error.failure().detail.starts_with(&format!("the journal {}: ", path.display())), "{error}");
            assert_eq!(std::fs::read(&path).unwrap(), text.as_bytes());
        }
        assert!(FileJournal::open(folder.path()).is_err());
        assert!(FileJournal::open(folder.path().join("none/calls.journal")).is_err());
    }

    #[test]
    fn a_write_that_fails_is_told_and_mends_itself() {
        let (_folder, path) = place();
        let journal = FileJournal::open(&path).unwrap();
        journal.record(&call("k1"), now()).unwrap();
        // A handle that cannot be written to.
        journal.opened.lock().unwrap().as_mut().unwrap().file = File::open(&path).unwrap();
        assert_eq!(journal.record(&call("k2"), now()).unwrap_err().code(), &ErrorCode::JournalFailed);
        assert_eq!(keys(&journal), ["k1"]);
        assert!(!journal.record(&call("k2"), now()).unwrap());
        drop(journal);
        assert_eq!(keys(&FileJournal::open(&path).unwrap()), ["k1", "k2"]);
    }

    #[test]
    fn a_file_that_has_grown_is_written_anew() {
        let (_folder, path) = place();
        let journal = FileJournal::open(&path).unwrap();
        let large = |key: &str| Call { body: Some("x".repeat(1 << 19)), ..call(key) };
        journal.record(&call("k0"), now()).unwrap();
        for key in (1..=12).map(|number| format!("k{number}")) {
            journal.record(&large(&key), now()).unwrap();
            journal.settle(&key).unwrap();
        }
        assert_eq!(keys(&journal), ["k0"]);
        assert!(std::fs::metadata(&path).unwrap().len() < 3 << 20);
    }

    #[cfg(unix)]
    #[test]
    fn only_its_own_user_reads_it_and_a_link_stays_one() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, path) = place();
        FileJournal::open(&path).unwrap().record(&call("k1"), now()).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let journal = FileJournal::open(&link).unwrap();
        assert!(keys(&journal) == ["k1"] && FileJournal::open(&path).is_err());
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
