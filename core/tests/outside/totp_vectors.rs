//! `tests/vectors/totp.json`, every case, and the laws of one-time codes.
#![cfg(feature = "secret")]

use okpay::Timestamp;
use okpay::totp::{TotpAlgorithm, TotpKey};
use proptest::prelude::*;
use serde_json::Value;

const SEED: &str = "12345678901234567890";

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../tests/vectors/totp.json")).unwrap()
}

fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(secs)
}

fn code<T: std::fmt::Debug>(result: Result<T, okpay::OkpayError>) -> String {
    result.unwrap_err().code().to_string()
}

#[test]
fn every_row_of_the_rfcs() {
    let file = vectors();
    let rows = file["totp"].as_array().unwrap();
    for row in rows {
        let name = row["alg"].as_str().unwrap();
        let algorithm = TotpAlgorithm::from_name(&name.to_lowercase()).unwrap();
        let key = TotpKey::new(file["seeds"][name].as_str().unwrap()).unwrap().with(algorithm, 8, 30).unwrap();
        let (now, published) = (at(row["time"].as_i64().unwrap()), row["totp"].as_str().unwrap());
        assert_eq!(key.code(now), published, "{row}");
        let step = u64::from_str_radix(row["T"].as_str().unwrap(), 16).unwrap();
        assert_eq!(key.verify(published, now, 0, None).unwrap(), step, "{row}");
    }
    let key = TotpKey::new(SEED).unwrap();
    let hotp = file["hotp_sha1_6digits"].as_array().unwrap();
    for row in hotp {
        assert_eq!(key.code(at(row["counter"].as_i64().unwrap() * 30)), row["hotp"].as_str().unwrap());
    }
    assert_eq!((rows.len(), hotp.len()), (18, 10));
    okpay_conformance::ran("vectors/totp.json", "totp", rows.len());
    okpay_conformance::ran("vectors/totp.json", "hotp_sha1_6digits", hotp.len());
}

#[test]
fn a_code_is_taken_once_and_in_its_window() {
    let key = TotpKey::new(SEED).unwrap();
    let now = at(1_800_000_000);
    let typed = key.code(now);
    let step = key.verify(&typed, now, 1, None).unwrap();
    assert_eq!(key.verify(&typed, now.plus_secs(30), 1, None).unwrap(), step);
    assert_eq!(key.verify(&typed, now.plus_secs(-30), 1, None).unwrap(), step);
    for (secs, window, last_used) in [(0, 1, Some(step)), (0, 1, Some(u64::MAX)), (60, 1, None), (-60, 1, None), (30, 0, None)] {
        assert_eq!(code(key.verify(&typed, now.plus_secs(secs), window, last_used)), "one_time_code_mismatch");
    }
    assert_eq!(code(key.verify(&typed, now, 11, None)), "invalid_parameter");
    for wrong in ["", "12345", "1234567", &format!(" {typed}"), "１２３４５６"] {
        assert_eq!(code(key.verify(wrong, now, 1, None)), "one_time_code_mismatch", "{wrong:?}");
    }
}

#[test]
fn secrets_are_read_and_hidden() {
    let key = TotpKey::from_base32("gezd gnbv GY3T QOJQ gezd gnbv gy3t qojq").unwrap();
    assert_eq!(key.code(at(59)), TotpKey::new(SEED).unwrap().code(at(59)));
    assert_eq!(format!("{key:?}"), "TotpKey(redacted)");
    assert_eq!(code(TotpKey::from_base32("GEZD1")), "invalid_key");
    assert_eq!(code(TotpKey::from_base32("GEZDGNBV")), "invalid_key");
    assert_eq!(code(TotpKey::new([0; 129])), "invalid_key");
    assert_eq!(code(TotpAlgorithm::from_name("SHA-1")), "invalid_parameter");
    for (digits, period) in [(5, 30), (9, 30), (6, 14), (6, 121)] {
        assert_eq!(code(key.clone().with(TotpAlgorithm::Sha1, digits, period)), "invalid_parameter");
    }
}

#[test]
fn the_link_is_what_apps_take() {
    let key = TotpKey::new(SEED).unwrap();
    let uri = key.uri("OKPay 支付", "anna@example.com").unwrap();
    let expected = "otpauth://totp/OKPay%20%E6%94%AF%E4%BB%98:anna%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
                    &issuer=OKPay%20%E6%94%AF%E4%BB%98&algorithm=SHA1&digits=6&period=30";
    assert_eq!(std::str::from_utf8(uri.expose()).unwrap(), expected);
    assert!(key.uri("a:b", "c").is_err() && key.uri("", "c").is_err() && key.uri("a", &"c".repeat(101)).is_err());
}

proptest! {
    #[test]
    fn a_code_proves_itself_and_no_input_panics(secret in prop::collection::vec(any::<u8>(), 16..64), secs: i32, typed in ".{0,12}", window in 0_u8..=10, millis: i64) {
        let key = TotpKey::new(secret).unwrap();
        let now = at(i64::from(secs));
        let step = key.verify(&key.code(now), now, window, None).unwrap();
        prop_assert!(step.abs_diff(u64::try_from(secs).unwrap_or_default() / 30) <= u64::from(window));
        let _ = (key.verify(&typed, Timestamp::from_millis(millis), window, Some(step)), TotpKey::from_base32(&typed), key.uri(&typed, &typed));
    }
}
