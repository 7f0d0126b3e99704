//! [`Exchange`]: one logical call on its way, for whoever sends. It holds what a send loop would have to carry from attempt to attempt.

use super::{Answer, AttemptReport, Attempts, Caller, Outcome, RetryPolicy, SignedRequest, Step, conclude, prepare};
use crate::api::{Call, Operation, known_operation};
use crate::error::{ErrorCode, OkpayError};
use crate::timestamp::Timestamp;
use base64ct::{Base64UrlUnpadded, Encoding};
use std::sync::Arc;
use std::time::Duration;

/// Fresh random bytes for one attempt: 16 for its nonce, 8 for the jitter of the delay after it.
pub type Randomness = [u8; 24];

/// What one call may be told beside its parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallOptions {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) deadline: Option<Duration>,
    pub(crate) max_attempts: Option<u32>,
}

impl CallOptions {
    /// For the whole call with all its attempts; the client's by default.
    #[must_use]
    pub fn timeout(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// How many attempts the call may have; the client's number by default.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = Some(attempts);
        self
    }

    /// Adds a header, such as `traceparent`.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    fn policy(&self, base: &RetryPolicy) -> RetryPolicy {
        let deadline = self.deadline.map(|deadline| u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX));
        RetryPolicy {
            deadline: deadline.unwrap_or(base.deadline),
            max_attempts: self.max_attempts.unwrap_or(base.max_attempts),
            ..base.clone()
        }
    }
}

/// What the sender does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// The call succeeded: the gateway's proven answer, which reads as the operation's reply.
    Done(Answer),
    /// Wait so many milliseconds, then ask for the next [`request`](Exchange::request).
    Wait(u64),
}

/// One logical call on its way.
///
/// ```text
/// exchange = Exchange::new(caller, call, options, now)
/// loop:
///     request = exchange.request(now, random)            // signed anew, under a fresh nonce
///     outcome = send(request), within exchange.time_left(now)
///     match exchange.conclude(outcome, now):
///         Done(answer) → return it
///         Wait(delay)  → sleep
///         error        → raise it
/// ```
#[derive(Debug)]
pub struct Exchange {
    caller: Arc<Caller>,
    operation: &'static Operation,
    call: Call,
    policy: RetryPolicy,
    headers: Vec<(String, String)>,
    attempts: Attempts,
    /// Whether an earlier run of the call may have left.
    ran_before: bool,
    /// Drawn before the attempt is sent, so that nothing can fail after.
    jitter: u64,
    /// When the attempt was asked for.
    asked: Timestamp,
}

impl Exchange {
    /// Begins a call. A write needs its idempotency key by now: see [`Call::keyed`].
    ///
    /// # Errors
    /// `invalid_parameter` for an operation that is not in the table.
    pub fn new(caller: Arc<Caller>, call: Call, options: &CallOptions, now: Timestamp) -> Result<Self, OkpayError> {
        let operation = known_operation(&call)?;
        let policy = options.policy(caller.policy());
        // The nonce comes with the request.
        let attempts = Attempts { number: 0, ..Attempts::first(caller.credentials(), now, String::new(), caller.clock_offset()) };
        Ok(Self { caller, operation, call, policy, headers: options.headers.clone(), attempts, ran_before: false, jitter: 0, asked: now })
    }

    /// Says that an earlier run of this very call, under its key, may have left this machine: it counts as an attempt.
    pub fn after_earlier_run(&mut self) {
        self.ran_before = true;
        self.attempts.may_have_left = true;
    }

    #[cfg(feature = "secret")]
    pub(super) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The intent.
    #[must_use]
    pub fn call(&self) -> &Call {
        &self.call
    }

    /// The row of the call.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The number of the current attempt, from 1; 0 before the first.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempts.number
    }

    /// The request of the next attempt: the same intent, signed anew.
    ///
    /// # Errors
    /// As [`prepare`].
    pub fn request(&mut self, now: Timestamp, random: &Randomness) -> Result<SignedRequest, OkpayError> {
        let (nonce, jitter) = random.split_at(16);
        self.jitter = jitter.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte));
        self.asked = now;
        self.attempts = self.attempts.clone().next(Base64UrlUnpadded::encode_string(nonce));
        prepare(&self.call, self.caller.base_url(), self.caller.credentials(), &self.attempts, now, &self.headers)
    }

    /// What is left of the call's deadline, in milliseconds.
    #[must_use]
    pub fn time_left(&self, now: Timestamp) -> u64 {
        let spent = now.millis().saturating_sub(self.attempts.started.millis());
        self.policy.deadline.saturating_sub(u64::try_from(spent).unwrap_or(0))
    }

    /// Judges what the attempt came to.
    ///
    /// # Errors
    /// The end of the call, as [`conclude`] has it.
    pub fn conclude(&mut self, outcome: Outcome, now: Timestamp) -> Result<Next, OkpayError> {
        let keys = self.caller.gateway_keys().map(|keys| keys.keys()).unwrap_or_default();
        let step = conclude(&self.call, &self.policy, self.attempts.clone(), outcome, keys, now, self.jitter);
        match step.map_err(|error| self.told_of_earlier_run(error))? {
            Step::Done(answer) => Ok(Next::Done(answer)),
            Step::Retry { delay, attempts } => {
                if attempts.clock_offset != self.attempts.clock_offset {
                    self.caller.learn_clock(attempts.clock_offset);
                }
                self.attempts = attempts;
                Ok(Next::Wait(delay))
            }
        }
    }

    /// A journal keeps some calls without their body, so that one with another PIN may count as the same: that the key was used with another
    /// body is then no word on what became of the earlier run.
    fn told_of_earlier_run(&self, error: OkpayError) -> OkpayError {
        match error {
            OkpayError::Rejected(failure) if self.ran_before && failure.code == ErrorCode::IdempotencyKeyReused => {
                OkpayError::OutcomeUnknown(failure)
            }
            other => other,
        }
    }

    /// Takes what came of [`Caller::discovery`], which goes before the first attempt.
    ///
    /// # Errors
    /// As [`Caller::learn_keys`]; `OutcomeUnknown` if an earlier run of this call may have left.
    pub fn learn_keys(&self, outcome: Outcome) -> Result<(), OkpayError> {
        self.caller.learn_keys(outcome).map_err(|error| self.broken_off(error))
    }

    /// What an error of the sender's own (no random numbers, a caller who gives up between attempts) means for the call.
    #[must_use]
    pub fn broken_off(&self, error: OkpayError) -> OkpayError {
        self.attempts.broken_off(&self.call, error)
    }

    /// What the attempt came to, for logs and metrics.
    #[must_use]
    pub fn report(&self, outcome: &Outcome, elapsed: Duration) -> AttemptReport {
        let now = self.asked.plus_millis(i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX));
        AttemptReport::of(self.operation, self.attempts.number, outcome, elapsed, now)
    }
}
