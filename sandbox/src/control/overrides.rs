//! `path=value` over the parameters of what is made.

use crate::refusal::{Outcome, refuse_at};
use okpay::ErrorCode;
use serde_json::Value;
use std::collections::BTreeMap;

/// Sets each path, such as `amount.currency` or `metadata.order`, to its value: a text, unless what stands there is of another kind or the
/// value is itself JSON in brackets.
pub(super) fn apply(params: &mut Value, set: &BTreeMap<String, String>) -> Outcome<()> {
    for (path, value) in set {
        let mut place = &mut *params;
        for name in path.split('.') {
            let object = place.as_object_mut().filter(|_| !name.is_empty());
            let object = object
                .ok_or_else(|| refuse_at(ErrorCode::InvalidField, format!("set.{path}"), format!("{path:?} is not a path of a field")))?;
            place = object.entry(name).or_insert(Value::Object(serde_json::Map::new()));
        }
        *place = read(place, value);
    }
    Ok(())
}

fn read(now: &Value, text: &str) -> Value {
    let json = now.is_boolean() || now.is_number() || text.starts_with(['[', '{']);
    json.then(|| serde_json::from_str(text).ok()).flatten().unwrap_or_else(|| Value::String(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_go_where_the_path_leads() {
        let mut params = json!({"amount": {"amount": "1.00", "currency": "EUR"}, "confirm": true});
        let set =
            [("amount.amount", "5.00"), ("confirm", "false"), ("metadata.order", "17"), ("reference", "a=b"), ("methods", "[\"card\"]")];
        apply(&mut params, &set.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect()).unwrap();
        let expected = json!({
            "amount": {"amount": "5.00", "currency": "EUR"}, "confirm": false, "metadata": {"order": "17"}, "reference": "a=b", "methods": ["card"],
        });
        assert_eq!(params, expected);
        assert!(apply(&mut params, &BTreeMap::from([("reference.x".to_owned(), "1".to_owned())])).is_err());
        assert!(apply(&mut params, &BTreeMap::from([(String::new(), "1".to_owned())])).is_err());
    }
}
