//! What a body may have been before something on the way parsed it and wrote it anew.

use crate::api::event_in_order;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Deepest nesting that is sorted; events have a handful of levels.
const MAX_DEPTH: usize = 64;

/// Bodies that say the same as this one, each with the words for "the signature holds for the body …".
pub(super) fn variants(body: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut variants = line_variants(body);
    if let Ok(text) = std::str::from_utf8(body) {
        variants.extend(latin_1(text).map(|bytes| ("in UTF-8, before it was read as Latin-1", bytes)));
        if serde_json::from_str::<IgnoredAny>(text).is_ok() {
            variants.extend(json_variants(text));
        }
    }
    variants.retain(|(_, variant)| variant != body);
    variants
}

fn line_variants(body: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut variants = vec![
        ("with a line break at its end", [body, b"\n"].concat()),
        ("without the white space at its end", body.trim_ascii_end().to_vec()),
        ("without its byte order mark", body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).to_vec()),
    ];
    if let Ok(text) = std::str::from_utf8(body) {
        variants.push(("with plain line breaks (LF)", text.replace("\r\n", "\n").into_bytes()));
        variants.push(("with CRLF line breaks", text.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes()));
    }
    variants
}

fn json_variants(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let tokens = tokens(text);
    let plain = tokens.iter().map(|token| unescaped(token)).collect::<Vec<_>>();
    let plain = plain.iter().map(String::as_str).collect::<Vec<_>>();
    let compact = write(&tokens, ",", ":", None);
    let mut variants = vec![
        ("as compact JSON with a line break at its end", format!("{compact}\n")),
        ("as compact JSON", compact),
        ("as compact JSON without needless escapes", write(&plain, ",", ":", None)),
        ("as JSON with spaces after commas and colons", write(&tokens, ", ", ": ", None)),
        ("as JSON indented by 2", write(&tokens, ",", ": ", Some(2))),
        ("as JSON indented by 4", write(&tokens, ",", ": ", Some(4))),
    ];
    let sorted = serde_json::from_str::<&RawValue>(text).ok().and_then(|raw| sorted(raw, 0));
    variants.extend(sorted.map(|text| ("as compact JSON with sorted names", text)));
    variants.extend(event_in_order(text).map(|text| ("with its fields in OKPay's order", text)));
    variants.into_iter().map(|(words, text)| (words, text.into_bytes())).collect()
}

/// The tokens of a text that is known to be JSON, without the white space between them.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start_matches(JSON_SPACE);
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '"' => string_end(rest),
            '{' | '}' | '[' | ']' | ',' | ':' => 1,
            _ => rest.find(['{', '}', '[', ']', ',', ':', '"', ' ', '\t', '\r', '\n']).unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(end);
        tokens.push(token);
        rest = after.trim_start_matches(JSON_SPACE);
    }
    tokens
}

const JSON_SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// Where the string ends that the text starts with.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'"' if !escaped => return at + 1,
            _ => escaped = byte == b'\\' && !escaped,
        }
    }
    text.len()
}

/// A string token with only the escapes that JSON needs; any other token as it is.
fn unescaped(token: &str) -> String {
    let string = serde_json::from_str::<String>(token).and_then(|text| serde_json::to_string(&text));
    string.unwrap_or_else(|_| token.to_owned())
}

/// Writes tokens with these separators and, if an indent is given, each member on a line of its own.
fn write(tokens: &[&str], comma: &str, colon: &str, indent: Option<usize>) -> String {
    let mut text = String::new();
    let mut depth = 0_usize;
    let new_line = |text: &mut String, depth: usize| {
        if let Some(indent) = indent {
            text.push('\n');
            text.push_str(&" ".repeat(indent * depth));
        }
    };
    for (at, token) in tokens.iter().enumerate() {
        let is_empty = |close: &str| at > 0 && matches!((tokens[at - 1], close), ("{", "}") | ("[", "]"));
        match *token {
            "{" | "[" => {
                depth += 1;
                text.push_str(token);
                if !matches!(tokens.get(at + 1), Some(&("}" | "]"))) {
                    new_line(&mut text, depth);
                }
            }
            "}" | "]" => {
                depth = depth.saturating_sub(1);
                if !is_empty(token) {
                    new_line(&mut text, depth);
                }
                text.push_str(token);
            }
            "," => {
                text.push_str(comma);
                new_line(&mut text, depth);
            }
            ":" => text.push_str(colon),
            other => text.push_str(other),
        }
    }
    text
}

