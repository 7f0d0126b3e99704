//! From the raw schedule to checked rules. Every refusal is `invalid_schedule` with the path of the field at fault.

use super::load_when::load_when;
use super::raw::{RawAmounts, RawPromotion, RawRule, RawSchedule, RawSurcharge, RawTax};
use super::rules::{Amounts, Off, Percent, Promotion, Rule, Surcharge, Tax, Validity, amount_in};
use super::seen::Seen;
use super::version::Version;
use super::when::When;
use crate::error::{ErrorCode, OkpayError};
use crate::json::parse;
use crate::money::{Currency, Money, Rounding, is_plain_decimal, scaled};
use crate::quoted::quoted;

/// The most bytes of a schedule: 1 MiB.
pub(super) const MAX_BYTES: usize = 1 << 20;
const MAX_RULES: usize = 10_000;
const MAX_PROMOTIONS: usize = 10_000;
const MAX_SURCHARGES: usize = 64;

/// Ids of the lines that every rule may have.
const LINE_IDS: [&str; 5] = ["percent", "fixed", "minimum", "maximum", "network_fee"];

/// A schedule whose every field is checked.
#[derive(Debug, Clone)]
pub(super) struct Checked {
    pub(super) id: String,
    pub(super) version: String,
    pub(super) order: Version,
    pub(super) validity: Validity,
    pub(super) rounding: Rounding,
    pub(super) rules: Vec<Rule>,
    pub(super) promotions: Vec<Promotion>,
}

/// Reads and checks the text of a schedule.
pub(super) fn load(text: &str) -> Result<Checked, OkpayError> {
    if text.len() > MAX_BYTES {
        return Err(OkpayError::invalid(ErrorCode::InvalidSchedule, format!("a fee schedule has at most {MAX_BYTES} bytes")));
    }
    let raw = read_json(text)?;
    let version = required(raw.version, "version")?;
    let order =
        Version::parse(&version).ok_or_else(|| bad("version", format!("{} is no version such as 2026-11-01.1", quoted(&version))))?;
    let from = Some(required(raw.valid_from, "valid_from")?);
    let rules = load_rules(required(raw.rules, "rules")?)?;
    let promotions = load_promotions(raw.promotions.unwrap_or_default(), &rules)?;
    Ok(Checked {
        id: load_id(raw.id, "id")?,
        version,
        order,
        validity: load_validity(Validity { from, until: raw.valid_until })?,
        rounding: load_rounding(raw.rounding)?,
        rules,
        promotions,
    })
}

fn read_json(text: &str) -> Result<RawSchedule, OkpayError> {
    parse(text.as_bytes()).and_then(|tree| RawSchedule::read(&tree)).map_err(|fault| match fault.0.path.as_str() {
        "" => OkpayError::invalid(ErrorCode::InvalidSchedule, fault.0.words),
        path => bad(path, fault.0.words.as_str()),
    })
}

fn load_rules(raw: Vec<RawRule>) -> Result<Vec<Rule>, OkpayError> {
    at_most(raw.len(), MAX_RULES, "rules")?;
    if raw.is_empty() {
        return Err(bad("rules", "a fee schedule has at least one rule"));
    }
    let mut rules = Vec::with_capacity(raw.len());
    let mut ids = Seen::default();
    for (index, raw) in raw.into_iter().enumerate() {
        let path = format!("rules[{index}]");
        let rule = load_rule(raw).map_err(|error| error.within(&path))?;
        unique(&mut ids, &rule.id, &format!("{path}.id"))?;
        rules.push(rule);
    }
    Ok(rules)
}

fn load_rule(raw: RawRule) -> Result<Rule, OkpayError> {
    let id = load_id(raw.id, "id")?;
    let when = load_when(raw.when, None)?;
    let mut surcharges = Vec::new();
    for (index, raw) in within_limit(raw.surcharges, MAX_SURCHARGES, "surcharges")?.into_iter().enumerate() {
        let surcharge = load_surcharge(raw, &when).map_err(|error| error.within(&format!("surcharges[{index}]")))?;
        surcharges.push(surcharge);
    }
    let rule = Rule {
        id,
        when,
        percent: load_percent(raw.percent, "percent")?,
        fixed: load_amounts(raw.fixed, "fixed")?,
        surcharges,
        minimum: load_amounts(raw.minimum, "minimum")?,
        maximum: load_amounts(raw.maximum, "maximum")?,
        tax: raw.tax.map(load_tax).transpose().map_err(|error| error.within("tax"))?,
        network_fee: load_amounts(raw.network_fee, "network_fee")?,
    };
    percents_stay_under_the_whole(&rule)?;
    line_ids_are_distinct(&rule)?;
    minimum_is_no_more_than_maximum(&rule)?;
    Ok(rule)
}

