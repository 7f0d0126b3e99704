//! Exact fees, the same offline and at the gateway.
//!
//! A [`FeeSchedule`] is versioned data: rules, of which the first that matches wins. The gateway computes with this same code, so that
//! a quote made here equals what is charged, to the cent.
//!
//! | file | what is in it |
//! | --- | --- |
//! | `schedule.rs` | [`FeeSchedule`]; `raw.rs` reads the JSON, `load.rs` and `load_when.rs` check it, `rules.rs` is what is kept; `seen.rs` tells what stands twice |
//! | `envelope.rs`, `version.rs` | the signature around a schedule, and the order of versions |
//! | `quote.rs` | what is asked and answered: [`QuoteRequest`], [`Quote`] and its lines |
//! | `ask.rs`, `when.rs`, `terms.rs`, `promotion.rs` | from a request to the rule and all that goes with it |
//! | `arithmetic.rs` | the figures and lines of a fee |
//! | `bands.rs` | stretches of amounts with the same terms |
//! | `quoting.rs`, `gross_up.rs`, `max_withdrawal.rs`, `compare.rs`, `batch.rs` | one question to the schedule each |
//! | `standard.json` | [`STANDARD`], OKPay's own table |
//!
//! # A quote
//!
//! ```
//! use okpay::fees::{FeeSchedule, QuoteRequest, STANDARD};
//! use okpay::{Money, Timestamp};
//!
//! let schedule = FeeSchedule::from_json(STANDARD)?;
//! let now = Timestamp::parse("2026-11-22T12:00:00Z")?;
//! let mut order = QuoteRequest::new("payment", "card", Money::parse("19.99", "EUR")?);
//! order.facts.insert("brand".into(), "visa".into());
//! order.facts.insert("card_region".into(), "domestic".into());
//! order.facts.insert("conversion".into(), "false".into());
//!
//! let quote = schedule.quote(&order, now)?;
//! assert_eq!(quote.fee.to_string(), "0.66 EUR"); // 1.5 % + 0.25 = 0.55, and 20 % VAT on it
//! assert_eq!(quote.net.to_string(), "19.33 EUR");
//!
//! // What must be asked for so that 19.99 EUR are left?
//! let quote = schedule.gross_up(&order, now)?;
//! assert_eq!(quote.gross.to_string(), "20.66 EUR");
//! # Ok::<(), okpay::OkpayError>(())
//! ```
//!
//! # The arithmetic
//!
//! Percent, fixed and surcharges are summed exactly and **rounded once**; then `minimum`, then `maximum`; then one promotion (on the
//! fee so far, rounded, capped by `max_discount` and by the fee); then tax on what is left, rounded on its own; then the network fee,
//! untaxed. The lines of a [`Quote`] add up to its fee: percent, fixed and surcharges share the rounded sum by largest remainder.
//!
//! # What is missing is an error
//!
//! A condition that is reached on a fact that was not given is `missing_fact`, never a guess; no matching rule is `no_matching_rule`,
//! never a zero fee. Conditions are looked at in a fixed order: operation, method, currency, amount, monthly volume, then the further
//! facts by name.

mod arithmetic;
mod ask;
mod bands;
mod batch;
mod compare;
mod envelope;
mod gross_up;
mod load;
mod load_when;
mod max_withdrawal;
mod promotion;
mod quote;
mod quoting;
mod raw;
mod rules;
mod schedule;
mod seen;
mod terms;
mod version;
mod when;

pub use batch::QuoteColumns;
pub use compare::Offer;
pub use envelope::{ScheduleEnvelope, envelope_public_key, sign_envelope};
#[cfg(feature = "secret")]
pub(crate) use envelope::{is_signing_time, read_key, read_signature};
pub use quote::{Bearer, FeeLine, LineKind, Quote, QuoteRequest};
pub use schedule::FeeSchedule;
#[cfg(feature = "secret")]
pub(crate) use version::Version;

/// OKPay's own fee schedule, which the sandbox serves and the documentation computes with.
pub const STANDARD: &str = include_str!("standard.json");
