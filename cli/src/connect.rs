//! What the commands that talk to a gateway share: the runtime, the client, the sandbox's control endpoints, and when to stop.

use crate::end::End;
use crate::input;
use anyhow::{Context, Result};
use okpay::api::Problem;
use okpay::call::{BaseUrl, Outcome, SignedRequest};
use okpay::client::{Client, HttpOptions, HttpTransport, Transport};
use okpay::{ErrorCode, Failure, OkpayError, Phase};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;
use tokio::runtime::Runtime;

/// What carries out everything that waits.
pub(crate) fn runtime() -> Result<Runtime> {
    Runtime::new().context("the system gives no threads")
}

/// The SDK's client, as the environment sets it up.
pub(crate) fn client() -> Result<Client> {
    Ok(Client::from_env()?)
}

/// The same error, and which gateway it is about if none was reached.
pub(crate) fn where_it_is(error: anyhow::Error) -> anyhow::Error {
    let phase = error.downcast_ref::<OkpayError>().map(OkpayError::phase);
    match (phase, std::env::var("OKPAY_BASE_URL")) {
        (Some(Phase::NotSent | Phase::Unanswered | Phase::OutcomeUnknown), Ok(url)) => error.context(url),
        _ => error,
    }
}

/// HTTP without signatures: for a sandbox's control endpoints and a merchant's own server.
pub(crate) fn http() -> Result<HttpTransport> {
    Ok(HttpTransport::new(&HttpOptions { user_agent: Some("okpay-cli".to_owned()), ..HttpOptions::default() })?)
}

/// The control endpoints of a sandbox.
pub(crate) struct Control {
    base_url: BaseUrl,
    authorization: String,
    http: HttpTransport,
}

impl Control {
    /// `token_file` stands in for `OKPAY_CONTROL_TOKEN`.
    pub(crate) fn new(url: &str, token_file: Option<&Path>) -> Result<Self> {
        let token = input::secret(token_file, "OKPAY_CONTROL_TOKEN")?;
        Self::with_token(url, input::secret_text(&token)?)
    }

    /// With a token that is already at hand.
    pub(crate) fn with_token(url: &str, token: &str) -> Result<Self> {
        Ok(Self { base_url: BaseUrl::parse(url, None)?, authorization: format!("Bearer {token}"), http: http()? })
    }

    /// Posts to an endpoint such as `/sandbox/trigger`.
    pub(crate) async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        let headers = [("content-type", "application/json"), ("authorization", &self.authorization)];
        let request = SignedRequest {
            method: "POST".to_owned(),
            url: format!("{}{path}", self.base_url.as_str()),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            body: serde_json::to_vec(body)?,
        };
        match self.http.send(request).await {
            Outcome::Answered(answer) if answer.status == 200 => {
                serde_json::from_slice(&answer.body).map_err(|error| self.unreadable(path, &error.to_string()))
            }
            Outcome::Answered(answer) => Err(match serde_json::from_slice::<Problem>(&answer.body) {
                Ok(problem) => OkpayError::Rejected(Box::new(problem.into_failure())).into(),
                Err(_) => self.unreadable(path, &format!("it answered {}", answer.status)),
            }),
            Outcome::Failed { may_have_left: false, detail, .. } => {
                let detail = format!("{} is not reached: {detail}; is `okpay sandbox` running there?", self.base_url.as_str());
                Err(OkpayError::NotSent(Box::new(Failure::new(ErrorCode::ConnectFailed, detail))).into())
            }
            Outcome::Failed { detail, .. } => {
                Err(End::outcome_unknown(format!("{detail}; see `okpay events list` for what became of it")).into())
            }
        }
    }

    fn unreadable(&self, path: &str, why: &str) -> anyhow::Error {
        End::not_reached(format!("{}{path} is not a sandbox's: {why}", self.base_url.as_str())).into()
    }
}

/// The wish of the person or the service manager that the program end: Ctrl-C, or SIGTERM where there is such a thing.
///
/// Made before the program says that it is ready, so that whoever reads that may stop it at once.
pub(crate) struct Stop {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 2],
}

#[cfg(unix)]
impl Stop {
    pub(crate) fn new() -> Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { signals: [signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?] })
    }

    pub(crate) async fn wished(&mut self) {
        let [interrupt, terminate] = &mut self.signals;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl Stop {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self {})
    }

    pub(crate) async fn wished(&mut self) {
        // Without a handler there is nothing to wait for: Ctrl-C then ends the program by itself.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
