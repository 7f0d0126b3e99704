//! The laws of the file's format, against a plain list of runs.

use super::{JournalEntry, Log};
use crate::api::Call;
use crate::timestamp::Timestamp;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What is done to a journal. Keys and calls are few, so that they meet.
#[derive(Debug, Clone)]
enum Change {
    Record { key: usize, call: usize },
    Settle(usize),
    Withdraw(usize),
    Reopen,
}

const KEYS: [&str; 4] = ["k1", "order \"7\"\n", "ключ-二", ""];
const CALLERS: [Option<&str>; 3] = [None, Some("https://api.okpay.test okp_live_kid_1"), None];
const BODIES: [Option<&str>; 3] = [None, Some("{\"payment\":\"pay_1\"}"), Some("\u{1}\\\u{2028}")];

fn change() -> impl Strategy<Value = Change> {
    let key = 0..KEYS.len();
    prop_oneof![
        4 => (key.clone(), 0..BODIES.len()).prop_map(|(key, call)| Change::Record { key, call }),
        2 => key.clone().prop_map(Change::Settle),
        2 => key.prop_map(Change::Withdraw),
        1 => Just(Change::Reopen),
    ]
}

fn call(key: usize, body: usize) -> Call {
    Call {
        operation: "refunds.create".to_owned(),
        method: "POST".to_owned(),
        path: "/v1/refunds?a=\"b\"".to_owned(),
        body: BODIES[body].map(str::to_owned),
        idempotency_key: Some(KEYS[key].to_owned()),
        caller: CALLERS[body].map(str::to_owned),
    }
}

/// The oracle: every run that is neither settled nor taken back, in order.
#[derive(Debug, Clone, Default)]
struct Runs(Vec<(usize, usize, Timestamp)>);

impl Runs {
    /// Whether it may be recorded, and whether the same call was open.
    fn record(&mut self, key: usize, call: usize, now: Timestamp) -> Option<bool> {
        let open = self.0.iter().find(|run| run.0 == key).map(|run| run.1);
        if open.is_some_and(|other| other != call) {
            return None;
        }
        self.0.push((key, call, now));
        Some(open.is_some())
    }

    fn settle(&mut self, key: usize) {
        self.0.retain(|run| run.0 != key);
    }

    fn withdraw(&mut self, key: usize) {
        if let Some(last) = self.0.iter().rposition(|run| run.0 == key) {
            self.0.remove(last);
        }
    }

    /// One entry a key, with the time of its first run, oldest first.
    fn entries(&self) -> Vec<JournalEntry> {
        let mut first = BTreeMap::new();
        for (key, body, at) in &self.0 {
            first.entry(*key).or_insert((*at, *body));
        }
        let mut entries =
            first.into_iter().map(|(key, (recorded, body))| JournalEntry { call: call(key, body), recorded }).collect::<Vec<_>>();
        entries.sort_by_key(|entry| entry.recorded);
        entries
    }
}

/// A journal whose file is bytes, beside the oracle.
#[derive(Default)]
struct Pair {
    log: Log,
    file: Vec<u8>,
    runs: Runs,
    /// After which byte which calls were open, since the file was last written anew.
    states: Vec<(usize, Runs)>,
}

impl Pair {
    fn reopen(&mut self) {
        let (log, text) = Log::open(&self.file).unwrap();
        (self.log, self.file) = (log, text.into_bytes());
        self.states = vec![(self.file.len(), self.runs.clone())];
    }

    fn change(&mut self, change: Change, now: Timestamp) {
        let line = match change {
            Change::Record { key, call: body } => {
                let (ours, theirs) = (self.log.record(&call(key, body), now).ok(), self.runs.record(key, body, now));
                assert_eq!(ours.as_ref().map(|recorded| recorded.open_before), theirs);
                ours.map(|recorded| recorded.line)
            }
            Change::Settle(key) => {
                self.runs.settle(key);
                self.log.settle(KEYS[key])
            }
            Change::Withdraw(key) => {
                self.runs.withdraw(key);
                self.log.withdraw(KEYS[key])
            }
            Change::Reopen => return self.reopen(),
        };
        self.file.extend(line.unwrap_or_default().into_bytes());
        self.states.push((self.file.len(), self.runs.clone()));
    }
}

