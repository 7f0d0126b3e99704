//! [`BaseUrl`]: where the gateway is.

use crate::error::{ErrorCode, OkpayError};
use url::{Host, Url};

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
        let url = Url::parse(text).map_err(|error| refused(&format!("not a URL: {error}")))?;
        let host = url.host().ok_or_else(|| refused("it has no host"))?;
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
            return Err(refused("a base URL has no user, query or fragment"));
        }
        let loopback = is_loopback(&host);
        let secure = url.scheme() == "https";
        let named = insecure_host.is_some_and(|name| name.eq_ignore_ascii_case(&host.to_string()));
        if !secure && !(url.scheme() == "http" && (loopback || named)) {
            return Err(refused("use https; http is for loopback addresses and for the host named as insecure"));
        }
        Ok(Self { text: url.as_str().trim_end_matches('/').to_owned(), loopback, secure })
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

/// Whether a host is this very machine.
pub(crate) fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_or_this_machine() {
        for good in
            ["https://api.okpay.test", "https://api.okpay.test/gateway/", "http://127.0.0.1:4010", "http://[::1]:1", "http://localhost"]
        {
            assert!(BaseUrl::parse(good, None).is_ok(), "{good}");
        }
        for bad in [
            "http://api.okpay.test",
            "ftp://127.0.0.1",
            "api.okpay.test",
            "https://u:p@api.okpay.test",
            "https://api.okpay.test?x",
            "http://127.0.0.1.evil.test",
        ] {
            let error = BaseUrl::parse(bad, None).unwrap_err();
            assert_eq!(error.code(), &ErrorCode::InvalidUrl, "{bad}");
            assert!(!error.to_string().contains(bad), "{error}");
        }
        assert!(BaseUrl::parse("http://sandbox:4010", Some("sandbox")).is_ok_and(|url| !url.is_loopback()));
        assert_eq!(BaseUrl::parse("https://api.okpay.test/", None).unwrap().as_str(), "https://api.okpay.test");
    }
}
