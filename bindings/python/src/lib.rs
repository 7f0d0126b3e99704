//! `_okpay`: the courier between Python and the core. It decides nothing; what it may not know, core answers.
//!
//! | file | what it carries |
//! | --- | --- |
//! | `client.rs` | calls by name, waited for (sync) or delivered to an event loop (async) |
//! | `runtime.rs` | one tokio runtime a process, so that a fork gets its own |
//! | `gate.rs` | the way of its threads into Python, shut at exit |
//! | `transport.rs` | another transport, a Python callable |
//! | `webhooks.rs`, `stores.rs` | verify, sign, diagnose, order; replay stores |
//! | `signing.rs`, `keys.rs` | requests and answers signed and proven; keys |
//! | `fees.rs` | the fee engine |
//! | `totp.rs` | one-time codes |
//! | `money.rs` | `Money` |
//! | `advice.rs` | what to do about a failure |
//! | `checks.rs` | checks of what people type |
//! | `support.rs` | the diagnostic bundle of a ticket; whether something is really OKPay's |
//! | `payment_requests.rs` | what a wallet scans |
//! | `errors.rs` | [`okpay::OkpayError`] → `okpay.OkpayError`; a panic, too |
//! | `values.rs` | times, bytes and headers as Python has them |
//! | `ambient.rs` | the clock and the random numbers |
//!
//! Models cross as JSON text, which core reads and writes; their classes are generated on the Python side (`python/okpay/_generated`).
#![forbid(unsafe_code)]

mod advice;
mod ambient;
mod checks;
mod client;
mod errors;
mod fees;
mod gate;
mod keys;
mod money;
mod payment_requests;
mod runtime;
mod signing;
mod stores;
mod support;
mod totp;
mod transport;
mod values;
mod webhooks;

#[pyo3::pymodule]
mod _okpay {
    #[pymodule_export]
    use crate::advice::{advice_for_code, advice_for_decline, advice_for_error, code_for_buyer};
    #[pymodule_export]
    use crate::checks::{check_address, check_card, check_card_expiry, check_card_number, check_iban, check_security_code, luhn};
    #[pymodule_export]
    use crate::client::{Courier, Task};
    #[pymodule_export]
    use crate::errors::panic;
    #[pymodule_export]
    use crate::fees::FeeSchedule;
    #[pymodule_export]
    use crate::gate::close;
    #[pymodule_export]
    use crate::keys::{Ed25519Key, HmacKey, PublicKey};
    #[pymodule_export]
    use crate::money::{Money, currency_places, divide};
    #[pymodule_export]
    use crate::payment_requests::{coin_uri, merchant_qr, parse_payment_request, qr_fields, qr_payload, usdt_contract};
    #[pymodule_export]
    use crate::signing::{
        SignedRequest, VerifiedAnswer, content_digest, file_digest, sign_answer, sign_request, verify_answer, verify_content_digest,
        verify_request,
    };
    #[pymodule_export]
    use crate::stores::{Store, replay_claim, replay_complete, replay_completed, replay_release, replay_table};
    #[pymodule_export]
    use crate::support::{assemble_diagnostics, is_official};
    #[pymodule_export]
    use crate::totp::TotpKey;
    #[pymodule_export]
    use crate::webhooks::{VerifiedPayload, Verifier, apply, diagnose, sign, sign_delivery, webhook_secret};

    #[pymodule_init]
    fn init(module: &pyo3::Bound<'_, pyo3::types::PyModule>) -> pyo3::PyResult<()> {
        crate::gate::close_at_exit(module)
    }
}
