//! The send loop: sends, sleeps as told, asks [`conclude`]. It decides nothing about payments.

use super::request::CallOptions;
use super::{AttemptReport, Client, Journal, ambient};
use crate::api::{Call, Operation, known_operation};
use crate::call::{Answer, Attempts, Credentials, Outcome, SignedRequest, Step, conclude, hinted_delay, prepare};
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
    pub async fn run(&self, call: Call, options: &CallOptions) -> Result<Answer, OkpayError> {
        let operation = known_operation(&call)?;
        let call = self.keyed(call)?;
        let recorded = self.record(operation, &call).await?;
        let span = tracing::info_span!("okpay", operation = operation.name);
        let end = self.attempt_until_end(operation, &call, recorded == Some(true), options).instrument(span).await;
        if let Some(open_before) = recorded {
            self.close(&call, open_before, &end).await;
        }
        end
    }

    /// `open_before`: an earlier run of the same call may have left this machine, and counts as its first attempt.
    async fn attempt_until_end(
        &self,
        operation: &Operation,
        call: &Call,
        open_before: bool,
        options: &CallOptions,
    ) -> Result<Answer, OkpayError> {
        let inner = &self.inner;
        let policy = options.policy(&inner.policy);
        let offset = inner.clock_offset.load(Ordering::Relaxed);
        let first = Attempts::first(&inner.credentials, ambient::now(), ambient::nonce()?, offset);
        let mut attempts = Attempts { may_have_left: open_before, ..first };
        let keys = self.gateway_keys().await.map_err(|error| attempts.broken_off(call, error))?;
        loop {
            let request = prepare(call, &inner.base_url, &inner.credentials, &attempts, ambient::now(), &options.headers)?;
            // What can fail here is drawn before anything is sent.
            let (random, next_nonce) =
                ambient::random().and_then(|random| Ok((random, ambient::nonce()?))).map_err(|error| attempts.broken_off(call, error))?;
            let spent = ambient::now().millis().saturating_sub(attempts.started.millis());
            let left = policy.deadline.saturating_sub(u64::try_from(spent).unwrap_or(0));
            let outcome = self.send(operation, request, attempts.number, Duration::from_millis(left)).await;
            let offset = attempts.clock_offset;
            match conclude(call, &policy, attempts, outcome, keys.keys(), ambient::now(), random)? {
                Step::Done(answer) => return Ok(answer),
                Step::Retry { delay, attempts: open } => {
                    if open.clock_offset != offset {
                        inner.clock_offset.store(open.clock_offset, Ordering::Relaxed);
                    }
                    tokio::time::sleep(Duration::from_millis(delay)).await;
                    attempts = open.next(next_nonce);
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
            retry_after: answer.and_then(|answer| hinted_delay(answer, ambient::now())).map(Duration::from_millis),
            elapsed,
        };
        tracing::debug!(attempt, status = report.status, failure = report.failure, elapsed_ms = elapsed.as_millis(), "attempt");
        for hook in &self.inner.hooks {
            hook(&report);
        }
    }

    /// Records a run of a write, and tells whether the call was open before. Nothing where there is no journal, and for calls that it
    /// does not keep: those with a card number, those of a browser (which cannot resolve them), and the question what became of one.
    async fn record(&self, operation: &Operation, call: &Call) -> Result<Option<bool>, OkpayError> {
        let Some(journal) = self.inner.journal.clone() else { return Ok(None) };
        let from_browser = matches!(self.inner.credentials, Credentials::Publishable { .. });
        if !call.is_write() || from_browser || operation.takes_card() || operation.name == "idempotency.resolve" {
            return Ok(None);
        }
        let (call, now) = (call.clone(), ambient::now());
        let recorded = blocking(move || journal.record(&call, now)).await.map_err(|error| {
            let mut failure = error.failure().clone();
            failure.detail = format!("the intent could not be journaled, so nothing was sent: {}", failure.detail);
            OkpayError::NotSent(Box::new(failure))
        })?;
        Ok(Some(recorded))
    }

    /// Strikes off what has ended: a proven end for all runs of the call, any other only for this one.
    async fn close(&self, call: &Call, open_before: bool, end: &Result<Answer, OkpayError>) {
        let Some(key) = call.idempotency_key.clone() else { return };
        match end {
            Ok(_) => self.settle(key).await,
            // After an earlier run, only an answer of the execution is a rejection.
            Err(OkpayError::Rejected(_)) if open_before => self.settle(key).await,
            Err(OkpayError::Invalid(_) | OkpayError::NotSent(_) | OkpayError::Rejected(_)) => {
                self.strike_off(move |journal| journal.withdraw(&key)).await;
            }
            Err(_) => {}
        }
    }

    pub(super) async fn settle(&self, key: String) {
        self.strike_off(move |journal| journal.settle(&key)).await;
    }

    /// A call that cannot be struck off stays open in the journal, where `recover` finds it: no reason to fail what has succeeded.
    async fn strike_off(&self, work: impl FnOnce(&dyn Journal) -> Result<(), OkpayError> + Send + 'static) {
        let Some(journal) = self.inner.journal.clone() else { return };
        if let Err(error) = blocking(move || work(journal.as_ref())).await {
            tracing::warn!(%error, "a call that has ended stays open in the journal");
        }
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
