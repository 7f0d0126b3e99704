//! A tree that is of a shape, as text: exactly what the serde writer of the model makes of the value that its serde reader reads.

use super::shape::Field;
#[cfg(feature = "secret")]
use super::shape::MONEY;
use super::{Json, Kind, Shape};
use crate::timestamp::Timestamp;

impl Kind {
    /// The value as JSON, in its one form: fields in the order of their definition, nothing that is absent, null or empty, amounts
    /// with all their places, times in UTC.
    pub(crate) fn json_of(&self, value: &Json) -> String {
        let mut text = String::new();
        self.write(value, &mut text);
        text
    }

    fn write(&self, value: &Json, out: &mut String) {
        match (self, value) {
            (Self::Model(shape), _) => {
                let fields = shape.given(value).map(|(field, value)| (field.name, field.kind, value));
                write_members(fields, out, Self::write);
            }
            (Self::Texts, Json::Object(entries)) => {
                write_members(in_order(entries).into_iter().map(|(name, value)| (name, &Self::Text, value)), out, Self::write);
            }
            (Self::Money, _) => {
                let (amount, currency) = value.to_money().map(|money| (money.amount_text(), money.currency().code())).unwrap_or_default();
                out.push_str(&["{\"amount\":\"", &amount, "\",\"currency\":\"", currency, "\"}"].concat());
            }
            (Self::List(kind), Json::List(values)) => write_list(kind, values, out, Self::write),
            (Self::Text | Self::Time | Self::Currency, _) => push_quoted(&self.plain(value), out),
            _ => out.push_str(&self.plain(value)),
        }
    }

    /// The value as JSON, and all of it: the fields of each model in the order of their definition, then what it does not know.
    #[cfg(feature = "secret")]
    pub(crate) fn in_order(&self, value: &Json) -> String {
        let mut text = String::new();
        self.put(value, &mut text);
        text
    }

    #[cfg(feature = "secret")]
    fn put(&self, value: &Json, out: &mut String) {
        match (self, value) {
            (Self::Model(shape), Json::Object(entries)) => {
                let known = shape.fields().filter_map(|field| Some((field.name, field.kind, value.member(field.name)?)));
                let others = entries.iter().filter(|(name, _)| shape.fields().all(|field| field.name != name));
                let others = others.map(|(name, value)| (name.as_str(), &Self::Any, value));
                write_members(known.chain(others), out, Self::put);
            }
            (Self::Money, _) => Self::Model(&MONEY).put(value, out),
            (Self::Texts, Json::Object(entries)) => {
                write_members(in_order(entries).into_iter().map(|(name, value)| (name, &Self::Text, value)), out, Self::put);
            }
            (_, Json::Object(entries)) => {
                write_members(entries.iter().map(|(name, value)| (name.as_str(), &Self::Any, value)), out, Self::put);
            }
            (Self::List(kind), Json::List(values)) => write_list(kind, values, out, Self::put),
            (_, Json::List(values)) => write_list(&Self::Any, values, out, Self::put),
            (_, Json::Text(text)) => push_quoted(text, out),
            (_, Json::Null) => out.push_str("null"),
            _ => out.push_str(&Self::Any.plain(value)),
        }
    }

    /// The text of a value without parts.
    fn plain(&self, value: &Json) -> String {
        match value {
            Json::Text(text) if *self == Self::Time => Timestamp::parse(text).map(|time| time.to_string()).unwrap_or_default(),
            Json::Text(text) => text.clone(),
            Json::Natural(number) => number.to_string(),
            Json::Negative(number) => number.to_string(),
            Json::Bool(true) => "true".to_owned(),
            Json::Bool(false) => "false".to_owned(),
            _ => String::new(),
        }
    }
}

impl Shape {
    /// The fields that are given, in the order of the shape.
    fn given<'v>(&self, value: &'v Json) -> impl Iterator<Item = (Field, &'v Json)> {
        self.fields().filter_map(move |field| value.member(field.name).filter(|value| !field.leaves_off(value)).map(|value| (field, value)))
    }

    /// The query that says the same: fields in the order of their definition, as HTML forms are encoded.
    #[cfg(feature = "secret")]
    pub(crate) fn query_of(&self, value: &Json) -> String {
        let mut pairs = Vec::new();
        for (field, value) in self.given(value) {
            match (field.kind, value) {
                (Kind::List(kind), Json::List(values)) => pairs.extend(values.iter().map(|value| pair(field.name, &kind.plain(value)))),
                (kind, _) => pairs.push(pair(field.name, &kind.plain(value))),
            }
        }
        pairs.join("&")
    }
}

#[cfg(feature = "secret")]
fn pair(name: &str, value: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_');
    [name, "=", &utf8_percent_encode(value, RESERVED).to_string().replace("%20", "+")].concat()
}

/// Entries by name; of those that come twice the last.
fn in_order(entries: &[(String, Json)]) -> Vec<(&str, &Json)> {
    let mut sorted = Vec::<(&str, &Json)>::new();
    for (name, value) in entries {
        match sorted.binary_search_by(|(before, _)| (*before).cmp(name)) {
            Ok(at) => sorted[at].1 = value,
            Err(at) => sorted.insert(at, (name, value)),
        }
    }
    sorted
}

fn write_members<'v>(members: impl Iterator<Item = (&'v str, &'v Kind, &'v Json)>, out: &mut String, write: fn(&Kind, &Json, &mut String)) {
    out.push('{');
    for (at, (name, kind, value)) in members.enumerate() {
        out.push_str(if at == 0 { "" } else { "," });
        push_quoted(name, out);
        out.push(':');
        write(kind, value, out);
    }
    out.push('}');
}

fn write_list(kind: &Kind, values: &[Json], out: &mut String, write: fn(&Kind, &Json, &mut String)) {
    out.push('[');
    for (at, value) in values.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { "," });
        write(kind, value, out);
    }
    out.push(']');
}

/// A text in quotes, with no more escaped than JSON asks for.
fn push_quoted(text: &str, out: &mut String) {
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}
