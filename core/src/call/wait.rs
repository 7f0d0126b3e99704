//! [`Wait`]: when to read a resource again until it has come to its end, and when to give up.

use super::{Answer, CallOptions, Caller, Next};
use crate::api::{Call, find_operation};
use crate::error::{ErrorCode, Failure, OkpayError};
use crate::json::{Json, parse};
use crate::timestamp::Timestamp;
use std::time::Duration;

/// The bound of the first pause, in milliseconds; it doubles with every question.
const FIRST_PAUSE: u64 = 1_000;
/// The bound of every pause, in milliseconds.
const LONGEST_PAUSE: u64 = 30_000;
/// What is kept for the last question, in milliseconds; less of a short wait.
const LAST_QUESTION: u64 = 1_000;

/// A wait for a resource to come to its end: which question to ask, when to ask again, when to give up.
///
/// ```text
/// wait = Wait::new(caller, "withdrawals.retrieve", id, …, now)
/// loop:
///     end = run(wait.call(), wait.options(now))           // an Exchange, to its end
///     match wait.judge(end, now, random):
///         Done(answer) → return it: its status is one of the operation's `finals`
///         Wait(pause)  → sleep, or less if somebody knows that there is news
///         error        → raise it
/// ```
#[derive(Debug)]
pub struct Wait {
    call: Call,
    finals: &'static [&'static str],
    options: CallOptions,
    /// For one question, in milliseconds.
    question: u64,
    deadline: u64,
    started: Timestamp,
    asked: u32,
    id: String,
    state: Option<String>,
}

impl Wait {
    /// How long is waited where nothing else is said: ten minutes.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(600);

    /// Begins to wait. `timeout` is for the whole wait; the `options` hold for each of its questions.
    ///
    /// # Errors
    /// `invalid_parameter` for an operation that reads nothing that could be waited for.
    pub fn new(
        caller: &Caller,
        operation: &str,
        id: &str,
        timeout: Option<Duration>,
        options: CallOptions,
        now: Timestamp,
    ) -> Result<Self, OkpayError> {
        let operation = find_operation(operation).filter(|row| !row.finals.is_empty()).ok_or_else(|| no_end(operation))?;
        let question = options.deadline.map_or(caller.policy().deadline, millis);
        let deadline = millis(timeout.unwrap_or(Self::DEFAULT_TIMEOUT));
        Ok(Self {
            call: Call::bare(operation, Some(id)),
            finals: operation.finals,
            options,
            question,
            deadline,
            started: now,
            asked: 0,
            id: id.to_owned(),
            state: None,
        })
    }

    /// The question: the read of the resource.
    #[must_use]
    pub fn call(&self) -> Call {
        self.call.clone()
    }

    /// The options of the next question, which takes no longer than the wait.
    #[must_use]
    pub fn options(&self, now: Timestamp) -> CallOptions {
        self.options.clone().timeout(Duration::from_millis(self.question.min(self.time_left(now))))
    }

    /// What is left of the wait, in milliseconds.
    #[must_use]
    pub fn time_left(&self, now: Timestamp) -> u64 {
        let spent = now.millis().saturating_sub(self.started.millis());
        self.deadline.saturating_sub(u64::try_from(spent).unwrap_or(0))
    }

    /// Judges what a question came to; `random` is any evenly distributed number.
    ///
    /// # Errors
    /// `Unanswered` with `wait_timed_out` and the last known state once the time is over; the question's own error if it is one that
    /// another question would not mend, or if no answer ever came.
    pub fn judge(&mut self, end: Result<Answer, OkpayError>, now: Timestamp, random: u64) -> Result<Next, OkpayError> {
        self.asked = self.asked.saturating_add(1);
        let trouble = match end {
            Ok(answer) => {
                self.state = status(&answer.body);
                if self.state.as_deref().is_some_and(|state| self.finals.contains(&state)) {
                    return Ok(Next::Done(answer));
                }
                None
            }
            Err(error) if may_pass(&error) => Some(error),
            Err(error) => return Err(error),
        };
        match self.pause(now, random) {
            Some(pause) => Ok(Next::Wait(pause)),
            None => Err(trouble.filter(|_| self.state.is_none()).unwrap_or_else(|| self.timed_out())),
        }
    }

