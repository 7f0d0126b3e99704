//! Webhooks: proven, read on demand, signed, diagnosed, ordered, handled once.

use crate::ambient::{self, moment};
use crate::errors::{CoreError, guarded};
use crate::values::{CoreHeader, header_list, pairs, to_json};
use okpay::Timestamp;
use okpay::webhooks::{self as core, Claim, ClaimToken, DiagnosisHints, MemoryStore, Ordering, OtherSecret, ReplayStore, WebhookSigner};
use std::sync::Arc;

/// Proves webhooks with one or more secrets.
#[derive(uniffi::Object)]
pub struct CoreVerifier(core::Verifier);

#[uniffi::export]
impl CoreVerifier {
    /// `tolerance` is in seconds, to both sides.
    ///
    /// # Errors
    /// `invalid_key` for a secret that is none, or if there is none.
    #[uniffi::constructor]
    pub fn new(secrets: Vec<String>, tolerance: u32) -> Result<Self, CoreError> {
        guarded(|| Ok(Self(core::Verifier::new(&secrets)?.tolerance_secs(tolerance))))
    }

    /// Proves a delivery: the raw body and all headers as they came. `now` is this machine's clock if it is not given.
    ///
    /// # Errors
    /// As core's verifier: by phase `verification`.
    pub fn verify(&self, body: Vec<u8>, headers: Vec<CoreHeader>, now: Option<i64>) -> Result<Arc<CorePayload>, CoreError> {
        guarded(|| Ok(Arc::new(CorePayload(self.0.verify(&body, &pairs(headers), moment(now))?))))
    }
}

/// A webhook that is proven to be OKPay's.
#[derive(uniffi::Object)]
pub struct CorePayload(core::VerifiedPayload);

#[uniffi::export]
impl CorePayload {
    /// The id of the event.
    #[must_use]
    pub fn id(&self) -> String {
        self.0.id().to_owned()
    }

    /// When this delivery was signed.
    #[must_use]
    pub fn timestamp(&self) -> i64 {
        self.0.timestamp().millis()
    }

    /// The exact bytes that were signed.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        self.0.body().to_vec()
    }

    /// What happened, such as `payment.succeeded`.
    ///
    /// # Errors
    /// `webhook_unreadable`.
    pub fn event_type(&self) -> Result<String, CoreError> {
        guarded(|| self.0.event_type())
    }

    /// One field by its path, as its JSON text.
    ///
    /// # Errors
    /// `webhook_unreadable`.
    pub fn field(&self, path: String) -> Result<Option<String>, CoreError> {
        guarded(|| Ok(self.0.field(&path)?.map(str::to_owned)))
    }

    /// The JSON of the event, once core has read it as one.
    ///
    /// # Errors
    /// `webhook_unreadable`.
    pub fn event(&self) -> Result<String, CoreError> {
        guarded(|| {
            self.0.check_event()?;
            Ok(String::from_utf8_lossy(self.0.body()).into_owned())
        })
    }
}

/// The three headers of a delivery, under one or more secrets (`whsec_…`, and `whsk_…` for Ed25519). `timestamp` is in seconds.
///
/// # Errors
/// `invalid_key` and `invalid_parameter`.
#[uniffi::export]
pub fn core_sign_webhook(secrets: Vec<String>, id: String, body: Vec<u8>, timestamp: i64) -> Result<Vec<CoreHeader>, CoreError> {
    guarded(|| {
        let headers = WebhookSigner::new(&secrets)?.headers(&id, Timestamp::from_secs(timestamp), &body)?;
        Ok(header_list(headers.to_list()))
    })
}

/// The value of `webhook-signature` under one secret, for any id and any time in seconds.
///
/// # Errors
/// `invalid_key` and `invalid_parameter`.
#[uniffi::export]
pub fn core_webhook_signature(secret: String, id: String, body: Vec<u8>, timestamp: i64) -> Result<String, CoreError> {
    guarded(|| core::sign(&secret, &id, timestamp, &body))
}

