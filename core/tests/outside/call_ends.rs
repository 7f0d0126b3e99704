//! The ends of a call, judged over all attempts (design: "Calls and their three ends"). Every answer here is really signed.
#![cfg(feature = "secret")]

use okpay::api::{Call, CapturePayment, ListPayments, MethodType, NewPayment, Problem, payments_capture, payments_create, payments_list};
use okpay::call::{Answer, Attempts, Credentials, Outcome, RetryPolicy, Step, conclude};
use okpay::signing::{AnsweredRequest, Ed25519Key, HmacKey, PublicKey, sign_answer};
use okpay::{ErrorCode, Failure, Money, OkpayError, Phase, Timestamp};
use proptest::prelude::*;

const NONCE: &str = "AAAAAAAAAAAAAAAAAAAAAA";
const OTHER_NONCE: &str = "BBBBBBBBBBBBBBBBBBBBBB";
const KEY_ID: &str = "okp_test_kid_1";
const NOW: i64 = 1_793_491_200;

fn gateway() -> Ed25519Key {
    Ed25519Key::from_seed("gw_1", &[7; 32]).unwrap()
}

fn trusted() -> Vec<PublicKey> {
    vec![gateway().public_key()]
}

fn write() -> Call {
    payments_create(NewPayment::new(Money::parse("19.99", "EUR").unwrap(), MethodType::Card).payment_method("pm_1")).with_key("order-1")
}

fn read() -> Call {
    payments_list(ListPayments::new())
}

fn now() -> Timestamp {
    Timestamp::from_secs(NOW)
}

fn credentials() -> Credentials {
    Credentials::Secret(HmacKey::from_bytes(KEY_ID, &[9; 32]).unwrap())
}

/// An attempt, after others that may have left or not.
fn attempt(number: u32, may_have_left: bool) -> Attempts {
    Attempts { number, may_have_left, ..Attempts::first(&credentials(), now(), NONCE, 0) }
}

fn answer(status: u16, body: &str, content_type: &str, key: &Ed25519Key, nonce: Option<&str>, created: i64) -> Answer {
    answer_to(status, body, content_type, key, nonce.map(|nonce| (nonce, KEY_ID)), created)
}

/// An answer to a request with a nonce and a key id.
fn answer_to(status: u16, body: &str, content_type: &str, key: &Ed25519Key, asked: Option<(&str, &str)>, created: i64) -> Answer {
    let asked = asked.map(|(nonce, key_id)| AnsweredRequest { nonce: nonce.to_owned(), key_id: key_id.to_owned() });
    let signed = sign_answer(status, Some(content_type), body.as_bytes(), key, created, asked.as_ref()).unwrap();
    let mut headers = signed.to_list();
    headers.push(("Content-Type".to_owned(), content_type.to_owned()));
    Answer { status, headers, body: body.as_bytes().to_vec() }
}

fn refusal(code: ErrorCode, nonce: Option<&str>) -> Answer {
    let problem = Problem::of(&Failure::new(code, "as the test has it"));
    let body = serde_json::to_string(&problem).unwrap();
    answer(problem.status, &body, "application/problem+json", &gateway(), nonce, NOW)
}

fn payment(amount: &str) -> String {
    let amount = format!(r#"{{"amount":"{amount}","currency":"EUR"}}"#);
    let zero = r#"{"amount":"0.00","currency":"EUR"}"#;
    format!(
        r#"{{"id":"pay_1","status":"succeeded","amount":{amount},"amount_captured":{amount},"amount_refunded":{zero},"method":"card",
        "capture_mode":"automatic","disputed":false,"metadata":{{}},"created":"2026-11-01T00:00:00Z","version":1,"livemode":false}}"#
    )
}

fn paid(amount: &str, nonce: Option<&str>) -> Answer {
    answer(200, &payment(amount), "application/json", &gateway(), nonce, NOW)
}

fn run(call: &Call, attempts: Attempts, outcome: Outcome) -> Result<Step, OkpayError> {
    conclude(call, &RetryPolicy::default(), attempts, outcome, &trusted(), now(), 0)
}

