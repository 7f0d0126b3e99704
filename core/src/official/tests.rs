//! Nothing is official by accident, whatever it is made of.

use super::*;
use crate::fees::envelope_public_key;
use proptest::prelude::*;

const LIST: &str = r#"{"version":"2026-11-01.1","hosts":[{"host":"okpay.test","subdomains":true},{"host":"status.example"}],
"emails":["support@okpay.test"],"email_domains":["mail.okpay.test"],"phones":["+12025550199"],"accounts":[{"platform":"x","handle":"okpay"}]}"#;
const SEED: [u8; 32] = [9; 32];

fn list() -> OfficialList {
    let envelope = sign_official_list(LIST, "official_1", 1, &SEED).unwrap();
    OfficialList::from_signed(&envelope, &[envelope_public_key(&SEED)], None).unwrap()
}

fn ask(kind: OfficialKind, value: &str) -> OfficialCheck {
    list().is_official(&OfficialSubject { platform: Some("x".to_owned()), ..OfficialSubject::new(kind, value) })
}

#[test]
fn a_list_that_is_not_in_its_normal_form_does_not_load() {
    for (from, to, path) in [
        ("2026-11-01.1", "today", "version"),
        (r#""host":"okpay.test""#, r#""host":"OKPay.test""#, "hosts[0]"),
        (r#""host":"okpay.test""#, r#""host":"okpay.test.""#, "hosts[0]"),
        (r#""host":"status.example""#, r#""host":"localhost""#, "hosts[1]"),
        (r#""host":"status.example""#, r#""host":"192.0.2.7""#, "hosts[1]"),
        ("support@okpay.test", "Support@okpay.test", "emails[0]"),
        (r#"["mail.okpay.test"]"#, r#"["@mail.okpay.test"]"#, "email_domains[0]"),
        ("+12025550199", "+1 202 555 0199", "phones[0]"),
        (r#""handle":"okpay""#, r#""handle":"@okpay""#, "accounts[0]"),
        (r#""platform":"x""#, r#""platform":"X""#, "accounts[0]"),
    ] {
        let error = sign_official_list(&LIST.replacen(from, to, 1), "official_1", 1, &SEED).unwrap_err();
        assert_eq!((error.code(), error.failure().param.as_deref()), (&ErrorCode::InvalidOfficialList, Some(path)), "{to}");
    }
    let error = |text: &str, id: &str| sign_official_list(text, id, 1, &SEED).unwrap_err().code().to_string();
    assert_eq!(error("{}", "official_1"), "invalid_official_list");
    assert_eq!(error(&" ".repeat(300_000), "official_1"), "invalid_official_list");
    assert_eq!(error(LIST, "fees_1"), "invalid_parameter");
}

#[test]
fn a_fee_schedule_s_signature_is_no_list_s() {
    // The same key would sign the same bytes; the ids tell the two apart.
    let mut envelope = sign_official_list(LIST, "official_1", 1, &SEED).unwrap();
    envelope.signature_id = "fees_1".to_owned();
    let error = OfficialList::from_signed(&envelope, &[envelope_public_key(&SEED)], None).unwrap_err();
    assert_eq!(error.code(), &ErrorCode::EnvelopeSignatureInvalid);
    let error = OfficialList::from_signed(&envelope, &[], None).unwrap_err();
    assert_eq!(error.code(), &ErrorCode::InvalidKey);
}

proptest! {
    /// By another reader: the host is what stands between the last `@` and the first `:`, `/`, `?` or `#`.
    #[test]
    fn an_official_page_is_at_a_listed_host(text in "(https?://)?([a-z0-9.@:/?#%-]|okpay\\.test|okpay|\\.test|оk|ｏ|\\\\){1,12}") {
        let check = ask(OfficialKind::Url, &text);
        if check.verdict == OfficialVerdict::Official {
            let rest = text.strip_prefix("https://").unwrap_or(&text);
            let authority = rest.split(['/', '?', '#']).next().unwrap();
            let host = authority.split(':').next().unwrap().trim_end_matches('.').to_lowercase();
            prop_assert!(!authority.contains('@') && !text.starts_with("http:"), "{text}");
            prop_assert!(host == "okpay.test" || host == "status.example" || host.ends_with(".okpay.test"), "{text}");
        }
    }

    #[test]
    fn an_official_contact_is_listed_letter_by_letter(text in "\\PC{0,40}|[+0-9 ()-]{5,20}|[a-z.]{1,9}@[a-z.]{1,20}|@?[okpay_.-]{1,9}") {
        for kind in [OfficialKind::Email, OfficialKind::Phone, OfficialKind::Social] {
            let check = ask(kind.clone(), &text);
            if check.verdict == OfficialVerdict::Official {
                let bare = text.trim().to_lowercase().replace([' ', '(', ')', '-', '@', '\u{a0}', '.', '/'], "");
                let listed = ["supportokpaytest", "+12025550199", "0012025550199", "tel:+12025550199", "okpay"];
                prop_assert!(listed.contains(&bare.as_str()) || text.trim().to_lowercase().ends_with("@mail.okpay.test"), "{text}");
            }
        }
    }

    #[test]
    fn a_letter_off_is_near_and_the_same_is_not(text in "[a-z]{4,12}", at in 0_usize..12, letter in "[a-z]") {
        let at = at % text.len();
        let without = [&text[..at], &text[at + 1..]].concat();
        let with = [&text[..at], letter.as_str(), &text[at..]].concat();
        prop_assert!(likeness::is_near(&text, &without) && likeness::is_near(&without, &text));
        prop_assert!(likeness::is_near(&text, &with));
        prop_assert!(!likeness::is_near(&text, &text));
    }
}
