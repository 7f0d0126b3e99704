//! Whatever secret stands wherever, it is not in the bundle.

use super::*;
use crate::error::{DeclineCode, Failure, Phase};
use proptest::prelude::*;
use std::time::Duration;

fn report() -> AttemptReport {
    AttemptReport {
        operation: "payments.create".to_owned(),
        method: "POST".to_owned(),
        url_template: "/v1/payments".to_owned(),
        attempt: 2,
        status: Some(503),
        failure: None,
        request_id: Some("req_01k8z3m4n5p6q7r8s9t0v1w2x3".to_owned()),
        deprecation: None,
        sunset: None,
        retry_after: None,
        elapsed: Duration::from_millis(812),
    }
}

fn failure() -> Failure {
    Failure {
        param: Some("amount.currency".to_owned()),
        decline_code: Some(DeclineCode::ExpiredCard),
        object: Some("pay_01k8z3m4n5p6q7r8s9t0v1w2x3".to_owned()),
        status: Some(402),
        request_id: Some("req_01k8z3m4n5p6q7r8s9t0v1w2x3".to_owned()),
        idempotency_key: Some("8e03978e-40d5-43e8-bc93-6894a57f9324".to_owned()),
        ..Failure::new(ErrorCode::PaymentDeclined, "the card was declined")
    }
}

#[test]
fn what_support_needs_is_there() {
    let error = OkpayError::Rejected(Box::new(failure()));
    let sources = Sources { runtime: Some("CPython 3.13.5".to_owned()), platform: Some("Linux x86_64".to_owned()), ..Sources::rust() };
    let bundle = assemble(sources.with(&error).with(&report()));
    assert!(check(&bundle).is_ok());
    assert_eq!((bundle.sdk.as_str(), bundle.api_version.as_str()), (env!("CARGO_PKG_VERSION"), API_VERSION));
    assert_eq!((bundle.runtime.as_deref(), bundle.platform.as_deref()), (Some("CPython 3.13.5"), Some("linux x86_64")));
    let [first, second] = &bundle.incidents[..] else { panic!("{bundle:?}") };
    assert_eq!(*first, Incident::from(&error), "nothing of it is left out");
    assert_eq!((second.operation.as_deref(), second.attempt, second.elapsed_ms), (Some("payments.create"), Some(2), Some(812)));
    assert_eq!(assemble_json(r#"{"language":"swift","extra":1}"#).unwrap().language, SdkLanguage::Swift);
    assert_eq!(assemble_json("[]").unwrap_err().code(), &ErrorCode::InvalidParameter);
    assert!(check(&assemble(Sources::rust())).is_ok());
}

#[test]
fn the_last_incidents_are_kept() {
    let sources = (0_u32..30).fold(Sources::rust(), |sources, attempt| sources.with(Incident::new().attempt(attempt)));
    let bundle = assemble(sources);
    assert_eq!((bundle.incidents.len(), bundle.incidents[0].attempt), (MAX_INCIDENTS, Some(10)));
}

#[test]
fn what_has_not_its_form_is_left_out_and_refused_with_its_path() {
    let clean = assemble(Sources::rust());
    let with = |incident: Incident| DiagnosticBundle { incidents: vec![Incident::new(), incident], ..clean.clone() };
    let new = Incident::new;
    for (bundle, path) in [
        (with(new().operation("payments.fly")), "incidents[1].operation"),
        (with(new().code("hunter2")), "incidents[1].code"),
        (with(new().phase("hunter2")), "incidents[1].phase"),
        (with(new().decline_code("hunter2")), "incidents[1].decline_code"),
        (with(new().status(99_u16)), "incidents[1].status"),
        (with(new().param("metadata.password")), "incidents[1].param"),
        (with(new().param("hunter2")), "incidents[1].param"),
        (with(new().code(ErrorCode::UnknownField).param("secretword")), "incidents[1].param"),
        (with(new().object("cs_01k8z3m4n5p6q7r8s9t0v1w2x3_secret_abc")), "incidents[1].object"),
        (with(new().request_id("pay_01k8z3m4n5p6q7r8s9t0v1w2x3")), "incidents[1].request_id"),
        (with(new().request_id("req_4242424242424242v1w2x3yzab")), "incidents[1].request_id"),
        (with(new().idempotency_key("order 17 of Mira")), "incidents[1].idempotency_key"),
        (with(new().attempt(101_u32)), "incidents[1].attempt"),
        (DiagnosticBundle { incidents: vec![new(); 21], ..clean.clone() }, "incidents"),
        (DiagnosticBundle { sdk: "0.1.0-hunter2".to_owned(), ..clean.clone() }, "sdk"),
        (DiagnosticBundle { api_version: "today".to_owned(), ..clean.clone() }, "api_version"),
        (DiagnosticBundle { language: SdkLanguage::from("cobol"), ..clean.clone() }, "language"),
        (DiagnosticBundle { runtime: Some("Hunter 2".to_owned()), ..clean.clone() }, "runtime"),
        (DiagnosticBundle { platform: Some("linux hunter2".to_owned()), ..clean.clone() }, "platform"),
    ] {
        let error = check(&bundle).unwrap_err();
        assert_eq!((error.code(), error.failure().param.as_deref()), (&ErrorCode::InvalidField, Some(path)));
    }
}

#[test]
fn secrets_in_a_text_are_found() {
    for text in [
        "my key is okp_live_sk_Zm9vYmFyYmF6cXV4cXV1eA, help",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "cs_01k8z3m4n5p6q7r8s9t0v1w2x3_secret_q8w7e6r5t4z3u2",
    ] {
        assert_eq!(secret_in(text), Some(SecretKind::Key), "{text}");
    }
    for text in ["4242424242424242", "card 4242 4242-4242 4242, thanks", "ref 994242424242424242"] {
        assert_eq!(secret_in(text), Some(SecretKind::CardNumber), "{text}");
    }
    for text in
        ["", "the secret okp_test_sk_… is safe", "+1 202 555 0143", "IBAN DE89 3704 0044 0532 0130 00", "4242  4242  4242  4242", "whsec_"]
    {
        assert_eq!(secret_in(text), None, "{text}");
    }
}

/// Everything that must never travel, as it really looks.
fn any_secret() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z0-9_-]{43}".prop_map(|rest| format!("okp_test_sk_{rest}")),
        "[A-Za-z0-9+/]{43}=".prop_map(|rest| format!("whsec_{rest}")),
        ("[0-9a-hjkmnp-tv-z]{26}", "[A-Za-z0-9_-]{43}").prop_map(|(id, rest)| format!("cs_{id}_secret_{rest}")),
        "4[0-9]{15}",
        "[0-9]{6}",
        "[A-Z2-7]{32}",
        "[ -~]{8,40}",
    ]
}

