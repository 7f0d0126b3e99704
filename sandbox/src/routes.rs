//! From method and path to a row of the table of endpoints.

use crate::refusal::{Outcome, refuse};
use okpay::ErrorCode;
use okpay::api::{OPERATIONS, Operation, Scope};
use percent_encoding::percent_decode_str;

/// The row for a request, and the id in its path.
///
/// # Errors
/// `not_found`, or `method_not_allowed` where the path exists under another verb.
pub(crate) fn find(method: &str, path: &str) -> Outcome<(&'static Operation, String)> {
    let mut at_path = at(path).peekable();
    if at_path.peek().is_none() {
        return Err(refuse(ErrorCode::NotFound, format!("there is no endpoint {path:?}; /openapi.json lists them all")));
    }
    let verbs = || at(path).map(|(operation, _)| operation.verb).collect::<Vec<_>>().join(", ");
    at_path
        .find(|(operation, _)| operation.verb == method)
        .ok_or_else(|| refuse(ErrorCode::MethodNotAllowed, format!("{path} takes {}, not {method}", verbs())))
}

/// Whether a browser may call something at this path, so that CORS is answered.
pub(crate) fn is_publishable(path: &str) -> bool {
    at(path).any(|(operation, _)| operation.scope == Scope::Publishable)
}

fn at(path: &str) -> impl Iterator<Item = (&'static Operation, String)> {
    // A fixed path such as `/v1/fee_schedules/current` comes before one with an id.
    let fixed = OPERATIONS.iter().filter(|operation| !operation.takes_id);
    let with_id = OPERATIONS.iter().filter(|operation| operation.takes_id);
    let fixed = fixed.filter(move |operation| operation.path == path).map(|operation| (*operation, String::new()));
    let mut fixed = fixed.peekable();
    let only_fixed = fixed.peek().is_some();
    fixed.chain(with_id.filter(move |_| !only_fixed).filter_map(move |operation| Some((*operation, id_in(operation.path, path)?))))
}

fn id_in(pattern: &str, path: &str) -> Option<String> {
    let (before, after) = pattern.split_once("{id}")?;
    let id = path.strip_prefix(before)?.strip_suffix(after)?;
    let decoded = percent_decode_str(id).decode_utf8().ok()?;
    (!id.is_empty() && !id.contains('/')).then(|| decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_under_its_own_path() {
        for operation in OPERATIONS {
            let (found, id) = find(operation.verb, &operation.path.replace("{id}", "x_1")).unwrap();
            assert_eq!((found.name, id.as_str()), (operation.name, if operation.takes_id { "x_1" } else { "" }));
        }
    }

    #[test]
    fn what_is_not_there_is_told_apart_from_the_wrong_verb() {
        let code = |method: &str, path: &str| find(method, path).unwrap_err().into_failure().code;
        assert_eq!(code("GET", "/v1/nothing"), ErrorCode::NotFound);
        assert_eq!(code("GET", "/v1/payments/"), ErrorCode::NotFound);
        assert_eq!(code("GET", "/v1/payments/a/b"), ErrorCode::NotFound);
        assert_eq!(code("DELETE", "/v1/payments/pay_1"), ErrorCode::MethodNotAllowed);
        assert_eq!(code("PUT", "/v1/payments"), ErrorCode::MethodNotAllowed);
        assert_eq!(find("GET", "/v1/payments/a%2Fb").unwrap().1, "a/b");
    }
}
