//! The signature base (RFC 9421 §2.5) and the fields `Signature-Input` and `Signature` (§4), in our one shape.
//!
//! Writing and reading share [`Parameters::to_text`]: what is read must be, to the byte, what we would have written. So there is no
//! second form of a signature, no second order and no second meaning.

use super::fields::is_field_value;
use super::keys::{Algorithm, is_word};
use base64ct::{Base64, Encoding};
use std::fmt::Write as _;

/// The one label of a signature.
const LABEL: &str = "sig1";

/// Longest `Signature-Input` or `Signature` that is read; ours stay under 400 characters.
const MAX_FIELD: usize = 2048;

/// The largest integer of a structured field (RFC 9651 §3.3.1).
const MAX_INTEGER: u64 = 999_999_999_999_999;

/// The last second of the year 9999, well inside what a structured field can hold (RFC 9651 §3.3.1).
const LAST_TIME: i64 = 253_402_300_799;

/// The fields that a signature adds to a request or an answer, as they go onto the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureHeaders {
    /// `Content-Digest`, if there is a body.
    pub content_digest: Option<String>,
    /// `Idempotency-Key` with its quotes, if the request has a key.
    pub idempotency_key: Option<String>,
    /// `OKPay-Key-Id`, if this is an answer that says which request it is to.
    pub okpay_key_id: Option<String>,
    /// `Signature-Input`.
    pub signature_input: String,
    /// `Signature`.
    pub signature: String,
}

impl SignatureHeaders {
    /// The fields as name and value, in lower case, without those that are absent.
    #[must_use]
    pub fn to_list(&self) -> Vec<(String, String)> {
        let optional =
            [("content-digest", &self.content_digest), ("idempotency-key", &self.idempotency_key), ("okpay-key-id", &self.okpay_key_id)];
        let present = optional.into_iter().filter_map(|(name, value)| value.as_ref().map(|value| (name, value)));
        let always = [("signature-input", &self.signature_input), ("signature", &self.signature)];
        present.chain(always).map(|(name, value)| (name.to_owned(), value.clone())).collect()
    }
}

/// A part of a message that a signature covers: its name and its value.
pub(super) type Part<'m> = (&'m str, &'m str);

/// The names of parts, as they stand in `Signature-Input`.
pub(super) fn names_of(parts: &[Part<'_>]) -> String {
    parts.iter().map(|(name, _)| ["\"", name, "\""].concat()).collect::<Vec<_>>().join(" ")
}

/// What `Signature-Input` says of one signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parameters {
    /// The names of the covered parts, each in its quotes.
    pub(super) components: String,
    pub(super) created: i64,
    pub(super) expires: Option<i64>,
    pub(super) nonce: Option<String>,
    pub(super) algorithm: Algorithm,
    pub(super) key_id: String,
    pub(super) tag: String,
}

impl Parameters {
    /// The value of `@signature-params`, its parameters in the one order that every verifier we know accepts.
    fn to_text(&self) -> String {
        let mut text = format!("({});created={}", self.components, self.created);
        // Writing to a text cannot fail.
        if let Some(expires) = self.expires {
            let _ = write!(text, ";expires={expires}");
        }
        if let Some(nonce) = &self.nonce {
            let _ = write!(text, ";nonce=\"{nonce}\"");
        }
        let _ = write!(text, ";alg=\"{}\";keyid=\"{}\";tag=\"{}\"", self.algorithm, self.key_id, self.tag);
        text
    }

    /// The field `Signature-Input`.
    pub(super) fn to_field(&self) -> String {
        format!("{LABEL}={}", self.to_text())
    }

