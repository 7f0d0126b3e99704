//! The normal form in which a URL is signed.

use crate::error::{ErrorCode, OkpayError};

/// The one form in which a URL is signed and verified: scheme and host in lower case, no default port, a path of at least `/`, no
/// fragment, no bare `?`; percent-encoding is left as it is.
///
/// What HTTP libraries rewrite before they send (user names, `.` and `..` segments, characters outside RFC 3986) is refused, since
/// the signature would not hold for what arrives. Brackets in a query are taken, as in `metadata[order]=1`.
///
/// # Errors
/// `invalid_url`.
pub fn normal_url(url: &str) -> Result<String, OkpayError> {
    let without_fragment = url.split('#').next().unwrap_or_default();
    // Bytes, for the search of a text in a text is much code.
    let Some(end) = without_fragment.as_bytes().windows(3).position(|bytes| bytes == b"://") else {
        return Err(refused("is not absolute: it must start with https://"));
    };
    let (scheme, rest) = (without_fragment[..end].to_ascii_lowercase(), &without_fragment[end + 3..]);
    if scheme != "https" && scheme != "http" {
        return Err(refused("is neither https nor http"));
    }
    let (authority, target) = rest.split_at(rest.bytes().position(|byte| matches!(byte, b'/' | b'?')).unwrap_or(rest.len()));
    Ok(format!("{scheme}://{}{}", normal_authority(authority, &scheme)?, normal_target(target)?))
}

fn normal_authority(authority: &str, scheme: &str) -> Result<String, OkpayError> {
    if authority.contains('@') {
        return Err(refused("has a user name or password before its host"));
    }
    // The colon of a port is the last one, and behind the bracket of an IPv6 address.
    let (host, port) = match authority.rfind(':') {
        Some(colon) if !authority[colon..].contains(']') => (&authority[..colon], &authority[colon + 1..]),
        _ => (authority, ""),
    };
    if !is_host(host) {
        return Err(refused("has no host, or one with characters that a host may not have"));
    }
    let host = host.to_ascii_lowercase();
    match (scheme, port) {
        (_, "") | ("https", "443") | ("http", "80") => Ok(host),
        _ if is_port(port) => Ok(format!("{host}:{port}")),
        _ => Err(refused("has a port that is not a number from 1 to 65535")),
    }
}

fn is_host(host: &str) -> bool {
    match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => is_ipv6(address),
        None => !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')),
    }
}

#[cfg(feature = "secret")]
fn is_ipv6(address: &str) -> bool {
    address.parse::<std::net::Ipv6Addr>().is_ok()
}

/// A browser has read its base URL by itself before.
#[cfg(not(feature = "secret"))]
fn is_ipv6(address: &str) -> bool {
    address.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':')
}

fn is_port(port: &str) -> bool {
    !port.starts_with('0') && port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
}

fn normal_target(target: &str) -> Result<String, OkpayError> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if !is_percent_encoded(target) {
        return Err(refused("has characters that must be percent-encoded, or a % that is not followed by two hex digits"));
    }
    if path.split('/').any(is_dot_segment) {
        return Err(refused("has a . or .. segment in its path, which HTTP libraries resolve before they send"));
    }
    let path = if path.is_empty() { "/" } else { path };
    Ok(if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") })
}

fn is_dot_segment(segment: &str) -> bool {
    matches!(segment.to_ascii_lowercase().as_str(), "." | "%2e" | ".." | ".%2e" | "%2e." | "%2e%2e")
}

fn is_percent_encoded(target: &str) -> bool {
    let refused = |byte: u8| !byte.is_ascii_graphic() || b"\"<>\\^`{|}".contains(&byte);
    let mut after_percent = target.split('%');
    after_percent.next();
    !target.bytes().any(refused) && after_percent.all(|rest| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2)
}

