//! Reading what a request asks for: every refusal names its field, and nothing unknown is let through in silence.

use crate::magic::METADATA_KEY;
use crate::refusal::{Outcome, Refusal, refuse, refuse_at};
use okpay::{ErrorCode, Money};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use std::collections::{BTreeMap, HashSet};
use std::fmt;

/// Reads a JSON body; an empty one counts as `{}`.
///
/// # Errors
/// `unsupported_media_type`, `malformed_json`, `unknown_field`, `missing_field`, `invalid_field`, or the code of the value at fault.
pub(crate) fn body<T: DeserializeOwned>(bytes: &[u8], content_type: Option<&str>) -> Outcome<T> {
    if bytes.is_empty() {
        return read_json(b"{}");
    }
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(refuse(ErrorCode::UnsupportedMediaType, "the body must be JSON, sent as Content-Type: application/json"));
    }
    read_json(bytes)
}

fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Outcome<T> {
    // First the form alone: a name that comes twice would have two readings.
    serde_json::from_slice::<Unambiguous>(bytes)
        .map_err(|error| refuse(ErrorCode::MalformedJson, format!("the body is not JSON: {error}")))?;
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let is_object = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    read(&mut json, if is_object { Form::Object } else { Form::Other })
}

/// Where a value stands, which says how its fields are named.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The query of a GET: flat, so that a value is its field.
    Query,
    /// A JSON object: an amount has fields of its own.
    Object,
    /// JSON in which no field can be at fault.
    Other,
}

/// Reads the query of a GET.
///
/// # Errors
/// As [`body`].
pub(crate) fn query<T: DeserializeOwned>(query: &str) -> Outcome<T> {
    let mut seen = HashSet::new();
    for (name, _) in url::form_urlencoded::parse(query.as_bytes()) {
        if !seen.insert(name.clone()) {
            return Err(refuse_at(ErrorCode::InvalidField, name.clone(), format!("{name} comes twice")));
        }
    }
    read(serde_html_form::Deserializer::from_bytes(query.as_bytes()), Form::Query)
}

fn read<'de, T: DeserializeOwned, D: Deserializer<'de>>(deserializer: D, form: Form) -> Outcome<T>
where
    D::Error: fmt::Display,
{
    let mut unknown = None;
    let mut track = serde_path_to_error::Track::new();
    let deserializer = serde_path_to_error::Deserializer::new(deserializer, &mut track);
    let value = serde_ignored::deserialize(deserializer, |path| {
        unknown.get_or_insert_with(|| dotted(&path));
    });
    match (value, unknown) {
        // Whoever sends a card here has to hear more than that the field is unknown.
        (_, Some(path)) if path.starts_with("card") => {
            let detail = "card numbers go from the browser straight to payment_methods.create, which gives a token; send that";
            Err(refuse_at(ErrorCode::CardNumberNotAllowed, path, detail))
        }
        (_, Some(path)) => Err(refuse_at(ErrorCode::UnknownField, path.clone(), format!("{path} is not a field of this request"))),
        (Ok(value), None) => Ok(value),
        (Err(error), None) => Err(unreadable(&track.path().to_string(), &error.to_string(), form)),
    }
}

/// `amount.extra`, `events[2]`.
fn dotted(path: &serde_ignored::Path<'_>) -> String {
    use serde_ignored::Path;
    let join = |parent: &Path<'_>, key: &str| match dotted(parent) {
        parent if parent.is_empty() => key.to_owned(),
        parent => format!("{parent}.{key}"),
    };
    match path {
        Path::Root => String::new(),
        Path::Seq { parent, index } => format!("{}[{index}]", dotted(parent)),
        Path::Map { parent, key } => join(parent, key),
        Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => dotted(parent),
    }
}

/// What serde says, as a refusal: our own values leave `code|field|text` behind, the rest is serde's words.
fn unreadable(path: &str, text: &str, form: Form) -> Refusal {
    let path = if path == "." { "" } else { path };
    let under = |field: &str| if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") };
    let words = text.split(" at line ").next().unwrap_or(text);
    if let [code, field, detail] = words.splitn(3, '|').collect::<Vec<_>>()[..] {
        let param = if form == Form::Query { path.to_owned() } else { under(field) };
        return refuse_at(ErrorCode::from(code), param, detail);
    }
    if let Some(field) = words.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        return refuse_at(ErrorCode::MissingField, under(field), format!("{} is needed", under(field)));
    }
    match path.is_empty() && form == Form::Other {
        true => refuse(ErrorCode::InvalidField, "the body must be a JSON object"),
        false => refuse_at(ErrorCode::InvalidField, path, format!("{path}: {words}")),
    }
}

