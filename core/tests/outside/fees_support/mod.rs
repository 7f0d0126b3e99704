//! An oracle for fees, written from the text of the design in exact fractions. It reads the schedule's JSON by itself and shares no
//! code with the engine.

use num_bigint::BigInt;
use num_rational::BigRational;
use serde_json::Value;
use std::collections::BTreeMap;

/// A request in the oracle's own terms. Amounts are in minor units.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) operation: String,
    pub(crate) method: String,
    pub(crate) currency: String,
    pub(crate) places: u32,
    pub(crate) amount: i64,
    pub(crate) customer_bears: bool,
    pub(crate) coupon: Option<String>,
    pub(crate) volume: Option<i64>,
    pub(crate) facts: BTreeMap<String, String>,
    /// RFC 3339 in UTC to the second, so that the order of texts is that of time.
    pub(crate) at: String,
}

/// What the oracle answers, in minor units; a line is its id, kind and amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) rule: String,
    pub(crate) gross: BigInt,
    pub(crate) fee: BigInt,
    pub(crate) net: BigInt,
    pub(crate) lines: Vec<(String, String, BigInt)>,
}

/// The quote by the text of the design, or the code of the error.
pub(crate) fn quote(schedule: &Value, asked: &Asked) -> Result<Answer, String> {
    if !in_force(schedule, &asked.at) {
        return Err("schedule_not_in_force".into());
    }
    for rule in schedule["rules"].as_array().unwrap() {
        if holds(&rule["when"], asked)? {
            return by_rule(schedule, rule, asked);
        }
    }
    Err("no_matching_rule".into())
}

fn by_rule(schedule: &Value, rule: &Value, asked: &Asked) -> Result<Answer, String> {
    let mode = schedule["rounding"].as_str().unwrap_or("half_up");
    let amount = whole(asked.amount);

    // percent + fixed + surcharges, summed exactly and rounded once
    let mut parts: Vec<(String, &str, BigRational)> = Vec::new();
    if let Some(percent) = percent(&rule["percent"]) {
        parts.push(("percent".into(), "percent", &amount * percent));
    }
    if let Some(fixed) = minor(&rule["fixed"], asked)? {
        parts.push(("fixed".into(), "fixed", fixed));
    }
    for surcharge in rule["surcharges"].as_array().into_iter().flatten() {
        if holds(&surcharge["when"], asked)? {
            let share = percent(&surcharge["percent"]).map_or(whole(0), |percent| &amount * percent);
            let fixed = minor(&surcharge["fixed"], asked)?.unwrap_or(whole(0));
            parts.push((surcharge["id"].as_str().unwrap().into(), "surcharge", share + fixed));
        }
    }
    let sum = parts.iter().fold(whole(0), |sum, part| sum + &part.2);
    let rounded = round(&sum, mode);

    // then minimum, then maximum
    let (minimum, maximum) = (minor(&rule["minimum"], asked)?, minor(&rule["maximum"], asked)?);
    let network = minor(&rule["network_fee"], asked)?;
    let lifted = minimum.map_or(rounded.clone(), |minimum| rounded.clone().max(minimum.to_integer()));
    let capped = maximum.map_or(lifted.clone(), |maximum| lifted.clone().min(maximum.to_integer()));

    // then one promotion: base the fee so far; rounded; capped by max_discount, then by the fee
    let discount = promotion(schedule, asked, &capped, mode)?;
    let left = &capped - discount.clone().unwrap_or_default();

    // then tax on what is left, rounded on its own; then the network fee, untaxed
    let tax = (!rule["tax"].is_null()).then(|| round(&(BigRational::from(left.clone()) * percent(&rule["tax"]["percent"]).unwrap()), mode));

    let mut lines = largest_remainder(&parts, &rounded);
    let mut add = |id: &str, kind: &str, amount: BigInt| lines.push((id.to_owned(), kind.to_owned(), amount));
    if lifted != rounded {
        add("minimum", "minimum", &lifted - &rounded);
    }
    if capped != lifted {
        add("maximum", "maximum", &capped - &lifted);
    }
    if let Some(discount) = discount {
        add(asked.coupon.as_ref().unwrap(), "promotion", -discount);
    }
    if let Some(tax) = tax {
        add(rule["tax"]["id"].as_str().unwrap(), "tax", tax);
    }
    if let Some(network) = network {
        add("network_fee", "network_fee", network.to_integer());
    }
    let fee: BigInt = lines.iter().map(|line| &line.2).sum();
    let amount = BigInt::from(asked.amount);
    let on_top = asked.customer_bears || asked.operation == "withdrawal";
    let (gross, net) = if on_top { (&amount + &fee, amount) } else { (amount.clone(), amount - &fee) };
    Ok(Answer { rule: rule["id"].as_str().unwrap().to_owned(), gross, fee, net, lines })
}

