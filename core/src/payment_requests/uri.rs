//! Links of wallets: `scheme:target?key=value&…`, as BIP 21 and ERC-681 have them.

use super::{malformed, too_long};
use crate::error::OkpayError;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What a QR code still holds well, and more than any request needs.
const MAX_URI: usize = 2048;

/// More parameters than any form has.
const MAX_PARAMETERS: usize = 32;

/// What RFC 3986 lets stand in a value as it is: letters, digits and these.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What follows a scheme, whose letters may be small or capital.
pub(super) fn after_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then_some(rest)
}

/// A key as it stands, and its value decoded.
pub(super) type Parameter<'a> = (&'a str, String);

/// A target and its parameters in their order.
pub(super) fn read(rest: &str) -> Result<(&str, Vec<Parameter<'_>>), OkpayError> {
    if rest.len() > MAX_URI {
        return Err(too_long("request", MAX_URI));
    }
    if !rest.bytes().all(|byte| byte.is_ascii_graphic()) || rest.contains('#') {
        return Err(malformed("request", "a link has visible ASCII characters only; anything else is percent-encoded"));
    }
    let (target, query) = rest.split_once('?').unwrap_or((rest, ""));
    let parts = query.split('&').filter(|part| !part.is_empty());
    let parameters = parts.map(read_parameter).collect::<Result<Vec<_>, _>>()?;
    if parameters.len() > MAX_PARAMETERS {
        return Err(too_long("request", MAX_PARAMETERS));
    }
    Ok((target, parameters))
}

fn read_parameter(part: &str) -> Result<Parameter<'_>, OkpayError> {
    let (key, value) = part.split_once('=').ok_or_else(|| malformed("request", "a parameter is key=value"))?;
    let is_encoded = value.split('%').skip(1).all(|rest| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()));
    let decoded = percent_decode_str(value).decode_utf8().ok().filter(|_| is_encoded);
    let value = decoded.ok_or_else(|| malformed(key, "this value is not UTF-8 in percent-encoding"))?;
    match value.chars().any(char::is_control) {
        true => Err(malformed(key, "this value has a control character")),
        false => Ok((key, value.into_owned())),
    }
}

/// Puts a parameter into its place, once: of two, no wallet could know which one counts.
pub(super) fn put<T>(place: &mut Option<T>, key: &str, value: T) -> Result<(), OkpayError> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(malformed(key, "this parameter comes twice")),
    }
}

/// A link of a target and those parameters that have a value.
pub(super) fn write(scheme: &str, target: &str, parameters: &[(&str, Option<&str>)]) -> Result<String, OkpayError> {
    let mut uri = format!("{scheme}{target}");
    let given = parameters.iter().filter_map(|(key, value)| Some((key, (*value)?)));
    for (place, (key, value)) in given.enumerate() {
        if value.chars().any(char::is_control) {
            return Err(malformed(key, "this value has a control character"));
        }
        uri.push(if place == 0 { '?' } else { '&' });
        uri.push_str(&format!("{key}={}", utf8_percent_encode(value, KEPT)));
    }
    if uri.len() > MAX_URI { Err(too_long("request", MAX_URI)) } else { Ok(uri) }
}
