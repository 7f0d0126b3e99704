//! What `Call::from_json` needs: the id and the parameters of a call that is made by name, out of text.

use super::Operation;
use crate::error::{ErrorCode, OkpayError};
use crate::json::{Fault, FaultKind, Found, Json, Kind, Shape, parse};
use crate::quoted::quoted;

/// Reads the parameters of an operation; a field that they do not have is refused, for a slip in an optional name would else be lost in
/// silence. Of an operation without any, `{}` is none.
pub(super) fn read_params(params: Option<&str>, kind: Option<Kind>) -> Result<Json, OkpayError> {
    const NOTHING: Kind = Kind::Model(&Shape { names: "", kinds: &[] });
    let tree = parse(params.unwrap_or("{}").as_bytes())
        .map_err(|fault| OkpayError::invalid(ErrorCode::MalformedJson, format!("the parameters are not JSON: {fault}")))?;
    if !matches!(tree, Json::Object(_)) {
        return Err(OkpayError::invalid(ErrorCode::InvalidField, "the parameters are a JSON object"));
    }
    kind.unwrap_or(NOTHING).check(&tree, true).map_err(|fault| unreadable(&fault))?;
    Ok(tree)
}

/// The id of an operation that has one in its path, and of no other.
pub(super) fn checked_id<'i>(operation: &Operation, id: Option<&'i str>) -> Result<Option<&'i str>, OkpayError> {
    if id.is_some() == operation.takes_id {
        return Ok(id);
    }
    let what = if operation.takes_id { "needs the id of its object" } else { "takes no id" };
    Err(OkpayError::invalid_at(ErrorCode::InvalidParameter, "id", format!("{} {what}", operation.name)))
}

/// No such row in the table.
pub(super) fn no_operation(operation: &str) -> OkpayError {
    OkpayError::invalid_at(ErrorCode::InvalidParameter, "operation", format!("there is no operation {}", quoted(operation)))
}

/// A fault as an error: money leaves `code|field|text` behind, the rest is serde's words.
fn unreadable(fault: &Fault) -> OkpayError {
    let Found { path, kind, words } = &*fault.0;
    match kind {
        FaultKind::Unknown => OkpayError::invalid_at(ErrorCode::UnknownField, path, format!("{path} is not a parameter of this call")),
        FaultKind::Missing => OkpayError::invalid_at(ErrorCode::MissingField, path, format!("{path} is needed")),
        FaultKind::Syntax | FaultKind::Value => {
            let marked = words.split_once('|').and_then(|(code, rest)| Some((code, rest.split_once('|')?)));
            match marked {
                Some((code, (field, detail))) => {
                    let error = OkpayError::invalid_at(ErrorCode::from(code), field, detail);
                    if path.is_empty() { error } else { error.within(path) }
                }
                None => OkpayError::invalid_at(ErrorCode::InvalidField, path, format!("{path}: {words}")),
            }
        }
    }
}

#[cfg(all(test, feature = "secret"))]
mod tests {
    use crate::Money;
    use crate::api::{Call, ListPayments, MethodType, NewPayment, OPERATIONS, payments_create, payments_list, payments_retrieve};

    #[test]
    fn a_call_by_name_is_the_call_of_the_function() {
        let typed = payments_create(NewPayment::new(Money::parse("19.99", "EUR").unwrap(), MethodType::Card).reference("o-1"));
        let params = r#"{"method": "card", "reference": "o-1", "amount": {"currency": "EUR", "amount": "19.99"}, "coupon": null}"#;
        assert_eq!(Call::from_json("payments.create", None, Some(params)).unwrap(), typed);
        assert_eq!(Call::from_json("payments.retrieve", Some("pay_1"), None).unwrap(), payments_retrieve("pay_1"));
        let listed = Call::from_json("payments.list", None, Some(r#"{"limit": 5}"#)).unwrap();
        assert_eq!(listed, payments_list(ListPayments::new().limit(5_u32)));
    }

    #[test]
    fn every_operation_can_be_called_by_its_name() {
        for operation in OPERATIONS {
            let id = operation.takes_id.then_some("x_1");
            match Call::from_json(operation.name, id, None) {
                Ok(call) => assert_eq!(call.operation, operation.name),
                Err(error) => assert_eq!(error.code().as_str(), "missing_field", "{}", operation.name),
            }
        }
    }

    #[test]
    fn a_slip_is_told_with_its_place() {
        let cases = [
            ("payments.make", None, None, "invalid_parameter", Some("operation")),
            ("payments.retrieve", None, None, "invalid_parameter", Some("id")),
            ("payments.list", Some("pay_1"), None, "invalid_parameter", Some("id")),
            ("balances.list", None, Some(r#"{"limit": 1}"#), "unknown_field", Some("limit")),
            ("payments.create", None, Some("{"), "malformed_json", None),
            ("payments.create", None, Some("[]"), "invalid_field", None),
            ("balances.list", None, Some("[]"), "invalid_field", None),
            ("payments.create", None, Some("7"), "invalid_field", None),
            ("payments.list", None, Some(r#"{"limits": 1}"#), "unknown_field", Some("limits")),
            ("payments.list", None, Some(r#"{"limit": "1"}"#), "invalid_field", Some("limit")),
            (
                "payments.capture",
                Some("p"),
                Some(r#"{"amount": {"amount": "1", "currency": "EUR", "x": 1}}"#),
                "unknown_field",
                Some("amount.x"),
            ),
            (
                "payments.capture",
                Some("p"),
                Some(r#"{"amount": {"amount": "1.001", "currency": "EUR"}}"#),
                "too_many_places",
                Some("amount.amount"),
            ),
        ];
        for (operation, id, params, code, param) in cases {
            let error = Call::from_json(operation, id, params).unwrap_err();
            assert_eq!((error.code().as_str(), error.failure().param.as_deref()), (code, param), "{operation} {params:?}: {error}");
        }
    }
}
