//! The test of the shapes: for every model of the table, what its shape takes, refuses and writes is what its serde reader and writer do.

use super::shape::Whole;
use super::{Fault, FaultKind, Json, Kind, Shaped, parse, read, read_strictly};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A model by its shape and by serde.
pub(crate) struct Judge {
    name: &'static str,
    is_params: bool,
    kind: Kind,
    by_tree: fn(&str, bool) -> Result<String, Fault>,
    directly: fn(&str) -> bool,
}

/// The judge of a type.
pub(crate) fn judge<T: Shaped + Serialize + DeserializeOwned>(name: &'static str, is_params: bool) -> Judge {
    fn by_tree<T: Serialize + DeserializeOwned>(text: &str, is_strict: bool) -> Result<String, Fault> {
        let value: T = if is_strict { read_strictly(text.as_bytes()) } else { read(text.as_bytes()) }?;
        Ok(serde_json::to_string(&value).unwrap())
    }
    let directly = |text: &str| serde_json::from_str::<T>(text).is_ok();
    Judge { name, is_params, kind: T::KIND, by_tree: by_tree::<T>, directly }
}

/// Choices, out of bytes that proptest draws and shrinks.
struct Choices<'b>(std::slice::Iter<'b, u8>);

impl Choices<'_> {
    fn up_to(&mut self, count: u8) -> u8 {
        self.0.next().copied().unwrap_or(0) % count
    }

    fn one_of(&mut self, texts: &[&str]) -> String {
        let at = self.up_to(u8::try_from(texts.len()).unwrap());
        texts[usize::from(at)].to_owned()
    }

    /// Once in a while; more seldom the more there are in a text.
    fn mutates(&mut self) -> bool {
        self.up_to(60) == 59
    }
}

/// What is of no kind, of some, and of many.
const ODD: [&str; 14] = [
    "null",
    "true",
    "-1",
    "-0",
    "255",
    "256",
    "65536",
    "4294967296",
    "18446744073709551615",
    "1.5",
    "\"text\"",
    "[]",
    "{}",
    r#"[{"a":null},[1]]"#,
];

