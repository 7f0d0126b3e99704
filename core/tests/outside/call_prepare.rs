//! The request of one attempt: who may send what, and what never goes out (design: "Who calls").
#![cfg(feature = "secret")]

use okpay::api::{
    Call, CardDetails, MethodType, NewDevice, NewPayment, NewPaymentMethod, checkout_sessions_retrieve, devices_create, devices_current,
    devices_retrieve, payment_methods_create, payments_create,
};
use okpay::call::{Attempts, BaseUrl, Credentials, SignedRequest, prepare};
use okpay::signing::{Algorithm, Ed25519Key, HmacKey, Secret, Signer};
use okpay::{ErrorCode, Failure, Money, OkpayError, Phase, Timestamp};
use std::sync::Arc;

const NONCE: &str = "AAAAAAAAAAAAAAAAAAAAAA";
const SECRET: &str = "okp_test_sk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// A device's keystore that is locked.
#[derive(Debug)]
struct Locked(OkpayError);

impl Signer for Locked {
    fn key_id(&self) -> String {
        "okp_test_kid_till".to_owned()
    }
    fn algorithm(&self) -> Algorithm {
        Algorithm::Ed25519
    }
    fn sign(&self, _: Vec<u8>) -> Result<Vec<u8>, OkpayError> {
        Err(self.0.clone())
    }
}

fn locked() -> Locked {
    Locked(OkpayError::invalid(ErrorCode::SigningFailed, "the keystore is locked"))
}

fn write() -> Call {
    payments_create(NewPayment::new(Money::parse("19.99", "EUR").unwrap(), MethodType::Card).payment_method("pm_1")).with_key("order-1")
}

fn server() -> Credentials {
    Credentials::Secret(HmacKey::from_text("okp_test_kid_1", SECRET).unwrap())
}

fn browser(key: &str, client_secret: &str) -> Credentials {
    Credentials::Publishable { key: key.to_owned(), client_secret: Some(Secret::new(client_secret)) }
}

fn now() -> Timestamp {
    Timestamp::from_secs(1_793_491_200)
}

fn to(url: &str, call: &Call, credentials: &Credentials, may_have_left: bool) -> Result<SignedRequest, OkpayError> {
    let base_url = BaseUrl::parse(url, Some("sandbox")).unwrap();
    let attempts = Attempts { may_have_left, ..Attempts::first(credentials, now(), NONCE, 0) };
    prepare(call, &base_url, credentials, &attempts, now(), &[])
}

fn prepared(call: &Call, credentials: &Credentials) -> Result<SignedRequest, OkpayError> {
    to("https://api.okpay.test", call, credentials, false)
}

#[test]
fn a_keystore_that_locks_between_two_attempts_leaves_the_outcome_unknown() {
    let credentials = Credentials::Device(Arc::new(locked()));
    let first = to("https://api.okpay.test", &write(), &credentials, false).unwrap_err();
    assert_eq!((first.phase(), first.code()), (Phase::NotSent, &ErrorCode::SigningFailed));
    let later = to("https://api.okpay.test", &write(), &credentials, true).unwrap_err();
    assert_eq!((later.phase(), later.code()), (Phase::OutcomeUnknown, &ErrorCode::SigningFailed));
    assert_eq!(later.failure().idempotency_key.as_deref(), Some("order-1"));
}

/// A keystore may call its error what it likes: it is no answer of the gateway, and says nothing of what was executed.
#[test]
fn whatever_a_keystore_says_is_no_more_than_a_request_that_was_not_signed() {
    let failure = || Box::new(Failure { status: Some(401), ..Failure::new(ErrorCode::KeyRevoked, "gone") });
    let odd = [OkpayError::Rejected(failure()), OkpayError::OutcomeUnknown(failure()), OkpayError::Verification(failure())];
    for error in odd {
        let credentials = Credentials::Device(Arc::new(Locked(error)));
        let ended = to("https://api.okpay.test", &write(), &credentials, false).unwrap_err();
        assert_eq!((ended.phase(), ended.code()), (Phase::NotSent, &ErrorCode::SigningFailed));
        assert_eq!((ended.failure().detail.as_str(), ended.failure().status), ("gone", None));
    }
}

