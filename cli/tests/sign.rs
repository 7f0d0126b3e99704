//! `okpay sign`: the headers hold for the gateway's own verifier, and for an HMAC computed here.

mod support;

use hmac::{Hmac, KeyInit, Mac};
use okpay::signing::{HmacKey, ReceivedRequest, VerificationKey, read_signature};
use sha2::{Digest, Sha256};
use support::{Ran, file, finish, okpay};

const KEY_ID: &str = "okp_test_kid_1";
const SECRET: &str = "okp_test_sk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const URL: &str = "https://api.okpay.test/v1/payments?expand=fees";
const BODY: &str = r#"{"amount":{"amount":"19.99","currency":"EUR"},"method":"card"}"#;

fn sign(arguments: &[&str]) -> Ran {
    finish(okpay().env("OKPAY_KEY_ID", KEY_ID).env("OKPAY_SECRET", SECRET).arg("sign").args(arguments))
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[test]
fn the_signature_is_the_one_of_the_standard() {
    let out = sign(&[
        "post",
        "HTTPS://API.okpay.test:443/v1/payments?expand=fees#top",
        "--data",
        BODY,
        "--idempotency-key",
        "order-1",
        "--created",
        "1767225600",
        "--nonce",
        "b3k2pp5k7z50gnwpyemd01",
    ])
    .ok();
    let digest = format!("sha-256=:{}:", base64(&Sha256::digest(BODY)));
    let parameters = format!(
        "(\"@method\" \"@target-uri\" \"content-type\" \"content-digest\" \"idempotency-key\")\
         ;created=1767225600;expires=1767225900;nonce=\"b3k2pp5k7z50gnwpyemd01\";alg=\"hmac-sha256\";keyid=\"{KEY_ID}\";tag=\"okpay\""
    );
    let base = format!(
        "\"@method\": POST\n\"@target-uri\": {URL}\n\"content-type\": application/json\n\"content-digest\": {digest}\n\
         \"idempotency-key\": \"order-1\"\n\"@signature-params\": {parameters}"
    );
    let secret = (0..32).collect::<Vec<u8>>();
    let mac = Hmac::<Sha256>::new_from_slice(&secret).unwrap().chain_update(base).finalize().into_bytes();
    let expected = [
        "content-type: application/json".to_owned(),
        "okpay-version: 2026-11-01".to_owned(),
        format!("content-digest: {digest}"),
        "idempotency-key: \"order-1\"".to_owned(),
        format!("signature-input: sig1={parameters}"),
        format!("signature: sig1=:{}:", base64(&mac)),
    ];
    assert_eq!(out.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn json_verifies_and_is_fresh_each_time() {
    let once = || sign(&["POST", URL, "--data", BODY, "--json"]).json();
    let (first, second) = (once(), once());
    assert_ne!(first["headers"]["signature"], second["headers"]["signature"]);
    assert_ne!(first["headers"]["idempotency-key"], second["headers"]["idempotency-key"]);
    let headers = first["headers"].as_object().unwrap().iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()));
    let request = ReceivedRequest { method: "POST".to_owned(), url: URL.to_owned(), headers: headers.collect(), body: BODY.into() };
    let claim = read_signature(&request).unwrap();
    claim.verify(&VerificationKey::Hmac(HmacKey::from_text(KEY_ID, SECRET).unwrap())).unwrap();
    claim.check_digest(BODY.as_bytes()).unwrap();
    assert!(claim.idempotency_key().unwrap().is_some());
}

#[test]
fn a_get_has_neither_digest_nor_key() {
    let out = sign(&["GET", URL, "--json"]).json();
    let names = out["headers"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names, ["okpay-version", "signature", "signature-input"]);
}

#[test]
fn curl_gets_the_body_as_a_shell_reads_it() {
    let body = r#"{"reference":"it's $HOME `here`"}"#;
    let command = sign(&["POST", URL, "--data", body, "--curl"]).ok();
    assert!(!command.contains(SECRET) && command.starts_with("curl "));
    // The shell itself says what curl would be given.
    let shown = std::process::Command::new("sh").arg("-c").arg(command.replacen("curl", "printf '%s\\n'", 1)).output().unwrap();
    let words = String::from_utf8(shown.stdout).unwrap();
    let words = words.lines().collect::<Vec<_>>();
    assert_eq!(words[..5], ["--globoff", "--path-as-is", "--request", "POST", URL]);
    assert_eq!(words[words.len() - 2..], ["--data-binary", body]);
    assert!(words.iter().any(|word| word.starts_with("signature: sig1=:")));
}

#[test]
fn a_file_stays_a_file_and_holds_the_secret_if_told() {
    let folder = tempfile::tempdir().unwrap();
    let body = file(folder.path(), "body.json", BODY);
    let secret = file(folder.path(), "secret", format!("{SECRET}\n"));
    let fixed = ["--created", "1767225600", "--nonce", "b3k2pp5k7z50gnwpyemd01", "--idempotency-key", "k"];
    let data = format!("@{body}");
    let arguments = [&["sign", "POST", URL, "--data", &data, "--key-id", KEY_ID, "--secret-file", &secret, "--curl"][..], &fixed].concat();
    let from_files = finish(okpay().args(&arguments)).ok();
    assert!(from_files.contains(&format!("--data-binary '@{body}'")));
    let from_text = sign(&[&["POST", URL, "--data", BODY, "--curl"][..], &fixed].concat()).ok();
    let signature =
        |text: &str| text.lines().find(|line| line.contains("signature: ")).map(|line| line.trim_end_matches(['\\', ' ']).to_owned());
    assert_eq!(signature(&from_files), signature(&from_text));
}

#[test]
fn says_what_is_wrong_in_one_line() {
    sign(&["POST", URL, "--data", "@no-such-file"]).fails(2, &["no-such-file", "cannot be read"]);
    sign(&["POST", "api.okpay.test/v1", "--data", "{}"]).fails(2, &["invalid_url"]);
    sign(&["POST", URL, "--nonce", "short"]).fails(2, &["nonce"]);
    finish(okpay().args(["sign", "GET", URL, "--key-id", KEY_ID])).fails(2, &["set OKPAY_SECRET"]);
    let wrong = finish(okpay().env("OKPAY_SECRET", "okp_test_sk_short").args(["sign", "GET", URL, "--key-id", KEY_ID]));
    assert!(!wrong.stderr.contains("okp_test_sk_short"));
    wrong.fails(2, &["invalid_key"]);
}
