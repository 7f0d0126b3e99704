//! The laws of signing: what is sent is proven, and nothing else is.

use crate::signing_support::{Draft, NONCE, drafts, post, signer, urls, verification_key};
use okpay::signing::{
    AnsweredRequest, Ed25519Key, PublicKey, ReceivedRequest, SignatureHeaders, Signer, VerifiedAnswer, read_signature, sign_answer,
    sign_request, verify_answer,
};
use okpay::{ErrorCode, OkpayError};
use proptest::prelude::*;

/// Everything that the gateway proves, in its order.
fn prove(request: &ReceivedRequest, with_ed25519: bool, now: i64) -> Result<Option<String>, OkpayError> {
    let claim = read_signature(request)?;
    claim.verify(&verification_key(with_ed25519))?;
    claim.check_digest(&request.body)?;
    claim.check_time(now)?;
    claim.idempotency_key()
}

fn field<'a>(request: &'a mut ReceivedRequest, name: &str) -> &'a mut String {
    &mut request.headers.iter_mut().find(|(header, _)| header.eq_ignore_ascii_case(name)).unwrap().1
}

proptest! {
    #[test]
    fn what_is_sent_is_proven(draft in drafts(), late in -30_i64..=330) {
        let proven = prove(&draft.sent(), draft.with_ed25519, draft.created + late).unwrap();
        prop_assert_eq!(proven, draft.idempotency_key);
    }

    #[test]
    fn another_method_or_url_is_refused(draft in drafts(), method in "[A-Z]{3,7}", url in urls()) {
        let sent = draft.sent();
        let changed = [
            ReceivedRequest { method: method.clone(), ..sent.clone() },
            ReceivedRequest { url: url.clone(), ..sent.clone() },
        ];
        for (changed, differs) in changed.iter().zip([method != draft.method, url != draft.url]) {
            prop_assert_eq!(prove(changed, draft.with_ed25519, draft.created).is_err(), differs);
        }
    }

    #[test]
    fn another_body_is_refused(draft in drafts(), body: Vec<u8>) {
        let changed = ReceivedRequest { body: body.clone(), ..draft.sent() };
        prop_assert_eq!(prove(&changed, draft.with_ed25519, draft.created).is_err(), body != draft.body);
    }

    /// Any other character anywhere in a covered field, or in the two fields of the signature.
    #[test]
    fn a_changed_field_is_refused(draft in drafts(), which: prop::sample::Index, at: prop::sample::Index, byte in b' '..=b'~') {
        let mut sent = draft.sent();
        let names = sent.headers.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        let value = field(&mut sent, &names[which.index(names.len())]);
        let mut bytes = value.clone().into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        *value = String::from_utf8(bytes).unwrap();
        prop_assert!(prove(&sent, draft.with_ed25519, draft.created).is_err());
    }

    /// One bit of the signature itself, so that only the cryptography can notice.
    #[test]
    fn a_changed_signature_bit_is_refused(draft in drafts(), at: prop::sample::Index, bit in 0..8_u8) {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let mut sent = draft.sent();
        let signature = field(&mut sent, "signature");
        let mut bytes = STANDARD.decode(signature.trim_start_matches("sig1=:").trim_end_matches(':')).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        *signature = format!("sig1=:{}:", STANDARD.encode(bytes));
        let error = prove(&sent, draft.with_ed25519, draft.created).unwrap_err();
        prop_assert_eq!(error.code(), &ErrorCode::SignatureInvalid);
    }

    #[test]
    fn a_field_taken_away_or_doubled_is_refused(draft in drafts(), which: prop::sample::Index) {
        let sent = draft.sent();
        let which = which.index(sent.headers.len());
        let (mut without, mut twice) = (sent.clone(), sent.clone());
        without.headers.remove(which);
        twice.headers.push(sent.headers[which].clone());
        prop_assert!(prove(&without, draft.with_ed25519, draft.created).is_err());
        prop_assert!(prove(&twice, draft.with_ed25519, draft.created).is_err());
    }

    #[test]
    fn any_headers_are_read_without_panic(draft in drafts(), values in prop::collection::vec("\\PC{0,60}", 5)) {
        let names = ["signature-input", "signature", "content-digest", "content-type", "idempotency-key"];
        let headers = names.into_iter().map(str::to_owned).zip(values).collect::<Vec<_>>();
        let request = ReceivedRequest { headers: headers.clone(), ..draft.sent() };
        prop_assert!(read_signature(&request).is_err());
        prop_assert!(verify_answer(200, &headers, &draft.body, &[gateway().public_key()], None).is_err());
    }

    #[test]
    fn an_answer_is_proven_for_its_own_request_only(status in 100..600_u16, body: Vec<u8>, asked in requests(), other in requests()) {
        let signed = sign_answer(status, Some("application/json"), &body, &gateway(), 1_767_225_600, Some(&asked)).unwrap();
        let headers = answer_headers(&signed, &body);
        let verify = |status, body: &[u8], asked: &AnsweredRequest| verify_answer(status, &headers, body, &[gateway().public_key()], Some(asked));
        let expected = VerifiedAnswer { created: 1_767_225_600, key_id: "gw_1".to_owned(), request: Some(asked.clone()) };
        prop_assert_eq!(verify(status, &body, &asked).unwrap(), expected);
        prop_assert!(verify(status + 1, &body, &asked).is_err());
        prop_assert!(verify(status, &[body.as_slice(), b" "].concat(), &asked).is_err());
        for other in [AnsweredRequest { nonce: other.nonce, ..asked.clone() }, AnsweredRequest { key_id: other.key_id, ..asked.clone() }] {
            prop_assert_eq!(verify(status, &body, &other).is_ok(), other == asked);
        }
    }

    /// Only the signature can notice: the caller expects nothing, and the change is a key id as good as the other.
    #[test]
    fn an_answer_is_not_turned_into_one_for_somebody_else(asked in requests(), other in requests()) {
        let mut headers = sign_answer(204, None, b"", &gateway(), 5, Some(&asked)).unwrap().to_list();
        headers.iter_mut().filter(|(name, _)| name == "okpay-key-id").for_each(|(_, value)| value.clone_from(&other.key_id));
        let proven = verify_answer(204, &headers, b"", &[gateway().public_key()], None);
        prop_assert_eq!(proven.is_ok(), asked.key_id == other.key_id);
    }
}

