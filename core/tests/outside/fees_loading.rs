//! Loading what is hostile or odd: texts that are no schedule, and envelopes that are not what they claim to be.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signer, SigningKey};
use okpay::fees::{FeeSchedule, STANDARD, ScheduleEnvelope, envelope_public_key, sign_envelope};
use okpay::{OkpayError, Phase};
use proptest::prelude::*;

const SEED: [u8; 32] = [7; 32];
const SMALL: &str = r#"{"id":"s","version":"2026-11-01.2","valid_from":"2026-11-01T00:00:00Z","rules":[{"id":"r","percent":"1"}]}"#;

fn refusal(result: Result<FeeSchedule, OkpayError>) -> (String, Option<String>) {
    let error = result.unwrap_err();
    (error.code().to_string(), error.failure().param.clone())
}

fn refused_at(text: &str) -> Option<String> {
    let (code, param) = refusal(FeeSchedule::from_json(text));
    assert_eq!(code, "invalid_schedule", "{text}");
    param
}

#[test]
fn a_bare_schedule_keeps_its_text_and_is_not_verified() {
    let text = format!("  {SMALL}\n");
    let schedule = FeeSchedule::from_json(&text).unwrap();
    assert_eq!(schedule.text(), text);
    assert!(!schedule.verified());
    assert_eq!((schedule.id(), schedule.version()), ("s", "2026-11-01.2"));
    assert_eq!(schedule.rule_ids(), ["r"]);
    assert_eq!(schedule.valid_from().unwrap().to_string(), "2026-11-01T00:00:00Z");
    assert_eq!(schedule.valid_until(), None);
    assert_eq!(schedule.rounding().as_str(), "half_up");
}

#[test]
fn what_is_no_json_object_is_refused() {
    for text in ["", "null", "[]", "7", "{", "{}", &format!("{SMALL} x"), &format!("{SMALL}{SMALL}"), "\u{feff}{}", "{\"id\":\"\\ud800\"}"]
    {
        refused_at(text);
    }
}

