//! Who is there: the gateway, the merchant with the SDK, the buyer's browser, and the sandbox's controls.

use super::merchant::Merchant;
use crate::connect::{self, Control};
use anyhow::{Context, Result, bail};
use okpay::Money;
use okpay::api::{NewWebhookEndpoint, Payment};
use okpay::call::{Answer, Credentials, Outcome, RetryPolicy, SignedRequest};
use okpay::client::{AttemptReport, Client, HttpTransport, SqliteJournal, Transport};
use okpay::signing::{PublicKeys, Secret};
use okpay_sandbox::{Config, Fault, FaultKind, Ledger, NewFault, Receive, Running, Sandbox};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Everybody who takes part.
pub(super) struct World {
    sandbox: Running,
    folder: tempfile::TempDir,
    http: HttpTransport,
    /// The sandbox's controls.
    pub(super) control: Control,
    /// The merchant's server-side client.
    pub(super) client: Client,
    /// The merchant's webhook server.
    pub(super) merchant: Merchant,
    attempts: Arc<Mutex<Vec<AttemptReport>>>,
}

impl World {
    pub(super) async fn open() -> Result<Self> {
        let folder = tempfile::tempdir().context("no folder for the demo's data")?;
        let database = format!("sqlite:{}", folder.path().join("gateway.sqlite").display());
        let sandbox = Sandbox::start(Config { port: 0, database, ..Config::default() }).await?;
        let details = sandbox.details();
        let control = Control::with_token(&details.url, &details.control_token)?;
        let attempts = Arc::new(Mutex::new(Vec::new()));
        let seen = attempts.clone();
        let client = Client::builder()
            .base_url(&details.url)
            .secret_key(&details.key_id, &details.secret)?
            .gateway_keys(PublicKeys::parse(&details.gateway_keys)?)
            .journal(Arc::new(SqliteJournal::open(folder.path().join("journal.sqlite"))?))
            // The same policy as ever, only quicker to read.
            .retry(RetryPolicy { base_delay: 50, max_delay: 200, ..RetryPolicy::default() })
            .on_attempt(move |report| seen.lock().unwrap_or_else(PoisonError::into_inner).push(report.clone()))
            .build()?;
        let merchant = Merchant::start(&folder.path().join("webhooks.sqlite")).await?;
        let endpoint = client.webhook_endpoints().create(NewWebhookEndpoint::new(&merchant.url)).await?;
        merchant.trust(&endpoint.secret.context("a new endpoint comes with its secret")?)?;
        Ok(Self { sandbox, folder, http: connect::http()?, control, client, merchant, attempts })
    }

    pub(super) async fn close(self) {
        self.sandbox.shutdown().await;
    }

    pub(super) fn url(&self) -> &str {
        &self.sandbox.details().url
    }

    pub(super) fn database(&self) -> PathBuf {
        self.folder.path().join("gateway.sqlite")
    }

    pub(super) fn fee_schedule_key(&self) -> String {
        self.sandbox.details().fee_schedule_key.clone()
    }

    /// The buyer's browser: a publishable key and the client secret of one session.
    pub(super) fn browser(&self, client_secret: Option<String>) -> Result<Client> {
        let details = self.sandbox.details();
        let credentials = Credentials::Publishable { key: details.publishable_key.clone(), client_secret: client_secret.map(Secret::new) };
        let keys = PublicKeys::parse(&details.gateway_keys)?;
        Ok(Client::builder().base_url(&details.url).credentials(credentials).gateway_keys(keys).build()?)
    }

    /// The attempts of an operation so far.
    pub(super) fn attempts_of(&self, operation: &str) -> Vec<AttemptReport> {
        let attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        attempts.iter().filter(|report| report.operation == operation).cloned().collect()
    }

    /// Posts something to the merchant's webhook server, as anybody could; the answer is the HTTP status.
    pub(super) async fn forge(&self, headers: Vec<(String, String)>, body: &str) -> Result<u16> {
        let url = self.merchant.url.clone();
        Ok(self.plain(SignedRequest { method: "POST".to_owned(), url, headers, body: body.as_bytes().to_vec() }).await?.status)
    }

    /// The gateway's books.
    pub(super) async fn ledger(&self) -> Result<Ledger> {
        Ok(self.sandbox.ledger().await?)
    }

    /// Makes something fail, once.
    pub(super) async fn fail(&self, kind: FaultKind, on: &str) -> Result<()> {
        let _: Fault =
            self.control.post("/sandbox/faults", &NewFault { kind, on: Some(on.to_owned()), count: None, delay_ms: None }).await?;
        Ok(())
    }

    /// What a blockchain or a bank brings to a payment.
    pub(super) async fn receive(&self, payment: &str, amount: Money) -> Result<()> {
        let _: Payment = self
            .control
            .post(&format!("/sandbox/payments/{payment}/receive"), &Receive { amount: Some(amount), confirmations: None })
            .await?;
        Ok(())
    }

    /// Sends a form of a page, as the buyer's browser does; the answer is the HTTP status.
    pub(super) async fn submit(&self, url: &str, form: &str) -> Result<u16> {
        let headers = vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
        let request = SignedRequest { method: "POST".to_owned(), url: url.to_owned(), headers, body: form.as_bytes().to_vec() };
        Ok(self.plain(request).await?.status)
    }

    /// HTTP without the SDK's signatures.
    async fn plain(&self, request: SignedRequest) -> Result<Answer> {
        match self.http.send(request).await {
            Outcome::Answered(answer) => Ok(answer),
            Outcome::Failed { detail, .. } => bail!("{detail}"),
        }
    }
}