fn answered(call: &Call, attempts: Attempts, answer: Answer) -> Result<Step, OkpayError> {
    run(call, attempts, Outcome::Answered(answer))
}

fn failed(may_have_left: bool, code: ErrorCode) -> Outcome {
    Outcome::Failed { may_have_left, code, detail: "as the test has it".to_owned() }
}

#[track_caller]
fn assert_end(result: Result<Step, OkpayError>, phase: Phase, code: &str) {
    let error = result.expect_err("an end by an error");
    assert_eq!((error.phase(), error.code().as_str()), (phase, code), "{error:?}");
}

#[track_caller]
fn assert_retry(result: Result<Step, OkpayError>, may_have_left: bool) {
    match result.expect("a retry") {
        Step::Retry { attempts, .. } => assert_eq!(attempts.may_have_left, may_have_left),
        Step::Done(_) => panic!("a retry was due"),
    }
}

#[test]
fn a_proven_reply_is_success_on_any_attempt() {
    for number in 1..=3 {
        let step = answered(&write(), attempt(number, number > 1), paid("19.99", Some(NONCE))).unwrap();
        assert!(matches!(step, Step::Done(answer) if answer.status == 200));
    }
}

#[test]
fn a_reply_that_is_not_bound_to_this_attempt_is_never_success() {
    for nonce in [None, Some(OTHER_NONCE)] {
        assert_retry(answered(&write(), attempt(1, false), paid("19.99", nonce)), true);
        assert_end(answered(&write(), attempt(3, false), paid("19.99", nonce)), Phase::OutcomeUnknown, "answer_for_other_request");
        assert_end(answered(&read(), attempt(3, false), paid("19.99", nonce)), Phase::Verification, "answer_for_other_request");
    }
}

/// Whoever stands in between puts this attempt's nonce into a request of their own: with a public key that is a refusal, with a key of
/// their own a genuine success.
#[test]
fn an_answer_to_somebody_elses_request_is_no_answer_whatever_it_says() {
    for other in ["okp_test_pk_browser", "okp_test_kid_2", "okp_test_kid_11", "OKP_TEST_KID_1"] {
        for code in [ErrorCode::NotFound, ErrorCode::PaymentDeclined, ErrorCode::KeyRevoked, ErrorCode::ClockSkew, ErrorCode::RateLimited] {
            let problem = Problem::of(&Failure::new(code, "as the test has it"));
            let body = serde_json::to_string(&problem).unwrap();
            assert_not_ours(|| answer_to(problem.status, &body, "application/problem+json", &gateway(), Some((NONCE, other)), NOW));
        }
        assert_not_ours(|| answer_to(200, &payment("19.99"), "application/json", &gateway(), Some((NONCE, other)), NOW));
    }
}

#[track_caller]
fn assert_not_ours(answer: impl Fn() -> Answer) {
    for left in [false, true] {
        assert_retry(answered(&write(), attempt(1, left), answer()), true);
        assert_end(answered(&write(), attempt(3, left), answer()), Phase::OutcomeUnknown, "answer_for_other_request");
    }
    assert_end(answered(&read(), attempt(3, false), answer()), Phase::Verification, "answer_for_other_request");
}