proptest! {
    /// Whatever is recorded, settled and taken back, and whenever the file is opened again: what is open is what the oracle has, now and
    /// in the file. And a file that was cut at any byte says what was true after its last whole line, no more and no less.
    #[test]
    fn the_file_says_what_is_open(changes in prop::collection::vec(change(), 0..40), cut in any::<prop::sample::Index>()) {
        let mut pair = Pair::default();
        pair.reopen();
        for (at, change) in changes.into_iter().enumerate() {
            pair.change(change, Timestamp::from_millis(i64::try_from(at).unwrap()));
            prop_assert_eq!(pair.log.open_calls(), pair.runs.entries());
        }
        prop_assert_eq!(Log::open(&pair.file).unwrap().0.open_calls(), pair.runs.entries());
        // The file is renamed into place whole, with what its opening left of it; from there on it is appended to.
        let start = pair.states[0].0;
        let cut = start + cut.index(pair.file.len() - start + 1);
        let (_, then) = pair.states.iter().rev().find(|(end, _)| *end <= cut).unwrap();
        prop_assert_eq!(Log::open(&pair.file[..cut]).unwrap().0.open_calls(), then.entries());
    }

    /// No bytes make it panic, and what it reads it reads again from what it writes.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..60), in_journal in any::<bool>()) {
        let file = if in_journal { [&b"{\"okpay_journal\":1}\n"[..], &bytes].concat() } else { bytes };
        if let Ok((log, text)) = Log::open(&file) {
            prop_assert_eq!(Log::open(text.as_bytes()).unwrap().0.open_calls(), log.open_calls());
        }
    }
}

#[test]
fn a_file_that_was_cut_in_its_first_line_is_empty() {
    let (_, text) = Log::open(b"").unwrap();
    for cut in 0..=text.len() {
        assert_eq!(Log::open(&text.as_bytes()[..cut]).unwrap().0.open_calls(), []);
    }
}

#[test]
fn the_format_is_what_it_was() {
    let mut log = Log::open(b"").unwrap().0;
    let recorded = log.record(&call(0, 1), Timestamp::from_millis(1_793_491_200_000)).unwrap();
    let line = r#"{"record":{"operation":"refunds.create","method":"POST","path":"/v1/refunds?a=\"b\"","body":"{\"payment\":\"pay_1\"}","idempotency_key":"k1","caller":"https://api.okpay.test okp_live_kid_1"},"at":1793491200000}"#;
    assert_eq!(recorded.line, format!("{line}\n"));
    assert_eq!(log.withdraw("k1").unwrap(), "{\"withdraw\":\"k1\"}\n");
    assert_eq!(log.withdraw("k1"), None);
    log.record(&call(0, 0), Timestamp::from_millis(7)).unwrap();
    assert_eq!(log.settle("k1").unwrap(), "{\"settle\":\"k1\"}\n");
    assert_eq!(log.settle("k1"), None);
}

/// What strikes calls off goes past the limit, so that a full file is never past reading, and has room again once calls have ended.
#[test]
fn a_full_file_opens_again_and_gets_room() {
    let large = |number: usize| Call { body: Some("x".repeat(1 << 20)), idempotency_key: Some(format!("{number:04000}")), ..call(0, 0) };
    let now = Timestamp::from_millis(0);
    let (mut log, mut file) = Log::open(b"").unwrap();
    let mut number = 0;
    while let Ok(recorded) = log.record(&large(number), now) {
        file += &recorded.line;
        number += 1;
    }
    assert!(number > 50);
    let (mut log, mut file) = Log::open(file.as_bytes()).unwrap();
    let full = file.len();
    for ended in 0..number / 2 {
        file += &log.settle(&format!("{ended:04000}")).unwrap();
    }
    assert!(file.len() > full && log.is_bloated());
    let refused = log.record(&large(number), now).unwrap_err();
    assert!(refused.failure().detail.contains("it is full"), "{refused}");
    let (mut log, text) = Log::open(file.as_bytes()).unwrap();
    assert!(text.len() < full && !log.is_bloated());
    log.record(&large(number), now).unwrap();
}