/// An example of a kind as JSON, with a slip here and there.
fn example(kind: &Kind, choices: &mut Choices<'_>) -> String {
    if choices.mutates() {
        return choices.one_of(&ODD);
    }
    match kind {
        Kind::Text => choices.one_of(&[r#""card""#, r#""""#, r#""\u00e9\n\"\\\u0001/""#, r#""payment.succeeded""#, "\"支付 1&2+*~\""]),
        Kind::Truth => choices.one_of(&["true", "false"]),
        Kind::Whole(Whole::U8) => choices.one_of(&["0", "12", "255"]),
        Kind::Whole(_) => choices.one_of(&["0", "2030", "65535"]),
        Kind::Time => choices.one_of(&[
            r#""2026-11-01T02:00:00.250+02:00""#,
            r#""2026-11-01T00:00:00Z""#,
            r#""0001-01-01T00:00:00.1239Z""#,
            r#""soon""#,
        ]),
        Kind::Money => money(choices),
        Kind::Currency => choices.one_of(&["\"EUR\"", "\"BTC\"", "\"JPY\"", "\"eur\""]),
        Kind::Texts => {
            let name = choices.one_of(&["a", "b", "A", "é", "a\\\"", ""]);
            let other = choices.one_of(&["a", "b", "ab"]);
            let value = example(&Kind::Text, choices);
            choices.one_of(&["{}", &format!(r#"{{"{name}":{value}}}"#), &format!(r#"{{"{name}":"1","{other}":{value}}}"#)])
        }
        Kind::List(kind) => {
            let values = (0..choices.up_to(3)).map(|_| example(kind, choices)).collect::<Vec<_>>();
            format!("[{}]", values.join(", "))
        }
        Kind::Model(shape) | Kind::Event(shape) => object(shape, choices),
        Kind::Any => r#"{"id":"pay_1"}"#.to_owned(),
    }
}

fn money(choices: &mut Choices<'_>) -> String {
    let amount = choices.one_of(&["19.9", "-0", "7", "19.90", "1.001", "x", "99999999999999999999"]);
    let currency = choices.one_of(&["EUR", "EUR", "JPY", "BTC", "eur"]);
    let more = if choices.mutates() { r#", "x": 1"# } else { "" };
    format!(r#"{{"currency": "{currency}", "amount": "{amount}"{more}}}"#)
}

fn object(shape: &super::Shape, choices: &mut Choices<'_>) -> String {
    let mut entries = Vec::new();
    for field in shape.fields() {
        if choices.mutates() || (field.may_be_absent() && choices.up_to(2) == 0) {
            continue;
        }
        entries.push(format!("\"{}\": {}", field.name, example(field.kind, choices)));
        if choices.mutates() {
            entries.push(entries[0].clone());
        }
    }
    if choices.mutates() {
        entries.insert(entries.len() / 2, r#""later": {"x": [1, 2.5]}"#.to_owned());
    }
    if choices.up_to(2) == 1 {
        entries.reverse();
    }
    format!("{{{}}}", entries.join(", "))
}

fn holds_events(kind: &Kind) -> bool {
    match kind {
        Kind::Event(_) => true,
        Kind::List(kind) => holds_events(kind),
        Kind::Model(shape) => shape.fields().any(|field| holds_events(field.kind)),
        _ => false,
    }
}

/// Objects are "struct Name" to serde's readers.
fn same_words(ours: &str, theirs: &str) -> bool {
    ours == theirs || (ours.ends_with("expected an object") && theirs.contains("expected struct"))
}

impl Judge {
    fn compare(&self, text: &str, is_strict: bool) {
        let ours = parse(text.as_bytes()).and_then(|tree| self.kind.check(&tree, is_strict).map(|()| tree));
        let what = format!("{} {text}", self.name);
        if !is_strict {
            let is_array = matches!(parse(text.as_bytes()), Ok(Json::List(_)));
            assert!(is_array || ours.is_ok() == (self.directly)(text) || text.contains('['), "{what}: {:?}", ours.err());
        }
        if holds_events(&self.kind) {
            return;
        }
        match (ours, (self.by_tree)(text, is_strict)) {
            (Ok(tree), Ok(theirs)) if self.is_params => {
                assert_eq!(self.kind.json_of(&tree), theirs, "{what}");
                // What was written says the same when it is read again.
                assert_eq!(self.kind.json_of(&parse(theirs.as_bytes()).unwrap()), theirs, "{what}");
            }
            (Ok(_), Ok(_)) => {}
            (Err(ours), Err(theirs)) => {
                assert_eq!((&ours.0.path, ours.0.kind), (&theirs.0.path, theirs.0.kind), "{what}");
                assert!(same_words(&ours.0.words, &theirs.0.words), "{what}: {ours} {theirs}");
            }
            (ours, theirs) => panic!("{what}: {:?} {:?}", ours.err(), theirs.err()),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn a_shape_is_what_serde_reads_and_writes(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        for judge in crate::api::judges() {
            let text = example(&judge.kind, &mut Choices(bytes.iter()));
            judge.compare(&text, judge.is_params);
            judge.compare(&text, !judge.is_params);
        }
    }
}

/// Each field alone: left out, null, of every odd kind.
#[test]
fn every_field_of_every_model_is_as_serde_has_it() {
    for judge in crate::api::judges() {
        let whole = example(&judge.kind, &mut Choices([].iter()));
        let Kind::Model(shape) = judge.kind else { continue };
        judge.compare(&whole, true);
        for field in shape.fields() {
            let entries = |value: Option<&str>| {
                let rest = shape.fields().filter(|other| other.name != field.name);
                let rest = rest.map(|other| (other.name, example(other.kind, &mut Choices([].iter()))));
                let entries = rest.chain(value.map(|value| (field.name, value.to_owned())));
                let entries = entries.map(|(name, value)| format!("\"{name}\":{value}")).collect::<Vec<_>>();
                format!("{{{}}}", entries.join(","))
            };
            judge.compare(&entries(None), true);
            ODD.iter().for_each(|odd| judge.compare(&entries(Some(odd)), true));
        }
    }
}

/// A query has room for flat parameters alone.
#[test]
fn what_goes_into_a_query_is_flat() {
    for operation in crate::api::OPERATIONS.iter().filter(|operation| !operation.is_write()) {
        let Some(Kind::Model(shape)) = operation.params_kind else { continue };
        for field in shape.fields() {
            let kind = if let Kind::List(kind) = field.kind { kind } else { field.kind };
            assert!(
                matches!(kind, Kind::Text | Kind::Whole(_) | Kind::Truth | Kind::Time | Kind::Currency),
                "{} {}",
                operation.name,
                field.name
            );
        }
    }
}

#[test]
fn an_event_is_held_against_the_resource_that_its_type_names() {
    let event = |kind: &str, data: &str| {
        let text = format!(
            r#"{{"id":"evt_1","type":"{kind}","created":"2026-11-01T00:00:00Z","api_version":"2026-11-01","livemode":false,"data":{data}}}"#
        );
        crate::api::Event::KIND.check(&parse(text.as_bytes()).unwrap(), false)
    };
    assert_eq!(event("payment.paused", "7"), Ok(()));
    let fault = event("payment.succeeded", r#"{"id":"pay_1"}"#).unwrap_err();
    assert_eq!((fault.0.path.as_str(), fault.0.kind), ("data.status", FaultKind::Missing));
    let refund = r#"{"id":"re_1","payment":"pay_1","status":"succeeded","amount":{"amount":"1","currency":"EUR"},"created":"2026-11-01T00:00:00Z","version":1,"livemode":false}"#;
    assert!(event("refund.succeeded", refund).is_ok() && event("payment.succeeded", refund).is_err());
}