/// Any JSON in which no object has a name twice.
struct Unambiguous;

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UnambiguousVisitor)
    }
}

struct UnambiguousVisitor;

impl<'de> Visitor<'de> for UnambiguousVisitor {
    type Value = Unambiguous;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Unambiguous, A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if names.contains(&name) {
                return Err(serde::de::Error::custom(format_args!("{name:?} comes twice")));
            }
            map.next_value::<Unambiguous>()?;
            names.insert(name);
        }
        Ok(Unambiguous)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Unambiguous, A::Error> {
        while seq.next_element::<Unambiguous>()?.is_some() {}
        Ok(Unambiguous)
    }
    fn visit_bool<E>(self, _: bool) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }
    fn visit_str<E>(self, _: &str) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }
    fn visit_unit<E>(self) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }
}

/// A text of at most so many characters, without control characters.
pub(crate) fn text(param: &str, value: Option<&str>, most: usize) -> Outcome<()> {
    let Some(value) = value else { return Ok(()) };
    if value.chars().count() > most || value.chars().any(char::is_control) || value.is_empty() {
        return Err(refuse_at(ErrorCode::InvalidField, param, format!("{param} has 1 to {most} characters, without line breaks")));
    }
    Ok(())
}

/// The merchant's own mark and pairs.
pub(crate) fn labels(reference: Option<&str>, metadata: &BTreeMap<String, String>) -> Outcome<()> {
    text("reference", reference, 200)?;
    if metadata.len() > 50 {
        return Err(refuse_at(ErrorCode::InvalidField, "metadata", "metadata has at most 50 pairs"));
    }
    for (key, value) in metadata {
        let param = format!("metadata.{key}");
        if key.is_empty() || key.chars().count() > 40 {
            return Err(refuse_at(ErrorCode::InvalidField, param, "a key of metadata has 1 to 40 characters"));
        }
        if value.chars().count() > 500 {
            return Err(refuse_at(ErrorCode::InvalidField, param, "a value of metadata has at most 500 characters"));
        }
    }
    Ok(())
}

/// Refuses a magic value that the resource does not know, which would otherwise only show in nothing ever happening.
pub(crate) fn magic(metadata: &BTreeMap<String, String>, values: impl Iterator<Item = &'static str>) -> Outcome<()> {
    let Some(value) = metadata.get(METADATA_KEY) else { return Ok(()) };
    let allowed = values.collect::<Vec<_>>();
    known(&format!("metadata.{METADATA_KEY}"), allowed.contains(&value.as_str()), &allowed)
}

/// An amount of more than nothing.
pub(crate) fn positive(param: &str, amount: Money) -> Outcome<()> {
    match amount.is_positive() {
        true => Ok(()),
        false => Err(refuse_at(ErrorCode::InvalidAmount, format!("{param}.amount"), "the amount must be more than nothing")),
    }
}

/// A value of an open set that the gateway does know.
pub(crate) fn known(param: &str, is_known: bool, allowed: &[&str]) -> Outcome<()> {
    match is_known {
        true => Ok(()),
        false => Err(refuse_at(ErrorCode::InvalidField, param, format!("{param} is one of {}", allowed.join(", ")))),
    }
}

/// A number within bounds, or its default.
pub(crate) fn within(param: &str, value: Option<u32>, bounds: std::ops::RangeInclusive<u32>, default: u32) -> Outcome<i64> {
    let value = value.unwrap_or(default);
    match bounds.contains(&value) {
        true => Ok(i64::from(value)),
        false => {
            let detail = format!("{param} is from {} to {}", bounds.start(), bounds.end());
            Err(refuse_at(ErrorCode::InvalidField, param, detail))
        }
    }
}

/// How many elements a page has.
pub(crate) fn limit(value: Option<u32>) -> Outcome<i64> {
    within("limit", value, 1..=100, 20)
}