    /// The bytes to sign, given the covered parts.
    pub(super) fn base(&self, parts: &[Part<'_>]) -> Vec<u8> {
        signature_base(parts, &self.to_text())
    }

    /// Whether a part of this name is covered.
    pub(super) fn covers(&self, name: &str) -> bool {
        self.components.split(' ').filter_map(unquoted).any(|covered| covered == name)
    }

    /// Reads `Signature-Input`: one signature in our shape, or nothing.
    pub(super) fn read(field: &str) -> Option<Self> {
        let parameters = Self::parse(field)?;
        (parameters.to_field() == field).then_some(parameters)
    }

    /// Takes the field apart where we would have put it together; that nothing else was in it shows when it is written again.
    fn parse(field: &str) -> Option<Self> {
        let (components, rest) = only_member(field)?.strip_prefix('(')?.split_once(')')?;
        let value =
            |name: &str| rest.split(';').filter_map(|part| part.split_once('=')).find(|(of, _)| *of == name).map(|(_, value)| value);
        let text = |name: &str| value(name).and_then(unquoted).map(str::to_owned);
        let integer = |name: &str| value(name)?.parse::<i64>().ok().filter(|number| number.unsigned_abs() <= MAX_INTEGER);
        if !components.split(' ').all(|name| unquoted(name).is_some()) {
            return None;
        }
        Some(Self {
            components: components.to_owned(),
            created: integer("created")?,
            expires: integer("expires"),
            nonce: text("nonce"),
            algorithm: Algorithm::from_name(&text("alg")?)?,
            key_id: text("keyid").filter(|key_id| is_word(key_id, 1..=64))?,
            tag: text("tag")?,
        })
    }
}

/// A text out of its quotes, in which nothing needs to be escaped.
fn unquoted(text: &str) -> Option<&str> {
    let text = text.strip_prefix('"')?.strip_suffix('"')?;
    (!text.contains(['"', '\\'])).then_some(text)
}

/// The signature base: a line per component, then the parameters (RFC 9421 §2.5).
fn signature_base(lines: &[(&str, &str)], parameters: &str) -> Vec<u8> {
    let mut base = String::new();
    for (name, value) in lines {
        base.extend(["\"", name, "\": ", value, "\n"]);
    }
    base.extend(["\"@signature-params\": ", parameters]);
    base.into_bytes()
}

/// The field `Signature`.
pub(super) fn signature_field(signature: &[u8]) -> String {
    format!("{LABEL}=:{}:", Base64::encode_string(signature))
}

/// Reads `Signature`: the bytes of our one signature, or nothing. The decoder takes canonical base64 alone.
pub(super) fn read_signature_field(field: &str) -> Option<Vec<u8>> {
    Base64::decode_vec(only_member(field)?.strip_prefix(':')?.strip_suffix(':')?).ok()
}

/// What stands under our label, at the start of the field. That it is the only member shows when the field is written again.
fn only_member(field: &str) -> Option<&str> {
    if field.len() > MAX_FIELD || !is_field_value(field) {
        return None;
    }
    field.strip_prefix(LABEL)?.strip_prefix('=')
}

/// A nonce is opaque: it only has to be long enough, and to need no quoting.
pub(super) fn is_nonce(nonce: &str) -> bool {
    is_word(nonce, 22..=64)
}

/// A time that can be signed, in seconds since 1970.
pub(super) fn is_time(secs: i64) -> bool {
    (0..=LAST_TIME).contains(&secs)
}

#[cfg(test)]
mod tests {
    use super::super::keys::{Ed25519Key, HmacKey, Signer};
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    const INPUT: &str = r#"sig1=("@method" "@target-uri");created=1767225600;expires=1767225900;nonce="b3k2pp5k7z50gnwpyemd01";alg="ed25519";keyid="k";tag="okpay""#;

    #[test]
    fn makes_the_bases_and_signatures_of_rfc_9421() {
        let vectors: Value = serde_json::from_str(include_str!("../../../tests/vectors/rfc9421.json")).unwrap();
        let key = |name: &str| hex::decode(vectors["keys"][name].as_str().unwrap()).unwrap();
        let signers: [Box<dyn Signer>; 2] = [
            Box::new(HmacKey::from_bytes("test-shared-secret", &key("hmac_hex")).unwrap()),
            Box::new(Ed25519Key::from_seed("test-key-ed25519", &key("ed25519_seed_hex")).unwrap()),
        ];
        for case in vectors["signature_vectors"].as_array().unwrap() {
            let (label, parameters) = case["signature_input"].as_str().unwrap().split_once('=').unwrap();
            let base = signature_base(&lines(case, parameters), parameters);
            assert_eq!(std::str::from_utf8(&base).unwrap(), case["signature_base"].as_str().unwrap());
            let signer = signers.iter().find(|signer| signer.key_id() == case["keyid"].as_str().unwrap()).unwrap();
            let signature = signature_field(&signer.sign(base).unwrap()).replacen(LABEL, label, 1);
            assert_eq!(signature, case["signature"].as_str().unwrap());
        }
    }

