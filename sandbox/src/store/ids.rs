//! [`Ids`]: every id, key and secret the gateway makes, in one place.
//!
//! All come from the database's seed and a counter, so that `--seed` gives the same ones every time; without it the seed is random, and
//! they cannot be guessed.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use okpay::Timestamp;
use sha2::{Digest, Sha256};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Crockford's alphabet in lower case: no i, l, o or u.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Makes ids and secrets.
pub(crate) struct Ids {
    keyed: Hmac<Sha256>,
    boot: u64,
    repeatable: bool,
    counter: AtomicU64,
    last: Mutex<(i64, u16)>,
}

impl Ids {
    /// `seed` is the database's; `boot` says how often it was started, so that no start repeats what another one made. Ids that are
    /// `repeatable` carry a made-up time instead of the clock's.
    pub(crate) fn new(seed: &[u8], boot: u64, repeatable: bool) -> Self {
        // A key of a whole block, which cannot be of the wrong length.
        let mut key = [0_u8; 64];
        key[..32].copy_from_slice(&Sha256::digest(seed));
        let keyed = Hmac::new(&key.into());
        Self { keyed, boot, repeatable, counter: AtomicU64::new(0), last: Mutex::new((0, 0)) }
    }

    /// An id: a prefix such as `pay_` and 26 characters of Crockford base32 that sort by time (UUIDv7, RFC 9562).
    pub(crate) fn id(&self, prefix: &str, now: Timestamp) -> String {
        let time = if self.repeatable { self.made_up_time() } else { now.millis() };
        let (millis, sequence) = self.tick(time);
        let random = self.fresh("id");
        let mut bytes = [0_u8; 16];
        bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
        bytes[6..8].copy_from_slice(&(0x7000 | sequence).to_be_bytes());
        bytes[8..].copy_from_slice(&random[..8]);
        bytes[8] = 0x80 | (bytes[8] & 0x3f);
        format!("{prefix}{}", crockford(u128::from_be_bytes(bytes)))
    }

    /// A secret of 32 bytes in base64url under a prefix, never the same twice.
    pub(crate) fn secret(&self, prefix: &str) -> String {
        format!("{prefix}{}", URL_SAFE_NO_PAD.encode(self.fresh(prefix)))
    }

    /// A webhook secret: `whsec_` and base64 of 32 bytes, never the same twice.
    pub(crate) fn webhook_secret(&self) -> String {
        format!("whsec_{}", STANDARD.encode(self.fresh("whsec_")))
    }

    /// 32 bytes, never the same twice.
    pub(crate) fn fresh(&self, label: &str) -> [u8; 32] {
        let number = self.counter.fetch_add(1, Ordering::SeqCst);
        self.derive(&[label.as_bytes(), &self.boot.to_be_bytes(), &number.to_be_bytes()])
    }

    /// 32 bytes that are always the same for the same name.
    pub(crate) fn fixed(&self, name: &str) -> [u8; 32] {
        self.derive(&[b"fixed", name.as_bytes()])
    }

    /// A keyed fingerprint: without the seed, nobody can try out what it was made of.
    pub(crate) fn fingerprint(&self, parts: &[&[u8]]) -> String {
        let mut all: Vec<&[u8]> = vec![b"fingerprint"];
        all.extend(parts);
        hex::encode(self.derive(&all))
    }

    /// Lengths are hashed too, so that no two lists of parts are alike.
    fn derive(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.keyed.clone();
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// The first of November 2026, an hour later at every start.
    fn made_up_time(&self) -> i64 {
        let hours = i64::try_from(self.boot).unwrap_or_default();
        Timestamp::from_secs(1_793_491_200).plus_secs(hours.saturating_mul(3600)).millis()
    }

    /// The time of the next id and its number within the millisecond; never earlier than the last one.
    fn tick(&self, millis: i64) -> (i64, u16) {
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *last = match *last {
            (then, _) if millis > then => (millis, 0),
            (then, 0xfff) => (then + 1, 0),
            (then, sequence) => (then, sequence + 1),
        };
        *last
    }
}

impl std::fmt::Debug for Ids {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Ids(redacted)")
    }
}

/// 128 bits as 26 characters.
fn crockford(number: u128) -> String {
    (0..26).rev().map(|place| char::from(ALPHABET[usize::try_from((number >> (5 * place)) & 31).unwrap_or_default()])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_never_repeat() {
        let ids = Ids::new(b"seed", 1, false);
        let now = Timestamp::from_secs(1_793_491_200);
        let made: Vec<_> = (0..9000).map(|_| ids.id("pay_", now)).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(made.iter().all(|id| id.len() == 30 && id[4..].bytes().all(|byte| ALPHABET.contains(&byte))));
    }

    #[test]
    fn the_same_seed_makes_the_same_and_another_start_does_not() {
        let now = Timestamp::from_secs(1_793_491_200);
        let first = Ids::new(b"seed", 1, false).id("pay_", now);
        assert_eq!(first, Ids::new(b"seed", 1, false).id("pay_", now));
        assert_ne!(first, Ids::new(b"seed", 2, false).id("pay_", now));
        assert_ne!(first, Ids::new(b"other", 1, false).id("pay_", now));
        assert_eq!(Ids::new(b"seed", 1, false).fixed("a"), Ids::new(b"seed", 7, false).fixed("a"));
    }

    #[test]
    fn repeatable_ids_do_not_depend_on_the_clock() {
        let first = Ids::new(b"seed", 1, true).id("pay_", Timestamp::from_secs(1_800_000_000));
        assert_eq!(first, Ids::new(b"seed", 1, true).id("pay_", Timestamp::from_secs(1_900_000_000)));
    }

    #[test]
    fn parts_of_a_fingerprint_do_not_run_together() {
        let ids = Ids::new(b"seed", 1, false);
        assert_ne!(ids.fingerprint(&[b"ab", b"c"]), ids.fingerprint(&[b"a", b"bc"]));
    }
}