fn refused(why: &str) -> OkpayError {
    // The URL itself stays out of the text: it may hold a password.
    OkpayError::invalid(ErrorCode::InvalidUrl, format!("the URL {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn has_one_form_for_each_url() {
        for (url, normal) in [
            ("HTTPS://API.OKPay.Test", "https://api.okpay.test/"),
            ("https://api.okpay.test:443/v1/A%2fb?", "https://api.okpay.test/v1/A%2fb"),
            ("http://localhost:80?x=1", "http://localhost/?x=1"),
            ("http://localhost:443/", "http://localhost:443/"),
            ("http://127.0.0.1:4010/v1//x/?a=%7E&b=~#top", "http://127.0.0.1:4010/v1//x/?a=%7E&b=~"),
            ("https://[2001:DB8::1]:8443/?#", "https://[2001:db8::1]:8443/"),
            ("https://h:/?a?b?", "https://h/?a?b?"),
            ("https://h/?metadata[order]=1", "https://h/?metadata[order]=1"),
            ("https://h/a:b@c/...", "https://h/a:b@c/..."),
        ] {
            assert_eq!(normal_url(url).unwrap(), normal);
        }
    }

    #[test]
    fn refuses_what_is_no_url_or_would_be_rewritten() {
        for url in [
            "",
            "/v1/payments",
            "api.okpay.test/v1",
            "ftp://h/",
            "file:///etc",
            "https:/h/",
            "https://",
            "https:///x",
            "https://?x",
            "https://:443/",
            "https://user@h/",
            "https://user:secret@h/",
            "https://h/@:x y",
            "https://h/\u{e9}",
            "https://h\u{e9}/",
            "https://h/\n",
            "https://h/%",
            "https://h/%4",
            "https://h/%zz",
            "https://h/?%g0",
            "https://h/\\x",
            "https://h\\x/",
            "https://h/a/../b",
            "https://h/./b",
            "https://h/%2E%2e/b",
            "https://h/.",
            "https://h:0/",
            "https://h:65536/",
            "https://h:044/",
            "https://h:+1/",
            "https://h:x/",
            "https://[::1/",
            "https://[::g]/",
            "https://::1/",
            "https://h/{id}",
            "https://h/\"",
            "https://h%41/",
            " https://h/",
            "https://h/ ",
        ] {
            let error = normal_url(url).unwrap_err();
            assert_eq!(error.code(), &ErrorCode::InvalidUrl, "{url}");
            assert!(!error.to_string().contains("secret"));
        }
    }

    /// A URL that needs no rewriting, in upper and lower case.
    fn plain_url() -> impl Strategy<Value = String> {
        (
            "(https?|HTTP|hTTpS)",
            "[a-zA-Z][a-zA-Z0-9-]{0,8}[a-z](\\.[a-zA-Z]{2,5}){0,2}",
            "(:[1-9][0-9]{0,3})?",
            "(/[a-zA-Z0-9_~!$&()*+,;=:@-]{0,6}|/%[2-7][A-F1-9]x){0,4}",
            "(\\?[a-z0-9=&%25/]{0,9})?",
            "(#[a-z]{0,4})?",
        )
            .prop_map(|(scheme, host, port, path, query, fragment)| format!("{scheme}://{host}{port}{path}{query}{fragment}"))
    }

    proptest! {
        /// The judge is the crate `url`, which follows the WHATWG and leaves such URLs as they are.
        #[test]
        fn agrees_with_a_browser(url in plain_url()) {
            let Ok(normal) = normal_url(&url) else { return Ok(()) };
            let mut parsed = url::Url::parse(&url).unwrap();
            parsed.set_fragment(None);
            if parsed.query() == Some("") {
                parsed.set_query(None);
            }
            prop_assert_eq!(&normal, parsed.as_str());
            prop_assert_eq!(normal_url(&normal).unwrap(), normal);
        }

        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,60}", tail in "[ -~]{0,40}") {
            for url in [text, format!("https://{tail}"), format!("https://h{tail}")] {
                if let Ok(normal) = normal_url(&url) {
                    prop_assert_eq!(normal_url(&normal).unwrap(), normal);
                }
            }
        }
    }
}
