//! `Content-Digest` (RFC 9530): written with SHA-256, read with SHA-256 and SHA-512; and the digest by which a file is named.

use super::fields::is_field_value;
use crate::error::{ErrorCode, OkpayError};
use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;

/// Longest `Content-Digest` that is read; both known algorithms together need fewer than 160 characters.
const MAX_FIELD: usize = 1024;

/// The field `Content-Digest` for these bytes: `sha-256=:…:`.
#[must_use]
pub fn content_digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", Base64::encode_string(&Sha256::digest(body)))
}

/// The SHA-256 of a file's content, 64 hexadecimal digits in small letters: what the field `sha256` of an attachment, a document of identity
/// or a file of evidence takes, and what that of a downloaded report is to be compared with. The file itself stays where it is.
#[cfg(feature = "secret")]
#[must_use]
pub fn file_digest(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}

/// Proves that a `Content-Digest` belongs to these bytes.
///
/// The field may hold several digests (RFC 9530 §2): unknown algorithms are skipped, every known one (`sha-256`, `sha-512`) must
/// match, and one at least must be known. Only byte sequences in the canonical form of a structured field (RFC 9651 §4.1) are read, each
/// algorithm once, apart from the spaces around commas.
///
/// # Errors
/// `digest_mismatch`.
pub fn verify_content_digest(field: &str, body: &[u8]) -> Result<(), OkpayError> {
    let digests = parse(field).ok_or_else(|| mismatch("Content-Digest is not of the form sha-256=:base64: (RFC 9530)"))?;
    let mut known = 0_u32;
    for (algorithm, claimed) in digests {
        let computed = match algorithm {
            "sha-256" => Sha256::digest(body).to_vec(),
            "sha-512" => Sha512::digest(body).to_vec(),
            _ => continue,
        };
        if !bool::from(computed.as_slice().ct_eq(&claimed)) {
            return Err(mismatch("the body is not the one that Content-Digest was made of: sign the exact bytes that are sent"));
        }
        known += 1;
    }
    match known {
        0 => Err(mismatch("Content-Digest has neither sha-256 nor sha-512")),
        _ => Ok(()),
    }
}

/// Algorithms with their digests.
fn parse(field: &str) -> Option<Vec<(&str, Vec<u8>)>> {
    if field.len() > MAX_FIELD || !is_field_value(field) {
        return None;
    }
    let mut digests = Vec::<(&str, Vec<u8>)>::new();
    for member in field.split(',') {
        let (algorithm, value) = member.trim_matches(' ').split_once('=')?;
        // The decoder takes canonical base64 alone: no bad padding, no stray bits, on which others differ.
        let digest = Base64::decode_vec(value.strip_prefix(':')?.strip_suffix(':')?).ok()?;
        if !is_key(algorithm) || digests.iter().any(|(before, _)| *before == algorithm) {
            return None;
        }
        digests.push((algorithm, digest));
    }
    Some(digests)
}

/// A key of a dictionary (RFC 9651 §3.1.2).
fn is_key(text: &str) -> bool {
    let rest = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.*".contains(&byte);
    matches!(text.as_bytes(), [b'a'..=b'z' | b'*', ..]) && text.bytes().all(rest)
}

fn mismatch(detail: &str) -> OkpayError {
    OkpayError::verification(ErrorCode::DigestMismatch, detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SHA_256: &str = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:";
    const SHA_512: &str = "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
    const BODY: &[u8] = b"{\"hello\": \"world\"}";

    #[cfg(feature = "secret")]
    #[test]
    fn a_file_is_named_as_fips_180_4_has_it() {
        assert_eq!(file_digest(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(file_digest(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn every_known_digest_must_match_and_one_be_there() {
        let wrong = content_digest(b"other");
        for (field, holds) in [
            (SHA_256.to_owned(), true),
            (SHA_512.to_owned(), true),
            (format!("{SHA_256}, {SHA_512}"), true),
            (format!("{SHA_256}  ,{SHA_512}"), true),
            (format!("md5=:AAAA:, {SHA_256}"), true),
            (format!("{wrong}, {SHA_512}"), false),
            (format!("{SHA_512}, {wrong}"), false),
            (format!("{wrong}, {SHA_256}"), false),
            (format!("{SHA_256}, {SHA_256}"), false),
            ("md5=:AAAA:".to_owned(), false),
            (String::new(), false),
            (format!("{SHA_256};q=1"), false),
            ("sha-256".to_owned(), false),
            ("sha-256=\"X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=\"".to_owned(), false),
            ("sha-256=(:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:)".to_owned(), false),
            (SHA_256.replace("E=:", "E:"), false),
            (SHA_256.replace("E=:", "F=:"), false),
            (SHA_256.to_uppercase(), false),
            (format!("{SHA_256},"), false),
            (format!("{SHA_256}, x=:{}:", "A".repeat(MAX_FIELD)), false),
        ] {
            let result = verify_content_digest(&field, BODY);
            assert_eq!(result.is_ok(), holds, "{field}");
            assert!(holds || result.unwrap_err().code() == &ErrorCode::DigestMismatch);
        }
    }

    proptest! {
        #[test]
        fn holds_for_the_body_and_for_no_other(body: Vec<u8>, other: Vec<u8>) {
            let field = content_digest(&body);
            prop_assert!(verify_content_digest(&field, &body).is_ok());
            prop_assert_eq!(verify_content_digest(&field, &other).is_ok(), body == other);
        }

        #[test]
        fn any_field_is_read_without_panic(field in "\\PC{0,80}", body: Vec<u8>) {
            prop_assert!(verify_content_digest(&field, &body).is_err());
        }
    }
}