    /// The pause before the next question, or nothing if there is no time for one.
    fn pause(&self, now: Timestamp, random: u64) -> Option<u64> {
        let last = LAST_QUESTION.min(self.deadline / 10);
        let room = self.time_left(now).checked_sub(last).filter(|room| *room > 0)?;
        let doubled = FIRST_PAUSE.saturating_mul(1_u64.checked_shl(self.asked.saturating_sub(1)).unwrap_or(u64::MAX));
        // Half of it is fixed, so that no jitter makes a hail of questions.
        let half = doubled.min(LONGEST_PAUSE) / 2;
        Some((half + random % (half + 1)).min(room))
    }

    fn timed_out(&self) -> OkpayError {
        let Self { id, deadline, .. } = self;
        let state = self.state.as_deref().unwrap_or("in no state that could be read");
        let detail = format!("after {deadline} ms {id} is still {state}; nothing is lost: wait again, or let a webhook tell");
        let mut failure = Failure::new(ErrorCode::WaitTimedOut, detail);
        failure.object = Some(id.clone());
        failure.state.clone_from(&self.state);
        OkpayError::Unanswered(Box::new(failure))
    }
}

/// Whether the next question may well be answered: it did not leave, got no answer, or was one too many.
fn may_pass(error: &OkpayError) -> bool {
    let for_good = matches!(error.code(), ErrorCode::Cancelled | ErrorCode::SigningFailed | ErrorCode::AnswerUnreadable);
    match error {
        OkpayError::NotSent(_) | OkpayError::Unanswered(_) => !for_good,
        OkpayError::Rejected(failure) => matches!(failure.status, Some(408 | 429 | 500..=599)),
        _ => false,
    }
}

fn status(body: &[u8]) -> Option<String> {
    parse(body).ok()?.member("status").and_then(Json::text).map(str::to_owned)
}

