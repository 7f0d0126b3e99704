//! The published vectors of requests, answers and digests, reproduced byte for byte.

use okpay::ErrorCode;
use okpay::signing::{
    AnsweredRequest, Ed25519Key, HmacKey, PublicKey, ReceivedRequest, Signer, VerificationKey, content_digest, read_signature, sign_answer,
    sign_request, verify_answer, verify_content_digest,
};
use serde_json::Value;

const CREATED: i64 = 1_767_225_600;
const NONCE: &str = "b3k2pp5k7z50gnwpyemd01";

#[test]
fn requests_are_signed_as_published() {
    each("okpay_requests.json", "cases", |case| {
        let key_text = case["headers"]["idempotency-key"].as_str().map(|field| field.trim_matches('"'));
        let signed = sign_request(
            text(case, "method"),
            text(case, "url"),
            case["headers"]["content-type"].as_str(),
            key_text,
            text(case, "body").as_bytes(),
            signer(case).as_ref(),
            CREATED,
            NONCE,
        )
        .unwrap();
        assert_eq!(signed.signature_input, text(case, "signature_input"), "{}", case["name"]);
        assert_eq!(signed.signature, text(case, "signature"), "{}", case["name"]);
        assert_eq!(signed.content_digest.as_deref(), case["headers"]["content-digest"].as_str(), "{}", case["name"]);
        assert_eq!(signed.idempotency_key.as_deref(), case["headers"]["idempotency-key"].as_str(), "{}", case["name"]);
    });
}

#[test]
fn published_requests_are_proven() {
    each("okpay_requests.json", "cases", |case| {
        let request = received(case);
        let claim = read_signature(&request).unwrap();
        assert_eq!(claim.base(), text(case, "signature_base").as_bytes());
        assert_eq!((claim.key_id.as_str(), claim.algorithm.as_str()), (text(case, "keyid"), text(case, "alg")));
        claim.verify(&verification_key(case)).unwrap();
        claim.check_digest(&request.body).unwrap();
        claim.check_time(CREATED).unwrap();
    });
}

#[test]
fn answers_are_signed_and_proven_as_published() {
    let (key, trusted) = gateway();
    each("okpay_answers.json", "cases", |case| {
        let (status, body, request) = (status(case), text(case, "body").as_bytes(), request(&case["nonce"], &case["okpay_key_id"]));
        let created = case["created"].as_i64().unwrap();
        let signed = sign_answer(status, case["content_type"].as_str(), body, &key, created, request.as_ref()).unwrap();
        assert_eq!(signed.signature_input, text(case, "signature_input"), "{}", case["name"]);
        assert_eq!(signed.signature, text(case, "signature"), "{}", case["name"]);
        assert_eq!(signed.content_digest.as_deref(), case["content_digest"].as_str(), "{}", case["name"]);
        let content_type = case["content_type"].as_str().map(|value| ("Content-Type".to_owned(), value.to_owned()));
        let headers = signed.to_list().into_iter().chain(content_type).collect::<Vec<_>>();
        let answer = verify_answer(status, &headers, body, &trusted, request.as_ref()).unwrap();
        assert_eq!((answer.created, answer.request), (created, request));
    });
}

#[test]
fn answers_are_refused_as_published() {
    let (_, trusted) = gateway();
    each("okpay_answers.json", "refused", |case| {
        let (body, expected) = (text(case, "body").as_bytes(), request(&case["expected_nonce"], &case["expected_key_id"]));
        assert!(expected.is_some());
        let error = verify_answer(status(case), &headers(case), body, &trusted, expected.as_ref()).unwrap_err();
        assert_eq!(error.code().as_str(), text(case, "code"), "{}", case["name"]);
    });
}

#[test]
fn digests_match_as_published() {
    each("rfc9530.json", "vectors", |vector| {
        let body = hex::decode(text(vector, "body_hex")).unwrap();
        let field = text(vector, "field_value");
        verify_content_digest(field, &body).unwrap();
        if text(vector, "alg") == "sha-256" {
            assert_eq!(content_digest(&body), field);
        }
        let error = verify_content_digest(field, &[body.as_slice(), b"!"].concat()).unwrap_err();
        assert_eq!(error.code(), &ErrorCode::DigestMismatch);
    });
}

#[test]
fn ambiguous_digests_are_refused() {
    each("rfc9530.json", "negative_or_ambiguous", |case| {
        for body in [b"{\"hello\": \"world\"}".as_slice(), b"{\"hello\": \"world\"}\n"] {
            assert!(verify_content_digest(text(case, "field_value"), body).is_err(), "{case}");
        }
    });
}

