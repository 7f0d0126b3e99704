//! JSON text read in two steps: into a tree, then from the tree into a type, or held against the shape of one.
//!
//! | file | what |
//! | --- | --- |
//! | `mod.rs` | the tree `Json` and its parser; `Fault`, which knows its path, for every level adds its own name on the way out |
//! | `reader.rs` | from the tree into a Rust type, by its serde reader |
//! | `object.rs` | `Object`: what a language hands over beside the models, read member by member |
//! | `shape.rs` | `Shape`: a model as data, and the check of a tree against it |
//! | `judge.rs` | the test that shapes and serde say the same, for every model |
//! | `write.rs` | a tree that is of a shape as text: the exact body or query that the model's serde writer makes |
//!
//! The parser is compiled once instead of once per type, and what crosses to other languages as text is checked by the shapes alone: no
//! reader or writer of a model is compiled into their libraries, which so do not grow with the API.

#[cfg(test)]
#[cfg(feature = "secret")]
mod judge;
mod object;
mod reader;
mod shape;
mod write;

#[cfg(all(test, feature = "secret"))]
pub(crate) use judge::{Judge, judge};
pub use object::{Object, read_pairs};
pub(crate) use reader::read;
#[cfg(all(test, feature = "secret"))]
pub(crate) use reader::read_strictly;
pub use reader::read_text;
pub(crate) use shape::{Kind, Shape, Shaped};

use hifijson::num::LexWrite as _;
use hifijson::str::LexAlloc as _;
use hifijson::token::{Expect, Lex as _};
use hifijson::{Error, SliceLexer};
use std::fmt;

/// A value. The entries of an object stay in their order, and a name that comes twice stays twice.
pub(crate) enum Json {
    Null,
    Bool(bool),
    Natural(u64),
    Negative(i64),
    /// A number with a fraction or an exponent, past 64 bits, or -0. Nothing that we read has one.
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

/// How deep lists and objects may stand in each other.
const MAX_DEPTH: usize = 128;

/// Reads a text as a tree. Numbers are read from their digits: there is no float on the way.
#[inline(never)]
pub(crate) fn parse(text: &[u8]) -> Result<Json, Fault> {
    let mut lexer = SliceLexer::new(text);
    lexer.exactly_one(SliceLexer::ws_peek, |next, lexer| value(MAX_DEPTH, next, lexer)).map_err(|error: Error| {
        let at = text.len() - lexer.as_slice().len();
        Fault::at(FaultKind::Syntax, "", format!("no JSON from byte {at} on: {error}"))
    })
}

/// The value that begins with the byte `next`: the library's tokens straight into our tree, without its own in between.
fn value(depth: usize, next: u8, lexer: &mut SliceLexer<'_>) -> Result<Json, Error> {
    let depth = depth.checked_sub(1).ok_or(Error::Depth)?;
    Ok(match next {
        b'a'..=b'z' => lexer.null_or_bool().ok_or(Expect::Value)?.map_or(Json::Null, Json::Bool),
        b'0'..=b'9' | b'-' => Json::number(lexer.num_string().validated()?.0),
        b'"' => Json::Text(lexer.discarded().str_string()?.into_owned()),
        b'[' => {
            let mut values = Vec::new();
            lexer.discarded().seq(b']', SliceLexer::ws_peek, |next, lexer| value(depth, next, lexer).map(|value| values.push(value)))?;
            Json::List(values)
        }
        b'{' => {
            let mut entries = Vec::new();
            lexer.discarded().seq(b'}', SliceLexer::ws_peek, |next, lexer| entry(depth, next, lexer).map(|entry| entries.push(entry)))?;
            Json::Object(entries)
        }
        _ => return Err(Expect::Value.into()),
    })
}

fn entry(depth: usize, next: u8, lexer: &mut SliceLexer<'_>) -> Result<(String, Json), Error> {
    lexer.expect(|_| Some(next), b'"').ok_or(Expect::String)?;
    let name = lexer.str_string()?.into_owned();
    lexer.expect(SliceLexer::ws_peek, b':').ok_or(Expect::Colon)?;
    let next = lexer.ws_peek().ok_or(Expect::Value)?;
    Ok((name, value(depth, next, lexer)?))
}

impl Json {
    fn number(digits: &str) -> Self {
        match (digits.parse(), digits.parse()) {
            (Ok(natural), _) => Self::Natural(natural),
            (_, Ok(negative @ ..0)) => Self::Negative(negative),
            _ => Self::Fraction,
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value as Judge;

    /// What serde_json reads, as ours has it.
    fn is_same(ours: &Json, judge: &Judge) -> bool {
        match (ours, judge) {
            (Json::Null, Judge::Null) => true,
            (Json::Bool(one), Judge::Bool(other)) => one == other,
            (Json::Natural(one), Judge::Number(other)) => Some(*one) == other.as_u64(),
            (Json::Negative(one), Judge::Number(other)) => Some(*one) == other.as_i64(),
            (Json::Fraction, Judge::Number(other)) => other.as_u64().is_none() && other.as_i64().is_none(),
            (Json::Text(one), Judge::String(other)) => one == other,
            (Json::List(one), Judge::Array(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
            }
            (Json::Object(one), Judge::Object(other)) => {
                one.len() == other.len() && one.iter().all(|(name, value)| other.get(name).is_some_and(|other| is_same(value, other)))
            }
            _ => false,
        }
    }

    fn any_json() -> impl Strategy<Value = Judge> {
        let leaf = prop_oneof![
            Just(Judge::Null),
            any::<bool>().prop_map(Judge::from),
            any::<u64>().prop_map(Judge::from),
            any::<i64>().prop_map(Judge::from),
            any::<String>().prop_map(Judge::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Judge::from),
                prop::collection::btree_map(any::<String>(), inner, 0..6).prop_map(|entries| entries.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn reads_what_serde_json_reads(judge in any_json(), pretty in any::<bool>()) {
            let text = if pretty { serde_json::to_string_pretty(&judge) } else { serde_json::to_string(&judge) }.unwrap();
            let ours = parse(text.as_bytes());
            prop_assert!(ours.as_ref().is_ok_and(|ours| is_same(ours, &judge)), "{text}");
        }

        /// Cut and changed texts, and no texts at all, are refused by both or by none.
        #[test]
        fn refuses_what_serde_json_refuses(judge in any_json(), at in any::<prop::sample::Index>(), with in prop::collection::vec(any::<u8>(), 0..3)) {
            let mut bytes = serde_json::to_vec(&judge).unwrap();
            let at = at.index(bytes.len());
            bytes.splice(at..(at + 1).min(bytes.len()), with);
            let theirs = serde_json::from_slice::<Judge>(&bytes);
            // A number past the range of a float is none for serde_json.
            prop_assume!(!theirs.as_ref().is_err_and(|error| error.to_string().contains("out of range")));
            let ours = parse(&bytes);
            prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn a_fault_says_from_where_on_there_is_none() {
        for (text, at) in [("", 0), ("[1, ]", 4), ("{\"a\": 1,}", 8), ("[1] 2", 4), ("[tru]", 2)] {
            let words = parse(text.as_bytes()).err().map(|fault| fault.0.words).unwrap_or_default();
            assert!(words.contains(&format!("byte {at} ")), "{text}: {words}");
        }
    }
}
