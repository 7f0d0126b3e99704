//! Runs `tests/vectors/fees.json` as it is. The runner holds no expectations of its own; the file is made by `tests/witness/fees.py`.

use okpay::fees::{FeeSchedule, Quote, QuoteRequest, STANDARD, ScheduleEnvelope, envelope_public_key, sign_envelope};
use okpay::{OkpayError, Timestamp};
use serde_json::{Value, json};

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../tests/vectors/fees.json")).unwrap()
}

#[test]
fn every_case_answers_as_written() {
    let file = vectors();
    let cases = file["cases"].as_array().unwrap();
    assert!(cases.len() > 150);
    for case in cases {
        let schedule = FeeSchedule::from_json(&file["schedules"][case["schedule"].as_str().unwrap()].to_string()).unwrap();
        match answer(&schedule, case) {
            Ok(answer) => assert_eq!(answer, case["expect"], "{}", case["name"]),
            Err(error) => assert_eq!(error_of(&error), case["error"], "{}", case["name"]),
        }
    }
    okpay_conformance::ran("vectors/fees.json", "cases", cases.len());
}

fn answer(schedule: &FeeSchedule, case: &Value) -> Result<Value, OkpayError> {
    let request: QuoteRequest = serde_json::from_value(case["request"].clone()).unwrap();
    let now = Timestamp::parse(case["now"].as_str().unwrap()).unwrap();
    let quote = |quote: Quote| serde_json::to_value(quote).unwrap();
    match case["do"].as_str().unwrap() {
        "quote" => schedule.quote(&request, now).map(quote),
        "gross_up" => schedule.gross_up(&request, now).map(quote),
        "max_withdrawal" => schedule.max_withdrawal(&request, now).map(quote),
        "compare" => compare(schedule, case, &request, now),
        "batch" => batch(schedule, case, &request, now),
        other => panic!("the runner does not know {other}"),
    }
}

fn compare(schedule: &FeeSchedule, case: &Value, request: &QuoteRequest, now: Timestamp) -> Result<Value, OkpayError> {
    let methods: Vec<String> = serde_json::from_value(case.get("methods").cloned().unwrap_or(json!([]))).unwrap();
    let offers = schedule.compare(request, &methods, now)?.into_iter().map(|offer| match offer.quote {
        Some(quote) => json!({ "method": offer.method, "facts": offer.facts, "fee": quote.fee, "rule_id": quote.rule_id }),
        None => json!({ "method": offer.method, "facts": offer.facts, "code": offer.code, "param": offer.param }),
    });
    Ok(offers.collect())
}

fn batch(schedule: &FeeSchedule, case: &Value, request: &QuoteRequest, now: Timestamp) -> Result<Value, OkpayError> {
    let amounts: Vec<i64> = serde_json::from_value(case["amounts"].clone()).unwrap();
    let columns = schedule.batch(&amounts, request, now)?;
    Ok(json!({ "gross": columns.gross, "fee": columns.fee, "net": columns.net, "rule": columns.rule }))
}

fn error_of(error: &OkpayError) -> Value {
    json!({ "code": error.code(), "param": error.failure().param })
}

#[test]
fn every_schedule_loads_or_says_where_it_is_wrong() {
    let file = vectors();
    let loads = file["loads"].as_array().unwrap();
    assert!(loads.len() > 50);
    for load in loads {
        let mut schedule = file["schedules"][load["schedule"].as_str().unwrap()].clone();
        load["changes"].as_array().unwrap().iter().for_each(|change| apply(&mut schedule, change));
        let outcome = FeeSchedule::from_json(&schedule.to_string()).err();
        assert_eq!(outcome.as_ref().map_or(Value::Null, error_of), load["error"], "{}: {outcome:?}", load["name"]);
    }
    okpay_conformance::ran("vectors/fees.json", "loads", loads.len());
}

/// Sets or removes what a JSON pointer (RFC 6901) names.
fn apply(document: &mut Value, change: &Value) {
    let (parent, name) = change["path"].as_str().unwrap().rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match change.get("value") {
        Some(value) => parent.insert(name.to_owned(), value.clone()),
        None => parent.remove(name),
    };
}

#[test]
fn envelopes_are_signed_and_read_as_written() {
    let file = vectors();
    let envelopes = file["envelopes"].as_array().unwrap();
    for case in envelopes {
        let expected: ScheduleEnvelope = serde_json::from_value(case["envelope"].clone()).unwrap();
        let seed: [u8; 32] = hex::decode(case["seed"].as_str().unwrap()).unwrap().try_into().unwrap();
        let signed = sign_envelope(&expected.schedule, &expected.signature_id, expected.signed_at, &seed).unwrap();
        assert_eq!(signed, expected);
        let key = envelope_public_key(&seed);
        assert_eq!(key, case["public_key"]);
        let schedule = FeeSchedule::from_envelope(&case["envelope"].to_string(), &[key], None).unwrap();
        assert!(schedule.verified());
        assert_eq!(schedule.text(), expected.schedule);
    }
    okpay_conformance::ran("vectors/fees.json", "envelopes", envelopes.len());
}

#[test]
fn the_standard_schedule_is_the_one_of_the_vectors() {
    assert_eq!(serde_json::from_str::<Value>(STANDARD).unwrap(), vectors()["schedules"]["standard"]);
    FeeSchedule::from_json(STANDARD).unwrap();
}
