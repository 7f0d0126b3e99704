//! The replay guard under any interleaving, clock and crash. The oracle is written from the design's text; memory and SQLite must agree
//! with it and with each other.

use okpay::webhooks::{Claim, ClaimToken, MemoryStore, ReplayStore};
use okpay::{ErrorCode, OkpayError, Timestamp};
use proptest::prelude::*;

const DAY: i64 = 24 * 60 * 60;
const LEASE: u32 = 60;

fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(1_800_000_000 + secs)
}

fn stores() -> Vec<Box<dyn ReplayStore>> {
    let memory: Box<dyn ReplayStore> = Box::new(MemoryStore::new(100));
    #[cfg(feature = "sqlite")]
    let stores = vec![memory, Box::new(on_sqlite::in_memory())];
    #[cfg(not(feature = "sqlite"))]
    let stores = vec![memory];
    stores
}

fn token(claim: Result<Claim, OkpayError>) -> ClaimToken {
    match claim.unwrap() {
        Claim::New(token) => Some(token),
        _ => None,
    }
    .unwrap()
}

fn is_lost(result: Result<(), OkpayError>) -> bool {
    result.is_err_and(|error| error.code() == &ErrorCode::ReplayGuardFailed)
}

#[test]
fn an_event_is_claimed_done_and_remembered_for_thirty_days() {
    for store in stores() {
        let claim = |now| store.claim("shop", "evt_1", LEASE, at(now));
        let first = token(claim(0));
        assert_eq!(claim(59).unwrap(), Claim::InProgress);
        store.complete(&first, at(59)).unwrap();
        assert_eq!(claim(60).unwrap(), Claim::Done);
        assert_eq!(claim(59 + 30 * DAY - 1).unwrap(), Claim::Done);
        let anew = token(claim(59 + 30 * DAY));
        assert_ne!(anew, first);
        assert!(is_lost(store.complete(&first, at(60 + 30 * DAY))));
        assert!(matches!(store.claim("ledger", "evt_1", LEASE, at(1)).unwrap(), Claim::New(_)));
    }
}

#[test]
fn a_dead_worker_loses_its_lease_and_cannot_come_back() {
    for store in stores() {
        let dead = token(store.claim("shop", "evt_1", LEASE, at(0)));
        assert_eq!(store.claim("shop", "evt_1", LEASE, at(59)).unwrap(), Claim::InProgress);
        let next = token(store.claim("shop", "evt_1", LEASE, at(60)));
        assert!(is_lost(store.complete(&dead, at(61))));
        store.release(&dead).unwrap();
        assert_eq!(store.claim("shop", "evt_1", LEASE, at(62)).unwrap(), Claim::InProgress);
        store.complete(&next, at(63)).unwrap();
        assert!(is_lost(store.complete(&dead, at(64))));
        assert_eq!(store.claim("shop", "evt_1", LEASE, at(1000)).unwrap(), Claim::Done);
    }
}

#[test]
fn a_late_worker_may_finish_if_nobody_took_over() {
    for store in stores() {
        let late = token(store.claim("shop", "evt_1", LEASE, at(0)));
        store.complete(&late, at(600)).unwrap();
        store.complete(&late, at(601)).unwrap();
        store.release(&late).unwrap();
        assert_eq!(store.claim("shop", "evt_1", LEASE, at(602)).unwrap(), Claim::Done);
    }
}

#[test]
fn what_is_released_can_be_had_at_once_and_its_token_is_void() {
    for store in stores() {
        let first = token(store.claim("shop", "evt_1", LEASE, at(0)));
        store.release(&first).unwrap();
        assert!(is_lost(store.complete(&first, at(1))));
        let second = token(store.claim("shop", "evt_1", LEASE, at(1)));
        assert!(is_lost(store.complete(&first, at(2))));
        store.release(&first).unwrap();
        store.complete(&second, at(2)).unwrap();
    }
}

