//! Signatures that hold, by a key that is known, in another shape than ours: each is refused, for two verifiers might read it in two ways.

use base64::{Engine, engine::general_purpose::STANDARD};
use okpay::ErrorCode;
use okpay::signing::{HmacKey, ReceivedRequest, Signer, VerificationKey, content_digest, read_signature};
use sha2::{Digest, Sha512};

const NOW: i64 = 1_767_225_600;
const BODY: &[u8] = b"{}";
const PARTS: &str = r#""@method" "@target-uri" "content-type" "content-digest" "idempotency-key""#;
const REST: &str = r#";created=1767225600;expires=1767225900;nonce="b3k2pp5k7z50gnwpyemd01";alg="hmac-sha256";keyid="k";tag="okpay""#;

fn key() -> HmacKey {
    HmacKey::from_bytes("k", &[9; 32]).unwrap()
}

fn digest_512() -> String {
    format!("sha-512=:{}:", STANDARD.encode(Sha512::digest(BODY)))
}

/// A request whose signature is made over exactly these parts and parameters.
fn signed(parts: &str, rest: &str, digest: &str) -> ReceivedRequest {
    let value = |name: &str| match name {
        "@method" => "POST",
        "@target-uri" => "https://api.okpay.test/v1/payments",
        "@authority" => "api.okpay.test",
        "content-type" => "application/json",
        "content-digest" => digest,
        "idempotency-key" => "\"key-1\"",
        _ => "none",
    };
    let names = parts.split(' ').map(|name| name.split(';').next().unwrap().trim_matches('"')).filter(|name| !name.is_empty());
    let lines = names.map(|name| format!("\"{name}\": {}\n", value(name))).collect::<String>();
    let base = format!("{lines}\"@signature-params\": ({parts}){rest}");
    let signature = STANDARD.encode(key().sign(base.into_bytes()).unwrap());
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("content-digest", digest.to_owned()),
        ("idempotency-key", "\"key-1\"".to_owned()),
        ("signature-input", format!("sig1=({parts}){rest}")),
        ("signature", format!("sig1=:{signature}:")),
    ];
    ReceivedRequest {
        method: "POST".to_owned(),
        url: "https://api.okpay.test/v1/payments".to_owned(),
        headers: headers.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        body: BODY.to_vec(),
    }
}

fn prove(request: &ReceivedRequest) -> Result<(), ErrorCode> {
    let claim = read_signature(request).map_err(|error| error.code().clone())?;
    let checks = [claim.verify(&VerificationKey::Hmac(key())), claim.check_digest(&request.body), claim.check_time(NOW)];
    checks.into_iter().collect::<Result<Vec<_>, _>>().map(|_| ()).map_err(|error| error.code().clone())
}

#[test]
fn our_own_shape_is_proven() {
    assert_eq!(prove(&signed(PARTS, REST, &content_digest(BODY))), Ok(()));
    assert_eq!(prove(&signed(PARTS, REST, &digest_512())), Ok(()));
    assert_eq!(prove(&signed(PARTS, REST, &format!("{}, {}", digest_512(), content_digest(BODY)))), Ok(()));
}

#[test]
fn other_parts_are_refused() {
    for parts in [
        "",
        r#""@method""#,
        r#""@method" "@target-uri""#,
        r#""@method" "@target-uri" "content-digest" "idempotency-key""#,
        r#""@method" "@target-uri" "content-type" "idempotency-key""#,
        r#""@target-uri" "@method" "content-type" "content-digest" "idempotency-key""#,
        r#""@method" "@target-uri" "content-type" "content-digest" "idempotency-key" "idempotency-key""#,
        r#""@method" "@target-uri" "content-type" "content-digest" "idempotency-key" "@authority""#,
        r#""@method" "@authority" "content-type" "content-digest" "idempotency-key""#,
        r#""@method";req "@target-uri" "content-type" "content-digest" "idempotency-key""#,
        r#""@method" "@target-uri" "content-type";bs "content-digest" "idempotency-key""#,
        r#""@method"  "@target-uri" "content-type" "content-digest" "idempotency-key""#,
    ] {
        assert_eq!(prove(&signed(parts, REST, &content_digest(BODY))), Err(ErrorCode::SignatureInvalid), "{parts}");
    }
}

