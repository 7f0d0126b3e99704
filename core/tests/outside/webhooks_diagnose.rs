//! Every cause is named, and none of the words helps a forger.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use okpay::Timestamp;
use okpay::webhooks::{Diagnosis, DiagnosisHints, FindingCode, OtherSecret, WebhookSigner, diagnose, webhook_secret};
use proptest::prelude::*;

const NOW: i64 = 1_800_000_000;
const BODY: &[u8] = br#"{"type":"payment.succeeded","id":"evt_1","data":{"amount":"1.50","note":"caf\u00e9"}}"#;

type Headers = Vec<(String, String)>;

fn secret(byte: u8) -> String {
    webhook_secret(&[byte; 32]).unwrap()
}

fn private_key() -> String {
    format!("whsk_{}", STANDARD.encode([8; 32]))
}

fn signed(secrets: &[String], body: &[u8]) -> Headers {
    WebhookSigner::new(secrets).unwrap().headers("evt_1", Timestamp::from_secs(NOW), body).unwrap().to_list()
}

fn with(headers: &Headers, name: &str, value: &str) -> Headers {
    headers.iter().map(|(header, old)| (header.clone(), if header == name { value.to_owned() } else { old.clone() })).collect()
}

fn hints() -> DiagnosisHints {
    DiagnosisHints {
        previous_secrets: vec![secret(2)],
        other_secrets: vec![OtherSecret { name: "billing".to_owned(), secret: secret(3) }],
        tolerance_secs: None,
    }
}

fn run(body: &[u8], headers: &Headers, secrets: &[String], now: i64) -> Diagnosis {
    diagnose(body, headers, secrets, Timestamp::from_secs(now), &hints())
}

fn codes(diagnosis: &Diagnosis) -> Vec<FindingCode> {
    assert_eq!(diagnosis.verified, diagnosis.findings.is_empty());
    diagnosis.findings.iter().map(|finding| finding.code.clone()).collect()
}

fn check(body: &[u8], headers: &Headers, secrets: &[String], expected: &[FindingCode]) -> Diagnosis {
    let diagnosis = run(body, headers, secrets, NOW);
    assert_eq!(codes(&diagnosis), expected);
    diagnosis
}

#[test]
fn a_webhook_that_passes_has_no_findings() {
    assert!(check(BODY, &signed(&[secret(1)], BODY), &[secret(1)], &[]).verified);
}

#[test]
fn secrets_are_looked_at() {
    use FindingCode::{NoSecret, SecretHasQuotes, SecretHasWhiteSpace, SecretMalformed, SecretOfOtherKind};
    let headers = signed(&[secret(1)], BODY);
    for (text, expected) in [
        (format!("{}\n", secret(1)), vec![SecretHasWhiteSpace]),
        (format!("\"{}\"", secret(1)), vec![SecretHasQuotes]),
        (format!("' {} '", secret(1)), vec![SecretHasWhiteSpace, SecretHasQuotes]),
        (private_key(), vec![SecretOfOtherKind]),
        ("okp_test_sk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8".to_owned(), vec![SecretOfOtherKind]),
        ("sk_test_51abc".to_owned(), vec![SecretOfOtherKind]),
        (secret(1).trim_end_matches('=').to_owned(), vec![SecretMalformed]),
        (secret(1)[..20].to_owned(), vec![SecretMalformed]),
        (String::new(), vec![SecretMalformed]),
    ] {
        check(BODY, &headers, &[text], &expected);
    }
    check(BODY, &headers, &[], &[NoSecret]);
    let diagnosis = check(BODY, &headers, &[secret(9), format!("{} ", secret(1))], &[SecretHasWhiteSpace]);
    assert!(diagnosis.findings[0].detail.contains("secrets[1]"));
}

