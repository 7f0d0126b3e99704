//! [`Shape`]: a model as data, and the check of a tree against it.
//!
//! The shapes come from `#[model]`, beside the serde readers, and say the same: a test holds the one against the other for every model
//! of the table. Where faults are found, and in which order, is as the readers have it.

use super::{Fault, FaultKind, Json};
use crate::error::OkpayError;
use crate::money::{Currency, Money, marked};
use crate::timestamp::Timestamp;
use std::collections::BTreeMap;

/// A model as data: the names of its fields on the wire, in the order of their definition, and what each holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Separated by spaces. `?` before a name means that it may be absent or null, `~` that it may be absent.
    pub(crate) names: &'static str,
    /// One a name.
    pub(crate) kinds: &'static [Kind],
}

/// What a value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A text, from an open set or free.
    Text,
    /// A whole number.
    Whole(Whole),
    /// True or false.
    Truth,
    /// A moment, RFC 3339.
    Time,
    /// An amount with its currency.
    Money,
    /// The code of a currency.
    Currency,
    /// Texts by name.
    Texts,
    /// A list.
    List(&'static Kind),
    /// Another model.
    Model(&'static Shape),
    /// An event: a model whose `data` is of the kind that its `type` says.
    #[cfg(feature = "secret")]
    Event(&'static Shape),
    /// Whatever it is.
    #[cfg(feature = "secret")]
    Any,
}

/// The type of a whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whole {
    U8,
    U16,
    U32,
    U64,
    I64,
}

/// A type that has a shape.
pub(crate) trait Shaped {
    /// What it is on the wire.
    const KIND: Kind;
}

macro_rules! shaped {
    ($($type:ty => $kind:expr;)+) => {
        $(impl Shaped for $type {
            const KIND: Kind = $kind;
        })+
    };
}

shaped! {
    String => Kind::Text;
    bool => Kind::Truth;
    u8 => Kind::Whole(Whole::U8);
    u16 => Kind::Whole(Whole::U16);
    u32 => Kind::Whole(Whole::U32);
    u64 => Kind::Whole(Whole::U64);
    i64 => Kind::Whole(Whole::I64);
    Timestamp => Kind::Time;
    Money => Kind::Money;
    Currency => Kind::Currency;
    BTreeMap<String, String> => Kind::Texts;
}

impl<T: Shaped> Shaped for Vec<T> {
    const KIND: Kind = Kind::List(&T::KIND);
}

/// That it may be absent is said with the name of the field.
impl<T: Shaped> Shaped for Option<T> {
    const KIND: Kind = T::KIND;
}

pub(super) const MONEY: Shape = Shape { names: "amount currency", kinds: &[Kind::Text, Kind::Text] };

/// A field of a shape.
#[derive(Clone, Copy)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: &'static Kind,
    may_be_absent: bool,
    may_be_null: bool,
}

impl Field {
    /// Whether a value is not written: none, or of a list or map that may be left out an empty one.
    pub(super) fn leaves_off(&self, value: &Json) -> bool {
        let is_empty = match value {
            Json::List(values) => values.is_empty(),
            Json::Object(entries) => entries.is_empty(),
            _ => false,
        };
        matches!(value, Json::Null) || (is_empty && self.may_be_absent && !self.may_be_null)
    }

    #[cfg(all(test, feature = "secret"))]
    pub(super) fn may_be_absent(&self) -> bool {
        self.may_be_absent
    }
}

impl Shape {
    /// The fields, in the order of their definition.
    pub(super) fn fields(&self) -> impl Iterator<Item = Field> {
        self.names.split(' ').filter(|name| !name.is_empty()).zip(self.kinds).map(|(name, kind)| {
            let (is_nullable, is_defaulted) = (name.starts_with('?'), name.starts_with('~'));
            let name = name.trim_start_matches(['?', '~']);
            Field { name, kind, may_be_absent: is_nullable || is_defaulted, may_be_null: is_nullable }
        })
    }

    /// Checks the entries of an object. If it is strict, a name that the shape does not have is a fault.
    fn check(&self, entries: &[(String, Json)], is_strict: bool) -> Result<(), Fault> {
        for (at, (name, value)) in entries.iter().enumerate() {
            match self.fields().find(|field| field.name == name) {
                None if is_strict => return Err(Fault::at(FaultKind::Unknown, name, "unknown field".to_owned())),
                None => {}
                Some(_) if entries.iter().take(at).any(|(before, _)| before == name) => {
                    return Err(Fault::value(["duplicate field `", name, "`"].concat()));
                }
                Some(field) if field.may_be_null && matches!(value, Json::Null) => {}
                Some(field) => field.kind.check(value, is_strict).map_err(|fault| fault.within(name))?,
            }
        }
        let missing = self.fields().find(|field| !field.may_be_absent && entries.iter().all(|(name, _)| name != field.name));
        missing.map_or(Ok(()), |field| Err(Fault::at(FaultKind::Missing, field.name, ["missing field `", field.name, "`"].concat())))
    }
}

