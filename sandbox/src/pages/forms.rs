//! What a form sends, and where the browser goes next.

use super::layout::{OWN_FORMS, headers};
use crate::refusal::{Outcome, refuse};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use okpay::ErrorCode;
use std::collections::BTreeMap;

/// What a form sent. It may hold a card number, so that it has no debug text.
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    /// Reads `application/x-www-form-urlencoded`, which is also what a body without a type is taken for.
    ///
    /// # Errors
    /// `unsupported_media_type`, or `invalid_field` for a field that comes twice.
    pub(super) fn read(request: &HeaderMap, body: &[u8]) -> Outcome<Self> {
        let given = request.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = given.split(';').next().unwrap_or_default().trim();
        if !essence.is_empty() && !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(refuse(ErrorCode::UnsupportedMediaType, "a form is sent as application/x-www-form-urlencoded"));
        }
        let mut fields = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(body) {
            if fields.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(refuse(ErrorCode::InvalidField, "a field of the form comes twice"));
            }
        }
        Ok(Self(fields))
    }

    /// A field without the space around it; empty where it is absent.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |value| value.trim())
    }
}

/// To another page after a form, so that reloading sends nothing again (RFC 9110, section 15.4.4).
pub(super) fn see_other(url: &str) -> Response {
    match HeaderValue::try_from(url) {
        Ok(url) => (StatusCode::SEE_OTHER, headers(OWN_FORMS), [(header::LOCATION, url)]).into_response(),
        Err(_) => (StatusCode::NO_CONTENT, headers(OWN_FORMS)).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str, content_type: &'static str) -> Outcome<Form> {
        Form::read(&HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(content_type))]), body.as_bytes())
    }

    #[test]
    fn a_form_is_read_one_way_only() {
        let form = read("a=+1%2F2+&b=", "application/x-www-form-urlencoded; charset=UTF-8").unwrap();
        assert_eq!((form.get("a"), form.get("b"), form.get("c")), ("1/2", "", ""));
        assert_eq!(Form::read(&HeaderMap::new(), b"a=1").map(|form| form.get("a").to_owned()).unwrap(), "1");
        let code = |outcome: Outcome<Form>| outcome.map(drop).unwrap_err().into_failure().code;
        assert_eq!(code(read("a=1&a=2", "application/x-www-form-urlencoded")), ErrorCode::InvalidField);
        assert_eq!(code(read("a=1", "text/plain")), ErrorCode::UnsupportedMediaType);
    }
}
