//! [`AttemptReport`]: what each attempt came to, for logs and metrics.

use std::sync::Arc;
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

/// Is told of every attempt; must not block.
pub type AttemptHook = Arc<dyn Fn(&AttemptReport) + Send + Sync>;