/// A URL to send a browser or a webhook to: `https`, or a loopback address.
pub(crate) fn web_url(param: &str, value: &str) -> Outcome<()> {
    let refused = || {
        refuse_at(
            ErrorCode::InvalidField,
            param,
            format!("{param} is an https URL, or one of a loopback address, of at most 2,000 characters"),
        )
    };
    let url = url::Url::parse(value).map_err(|_| refused())?;
    let loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(refused()),
    };
    let named = url.username().is_empty() && url.password().is_none();
    let safe = url.scheme() == "https" || (url.scheme() == "http" && loopback);
    if safe && named && value.len() <= 2000 { Ok(()) } else { Err(refused()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use okpay::api::{ListPayments, NewPayment, NewPaymentMethod};

    fn refused<T: fmt::Debug>(outcome: Outcome<T>) -> (String, Option<String>) {
        let failure = outcome.unwrap_err().into_failure();
        (failure.code.to_string(), failure.param)
    }

    fn payment(text: &str) -> (String, Option<String>) {
        refused(body::<NewPayment>(text.as_bytes(), Some("application/json")))
    }

    #[test]
    fn every_refusal_names_its_field() {
        let at = |code: &str, param: &str| (code.to_owned(), Some(param.to_owned()));
        let method = r#""method":"card""#;
        for (text, expected) in [
            (format!(r#"{{"amount":{{"amount":"1.001","currency":"EUR"}},{method}}}"#), at("too_many_places", "amount.amount")),
            (format!(r#"{{"amount":{{"amount":"1","currency":"XXQ"}},{method}}}"#), at("unknown_currency", "amount.currency")),
            (format!(r#"{{"amount":{{"amount":"1e3","currency":"EUR"}},{method}}}"#), at("invalid_amount", "amount.amount")),
            (format!(r#"{{"amount":{{"amount":1,"currency":"EUR"}},{method}}}"#), at("invalid_field", "amount.amount")),
            (format!(r#"{{"amount":{{"currency":"EUR"}},{method}}}"#), at("missing_field", "amount.amount")),
            (format!(r#"{{"amount":{{"amount":"1","currency":"EUR","x":1}},{method}}}"#), at("unknown_field", "amount.x")),
            (format!(r#"{{{method}}}"#), at("missing_field", "amount")),
            (r#"{"amount":{"amount":"1","currency":"EUR"},"method":1}"#.to_owned(), at("invalid_field", "method")),
            (
                r#"{"amount":{"amount":"1","currency":"EUR"},"method":"card","metadata":{"a":1}}"#.to_owned(),
                at("invalid_field", "metadata.a"),
            ),
            (r#"{"amount":{"amount":"1","currency":"EUR"},"method":"card","confirm":"yes"}"#.to_owned(), at("invalid_field", "confirm")),
        ] {
            assert_eq!(payment(&text), expected, "{text}");
        }
    }

    #[test]
    fn what_has_no_one_reading_is_malformed() {
        for text in ["", "{", "{}x", r#"{"method":"card","method":"btc"}"#, r#"{"metadata":{"a":"1","a":"2"}}"#, "\u{feff}{}", "{'a':1}"] {
            if !text.is_empty() {
                assert_eq!(payment(text).0, "malformed_json", "{text:?}");
            }
        }
        assert_eq!(payment("[]").0, "invalid_field");
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(payment(&deep).0, "malformed_json");
        assert_eq!(refused(body::<NewPayment>(b"{}", Some("text/plain"))).0, "unsupported_media_type");
    }

    #[test]
    fn fields_of_a_card_are_named_too() {
        let text = r#"{"card":{"number":"4242424242424242","exp_month":"12","exp_year":2030,"cvc":"123"}}"#;
        let outcome = body::<NewPaymentMethod>(text.as_bytes(), Some("application/json"));
        assert_eq!(refused(outcome), ("invalid_field".to_owned(), Some("card.exp_month".to_owned())));
    }

    #[test]
    fn a_query_is_read_as_strictly() {
        assert_eq!(refused(query::<okpay::api::ListExchangeRates>("base=EURO")), ("unknown_currency".to_owned(), Some("base".to_owned())));
        assert_eq!(query::<ListPayments>("limit=5").unwrap().limit, Some(5));
        assert_eq!(refused(query::<ListPayments>("limit=many")), ("invalid_field".to_owned(), Some("limit".to_owned())));
        assert_eq!(refused(query::<ListPayments>("colour=red")), ("unknown_field".to_owned(), Some("colour".to_owned())));
        assert_eq!(refused(query::<ListPayments>("limit=1&limit=2")), ("invalid_field".to_owned(), Some("limit".to_owned())));
    }
}
