//! Where the members of a payload's objects stand: found when the first of them is asked for, and kept.

use super::payload::unreadable;
use crate::error::OkpayError;
use serde::Deserialize;
use serde::Deserializer;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// The objects of one body that somebody looked into, each by its first byte. Kept flat, so that no depth of nesting is a depth of calls.
///
/// It is empty until the first look, and belongs to the body that it is asked about.
#[derive(Default)]
pub(super) struct Index(Mutex<BTreeMap<usize, Vec<Member>>>);

struct Member {
    name: Name,
    value: Range<usize>,
}

/// Most names stand in the body as they are; one that is written with escapes is kept as it reads.
enum Name {
    Plain(Range<usize>),
    Escaped(String),
}

impl Index {
    /// Where the value at the path stands in the body; nothing if it is not there.
    pub(super) fn find(&self, body: &[u8], path: &str) -> Result<Option<Range<usize>>, OkpayError> {
        let mut objects = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut place = 0..body.len();
        for name in path.split('.') {
            let members = match objects.entry(place.start) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unknown) => unknown.insert(members(body, place).map_err(|error| unreadable(format!("at {path}: {error}")))?),
            };
            let mut found = members.iter().filter(|member| member.name.is(name, body));
            match (found.next(), found.next()) {
                (Some(member), None) => place = member.value.clone(),
                (None, _) => return Ok(None),
                _ => return Err(unreadable(format!("at {path}: {name} comes twice"))),
            }
        }
        Ok(Some(place))
    }
}

impl Name {
    fn is(&self, name: &str, body: &[u8]) -> bool {
        match self {
            Self::Plain(place) => body.get(place.clone()) == Some(name.as_bytes()),
            Self::Escaped(text) => text == name,
        }
    }
}

/// The members of the object that is all there is in this place of the body. Their values are skipped, not read.
fn members(body: &[u8], place: Range<usize>) -> Result<Vec<Member>, Box<dyn std::error::Error>> {
    let text = std::str::from_utf8(body.get(place).unwrap_or_default())?;
    let mut json = serde_json::Deserializer::from_str(text);
    let members = json.deserialize_map(Members { body })?;
    json.end()?;
    Ok(members)
}

struct Members<'a> {
    body: &'a [u8],
}

/// A name that is borrowed wherever it can be.
#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl Members<'_> {
    /// Where in the body a part of it stands.
    fn place(&self, part: &str) -> Range<usize> {
        let start = part.as_ptr().addr().wrapping_sub(self.body.as_ptr().addr());
        start..start.wrapping_add(part.len())
    }
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = Vec<Member>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::with_capacity(16);
        while let Some((Key(name), value)) = object.next_entry::<Key<'de>, &'de RawValue>()? {
            let name = match name {
                Cow::Borrowed(name) => Name::Plain(self.place(name)),
                Cow::Owned(name) => Name::Escaped(name),
            };
            members.push(Member { name, value: self.place(value.get()) });
        }
        Ok(members)
    }
}
