//! [`conclude`]: what an attempt came to, judged over all attempts.

use super::retry::hinted_delay;
use super::{Answer, Attempts, Outcome, RetryPolicy};
use crate::api::{Call, Problem, check_reply, known_operation};
use crate::error::{ErrorCode, Failure, OkpayError};
use crate::json::{Json, parse};
use crate::signing::{AnsweredRequest, PublicKey, VerifiedAnswer, verify_answer};
use crate::timestamp::Timestamp;

/// What follows from an attempt that was not the end by an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The call succeeded: this is the gateway's answer, proven, and it reads as the operation's reply.
    Done(Answer),
    /// Wait, then try again with `attempts.next(nonce)`.
    Retry {
        /// How long to wait, in milliseconds.
        delay: u64,
        /// What is to be carried on.
        attempts: Attempts,
    },
}

/// Judges what an attempt came to.
///
/// `keys` are the gateway's public keys, `now` is this machine's clock and `random` any evenly distributed number.
///
/// # Errors
/// The end of the call, by phase: `Rejected` by a verified answer, `NotSent`, `OutcomeUnknown` for a write that may have been executed,
/// and `Unanswered` or `Verification` for a read.
pub fn conclude(
    call: &Call,
    policy: &RetryPolicy,
    attempts: Attempts,
    outcome: Outcome,
    keys: &[PublicKey],
    now: Timestamp,
    random: u64,
) -> Result<Step, OkpayError> {
    match judge(call, &attempts, outcome, keys, now) {
        Verdict::Done(answer) => Ok(Step::Done(answer)),
        Verdict::Refused(failure) => Err(OkpayError::Rejected(named(call, failure))),
        // The nonce of this attempt is not used up: whoever keeps a copy could send it when its time has come, so it has left.
        Verdict::Skewed { offset } => Ok(Step::Retry {
            delay: 0,
            attempts: Attempts { clock_offset: offset, clock_corrected: true, may_have_left: true, ..attempts },
        }),
        Verdict::Open(open) => {
            let left = attempts.may_have_left || open.left;
            let delay = policy.delay(attempts.number, attempts.started, now, random, open.hint);
            match delay.filter(|_| open.again) {
                Some(delay) => Ok(Step::Retry { delay, attempts: Attempts { may_have_left: left, ..attempts } }),
                None => Err(end(call, left, open)),
            }
        }
    }
}

/// What one answer, or the lack of one, says by itself.
enum Verdict {
    /// The proven reply.
    Done(Answer),
    /// A refusal that ends the call: a proven answer to this very request.
    Refused(Box<Failure>),
    /// The gateway says that this machine's clock is off.
    Skewed { offset: i64 },
    /// Not an end by itself.
    Open(Open),
}

struct Open {
    /// Whether this attempt may have been executed.
    left: bool,
    /// Whether a further attempt makes sense.
    again: bool,
    /// What it means if no further attempt follows.
    says: Says,
    /// How long the gateway asks to wait, in milliseconds.
    hint: Option<u64>,
    failure: Box<Failure>,
}

/// What an answer that is not the end by itself says if it is the last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    /// Nothing.
    Nothing,
    /// The gateway refused this attempt, which says nothing of earlier ones.
    ThisAttemptRefused,
    /// The gateway refused the call.
    CallRefused,
}

fn judge(call: &Call, attempts: &Attempts, outcome: Outcome, keys: &[PublicKey], now: Timestamp) -> Verdict {
    let answer = match outcome {
        Outcome::Answered(answer) => answer,
        Outcome::Failed { may_have_left, code, detail } => {
            let again = code != ErrorCode::Cancelled && code != ErrorCode::DeadlineExceeded;
            let failure = Box::new(Failure::new(code, detail));
            return Verdict::Open(Open { left: may_have_left, again, says: Says::Nothing, hint: None, failure });
        }
    };
    let asked = AnsweredRequest { nonce: attempts.nonce.clone(), key_id: attempts.key_id.clone() };
    match verify_answer(answer.status, &answer.headers, &answer.body, keys, Some(&asked)) {
        Ok(VerifiedAnswer { request: Some(_), created, .. }) => judge_bound(call, attempts, answer, created, now),
        Ok(VerifiedAnswer { request: None, .. }) => judge_unbound(attempts, &answer, now),
        Err(error) => {
            let failure = told_by(&answer, error.into_failure());
            Verdict::Open(Open { left: true, again: true, says: Says::Nothing, hint: hinted_delay(&answer, now), failure })
        }
    }
}

/// The gateway's own answer to this very attempt.
fn judge_bound(call: &Call, attempts: &Attempts, answer: Answer, created: i64, now: Timestamp) -> Verdict {
    if (200..300).contains(&answer.status) {
        return judge_success(call, answer);
    }
    let failure = problem(&answer);
    let hint = hinted_delay(&answer, now);
    let open = |left, again, failure| Verdict::Open(Open { left, again, says: Says::ThisAttemptRefused, hint, failure });
    match (&failure.code, answer.status) {
        (ErrorCode::ClockSkew, _) if !attempts.clock_corrected => {
            Verdict::Skewed { offset: created.saturating_mul(1000).saturating_sub(now.millis()) }
        }
        // Somebody sent this very attempt before: it may have been executed under the first copy.
        (ErrorCode::NonceReplayed | ErrorCode::IdempotencyInProgress, _) | (_, 408 | 500..=599) => open(true, true, failure),
        (_, 429) => open(false, true, failure),
        // A burnt key was used more than a day ago, perhaps by this very call before a crash.
        (ErrorCode::IdempotencyKeyExpired, _) => open(true, false, failure),
        (code, status) if is_before_lookup(code, status) => open(false, false, failure),
        // The hint is not signed: it may ask for another try, but it takes nothing from what the answer says.
        (_, 400..=499) if answer.header("okpay-should-retry") == Some("true") => {
            Verdict::Open(Open { left: true, again: true, says: Says::CallRefused, hint, failure })
        }
        (_, 400..=499) => Verdict::Refused(failure),
        _ => open(true, false, failure),
    }
}