#[test]
fn headers_are_looked_at() {
    use FindingCode::{HeaderMalformed, HeaderMissing, NoSecretForScheme, NoUsableSignature, OtherProvider, TimestampNotSeconds};
    let headers = signed(&[secret(1)], BODY);
    check(BODY, &headers[..2].to_vec(), &[secret(1)], &[HeaderMissing]);
    check(BODY, &Vec::new(), &[secret(1)], &[HeaderMissing, HeaderMissing, HeaderMissing]);
    let foreign = vec![("Stripe-Signature".to_owned(), "t=1,v1=aa".to_owned())];
    let diagnosis = check(BODY, &foreign, &[secret(1)], &[OtherProvider]);
    assert!(diagnosis.findings[0].detail.contains("stripe-signature"));
    check(BODY, &[headers.clone(), headers.clone()].concat(), &[secret(1)], &[HeaderMalformed, HeaderMalformed, HeaderMalformed]);
    for (name, value, expected) in [
        ("webhook-id", "evt.1", HeaderMalformed),
        ("webhook-timestamp", "1800000000000", TimestampNotSeconds),
        ("webhook-timestamp", "2027-01-15T08:00:00Z", TimestampNotSeconds),
        ("webhook-timestamp", "soon", HeaderMalformed),
        ("webhook-signature", &"v1,x ".repeat(20), HeaderMalformed),
        ("webhook-signature", &headers[2].1[..40], NoUsableSignature),
        ("webhook-signature", "sha256=abc", NoUsableSignature),
    ] {
        check(BODY, &with(&headers, name, value), &[secret(1)], &[expected]);
    }
    let both = signed(&[secret(1), private_key()], BODY);
    let tokens = both[2].1.split(' ').map(str::to_owned).collect::<Vec<_>>();
    check(BODY, &with(&both, "webhook-signature", &tokens[1]), &[secret(1)], &[NoSecretForScheme]);
    let public = WebhookSigner::new(&[secret(1), private_key()]).unwrap().public_key().unwrap();
    check(BODY, &with(&both, "webhook-signature", &tokens[0]), &[public], &[NoSecretForScheme]);
}

#[test]
fn the_clock_is_looked_at() {
    let headers = signed(&[secret(1)], BODY);
    let late = run(BODY, &headers, &[secret(1)], NOW + 540);
    assert_eq!(codes(&late), [FindingCode::TimestampTooOld]);
    assert!(late.findings[0].detail.contains("9 min 0 s ago"), "{}", late.findings[0].detail);
    let early = run(BODY, &headers, &[secret(1)], NOW - 301);
    assert_eq!(codes(&early), [FindingCode::TimestampInFuture]);
    assert!(early.findings[0].detail.contains("5 min 1 s in the future"));
    let hints = DiagnosisHints { tolerance_secs: Some(600), ..DiagnosisHints::default() };
    assert!(diagnose(BODY, &headers, &[secret(1)], Timestamp::from_secs(NOW + 540), &hints).verified);
}

#[test]
fn other_secrets_are_tried() {
    check(BODY, &signed(&[secret(2)], BODY), &[secret(1)], &[FindingCode::SignedWithPreviousSecret]);
    let diagnosis = check(BODY, &signed(&[secret(3)], BODY), &[secret(1)], &[FindingCode::SignedForOtherEndpoint]);
    assert!(diagnosis.findings[0].detail.contains("billing"));
    check(BODY, &signed(&[secret(4)], BODY), &[secret(1)], &[FindingCode::NoCauseFound]);
    check(b"{}", &signed(&[secret(1)], BODY), &[secret(1)], &[FindingCode::NoCauseFound]);
    assert!(!format!("{:?}", hints()).contains("whsec_"));
}

#[test]
fn a_sender_that_does_not_decode_the_secret_is_recognised() {
    let secret = secret(1);
    for key in [secret.as_str(), &secret["whsec_".len()..]] {
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key.as_bytes()).unwrap();
        mac.update(format!("evt_1.{NOW}.").as_bytes());
        mac.update(BODY);
        let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        let headers = with(&signed(std::slice::from_ref(&secret), BODY), "webhook-signature", &signature);
        check(BODY, &headers, std::slice::from_ref(&secret), &[FindingCode::SecretNotDecoded]);
    }
}