#[test]
fn a_reply_that_does_not_read_or_is_about_another_amount_is_unknown() {
    let unreadable = answer(200, r#"{"id":1}"#, "application/json", &gateway(), Some(NONCE), NOW);
    assert_end(answered(&write(), attempt(1, false), unreadable), Phase::OutcomeUnknown, "answer_unreadable");
    assert_end(answered(&write(), attempt(1, false), paid("1.99", Some(NONCE))), Phase::OutcomeUnknown, "answer_mismatch");
}

#[test]
fn a_refusal_of_the_execution_ends_the_call_on_any_attempt() {
    for code in [ErrorCode::PaymentDeclined, ErrorCode::InvalidField, ErrorCode::IdempotencyKeyReused, ErrorCode::IdempotencyKeyClosed] {
        for left in [false, true] {
            let end = answered(&write(), attempt(2, left), refusal(code.clone(), Some(NONCE)));
            assert_end(end, Phase::Rejected, code.as_str());
        }
    }
}

#[test]
fn a_refusal_before_execution_says_nothing_of_earlier_attempts() {
    for code in [ErrorCode::KeyRevoked, ErrorCode::KeyRestricted, ErrorCode::VersionUnsupported] {
        assert_end(answered(&write(), attempt(1, false), refusal(code.clone(), Some(NONCE))), Phase::Rejected, code.as_str());
        assert_end(answered(&write(), attempt(2, true), refusal(code.clone(), Some(NONCE))), Phase::OutcomeUnknown, code.as_str());
        assert_end(answered(&read(), attempt(2, true), refusal(code.clone(), Some(NONCE))), Phase::Rejected, code.as_str());
    }
}

/// The key was used more than a day ago, perhaps by this very call before a crash: the refusal does not say what became of that.
#[test]
fn a_burnt_key_is_unknown_even_on_the_first_attempt() {
    let burnt = || refusal(ErrorCode::IdempotencyKeyExpired, Some(NONCE));
    assert_end(answered(&write(), attempt(1, false), burnt()), Phase::OutcomeUnknown, "idempotency_key_expired");
    assert_end(answered(&write(), attempt(2, true), burnt()), Phase::OutcomeUnknown, "idempotency_key_expired");
}

#[test]
fn an_unbound_refusal_counts_only_while_nothing_else_may_have_left() {
    assert_end(answered(&write(), attempt(1, false), refusal(ErrorCode::KeyUnknown, None)), Phase::Rejected, "key_unknown");
    assert_retry(answered(&write(), attempt(2, true), refusal(ErrorCode::KeyUnknown, None)), true);
    assert_end(answered(&write(), attempt(3, true), refusal(ErrorCode::KeyUnknown, None)), Phase::OutcomeUnknown, "key_unknown");
}

#[test]
fn what_never_left_is_not_sent_and_what_may_have_left_is_unknown() {
    assert_retry(run(&write(), attempt(1, false), failed(false, ErrorCode::ConnectFailed)), false);
    assert_end(run(&write(), attempt(3, false), failed(false, ErrorCode::ConnectFailed)), Phase::NotSent, "connect_failed");
    assert_end(run(&write(), attempt(3, true), failed(false, ErrorCode::ConnectFailed)), Phase::OutcomeUnknown, "connect_failed");
    assert_end(run(&write(), attempt(3, false), failed(true, ErrorCode::Timeout)), Phase::OutcomeUnknown, "timeout");
    assert_end(run(&read(), attempt(3, true), failed(true, ErrorCode::Timeout)), Phase::Unanswered, "timeout");
    assert_end(run(&write(), attempt(1, false), failed(true, ErrorCode::DeadlineExceeded)), Phase::OutcomeUnknown, "deadline_exceeded");
}

#[test]
fn an_unknown_outcome_carries_the_key() {
    let error = run(&write(), attempt(3, false), failed(true, ErrorCode::Timeout)).unwrap_err();
    assert_eq!(error.failure().idempotency_key.as_deref(), Some("order-1"));
}

#[test]
fn what_the_gateway_asks_to_repeat_is_repeated() {
    for code in [ErrorCode::IdempotencyInProgress, ErrorCode::NonceReplayed, ErrorCode::InternalError, ErrorCode::ServiceUnavailable] {
        assert_retry(answered(&write(), attempt(1, false), refusal(code.clone(), Some(NONCE))), true);
        assert_end(answered(&write(), attempt(3, false), refusal(code.clone(), Some(NONCE))), Phase::OutcomeUnknown, code.as_str());
    }
    assert_retry(answered(&write(), attempt(1, false), refusal(ErrorCode::RateLimited, Some(NONCE))), false);
    assert_end(answered(&write(), attempt(3, false), refusal(ErrorCode::RateLimited, Some(NONCE))), Phase::Rejected, "rate_limited");
    assert_end(answered(&write(), attempt(3, true), refusal(ErrorCode::RateLimited, Some(NONCE))), Phase::OutcomeUnknown, "rate_limited");
}

#[test]
fn the_clock_is_corrected_once_from_the_signed_time() {
    let problem = serde_json::to_string(&Problem::of(&Failure::new(ErrorCode::ClockSkew, "your clock is late"))).unwrap();
    let skewed = answer(401, &problem, "application/problem+json", &gateway(), Some(NONCE), NOW + 500);
    let Step::Retry { delay, attempts } = answered(&write(), attempt(1, false), skewed.clone()).unwrap() else { panic!("a retry was due") };
    assert_eq!((delay, attempts.clock_offset, attempts.clock_corrected), (0, 500_000, true));
    assert_end(answered(&read(), attempts.clone(), skewed.clone()), Phase::Rejected, "clock_skew");
    // Its nonce is not used up: a kept copy of the first attempt may pass when its time has come.
    assert_end(answered(&write(), attempts.clone(), skewed), Phase::OutcomeUnknown, "clock_skew");
    let last = Attempts { number: 3, ..attempts };
    assert_end(run(&write(), last, failed(false, ErrorCode::ConnectFailed)), Phase::OutcomeUnknown, "connect_failed");
}

#[test]
fn an_unbound_refusal_proves_nothing_once_another_attempt_follows() {
    let busy = || refusal(ErrorCode::RateLimited, None);
    assert_retry(answered(&write(), attempt(1, false), busy()), true);
    assert_end(answered(&write(), attempt(3, false), busy()), Phase::Rejected, "rate_limited");
    assert_end(answered(&write(), attempt(3, true), busy()), Phase::OutcomeUnknown, "rate_limited");
}

#[test]
fn an_unsigned_hint_takes_nothing_from_a_proven_refusal() {
    let mut declined = refusal(ErrorCode::PaymentDeclined, Some(NONCE));
    declined.headers.push(("OKPay-Should-Retry".to_owned(), "true".to_owned()));
    assert_retry(answered(&write(), attempt(1, false), declined.clone()), true);
    for left in [false, true] {
        assert_end(answered(&write(), attempt(3, left), declined.clone()), Phase::Rejected, "payment_declined");
    }
}

#[test]
fn a_capture_of_another_amount_is_unknown() {
    let capture =
        |amount: &str| payments_capture("pay_1", CapturePayment::new().amount(Money::parse(amount, "EUR").unwrap())).with_key("capture-1");
    assert!(matches!(answered(&capture("19.99"), attempt(1, false), paid("19.99", Some(NONCE))), Ok(Step::Done(_))));
    assert_end(answered(&capture("5.00"), attempt(1, false), paid("19.99", Some(NONCE))), Phase::OutcomeUnknown, "answer_mismatch");
}

#[test]
fn a_broken_sender_does_not_hide_what_may_have_left() {
    let locked = || OkpayError::invalid(ErrorCode::SigningFailed, "the keystore is locked");
    assert_eq!(attempt(1, false).broken_off(&write(), locked()).phase(), Phase::Invalid);
    assert_eq!(attempt(2, true).broken_off(&read(), locked()).phase(), Phase::Invalid);
    let unknown = attempt(2, true).broken_off(&write(), locked());
    assert_eq!((unknown.phase(), unknown.code()), (Phase::OutcomeUnknown, &ErrorCode::SigningFailed));
    assert_eq!(unknown.failure().idempotency_key.as_deref(), Some("order-1"));
}

#[test]
fn an_unsigned_answer_is_never_the_end_by_itself() {
    let mut bare = paid("19.99", Some(NONCE));
    bare.headers.retain(|(name, _)| name != "signature" && name != "signature-input");
    assert_retry(answered(&write(), attempt(1, false), bare.clone()), true);
    assert_end(answered(&write(), attempt(3, false), bare.clone()), Phase::OutcomeUnknown, "answer_unsigned");
    assert_end(answered(&read(), attempt(3, false), bare), Phase::Verification, "answer_unsigned");

    let stranger = Ed25519Key::from_seed("gw_1", &[8; 32]).unwrap();
    let forged = answer(200, &payment("19.99"), "application/json", &stranger, Some(NONCE), NOW);
    assert_end(answered(&write(), attempt(3, false), forged), Phase::OutcomeUnknown, "answer_signature_invalid");
}

#[test]
fn a_cut_body_is_asked_for_again() {
    let mut cut = paid("19.99", Some(NONCE));
    cut.body.truncate(20);
    assert_retry(answered(&write(), attempt(1, false), cut.clone()), true);
    assert_end(answered(&read(), attempt(3, false), cut), Phase::Verification, "digest_mismatch");
}

#[test]
fn the_hint_to_wait_is_heard_and_bounded() {
    let mut busy = refusal(ErrorCode::RateLimited, Some(NONCE));
    busy.headers.push(("Retry-After".to_owned(), "3".to_owned()));
    assert!(matches!(answered(&write(), attempt(1, false), busy.clone()), Ok(Step::Retry { delay: 3000, .. })));
    busy.headers.retain(|(name, _)| name != "Retry-After");
    busy.headers.push(("Retry-After".to_owned(), "86400".to_owned()));
    assert!(matches!(answered(&write(), attempt(1, false), busy), Ok(Step::Retry { delay: 8000, .. })));
}

#[test]
fn a_spent_deadline_ends_the_call_with_its_cause() {
    let attempts = Attempts { started: now().plus_secs(-31), ..attempt(1, false) };
    assert_end(run(&write(), attempts, failed(true, ErrorCode::ConnectionLost)), Phase::OutcomeUnknown, "connection_lost");
}

/// Everything that can come of one attempt, and whether it proves how the call ended.
fn any_outcome() -> impl Strategy<Value = (Outcome, bool)> {
    let bound = prop::sample::select(ErrorCode::KNOWN.iter().filter(|code| code.status().is_some()).collect::<Vec<_>>());
    prop_oneof![
        Just((Outcome::Answered(paid("19.99", Some(NONCE))), true)),
        Just((Outcome::Answered(paid("19.99", None)), false)),
        Just((Outcome::Answered(paid("19.99", Some(OTHER_NONCE))), false)),
        Just((
            Outcome::Answered(answer_to(200, &payment("19.99"), "application/json", &gateway(), Some((NONCE, "okp_test_kid_2")), NOW)),
            false
        )),
        (any::<bool>(), prop::sample::select(vec![ErrorCode::ConnectFailed, ErrorCode::Timeout, ErrorCode::AnswerIncomplete]))
            .prop_map(|(left, code)| (failed(left, code), false)),
        (bound, any::<bool>()).prop_map(|(code, is_bound)| {
            let before_execution = matches!(code.status(), Some(401 | 403 | 405 | 413 | 429 | 500 | 503))
                || code.as_str().starts_with("idempotency_")
                    && !matches!(code.as_str(), "idempotency_key_reused" | "idempotency_key_closed")
                || matches!(code, ErrorCode::VersionUnsupported);
            (Outcome::Answered(refusal(code.clone(), is_bound.then_some(NONCE))), is_bound && !before_execution)
        }),
    ]
}

proptest! {
    /// Once a write may have left, only a proven answer of its execution ends it; all else is a retry or an unknown outcome.
    #[test]
    fn nothing_unproven_ends_a_write_that_may_have_left((outcome, proves) in any_outcome(), number in 1_u32..=3, random: u64) {
        let result = conclude(&write(), &RetryPolicy::default(), attempt(number, true), outcome, &trusted(), now(), random);
        match result {
            Ok(Step::Done(_)) => prop_assert!(proves),
            Ok(Step::Retry { attempts, .. }) => prop_assert!(attempts.may_have_left),
            Err(OkpayError::OutcomeUnknown(failure)) => prop_assert_eq!(failure.idempotency_key.as_deref(), Some("order-1")),
            Err(OkpayError::Rejected(_)) => prop_assert!(proves),
            Err(other) => prop_assert!(false, "{:?}", other),
        }
    }
}
