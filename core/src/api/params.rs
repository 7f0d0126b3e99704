//! What `Call::from_json` needs: the id and the parameters of a call that is made by name, out of text.

use crate::error::{ErrorCode, OkpayError};
use crate::json::{self, Fault, FaultKind, Found};
use serde::de::DeserializeOwned;

/// Reads the parameters of an operation; a field that they do not have is refused, for a slip in an optional name would else be lost in
/// silence.
pub(super) fn read_params<T: DeserializeOwned>(params: Option<&str>) -> Result<T, OkpayError> {
    let text = params.unwrap_or("{}");
    match json::read_strictly(text.as_bytes()) {
        Err(fault) if fault.0.kind == FaultKind::Syntax => {
            Err(OkpayError::invalid(ErrorCode::MalformedJson, format!("the parameters are not JSON: {fault}")))
        }
        _ if !text.trim_start().starts_with('{') => Err(OkpayError::invalid(ErrorCode::InvalidField, "the parameters are a JSON object")),
        read => read.map_err(|fault| unreadable(&fault)),
    }
}

/// The id of an operation that has one in its path.
pub(super) fn required_id(operation: &str, id: Option<&str>) -> Result<String, OkpayError> {
    let missing = || OkpayError::invalid_at(ErrorCode::InvalidParameter, "id", format!("{operation} needs the id of its object"));
    id.map(str::to_owned).ok_or_else(missing)
}

/// Refuses an id for an operation without one.
pub(super) fn no_id(operation: &str, id: Option<&str>) -> Result<(), OkpayError> {
    match id {
        None => Ok(()),
        Some(_) => Err(OkpayError::invalid_at(ErrorCode::InvalidParameter, "id", format!("{operation} takes no id"))),
    }
}

/// Refuses parameters for an operation without any; `{}` is none.
pub(super) fn no_params(params: Option<&str>) -> Result<(), OkpayError> {
    #[derive(serde::Deserialize)]
    struct Nothing {}
    read_params::<Nothing>(params).map(drop)
}

/// No such row in the table.
pub(super) fn no_operation(operation: &str) -> OkpayError {
    OkpayError::invalid_at(ErrorCode::InvalidParameter, "operation", format!("there is no operation {operation:?}"))
}

/// A fault as an error: money leaves `code|field|text` behind, the rest is serde's words.
fn unreadable(fault: &Fault) -> OkpayError {
    let Found { path, kind, words } = &*fault.0;
    match kind {
        FaultKind::Unknown => OkpayError::invalid_at(ErrorCode::UnknownField, path, format!("{path} is not a parameter of this call")),
        FaultKind::Missing => OkpayError::invalid_at(ErrorCode::MissingField, path, format!("{path} is needed")),
        FaultKind::Syntax | FaultKind::Value => match words.splitn(3, '|').collect::<Vec<_>>()[..] {
            [code, field, detail] if path.is_empty() => OkpayError::invalid_at(ErrorCode::from(code), field, detail),
            [code, field, detail] => OkpayError::invalid_at(ErrorCode::from(code), format!("{path}.{field}"), detail),
            _ => OkpayError::invalid_at(ErrorCode::InvalidField, path, format!("{path}: {words}")),
        },
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