#[test]
fn a_body_that_was_written_anew_is_recognised() {
    let value: serde_json::Value = serde_json::from_slice(BODY).unwrap();
    let pretty = serde_json::to_string_pretty(&value).unwrap();
    let sorted = serde_json::to_string(&value).unwrap();
    let text = std::str::from_utf8(BODY).unwrap();
    for (sent, received) in [
        (text, format!("{text}\n")),
        (&format!("{text}\n"), text.to_owned()),
        (text, text.replace(',', ", ").replace("\":", "\": ")),
        (text, format!("\u{feff}{text}")),
        (&sorted, pretty.clone()),
        (&pretty, sorted.clone()),
        (&sorted, text.to_owned()),
        (&text.replace("\\u00e9", "é"), text.to_owned()),
        ("{\"a\":\"é\"}", "{\"a\":\"Ã©\"}".to_owned()),
        ("{\n}", "{\r\n}".to_owned()),
    ] {
        let diagnosis = check(received.as_bytes(), &signed(&[secret(1)], sent.as_bytes()), &[secret(1)], &[FindingCode::BodyReserialized]);
        assert!(diagnosis.findings[0].detail.contains("raw bytes"), "{}", diagnosis.findings[0].detail);
    }
    let event = br#"{"id":"evt_1","type":"x.y","created":"2027-01-15T08:00:00Z","api_version":"2026-11-01","livemode":false,"data":{}}"#;
    let resorted = br#"{"api_version":"2026-11-01","created":"2027-01-15T08:00:00Z","data":{},"id":"evt_1","livemode":false,"type":"x.y"}"#;
    check(resorted, &signed(&[secret(1)], event), &[secret(1)], &[FindingCode::BodyReserialized]);
    check(b"", &signed(&[secret(1)], BODY), &[secret(1)], &[FindingCode::BodyEmpty]);
    let large = vec![b' '; (1 << 20) + 1];
    check(&large, &signed(&[secret(2)], BODY), &[secret(1)], &[FindingCode::BodyTooLarge]);
}

#[test]
fn several_findings_come_in_the_order_of_mending() {
    let headers = signed(&[secret(2)], BODY);
    let diagnosis = run(BODY, &headers, &[format!("{} ", secret(1))], NOW + 1000);
    let expected = [FindingCode::SecretHasWhiteSpace, FindingCode::TimestampTooOld, FindingCode::SignedWithPreviousSecret];
    assert_eq!(codes(&diagnosis), expected);
}

proptest! {
    /// Whatever is wrong: a diagnosis never says yes where the verifier says no, and holds no signature and no secret.
    #[test]
    fn no_diagnosis_helps_a_forger(body in "\\PC{0,60}", id in "\\PC{0,12}", timestamp in "(\\PC{0,12}|18000000[0-9]{2})", signature in "(\\PC{0,80}|v1,[A-Za-z0-9+/]{43}=)") {
        let names = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(str::to_owned);
        let headers = names.into_iter().zip([id.clone(), timestamp, signature]).collect::<Vec<_>>();
        let diagnosis = run(body.as_bytes(), &headers, &[secret(1)], NOW);
        prop_assert!(!diagnosis.verified && !diagnosis.findings.is_empty());
        let words = serde_json::to_string(&diagnosis).unwrap();
        for byte in 1..=3 {
            let text = secret(byte);
            prop_assert!(!words.contains(text.trim_start_matches("whsec_")));
            let expected = okpay::webhooks::sign(&text, "evt_1", NOW, body.as_bytes()).unwrap();
            prop_assert!(!words.contains(&expected[3..20]));
        }
        // No finding holds 24 characters in a row that could be a part of a signature of this very message.
        prop_assert!(!words.split(|character: char| !character.is_ascii_alphanumeric() && !"+/=".contains(character)).any(|word| word.len() >= 24));
    }
}