fn load_surcharge(raw: RawSurcharge, rule: &When) -> Result<Surcharge, OkpayError> {
    let when = load_when(raw.when, Some(rule))?;
    let (percent, fixed) = (load_percent(raw.percent, "percent")?, load_amounts(raw.fixed, "fixed")?);
    if percent.is_none() && fixed.is_none() {
        return Err(bad("percent", "a surcharge has a percent, a fixed part or both"));
    }
    Ok(Surcharge { id: load_id(raw.id, "id")?, when, percent, fixed })
}

fn load_tax(raw: RawTax) -> Result<Tax, OkpayError> {
    let percent = required(load_percent(raw.percent, "percent")?, "percent")?;
    if percent.0 > Percent::WHOLE {
        return Err(bad("percent", "a tax is at most 100 percent of the fee"));
    }
    Ok(Tax { id: load_id(raw.id, "id")?, percent })
}

/// The field where the sum of the percent and of all surcharges, in their order, comes to 100 is the one at fault.
fn percents_stay_under_the_whole(rule: &Rule) -> Result<(), OkpayError> {
    let own = std::iter::once(("percent".to_owned(), rule.percent));
    let surcharges = rule.surcharges.iter().enumerate();
    let surcharges = surcharges.map(|(index, surcharge)| (format!("surcharges[{index}].percent"), surcharge.percent));
    let mut sum = 0_i64;
    for (path, percent) in own.chain(surcharges) {
        sum = sum.saturating_add(percent.map_or(0, |percent| percent.0));
        if sum >= Percent::WHOLE {
            return Err(bad(&path, "the percent and the surcharges of a rule stay under 100 percent together"));
        }
    }
    Ok(())
}

fn line_ids() -> Seen {
    let mut ids = Seen::default();
    for id in LINE_IDS {
        ids.is_first(id);
    }
    ids
}

fn line_ids_are_distinct(rule: &Rule) -> Result<(), OkpayError> {
    let mut ids = line_ids();
    for (index, surcharge) in rule.surcharges.iter().enumerate() {
        unique(&mut ids, &surcharge.id, &format!("surcharges[{index}].id"))?;
    }
    rule.tax.as_ref().map_or(Ok(()), |tax| unique(&mut ids, &tax.id, "tax.id"))
}

fn minimum_is_no_more_than_maximum(rule: &Rule) -> Result<(), OkpayError> {
    let (Some(minimum), Some(maximum)) = (&rule.minimum, &rule.maximum) else { return Ok(()) };
    for (currency, least) in minimum {
        if amount_in(maximum, *currency).is_some_and(|most| most < *least) {
            return Err(bad(&format!("maximum.{currency}"), "the maximum is less than the minimum"));
        }
    }
    Ok(())
}

fn load_promotions(raw: Vec<RawPromotion>, rules: &[Rule]) -> Result<Vec<Promotion>, OkpayError> {
    at_most(raw.len(), MAX_PROMOTIONS, "promotions")?;
    let mut promotions = Vec::with_capacity(raw.len());
    // A promotion's code is the id of its line, beside those of any rule.
    let mut ids = line_ids();
    for rule in rules {
        let surcharges = rule.surcharges.iter().map(|surcharge| &surcharge.id);
        for id in surcharges.chain(rule.tax.iter().map(|tax| &tax.id)) {
            ids.is_first(id);
        }
    }
    for (index, raw) in raw.into_iter().enumerate() {
        let path = format!("promotions[{index}]");
        let promotion = load_promotion(raw).map_err(|error| error.within(&path))?;
        unique(&mut ids, &promotion.code, &format!("{path}.code"))?;
        promotions.push(promotion);
    }
    Ok(promotions)
}

fn load_promotion(raw: RawPromotion) -> Result<Promotion, OkpayError> {
    let when = load_when(raw.when, None)?;
    let percent_off = load_percent(raw.percent_off, "percent_off")?;
    let off = match (percent_off, load_amounts(raw.amount_off, "amount_off")?) {
        (Some(Percent(millionths)), None) if millionths > Percent::WHOLE => {
            return Err(bad("percent_off", "a promotion takes off at most 100 percent"));
        }
        (Some(percent), None) => Off::Percent(percent),
        (None, Some(amounts)) => Off::Amount(amounts),
        (Some(_), Some(_)) => return Err(bad("amount_off", "a promotion has percent_off or amount_off, not both")),
        (None, None) => return Err(bad("percent_off", "a promotion has percent_off or amount_off")),
    };
    Ok(Promotion {
        code: load_id(raw.code, "code")?,
        when,
        off,
        max_discount: load_amounts(raw.max_discount, "max_discount")?,
        validity: load_validity(Validity { from: raw.valid_from, until: raw.valid_until })?,
    })
}

