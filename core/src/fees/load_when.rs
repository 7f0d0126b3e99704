//! Checks the conditions of a rule, a surcharge or a promotion.

use super::load::{as_bad, at_most, bad, parse_amount};
use super::raw::{RawBand, RawCondition, RawWhen};
use super::when::{Band, When};
use crate::error::OkpayError;
use crate::money::Currency;
use crate::quoted::quoted;

const MAX_CONDITIONS: usize = 32;
const MAX_VALUES: usize = 512;
const MAX_VALUE_BYTES: usize = 128;

/// Fields of a request that are no facts, so that no condition may ask for them.
pub(super) const NO_FACTS: [&str; 3] = ["at", "bearer", "coupon"];
/// Conditions on fields of the request instead of its facts.
pub(super) const FIELDS: [&str; 5] = ["operation", "method", "currency", "amount", "monthly_volume"];

/// Conditions under `when`. Those of a surcharge may leave the currency of their bands to the rule around them.
pub(super) fn load_when(raw: Option<RawWhen>, around: Option<&When>) -> Result<When, OkpayError> {
    let entries = raw.unwrap_or_default();
    at_most(entries.len(), MAX_CONDITIONS, "when")?;
    load_conditions(entries, around).map_err(|error| error.within("when"))
}

fn load_conditions(entries: RawWhen, around: Option<&When>) -> Result<When, OkpayError> {
    let mut when = When::default();
    let mut bands = Vec::new();
    for (name, condition) in entries {
        match condition {
            RawCondition::Band(band) => bands.push((name, band)),
            RawCondition::One(value) => load_values(&mut when, &name, vec![value], false)?,
            RawCondition::Many(values) => load_values(&mut when, &name, values, true)?,
        }
    }
    // Bands come last, for their places are those of the currency, which may stand after them.
    for (name, band) in bands {
        load_band(&mut when, &name, band, around)?;
    }
    Ok(when)
}

fn load_values(when: &mut When, name: &str, values: Vec<String>, is_list: bool) -> Result<(), OkpayError> {
    if values.is_empty() {
        return Err(bad(name, "a list of values has at least one"));
    }
    at_most(values.len(), MAX_VALUES, name)?;
    let path = |index: usize| if is_list { format!("{name}[{index}]") } else { name.to_owned() };
    if let Some(index) = values.iter().position(|value| value.is_empty() || value.len() > MAX_VALUE_BYTES) {
        return Err(bad(&path(index), format!("a value has 1 to {MAX_VALUE_BYTES} bytes")));
    }
    match name {
        "operation" => when.operation = Some(values),
        "method" => when.method = Some(values),
        "currency" => {
            let parse = |(index, code): (usize, &String)| Currency::parse(code).map_err(|error| as_bad(&error, &path(index)));
            when.currency = Some(values.iter().enumerate().map(parse).collect::<Result<_, _>>()?);
        }
        "amount" | "monthly_volume" => return Err(bad(name, "this condition is a band such as {\"min\": \"0\", \"max\": \"100\"}")),
        _ => {
            let name = fact_name(name)?;
            let place = when.facts.partition_point(|(before, _)| *before < name);
            when.facts.insert(place, (name, values));
        }
    }
    Ok(())
}

/// The name of a fact as a path can show it.
fn fact_name(name: &str) -> Result<String, OkpayError> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    match (1..=64).contains(&name.len()) && name.bytes().all(allowed) && !NO_FACTS.contains(&name) {
        true => Ok(name.to_owned()),
        false => Err(bad(
            name,
            format!("{} is no fact: use up to 64 lower-case letters, digits and _, and none of {}", quoted(name), NO_FACTS.join(", ")),
        )),
    }
}

fn load_band(when: &mut When, name: &str, raw: RawBand, around: Option<&When>) -> Result<(), OkpayError> {
    let slot = match name {
        "amount" => &mut when.amount,
        "monthly_volume" => &mut when.monthly_volume,
        _ => return Err(bad(name, "only amount and monthly_volume take a band")),
    };
    let currencies = when.currency.as_deref().or_else(|| around.and_then(|rule| rule.currency.as_deref()));
    let Some([currency]) = currencies else {
        return Err(bad(name, "a band needs exactly one currency beside it in `when`"));
    };
    *slot = Some(check_band(raw, *currency).map_err(|error| error.within(name))?);
    Ok(())
}

fn check_band(raw: RawBand, currency: Currency) -> Result<Band, OkpayError> {
    if raw.min.is_none() && raw.max.is_none() {
        return Err(bad("min", "a band has a min, a max or both"));
    }
    let min = raw.min.map_or(Ok(0), |text| parse_amount(&text, currency, "min"))?;
    let max = raw.max.map(|text| parse_amount(&text, currency, "max")).transpose()?;
    match max {
        Some(max) if max <= min => Err(bad("max", "the max of a band is more than its min")),
        _ => Ok(Band { currency, min, max }),
    }
}
