//! The courier between JavaScript and the core. It decides nothing; what it may not know, core answers.
//!
//! | file | what it carries | checkout | server |
//! | --- | --- | --- | --- |
//! | `caller.rs`, `exchange.rs` | calls: the request of each attempt out, what came of it in | yes | yes |
//! | `waits.rs` | calls until a resource has come to its end | | yes |
//! | `journal.rs` | what a journal keeps of a call, and a journal as lines of a file | | yes |
//! | `money.rs`, `fees.rs` | exact arithmetic, the fee engine | yes | yes |
//! | `checks.rs` | checks of what people type | yes | yes |
//! | `payment_requests.rs` | what a wallet scans | | yes |
//! | `advice.rs` | what to do about a failure; in the checkout, what a buyer is told | yes | yes |
//! | `support.rs` | the diagnostic bundle of a ticket; whether something is really OKPay's | | yes |
//! | `keys.rs`, `signing.rs` | keys; requests and answers signed and proven | | yes |
//! | `totp.rs` | one-time codes | | yes |
//! | `webhooks.rs`, `stores.rs` | verify, sign, diagnose, order; replay store in memory | | yes |
//! | `errors.rs` | [`okpay::OkpayError`] → text, out of which `ts/errors.ts` makes an `OkpayError` | yes | yes |
//! | `parts.rs` | what a page loads when it asks for it: the fee engine | yes | whole |
//! | `values.rs` | times and headers as they cross | yes | yes |
//!
//! Models cross as JSON text, which core reads and writes; their types are generated on the other side (`ts/generated`). The feature
//! `secret` is what the server's entry has more than the checkout's. Time and random numbers come in as arguments.

pub mod advice;
pub mod caller;
pub mod checks;
pub mod errors;
pub mod exchange;
pub mod fees;
#[cfg(feature = "secret")]
pub mod journal;
#[cfg(feature = "secret")]
pub mod keys;
pub mod money;
mod parts;
#[cfg(feature = "secret")]
pub mod payment_requests;
#[cfg(feature = "secret")]
pub mod signing;
#[cfg(feature = "secret")]
pub mod stores;
#[cfg(feature = "secret")]
pub mod support;
#[cfg(feature = "secret")]
pub mod totp;
mod values;
#[cfg(feature = "secret")]
pub mod waits;
#[cfg(feature = "secret")]
pub mod webhooks;

use wasm_bindgen::prelude::wasm_bindgen;

/// The version of the package.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
