//! What a journal keeps of a call and when it strikes one off, and [`JournalLog`]: a journal as lines of a file. `ts/journaling.ts` keeps the
//! first, `ts/file-journal.ts` has the file.

use crate::caller::Caller;
use crate::errors::{Told, to_text};
use crate::exchange::Exchange;
use crate::values::{moment, read, to_json};
use okpay::api::{Call, CallState};
use okpay::call::{Closing, not_recorded};
use okpay::journal::{JournalEntry, Log};
use okpay::{ErrorCode, OkpayError, Phase};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::wasm_bindgen;

/// A call as JavaScript names its parts.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    operation: String,
    method: String,
    path: String,
    body: Option<String>,
    idempotency_key: Option<String>,
    /// A journal of the user's that was made for another version may not keep it.
    #[serde(default)]
    caller: Option<String>,
}

/// An entry, with the milliseconds since 1970 at which it was recorded.
#[derive(Serialize)]
struct Entry {
    call: Kept,
    recorded: i64,
}

/// A line to append.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Recorded {
    line: String,
    open_before: bool,
}

#[wasm_bindgen]
impl Exchange {
    /// What a journal records of the call, as JSON; nothing of one that is not journaled.
    #[wasm_bindgen(js_name = toRecord)]
    #[must_use]
    pub fn to_record(&self) -> Option<String> {
        self.0.to_record().map(|call| to_json(&Kept::from(call)))
    }

    /// Says that an earlier run of this call may have left this machine.
    #[wasm_bindgen(js_name = afterEarlierRun)]
    pub fn after_earlier_run(&mut self) {
        self.0.after_earlier_run();
    }
}

/// What to do at the end of a run, by the phase in which it failed, if it did: `settle`, `withdraw`, or nothing.
#[wasm_bindgen(js_name = closing)]
#[must_use]
pub fn closing(open_before: bool, failed: Option<String>) -> Option<String> {
    let failed = failed.as_deref().map(Phase::from);
    match Closing::of(open_before, failed.as_ref()) {
        Closing::Settle => Some("settle".to_owned()),
        Closing::Withdraw => Some("withdraw".to_owned()),
        Closing::LeaveOpen => None,
    }
}

/// The error, as text, of a call that a journal could not record.
#[wasm_bindgen(js_name = notRecorded)]
#[must_use]
pub fn told_not_recorded(code: &str, detail: String) -> String {
    to_text(&not_recorded(&OkpayError::invalid(ErrorCode::from(code), detail)))
}

#[wasm_bindgen]
impl Caller {
    /// Whether this client may ask what became of a call of a journal, by who made it.
    #[wasm_bindgen(js_name = mayResolve)]
    pub fn may_resolve(&self, made_by: Option<String>) -> Result<(), Told> {
        Ok(self.0.may_resolve(made_by.as_deref())?)
    }

    /// Whether a state of `idempotency.resolve` is the end of a call of a journal.
    #[wasm_bindgen(js_name = isEnd)]
    pub fn is_end(&self, made_by: Option<String>, state: &str) -> Result<bool, Told> {
        Ok(self.0.is_end(made_by.as_deref(), &CallState::from(state))?)
    }
}

/// A journal as lines of a file, which the other side has.
#[wasm_bindgen]
pub struct JournalLog {
    log: Log,
    text: Option<String>,
}

#[wasm_bindgen]
impl JournalLog {
    /// Reads a file, empty if there is none yet.
    pub fn open(file: &[u8]) -> Result<JournalLog, Told> {
        let (log, text) = Log::open(file)?;
        Ok(Self { log, text: Some(text) })
    }

    /// What the file holds from now on; told once.
    #[must_use]
    pub fn text(&mut self) -> String {
        self.text.take().unwrap_or_default()
    }

    /// Records a run of a call that is JSON: the line to append and whether the call was open, as JSON.
    pub fn record(&mut self, call: &str, now: i64) -> Result<String, Told> {
        let recorded = self.log.record(&read::<Kept>(call)?.into(), moment(now))?;
        Ok(to_json(&Recorded { line: recorded.line, open_before: recorded.open_before }))
    }

    /// Strikes a call off: the line to append, if it was open.
    pub fn settle(&mut self, key: &str) -> Option<String> {
        self.log.settle(key)
    }

    /// Takes one run back: the line to append, if the call was open.
    pub fn withdraw(&mut self, key: &str) -> Option<String> {
        self.log.withdraw(key)
    }

    /// Every open call, oldest first, as JSON.
    #[wasm_bindgen(js_name = openCalls)]
    #[must_use]
    pub fn open_calls(&self) -> String {
        let entry = |entry: JournalEntry| Entry { call: entry.call.into(), recorded: entry.recorded.millis() };
        to_json(&self.log.open_calls().into_iter().map(entry).collect::<Vec<_>>())
    }

    /// Whether the file is to be opened again, which writes it anew.
    #[wasm_bindgen(js_name = isBloated)]
    #[must_use]
    pub fn is_bloated(&self) -> bool {
        self.log.is_bloated()
    }
}

impl From<Call> for Kept {
    fn from(call: Call) -> Self {
        let Call { operation, method, path, body, idempotency_key, caller } = call;
        Self { operation, method, path, body, idempotency_key, caller }
    }
}

impl From<Kept> for Call {
    fn from(kept: Kept) -> Self {
        let Kept { operation, method, path, body, idempotency_key, caller } = kept;
        Self { operation, method, path, body, idempotency_key, caller }
    }
}
