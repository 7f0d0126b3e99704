//! The laws of webhooks: what was signed is proven, nothing else is, and a payload is read as it stands.

use base64::{Engine, engine::general_purpose::STANDARD};
use okpay::api::{EventData, EventType};
use okpay::webhooks::{VerifiedPayload, Verifier, WebhookSigner, sign, webhook_secret};
use okpay::{ErrorCode, OkpayError, Timestamp};
use proptest::prelude::*;

const NOW: i64 = 1_800_000_000;
const ID: &str = "evt_01jgfjjg0008e8gpmb1q6mt80x";
const BODY: &[u8] = br#"{"type":"payment.succeeded"}"#;

type Headers = Vec<(String, String)>;

fn secret(byte: u8) -> String {
    webhook_secret(&[byte; 32]).unwrap()
}

fn private_key() -> String {
    format!("whsk_{}", STANDARD.encode([8; 32]))
}

fn signed(secrets: &[String], body: &[u8]) -> Headers {
    WebhookSigner::new(secrets).unwrap().headers(ID, Timestamp::from_secs(NOW), body).unwrap().to_list()
}

fn verify(secrets: &[String], body: &[u8], headers: &Headers) -> Result<VerifiedPayload, OkpayError> {
    Verifier::new(secrets).unwrap().verify(body, headers, Timestamp::from_secs(NOW))
}

fn code(result: Result<VerifiedPayload, OkpayError>) -> ErrorCode {
    result.unwrap_err().code().clone()
}

fn with(headers: &Headers, name: &str, value: &str) -> Headers {
    headers.iter().map(|(header, old)| (header.clone(), if header == name { value.to_owned() } else { old.clone() })).collect()
}

proptest! {
    #[test]
    fn what_was_signed_is_proven_with_any_of_its_keys(body: Vec<u8>, millis in 0..1000_i64) {
        let secrets = [secret(1), secret(2), private_key()];
        let signer = WebhookSigner::new(&secrets).unwrap();
        let headers = signer.headers(ID, Timestamp::from_millis(NOW * 1000 + millis), &body).unwrap().to_list();
        for key in [secret(1), secret(2), signer.public_key().unwrap()] {
            let payload = verify(&[secret(9), key], &body, &headers).unwrap();
            prop_assert_eq!((payload.id(), payload.timestamp(), payload.body()), (ID, Timestamp::from_secs(NOW), body.as_slice()));
        }
        prop_assert_eq!(code(verify(&[secret(3)], &body, &headers)), ErrorCode::WebhookSignatureMismatch);
    }

    #[test]
    fn another_body_is_refused(body: Vec<u8>, other: Vec<u8>) {
        let headers = signed(&[secret(1), private_key()], &body);
        for key in [secret(1), WebhookSigner::new(&[secret(1), private_key()]).unwrap().public_key().unwrap()] {
            prop_assert_eq!(verify(&[key], &other, &headers).is_ok(), body == other);
        }
    }

    #[test]
    fn a_changed_header_is_refused(which in 0..3_usize, at: prop::sample::Index, byte in b'!'..=b'~') {
        let mut headers = signed(&[secret(1)], BODY);
        let mut bytes = headers[which].1.clone().into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        headers[which].1 = String::from_utf8(bytes).unwrap();
        prop_assert!(verify(&[secret(1)], BODY, &headers).is_err());
    }

    #[test]
    fn the_tolerance_has_two_sides_and_includes_its_ends(apart in -700_i64..700, tolerance in 0..600_u32) {
        let headers = signed(&[secret(1)], BODY);
        let verifier = Verifier::new(&[secret(1)]).unwrap().tolerance_secs(tolerance);
        let result = verifier.verify(BODY, &headers, Timestamp::from_secs(NOW + apart));
        match apart.unsigned_abs() <= tolerance.into() {
            true => prop_assert!(result.is_ok()),
            false => prop_assert_eq!(code(result), ErrorCode::WebhookTimestampOutOfTolerance),
        }
    }

    #[test]
    fn any_input_is_taken_without_panic(body: Vec<u8>, values in prop::collection::vec("\\PC{0,60}", 3), now: i64) {
        let names = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(str::to_owned);
        let headers = names.into_iter().zip(values.clone()).collect::<Vec<_>>();
        let result = Verifier::new(&[secret(1)]).unwrap().verify(&body, &headers, Timestamp::from_millis(now));
        prop_assert!(result.is_err());
        prop_assert!(Verifier::new(&values).is_err());
    }

    #[test]
    fn any_body_is_read_without_panic(body in "\\PC{0,60}", path in "[a-z.]{0,8}") {
        let headers = signed(&[secret(1)], body.as_bytes());
        let payload = verify(&[secret(1)], body.as_bytes(), &headers).unwrap();
        let _ = (payload.event_type(), payload.field(&path));
        prop_assert!(payload.event().is_err());
    }
}

