//! [`Transport`]: carries one attempt. reqwest by default; anything else that keeps the rules.

use crate::call::{Answer, Outcome, SignedRequest, is_loopback};
use crate::error::{ErrorCode, OkpayError};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// The largest answer that is read.
const MAX_ANSWER: usize = 8 * 1024 * 1024;

/// Carries one attempt of a call.
///
/// An implementation sends the request as it is, once, follows no redirect, and says that the request may have left whenever it is
/// not sure that it has not. It decides nothing.
pub trait Transport: Send + Sync {
    /// Sends the request and waits for the whole answer.
    fn send(&self, request: SignedRequest) -> Pin<Box<dyn Future<Output = Outcome> + Send + '_>>;
}

/// How [`HttpTransport`] connects.
#[derive(Clone)]
pub struct HttpOptions {
    /// For the connection; 5 s by default.
    pub connect_timeout: Duration,
    /// Between two reads of an answer; 15 s by default.
    pub read_timeout: Duration,
    /// A proxy for every request, such as `http://proxy.internal:3128`. Without one, the system's proxies hold (`HTTPS_PROXY`, `NO_PROXY`),
    /// but not for loopback addresses.
    pub proxy: Option<String>,
    /// Added to `User-Agent`, such as `bookshop/2.1`.
    pub user_agent: Option<String>,
}

/// The address of a proxy may hold a password.
impl fmt::Debug for HttpOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proxy = self.proxy.as_ref().map(|_| "redacted");
        write!(formatter, "HttpOptions(connect {:?}, read {:?}, proxy {proxy:?})", self.connect_timeout, self.read_timeout)
    }
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self { connect_timeout: Duration::from_secs(5), read_timeout: Duration::from_secs(15), proxy: None, user_agent: None }
    }
}

/// reqwest over rustls: certificates by the system's own verifier, no redirects, no retries of its own.
#[derive(Clone)]
pub struct HttpTransport {
    http: reqwest::Client,
    /// For this machine itself, which no proxy of the system stands before.
    loopback: reqwest::Client,
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("HttpTransport")
    }
}

impl HttpTransport {
    /// Sets up the connections.
    ///
    /// # Errors
    /// `invalid_configuration` for a proxy that is no URL, or if TLS cannot be set up.
    pub fn new(options: &HttpOptions) -> Result<Self, OkpayError> {
        let http = Self::builder(options)?;
        let loopback = Self::builder(options)?;
        let (http, loopback) = match &options.proxy {
            Some(proxy) => {
                let proxy = reqwest::Proxy::all(proxy).map_err(|error| refused("proxy", &error))?;
                (http.proxy(proxy.clone()), loopback.proxy(proxy))
            }
            None => (http, loopback.no_proxy()),
        };
        let built = |builder: reqwest::ClientBuilder| builder.build().map_err(|error| refused("http", &error));
        Ok(Self { http: built(http)?, loopback: built(loopback)? })
    }

    fn builder(options: &HttpOptions) -> Result<reqwest::ClientBuilder, OkpayError> {
        Ok(reqwest::Client::builder()
            .tls_backend_preconfigured(tls().map_err(|error| refused("tls", &error))?)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(options.connect_timeout)
            .read_timeout(options.read_timeout)
            .user_agent(user_agent(options)))
    }

    fn client_for(&self, url: &str) -> &reqwest::Client {
        let is_here = reqwest::Url::parse(url).is_ok_and(|url| url.host().is_some_and(|host| is_loopback(&host)));
        if is_here { &self.loopback } else { &self.http }
    }

    async fn outcome(&self, request: SignedRequest) -> Result<Outcome, reqwest::Error> {
        let method = if request.method == "POST" { reqwest::Method::POST } else { reqwest::Method::GET };
        let mut builder = self.client_for(&request.url).request(method, &request.url);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let mut response = builder.body(request.body).send().await?;
        let status = response.status().as_u16();
        let text = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_ANSWER {
                return Ok(too_large());
            }
        }
        Ok(Outcome::Answered(Answer { status, headers, body }))
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: SignedRequest) -> Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        Box::pin(async move {
            match self.outcome(request).await {
                Ok(outcome) => outcome,
                Err(error) => Outcome::Failed {
                    may_have_left: !(error.is_connect() || error.is_builder()),
                    code: failure_code(&error),
                    detail: with_causes(&error.without_url()),
                },
            }
        })
    }
}

fn refused(what: &str, error: &dyn std::error::Error) -> OkpayError {
    OkpayError::invalid_at(ErrorCode::InvalidConfiguration, what, with_causes(error))
}

fn too_large() -> Outcome {
    let detail = format!("the answer is past {MAX_ANSWER} bytes");
    Outcome::Failed { may_have_left: true, code: ErrorCode::AnswerIncomplete, detail }
}

fn failure_code(error: &reqwest::Error) -> ErrorCode {
    if error.is_connect() || error.is_builder() {
        ErrorCode::ConnectFailed
    } else if error.is_timeout() {
        ErrorCode::Timeout
    } else if error.is_body() || error.is_decode() {
        ErrorCode::AnswerIncomplete
    } else {
        ErrorCode::ConnectionLost
    }
}

/// reqwest's own text hides the cause, so the whole chain is told.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

fn user_agent(options: &HttpOptions) -> String {
    let own = concat!("okpay-rust/", env!("CARGO_PKG_VERSION"));
    options.user_agent.as_ref().map_or(own.to_owned(), |name| format!("{own} {name}"))
}

fn tls() -> Result<rustls::ClientConfig, rustls::Error> {
    use rustls_platform_verifier::BuilderVerifierExt;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let mut config = builder.with_platform_verifier()?.with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
