//! From the tree into a type, by its serde reader.

use super::{Fault, FaultKind, Json, parse};
use crate::error::{ErrorCode, OkpayError};
use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use std::fmt;

/// Reads a text as a type.
pub(crate) fn read<T: DeserializeOwned>(text: &[u8]) -> Result<T, Fault> {
    T::deserialize(Node { value: &parse(text)?, is_strict: false })
}

/// The measure of the shapes: as [`read`], but a name that the type does not have is a fault.
#[cfg(test)]
pub(crate) fn read_strictly<T: DeserializeOwned>(text: &[u8]) -> Result<T, Fault> {
    T::deserialize(Node { value: &parse(text)?, is_strict: true })
}

/// Reads what a language hands over as JSON text.
///
/// # Errors
/// `invalid_parameter` for a text that is no such value.
pub fn read_text<T: DeserializeOwned>(text: &str) -> Result<T, OkpayError> {
    read(text.as_bytes()).map_err(|fault| OkpayError::invalid(ErrorCode::InvalidParameter, fault.to_string()))
}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(words: T) -> Self {
        Self::at(FaultKind::Value, "", words.to_string())
    }

    /// Without the value, which may be a card number, and without the code that writes fractions.
    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Bool(_) => "a boolean",
            Unexpected::Unsigned(_) | Unexpected::Signed(_) => "an integer",
            Unexpected::Float(_) => "a fraction or a number past 64 bits",
            Unexpected::Str(_) => "a string",
            Unexpected::Unit => "null",
            Unexpected::Seq => "a list",
            Unexpected::Map => "an object",
            _ => "something else",
        };
        Self::custom(format_args!("invalid type: {found}, expected {expected}"))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("invalid value, expected {expected}"))
    }

    fn unknown_field(name: &str, _: &'static [&'static str]) -> Self {
        Self::at(FaultKind::Unknown, name, format!("unknown field `{name}`"))
    }

    fn missing_field(name: &'static str) -> Self {
        Self::at(FaultKind::Missing, name, format!("missing field `{name}`"))
    }
}

/// A place in the tree.
#[derive(Clone, Copy)]
struct Node<'t> {
    value: &'t Json,
    /// Whether a name that the type does not have is a fault.
    is_strict: bool,
}

impl Node<'_> {
    /// The fault of a value of another type.
    #[inline(never)]
    fn mismatch(self, expected: &dyn Expected) -> Fault {
        de::Error::invalid_type(self.kind(), expected)
    }

    fn kind(&self) -> Unexpected<'_> {
        match self.value {
            Json::Null => Unexpected::Unit,
            Json::Bool(value) => Unexpected::Bool(*value),
            Json::Natural(value) => Unexpected::Unsigned(*value),
            Json::Negative(value) => Unexpected::Signed(*value),
            Json::Fraction => Unexpected::Float(0.0),
            Json::Text(value) => Unexpected::Str(value),
            Json::List(_) => Unexpected::Seq,
            Json::Object(_) => Unexpected::Map,
        }
    }
}

/// Methods that take one type of value, so that a reader holds no code for the others.
macro_rules! one_kind {
    ($($method:ident($($argument:ident: $type:ty),*) calls $read:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, Fault> {
            self.$read(visitor)
        })*
    };
}

impl<'t> Node<'t> {
    fn text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Json::Text(value) => visitor.visit_str(value),
            _ => Err(self.mismatch(&visitor)),
        }
    }

    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Json::Natural(value) => visitor.visit_u64(*value),
            Json::Negative(value) => visitor.visit_i64(*value),
            _ => Err(self.mismatch(&visitor)),
        }
    }

    fn object<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Json::Object(entries) => visitor.visit_map(Entries { rest: entries, value: None, is_strict: self.is_strict }),
            _ => Err(self.mismatch(&visitor)),
        }
    }

    fn list<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Json::List(values) => visitor.visit_seq(Elements { rest: values, at: 0, is_strict: self.is_strict }),
            _ => Err(self.mismatch(&visitor)),
        }
    }
}

impl<'de> Deserializer<'de> for Node<'_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Json::Bool(value) => visitor.visit_bool(*value),
            Json::Natural(_) | Json::Negative(_) => self.number(visitor),
            Json::Text(_) => self.text(visitor),
            Json::List(_) => self.list(visitor),
            Json::Object(_) => self.object(visitor),
            Json::Null => visitor.visit_unit(),
            Json::Fraction => Err(self.mismatch(&visitor)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Json::Bool(value) => visitor.visit_bool(*value),
            _ => Err(self.mismatch(&visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Json::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Json::Text(value) => visitor.visit_enum(name_of(value)),
            _ => Err(self.mismatch(&visitor)),
        }
    }

    /// Only what a type has no field for is read so.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.is_strict {
            true => Err(Fault::at(FaultKind::Unknown, "", "unknown field".to_owned())),
            false => visitor.visit_unit(),
        }
    }

    one_kind! {
        deserialize_str() calls text
        deserialize_string() calls text
        deserialize_identifier() calls text
        deserialize_u8() calls number
        deserialize_u16() calls number
        deserialize_u32() calls number
        deserialize_u64() calls number
        deserialize_i64() calls number
        deserialize_seq() calls list
        deserialize_tuple(_length: usize) calls list
        deserialize_map() calls object
        deserialize_struct(_name: &'static str, _fields: &'static [&'static str]) calls object
    }

    forward_to_deserialize_any! { i8 i16 i32 i128 u128 f32 f64 char bytes byte_buf unit unit_struct tuple_struct }
}

fn name_of(text: &str) -> StrDeserializer<'_, Fault> {
    text.into_deserializer()
}