#[test]
fn digests_of_other_algorithms_are_checked_as_published() {
    each("rfc9421.json", "content_digest_checks", |case| {
        let held = verify_content_digest(text(case, "content_digest"), text(case, "body").as_bytes()).is_ok();
        assert_eq!(held, case["matches"].as_bool().unwrap(), "{case}");
    });
}

/// As they are: signatures that hold, of another profile than OKPay's, are not taken for OKPay's. `signing/base.rs` makes them again.
#[test]
fn signatures_of_another_profile_are_refused() {
    each("rfc9421.json", "signature_vectors", |case| {
        let mut start = text(case, "start_line").split(' ');
        let (method, target) = (start.next().unwrap(), start.next().unwrap());
        let own = case["headers"].as_array().unwrap().iter().map(|field| (field[0].clone(), field[1].clone()));
        let signed = [("Signature-Input", "signature_input"), ("Signature", "signature")];
        let added = signed.map(|(name, member)| (Value::from(name), case[member].clone()));
        let headers = own.chain(added).map(|(name, value)| (name.as_str().unwrap().to_owned(), value.as_str().unwrap().to_owned()));
        let request = ReceivedRequest {
            method: method.to_owned(),
            url: format!("https://example.com{target}"),
            headers: headers.collect(),
            body: text(case, "body").as_bytes().to_vec(),
        };
        assert_eq!(read_signature(&request).unwrap_err().code().as_str(), "signature_invalid");
    });
}

fn signer(case: &Value) -> Box<dyn Signer> {
    let keys = &read("okpay_requests.json")["rfc9421_test_keys"];
    match text(case, "alg") {
        "hmac-sha256" => Box::new(HmacKey::from_bytes(text(case, "keyid"), &bytes(keys, "hmac_hex")).unwrap()),
        _ => Box::new(Ed25519Key::from_seed(text(case, "keyid"), &bytes(keys, "ed25519_seed_hex")).unwrap()),
    }
}

fn verification_key(case: &Value) -> VerificationKey {
    let keys = &read("okpay_requests.json")["rfc9421_test_keys"];
    match text(case, "alg") {
        "hmac-sha256" => VerificationKey::Hmac(HmacKey::from_bytes(text(case, "keyid"), &bytes(keys, "hmac_hex")).unwrap()),
        _ => VerificationKey::Ed25519(PublicKey::from_bytes(text(case, "keyid"), &bytes(keys, "ed25519_public_hex")).unwrap()),
    }
}

fn gateway() -> (Ed25519Key, Vec<PublicKey>) {
    let vectors = read("okpay_answers.json");
    let key = Ed25519Key::from_seed(text(&vectors, "keyid"), &bytes(&vectors["keys"], "ed25519_seed_hex")).unwrap();
    let public = PublicKey::from_bytes(text(&vectors, "keyid"), &bytes(&vectors["keys"], "ed25519_public_hex")).unwrap();
    assert_eq!(key.public_key(), public);
    (key, vec![public])
}

/// Nonce and key id, which come together or not at all.
fn request(nonce: &Value, key_id: &Value) -> Option<AnsweredRequest> {
    assert_eq!(nonce.is_null(), key_id.is_null());
    Some(AnsweredRequest { nonce: nonce.as_str()?.to_owned(), key_id: key_id.as_str()?.to_owned() })
}

fn status(case: &Value) -> u16 {
    u16::try_from(case["status"].as_u64().unwrap()).unwrap()
}

fn headers(case: &Value) -> Vec<(String, String)> {
    let published = case["headers"].as_object().unwrap().iter();
    published.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect()
}

fn received(case: &Value) -> ReceivedRequest {
    let added = ["signature_input", "signature"].map(|name| (name.replace('_', "-"), text(case, name).to_owned()));
    ReceivedRequest {
        method: text(case, "method").to_owned(),
        url: text(case, "url").to_owned(),
        headers: headers(case).into_iter().chain(added).collect(),
        body: text(case, "body").as_bytes().to_vec(),
    }
}

fn read(file: &str) -> Value {
    let path = format!("{}/../tests/vectors/{file}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Checks every case of a list, and reports them.
fn each(file: &str, list: &str, check: impl Fn(&Value)) {
    let vectors = read(file);
    let cases = vectors[list].as_array().unwrap();
    assert!(!cases.is_empty());
    cases.iter().for_each(check);
    okpay_conformance::ran(&format!("vectors/{file}"), list, cases.len());
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} of {value}"))
}

fn bytes(value: &Value, name: &str) -> Vec<u8> {
    hex::decode(text(value, name)).unwrap()
}
