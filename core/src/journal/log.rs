//! [`Log`]: a journal as lines of a text file, without the file. Whoever has the file reads it once, then appends what it is told to.

use super::{JournalEntry, failed, key_of, other_call};
use crate::api::Call;
use crate::error::OkpayError;
use crate::json::{Fault, Json, Kind, Shape, Shaped, parse};
use crate::timestamp::Timestamp;
use std::collections::BTreeMap;

/// The first line: what the file is, and in which version.
const HEADER: &str = "{\"okpay_journal\":1}\n";

/// Nothing is recorded past this length, in bytes: the memory of whoever reads the file is bounded. What strikes calls off goes past it, and
/// is shorter than what recorded them, so that no file is twice as long.
const MAX_BYTES: usize = 64 << 20;

/// What a file may grow by before it is written anew, in bytes, beside twice of what it was then.
const GROWTH: usize = 1 << 20;

/// What it has grown by, in bytes, when it is worth while to write it anew for want of room.
const ROOM: usize = 64 << 10;

const CALL: Shape = Shape { names: "operation method path ?body idempotency_key ?caller", kinds: &[Kind::Text; 6] };

/// A line that records; the others are `{"settle":"key"}` and `{"withdraw":"key"}`.
const RECORD: Shape = Shape { names: "record at", kinds: &[Kind::Model(&CALL), i64::KIND] };

/// What is open in a journal, and the lines that say so.
///
/// The file is text: a line that names the format, then one JSON object per change. A line counts once its line break is there: what
/// follows the last one was being written when the process ended, and nobody was told that it is on disk. So a file that was cut anywhere
/// says what was true after its last whole line. At opening it is written anew, with the open calls alone.
///
/// ```text
/// (log, text) = Log::open(bytes of the file)      // text: what the file holds from now on; on disk, then renamed over it
/// line = log.record(call, now)                     // appended, and on disk before the call is sent
/// line = log.settle(key), log.withdraw(key)        // appended
/// log.is_bloated() → open it again
/// ```
#[derive(Debug, Default)]
pub struct Log {
    open: BTreeMap<String, Open>,
    /// How long the file is, and how long it was when it was opened.
    bytes: usize,
    bytes_at_opening: usize,
}

#[derive(Debug)]
struct Open {
    entry: JournalEntry,
    /// How often it was recorded without having been taken back.
    runs: u32,
}

/// What recording gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The line to append, with its line break.
    pub line: String,
    /// Whether the same call was open already.
    pub open_before: bool,
}

impl Log {
    /// Reads a file, empty if there is none yet, and gives the text that it is to hold from now on.
    ///
    /// # Errors
    /// `journal_failed` for a file that is no journal of this format, and for a line that cannot be read.
    pub fn open(file: &[u8]) -> Result<(Self, String), OkpayError> {
        if file.len() / 2 > MAX_BYTES {
            return Err(failed(format!("it is past {} bytes", MAX_BYTES.saturating_mul(2))));
        }
        let mut log = Self::default();
        for (at, line) in lines_of(file)?.split_inclusive(|byte| *byte == b'\n').enumerate() {
            log.take(line).map_err(|fault| failed(format!("line {} cannot be read: {fault}", at.saturating_add(2))))?;
        }
        let text = log.text();
        (log.bytes, log.bytes_at_opening) = (text.len(), text.len());
        Ok((log, text))
    }

    /// Records a run of a call.
    ///
    /// # Errors
    /// `journal_failed` for a call without a key, if the key is open with another call, and if the file is full.
    pub fn record(&mut self, call: &Call, now: Timestamp) -> Result<Recorded, OkpayError> {
        let key = key_of(call)?;
        let line = record_line(call, now);
        if self.bytes.saturating_add(line.len()) > MAX_BYTES {
            return Err(failed(format!("it is full, with {} open calls: resolve them first", self.open.len())));
        }
        let open_before = self.add(key, call, now)?;
        self.bytes = self.bytes.saturating_add(line.len());
        Ok(Recorded { line, open_before })
    }

    /// Strikes a call off; the line to append, if it was open.
    pub fn settle(&mut self, key: &str) -> Option<String> {
        self.open.remove(key)?;
        Some(self.line("settle", key))
    }

    /// Takes back one run; the line to append, if the call was open.
    pub fn withdraw(&mut self, key: &str) -> Option<String> {
        self.remove_run(key).then(|| self.line("withdraw", key))
    }