struct Elements<'t> {
    rest: &'t [Json],
    at: usize,
    is_strict: bool,
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Some(value) = self.rest.get(self.at) else { return Ok(None) };
        let read = seed.deserialize(Node { value, is_strict: self.is_strict });
        let read = read.map_err(|fault| fault.within(&format!("[{}]", self.at)))?;
        self.at += 1;
        Ok(Some(read))
    }
}

struct Entries<'t> {
    rest: &'t [(String, Json)],
    value: Option<&'t (String, Json)>,
    is_strict: bool,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some((entry, rest)) = self.rest.split_first() else { return Ok(None) };
        (self.rest, self.value) = (rest, Some(entry));
        seed.deserialize(name_of(&entry.0)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let (name, value) = self.value.ok_or_else(|| de::Error::custom("a value without a name"))?;
        seed.deserialize(Node { value, is_strict: self.is_strict }).map_err(|fault| fault.within(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[derive(Debug, PartialEq, Eq, serde::Deserialize)]
    struct Order {
        id: String,
        count: u8,
        #[serde(default)]
        lines: Vec<Line>,
        note: Option<String>,
        #[serde(default)]
        marks: BTreeMap<String, String>,
    }

    #[derive(Debug, PartialEq, Eq, serde::Deserialize)]
    struct Line {
        price: i64,
    }

    fn fault(text: &str) -> (String, FaultKind) {
        let fault = read_strictly::<Order>(text.as_bytes()).unwrap_err();
        assert!(fault.to_string().starts_with(&fault.0.path));
        (fault.0.path, fault.0.kind)
    }

    #[test]
    fn a_fault_has_its_path() {
        for (text, path, kind) in [
            ("{", "", FaultKind::Syntax),
            (r#"{"id": "a"} x"#, "", FaultKind::Syntax),
            (r#"{"id": "a"}"#, "count", FaultKind::Missing),
            (r#"{"id": 7, "count": 1}"#, "id", FaultKind::Value),
            (r#"{"id": "a", "count": 256}"#, "count", FaultKind::Value),
            (r#"{"id": "a", "count": 1.5}"#, "count", FaultKind::Value),
            (r#"{"id": "a", "count": -1}"#, "count", FaultKind::Value),
            (r#"{"id": "a", "count": 1, "lines": [{"price": 1}, {"price": "x"}]}"#, "lines[1].price", FaultKind::Value),
            (r#"{"id": "a", "count": 1, "lines": [{}]}"#, "lines[0].price", FaultKind::Missing),
            (r#"{"id": "a", "count": 1, "lines": [{"price": 1, "x": 2}]}"#, "lines[0].x", FaultKind::Unknown),
            (r#"{"id": "a", "id": "b", "count": 1}"#, "", FaultKind::Value),
            (r#"{"id": "a", "count": 1, "marks": {"m": null}}"#, "marks.m", FaultKind::Value),
            ("7", "", FaultKind::Value),
            (r#"["a", 1, [], null, {}]"#, "", FaultKind::Value),
            ("1e400", "", FaultKind::Value),
            ("01", "", FaultKind::Syntax),
            ("\"\\ud800\"", "", FaultKind::Syntax),
        ] {
            assert_eq!(fault(text), (path.to_owned(), kind), "{text}");
        }
        let secret = read::<Order>(br#"{"id": "a", "count": "4242424242424242"}"#).unwrap_err();
        assert!(!secret.to_string().contains("4242"));
    }

    /// serde_json itself is the judge.
    #[test]
    fn reads_what_a_direct_read_reads() {
        for text in [
            r#"{"id": "a", "count": 255, "note": null, "more": {"x": [1, 2.5, -3, 1e300]}}"#,
            r#"{"id": "\u00e9\ud83d\ude00", "count": 0, "lines": [{"price": -9223372036854775808}], "marks": {"a": "b", "c": "d"}}"#,
            r#"{"id": "a", "count": -0}"#,
            r#"{"id": "a"}"#,
            r#"{"id": "a", "count": 18446744073709551616}"#,
            "null",
            "\u{feff}{}",
        ] {
            let (ours, theirs) = (read::<Order>(text.as_bytes()).ok(), serde_json::from_str::<Order>(text).ok());
            assert_eq!(ours, theirs, "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(fault(&deep).1, FaultKind::Syntax);
    }
}
