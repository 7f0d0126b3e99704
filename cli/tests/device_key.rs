//! `okpay device-key` and `okpay sign --device-key`: a till's key is made, shown and used, and its private half is never printed.

mod support;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use okpay::signing::{PublicKey, ReceivedRequest, VerificationKey, read_signature};
use support::{file, finish, okpay, run};

const URL: &str = "https://api.okpay.test/v1/payments";
const KEY_ID: &str = "okp_test_dev_1";

#[test]
fn a_new_key_is_its_owners_and_signs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("till.key").display().to_string();
    let printed = run(&["device-key", &path, "--new"]).ok();
    let private = std::fs::read_to_string(&path).unwrap();
    assert_eq!((STANDARD.decode(private.trim_end()).unwrap().len(), private.lines().count()), (32, 1));
    assert!(!printed.contains(private.trim_end()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(run(&["device-key", &path, "--json"]).json()["public_key"], printed.trim_end());
    let signed = finish(okpay().args(["sign", "POST", URL, "--data", "{}", "--key-id", KEY_ID, "--device-key", &path, "--json"])).json();
    let headers = signed["headers"].as_object().unwrap().iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()));
    let request = ReceivedRequest { method: "POST".to_owned(), url: URL.to_owned(), headers: headers.collect(), body: b"{}".to_vec() };
    let claim = read_signature(&request).unwrap();
    claim.verify(&VerificationKey::Ed25519(PublicKey::from_base64(KEY_ID, printed.trim_end()).unwrap())).unwrap();
    // A key is made once: a second one would lock the till out.
    run(&["device-key", &path, "--new"]).fails(2, &["till.key", "cannot be made"]);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), private);
}

#[test]
fn the_public_key_is_the_one_of_the_standard() {
    // RFC 8032, section 7.1, test 1.
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "till.key", "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=\n");
    assert_eq!(run(&["device-key", &path]).ok(), "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n");
}

#[test]
fn what_is_no_key_is_said_without_repeating_it() {
    let folder = tempfile::tempdir().unwrap();
    run(&["device-key", &folder.path().join("none.key").display().to_string()]).fails(2, &["none.key", "cannot be read"]);
    for text in ["", "hush", "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2", "okp_test_sk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"] {
        let path = file(folder.path(), "odd.key", text);
        for ran in [run(&["device-key", &path]), run(&["sign", "GET", URL, "--key-id", KEY_ID, "--device-key", &path])] {
            assert!(text.is_empty() || !ran.stderr.contains(text), "{}", ran.stderr);
            ran.fails(2, &["odd.key", "no device key"]);
        }
    }
    let path = file(folder.path(), "till.key", "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=");
    let both = run(&["sign", "GET", URL, "--key-id", KEY_ID, "--device-key", &path, "--secret-file", &path]);
    assert!(both.code == 2 && both.stderr.contains("cannot be used with"), "{both:?}");
}
