//! A fee schedule as it is written: every field optional, figures as text. `load` checks it and makes rules of it.

use crate::timestamp::Timestamp;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSchedule {
    pub(super) id: Option<String>,
    pub(super) version: Option<String>,
    pub(super) valid_from: Option<Timestamp>,
    pub(super) valid_until: Option<Timestamp>,
    pub(super) rounding: Option<String>,
    pub(super) rules: Option<Vec<RawRule>>,
    pub(super) promotions: Option<Vec<RawPromotion>>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRule {
    pub(super) id: Option<String>,
    pub(super) when: Option<RawWhen>,
    pub(super) percent: Option<String>,
    pub(super) fixed: Option<RawAmounts>,
    pub(super) surcharges: Option<Vec<RawSurcharge>>,
    pub(super) minimum: Option<RawAmounts>,
    pub(super) maximum: Option<RawAmounts>,
    pub(super) tax: Option<RawTax>,
    pub(super) network_fee: Option<RawAmounts>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSurcharge {
    pub(super) id: Option<String>,
    pub(super) when: Option<RawWhen>,
    pub(super) percent: Option<String>,
    pub(super) fixed: Option<RawAmounts>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTax {
    pub(super) id: Option<String>,
    pub(super) percent: Option<String>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPromotion {
    pub(super) code: Option<String>,
    pub(super) when: Option<RawWhen>,
    pub(super) percent_off: Option<String>,
    pub(super) amount_off: Option<RawAmounts>,
    pub(super) max_discount: Option<RawAmounts>,
    pub(super) valid_from: Option<Timestamp>,
    pub(super) valid_until: Option<Timestamp>,
}

/// Amounts by currency.
pub(super) type RawAmounts = Entries<String>;

/// Conditions by the fact they ask for; null counts as absent.
pub(super) type RawWhen = Entries<Option<RawCondition>>;

/// The entries of an object, in which a name may stand only once: a signed text must have one reading.
pub(super) struct Entries<V>(pub(super) Vec<(String, V)>);

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Entries<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor(PhantomData))
    }
}

struct EntriesVisitor<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for EntriesVisitor<V> {
    type Value = Entries<V>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut names = std::collections::BTreeSet::new();
        let mut entries = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            if !names.insert(name.clone()) {
                return Err(A::Error::custom(format!("{name:?} stands twice")));
            }
            entries.push((name, map.next_value()?));
        }
        Ok(Entries(entries))
    }
}

/// What a condition asks for: one of some values, or a band of amounts.
pub(super) enum RawCondition {
    One(String),
    Many(Vec<String>),
    Band(RawBand),
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBand {
    pub(super) min: Option<String>,
    pub(super) max: Option<String>,
}

impl<'de> Deserialize<'de> for RawCondition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ConditionVisitor)
    }
}

struct ConditionVisitor;

impl<'de> Visitor<'de> for ConditionVisitor {
    type Value = RawCondition;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text, true or false, a list of them, or a band {\"min\", \"max\"}")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(RawCondition::One(text.to_owned()))
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Self::Value, E> {
        Ok(RawCondition::One(truth.to_string()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Scalar(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(RawCondition::Many(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        RawBand::deserialize(MapAccessDeserializer::new(map)).map(RawCondition::Band)
    }
}

/// A text, or a truth value as its text: facts travel as texts.
struct Scalar(String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text, true or false")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar(text.to_owned()))
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Scalar, E> {
        Ok(Scalar(truth.to_string()))
    }
}
