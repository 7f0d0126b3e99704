//! A fee schedule as it is written: every field optional, figures as text. `load` checks it and makes rules of it.
//!
//! It is taken from the tree of its JSON by hand, field by field: readers that serde derives would be several times the code of a checkout
//! page. Everywhere a name that is not known is refused, and one that stands twice: a signed text must have one reading.

use crate::json::{Fault, FaultKind, Json};
use crate::timestamp::Timestamp;

pub(super) struct RawSchedule {
    pub(super) id: Option<String>,
    pub(super) version: Option<String>,
    pub(super) valid_from: Option<Timestamp>,
    pub(super) valid_until: Option<Timestamp>,
    pub(super) rounding: Option<String>,
    pub(super) rules: Option<Vec<RawRule>>,
    pub(super) promotions: Option<Vec<RawPromotion>>,
}

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

pub(super) struct RawSurcharge {
    pub(super) id: Option<String>,
    pub(super) when: Option<RawWhen>,
    pub(super) percent: Option<String>,
    pub(super) fixed: Option<RawAmounts>,
}

pub(super) struct RawTax {
    pub(super) id: Option<String>,
    pub(super) percent: Option<String>,
}

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
pub(super) type RawAmounts = Vec<(String, String)>;

/// Conditions by the fact they ask for.
pub(super) type RawWhen = Vec<(String, RawCondition)>;

/// What a condition asks for: one of some values, or a band of amounts.
pub(super) enum RawCondition {
    One(String),
    Many(Vec<String>),
    Band(RawBand),
}

pub(super) struct RawBand {
    pub(super) min: Option<String>,
    pub(super) max: Option<String>,
}

impl RawSchedule {
    pub(super) fn read(value: &Json) -> Result<Self, Fault> {
        let fields = Fields::of(value, &["id", "version", "valid_from", "valid_until", "rounding", "rules", "promotions"])?;
        Ok(Self {
            id: fields.text("id")?,
            version: fields.text("version")?,
            valid_from: fields.time("valid_from")?,
            valid_until: fields.time("valid_until")?,
            rounding: fields.text("rounding")?,
            rules: fields.list("rules", RawRule::read)?,
            promotions: fields.list("promotions", RawPromotion::read)?,
        })
    }
}

impl RawRule {
    fn read(value: &Json) -> Result<Self, Fault> {
        let known = ["id", "when", "percent", "fixed", "surcharges", "minimum", "maximum", "tax", "network_fee"];
        let fields = Fields::of(value, &known)?;
        Ok(Self {
            id: fields.text("id")?,
            when: fields.get("when", when)?,
            percent: fields.text("percent")?,
            fixed: fields.get("fixed", amounts)?,
            surcharges: fields.list("surcharges", RawSurcharge::read)?,
            minimum: fields.get("minimum", amounts)?,
            maximum: fields.get("maximum", amounts)?,
            tax: fields.get("tax", RawTax::read)?,
            network_fee: fields.get("network_fee", amounts)?,
        })
    }
}

impl RawSurcharge {
    fn read(value: &Json) -> Result<Self, Fault> {
        let fields = Fields::of(value, &["id", "when", "percent", "fixed"])?;
        Ok(Self {
            id: fields.text("id")?,
            when: fields.get("when", when)?,
            percent: fields.text("percent")?,
            fixed: fields.get("fixed", amounts)?,
        })
    }
}

impl RawTax {
    fn read(value: &Json) -> Result<Self, Fault> {
        let fields = Fields::of(value, &["id", "percent"])?;
        Ok(Self { id: fields.text("id")?, percent: fields.text("percent")? })
    }
}

impl RawPromotion {
    fn read(value: &Json) -> Result<Self, Fault> {
        let known = ["code", "when", "percent_off", "amount_off", "max_discount", "valid_from", "valid_until"];
        let fields = Fields::of(value, &known)?;
        Ok(Self {
            code: fields.text("code")?,
            when: fields.get("when", when)?,
            percent_off: fields.text("percent_off")?,
            amount_off: fields.get("amount_off", amounts)?,
            max_discount: fields.get("max_discount", amounts)?,
            valid_from: fields.time("valid_from")?,
            valid_until: fields.time("valid_until")?,
        })
    }
}