#[test]
fn malformed_claims_are_refused() {
    let long = "x".repeat(256);
    for store in stores() {
        for (consumer, id, lease) in [("", "evt_1", 1), ("shop", "", 1), (&long, "evt_1", 1), ("shop", &long, 1), ("shop", "evt_1", 0)] {
            assert_eq!(store.claim(consumer, id, lease, at(0)).unwrap_err().code(), &ErrorCode::InvalidParameter);
        }
        let unknown = ClaimToken { consumer: "shop".to_owned(), id: "evt_1".to_owned(), fence: u64::MAX };
        assert!(is_lost(store.complete(&unknown, at(0))));
        store.release(&unknown).unwrap();
    }
}

#[test]
fn a_full_memory_store_refuses_and_pushes_nothing_out() {
    let store = MemoryStore::new(2);
    let first = token(store.claim("shop", "evt_1", LEASE, at(0)));
    store.complete(&first, at(0)).unwrap();
    let second = token(store.claim("shop", "evt_2", LEASE, at(1)));
    assert_eq!(store.claim("shop", "evt_3", LEASE, at(1000)).unwrap_err().code(), &ErrorCode::ReplayGuardFailed);
    assert_eq!(store.claim("shop", "evt_1", LEASE, at(1000)).unwrap(), Claim::Done);
    let retried = token(store.claim("shop", "evt_2", LEASE, at(1000)));
    store.release(&second).unwrap();
    assert_eq!(store.claim("shop", "evt_2", LEASE, at(1001)).unwrap(), Claim::InProgress);
    store.release(&retried).unwrap();
    assert!(matches!(store.claim("shop", "evt_3", LEASE, at(1001)).unwrap(), Claim::New(_)));
    assert_eq!(store.claim("shop", "evt_4", LEASE, at(30 * DAY - 1)).unwrap_err().code(), &ErrorCode::ReplayGuardFailed);
    assert!(matches!(store.claim("shop", "evt_4", LEASE, at(30 * DAY)).unwrap(), Claim::New(_)));
}

#[test]
fn of_many_threads_one_gets_the_event() {
    for store in stores() {
        let claims = std::thread::scope(|scope| {
            let workers = (0..8).map(|_| scope.spawn(|| store.claim("shop", "evt_1", LEASE, at(0)).unwrap())).collect::<Vec<_>>();
            workers.into_iter().map(|worker| worker.join().unwrap()).collect::<Vec<_>>()
        });
        assert_eq!(claims.iter().filter(|claim| matches!(claim, Claim::New(_))).count(), 1);
        assert_eq!(claims.iter().filter(|claim| **claim == Claim::InProgress).count(), 7);
    }
}

/// What the design says of one id, with the newest claim's number in place of a token.
#[derive(Debug, Default)]
struct Oracle {
    newest: Option<usize>,
    lease_ends: i64,
    done: bool,
    claims: usize,
}

#[derive(Debug, PartialEq)]
enum Expected {
    New(usize),
    InProgress,
    Done,
}

impl Oracle {
    fn claim(&mut self, lease: u32, now: i64) -> Expected {
        if self.done {
            return Expected::Done;
        }
        if self.newest.is_some() && now < self.lease_ends {
            return Expected::InProgress;
        }
        self.newest = Some(self.claims);
        self.lease_ends = now + i64::from(lease);
        self.claims += 1;
        Expected::New(self.claims - 1)
    }

    fn complete(&mut self, claim: usize) -> bool {
        self.done |= self.newest == Some(claim);
        self.newest == Some(claim)
    }

