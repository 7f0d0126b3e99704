//! [`Gateway`]: what every part of the running gateway shares.

use crate::clock::{Clock, real_now};
use crate::config::Config;
use crate::deliveries;
use crate::domain::fees::Schedules;
use crate::faults::Faults;
use crate::idempotency::InFlight;
use crate::refusal::{Outcome, Refusal};
use crate::store::ids::Ids;
use crate::store::{Store, Tx, meta};
use okpay::fees::{FeeSchedule, STANDARD};
use okpay::signing::{Ed25519Key, PublicKeys};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

/// What every part of the running gateway shares.
#[derive(Debug)]
pub(crate) struct Gateway {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) keys: Keys,
    pub(crate) schedules: Schedules,
    pub(crate) faults: Faults,
    pub(crate) in_flight: InFlight,
    /// How many requests of each operation came in since the start.
    pub(crate) attempts: Mutex<BTreeMap<&'static str, u64>>,
    /// Told when there may be something to deliver or a job to do.
    pub(crate) wake: Notify,
    /// One lock an endpoint, held by whoever delivers to it: its deliveries go one after the other.
    pub(crate) delivering: deliveries::Lanes,
    pub(crate) http: reqwest::Client,
    /// The base URL that requests are signed for, without a slash at its end.
    pub(crate) public_url: String,
}

pub(crate) type Shared = Arc<Gateway>;

/// What the gateway signs and is steered with: all derived from the database's seed.
pub(crate) struct Keys {
    /// The one merchant of a sandbox.
    pub(crate) account: String,
    /// Signs every answer.
    pub(crate) answers: Ed25519Key,
    /// Signs fee schedules, and nothing else.
    pub(crate) fees: [u8; 32],
    /// The seed of the key that official lists are signed with.
    pub(crate) official: [u8; 32],
    /// Opens `/sandbox/…`.
    pub(crate) control_token: String,
    /// The first secret key, its id and the first publishable key.
    pub(crate) key_id: String,
    pub(crate) secret: String,
    pub(crate) publishable_key: String,
    /// The secret of the first webhook endpoint that is added.
    pub(crate) webhook_secret: String,
}

impl Gateway {
    /// Opens the database and takes from it what makes this gateway itself.
    pub(crate) async fn open(config: &Config, public_url: String) -> Outcome<Self> {
        let store = Store::open(&config.database).await?;
        let mut tx = store.write().await?;
        let seed = seed(&mut tx, config.seed.as_deref()).await?;
        let boot = meta::number(&mut tx, "boot").await? + 1;
        meta::set(&mut tx, "boot", boot.to_string()).await?;
        let schedules = schedules(&mut tx, config.fee_schedule.as_deref().unwrap_or(STANDARD)).await?;
        let offset = clock_offset(&mut tx, schedules.first()).await?;
        tx.commit().await?;
        let repeatable = seed.starts_with(GIVEN);
        let ids = Ids::new(seed.as_bytes(), boot.unsigned_abs(), repeatable);
        Ok(Self {
            keys: Keys::new(&ids)?,
            schedules,
            store,
            ids,
            public_url,
            clock: Clock::new(offset),
            faults: Faults::default(),
            in_flight: InFlight::default(),
            attempts: Mutex::default(),
            wake: Notify::new(),
            delivering: deliveries::Lanes::default(),
            http: deliveries::http_client()?,
        })
    }

    /// The public keys by which answers are proven, as `OKPAY_GATEWAY_KEYS` has them.
    pub(crate) fn gateway_keys(&self) -> String {
        PublicKeys::from(vec![self.keys.answers.public_key()]).to_text()
    }
}

/// What a seed that was given starts with, to tell it from a random one.
const GIVEN: &str = "given:";

/// The database's seed: the first start makes it, and later ones may name only the same.
async fn seed(tx: &mut Tx, given: Option<&str>) -> Outcome<String> {
    let given = given.map(|text| format!("{GIVEN}{text}"));
    match (meta::get(tx, "seed").await?, given) {
        (Some(kept), Some(given)) if kept != given => {
            Err(Refusal::Internal("this database was made with another seed: leave --seed out, or name a new database".to_owned()))
        }
        (Some(kept), _) => Ok(kept),
        (None, given) => {
            let seed = match given {
                Some(given) => given,
                None => random_seed()?,
            };
            meta::set(tx, "seed", seed.clone()).await?;
            Ok(seed)
        }
    }
}

/// By how much business time is ahead. It never starts before the fee schedule does, or no fee could be quoted.
async fn clock_offset(tx: &mut Tx, schedule: &FeeSchedule) -> Outcome<i64> {
    let kept = meta::number(tx, "clock_offset_ms").await?;
    let needed = schedule.valid_from().map_or(0, |from| from.millis().saturating_sub(real_now().millis()));
    if needed > kept {
        meta::set(tx, "clock_offset_ms", needed.to_string()).await?;
    }
    Ok(kept.max(needed))
}

/// Keeps the schedule of today beside those of before: what was made under one is charged by it.
async fn schedules(tx: &mut Tx, current: &str) -> Outcome<Schedules> {
    let name = Schedules::name(FeeSchedule::from_json(current)?.version());
    match meta::get(tx, &name).await? {
        Some(kept) if kept != current => {
            return Err(Refusal::Internal(format!("this database has another {name}: a changed schedule needs a new version")));
        }
        Some(_) => {}
        None => meta::set(tx, &name, current.to_owned()).await?,
    }
    Schedules::new(&meta::fee_schedules(tx).await?, current)
}

fn random_seed() -> Outcome<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| Refusal::Internal(format!("no random numbers: {error}")))?;
    Ok(format!("random:{}", hex::encode(bytes)))
}

impl Keys {
    fn new(ids: &Ids) -> Outcome<Self> {
        use base64::Engine;
        use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
        let short = |name: &str| hex::encode(&ids.fixed(name)[..10]);
        let long = |name: &str| URL_SAFE_NO_PAD.encode(ids.fixed(name));
        Ok(Self {
            account: format!("acct_{}", short("account")),
            answers: Ed25519Key::from_seed(format!("okp_test_gw_{}", short("gateway")), &ids.fixed("gateway key"))?,
            fees: ids.fixed("fee key"),
            official: ids.fixed("official list key"),
            control_token: format!("okp_sandbox_ctl_{}", long("control token")),
            key_id: format!("okp_test_kid_{}", short("key id")),
            secret: format!("okp_test_sk_{}", long("secret key")),
            publishable_key: format!("okp_test_pk_{}", short("publishable key")),
            webhook_secret: format!("whsec_{}", STANDARD.encode(ids.fixed("webhook secret"))),
        })
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Keys").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}