#[test]
fn other_parameters_are_refused() {
    for (from, to) in [
        (";created=1767225600", ""),
        (";expires=1767225900", ""),
        (";nonce=\"b3k2pp5k7z50gnwpyemd01\"", ""),
        (";alg=\"hmac-sha256\"", ""),
        (";keyid=\"k\"", ""),
        (";tag=\"okpay\"", ""),
        ("okpay", "okpay-response"),
        ("okpay", "OKPay"),
        ("hmac-sha256", "ed25519"),
        ("hmac-sha256", "HMAC-SHA256"),
        ("keyid=\"k\"", "keyid=\"other\""),
        ("keyid=\"k\"", "keyid=\"k k\""),
        ("b3k2pp5k7z50gnwpyemd01", "short"),
        ("b3k2pp5k7z50gnwpyemd01", "b3k2pp5k7z50gnwpyemd0="),
        ("1767225600", "1767225600.0"),
        ("1767225600", "\"1767225600\""),
        ("created=1767225600;expires=1767225900", "expires=1767225900;created=1767225600"),
        (";tag=", ";x=1;tag="),
        (";created", "; created"),
        (";created=1767225600", ";created=1;created=1767225600"),
    ] {
        let rest = REST.replacen(from, to, 1);
        assert_ne!(rest, REST);
        assert_eq!(prove(&signed(PARTS, &rest, &content_digest(BODY))), Err(ErrorCode::SignatureInvalid), "{rest}");
    }
}

#[test]
fn another_label_or_a_second_signature_is_refused() {
    let good = signed(PARTS, REST, &content_digest(BODY));
    let changed = |change: fn(&str) -> String| {
        let mut request = good.clone();
        request.headers.iter_mut().filter(|(name, _)| name.starts_with("signature")).for_each(|(_, value)| *value = change(value));
        prove(&request)
    };
    assert_eq!(changed(str::to_owned), Ok(()));
    assert_eq!(changed(|value| value.replace("sig1=", "sig=")), Err(ErrorCode::SignatureInvalid));
    assert_eq!(changed(|value| format!("{value}, {}", value.replace("sig1=", "sig2="))), Err(ErrorCode::SignatureInvalid));
    assert_eq!(changed(|value| format!("{}, {value}", value.replace("sig1=", "sig0="))), Err(ErrorCode::SignatureInvalid));
    assert_eq!(changed(|value| format!("{value}, {value}")), Err(ErrorCode::SignatureInvalid));
}

#[test]
fn a_window_of_another_length_is_refused_and_no_time_overflows() {
    for (created, expires) in [
        (NOW, NOW + 299),
        (NOW, NOW + 301),
        (NOW, NOW),
        (NOW + 300, NOW),
        (-999_999_999_999_999, 999_999_999_999_999),
        (-999_999_999_999_999, -999_999_999_999_699),
        (999_999_999_999_699, 999_999_999_999_999),
    ] {
        let rest = REST.replace("1767225600", &created.to_string()).replace("1767225900", &expires.to_string());
        assert_eq!(prove(&signed(PARTS, &rest, &content_digest(BODY))), Err(ErrorCode::ClockSkew), "{rest}");
    }
}

#[test]
fn a_digest_that_is_signed_but_not_of_the_body_is_refused() {
    for digest in [content_digest(b"[]"), format!("{}, {}", content_digest(b"[]"), digest_512()), "md5=:AAAA:".to_owned(), "x".to_owned()] {
        assert_eq!(prove(&signed(PARTS, REST, &digest)), Err(ErrorCode::DigestMismatch), "{digest}");
    }
}
