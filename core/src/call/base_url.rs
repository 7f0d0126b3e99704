//! [`BaseUrl`]: where the gateway is.

use crate::error::{ErrorCode, OkpayError};
#[cfg(not(feature = "secret"))]
use from_normal_form as read;
#[cfg(feature = "secret")]
use from_url as read;

/// The gateway's address. `https`, except for a loopback address or a host that was named as insecure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    text: String,
    loopback: bool,
    secure: bool,
}

impl BaseUrl {
    /// Reads an address such as `https://api.okpay.test` or `http://127.0.0.1:4010`, with or without a path before `/v1`.
    ///
    /// `insecure_host` is the one host (a container's name, say) that may be spoken to without TLS; live keys never may.
    ///
    /// # Errors
    /// `invalid_url`.
    pub fn parse(text: &str, insecure_host: Option<&str>) -> Result<Self, OkpayError> {
        // The text itself stays out of it: it may hold a password, or a secret that was put here by mistake.
        let refused = |why: &str| OkpayError::invalid_at(ErrorCode::InvalidUrl, "base_url", format!("the base URL is refused: {why}"));
        let address = read(text).map_err(|why| refused(&why))?;
        let named = insecure_host.is_some_and(|name| name.eq_ignore_ascii_case(&address.host));
        if !address.secure && !(address.is_http && (address.loopback || named)) {
            return Err(refused("use https; http is for loopback addresses and for the host named as insecure"));
        }
        let Address { mut text, loopback, secure, .. } = address;
        text.truncate(text.trim_end_matches('/').len());
        Ok(Self { text, loopback, secure })
    }

    /// The address, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is this very machine, so that the sandbox's own keys may be fetched from it.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Whether it is spoken to over TLS.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.secure
    }
}

/// What the rules ask of an address.
#[derive(Debug, PartialEq, Eq)]
struct Address {
    /// As the WHATWG's URL standard writes it.
    text: String,
    host: String,
    secure: bool,
    is_http: bool,
    loopback: bool,
}

const TOO_MUCH: &str = "a base URL has no user, query or fragment";

/// Reads an address as people write it.
#[cfg(any(feature = "secret", test))]
fn from_url(text: &str) -> Result<Address, String> {
    let url = url::Url::parse(text).map_err(|error| format!("not a URL: {error}"))?;
    let host = url.host().ok_or("it has no host")?;
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
        return Err(TOO_MUCH.to_owned());
    }
    Ok(Address {
        text: url.as_str().to_owned(),
        host: host.to_string(),
        secure: url.scheme() == "https",
        is_http: url.scheme() == "http",
        loopback: is_loopback(&host),
    })
}

/// Reads an address as a browser's `URL` writes it, and nothing else: Unicode's tables for the names of hosts would be a sixth of what a
/// page loads, and the browser has them.
#[cfg(any(not(feature = "secret"), test))]
fn from_normal_form(text: &str) -> Result<Address, String> {
    if text.bytes().any(|byte| matches!(byte, b'@' | b'?' | b'#')) {
        return Err(TOO_MUCH.to_owned());
    }
    match crate::signing::normal_url(text) {
        Ok(normal) if normal == text => {}
        _ => return Err("not a URL in its normal form, as new URL(…).href gives it".to_owned()),
    }
    let (scheme, rest) = text.split_once(':').unwrap_or_default();
    let authority = rest.trim_start_matches('/').split('/').next().unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => host,
        _ => authority,
    };
    // In its normal form an address that begins so has four numbers, and no name ends in one (WHATWG URL, "ends in a number").
    let is_ipv4_here = host.strip_prefix("127.").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
    Ok(Address {
        text: text.to_owned(),
        host: host.to_owned(),
        secure: scheme == "https",
        is_http: scheme == "http",
        loopback: is_ipv4_here || matches!(host, "localhost" | "[::1]"),
    })
}

/// Whether a host is this very machine.
#[cfg(any(feature = "secret", test))]
pub(crate) fn is_loopback(host: &url::Host<&str>) -> bool {
    match host {
        url::Host::Domain(name) => *name == "localhost",
        url::Host::Ipv4(address) => address.is_loopback(),
        url::Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [&str; 12] = [
        "https://api.okpay.test/",
        "https://api.okpay.test/gateway/",
        "https://api.okpay.test:8443/gateway/v2",
        "http://127.0.0.1:4010/",
        "http://127.9.9.9/",
        "http://[::1]:1/",
        "http://[::1]/",
        "http://localhost/",
        "http://localhost:4010/x_y/~z/",
        "https://xn--bcher-kva.test/",
        "https://a_b.test/%41",
        "https://[2001:db8::1]:8443/",
    ];

    const BAD: [&str; 13] = [
        "http://api.okpay.test/",
        "http://128.0.0.1/",
        "http://[2001:db8::1]/",
        "ftp://127.0.0.1/",
        "api.okpay.test",
        "https://u:p@api.okpay.test/",
        "https://api.okpay.test/?x",
        "https://api.okpay.test/?",
        "https://api.okpay.test/#x",
        "http://127.0.0.1.evil.test/",
        "http://localhost.evil.test/",
        "https://",
        "",
    ];

    #[test]
    fn https_or_this_machine() {
        for good in GOOD {
            let url = BaseUrl::parse(good, None).unwrap();
            assert_eq!(url.as_str(), good.trim_end_matches('/'));
        }
        for bad in BAD {
            let error = BaseUrl::parse(bad, None).unwrap_err();
            assert_eq!(error.code(), &ErrorCode::InvalidUrl, "{bad}");
            assert!(bad.is_empty() || !error.to_string().contains(bad), "{error}");
        }
        assert!(BaseUrl::parse("http://sandbox:4010/", Some("sandbox")).is_ok_and(|url| !url.is_loopback()));
    }

    /// The two ways to read an address agree on every one that is in its normal form.
    #[test]
    fn a_browsers_form_reads_as_the_library_reads_it() {
        for text in GOOD.into_iter().chain(BAD) {
            let (ours, theirs) = (from_normal_form(text), from_url(text));
            match (ours, theirs) {
                (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs, "{text}"),
                (Err(_), Err(_)) => {}
                // Of other schemes it has no normal form; the rules refuse them either way.
                (Err(_), Ok(theirs)) => assert!(!theirs.secure && !theirs.is_http, "{text}"),
                (ours, theirs) => panic!("{text}: {ours:?} {theirs:?}"),
            }
        }
        for text in ["HTTPS://API.okpay.test/", "https://api.okpay.test", "https://h:443/", "https://h/a/../b", "https://b\u{fc}cher.test/"]
        {
            assert!(from_normal_form(text).is_err(), "{text}");
            let normal = from_url(text).unwrap().text;
            assert_eq!(from_normal_form(&normal), from_url(&normal), "{text}");
        }
    }
}
