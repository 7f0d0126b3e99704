//! The endpoints and what they take and give.
//!
//! | file | what |
//! | --- | --- |
//! | `operations.rs` | the table: one row an endpoint. From it come the functions `payments_create(…) -> Call`, `read_payment(body)`, the client's methods, the routes of the sandbox, the OpenAPI document and the reference |
//! | `payments.rs`, `refunds.rs`, … | one file a resource: its models and what it means |
//! | `call.rs` | [`Call`], the intent of one logical call, and [`Operation`], a row |
//! | `params.rs` | the parameters of a call out of JSON text, for languages that name an operation |
//! | `openapi.rs` | the OpenAPI document (feature `schema`) |
//! | `problem.rs` | [`Problem`], the RFC 9457 body of every refusal |
//!
//! To add an endpoint: its models in one resource file, one row in the table, a vector, a handler in the sandbox; then
//! `cargo xtask generate`.

mod account;
mod announcements;
mod api_keys;
mod appeals;
mod balances;
mod bills;
mod call;
mod channels;
mod checkout_sessions;
mod confirmations;
mod coupons;
mod deliveries;
mod deposit_sources;
mod deposits;
mod destinations;
mod devices;
mod diagnostics;
mod disputes;

mod events;
mod exchange_rates;
mod fee_quotes;
mod feedback;
mod help;
mod idempotency;
mod official;
#[cfg(all(feature = "schema", feature = "secret"))]
mod openapi;
mod operations;
mod params;
mod payment_methods;
mod payments;
mod points;
mod problem;
mod refunds;
mod registration;
mod reports;

mod risk;
mod sessions;
mod tickets;
mod transactions;
mod transfers;
mod two_factor;
mod verification;
mod wallet;
mod webhook_endpoints;
mod withdrawals;

pub use account::*;
pub use announcements::*;
pub use api_keys::*;
pub use appeals::*;
pub use balances::*;
pub use bills::*;
pub(crate) use call::known_operation;
pub use call::{Call, Operation, Page, Scope, find_operation};
pub use channels::*;
pub use checkout_sessions::*;
pub use confirmations::*;
pub use coupons::*;
pub use deliveries::*;
pub use deposit_sources::*;
pub use deposits::*;
pub use destinations::*;
pub use devices::*;
pub use diagnostics::*;
pub use disputes::*;
pub use events::*;
#[cfg(feature = "secret")]
pub(crate) use events::{check_event, event_data_kind};
pub use exchange_rates::*;
pub use fee_quotes::*;
pub use feedback::*;
pub use help::*;
pub use idempotency::*;
pub use official::*;
#[cfg(all(feature = "schema", feature = "secret"))]
pub use openapi::openapi;
pub use operations::*;
pub use payment_methods::*;
pub use payments::*;
pub use points::*;
pub use problem::Problem;
pub use refunds::*;
pub use registration::*;
pub use reports::*;
pub use risk::*;
pub use sessions::*;
pub use tickets::*;
pub use transactions::*;
pub use transfers::*;
pub use two_factor::*;
pub use verification::*;
pub use wallet::*;
pub use webhook_endpoints::*;
pub use withdrawals::*;

use crate::error::{ErrorCode, OkpayError};
use crate::json::{Json, parse};

/// The version of the API that this SDK speaks, sent as `OKPay-Version`.
pub const API_VERSION: &str = "2026-11-01";

/// Reads a verified body as a reply.
pub(crate) fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, OkpayError> {
    from_body(body).map_err(|error| {
        let detail = format!("the answer does not read as a {}: {error}", short_name::<T>());
        OkpayError::verification(ErrorCode::AnswerUnreadable, detail)
    })
}

/// Straight into the type: some hold a part of the body as it is.
#[cfg(feature = "secret")]
fn from_body<T: serde::de::DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    serde_json::from_slice(body)
}

/// By way of a tree, which makes less code.
#[cfg(not(feature = "secret"))]
fn from_body<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, crate::json::Fault> {
    crate::json::read(body)
}

/// Whether a body reads as the reply of an operation: its tree.
pub(crate) fn check_reply(operation: &Operation, body: &[u8]) -> Result<Json, OkpayError> {
    let read = parse(body).and_then(|tree| operation.reply_kind.check(&tree, false).map(|()| tree));
    read.map_err(|fault| {
        let detail = format!("the answer does not read as a {}: {fault}", operation.reply);
        OkpayError::verification(ErrorCode::AnswerUnreadable, detail)
    })
}

fn short_name<T>() -> &'static str {
    let name = std::any::type_name::<T>();
    name.rsplit("::").next().unwrap_or(name)
}

/// The schema of a text from an open set: any text, with what the known ones mean.
#[cfg(feature = "schema")]
pub(crate) fn open_set_schema(meaning: &str, known: &[(&str, &str)]) -> schemars::Schema {
    let known = known.iter().map(|(text, meaning)| serde_json::json!({ "const": text, "description": meaning }));
    let later = serde_json::json!({ "description": "A value of a later version." });
    let choices = known.chain([later]).collect::<Vec<_>>();
    schemars::json_schema!({ "description": meaning, "type": "string", "anyOf": choices })
}
