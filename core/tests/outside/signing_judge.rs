//! The crate `httpsig` as a judge: RFC 9421 by other hands proves what we sign, and signs what we prove.

use crate::signing_support::{Draft, NONCE, drafts, verification_key};
use httpsig::prelude::message_component::{HttpMessageComponent, HttpMessageComponentId};
use httpsig::prelude::{
    AlgorithmName, HttpSigResult, HttpSignatureBase, HttpSignatureHeaders, HttpSignatureParams, PublicKey, SecretKey, SharedKey,
};
use okpay::signing::{
    AnsweredRequest, Ed25519Key, content_digest, normal_url, quote_idempotency_key, read_signature, sign_answer, verify_answer,
};
use proptest::prelude::*;

/// The judge reads the real clock to see whether a signature has expired, so these are signed in the year 2100.
const YEAR_2100: i64 = 4_102_444_800;

proptest! {
    #[test]
    fn the_judge_proves_our_requests(draft in drafts(), changed: prop::sample::Index) {
        let draft = Draft { created: YEAR_2100, ..draft };
        let signed = draft.sign();
        let parts = parts(&draft);
        prop_assert!(judge_request(&signed.signature_input, &signed.signature, &parts, draft.with_ed25519).is_ok());
        let mut other = parts.clone();
        other[changed.index(parts.len())].1.push('x');
        prop_assert!(judge_request(&signed.signature_input, &signed.signature, &other, draft.with_ed25519).is_err());
    }

    #[test]
    fn we_prove_the_judges_requests(draft in drafts()) {
        let draft = Draft { created: YEAR_2100, ..draft };
        let theirs = signed_by_judge(&draft);
        let mut request = draft.sent();
        let ours = request.clone();
        for (name, value) in &mut request.headers {
            match name.as_str() {
                "signature-input" => *value = theirs.signature_input_header_value(),
                "signature" => *value = theirs.signature_header_value(),
                _ => {}
            }
        }
        read_signature(&request).unwrap().verify(&verification_key(draft.with_ed25519)).unwrap();
        // Its Ed25519 signatures have noise in them, so only a MAC is the same twice.
        prop_assert!(request == ours || draft.with_ed25519);
    }

    #[test]
    fn the_judge_proves_our_answers(status in 100..600_u16, body in prop::collection::vec(any::<u8>(), 1..40)) {
        let key = Ed25519Key::from_seed("gw_1", &[7; 32]).unwrap();
        let signed = sign_answer(status, Some("application/json"), &body, &key, YEAR_2100, Some(&asked())).unwrap();
        let mut parts = vec![
            ("@status", status.to_string()),
            ("content-type", "application/json".to_owned()),
            ("content-digest", content_digest(&body)),
            ("okpay-key-id", "okp_test_kid_1".to_owned()),
        ];
        prop_assert!(judge_request(&signed.signature_input, &signed.signature, &parts, true).is_ok());
        parts[0].1 = (status ^ 1).to_string();
        prop_assert!(judge_request(&signed.signature_input, &signed.signature, &parts, true).is_err());
        parts[0].1 = status.to_string();
        parts[3].1 = "okp_test_kid_2".to_owned();
        prop_assert!(judge_request(&signed.signature_input, &signed.signature, &parts, true).is_err());
    }
}

#[test]
fn we_prove_the_judges_answers() {
    let lines = components(&[("@status", "204".to_owned()), ("okpay-key-id", "okp_test_kid_1".to_owned())]);
    let mut params = HttpSignatureParams::try_new(&[lines[0].id.clone(), lines[1].id.clone()]).unwrap();
    params.set_created(5).set_nonce(NONCE).set_alg(&AlgorithmName::Ed25519).set_keyid("gw_1").set_tag("okpay-response");
    let theirs = HttpSignatureBase::try_new(&lines, &params).unwrap().build_signature_headers(&ed25519(), Some("sig1")).unwrap();
    let headers = [
        ("OKPay-Key-Id".to_owned(), "okp_test_kid_1".to_owned()),
        ("Signature-Input".to_owned(), theirs.signature_input_header_value()),
        ("Signature".to_owned(), theirs.signature_header_value()),
    ];
    let key = Ed25519Key::from_seed("gw_1", &[7; 32]).unwrap().public_key();
    assert_eq!(verify_answer(204, &headers, b"", &[key], Some(&asked())).unwrap().created, 5);
}

fn asked() -> AnsweredRequest {
    AnsweredRequest { nonce: NONCE.to_owned(), key_id: "okp_test_kid_1".to_owned() }
}

/// Names and values of what is signed, put together here once more from the design's text.
fn parts(draft: &Draft) -> Vec<(&'static str, String)> {
    let mut parts = vec![("@method", draft.method.clone()), ("@target-uri", normal_url(&draft.url).unwrap())];
    if !draft.body.is_empty() {
        parts.push(("content-type", draft.content_type.clone()));
        parts.push(("content-digest", content_digest(&draft.body)));
    }
    if let Some(key) = &draft.idempotency_key {
        parts.push(("idempotency-key", quote_idempotency_key(key).unwrap()));
    }
    parts
}

fn judge_request(input: &str, signature: &str, parts: &[(&str, String)], with_ed25519: bool) -> HttpSigResult<()> {
    let headers = HttpSignatureHeaders::try_parse(signature, input)?;
    let headers = headers.get("sig1").unwrap();
    let base = HttpSignatureBase::try_new(&components(parts), headers.signature_params())?;
    match with_ed25519 {
        true => base.verify_signature_headers(&ed25519_public(), headers),
        false => base.verify_signature_headers(&hmac(), headers),
    }
}

fn signed_by_judge(draft: &Draft) -> HttpSignatureHeaders {
    let lines = components(&parts(draft));
    let ids = lines.iter().map(|line| line.id.clone()).collect::<Vec<_>>();
    let mut params = HttpSignatureParams::try_new(&ids).unwrap();
    let created = u64::try_from(draft.created).unwrap();
    params.set_created(created).set_expires(created + 300).set_nonce(&draft.nonce);
    match draft.with_ed25519 {
        true => params.set_alg(&AlgorithmName::Ed25519).set_keyid("device_1").set_tag("okpay"),
        false => params.set_alg(&AlgorithmName::HmacSha256).set_keyid("okp_test_kid_1").set_tag("okpay"),
    };
    let base = HttpSignatureBase::try_new(&lines, &params).unwrap();
    match draft.with_ed25519 {
        true => base.build_signature_headers(&ed25519(), Some("sig1")).unwrap(),
        false => base.build_signature_headers(&hmac(), Some("sig1")).unwrap(),
    }
}

fn components(parts: &[(&str, String)]) -> Vec<HttpMessageComponent> {
    let component = |(name, value): &(&str, String)| {
        let id = HttpMessageComponentId::try_from(*name).unwrap();
        HttpMessageComponent::try_from((&id, [value.clone()].as_slice())).unwrap()
    };
    parts.iter().map(component).collect()
}

fn ed25519() -> SecretKey {
    SecretKey::from_bytes(&AlgorithmName::Ed25519, &[7; 32]).unwrap()
}

fn ed25519_public() -> PublicKey {
    ed25519().public_key()
}

fn hmac() -> SharedKey {
    SharedKey::HmacSha256(vec![9; 32])
}