/// Compact JSON with the names of every object in order, its numbers as they were and no needless escapes.
fn sorted(raw: &RawValue, depth: usize) -> Option<String> {
    if depth > MAX_DEPTH {
        return None;
    }
    let text = raw.get();
    if let Ok(members) = serde_json::from_str::<BTreeMap<String, &RawValue>>(text) {
        let member =
            |(name, value): (String, &RawValue)| Some(format!("{}:{}", serde_json::to_string(&name).ok()?, sorted(value, depth + 1)?));
        return Some(format!("{{{}}}", members.into_iter().map(member).collect::<Option<Vec<_>>>()?.join(",")));
    }
    if let Ok(elements) = serde_json::from_str::<Vec<&RawValue>>(text) {
        let elements = elements.into_iter().map(|element| sorted(element, depth + 1)).collect::<Option<Vec<_>>>()?;
        return Some(format!("[{}]", elements.join(",")));
    }
    Some(unescaped(text))
}

/// The bytes of a text that was once read byte by byte.
fn latin_1(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn named(body: &[u8], words: &str) -> String {
        let found = variants(body).into_iter().find(|(name, _)| *name == words).unwrap();
        String::from_utf8(found.1).unwrap()
    }

    #[test]
    fn writes_json_in_every_style() {
        let body = "{\"b\": [1.50, {}, []], \"a\": \"x \\\" \\/\\u00e9\"}".as_bytes();
        assert_eq!(named(body, "as compact JSON"), r#"{"b":[1.50,{},[]],"a":"x \" \/\u00e9"}"#);
        assert_eq!(named(body, "as compact JSON without needless escapes"), r#"{"b":[1.50,{},[]],"a":"x \" /é"}"#);
        assert_eq!(named(body, "as compact JSON with sorted names"), r#"{"a":"x \" /é","b":[1.50,{},[]]}"#);
        let compact = br#"{"b":[1,{}],"a":{"c":null}}"#;
        assert_eq!(named(compact, "as JSON with spaces after commas and colons"), r#"{"b": [1, {}], "a": {"c": null}}"#);
        let indented = "{\n  \"b\": [\n    1,\n    {}\n  ],\n  \"a\": {\n    \"c\": null\n  }\n}";
        assert_eq!(named(compact, "as JSON indented by 2"), indented);
        assert_eq!(named("{\"a\":\"Ã©\"}".as_bytes(), "in UTF-8, before it was read as Latin-1"), "{\"a\":\"é\"}");
    }

    #[test]
    fn takes_any_bytes() {
        for body in [b"".as_slice(), b"\xff\xfe", b"{", b"\"\\", b"1", "[".repeat(100_000).as_bytes()] {
            variants(body);
        }
        let deep = format!("{}{}", "[".repeat(90), "]".repeat(90));
        assert!(variants(deep.as_bytes()).iter().all(|(words, _)| !words.contains("sorted")));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "\\PC{0,8}".prop_map(Value::from)
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            let object = prop::collection::btree_map("[a-z\"\\\\]{0,3}", inner.clone(), 0..4);
            prop_oneof![prop::collection::vec(inner, 0..4).prop_map(Value::from), object.prop_map(|members| json!(members))]
        })
    }

    proptest! {
        /// The judge is serde_json's own writer.
        #[test]
        fn agrees_with_serde_json(value in any_json()) {
            let (compact, pretty) = (serde_json::to_string(&value).unwrap(), serde_json::to_string_pretty(&value).unwrap());
            prop_assert_eq!(&write(&tokens(&pretty), ",", ":", None), &compact);
            prop_assert_eq!(&write(&tokens(&compact), ",", ": ", Some(2)), &pretty);
            prop_assert_eq!(sorted(serde_json::from_str(&pretty).unwrap(), 0).unwrap(), compact);
        }
    }
}
