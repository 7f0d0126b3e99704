//! The endpoints under `/sandbox`, by which tests, the CLI and people steer the sandbox.
//!
//! | file | what |
//! | --- | --- |
//! | `guard.rs` | the control token and the known host, for any web page can post to localhost |
//! | `time.rs` | `clock`, `clock/advance`, `deliver/flush` |
//! | `failures.rs` | `faults` |
//! | `insight.rs` | `ledger`, `requests`, `events`, `magic` |
//! | `buyers.rs` | what a buyer would do: `payments/{id}/receive`, `payments/{id}/authenticate`, the same of `deposits` |
//! | `wallet.rs` | `outbox`, where codes by SMS land; `authenticator`, what the holder's app shows; `withdrawals/{id}/review`, `payments/{id}/review` |
//! | `account.rs` | `risk`, what the next payment, transfer or withdrawal gets from the rules; `appeals/{id}/answer`; `verification`, the account's level; `identity_documents/{id}/review` |
//! | `support.rs` | what an agent would do: `tickets/{id}/answer` |
//! | `trigger.rs`, `trigger_wallet.rs`, `trigger_account.rs`, `trigger_points.rs`, `trigger_support.rs`, `overrides.rs` | `trigger` and `seed`: events made by really doing what they tell of |
//!
//! Everything is JSON; a refusal is a problem document as in the API. Answers are not signed: they are for this machine's own tools.

mod account;
mod buyers;
mod failures;
mod guard;
mod insight;
mod overrides;
mod publish;
mod support;

mod time;
mod trigger;
mod trigger_account;
mod trigger_points;
mod trigger_support;
mod trigger_wallet;
mod wallet;

pub use buyers::Receive;
pub use insight::OperationCount;
pub use time::{ClockReading, Flushed};
pub use trigger::{Seeded, Trigger};

pub(crate) use guard::{is_control_token, known_host};
pub(crate) use support::answer_as_agent;
pub(crate) use time::advance_by;

use crate::gateway::Shared;
use crate::refusal::{Outcome, Refusal};
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{StatusCode, header};
use okpay::api::Problem;
use serde::Serialize;

/// All control endpoints, behind their guard.
pub(crate) fn router(gateway: Shared) -> Router<Shared> {
    Router::new()
        .route("/sandbox/clock", get(time::read))
        .route("/sandbox/clock/advance", post(time::advance))
        .route("/sandbox/deliver/flush", post(time::flush))
        .route("/sandbox/faults", get(failures::list).post(failures::add))
        .route("/sandbox/faults/clear", post(failures::clear))
        .route("/sandbox/ledger", get(insight::ledger))
        .route("/sandbox/requests", get(insight::requests))
        .route("/sandbox/events", get(insight::events))
        .route("/sandbox/magic", get(insight::magic))
        .route("/sandbox/payments/{id}/receive", post(buyers::receive))
        .route("/sandbox/payments/{id}/authenticate", post(buyers::authenticate))
        .route("/sandbox/deposits/{id}/receive", post(buyers::receive_deposit))
        .route("/sandbox/deposits/{id}/authenticate", post(buyers::authenticate_deposit))
        .route("/sandbox/outbox", get(wallet::outbox))
        .route("/sandbox/authenticator", get(wallet::authenticator))
        .route("/sandbox/risk", post(account::force_risk))
        .route("/sandbox/appeals/{id}/answer", post(account::answer_appeal))
        .route("/sandbox/verification", post(account::set_level))
        .route("/sandbox/identity_documents/{id}/review", post(account::review_document))
        .route("/sandbox/withdrawals/{id}/review", post(wallet::review))
        .route("/sandbox/payments/{id}/review", post(wallet::review_payment))
        .route("/sandbox/tickets/{id}/answer", post(support::answer))
        .route("/sandbox/disputes/{id}/decide", post(buyers::decide_dispute))
        .route("/sandbox/announcements", post(publish::announce))
        .route("/sandbox/trigger", post(trigger::trigger))
        .route("/sandbox/seed", post(trigger::seed))
        .route_layer(from_fn_with_state(gateway, guard::control_token))
}

/// What a control endpoint answers.
struct Told<T>(Outcome<T>);

impl<T: Serialize> IntoResponse for Told<T> {
    fn into_response(self) -> Response {
        match self.0.and_then(|value| Ok(serde_json::to_string(&value)?)) {
            Ok(body) => {
                (StatusCode::OK, [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], body).into_response()
            }
            Err(refusal) => problem(refusal),
        }
    }
}

/// A refusal outside the API, unsigned.
pub(crate) fn problem(refusal: Refusal) -> Response {
    let problem = Problem::of(&refusal.into_failure());
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    // A problem holds texts and numbers only, which always serialise.
    let body = serde_json::to_string(&problem).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, "application/problem+json"), (header::CACHE_CONTROL, "no-store")], body).into_response()
}
