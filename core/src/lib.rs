//! OKPay: signed requests, verified webhooks and exact fees.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`money`] | [`Currency`], [`Money`], rounding |
//! | [`fees`] | fee schedules: quote, gross up, compare, batch |
//! | [`signing`] | HTTP Message Signatures over requests and answers, keys, [`Secret`](signing::Secret) |
//! | [`webhooks`] | verify, read events, guard against replays, order, diagnose |
//! | [`api`] | the table of endpoints and the models |
//! | [`call`] | a call to a signed request, an answer to a reply or an error |
//! | [`checks`] | what people type: cards, IBANs, addresses on blockchains |
//! | [`payment_requests`] | what a wallet scans: EMVCo, BIP-21, EIP-681, TRON |
//! | `totp` | one-time codes of an authenticator app (feature `secret`) |
//! | `journal` | intents on disk before the first try (feature `secret`) |
//! | `client` | the Rust client (feature `client`) |
//! | [`json`] | JSON text that a language hands over |
//! | `diagnostics` | what a support ticket may know of a failure, and never a secret (feature `secret`) |
//! | `official` | whether a page, an address, a number or an account is really OKPay's (feature `secret`) |
//! | [`advice`] | from a failure to what to do next, in English and Chinese |
//!
//! Without the feature `client` nothing here opens a socket, reads a clock or makes random numbers: time and randomness are arguments,
//! so that every language gets the same answer for the same input. `journal::FileJournal` alone writes a file.
#![forbid(unsafe_code)]

pub mod advice;
pub mod api;
pub mod call;
pub mod checks;
#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "secret")]
pub mod diagnostics;
mod error;
pub mod fees;
#[cfg(feature = "secret")]
pub mod journal;
pub mod json;
pub mod money;
#[cfg(feature = "secret")]
pub mod official;
pub mod payment_requests;
mod quoted;
pub mod signing;
mod timestamp;
#[cfg(feature = "secret")]
pub mod totp;
pub mod webhooks;

pub use error::{DeclineCode, ErrorCode, Failure, OkpayError, Phase};
pub use money::{Currency, Money};
pub use timestamp::Timestamp;

/// The programs of the READMEs compile, and what can run there runs.
#[cfg(all(doctest, feature = "client"))]
#[doc = include_str!("../../README.md")]
#[doc = include_str!("../README.md")]
struct Readme;