    /// The lines of a case, its values taken from the message, as RFC 9421 §2 says for each of the parts that occur.
    fn lines<'a>(case: &'a Value, parameters: &'a str) -> Vec<(&'a str, &'a str)> {
        let mut start = case["start_line"].as_str().unwrap().split(' ');
        let (method, target) = (start.next().unwrap(), start.next().unwrap());
        let field = |name: &str| {
            let fields = case["headers"].as_array().unwrap();
            fields.iter().find(|field| field[0].as_str().unwrap().eq_ignore_ascii_case(name)).unwrap()[1].as_str().unwrap()
        };
        let covered = parameters.trim_start_matches('(').split(')').next().unwrap();
        let value = |name: &str| match name {
            "@method" => method,
            "@path" => target.split('?').next().unwrap(),
            "@authority" => field("host"),
            name => field(name),
        };
        covered.split(' ').map(|name| name.trim_matches('"')).map(|name| (name, value(name))).collect()
    }

    #[test]
    fn reads_its_own_shape_and_no_other() {
        let parameters = Parameters::read(INPUT).unwrap();
        assert_eq!((parameters.created, parameters.key_id.as_str()), (1_767_225_600, "k"));
        for (from, to) in [
            ("sig1=", "sig2="),
            ("sig1=", "sig1 ="),
            (";created", "; created"),
            ("created=1767225600", "created=01767225600"),
            ("created=1767225600", "created=1767225600.0"),
            ("created=1767225600;", ""),
            (";alg=\"ed25519\"", ";alg=\"rsa-v1_5-sha256\""),
            (";alg=\"ed25519\"", ";alg=ed25519"),
            ("keyid=\"k\"", "keyid=\"\""),
            ("keyid=\"k\"", "keyid=\"a b\""),
            ("keyid=\"k\"", "keyid=\"k\";keyid=\"k\""),
            ("tag=\"okpay\"", "tag=\"okpay\";more=1"),
            ("\"@method\" ", "\"@method\";req "),
            ("\"@method\" ", "\"@method\"  "),
            (";expires=1767225900;nonce=\"b3k2pp5k7z50gnwpyemd01\"", ";nonce=\"b3k2pp5k7z50gnwpyemd01\";expires=1767225900"),
        ] {
            let changed = INPUT.replacen(from, to, 1);
            assert_ne!(changed, INPUT);
            assert_eq!(Parameters::read(&changed), None, "{changed}");
        }
        assert_eq!(Parameters::read(&format!("{INPUT}, sig2=()")), None);
        assert_eq!(Parameters::read(&format!("{INPUT}, {INPUT}")), None);
        assert_eq!(Parameters::read(&format!("{INPUT}{}", " ".repeat(MAX_FIELD))), None);
    }

    #[test]
    fn reads_a_signature_in_canonical_base64_only() {
        assert_eq!(read_signature_field("sig1=:AAE=:").unwrap(), [0, 1]);
        for field in
            ["sig1=:AAE:", "sig1=:AAF=:", "sig1=:AAE==:", "sig1=AAE=", "sig2=:AAE=:", "sig1=:AAE=:;a", "sig1=:AAE=:, b=1", "sig1", ""]
        {
            assert_eq!(read_signature_field(field), None, "{field}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = (Parameters::read(&text), read_signature_field(&text));
            prop_assert_eq!(read_signature_field(&signature_field(&bytes)), Some(bytes));
        }

        #[test]
        fn one_changed_character_is_another_text_or_none(at in 0..INPUT.len(), byte in b' '..=b'~') {
            let mut changed = INPUT.as_bytes().to_vec();
            changed[at] = byte;
            let changed = String::from_utf8(changed).unwrap();
            if let Some(parameters) = Parameters::read(&changed) {
                prop_assert_eq!(parameters.to_field(), changed);
            }
        }
    }
}
