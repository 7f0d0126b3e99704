//! Webhooks (Standard Webhooks 1.0): proven, read, handled once, in order.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `verify.rs` | [`Verifier`]: raw bytes in, a [`VerifiedPayload`] or an error out |
//! | `payload.rs` | [`VerifiedPayload`], read on demand: one field, or the whole [`Event`](crate::api::Event) |
//! | `index.rs` | where the fields of a payload stand, found at the first look |
//! | `sign.rs` | [`sign`] and [`WebhookSigner`], for senders and tests |
//! | `headers.rs` | the three headers, read strictly |
//! | `secrets.rs` | `whsec_…`, `whsk_…`, `whpk_…` |
//! | `replay.rs` | [`ReplayStore`]: claim, complete, release |
//! | `memory.rs`, `sqlite.rs` | [`MemoryStore`]; `SqliteStore` under the feature `sqlite` |
//! | `statements.rs` | what `sqlite.rs` runs, for connections that are not Rust's |
//! | `ordering.rs` | [`apply`]: is this event the next one of its resource? |
//! | `diagnose.rs`, `variants.rs` | [`diagnose`]: why a signature does not hold |
//!
//! # A handler, step by step
//!
//! 1. [`Verifier::verify`] the raw body, before anything parses it. An error answers 400 or 401.
//! 2. [`ReplayStore::claim`] the payload's id: done already answers 200, still in progress answers 503, so that it is sent again.
//! 3. In **one transaction of the business database**: read the resource's version, [`apply`], do the work, and
//!    [`ReplayStore::complete`] (or its SQL form on the same connection). Only so is an event handled exactly once; with a store of its
//!    own the handler must be idempotent, since the process may die between the work and the completion.
//! 4. If the work failed, [`ReplayStore::release`] and answer 500, so that it is sent again at once.
//!
//! ```
//! use okpay::Timestamp;
//! use okpay::webhooks::{Claim, MemoryStore, ReplayStore, Verifier, WebhookSigner, webhook_secret};
//!
//! # fn main() -> Result<(), okpay::OkpayError> {
//! # let now = Timestamp::from_secs(1_800_000_000);
//! # let secret = webhook_secret(&[7; 32])?;
//! # let body = br#"{"type":"payment.succeeded"}"#.as_slice();
//! # let headers = WebhookSigner::new(&[secret.clone()])?.headers("evt_1", now, body)?.to_list();
//! let verifier = Verifier::new(&[secret])?;
//! let store = MemoryStore::new(100_000);
//!
//! let payload = verifier.verify(body, &headers, now)?;
//! let status = match store.claim("orders", payload.id(), 60, now)? {
//!     Claim::New(token) => {
//!         assert_eq!(payload.event_type()?, "payment.succeeded");
//!         // The work goes here; with a store in memory it must be idempotent.
//!         store.complete(&token, now)?;
//!         200
//!     }
//!     Claim::Done => 200,
//!     Claim::InProgress => 503,
//! };
//! assert_eq!(status, 200);
//! # Ok(())
//! # }
//! ```

mod diagnose;
mod headers;
mod index;
mod memory;
mod ordering;
mod payload;
mod replay;
mod secrets;
mod sign;
#[cfg(feature = "sqlite")]
pub mod sqlite;
#[cfg(feature = "sqlite")]
pub mod statements;
mod variants;
mod verify;

pub use diagnose::{Diagnosis, DiagnosisHints, Finding, FindingCode, OtherSecret, diagnose};
pub use memory::MemoryStore;
pub use ordering::{Ordering, apply};
pub use payload::VerifiedPayload;
pub use replay::{Claim, ClaimToken, ReplayStore};
pub use secrets::{secret_bytes, webhook_secret};
pub use sign::{WebhookHeaders, WebhookSigner, sign};
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;
pub use verify::{HostMac, Verifier};