/// Whether the gateway refuses so before it looks the idempotency key up, so that it says nothing of earlier attempts.
fn is_before_lookup(code: &ErrorCode, status: u16) -> bool {
    let by_code = matches!(
        code,
        ErrorCode::VersionUnsupported
            | ErrorCode::IdempotencyKeyMissing
            | ErrorCode::IdempotencyKeyInvalid
            | ErrorCode::MethodNotAllowed
            | ErrorCode::BodyTooLarge
    );
    by_code || matches!(status, 401 | 403)
}

/// The gateway's answer, but not proven to be to this request: whoever stands in between may have kept it from another. While nothing
/// else may have left it can refuse the call; it can never make it succeed, and once another attempt follows this one has left.
fn judge_unbound(attempts: &Attempts, answer: &Answer, now: Timestamp) -> Verdict {
    let mut failure = problem(answer);
    let open = |says, failure| Verdict::Open(Open { left: true, again: true, says, hint: hinted_delay(answer, now), failure });
    match answer.status {
        408 | 429 if !attempts.may_have_left => open(Says::CallRefused, failure),
        400..=499 if !attempts.may_have_left => Verdict::Refused(failure),
        200..=299 => {
            failure.code = ErrorCode::AnswerForOtherRequest;
            failure.detail = "the answer is the gateway's, but does not say which request it is to".to_owned();
            open(Says::Nothing, failure)
        }
        _ => open(Says::Nothing, failure),
    }
}

fn judge_success(call: &Call, answer: Answer) -> Verdict {
    let checked = known_operation(call).and_then(|operation| check_reply(operation, &answer.body));
    match checked.and_then(|reply| check_amount(call, &reply)) {
        Ok(()) => Verdict::Done(answer),
        Err(error) => {
            let failure = told_by(&answer, error.into_failure());
            Verdict::Open(Open { left: true, again: false, says: Says::Nothing, hint: None, failure })
        }
    }
}

/// What was made or taken must be the amount and currency that were asked for.
fn check_amount(call: &Call, reply: &Json) -> Result<(), OkpayError> {
    let money = |tree: &Json, name| tree.member(name).and_then(|value| value.to_money().ok());
    let done = match call.operation.as_str() {
        "payments.capture" => money(reply, "amount_captured"),
        name if name.ends_with(".create") => money(reply, "amount"),
        _ => None,
    };
    let body = call.body.as_deref().and_then(|body| parse(body.as_bytes()).ok());
    let asked = body.and_then(|body| money(&body, "amount"));
    match (asked, done) {
        (Some(asked), Some(done)) if asked != done => {
            let detail = format!("asked for {asked}, and the answer is about {done}");
            Err(OkpayError::verification(ErrorCode::AnswerMismatch, detail))
        }
        _ => Ok(()),
    }
}

/// The end of a call that has no further attempt.
fn end(call: &Call, left: bool, open: Open) -> OkpayError {
    let says = open.says;
    let failure = named(call, open.failure);
    match (call.is_write(), left) {
        _ if says == Says::CallRefused => OkpayError::Rejected(failure),
        (true, true) => OkpayError::OutcomeUnknown(failure),
        _ if says == Says::ThisAttemptRefused => OkpayError::Rejected(failure),
        (_, false) => OkpayError::NotSent(failure),
        _ if is_unproven(&failure.code) => OkpayError::Verification(failure),
        _ => OkpayError::Unanswered(failure),
    }
}

fn is_unproven(code: &ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::AnswerUnsigned
            | ErrorCode::AnswerSignatureInvalid
            | ErrorCode::AnswerForOtherRequest
            | ErrorCode::UntrustedKey
            | ErrorCode::DigestMismatch
    )
}

fn named(call: &Call, mut failure: Box<Failure>) -> Box<Failure> {
    failure.idempotency_key = call.idempotency_key.clone().filter(|_| call.is_write());
    failure
}

/// With what the answer says of itself.
fn told_by(answer: &Answer, mut failure: Box<Failure>) -> Box<Failure> {
    failure.status = Some(answer.status);
    if failure.request_id.is_none() {
        failure.request_id = answer.request_id().map(str::to_owned);
    }
    failure
}

/// The failure that an answer tells of; of one without a readable problem, its status.
fn problem(answer: &Answer) -> Box<Failure> {
    let failure = Problem::read_failure(&answer.body).unwrap_or_else(|_| {
        let code = ErrorCode::Unknown { raw: format!("http_{}", answer.status) };
        Failure::new(code, format!("the gateway answered {} without saying why", answer.status))
    });
    told_by(answer, Box::new(failure))
}
