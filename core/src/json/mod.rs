//! JSON text read in two steps: into a tree, then from the tree into a type, or held against the shape of one.
//!
//! | file | what |
//! | --- | --- |
//! | `mod.rs` | the tree `Json` and its parser; `Fault`, which knows its path, for every level adds its own name on the way out |
//! | `reader.rs` | from the tree into a Rust type, by its serde reader |
//! | `shape.rs` | `Shape`: a model as data, and the check of a tree against it |
//! | `judge.rs` | the test that shapes and serde say the same, for every model |
//! | `write.rs` | a tree that is of a shape as text: the exact body or query that the model's serde writer makes |
//!
//! The parser is compiled once instead of once per type, and what crosses to other languages as text is checked by the shapes alone: no
//! reader or writer of a model is compiled into their libraries, which so do not grow with the API.

#[cfg(test)]
#[cfg(feature = "secret")]
mod judge;
mod reader;
mod shape;
mod write;

#[cfg(all(test, feature = "secret"))]
pub(crate) use judge::{Judge, judge};
pub(crate) use reader::read;
#[cfg(all(test, feature = "secret"))]
pub(crate) use reader::read_strictly;
pub use reader::read_text;
pub(crate) use shape::{Kind, Shape, Shaped};

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A value. The entries of an object stay in their order, and a name that comes twice stays twice.
pub(crate) enum Json {
    Null,
    Bool(bool),
    Natural(u64),
    Negative(i64),
    /// A number with a fraction, or past 64 bits. Nothing that we read has one.
    Fraction,
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// Why a text does not read as a type. Boxed, for a small result makes small code in every reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault(pub(crate) Box<Found>);

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Where, such as `rules[0].percent`; empty at the top.
    pub(crate) path: String,
    /// What is wrong there.
    pub(crate) kind: FaultKind,
    /// What is wrong, in words.
    pub(crate) words: String,
}

/// What kind of fault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// No JSON at all.
    Syntax,
    /// A name that the type does not have, the last of the path.
    Unknown,
    /// A name that is not there, the last of the path.
    Missing,
    /// A value of another type, or one that the type refuses.
    Value,
}

/// Reads a text as a tree.
#[inline(never)]
pub(crate) fn parse(text: &[u8]) -> Result<Json, Fault> {
    serde_json::from_slice(text).map_err(|error| Fault::at(FaultKind::Syntax, "", error.to_string()))
}

impl Fault {
    /// The same fault, one level further out.
    #[inline(never)]
    pub(crate) fn within(mut self, name: &str) -> Self {
        let path = &self.0.path;
        let separator = if path.is_empty() || path.starts_with('[') { "" } else { "." };
        self.0.path = [name, separator, path].concat();
        self
    }

    #[inline(never)]
    pub(crate) fn at(kind: FaultKind, path: &str, words: String) -> Self {
        Self(Box::new(Found { path: path.to_owned(), kind, words }))
    }

    /// The fault of a value at this very place.
    pub(crate) fn value(words: String) -> Self {
        Self::at(FaultKind::Value, "", words)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Found { path, words, .. } = &*self.0;
        let separator = if path.is_empty() { "" } else { ": " };
        write!(formatter, "{path}{separator}{words}")
    }
}

impl std::error::Error for Fault {}

struct Tree;

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Tree)
    }
}

impl<'de> Visitor<'de> for Tree {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Natural(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(u64::try_from(value).map_or(Json::Negative(value), Json::Natural))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Fraction)
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Json::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Json, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = object.next_entry()? {
            entries.push(entry);
        }
        Ok(Json::Object(entries))
    }
}