#[test]
fn the_checks_have_their_order_and_codes() {
    let request = post().sent();
    let code = |request: &ReceivedRequest, now| prove(request, false, now).unwrap_err().code().clone();
    let unsigned = ReceivedRequest { headers: Vec::new(), ..request.clone() };
    assert_eq!(code(&unsigned, 0), ErrorCode::Unauthenticated);
    let forged = ReceivedRequest { url: "https://api.okpay.test/v1/refunds".to_owned(), body: b"[]".to_vec(), ..request.clone() };
    assert_eq!(code(&forged, 0), ErrorCode::SignatureInvalid);
    let other_body = ReceivedRequest { body: b"[]".to_vec(), ..request.clone() };
    assert_eq!(code(&other_body, 0), ErrorCode::DigestMismatch);
    for now in [0, 1_767_225_600 - 31, 1_767_225_900 + 31, i64::MIN, i64::MAX] {
        assert_eq!(code(&request, now), ErrorCode::ClockSkew);
    }
    let claim = read_signature(&request).unwrap();
    assert!(claim.check_time(1_767_225_600 - 30).is_ok() && claim.check_time(1_767_225_900 + 30).is_ok());
    assert_eq!(claim.verify(&verification_key(true)).unwrap_err().code(), &ErrorCode::SignatureInvalid);
    assert_eq!(claim.nonce_kept_until(), 1_767_225_930);
}

#[test]
fn an_idempotency_key_beside_the_signature_is_seen() {
    let mut request = Draft { idempotency_key: None, ..post() }.sent();
    assert_eq!(prove(&request, false, 1_767_225_600).unwrap(), None);
    request.headers.push(("Idempotency-Key".to_owned(), "\"key-1\"".to_owned()));
    assert_eq!(prove(&request, false, 1_767_225_600).unwrap_err().code(), &ErrorCode::IdempotencyKeyUnsigned);
}

#[test]
fn the_url_may_come_in_any_form_of_the_same() {
    let mut request = post().sent();
    request.url = "HTTPS://API.okpay.TEST:443/v1/payments?expand=fees#x".to_owned();
    assert!(prove(&request, false, 1_767_225_600).is_ok());
    request.url = "https://api.okpay.test/v1/payments?expand=%66ees".to_owned();
    assert!(prove(&request, false, 1_767_225_600).is_err());
}