fn no_end(operation: &str) -> OkpayError {
    let detail = format!("{operation} reads nothing that comes to an end, so that there is nothing to wait for");
    OkpayError::invalid_at(ErrorCode::InvalidParameter, "operation", detail)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{OPERATIONS, WithdrawalStatus};
    use crate::call::{BaseUrl, Credentials, RetryPolicy};
    use proptest::prelude::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(i64::try_from(millis).unwrap())
    }

    fn wait(timeout: Option<u64>) -> Wait {
        let credentials = Credentials::Publishable { key: "okp_test_pk_1".to_owned(), client_secret: None };
        let base_url = BaseUrl::parse("http://127.0.0.1:1", None).unwrap();
        let caller = Caller::new(base_url, credentials, None, RetryPolicy::default()).unwrap();
        Wait::new(&caller, "withdrawals.retrieve", "wd_1", timeout.map(Duration::from_millis), CallOptions::default(), at(0)).unwrap()
    }

    fn answer(status: &str) -> Result<Answer, OkpayError> {
        let body = format!(r#"{{"id":"wd_1","status":"{status}"}}"#).into_bytes();
        Ok(Answer { status: 200, headers: Vec::new(), body })
    }

    fn unanswered(code: ErrorCode) -> Result<Answer, OkpayError> {
        Err(OkpayError::Unanswered(Box::new(Failure::new(code, "nothing came"))))
    }

    #[test]
    fn an_end_is_given_and_nothing_else() {
        for status in WithdrawalStatus::KNOWN.iter().map(WithdrawalStatus::as_str).chain(["of_tomorrow"]) {
            let is_final = WithdrawalStatus::from(status).is_final();
            let judged = wait(None).judge(answer(status), at(0), 7).unwrap();
            assert_eq!(matches!(judged, Next::Done(_)), is_final, "{status}");
            assert_eq!(matches!(judged, Next::Wait(500..=1_000)), !is_final, "{status}");
        }
    }

    #[test]
    fn time_runs_out_with_the_last_known_state() {
        let mut waiting = wait(Some(10_000));
        assert_eq!(waiting.judge(answer("submitted"), at(0), 0), Ok(Next::Wait(500)));
        assert_eq!(waiting.judge(unanswered(ErrorCode::Timeout), at(500), 0), Ok(Next::Wait(1_000)));
        assert_eq!(waiting.judge(answer("in_review"), at(8_500), 0), Ok(Next::Wait(500)));
        let error = waiting.judge(unanswered(ErrorCode::DeadlineExceeded), at(9_000), 0).unwrap_err();
        let failure = error.failure();
        assert_eq!((error.phase().as_str(), failure.code.as_str()), ("unanswered", "wait_timed_out"));
        assert_eq!((failure.object.as_deref(), failure.state.as_deref()), (Some("wd_1"), Some("in_review")));
        // Of what was never read, the question's own error says more.
        let error = wait(Some(0)).judge(unanswered(ErrorCode::DeadlineExceeded), at(0), 0).unwrap_err();
        assert_eq!(error.code(), &ErrorCode::DeadlineExceeded);
    }

    #[test]
    fn what_another_question_would_not_mend_ends_the_wait() {
        let rejected = |code, status| {
            let mut failure = Failure::new(code, "no");
            failure.status = Some(status);
            Err(OkpayError::Rejected(Box::new(failure)))
        };
        let ends = [
            rejected(ErrorCode::NotFound, 404),
            rejected(ErrorCode::KeyRevoked, 401),
            unanswered(ErrorCode::Cancelled),
            Err(OkpayError::verification(ErrorCode::AnswerUnsigned, "whose?")),
            Err(OkpayError::NotSent(Box::new(Failure::new(ErrorCode::SigningFailed, "locked")))),
        ];
        for end in ends {
            assert_eq!(wait(None).judge(end.clone(), at(0), 0), end.map(Next::Done));
        }
        let passing =
            [rejected(ErrorCode::RateLimited, 429), rejected(ErrorCode::ServiceUnavailable, 503), unanswered(ErrorCode::ConnectionLost)];
        assert!(passing.into_iter().all(|end| matches!(wait(None).judge(end, at(0), 0), Ok(Next::Wait(_)))));
    }

    #[test]
    fn only_what_comes_to_an_end_is_waited_for() {
        let credentials = Credentials::Publishable { key: "okp_test_pk_1".to_owned(), client_secret: None };
        let caller = Caller::new(BaseUrl::parse("http://127.0.0.1:1", None).unwrap(), credentials, None, RetryPolicy::default()).unwrap();
        let begin = |name: &str| Wait::new(&caller, name, "x_1", None, CallOptions::default(), at(0)).map(|wait| wait.call().path);
        for operation in OPERATIONS {
            assert_eq!(begin(operation.name).is_ok(), !operation.finals.is_empty(), "{}", operation.name);
        }
        assert_eq!(begin("withdrawals.retrieve").unwrap(), "/v1/withdrawals/x_1");
        assert!(begin("withdrawals.vanish").is_err());
    }

    proptest! {
        #[test]
        fn questions_are_bounded_in_time_and_number(timeout in 0_u64..40_000_000, seed: u64, took in 0_u64..2_000) {
            let (mut waiting, mut now, mut random, mut questions) = (wait(Some(timeout)), 0_u64, seed, 0_u64);
            loop {
                // A question takes as long as it takes, but no longer than it may.
                let may_take = waiting.options(at(now)).deadline.unwrap();
                prop_assert!(now.saturating_add(millis(may_take)) <= timeout && millis(may_take) <= 30_000);
                now += took.min(millis(may_take));
                questions += 1;
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                match waiting.judge(answer("submitted"), at(now), random) {
                    Ok(Next::Wait(pause)) => {
                        prop_assert!(pause <= LONGEST_PAUSE && now + pause < timeout);
                        now += pause;
                    }
                    Ok(Next::Done(_)) => prop_assert!(false, "it is no end"),
                    Err(error) => {
                        prop_assert_eq!(error.failure().state.as_deref(), Some("submitted"));
                        prop_assert!(now + LAST_QUESTION.min(timeout / 10) >= timeout);
                        break;
                    }
                }
            }
            // 500 ms, 1 s, 2 s, 4 s, 8 s and then 15 s at least lie between two, but for the last.
            prop_assert!(questions <= 8 + timeout / 15_000);
        }
    }
}