#[test]
fn the_last_second_counts_and_zero_is_zero() {
    let headers = signed(&[secret(1)], BODY);
    let within = |verifier: Verifier, apart: i64| verifier.verify(BODY, &headers, Timestamp::from_secs(NOW + apart)).is_ok();
    let verifier = || Verifier::new(&[secret(1)]).unwrap();
    for (apart, holds) in [(-301, false), (-300, true), (300, true), (301, false)] {
        assert_eq!(within(verifier(), apart), holds, "{apart}");
    }
    for (apart, holds) in [(-1, false), (0, true), (1, false)] {
        assert_eq!(within(verifier().tolerance_secs(0), apart), holds, "{apart}");
    }
    assert!(within(verifier().tolerance_secs(u32::MAX), -NOW));
}

#[test]
fn each_header_comes_once_and_in_its_form() {
    let good = signed(&[secret(1)], BODY);
    let signature = good[2].1.clone();
    let check = |headers: &Headers| code(verify(&[secret(1)], BODY, headers));
    for at in 0..3 {
        let (mut without, mut twice) = (good.clone(), good.clone());
        without.remove(at);
        twice.push((good[at].0.to_uppercase(), good[at].1.clone()));
        assert_eq!(check(&without), ErrorCode::WebhookHeaderMissing);
        assert_eq!(check(&twice), ErrorCode::WebhookHeaderMalformed);
    }
    for id in ["", "a.b", "evt 1", "evt\u{e9}", &"e".repeat(256)] {
        assert_eq!(check(&with(&good, "webhook-id", id)), ErrorCode::WebhookHeaderMalformed, "{id}");
    }
    for timestamp in ["", "0", "01800000000", "-1", "+1800000000", "1800000000.0", "1e9", "1800000000000", "١٨", "2027-01-15T08:00:00Z"] {
        assert_eq!(check(&with(&good, "webhook-timestamp", timestamp)), ErrorCode::WebhookHeaderMalformed, "{timestamp}");
    }
    assert_eq!(check(&with(&good, "webhook-timestamp", "999999999999")), ErrorCode::WebhookSignatureMismatch);
    let padded = with(&good, "webhook-signature", &format!(" {signature}\t"));
    assert!(verify(&[secret(1)], BODY, &padded).is_ok());
}

#[test]
fn tokens_are_skipped_or_read_strictly() {
    let good = signed(&[secret(1)], BODY);
    let signature = good[2].1.clone();
    let check = |value: &str| verify(&[secret(1)], BODY, &with(&good, "webhook-signature", value));
    let unpadded = signature.trim_end_matches('=');
    for skipped in [
        "v1",
        "v2,AAAA",
        "v1,",
        "v1,%%%",
        "",
        "v1a,AAAA",
        unpadded,
        "V1,AAAA",
        &signature.replace("v1,", "v1a,"),
        &signature.replace("v1,", "v2,"),
    ] {
        assert_eq!(code(check(skipped)), ErrorCode::WebhookSignatureMismatch, "{skipped}");
        assert!(check(&format!("{skipped} {signature}")).is_ok(), "{skipped}");
        assert!(check(&format!("{signature} {skipped}")).is_ok(), "{skipped}");
    }
    let stray_bits = format!("{}{}", &signature[..signature.len() - 2], "/=");
    assert_ne!(stray_bits, signature);
    assert_eq!(code(check(&stray_bits)), ErrorCode::WebhookSignatureMismatch);
    assert!(check(&format!("{}{signature}", "v1,x ".repeat(15))).is_ok());
    assert_eq!(code(check(&format!("{}{signature}", "v1,x ".repeat(16)))), ErrorCode::WebhookHeaderMalformed);
    assert_eq!(code(check(&signature.replace("v1,", "v1, "))), ErrorCode::WebhookSignatureMismatch);
}