/// A secret alone, in the middle of words, or where an id should be.
fn any_text() -> impl Strategy<Value = (String, String)> {
    any_secret().prop_flat_map(|secret| {
        let (within, behind) = (format!("the value {secret} is wrong"), format!("req_{secret}"));
        let key = format!("metadata.{secret}");
        (Just(secret.clone()), prop_oneof![Just(secret), Just(within), Just(behind), Just(key)])
    })
}

proptest! {
    #[test]
    fn no_secret_is_ever_in_a_bundle((secret, text) in any_text(), field in 0_usize..12) {
        let mut failure = failure();
        let mut report = report();
        let mut sources = Sources { runtime: None, platform: None, ..Sources::rust() };
        let mut phase = Phase::Rejected;
        match field {
            0 => failure.detail = text,
            1 => failure.code = ErrorCode::from(text.as_str()),
            2 => failure.param = Some(text),
            3 => failure.decline_code = Some(DeclineCode::from(text.as_str())),
            4 => failure.object = Some(text),
            5 => failure.request_id = Some(text),
            6 => failure.idempotency_key = Some(text),
            7 => report.operation = text,
            8 => report.failure = Some(text),
            9 => sources.runtime = Some(text),
            10 => sources.platform = Some(text),
            _ => phase = Phase::from(text.as_str()),
        }
        // A short text that any bundle holds anyway gives nothing away.
        let plain = serde_json::to_string(&assemble(Sources::rust().with(&OkpayError::of(&Phase::Rejected, self::failure())).with(&self::report()))).unwrap();
        prop_assume!(!plain.contains(&secret));
        let incident = Incident { phase: Some(phase), ..Incident::from(&OkpayError::of(&Phase::Rejected, failure)) };
        let bundle = assemble(sources.with(incident).with(&report));
        prop_assert!(check(&bundle).is_ok());
        let sent = serde_json::to_string(&bundle).unwrap();
        prop_assert!(!sent.contains(&secret), "{secret} in {sent}");
        let debug = format!("{bundle:?}");
        prop_assert!(!debug.contains(&secret));
    }
}