/// A fresh secret for webhooks.
///
/// # Errors
/// `invalid_configuration` if the system gives no random numbers.
#[uniffi::export]
pub fn core_webhook_secret() -> Result<String, CoreError> {
    guarded(|| core::webhook_secret(&ambient::random::<32>()?))
}

/// Another secret that a delivery may have been signed with, and what it belongs to.
#[derive(uniffi::Record)]
pub struct CoreOtherSecret {
    /// What it belongs to, such as the name of another endpoint.
    pub name: String,
    /// The secret.
    pub secret: String,
}

/// Why a signature may have failed: a `Diagnosis` as JSON. `tolerance` is in seconds.
///
/// # Errors
/// None but a defect.
#[uniffi::export]
pub fn core_diagnose(
    body: Vec<u8>,
    headers: Vec<CoreHeader>,
    secrets: Vec<String>,
    now: Option<i64>,
    previous_secrets: Vec<String>,
    other_secrets: Vec<CoreOtherSecret>,
    tolerance: u32,
) -> Result<String, CoreError> {
    let other_secrets = other_secrets.into_iter().map(|other| OtherSecret { name: other.name, secret: other.secret }).collect();
    let hints = DiagnosisHints { previous_secrets, other_secrets, tolerance_secs: Some(tolerance) };
    guarded(|| Ok(to_json(&core::diagnose(&body, &pairs(headers), &secrets, moment(now), &hints))))
}

/// What an event means for the version that is kept.
#[derive(uniffi::Enum)]
pub enum CoreOrdering {
    /// The next one: apply it.
    Apply,
    /// Older than what is kept: ignore it.
    Stale,
    /// Newer, and some are missing between: apply it, and fetch where needed.
    Gap,
}

/// Orders the events of one resource by its version.
#[uniffi::export]
#[must_use]
pub fn core_apply(current_version: Option<u64>, event_version: u64) -> CoreOrdering {
    match core::apply(current_version, event_version) {
        Ordering::Apply => CoreOrdering::Apply,
        Ordering::Stale => CoreOrdering::Stale,
        Ordering::Gap => CoreOrdering::Gap,
    }
}

/// What a claim gives.
#[derive(uniffi::Enum)]
pub enum CoreClaim {
    /// Do the work, then complete with the fence.
    New {
        /// Rises with every claim of an id.
        fence: u64,
    },
    /// Another worker has it: answer 503.
    InProgress,
    /// It has been handled: answer 200.
    Done,
}

/// A replay store in memory.
#[derive(uniffi::Object)]
pub struct CoreMemoryStore(MemoryStore);

#[uniffi::export]
impl CoreMemoryStore {
    /// A store for so many ids; full, it refuses and never forgets.
    #[uniffi::constructor]
    #[must_use]
    pub fn new(capacity: u32) -> Self {
        Self(MemoryStore::new(usize::try_from(capacity).unwrap_or(usize::MAX)))
    }

    /// Claims an id for `lease` seconds.
    ///
    /// # Errors
    /// `replay_guard_failed` if the store is full.
    pub fn claim(&self, consumer: String, id: String, lease: u32, now: Option<i64>) -> Result<CoreClaim, CoreError> {
        guarded(|| {
            Ok(match self.0.claim(&consumer, &id, lease, moment(now))? {
                Claim::New(token) => CoreClaim::New { fence: token.fence },
                Claim::InProgress => CoreClaim::InProgress,
                Claim::Done => CoreClaim::Done,
            })
        })
    }

    /// Marks an id as handled.
    ///
    /// # Errors
    /// `replay_guard_failed` if a later claim has it.
    pub fn complete(&self, consumer: String, id: String, fence: u64, now: Option<i64>) -> Result<(), CoreError> {
        guarded(|| self.0.complete(&ClaimToken { consumer, id, fence }, moment(now)))
    }

    /// Gives an id back.
    ///
    /// # Errors
    /// `replay_guard_failed` if a later claim has it.
    pub fn release(&self, consumer: String, id: String, fence: u64) -> Result<(), CoreError> {
        guarded(|| self.0.release(&ClaimToken { consumer, id, fence }))
    }
}