    fn release(&mut self, claim: usize) {
        if self.newest == Some(claim) && !self.done {
            self.newest = None;
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    Claim { lease: u32 },
    Complete { which: prop::sample::Index },
    Release { which: prop::sample::Index },
    Wait { secs: i64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (1..90_u32).prop_map(|lease| Step::Claim { lease }),
        1 => any::<prop::sample::Index>().prop_map(|which| Step::Complete { which }),
        2 => any::<prop::sample::Index>().prop_map(|which| Step::Release { which }),
        3 => (0..80_i64).prop_map(|secs| Step::Wait { secs }),
    ];
    prop::collection::vec(step, 1..60)
}

proptest! {
    /// Any worker may claim, complete, release or hang at any time; old tokens stay about and are used, too.
    #[test]
    fn any_interleaving_goes_as_designed(steps in steps()) {
        for store in stores() {
            let (mut oracle, mut tokens, mut now, mut completed) = (Oracle::default(), Vec::new(), 0, std::collections::BTreeSet::new());
            for step in &steps {
                match step {
                    Step::Wait { secs } => now += secs,
                    Step::Claim { lease } => {
                        let got = match store.claim("shop", "evt_1", *lease, at(now)).unwrap() {
                            Claim::New(token) => {
                                prop_assert!(!tokens.contains(&token), "a token came twice");
                                tokens.push(token);
                                Expected::New(tokens.len() - 1)
                            }
                            Claim::InProgress => Expected::InProgress,
                            Claim::Done => Expected::Done,
                        };
                        prop_assert_eq!(got, oracle.claim(*lease, now));
                    }
                    Step::Complete { which } if !tokens.is_empty() => {
                        let claim = which.index(tokens.len());
                        let completes = store.complete(&tokens[claim], at(now)).is_ok();
                        prop_assert_eq!(completes, oracle.complete(claim));
                        completed.extend(completes.then_some(claim));
                    }
                    Step::Release { which } if !tokens.is_empty() => {
                        let claim = which.index(tokens.len());
                        store.release(&tokens[claim]).unwrap();
                        oracle.release(claim);
                    }
                    _ => {}
                }
            }
            prop_assert!(completed.len() <= 1, "two workers completed the same event");
        }
    }
}

#[cfg(feature = "sqlite")]
mod on_sqlite {
    use super::*;
    use okpay::webhooks::{SqliteStore, sqlite};
    use rusqlite::Connection;

    pub(super) fn in_memory() -> SqliteStore {
        SqliteStore::from_connection(Connection::open_in_memory().unwrap()).unwrap()
    }

    #[test]
    fn a_file_outlives_its_process_and_is_shared() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("webhooks.db");
        let first = SqliteStore::open(&path).unwrap();
        let done = token(first.claim("shop", "evt_1", LEASE, at(0)));
        first.complete(&done, at(0)).unwrap();
        token(first.claim("shop", "evt_2", LEASE, at(0)));
        let other = SqliteStore::open(&path).unwrap();
        assert_eq!(other.claim("shop", "evt_2", LEASE, at(1)).unwrap(), Claim::InProgress);
        drop((first, other));
        let next = SqliteStore::open(&path).unwrap();
        assert_eq!(next.claim("shop", "evt_1", LEASE, at(1)).unwrap(), Claim::Done);
        assert!(matches!(next.claim("shop", "evt_2", LEASE, at(60)).unwrap(), Claim::New(_)));
        assert_eq!(SqliteStore::open(folder.path()).unwrap_err().code(), &ErrorCode::ReplayGuardFailed);
    }

    #[test]
    fn of_many_connections_one_gets_the_event() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("webhooks.db");
        SqliteStore::open(&path).unwrap();
        let new = std::thread::scope(|scope| {
            let claim = || matches!(SqliteStore::open(&path).unwrap().claim("shop", "evt_1", LEASE, at(0)).unwrap(), Claim::New(_));
            let workers = (0..6).map(|_| scope.spawn(claim)).collect::<Vec<_>>();
            workers.into_iter().map(|worker| worker.join().unwrap()).filter(|new| *new).count()
        });
        assert_eq!(new, 1);
    }