/// A signer that gives what no verifier would take.
#[derive(Debug)]
struct Broken(&'static str, usize);

impl Signer for Broken {
    fn key_id(&self) -> String {
        self.0.to_owned()
    }
    fn algorithm(&self) -> okpay::signing::Algorithm {
        okpay::signing::Algorithm::Ed25519
    }
    fn sign(&self, _: Vec<u8>) -> Result<Vec<u8>, OkpayError> {
        Ok(vec![0; self.1])
    }
}

#[test]
fn what_cannot_be_sent_is_not_signed() {
    let good = signer(false);
    let sign = |method, url, content_type, key, signer: &dyn Signer, created, nonce| {
        sign_request(method, url, content_type, key, b"{}", signer, created, nonce).map(|_| ()).map_err(|error| error.code().clone())
    };
    let (url, json) = ("https://h/", Some("application/json"));
    assert_eq!(sign("POST", url, json, Some("k"), good.as_ref(), 0, NONCE), Ok(()));
    assert_eq!(sign("post", url, json, None, good.as_ref(), 0, NONCE), Err(ErrorCode::InvalidParameter));
    assert_eq!(sign("POST", "h", json, None, good.as_ref(), 0, NONCE), Err(ErrorCode::InvalidUrl));
    assert_eq!(sign("POST", url, None, None, good.as_ref(), 0, NONCE), Err(ErrorCode::InvalidParameter));
    assert_eq!(sign("POST", url, Some("a\nb"), None, good.as_ref(), 0, NONCE), Err(ErrorCode::InvalidParameter));
    assert_eq!(sign("POST", url, json, Some(""), good.as_ref(), 0, NONCE), Err(ErrorCode::IdempotencyKeyInvalid));
    assert_eq!(sign("POST", url, json, None, good.as_ref(), -1, NONCE), Err(ErrorCode::InvalidParameter));
    assert_eq!(sign("POST", url, json, None, good.as_ref(), i64::MAX, NONCE), Err(ErrorCode::InvalidParameter));
    assert_eq!(sign("POST", url, json, None, good.as_ref(), 0, "short"), Err(ErrorCode::InvalidParameter));
    assert_eq!(sign("POST", url, json, None, &Broken("k\"", 64), 0, NONCE), Err(ErrorCode::InvalidKey));
    assert_eq!(sign("POST", url, json, None, &Broken("k", 63), 0, NONCE), Err(ErrorCode::SigningFailed));
    let request = |nonce: &str, key_id: &str| AnsweredRequest { nonce: nonce.to_owned(), key_id: key_id.to_owned() };
    let answer = |status, content_type, request: AnsweredRequest| {
        let signed = sign_answer(status, content_type, b"{}", &gateway(), 0, Some(&request));
        signed.map(|_| ()).map_err(|error| error.failure().param.clone().unwrap())
    };
    assert_eq!(answer(200, json, request(NONCE, "k")), Ok(()));
    assert_eq!(answer(99, json, request(NONCE, "k")), Err("status".to_owned()));
    assert_eq!(answer(200, None, request(NONCE, "k")), Err("content_type".to_owned()));
    assert_eq!(answer(200, json, request("short", "k")), Err("nonce".to_owned()));
    for key_id in ["", "a b", "a\nb", &"k".repeat(65)] {
        assert_eq!(answer(200, json, request(NONCE, key_id)), Err("key_id".to_owned()));
    }
}

#[test]
fn answers_that_name_no_request_are_left_to_the_caller() {
    let signed = sign_answer(401, None, b"", &gateway(), 5, None).unwrap();
    let keys = [other_gateway(), gateway().public_key()];
    let asked = AnsweredRequest { nonce: NONCE.to_owned(), key_id: "okp_test_kid_1".to_owned() };
    assert_eq!(verify_answer(401, &signed.to_list(), b"", &keys, Some(&asked)).unwrap().request, None);
    assert_eq!(verify_answer(401, &signed.to_list(), b"", &keys[..1], None).unwrap_err().code(), &ErrorCode::UntrustedKey);
    assert_eq!(verify_answer(401, &[], b"", &keys, None).unwrap_err().code(), &ErrorCode::AnswerUnsigned);
}

fn requests() -> impl Strategy<Value = AnsweredRequest> {
    ("[A-Za-z0-9_-]{22,64}", "[A-Za-z0-9_-]{1,64}").prop_map(|(nonce, key_id)| AnsweredRequest { nonce, key_id })
}

fn gateway() -> Ed25519Key {
    Ed25519Key::from_seed("gw_1", &[1; 32]).unwrap()
}

fn other_gateway() -> PublicKey {
    Ed25519Key::from_seed("gw_2", &[2; 32]).unwrap().public_key()
}

fn answer_headers(signed: &SignatureHeaders, body: &[u8]) -> Vec<(String, String)> {
    let content_type = (!body.is_empty()).then(|| ("Content-Type".to_owned(), "application/json".to_owned()));
    signed.to_list().into_iter().chain(content_type).collect()
}