fn promotion(schedule: &Value, asked: &Asked, fee: &BigInt, mode: &str) -> Result<Option<BigInt>, String> {
    let Some(coupon) = &asked.coupon else { return Ok(None) };
    let not_applicable = || "promotion_not_applicable".to_owned();
    let all = schedule["promotions"].as_array();
    let promotion = all.into_iter().flatten().find(|promotion| promotion["code"] == **coupon).ok_or_else(not_applicable)?;
    if !in_force(promotion, &asked.at) || !holds(&promotion["when"], asked)? {
        return Err(not_applicable());
    }
    let cap = minor(&promotion["max_discount"], asked)?.map(|cap| cap.to_integer());
    let off = match percent(&promotion["percent_off"]) {
        Some(percent) => round(&(BigRational::from(fee.clone()) * percent), mode),
        None => minor(&promotion["amount_off"], asked)?.unwrap().to_integer(),
    };
    Ok(Some(off.min(cap.unwrap_or(fee.clone())).min(fee.clone())))
}

/// Floors first; what is over goes to the largest remainders, ties in schedule order.
fn largest_remainder(parts: &[(String, &str, BigRational)], rounded: &BigInt) -> Vec<(String, String, BigInt)> {
    let mut shares: Vec<BigInt> = parts.iter().map(|part| part.2.floor().to_integer()).collect();
    let mut open: Vec<usize> = (0..parts.len()).collect();
    while shares.iter().sum::<BigInt>() < *rounded {
        let remainder = |place: usize| &parts[place].2 - parts[place].2.floor();
        let mut best = 0;
        for candidate in 1..open.len() {
            if remainder(open[candidate]) > remainder(open[best]) {
                best = candidate;
            }
        }
        shares[open.remove(best)] += 1;
    }
    parts.iter().zip(shares).map(|(part, share)| (part.0.clone(), part.1.to_owned(), share)).collect()
}

/// All conditions, in the documented order; one that is reached on a fact not given is an error.
fn holds(when: &Value, asked: &Asked) -> Result<bool, String> {
    let given = |name: &str| match name {
        "operation" => Some(asked.operation.clone()),
        "method" => Some(asked.method.clone()),
        "currency" => Some(asked.currency.clone()),
        _ => asked.facts.get(name).cloned(),
    };
    let first = ["operation", "method", "currency", "amount", "monthly_volume"];
    let mut names: Vec<&str> = first.to_vec();
    let mut others: Vec<&str> = when.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    others.retain(|name| !first.contains(name));
    others.sort_unstable();
    names.extend(others);
    for name in names {
        let condition = &when[name];
        let met = match (name, condition) {
            (_, Value::Null) => true,
            ("amount", band) => within(band, asked.amount, asked.places),
            ("monthly_volume", band) => within(band, asked.volume.ok_or("missing_fact")?, asked.places),
            (name, values) => {
                let given = given(name).ok_or("missing_fact")?;
                let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let is = |value: &Value| text(value) == given;
                values.as_array().map_or_else(|| is(values), |values| values.iter().any(is))
            }
        };
        if !met {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Half-open: `[min, max)`.
fn within(band: &Value, minor: i64, places: u32) -> bool {
    let edge = |name: &str| band[name].as_str().map(|text| decimal(text) * scale(places));
    let minor = whole(minor);
    edge("min").is_none_or(|min| min <= minor) && edge("max").is_none_or(|max| minor < max)
}

fn in_force(dated: &Value, at: &str) -> bool {
    dated["valid_from"].as_str().is_none_or(|from| from <= at) && dated["valid_until"].as_str().is_none_or(|until| at < until)
}

fn percent(text: &Value) -> Option<BigRational> {
    text.as_str().map(|text| decimal(text) / whole(100))
}

/// An amount of a map in minor units: absent is none, a map without the currency is an error.
fn minor(map: &Value, asked: &Asked) -> Result<Option<BigRational>, String> {
    if map.is_null() {
        return Ok(None);
    }
    let text = map[&asked.currency].as_str().ok_or("missing_currency")?;
    Ok(Some(decimal(text) * scale(asked.places)))
}

fn decimal(text: &str) -> BigRational {
    let (units, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits: BigInt = format!("{units}{fraction}").parse().unwrap();
    BigRational::from(digits) / scale(u32::try_from(fraction.len()).unwrap())
}

fn scale(places: u32) -> BigRational {
    BigRational::from(BigInt::from(10).pow(places))
}

fn whole(number: i64) -> BigRational {
    BigRational::from(BigInt::from(number))
}

/// Rounds what is not negative: fees, discounts and taxes never are.
fn round(value: &BigRational, mode: &str) -> BigInt {
    assert!(*value >= whole(0));
    let below = value.floor().to_integer();
    let rest = value - value.floor();
    let half = BigRational::new(1.into(), 2.into());
    let up = match mode {
        "half_up" => rest >= half,
        "half_down" => rest > half,
        "half_even" => rest > half || (rest == half && &below % BigInt::from(2) == BigInt::from(1)),
        "up" | "ceiling" => rest > whole(0),
        "down" | "floor" => false,
        other => panic!("{other} is no rounding mode"),
    };
    if up { below + 1 } else { below }
}