fn amounts(value: &Json) -> Result<RawAmounts, Fault> {
    let mut amounts = Vec::new();
    for (name, value) in once_each(value)? {
        amounts.push((name.clone(), text(value).map_err(|fault| fault.within(name))?));
    }
    Ok(amounts)
}

/// Null counts as absent.
fn when(value: &Json) -> Result<RawWhen, Fault> {
    let mut conditions = Vec::new();
    for (name, value) in once_each(value)? {
        if !matches!(value, Json::Null) {
            conditions.push((name.clone(), condition(value).map_err(|fault| fault.within(name))?));
        }
    }
    Ok(conditions)
}

fn condition(value: &Json) -> Result<RawCondition, Fault> {
    match value {
        Json::List(values) => each(values, scalar).map(RawCondition::Many),
        Json::Object(_) => {
            let fields = Fields::of(value, &["min", "max"])?;
            Ok(RawCondition::Band(RawBand { min: fields.text("min")?, max: fields.text("max")? }))
        }
        Json::Text(_) | Json::Bool(_) => scalar(value).map(RawCondition::One),
        _ => Err(value.mismatch("a text, true or false, a list of them, or a band {\"min\", \"max\"}")),
    }
}

/// A text, or a truth value as its text: facts travel as texts.
fn scalar(value: &Json) -> Result<String, Fault> {
    match value {
        Json::Text(text) => Ok(text.clone()),
        Json::Bool(true) => Ok("true".to_owned()),
        Json::Bool(false) => Ok("false".to_owned()),
        _ => Err(value.mismatch("a text, true or false")),
    }
}

fn text(value: &Json) -> Result<String, Fault> {
    value.text().map(str::to_owned).ok_or_else(|| value.mismatch("a string"))
}

fn time(value: &Json) -> Result<Timestamp, Fault> {
    Timestamp::parse(&text(value)?).map_err(|error| Fault::value(error.into_failure().detail))
}

fn each<T>(values: &[Json], read: fn(&Json) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
    let mut list = Vec::with_capacity(values.len());
    for (at, value) in values.iter().enumerate() {
        list.push(read(value).map_err(|fault| fault.within(&["[", &at.to_string(), "]"].concat()))?);
    }
    Ok(list)
}

/// The entries of an object in which no name stands twice.
fn once_each(value: &Json) -> Result<&[(String, Json)], Fault> {
    let Json::Object(entries) = value else { return Err(value.mismatch("an object")) };
    let mut names = std::collections::BTreeSet::new();
    match entries.iter().find(|(name, _)| !names.insert(name.clone())) {
        Some((name, _)) => Err(Fault::value(["\"", name, "\" stands twice"].concat())),
        None => Ok(entries),
    }
}

/// The fields of an object that has no others.
struct Fields<'t>(&'t Json);

impl<'t> Fields<'t> {
    fn of(value: &'t Json, known: &[&str]) -> Result<Self, Fault> {
        let unknown = once_each(value)?.iter().find(|(name, _)| !known.contains(&name.as_str()));
        match unknown {
            Some((name, _)) => Err(Fault::at(FaultKind::Unknown, name, ["unknown field `", name, "`"].concat())),
            None => Ok(Self(value)),
        }
    }

    fn get<T>(&self, name: &str, read: fn(&Json) -> Result<T, Fault>) -> Result<Option<T>, Fault> {
        match self.0.member(name) {
            None | Some(Json::Null) => Ok(None),
            Some(value) => read(value).map(Some).map_err(|fault| fault.within(name)),
        }
    }

    fn text(&self, name: &str) -> Result<Option<String>, Fault> {
        self.get(name, text)
    }

    fn time(&self, name: &str) -> Result<Option<Timestamp>, Fault> {
        self.get(name, time)
    }

    fn list<T>(&self, name: &str, read: fn(&Json) -> Result<T, Fault>) -> Result<Option<Vec<T>>, Fault> {
        match self.0.member(name) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::List(values)) => each(values, read).map(Some).map_err(|fault| fault.within(name)),
            Some(value) => Err(value.mismatch("a sequence").within(name)),
        }
    }
}
