//! Header fields: looked up strictly, and the `Idempotency-Key` quoted and read.

use crate::error::{ErrorCode, OkpayError};
use sfv::{BareItem, FieldType, Item, Parser};

/// The value of a field that may come once and must be printable, without the white space around it; otherwise what is wrong with it.
/// Names are compared without case.
pub(crate) fn single<'a>(headers: &'a [(String, String)], name: &str) -> Result<Option<&'a str>, String> {
    let mut values = headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    let value = values.next().map(|value| value.trim_matches([' ', '\t']));
    match (value, values.next()) {
        (_, Some(_)) => Err(format!("{name} comes more than once")),
        (Some(text), None) if !is_field_value(text) => Err(format!("{name} has characters that are not printable ASCII")),
        (value, None) => Ok(value),
    }
}

/// Whether a text can be a field's value as it is: printable ASCII, no white space around it. Line breaks above all are kept out of
/// the signature base.
pub(crate) fn is_field_value(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !text.starts_with(' ') && !text.ends_with(' ')
}

/// The field `Idempotency-Key` for a key: a quoted string (RFC 9651 §3.3.3).
///
/// # Errors
/// `idempotency_key_invalid` unless the key has 1 to 255 visible ASCII characters.
pub fn quote_idempotency_key(key: &str) -> Result<String, OkpayError> {
    if !is_idempotency_key(key) {
        return Err(OkpayError::invalid(ErrorCode::IdempotencyKeyInvalid, KEY_GRAMMAR));
    }
    Ok(format!("\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// Reads the field `Idempotency-Key`: the key without its quotes.
///
/// # Errors
/// `idempotency_key_invalid` for anything but a quoted string of 1 to 255 visible ASCII characters.
pub fn read_idempotency_key(field: &str) -> Result<String, OkpayError> {
    let refused = || OkpayError::verification(ErrorCode::IdempotencyKeyInvalid, KEY_GRAMMAR);
    if field.len() > 2 * 255 + 2 {
        return Err(refused());
    }
    let item: Item = Parser::new(field).parse().map_err(|_| refused())?;
    match &item.bare_item {
        BareItem::String(key) if item.params.is_empty() && is_idempotency_key(key.as_str()) && item.serialize() == field => {
            Ok(key.as_str().to_owned())
        }
        _ => Err(refused()),
    }
}

const KEY_GRAMMAR: &str = "an idempotency key has 1 to 255 visible ASCII characters and is sent in double quotes";

fn is_idempotency_key(key: &str) -> bool {
    (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_field_comes_once_and_is_printable() {
        let headers = [("A", " x\t"), ("b", "1"), ("B", "2"), ("c", "x\ny"), ("d", "\u{e9}")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(single(&headers, "a"), Ok(Some("x")));
        assert_eq!(single(&headers, "none"), Ok(None));
        for name in ["b", "c", "d"] {
            assert!(single(&headers, name).is_err());
        }
    }

    #[test]
    fn keys_are_read_as_the_vectors_have_them() {
        let vectors: serde_json::Value = serde_json::from_str(include_str!("../../../tests/vectors/http_fields.json")).unwrap();
        for (list, is_valid) in [("valid", true), ("invalid", false)] {
            let fields = vectors["idempotency_key"][list].as_array().unwrap();
            for field in fields {
                assert_eq!(read_idempotency_key(field.as_str().unwrap()).is_ok(), is_valid, "{field}");
            }
            okpay_conformance::ran("vectors/http_fields.json", &format!("idempotency_key.{list}"), fields.len());
        }
    }

    #[test]
    fn reads_a_key_in_its_one_form_only() {
        assert_eq!(read_idempotency_key("\"a\\\\b\\\"c\"").unwrap(), "a\\b\"c");
        let long = format!("\"{}\"", "k".repeat(256));
        for field in ["", "abc", "\"\"", "\"a", "\"a b\"", "\"a\";x=1", "\"a\", \"b\"", " \"a\"", "\"a\\b\"", "\"\u{e9}\"", ":YQ==:", &long]
        {
            assert_eq!(read_idempotency_key(field).unwrap_err().code(), &ErrorCode::IdempotencyKeyInvalid, "{field}");
        }
        assert!(quote_idempotency_key("a b").is_err() && quote_idempotency_key(&"k".repeat(256)).is_err());
    }

    proptest! {
        #[test]
        fn every_key_survives_its_quotes(key in "[!-~]{1,255}") {
            prop_assert_eq!(read_idempotency_key(&quote_idempotency_key(&key).unwrap()).unwrap(), key);
        }

        #[test]
        fn any_field_is_read_without_panic(field in "\\PC{0,40}") {
            if let Ok(key) = read_idempotency_key(&field) {
                prop_assert_eq!(quote_idempotency_key(&key).unwrap(), field);
            }
        }
    }
}
