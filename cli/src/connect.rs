//! What the commands that talk to a gateway share: the runtime, the client, the sandbox's control endpoints, and when to stop.

use crate::end::End;
use crate::input;
use anyhow::{Context, Result};
use okpay::api::Problem;
use okpay::call::{BaseUrl, Outcome, SignedRequest};
use okpay::client::{Client, HttpOptions, HttpTransport, Transport};
use okpay::{ErrorCode, Failure, OkpayError};
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
        let authorization = format!("Bearer {}", input::secret_text(&token)?);
        Ok(Self { base_url: BaseUrl::parse(url, None)?, authorization, http: http()? })
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

/// Waits for Ctrl-C, or for SIGTERM where there is such a thing.
pub(crate) async fn stopped() -> Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted?,
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await?;
    Ok(())
}