impl Kind {
    /// Checks that a value is of this kind. If it is strict, a name that a model does not have is a fault.
    pub(crate) fn check(&self, value: &Json, is_strict: bool) -> Result<(), Fault> {
        match (self, value) {
            (Self::Text, Json::Text(_)) | (Self::Truth, Json::Bool(_)) => Ok(()),
            (Self::Whole(whole), Json::Natural(_) | Json::Negative(_)) => whole.check(value),
            (Self::Time, Json::Text(text)) => Timestamp::parse(text).map(drop).map_err(|error| Fault::value(error.into_failure().detail)),
            (Self::Money, Json::Object(entries)) => {
                MONEY.check(entries, is_strict)?;
                value.to_money().map(drop).map_err(|error| Fault::value(marked(&error)))
            }
            (Self::Currency, Json::Text(code)) => Currency::parse(code).map(drop).map_err(|error| Fault::value(marked(&error))),
            (Self::Texts, Json::Object(entries)) => {
                entries.iter().try_for_each(|(name, value)| Self::Text.check(value, is_strict).map_err(|fault| fault.within(name)))
            }
            (Self::List(kind), Json::List(values)) => {
                let place = |at: usize| ["[", &at.to_string(), "]"].concat();
                let mut values = values.iter().enumerate();
                values.try_for_each(|(at, value)| kind.check(value, is_strict).map_err(|fault| fault.within(&place(at))))
            }
            (Self::Model(shape), Json::Object(entries)) => shape.check(entries, is_strict),
            #[cfg(feature = "secret")]
            (Self::Event(shape), Json::Object(entries)) => {
                shape.check(entries, is_strict)?;
                check_event_data(value)
            }
            #[cfg(feature = "secret")]
            (Self::Any, _) => Ok(()),
            _ => Err(value.mismatch(self.in_words())),
        }
    }

    fn in_words(&self) -> &'static str {
        match self {
            Self::Text | Self::Time | Self::Currency => "a string",
            Self::Whole(whole) => whole.name(),
            Self::Truth => "a boolean",
            Self::Texts => "a map",
            Self::List(_) => "a sequence",
            _ => "an object",
        }
    }
}

/// The resource of an event, as far as its type is known. Within `data` nothing is strict.
#[cfg(feature = "secret")]
fn check_event_data(event: &Json) -> Result<(), Fault> {
    let kind = event.member("type").and_then(Json::text).and_then(crate::api::event_data_kind);
    match (kind, event.member("data")) {
        (Some(kind), Some(data)) => kind.check(data, false).map_err(|fault| fault.within("data")),
        _ => Ok(()),
    }
}

impl Whole {
    fn check(self, value: &Json) -> Result<(), Fault> {
        let most = match self {
            Self::U8 => u8::MAX.into(),
            Self::U16 => u16::MAX.into(),
            Self::U32 => u32::MAX.into(),
            Self::U64 => u64::MAX,
            Self::I64 => i64::MAX.unsigned_abs(),
        };
        match value {
            Json::Natural(value) if *value <= most => Ok(()),
            Json::Negative(_) if self == Self::I64 => Ok(()),
            _ => Err(Fault::value(["invalid value, expected ", self.name()].concat())),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::I64 => "i64",
        }
    }
}

impl Json {
    /// The first member of that name.
    pub(crate) fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(entries) => entries.iter().find(|(entry, _)| entry == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The elements of a list; of anything else none.
    pub(super) fn elements(&self) -> &[Self] {
        match self {
            Self::List(elements) => elements,
            _ => &[],
        }
    }

    /// The text, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Reads an object as money.
    pub(crate) fn to_money(&self) -> Result<Money, OkpayError> {
        let part = |name| self.member(name).and_then(Self::text).unwrap_or_default();
        Money::parse(part("amount"), part("currency"))
    }

    /// The whole number, if it is one that fits.
    pub(crate) fn whole(&self) -> Option<i64> {
        match self {
            Self::Natural(number) => i64::try_from(*number).ok(),
            Self::Negative(number) => Some(*number),
            _ => None,
        }
    }

    /// The fault of a value of another type, without the value, which may be a card number.
    #[inline(never)]
    pub(crate) fn mismatch(&self, expected: &str) -> Fault {
        Fault::value(["invalid type: ", self.in_words(), ", expected ", expected].concat())
    }

    fn in_words(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Natural(_) | Self::Negative(_) => "an integer",
            Self::Fraction => "a fraction or a number past 64 bits",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}