#[test]
fn a_name_stands_only_once() {
    let with = |rule: &str| SMALL.replace(r#""percent":"1""#, rule);
    assert_eq!(refused_at(&with(r#""percent":"1","percent":"2""#)).as_deref(), Some("rules[0]"));
    assert_eq!(refused_at(&with(r#""fixed":{"EUR":"1","EUR":"2"}"#)).as_deref(), Some("rules[0].fixed"));
    assert_eq!(refused_at(&with(r#""when":{"brand":"a","brand":"b"}"#)).as_deref(), Some("rules[0].when"));
}

#[test]
fn sizes_are_bounded() {
    let padded = |bytes: usize| format!("{}{}", SMALL, " ".repeat(bytes - SMALL.len()));
    assert!(FeeSchedule::from_json(&padded(1 << 20)).is_ok());
    refused_at(&padded((1 << 20) + 1));
    let deep = SMALL.replace(r#""1""#, &"[".repeat(100_000));
    refused_at(&deep);
    let rules = |count: usize| (0..count).map(|id| format!(r#"{{"id":"r{id}"}}"#)).collect::<Vec<_>>().join(",");
    let many = |count: usize| SMALL.replace(r#"{"id":"r","percent":"1"}"#, &rules(count));
    assert!(FeeSchedule::from_json(&many(10_000)).is_ok());
    assert_eq!(refused_at(&many(10_001)).as_deref(), Some("rules"));
    let values = (0..513).map(|value| format!("\"{value}\"")).collect::<Vec<_>>().join(",");
    let listed = SMALL.replace(r#""percent":"1""#, &format!(r#""when":{{"brand":[{values}]}}"#));
    assert_eq!(refused_at(&listed).as_deref(), Some("rules[0].when.brand"));
}

#[test]
fn percents_are_summed_however_large() {
    let huge = SMALL.replace(r#""1""#, r#""9223372036854.775807""#);
    assert_eq!(refused_at(&huge).as_deref(), Some("rules[0].percent"));
    let larger = SMALL.replace(r#""1""#, &format!("\"{}\"", "9".repeat(60)));
    assert_eq!(refused_at(&larger).as_deref(), Some("rules[0].percent"));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".{0,200}") {
        let _ = FeeSchedule::from_json(&text);
        let _ = FeeSchedule::from_envelope(&text, &[envelope_public_key(&SEED)], None);
    }

    #[test]
    fn no_cut_or_changed_byte_makes_it_panic(at in 0..STANDARD.len(), byte in 0x20u8..0x7f, cut in any::<bool>()) {
        let mut bytes = STANDARD.as_bytes().to_vec();
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        if let Err(error) = FeeSchedule::from_json(&String::from_utf8(bytes).unwrap()) {
            prop_assert_eq!(error.code().as_str(), "invalid_schedule");
        }
    }
}

fn signed() -> ScheduleEnvelope {
    sign_envelope(SMALL, "fees_0001", 1_793_491_200, &SEED).unwrap()
}

fn keys() -> Vec<String> {
    vec![envelope_public_key(&[1; 32]), envelope_public_key(&SEED)]
}

#[test]
fn an_envelope_opens_with_any_trusted_key() {
    let schedule = FeeSchedule::from_signed(&signed(), &keys(), None).unwrap();
    assert!(schedule.verified());
    assert_eq!(schedule.text(), SMALL);
}

#[test]
fn whatever_is_changed_the_envelope_stays_shut() {
    let change = |change: fn(&mut ScheduleEnvelope)| {
        let mut envelope = signed();
        change(&mut envelope);
        let error = FeeSchedule::from_signed(&envelope, &keys(), None).unwrap_err();
        assert_eq!((error.code().as_str(), error.phase()), ("envelope_signature_invalid", Phase::Verification), "{envelope:?}");
    };
    change(|envelope| envelope.schedule.push(' '));
    change(|envelope| envelope.schedule = "no schedule at all".into());
    change(|envelope| envelope.signature_id.push('1'));
    change(|envelope| envelope.signature_id = "evt_0001".into());
    change(|envelope| envelope.signed_at += 1);
    change(|envelope| envelope.signed_at = -1);
    change(|envelope| envelope.signature.clear());
    change(|envelope| envelope.signature = envelope.signature.replace("v1a,", "v1,"));
    change(|envelope| envelope.signature = envelope.signature.trim_end_matches('=').into());
    change(|envelope| envelope.signature.push(' '));
    change(|envelope| envelope.signature = format!("v1a,{}", BASE64.encode([0; 64])));
    // The dots between the signed parts cannot be moved: an id has none, and a time is a number.
    change(|envelope| envelope.signature_id = format!("fees_0001.{}", envelope.signed_at));
}

#[test]
fn a_good_signature_does_not_mend_a_bad_form() {
    let shut = |signature_id: &str, signed_at: i64, schedule: &str| {
        let key = SigningKey::from_bytes(&SEED);
        let signature = key.sign(format!("{signature_id}.{signed_at}.{schedule}").as_bytes());
        let signature = format!("v1a,{}", BASE64.encode(signature.to_bytes()));
        let envelope = ScheduleEnvelope { schedule: schedule.into(), signature_id: signature_id.into(), signed_at, signature };
        refusal(FeeSchedule::from_signed(&envelope, &keys(), None)).0
    };
    assert_eq!(shut("fees_a.1", 1, SMALL), "envelope_signature_invalid");
    assert_eq!(shut("evt_a", 1, SMALL), "envelope_signature_invalid");
    assert_eq!(shut("fees_a", -1, SMALL), "envelope_signature_invalid");
    assert_eq!(shut("fees_a", 1, &" ".repeat((1 << 20) + 1)), "envelope_signature_invalid");
    assert_eq!(shut("fees_a", 1, "{}"), "invalid_schedule"); // signed, but no schedule
}

#[test]
fn base64_has_one_spelling() {
    let mut envelope = signed();
    let last = envelope.signature.trim_end_matches('=').chars().last().unwrap();
    let sibling = char::from(last as u8 + 1); // the same bits, and a stray one that canonical base64 does not allow
    envelope.signature = envelope.signature.replace(&format!("{last}=="), &format!("{sibling}=="));
    assert_eq!(refusal(FeeSchedule::from_signed(&envelope, &keys(), None)).0, "envelope_signature_invalid");
}

#[test]
fn another_key_does_not_open_it() {
    let stranger = [envelope_public_key(&[1; 32])];
    assert_eq!(refusal(FeeSchedule::from_signed(&signed(), &stranger, None)).0, "envelope_signature_invalid");
}

#[test]
fn malformed_and_weak_keys_are_refused() {
    let with = |key: &str| refusal(FeeSchedule::from_signed(&signed(), &[envelope_public_key(&SEED), key.to_owned()], None));
    let weak = format!("whpk_{}", BASE64.encode([0; 32])); // a point of small order
    for key in ["", "whpk_", "whsec_AAAA", "whpk_AAAA", envelope_public_key(&SEED).trim_start_matches("whpk_"), &weak] {
        assert_eq!(with(key), ("invalid_key".to_owned(), Some("public_keys[1]".to_owned())), "{key}");
    }
    assert_eq!(refusal(FeeSchedule::from_signed(&signed(), &[], None)).0, "invalid_key");
}

#[test]
fn an_older_version_is_refused() {
    let after = |last: &str| FeeSchedule::from_signed(&signed(), &keys(), Some(last)).map_err(|error| error.code().to_string());
    for last in ["2026-11-01.2", "2026-11-01.1", "2026-10-31.10", "2025-12-31.99"] {
        assert!(after(last).is_ok(), "{last}");
    }
    for last in ["2026-11-01.3", "2026-11-01.10", "2026-11-02.0", "2027-01-01.1"] {
        assert_eq!(after(last).unwrap_err(), "schedule_rollback", "{last}");
    }
    assert_eq!(after("yesterday").unwrap_err(), "invalid_parameter");
}

#[test]
fn only_a_schedule_in_form_is_signed() {
    let envelope = sign_envelope("{}", "fees_1", 1, &SEED).unwrap_err();
    assert_eq!(envelope.code().as_str(), "invalid_schedule");
    for (id, at) in [("evt_1", 1), ("fees_", 1), ("fees_a.b", 1), ("fees_é", 1), ("fees_1", 0), ("fees_1", 1_000_000_000_000)] {
        assert_eq!(sign_envelope(SMALL, id, at, &SEED).unwrap_err().code().as_str(), "invalid_parameter", "{id} {at}");
    }
}

#[test]
fn envelopes_are_read_from_json() {
    let text = serde_json::to_string(&signed()).unwrap();
    assert!(FeeSchedule::from_envelope(&text, &keys(), Some("2026-11-01.2")).unwrap().verified());
    for text in ["", "{}", SMALL, &" ".repeat(3 << 20)] {
        assert_eq!(refusal(FeeSchedule::from_envelope(text, &keys(), None)).0, "invalid_schedule");
    }
}
