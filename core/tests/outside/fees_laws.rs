//! The laws of fees, on schedules made at random: against the oracle in exact fractions, and against brute force on small amounts.

use crate::fees_support::Asked;
use num_bigint::BigInt;
use okpay::fees::{Bearer, FeeSchedule, Quote, QuoteRequest};
use okpay::{Money, OkpayError, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

const AT: &str = "2026-11-22T12:00:00Z";
/// Up to where brute force looks, in minor units.
const REACH: i64 = 4_000;

fn cents(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

fn euros(minor: i64) -> Value {
    json!({ "EUR": cents(minor) })
}

fn millionths(percent: u32) -> String {
    format!("{}.{:06}", percent / 1_000_000, percent % 1_000_000)
}

/// Percents of several granularities: round ones make ties, odd ones make remainders.
fn percent(most: u32) -> impl Strategy<Value = String> {
    prop_oneof![
        (0..=most).prop_map(|whole| whole.to_string()),
        (0..=most * 4).prop_map(|quarters| millionths(quarters * 250_000)),
        (0..=most * 1_000_000).prop_map(millionths),
    ]
}

fn amounts(most: i64) -> impl Strategy<Value = Value> {
    (0..=most).prop_map(euros)
}

fn band(most: i64) -> impl Strategy<Value = Value> {
    let edges = (0..most, 1..most);
    edges.prop_flat_map(|(min, width)| {
        let (min, max) = (cents(min), cents(min + width));
        prop_oneof![
            Just(json!({ "min": min })),
            Just(json!({ "max": max })),
            Just(json!({ "min": min, "max": max })),
            Just(json!({ "min": min, "max": max })),
        ]
    })
}

fn or_null(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop_oneof![Just(Value::Null), value]
}

fn region() -> impl Strategy<Value = Value> {
    prop_oneof![3 => Just(Value::Null), 1 => Just(json!("eu")), 1 => Just(json!(["eu", "us"])), 1 => Just(json!(true))]
}

fn surcharge(id: &'static str) -> impl Strategy<Value = Value> {
    (percent(12), or_null(amounts(40)), region(), or_null(band(600))).prop_map(move |(percent, fixed, region, amount)| {
        json!({ "id": id, "when": { "region": region, "amount": amount }, "percent": percent, "fixed": fixed })
    })
}

fn rule() -> impl Strategy<Value = Value> {
    let when = (or_null(band(900)), or_null(band(900)), region());
    let parts = (percent(50), or_null(amounts(120)), surcharge("cross"), surcharge("conversion"), 0..3usize);
    let bounds = (or_null(amounts(60)), or_null((60..200i64).prop_map(euros)));
    let rest = (or_null(percent(30).prop_map(|percent| json!({ "id": "vat", "percent": percent }))), or_null(amounts(50)));
    (when, parts, bounds, rest).prop_map(|(when, parts, bounds, rest)| {
        let (amount, volume, region) = when;
        let (percent, fixed, first, second, count) = parts;
        let surcharges: Vec<Value> = [first, second].into_iter().take(count).collect();
        json!({
            "when": { "currency": "EUR", "amount": amount, "monthly_volume": volume, "region": region },
            "percent": percent, "fixed": fixed, "surcharges": surcharges,
            "minimum": bounds.0, "maximum": bounds.1, "tax": rest.0, "network_fee": rest.1,
        })
    })
}

fn promotion() -> impl Strategy<Value = Value> {
    let off =
        prop_oneof![percent(100).prop_map(|percent| (json!(percent), Value::Null)), amounts(60).prop_map(|amount| (Value::Null, amount)),];
    (off, or_null(amounts(40)), or_null(band(700)), region()).prop_map(|(off, cap, amount, region)| {
        json!({ "code": "SAVE", "when": { "currency": "EUR", "amount": amount, "region": region },
                "percent_off": off.0, "amount_off": off.1, "max_discount": cap })
    })
}

fn schedule() -> impl Strategy<Value = Value> {
    let modes = ["half_up", "half_even", "half_down", "up", "down", "ceiling", "floor"];
    (prop::collection::vec(rule(), 1..4), promotion(), prop::sample::select(modes.to_vec())).prop_map(|(mut rules, promotion, mode)| {
        for (index, rule) in rules.iter_mut().enumerate() {
            rule["id"] = json!(format!("rule-{index}"));
        }
        json!({ "id": "random", "version": "2026-11-01.1", "valid_from": "2026-11-01T00:00:00Z", "valid_until": "2026-12-01T00:00:00Z",
                "rounding": mode, "rules": rules, "promotions": [promotion] })
    })
}

fn asked(amount: impl Strategy<Value = i64>) -> impl Strategy<Value = Asked> {
    let coupon = prop_oneof![2 => Just(None), 2 => Just(Some("SAVE".to_owned())), 1 => Just(Some("NONE".to_owned()))];
    let region = prop_oneof![1 => Just(None), 2 => Just(Some("eu")), 1 => Just(Some("us")), 1 => Just(Some("true"))];
    let volume = prop_oneof![1 => Just(None), 4 => (0..1_500i64).prop_map(Some)];
    let operation = prop_oneof![2 => Just("payment"), 1 => Just("withdrawal")];
    let at = prop_oneof![20 => Just(AT), 1 => Just("2026-12-01T00:00:00Z"), 1 => Just("2026-10-31T23:59:59Z")];
    (amount, operation, any::<bool>(), coupon, region, volume, at).prop_map(|(amount, operation, customer, coupon, region, volume, at)| {
        Asked {
            operation: operation.into(),
            method: "card".into(),
            currency: "EUR".into(),
            places: 2,
            amount,
            customer_bears: customer && operation == "payment",
            coupon,
            volume,
            facts: region.into_iter().map(|region| ("region".to_owned(), region.to_owned())).collect(),
            at: at.into(),
        }
    })
}

fn euro(minor: i64) -> Money {
    Money::from_minor(minor.into(), okpay::Currency::EUR).unwrap()
}

fn request(asked: &Asked) -> QuoteRequest {
    let mut request = QuoteRequest::new(asked.operation.as_str(), asked.method.as_str(), euro(asked.amount));
    request.bearer = asked.customer_bears.then_some(Bearer::Customer);
    request.coupon = asked.coupon.clone();
    request.monthly_volume = asked.volume.map(euro);
    request.facts = asked.facts.clone();
    request
}

fn now(asked: &Asked) -> Timestamp {
    Timestamp::parse(&asked.at).unwrap()
}

fn load(schedule: &Value) -> FeeSchedule {
    FeeSchedule::from_json(&schedule.to_string()).unwrap()
}

fn quote_on(schedule: &FeeSchedule, asked: &Asked, amount: i64) -> Result<Quote, OkpayError> {
    schedule.quote(&request(&Asked { amount, ..asked.clone() }), now(asked))
}

/// Excludes the amount for certain, so that a search may pass over it.
fn excludes(error: &OkpayError) -> bool {
    ["no_matching_rule", "promotion_not_applicable"].contains(&error.code().as_str())
}

/// The least gross whose net reaches the target, by trying every amount; none within reach; or what stops the search.
fn brute_gross_up(schedule: &FeeSchedule, asked: &Asked, target: i64) -> Result<Option<Quote>, OkpayError> {
    let mut best: Option<Quote> = None;
    for amount in target..=REACH {
        if best.as_ref().is_some_and(|best| amount >= best.gross.minor()) {
            break;
        }
        match quote_on(schedule, asked, amount) {
            Ok(quote) if quote.net.minor() >= target => {
                if best.as_ref().is_none_or(|best| quote.gross.minor() < best.gross.minor()) {
                    best = Some(quote);
                }
            }
            Ok(_) => {}
            Err(error) if excludes(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(best)
}

/// The largest amount that fits with its fee, by trying every one from the balance down.
fn brute_max_withdrawal(schedule: &FeeSchedule, asked: &Asked, balance: i64) -> Result<Option<Quote>, OkpayError> {
    for amount in (1..=balance).rev() {
        match quote_on(schedule, asked, amount) {
            Ok(quote) if quote.gross.minor() <= balance => return Ok(Some(quote)),
            Ok(_) => {}
            Err(error) if excludes(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

fn sum_of_lines(quote: &Quote) -> i64 {
    quote.lines.iter().map(|line| line.amount.minor()).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn quotes_are_those_of_the_oracle(schedule in schedule(), asked in asked(prop_oneof![1..60i64, 1..1_500i64, 1..1_000_000_000_000_000i64])) {
        let ours = load(&schedule).quote(&request(&asked), now(&asked));
        match (ours, crate::fees_support::quote(&schedule, &asked)) {
            (Ok(quote), Ok(oracle)) => {
                let big = |money: Money| BigInt::from(money.minor());
                prop_assert_eq!(big(quote.gross), oracle.gross);
                prop_assert_eq!(big(quote.fee), oracle.fee);
                prop_assert_eq!(big(quote.net), oracle.net);
                prop_assert_eq!(&quote.rule_id, &oracle.rule);
                let lines: Vec<_> = quote.lines.iter().map(|line| (line.id.clone(), line.kind.to_string(), big(line.amount))).collect();
                prop_assert_eq!(lines, oracle.lines);
                prop_assert_eq!(sum_of_lines(&quote), quote.fee.minor());
            }
            (Err(error), Err(code)) => prop_assert_eq!(error.code().as_str(), code),
            (ours, oracle) => prop_assert!(false, "engine {ours:?}, oracle {oracle:?}"),
        }
    }

    #[test]
    fn batch_is_quote_row_by_row(schedule in schedule(), asked in asked(Just(1)), amounts in prop::collection::vec(-1..1_500i64, 0..40)) {
        let schedule = load(&schedule);
        let rows: Result<Vec<Quote>, (usize, OkpayError)> = amounts
            .iter()
            .enumerate()
            .map(|(row, &amount)| quote_on(&schedule, &asked, amount).map_err(|error| (row, error)))
            .collect();
        match (schedule.batch(&amounts, &request(&asked), now(&asked)), rows) {
            (Ok(columns), Ok(rows)) => {
                let column = |of: fn(&Quote) -> Money| rows.iter().map(|quote| of(quote).minor()).collect::<Vec<_>>();
                prop_assert_eq!(&columns.gross, &column(|quote| quote.gross));
                prop_assert_eq!(&columns.fee, &column(|quote| quote.fee));
                prop_assert_eq!(&columns.net, &column(|quote| quote.net));
                let rules: Vec<_> = columns.rule.iter().map(|&place| columns.rule_ids[place as usize].clone()).collect();
                prop_assert_eq!(rules, rows.into_iter().map(|quote| quote.rule_id).collect::<Vec<_>>());
            }
            (Err(error), Err((row, expected))) if *error.code() != okpay::ErrorCode::ScheduleNotInForce => {
                prop_assert_eq!(error.code(), expected.code());
                let param = error.failure().param.clone().unwrap();
                prop_assert!(param.starts_with(&format!("amounts[{row}]")), "{param}, row {row}");
            }
            (Err(error), Err(_)) => prop_assert_eq!(error.code().as_str(), "schedule_not_in_force"),
            (Err(error), Ok(rows)) => prop_assert!(rows.is_empty() && *error.code() == okpay::ErrorCode::ScheduleNotInForce),
            (Ok(_), Err(error)) => prop_assert!(false, "batch hides {error:?}"),
        }
    }

    #[test]
    fn inside_a_rule_more_never_costs_less(schedule in schedule(), asked in asked(Just(1)), amount in 1..1_200i64) {
        let ours = load(&schedule);
        // A band of the whole request: no condition on the amount, of rule, surcharge or promotion, changes in between.
        let (Ok(one), Ok(two)) = (quote_on(&ours, &asked, amount), quote_on(&ours, &asked, amount + 1)) else { return Ok(()) };
        let edge = schedule.to_string().contains(&format!("\"{}\"", cents(amount + 1)));
        if one.rule_id == two.rule_id && !edge {
            prop_assert!(one.fee.minor() <= two.fee.minor(), "{one:?} {two:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn gross_up_reaches_and_is_the_smallest(schedule in schedule(), asked in asked(1..700i64)) {
        let schedule = load(&schedule);
        let ours = schedule.gross_up(&request(&asked), now(&asked));
        match (ours, brute_gross_up(&schedule, &asked, asked.amount)) {
            (Ok(quote), Ok(Some(expected))) => prop_assert_eq!(quote, expected),
            (Ok(quote), Ok(None)) => prop_assert!(quote.amount.minor() > REACH && quote.net.minor() >= asked.amount),
            (Err(error), Ok(None)) => prop_assert!(excludes(&error) || error.code().as_str() == "target_unreachable", "{error:?}"),
            (Err(error), Err(expected)) => prop_assert_eq!(error, expected),
            (ours, brute) => prop_assert!(false, "engine {ours:?}, brute force {brute:?}"),
        }
    }

    #[test]
    fn max_withdrawal_is_the_largest(schedule in schedule(), asked in asked(1..1_500i64)) {
        let asked = Asked { operation: "withdrawal".into(), ..asked };
        let schedule = load(&schedule);
        let ours = schedule.max_withdrawal(&request(&asked), now(&asked));
        match (ours, brute_max_withdrawal(&schedule, &asked, asked.amount)) {
            (Ok(quote), Ok(Some(expected))) => prop_assert_eq!(quote, expected),
            (Err(error), Ok(None)) => prop_assert!(excludes(&error) || error.code().as_str() == "balance_too_small", "{error:?}"),
            (Err(error), Err(expected)) => prop_assert_eq!(error, expected),
            (ours, brute) => prop_assert!(false, "engine {ours:?}, brute force {brute:?}"),
        }
    }
}