#[test]
fn a_device_is_told_here_what_it_can_never_do() {
    let device = Credentials::Device(Arc::new(Ed25519Key::from_seed("okp_test_dev_1", &[7; 32]).unwrap()));
    for call in [write(), checkout_sessions_retrieve("cs_1"), devices_current()] {
        assert!(prepared(&call, &device).is_ok(), "{}", call.operation);
    }
    for call in [devices_create(NewDevice::new("till", "key")).with_key("k"), devices_retrieve("okp_test_dev_1")] {
        assert_eq!(prepared(&call, &device).unwrap_err().code(), &ErrorCode::ScopeNotAllowed, "{}", call.operation);
        assert!(prepared(&call, &server()).is_ok());
    }
    assert_eq!(prepared(&devices_current(), &server()).unwrap_err().code(), &ErrorCode::ScopeNotAllowed);
    let card = payment_methods_create(NewPaymentMethod::new(CardDetails::new("4242424242424242", 12, 2030, "987"))).with_key("k");
    assert_eq!(prepared(&card, &device).unwrap_err().code(), &ErrorCode::CardNumberNotAllowed);
}

#[test]
fn only_a_publishable_key_goes_out_in_the_open() {
    let call = checkout_sessions_retrieve("cs_1");
    assert!(prepared(&call, &browser("okp_test_pk_abc", "cs_1_secret")).is_ok());
    for key in [SECRET, "okp_live_sk_abc", "", "okp_test_pk_", "okp_test_pk_a\r\nX: 1", "okp_test_pk_a b"] {
        let credentials = browser(key, "cs_1_secret");
        let error = prepared(&call, &credentials).unwrap_err();
        assert_eq!(error.code(), &ErrorCode::InvalidKey, "{key:?}");
        assert!(key.len() < 14 || !format!("{error} {error:?} {credentials:?}").contains(key), "{key:?}");
    }
    for client_secret in ["", "a\r\nX: 1", "caf\u{e9}"] {
        let error = prepared(&call, &browser("okp_test_pk_abc", client_secret)).unwrap_err();
        assert_eq!(error.code(), &ErrorCode::InvalidKey, "{client_secret:?}");
    }
}

#[test]
fn a_key_of_unknown_mode_needs_tls() {
    let device = |id: &str| Credentials::Device(Arc::new(Ed25519Key::from_seed(id, &[7; 32]).unwrap()));
    assert!(to("http://sandbox:4010", &write(), &device("okp_test_kid_till"), false).is_ok());
    for id in ["okp_live_kid_till", "till-7"] {
        assert_eq!(to("http://sandbox:4010", &write(), &device(id), false).unwrap_err().code(), &ErrorCode::InvalidUrl);
        assert!(to("https://api.okpay.test", &write(), &device(id), false).is_ok());
    }
}

#[test]
fn a_call_goes_out_under_the_verb_of_its_row() {
    for method in ["PUT", "DELETE", "GET", "post", ""] {
        let call = Call { method: method.to_owned(), ..write() };
        assert_eq!(prepared(&call, &server()).unwrap_err().code(), &ErrorCode::InvalidParameter, "{method:?}");
    }
}

#[test]
fn a_card_stays_out_of_servers_and_logs() {
    let call = payment_methods_create(NewPaymentMethod::new(CardDetails::new("4242424242424242", 12, 2030, "987"))).with_key("k");
    assert_eq!(prepared(&call, &server()).unwrap_err().code(), &ErrorCode::CardNumberNotAllowed);
    let request = prepared(&call, &browser("okp_test_pk_abc", "cs_1_secret")).unwrap();
    assert!(String::from_utf8(request.body.clone()).unwrap().contains("4242424242424242"));
    let logged = format!("{call:?} {call:#?} {request:?}");
    assert!(!logged.contains("4242") && !logged.contains("987") && !logged.contains("cs_1_secret"), "{logged}");
}