    /// How far a handler gets before its process dies.
    #[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
    enum Dies {
        AfterClaim,
        AfterWork,
        AfterComplete,
        AfterCommit,
        Never,
    }

    /// A handler as the documentation shows it: claim, then work and completion in one transaction.
    fn handle(shop: &mut Connection, now: i64, dies: Dies) -> Option<Claim> {
        let claim = sqlite::claim_in(shop, "orders", "evt_1", LEASE, at(now)).unwrap();
        let Claim::New(token) = &claim else { return Some(claim) };
        if dies == Dies::AfterClaim {
            return None;
        }
        let work = shop.transaction().unwrap();
        work.execute("UPDATE orders SET paid = paid + 1", []).unwrap();
        if dies == Dies::AfterWork {
            return None;
        }
        if sqlite::complete_in(&work, token, at(now)).is_err() || dies == Dies::AfterComplete {
            return None;
        }
        work.commit().unwrap();
        (dies != Dies::AfterCommit).then_some(claim)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        /// Whatever dies where and is delivered when: the work is in the books exactly once, at the latest after one handler that lives.
        #[test]
        fn a_crash_anywhere_loses_nothing_and_doubles_nothing(deaths in prop::collection::vec((0..4_usize, 0..90_i64), 0..8)) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("shop.db");
            let open = || Connection::open(&path).unwrap();
            open().execute_batch("CREATE TABLE orders (paid INTEGER NOT NULL); INSERT INTO orders VALUES (0)").unwrap();
            sqlite::create_table(&open()).unwrap();
            let (mut now, mut committed) = (0, false);
            for (dies, wait) in deaths {
                let dies = [Dies::AfterClaim, Dies::AfterWork, Dies::AfterComplete, Dies::AfterCommit][dies];
                let before = sqlite::claim_in(&open(), "probe", &format!("evt_{now}"), 1, at(now));
                prop_assert!(before.is_ok());
                // A new connection each time: the process that died took its own with it.
                let claim = handle(&mut open(), now, dies);
                committed |= dies == Dies::AfterCommit && claim.is_none();
                prop_assert_eq!(paid(&open()), i64::from(committed));
                now += wait;
            }
            handle(&mut open(), now + 60, Dies::Never).unwrap();
            prop_assert_eq!(paid(&open()), 1);
            prop_assert_eq!(handle(&mut open(), now + 61, Dies::Never), Some(Claim::Done));
            prop_assert_eq!(paid(&open()), 1);
        }
    }

    #[test]
    fn a_worker_that_lost_its_lease_rolls_its_work_back() {
        let mut shop = Connection::open_in_memory().unwrap();
        shop.execute_batch("CREATE TABLE orders (paid INTEGER NOT NULL); INSERT INTO orders VALUES (0)").unwrap();
        sqlite::create_table(&shop).unwrap();
        let slow = token(sqlite::claim_in(&shop, "orders", "evt_1", LEASE, at(0)));
        assert!(handle(&mut shop, 60, Dies::Never).is_some());
        let work = shop.transaction().unwrap();
        work.execute("UPDATE orders SET paid = paid + 1", []).unwrap();
        assert!(is_lost(sqlite::complete_in(&work, &slow, at(61))));
        drop(work);
        assert_eq!(paid(&shop), 1);
        sqlite::release_in(&shop, &slow).unwrap();
        assert_eq!(sqlite::claim_in(&shop, "orders", "evt_1", LEASE, at(62)).unwrap(), Claim::Done);
    }

    #[test]
    fn without_its_table_nothing_is_claimed() {
        let shop = Connection::open_in_memory().unwrap();
        assert_eq!(sqlite::claim_in(&shop, "orders", "evt_1", LEASE, at(0)).unwrap_err().code(), &ErrorCode::ReplayGuardFailed);
    }

    fn paid(shop: &Connection) -> i64 {
        shop.query_row("SELECT paid FROM orders", [], |row| row.get(0)).unwrap()
    }
}