    /// Every open call, oldest first.
    #[must_use]
    pub fn open_calls(&self) -> Vec<JournalEntry> {
        let mut entries = self.open.values().map(|open| open.entry.clone()).collect::<Vec<_>>();
        entries.sort_by_key(|entry| entry.recorded);
        entries
    }

    /// Whether the file has grown so far that it is to be opened again, which writes it anew.
    #[must_use]
    pub fn is_bloated(&self) -> bool {
        let grown = self.bytes.saturating_sub(self.bytes_at_opening);
        let is_nearly_full = self.bytes > MAX_BYTES.saturating_sub(GROWTH);
        grown > self.bytes_at_opening.saturating_add(GROWTH) || (is_nearly_full && grown > ROOM)
    }

    /// The file with the open calls alone.
    fn text(&self) -> String {
        let lines = self.open.values().map(|open| record_line(&open.entry.call, open.entry.recorded).repeat(open.runs as usize));
        lines.fold(HEADER.to_owned(), |text, lines| text + &lines)
    }

    fn take(&mut self, line: &[u8]) -> Result<(), String> {
        let tree = parse(line).map_err(|fault| fault.to_string())?;
        let key = |name| tree.member(name).and_then(Json::text);
        if let Some(key) = key("settle") {
            self.open.remove(key);
        } else if let Some(key) = key("withdraw") {
            self.remove_run(key);
        } else {
            let (call, at) = read_record(&tree).map_err(|fault| fault.to_string())?;
            let key = call.idempotency_key.clone().unwrap_or_default();
            self.add(&key, &call, at).map_err(|error| error.failure().detail.clone())?;
        }
        Ok(())
    }

    /// One more run, and whether there was one already.
    fn add(&mut self, key: &str, call: &Call, now: Timestamp) -> Result<bool, OkpayError> {
        match self.open.get_mut(key) {
            Some(open) if open.entry.call != *call => Err(other_call(key)),
            Some(open) => {
                open.runs = open.runs.saturating_add(1);
                Ok(true)
            }
            None => {
                let entry = JournalEntry { call: call.clone(), recorded: now };
                self.open.insert(key.to_owned(), Open { entry, runs: 1 });
                Ok(false)
            }
        }
    }

    fn remove_run(&mut self, key: &str) -> bool {
        let Some(open) = self.open.get_mut(key) else { return false };
        open.runs = open.runs.saturating_sub(1);
        if open.runs == 0 {
            self.open.remove(key);
        }
        true
    }

    fn line(&mut self, what: &str, key: &str) -> String {
        let line = ["{\"", what, "\":", &quoted(key), "}\n"].concat();
        self.bytes = self.bytes.saturating_add(line.len());
        line
    }
}

/// The lines after the header, each with its line break.
fn lines_of(file: &[u8]) -> Result<&[u8], OkpayError> {
    let end = file.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at.saturating_add(1));
    let (whole, torn) = file.split_at(end);
    if whole.is_empty() && HEADER.as_bytes().starts_with(torn) {
        return Ok(&[]);
    }
    let foreign = || failed("it is no journal of this kind, or one of a later version; it is left as it is");
    whole.strip_prefix(HEADER.as_bytes()).ok_or_else(foreign)
}

fn record_line(call: &Call, at: Timestamp) -> String {
    let Call { operation, method, path, body, idempotency_key, caller } = call;
    let member = |name: &str, value: Option<&str>| value.map(|value| [",\"", name, "\":", &quoted(value)].concat()).unwrap_or_default();
    let (body, caller) = (member("body", body.as_deref()), member("caller", caller.as_deref()));
    let key = quoted(idempotency_key.as_deref().unwrap_or_default());
    let (operation, method, path) = (quoted(operation), quoted(method), quoted(path));
    let call =
        ["{\"operation\":", &operation, ",\"method\":", &method, ",\"path\":", &path, &body, ",\"idempotency_key\":", &key, &caller, "}"];
    ["{\"record\":", &call.concat(), ",\"at\":", &at.millis().to_string(), "}\n"].concat()
}

fn read_record(tree: &Json) -> Result<(Call, Timestamp), Fault> {
    Kind::Model(&RECORD).check(tree, true)?;
    let text = |name| tree.member("record").and_then(|call| call.member(name)).and_then(Json::text).map(str::to_owned);
    let required = |name| text(name).unwrap_or_default();
    let call = Call {
        operation: required("operation"),
        method: required("method"),
        path: required("path"),
        body: text("body"),
        idempotency_key: text("idempotency_key"),
        caller: text("caller"),
    };
    Ok((call, Timestamp::from_millis(tree.member("at").and_then(Json::whole).unwrap_or_default())))
}

/// A text as JSON.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
