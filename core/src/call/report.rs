//! [`AttemptReport`]: what each attempt came to, for logs and metrics.

use super::Outcome;
use super::retry::hinted_delay;
use crate::api::Operation;
use crate::timestamp::Timestamp;
use std::time::Duration;

/// What one attempt came to. Nothing in it is secret, and no id is in the URL template, so that it serves as a metric's label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptReport {
    /// The operation, such as `payments.create`.
    pub operation: String,
    /// `GET` or `POST`.
    pub method: String,
    /// The path of the table, such as `/v1/payments/{id}`.
    pub url_template: String,
    /// The attempt, from 1.
    pub attempt: u32,
    /// The HTTP status, if an answer came.
    pub status: Option<u16>,
    /// The code of the transport's failure, if none came.
    pub failure: Option<String>,
    /// The gateway's id of the request.
    pub request_id: Option<String>,
    /// `Deprecation`, if the gateway says that the endpoint goes (RFC 9745).
    pub deprecation: Option<String>,
    /// `Sunset`, when it goes (RFC 8594).
    pub sunset: Option<String>,
    /// How long the gateway asks to wait before the next attempt (`Retry-After`, or the reset of a spent `RateLimit`). The client waits so
    /// long as its policy allows.
    pub retry_after: Option<Duration>,
    /// From sending to the end of the answer.
    pub elapsed: Duration,
}

impl AttemptReport {
    pub(super) fn of(operation: &Operation, attempt: u32, outcome: &Outcome, elapsed: Duration, now: Timestamp) -> Self {
        let (answer, failure) = match outcome {
            Outcome::Answered(answer) => (Some(answer), None),
            Outcome::Failed { code, .. } => (None, Some(code.to_string())),
        };
        let header = |name: &str| answer.and_then(|answer| answer.header(name)).map(str::to_owned);
        Self {
            operation: operation.name.to_owned(),
            method: operation.verb.to_owned(),
            url_template: operation.path.to_owned(),
            attempt,
            status: answer.map(|answer| answer.status),
            failure,
            request_id: header("okpay-request-id"),
            deprecation: header("deprecation"),
            sunset: header("sunset"),
            retry_after: answer.and_then(|answer| hinted_delay(answer, now)).map(Duration::from_millis),
            elapsed,
        }
    }
}