fn load_validity(validity: Validity) -> Result<Validity, OkpayError> {
    match (validity.from, validity.until) {
        (Some(from), Some(until)) if from >= until => Err(bad("valid_until", "valid_until comes after valid_from")),
        _ => Ok(validity),
    }
}

fn load_rounding(raw: Option<String>) -> Result<Rounding, OkpayError> {
    match raw.as_deref().map(Rounding::from) {
        None => Ok(Rounding::HalfUp),
        Some(Rounding::Unknown { raw }) => {
            Err(bad("rounding", format!("{} is no rounding mode: use one of {}", quoted(&raw), Rounding::names())))
        }
        Some(known) => Ok(known),
    }
}

/// 1 to 64 letters, digits, `_`, `-`, `.` or `:`; ids appear in lines, journals and URLs.
fn load_id(raw: Option<String>, path: &str) -> Result<String, OkpayError> {
    let id = required(raw, path)?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte);
    match (1..=64).contains(&id.len()) && id.bytes().all(allowed) {
        true => Ok(id),
        false => Err(bad(path, format!("{} is no id: use 1 to 64 letters, digits, _, -, . or :", quoted(&id)))),
    }
}

fn load_percent(raw: Option<String>, path: &str) -> Result<Option<Percent>, OkpayError> {
    raw.map(|text| parse_percent(&text).ok_or_else(|| bad(path, not_a_percent(&text)))).transpose()
}

fn not_a_percent(text: &str) -> String {
    format!("{} is no percent: write a plain decimal such as 1.75, not negative, with at most 6 places", quoted(text))
}

fn parse_percent(text: &str) -> Option<Percent> {
    let is_plain = is_plain_decimal(text);
    scaled(text, 6).filter(|millionths| is_plain && *millionths >= 0).map(Percent)
}

fn load_amounts(raw: Option<RawAmounts>, path: &str) -> Result<Option<Amounts>, OkpayError> {
    raw.map(|raw| raw.iter().map(|(code, text)| load_amount(code, text, path)).collect()).transpose()
}

fn load_amount(code: &str, text: &str, path: &str) -> Result<(Currency, i64), OkpayError> {
    let path = format!("{path}.{code}");
    let currency = Currency::parse(code).map_err(|error| as_bad(&error, &path))?;
    Ok((currency, parse_amount(text, currency, &path)?))
}

/// An amount in minor units, not negative.
pub(super) fn parse_amount(text: &str, currency: Currency, path: &str) -> Result<i64, OkpayError> {
    let money = Money::in_currency(text, currency).map_err(|error| as_bad(&error, path))?;
    match money.minor() {
        minor @ 0.. => Ok(minor),
        _ => Err(bad(path, format!("{} is negative", quoted(text)))),
    }
}

fn required<T>(value: Option<T>, path: &str) -> Result<T, OkpayError> {
    value.ok_or_else(|| bad(path, format!("{path} is missing")))
}

fn within_limit<T>(list: Option<Vec<T>>, limit: usize, path: &str) -> Result<Vec<T>, OkpayError> {
    let list = list.unwrap_or_default();
    at_most(list.len(), limit, path)?;
    Ok(list)
}

pub(super) fn at_most(count: usize, limit: usize, path: &str) -> Result<(), OkpayError> {
    match count <= limit {
        true => Ok(()),
        false => Err(bad(path, format!("{count} entries; at most {limit} are allowed"))),
    }
}

fn unique(seen: &mut Seen, id: &str, path: &str) -> Result<(), OkpayError> {
    match seen.is_first(id) {
        true => Ok(()),
        false => Err(bad(path, format!("{} is taken already", quoted(id)))),
    }
}

pub(super) fn bad(path: &str, detail: impl Into<String>) -> OkpayError {
    OkpayError::invalid_at(ErrorCode::InvalidSchedule, path, detail)
}

/// A refusal of `money` as one of the schedule.
pub(super) fn as_bad(error: &OkpayError, path: &str) -> OkpayError {
    bad(path, error.failure().detail.clone())
}
