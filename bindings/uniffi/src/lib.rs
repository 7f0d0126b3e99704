//! `okpay_core`: the courier between Kotlin, Swift and the core. It decides nothing; what it may not know, core answers.
//!
//! | file | what it carries |
//! | --- | --- |
//! | `calls.rs` | a call from the intent to its end, driven by the platform's own HTTP stack |
//! | `journal.rs` | what a journal keeps of a call, and one in a file |
//! | `keys.rs` | keys, and a signer behind the platform's keystore |
//! | `webhooks.rs` | verify, sign, diagnose, order; the replay store in memory |
//! | `signing.rs` | requests and answers signed and proven, for those who bring their own HTTP |
//! | `totp.rs` | one-time codes |
//! | `fees.rs` | the fee engine |
//! | `money.rs` | exact amounts |
//! | `checks.rs` | cards, IBANs, addresses; payment requests that wallets scan |
//! | `advice.rs` | what to do about a failure |
//! | `support.rs` | the diagnostic bundle of a ticket; whether something is really OKPay's |
//! | `errors.rs` | [`okpay::OkpayError`] → [`errors::CoreError`]; a panic, too |
//! | `values.rs` | headers and times |
//! | `ambient.rs` | the clock and the random numbers |
//!
//! Models cross as JSON text, which core reads and writes; their classes are generated in Kotlin and Swift from the same table. Names start with
//! `Core`, so that they never hide those that people use. Times are milliseconds since 1970.
#![expect(clippy::result_large_err, reason = "an error is a record that crosses the border by value")]

pub mod advice;
mod ambient;
pub mod calls;
pub mod checks;
pub mod errors;
pub mod fees;
pub mod journal;
pub mod keys;
pub mod money;
pub mod signing;
pub mod support;
pub mod totp;
pub mod values;
pub mod webhooks;

uniffi::setup_scaffolding!();
