//! `tests/vectors/official.json`, every case.
#![cfg(feature = "secret")]

use okpay::api::OfficialSubject;
use okpay::official::{OfficialList, is_official_json};
use serde_json::Value;

fn file() -> Value {
    serde_json::from_str(include_str!("../../../tests/vectors/official.json")).unwrap()
}

#[test]
fn everything_is_judged_as_it_should_be() {
    let file = file();
    let list =
        OfficialList::from_envelope(file["envelope"].as_str().unwrap(), &[file["public_key"].as_str().unwrap().to_owned()], None).unwrap();
    let cases = file["checks"].as_array().unwrap();
    for case in cases {
        let subject = serde_json::from_value::<OfficialSubject>(case["subject"].clone()).unwrap();
        let check = serde_json::to_value(list.is_official(&subject)).unwrap();
        for name in ["verdict", "reason", "normalized", "entry"] {
            assert_eq!(check[name], case[name], "{}: {check}", case["subject"]);
        }
        assert_eq!(check["list_version"], list.version());
    }
    okpay_conformance::ran("vectors/official.json", "checks", cases.len());
}

#[test]
fn lists_load_or_are_refused() {
    let file = file();
    let cases = file["loads"].as_array().unwrap();
    for case in cases {
        let text = |name: &str| case[name].as_str().map(str::to_owned);
        let mut envelope = file["envelope"].as_str().unwrap().to_owned();
        if let Some(change) = case["replace"].as_array() {
            let changed = envelope.replace(change[0].as_str().unwrap(), change[1].as_str().unwrap());
            assert_ne!(changed, envelope, "{}", case["name"]);
            envelope = changed;
        }
        let keys = [text("public_key").unwrap_or_else(|| file["public_key"].as_str().unwrap().to_owned())];
        let subject = r#"{"kind":"url","value":"okpay.test"}"#;
        let outcome = is_official_json(&envelope, &keys, text("last_accepted_version").as_deref(), subject);
        assert_eq!(outcome.err().map(|error| error.code().to_string()), text("error"), "{}", case["name"]);
    }
    okpay_conformance::ran("vectors/official.json", "loads", cases.len());
}