#[test]
fn secrets_are_read_strictly_and_never_shown() {
    let of_length = |count: usize| format!("whsec_{}", STANDARD.encode(vec![7; count]));
    assert!(Verifier::new(&[of_length(24), of_length(64)]).is_ok());
    let weak = format!("whpk_{}", STANDARD.encode([0; 32]));
    for text in [
        String::new(),
        "whsec_".to_owned(),
        of_length(23),
        of_length(65),
        format!(" {}", secret(1)),
        secret(1).replace("E=", "F="),
        private_key(),
        weak,
        "whpk_AAAA".to_owned(),
    ] {
        let error = Verifier::new(&[secret(1), text.clone()]).unwrap_err();
        assert_eq!((error.code(), error.failure().param.as_deref()), (&ErrorCode::InvalidKey, Some("secrets[1]")), "{text}");
    }
    assert_eq!(Verifier::new(&[]).unwrap_err().code(), &ErrorCode::InvalidKey);
    assert!(webhook_secret(&[1; 23]).is_err());
    for secrets in [vec![], vec![private_key()], vec![secret(1), private_key(), private_key()], vec!["whpk_AAAA".to_owned()]] {
        assert_eq!(WebhookSigner::new(&secrets).unwrap_err().code(), &ErrorCode::InvalidKey);
    }
    let shown = format!("{:?} {:?}", Verifier::new(&[secret(1)]).unwrap(), WebhookSigner::new(&[secret(1), private_key()]).unwrap());
    assert!(!shown.contains("AQEB") && !shown.contains("[1, 1") && !shown.contains("[8, 8"), "{shown}");
}

#[test]
fn a_signer_signs_in_the_order_of_a_rotation() {
    let headers = signed(&[secret(2), secret(1), private_key()], BODY);
    let tokens = headers[2].1.split(' ').collect::<Vec<_>>();
    assert_eq!(tokens[..2], [sign(&secret(2), ID, NOW, BODY).unwrap(), sign(&secret(1), ID, NOW, BODY).unwrap()]);
    assert!(tokens.len() == 3 && tokens[2].starts_with("v1a,"));
    let signer = WebhookSigner::new(&[secret(1)]).unwrap();
    for (id, secs) in [("msg_1", NOW), ("evt_A", NOW), ("evt_1", 0), ("evt_1", -5)] {
        assert_eq!(signer.headers(id, Timestamp::from_secs(secs), BODY).unwrap_err().code(), &ErrorCode::InvalidParameter, "{id} {secs}");
    }
}

#[test]
fn a_body_past_the_bound_is_refused() {
    let body = vec![b' '; (1 << 20) + 1];
    assert_eq!(code(verify(&[secret(1)], &body, &signed(&[secret(1)], &body))), ErrorCode::BodyTooLarge);
    assert!(verify(&[secret(1)], &body[1..], &signed(&[secret(1)], &body[1..])).is_ok());
}

fn proven(body: &str) -> VerifiedPayload {
    verify(&[secret(1)], body.as_bytes(), &signed(&[secret(1)], body.as_bytes())).unwrap()
}

