//! A Rust value as JSON text, by its serde writer: what serde_json makes of it, without the code for what none of our values has.

use serde::ser::{Error, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, Serializer};
use std::fmt;

/// Writes a value as JSON text, for a language that takes it so. There are no fractions in it: a value that has one gives an empty text.
#[must_use]
pub fn write_text(value: &impl Serialize) -> String {
    let mut writer = Writer(String::new());
    match value.serialize(&mut writer) {
        Ok(()) => writer.0,
        Err(Unwritable) => String::new(),
    }
}

/// A text in quotes, with no more escaped than JSON asks for.
#[inline(never)]
pub(super) fn push_quoted(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        let (plain, special) = rest.split_at(at);
        let (special, after) = special.split_at(1);
        out.push_str(plain);
        push_escaped(special, out);
        rest = after;
    }
    out.push_str(rest);
    out.push('"');
}

fn push_escaped(special: &str, out: &mut String) {
    out.push('\\');
    out.push_str(match special {
        "\n" => "n",
        "\r" => "r",
        "\t" => "t",
        "\u{8}" => "b",
        "\u{c}" => "f",
        "\"" | "\\" => special,
        control => return out.extend(control.bytes().map(|byte| format!("u{byte:04x}"))),
    });
}

struct Writer(String);

/// What no value of ours is: a fraction, bytes, a name that is no text.
#[derive(Debug)]
struct Unwritable;

impl Writer {
    #[inline(never)]
    fn put(&mut self, text: &str) -> Result<(), Unwritable> {
        self.0.push_str(text);
        Ok(())
    }

    /// Opens a list or an object.
    fn open(&mut self, bracket: &str) -> Result<&mut Self, Unwritable> {
        self.put(bracket)?;
        Ok(self)
    }

    /// Before an element or a member: a comma, unless it is the first.
    #[inline(never)]
    fn next(&mut self) {
        if !self.0.ends_with(['[', '{']) {
            self.0.push(',');
        }
    }

    #[inline(never)]
    fn name(&mut self, name: &str) {
        self.next();
        push_quoted(name, &mut self.0);
        self.0.push(':');
    }
}

/// Methods that write one kind of value.
macro_rules! written {
    ($($method:ident($type:ty) as $wide:ty)*) => {
        $(fn $method(self, value: $type) -> Result<(), Unwritable> {
            self.put(&<$wide>::from(value).to_string())
        })*
    };
}

/// Methods for what no value of ours is.
macro_rules! unwritable {
    ($($method:ident($($type:ty),*) -> $result:ty;)*) => {
        $(fn $method(self, $(_: $type),*) -> Result<$result, Unwritable> {
            Err(Unwritable)
        })*
    };
}

type Name = &'static str;

impl Serializer for &mut Writer {
    type Ok = ();
    type Error = Unwritable;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Impossible<(), Unwritable>;
    type SerializeTupleVariant = Impossible<(), Unwritable>;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Impossible<(), Unwritable>;

    written! {
        serialize_bool(bool) as bool
        serialize_i8(i8) as i64
        serialize_i16(i16) as i64
        serialize_i32(i32) as i64
        serialize_i64(i64) as i64
        serialize_u8(u8) as u64
        serialize_u16(u16) as u64
        serialize_u32(u32) as u64
        serialize_u64(u64) as u64
    }

    unwritable! {
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_tuple_struct(Name, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(Name, u32, Name, usize) -> Self::SerializeTupleVariant;
        serialize_struct_variant(Name, u32, Name, usize) -> Self::SerializeStructVariant;
    }

    fn serialize_char(self, value: char) -> Result<(), Unwritable> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Unwritable> {
        push_quoted(value, &mut self.0);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Unwritable> {
        self.put("null")
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Unwritable> {
        self.put("null")
    }

    fn serialize_unit_struct(self, _: Name) -> Result<(), Unwritable> {
        self.put("null")
    }

    fn serialize_unit_variant(self, _: Name, _: u32, variant: Name) -> Result<(), Unwritable> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(self, _: Name, value: &T) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(self, _: Name, _: u32, variant: Name, value: &T) -> Result<(), Unwritable> {
        let members = self.open("{")?;
        SerializeStruct::serialize_field(&mut &mut *members, variant, value)?;
        SerializeStruct::end(members)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Unwritable> {
        self.open("[")
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Unwritable> {
        self.open("[")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Unwritable> {
        self.open("{")
    }

    fn serialize_struct(self, _: Name, _: usize) -> Result<Self, Unwritable> {
        self.open("{")
    }
}

impl SerializeSeq for &mut Writer {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Unwritable> {
        self.next();
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Unwritable> {
        self.put("]")
    }
}

impl SerializeTuple for &mut Writer {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Unwritable> {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<(), Unwritable> {
        SerializeSeq::end(self)
    }
}

impl SerializeMap for &mut Writer {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, name: &T) -> Result<(), Unwritable> {
        self.next();
        name.serialize(&mut **self)?;
        if self.0.ends_with('"') { Ok(()) } else { Err(Unwritable) }
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Unwritable> {
        self.put(":")?;
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Unwritable> {
        self.put("}")
    }
}

impl SerializeStruct for &mut Writer {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_field<T: ?Sized + Serialize>(&mut self, name: Name, value: &T) -> Result<(), Unwritable> {
        self.name(name);
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Unwritable> {
        self.put("}")
    }
}

impl fmt::Display for Unwritable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value that has no form in JSON")
    }
}

impl std::error::Error for Unwritable {}

impl Error for Unwritable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;
    use std::collections::BTreeMap;

    #[derive(serde::Serialize)]
    #[serde(rename_all = "snake_case")]
    enum Mark {
        Bare,
        With(u8),
    }

    #[derive(serde::Serialize)]
    struct Row {
        text: String,
        pair: (i64, u64),
        truth: bool,
        nothing: Option<u8>,
        marks: Vec<Mark>,
        names: BTreeMap<String, char>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        left_off: Vec<u8>,
    }

    proptest! {
        /// serde_json itself is the judge.
        #[test]
        fn writes_what_serde_json_writes(text: String, low in "[\0-#\\\\]{0,8}", pair: (i64, u64), truth: bool, marks in prop::collection::vec(any::<u8>(), 0..3)) {
            let names = BTreeMap::from([(low.clone(), '\u{e9}'), (text.clone(), '"')]);
            let marks = marks.into_iter().map(|mark| if mark == 0 { Mark::Bare } else { Mark::With(mark) }).collect();
            let row = Row { text, pair, truth, nothing: None, marks, names, left_off: Vec::new() };
            prop_assert_eq!(write_text(&[&row, &row]), serde_json::to_string(&[&row, &row]).unwrap());
            prop_assert_eq!(write_text(&serde_json::to_value(&row).unwrap()), serde_json::to_value(&row).unwrap().to_string());
        }
    }

    #[test]
    fn what_has_no_form_gives_nothing() {
        let fraction: Value = serde_json::from_str("[0.5]").unwrap();
        assert_eq!(write_text(&fraction), "");
        assert_eq!(write_text(&BTreeMap::from([(1_u8, "a")])), "");
        assert_eq!(write_text(&BTreeMap::<String, ()>::new()), "{}");
    }
}
