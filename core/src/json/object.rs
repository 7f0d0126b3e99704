//! [`Object`]: a small object that a language hands over beside the models, read member by member.

use super::shape::{Kind, Whole};
use super::{Fault, Json, parse};
use crate::error::{ErrorCode, OkpayError};

/// An object out of JSON text. A member that is null is none, and what nobody asks for is ignored. A value that does not fit is
/// `invalid_parameter`.
pub struct Object(Json);

impl Object {
    /// Reads a text.
    ///
    /// # Errors
    /// `invalid_parameter` for a text that is no object.
    pub fn read(text: &str) -> Result<Self, OkpayError> {
        match parse(text.as_bytes()) {
            Ok(tree @ Json::Object(_)) => Ok(Self(tree)),
            Ok(other) => Err(refused(&other.mismatch("an object"))),
            Err(fault) => Err(refused(&fault)),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// `invalid_parameter` for a value of another type.
    pub fn text(&self, name: &str) -> Result<Option<&str>, OkpayError> {
        Ok(self.member(name, Kind::Text)?.and_then(Json::text))
    }

    /// A whole number of up to 64 bits.
    ///
    /// # Errors
    /// `invalid_parameter` for a value of another type.
    pub fn count(&self, name: &str) -> Result<Option<u64>, OkpayError> {
        Ok(self.member(name, Kind::Whole(Whole::U64))?.and_then(natural))
    }

    /// A whole number of up to 32 bits.
    ///
    /// # Errors
    /// `invalid_parameter` for a value of another type.
    pub fn small_count(&self, name: &str) -> Result<Option<u32>, OkpayError> {
        let number = self.member(name, Kind::Whole(Whole::U32))?.and_then(natural);
        Ok(number.and_then(|number| u32::try_from(number).ok()))
    }

    /// A list of pairs of texts.
    ///
    /// # Errors
    /// `invalid_parameter` for a value of another type.
    pub fn pairs(&self, name: &str) -> Result<Vec<(String, String)>, OkpayError> {
        Ok(self.member(name, PAIRS)?.map(pairs_of).unwrap_or_default())
    }

    #[inline(never)]
    fn member(&self, name: &str, kind: Kind) -> Result<Option<&Json>, OkpayError> {
        let value = self.0.member(name).filter(|value| !matches!(value, Json::Null));
        match value.map_or(Ok(()), |value| kind.check(value, false)) {
            Ok(()) => Ok(value),
            Err(fault) => Err(refused(&fault.within(name))),
        }
    }
}

/// Reads a list of pairs of texts, such as the names and values of header fields.
///
/// # Errors
/// `invalid_parameter` for a text that is none.
pub fn read_pairs(text: &str) -> Result<Vec<(String, String)>, OkpayError> {
    let tree = parse(text.as_bytes()).and_then(|tree| PAIRS.check(&tree, false).map(|()| tree));
    tree.map(|tree| pairs_of(&tree)).map_err(|fault| refused(&fault))
}

const PAIRS: Kind = Kind::List(&Kind::List(&Kind::Text));

fn pairs_of(list: &Json) -> Vec<(String, String)> {
    let pair = |pair: &Json| match pair.elements() {
        [name, value] => Some((name.text()?.to_owned(), value.text()?.to_owned())),
        _ => None,
    };
    list.elements().iter().filter_map(pair).collect()
}

fn natural(value: &Json) -> Option<u64> {
    match value {
        Json::Natural(number) => Some(*number),
        _ => None,
    }
}

fn refused(fault: &Fault) -> OkpayError {
    OkpayError::invalid(ErrorCode::InvalidParameter, fault.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_by_name_and_type() {
        let object = Object::read(r#"{"a": "x", "n": 7, "list": [["k", "v"], ["k", ""]], "none": null, "far": 4294967296}"#).unwrap();
        assert_eq!((object.text("a"), object.text("none"), object.text("b")), (Ok(Some("x")), Ok(None), Ok(None)));
        assert_eq!((object.count("n"), object.small_count("n"), object.count("far")), (Ok(Some(7)), Ok(Some(7)), Ok(Some(4_294_967_296))));
        assert_eq!(object.pairs("list").unwrap(), read_pairs(r#"[["k", "v"], ["k", ""]]"#).unwrap());
        assert_eq!(object.pairs("list").unwrap()[1], ("k".to_owned(), String::new()));
        let refusals =
            [object.text("n").map(drop), object.count("a").map(drop), object.small_count("far").map(drop), object.pairs("a").map(drop)];
        for (refusal, name) in refusals.into_iter().zip(["n", "a", "far", "a"]) {
            let error = refusal.unwrap_err();
            assert!(error.code() == &ErrorCode::InvalidParameter && error.failure().detail.starts_with(&format!("{name}: invalid ")));
        }
        for text in ["", "[]", "7"] {
            assert!(Object::read(text).is_err());
        }
        for text in ["{}", r#"[["a", 1]]"#, "["] {
            assert!(read_pairs(text).is_err(), "{text}");
        }
    }
}
