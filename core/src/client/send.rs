//! The send loop: sends, sleeps as told, asks [`conclude`]. It decides nothing about payments.

use super::request::CallOptions;
use super::{AttemptReport, Client, ambient};
use crate::api::{Call, Operation, Scope};
use crate::call::{Answer, Attempts, Outcome, SignedRequest, Step, conclude, prepare};
use crate::error::{ErrorCode, Failure, OkpayError};
use crate::signing::PublicKeys;
use serde::Deserialize;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tracing::Instrument;

impl Client {
    /// Runs a call to its end and gives the proven answer.
    ///
    /// The methods of the groups are this and a typed reader; call it yourself to send a [`Call`] that was kept, under its own key.
    ///
    /// # Errors
    /// As [`conclude`]; `journal_failed` if the intent could not be recorded, so that nothing was sent.
    pub async fn run(&self, operation: &Operation, call: Call, options: &CallOptions) -> Result<Answer, OkpayError> {
        let call = self.keyed(call)?;
        let journaled = self.record(operation, &call).await?;
        let span = tracing::info_span!("okpay", operation = operation.name, attempts = tracing::field::Empty);
        let end = self.attempt_until_end(operation, &call, options).instrument(span).await;
        if journaled && !matches!(end, Err(OkpayError::OutcomeUnknown(_))) {
            self.settle(&call).await?;
        }
        end
    }

    async fn attempt_until_end(&self, operation: &Operation, call: &Call, options: &CallOptions) -> Result<Answer, OkpayError> {
        let inner = &self.inner;
        let policy = options.policy(&inner.policy);
        let keys = self.gateway_keys().await?;
        let mut attempts = Attempts::first(ambient::now(), ambient::nonce()?, inner.clock_offset.load(Ordering::Relaxed));
        loop {
            let request = prepare(call, &inner.base_url, &inner.credentials, &attempts, ambient::now(), &options.headers)?;
            let spent = ambient::now().millis().saturating_sub(attempts.started.millis());
            let left = policy.deadline.saturating_sub(u64::try_from(spent).unwrap_or(0));
            let outcome = self.send(operation, request, attempts.number, Duration::from_millis(left)).await;
            match conclude(call, &policy, attempts, outcome, keys.keys(), ambient::now(), ambient::random()?)? {
                Step::Done(answer) => return Ok(answer),
                Step::Retry { delay, attempts: open } => {
                    inner.clock_offset.store(open.clock_offset, Ordering::Relaxed);
                    tokio::time::sleep(Duration::from_millis(delay)).await;
                    attempts = open.next(ambient::nonce()?);
                }
            }
        }
    }

    async fn send(&self, operation: &Operation, request: SignedRequest, attempt: u32, left: Duration) -> Outcome {
        let started = ambient::instant();
        let outcome = match tokio::time::timeout(left, self.inner.transport.send(request)).await {
            Ok(outcome) => outcome,
            Err(_) => Outcome::Failed {
                may_have_left: true,
                code: ErrorCode::DeadlineExceeded,
                detail: format!("no answer within the {} ms that were left", left.as_millis()),
            },
        };
        self.report(operation, &outcome, attempt, started.elapsed());
        outcome
    }

    fn report(&self, operation: &Operation, outcome: &Outcome, attempt: u32, elapsed: Duration) {
        let (answer, failure) = match outcome {
            Outcome::Answered(answer) => (Some(answer), None),
            Outcome::Failed { code, .. } => (None, Some(code.to_string())),
        };
        let header = |name: &str| answer.and_then(|answer| answer.header(name)).map(str::to_owned);
        let report = AttemptReport {
            operation: operation.name.to_owned(),
            method: operation.verb.to_owned(),
            url_template: operation.path.to_owned(),
            attempt,
            status: answer.map(|answer| answer.status),
            failure,
            request_id: header("okpay-request-id"),
            deprecation: header("deprecation"),
            sunset: header("sunset"),
            elapsed,
        };
        tracing::debug!(attempt, status = report.status, failure = report.failure, elapsed_ms = elapsed.as_millis(), "attempt");
        for hook in &self.inner.hooks {
            hook(&report);
        }
    }

    /// Writes of a server are journaled, but for the question itself what became of one.
    async fn record(&self, operation: &Operation, call: &Call) -> Result<bool, OkpayError> {
        let Some(journal) = self.inner.journal.clone() else { return Ok(false) };
        if !call.is_write() || operation.scope == Scope::Publishable || operation.name == "idempotency.resolve" {
            return Ok(false);
        }
        let (call, now) = (call.clone(), ambient::now());
        blocking(move || journal.record(&call, now)).await.map_err(|error| {
            let mut failure = error.failure().clone();
            failure.detail = format!("the intent could not be journaled, so nothing was sent: {}", failure.detail);
            OkpayError::NotSent(Box::new(failure))
        })?;
        Ok(true)
    }

    /// A settled call that cannot be struck off stays open in the journal, where `recover` finds it: no reason to fail the call.
    async fn settle(&self, call: &Call) -> Result<(), OkpayError> {
        let (Some(journal), Some(key)) = (self.inner.journal.clone(), call.idempotency_key.clone()) else { return Ok(()) };
        if let Err(error) = blocking(move || journal.settle(&key)).await {
            tracing::warn!(%error, "a call that has ended stays open in the journal");
        }
        Ok(())
    }

    /// The keys that were given; on loopback, else, those that the sandbox publishes, fetched once.
    pub(super) async fn gateway_keys(&self) -> Result<&PublicKeys, OkpayError> {
        self.inner.gateway_keys.get_or_try_init(|| self.fetch_sandbox_keys()).await
    }

    async fn fetch_sandbox_keys(&self) -> Result<PublicKeys, OkpayError> {
        #[derive(Deserialize)]
        struct WellKnown {
            gateway_keys: String,
        }
        let url = format!("{}/.well-known/okpay", self.inner.base_url.as_str());
        let request = SignedRequest { method: "GET".to_owned(), url: url.clone(), headers: Vec::new(), body: Vec::new() };
        let not_sent = |detail: String| OkpayError::NotSent(Box::new(Failure::new(ErrorCode::ConnectFailed, detail)));
        match self.inner.transport.send(request).await {
            Outcome::Answered(answer) => {
                let known: WellKnown = serde_json::from_slice(&answer.body)
                    .map_err(|error| not_sent(format!("{url} does not look like an OKPay sandbox: {error}")))?;
                PublicKeys::parse(&known.gateway_keys)
            }
            Outcome::Failed { detail, .. } => Err(not_sent(format!("no OKPay sandbox answers at {url}: {detail}"))),
        }
    }
}

/// Journals write to disk, which must not hold up the runtime.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, OkpayError> + Send + 'static) -> Result<T, OkpayError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(OkpayError::invalid(ErrorCode::JournalFailed, format!("the journal stopped: {error}"))),
    }
}