#[test]
fn a_payload_is_read_on_demand() {
    let payload = proven(r#"{"id":"evt_1", "type":"pay\u006dent.new", "data": {"a": {"b": 1.50}, "n": null, "t": "x"}, "z": [1]}"#);
    assert_eq!(payload.event_type().unwrap(), "payment.new");
    for (path, json) in [
        ("data.a.b", Some("1.50")),
        ("data.n", Some("null")),
        ("data.t", Some("\"x\"")),
        ("z", Some("[1]")),
        ("data.no", None),
        ("no.more", None),
        ("", None),
    ] {
        assert_eq!(payload.field(path).unwrap(), json, "{path}");
    }
    for path in ["data.t.x", "z.0", "type."] {
        assert_eq!(payload.field(path).unwrap_err().code(), &ErrorCode::WebhookUnreadable, "{path}");
    }
    assert!(proven(r#"{"type":"a","type":"b"}"#).event_type().is_err());
    for body in ["", "[]", "{", r#"{"type":1}"#, "{}", r#"{"type":"a"} x"#] {
        assert_eq!(proven(body).event_type().unwrap_err().code(), &ErrorCode::WebhookUnreadable, "{body}");
    }
}

#[test]
fn a_name_that_comes_twice_fails_only_those_who_ask_for_it() {
    let payload = proven(r#"{"a":1,"a":2,"b":{"c":3,"c":4,"d":5},"\u0065":6,"e":7}"#);
    for twice in ["a", "b.c", "a.x", "e"] {
        assert_eq!(payload.field(twice).unwrap_err().code(), &ErrorCode::WebhookUnreadable, "{twice}");
    }
    assert_eq!(payload.field("b.d").unwrap(), Some("5"));
    assert_eq!(proven(r#"{"a":1,"\ud800":2}"#).field("a").unwrap_err().code(), &ErrorCode::WebhookUnreadable);
    assert_eq!(proven(r#"{"a":1,"b":{"\ud800":2}}"#).field("a").unwrap(), Some("1"));
}

#[test]
fn any_depth_is_looked_into_and_dropped() {
    let depth = 50_000;
    let payload = proven(&format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth)));
    assert_eq!(payload.field("a.a.a.b").unwrap(), None);
    assert!(payload.field("a").unwrap().is_some_and(|text| text.len() == 6 * (depth - 1) + 1));
    let payload = proven(&format!(r#"{{"a":{}1{}}}"#, "[".repeat(depth), "]".repeat(depth)));
    assert_eq!(payload.field("b").unwrap(), None);
    let payload = proven(&format!("{}1{}", r#"{"a":"#.repeat(1000), "}".repeat(1000)));
    assert_eq!(payload.field(&["a"; 1000].join(".")).unwrap(), Some("1"));
}

#[test]
fn a_payload_is_shared_by_threads_and_equal_by_what_was_signed() {
    let payload = proven(r#"{"type":"a","data":{"n":1}}"#);
    let untouched = payload.clone();
    std::thread::scope(|scope| {
        let readers = [(); 4].map(|()| scope.spawn(|| payload.field("data.n").unwrap()));
        assert!(readers.into_iter().all(|reader| reader.join().unwrap() == Some("1")));
    });
    assert_eq!(payload, untouched);
    assert_ne!(payload, proven(r#"{"type":"b","data":{"n":1}}"#));
    assert!(format!("{payload:?}").contains(payload.id()));
}

#[test]
fn events_are_typed_and_unknown_ones_survive() {
    let payload = proven(
        r#"{"id":"evt_1","type":"payment.paused","created":"2027-01-15T08:00:00Z","api_version":"2026-11-01","livemode":false,"data":{"id":"pay_1"}}"#,
    );
    let event = payload.event().unwrap();
    assert_eq!(event.event_type, EventType::Unknown { raw: "payment.paused".to_owned() });
    assert_eq!(event.data, EventData::Unknown { raw: r#"{"id":"pay_1"}"#.to_owned() });
    assert_eq!(proven("{}").event().unwrap_err().code(), &ErrorCode::WebhookUnreadable);
}
