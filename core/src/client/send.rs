//! The send loop: sends, sleeps as told, asks the [`Exchange`]. It decides nothing about payments.

use super::{Client, Journal, ambient};
use crate::api::{Call, Operation};
use crate::call::{Answer, CallOptions, Credentials, Exchange, Next, Outcome, SignedRequest};
use crate::error::{ErrorCode, Failure, OkpayError};
use std::sync::Arc;
use std::time::Duration;
use tracing::Instrument;

impl Client {
    /// Runs a call to its end and gives the proven answer.
    ///
    /// The methods of the groups are this and a typed reader; call it yourself to send a [`Call`] that was kept, under its own key.
    ///
    /// # Errors
    /// As [`conclude`](crate::call::conclude); `journal_failed` if the intent could not be recorded, so that nothing was sent.
    pub async fn run(&self, call: Call, options: &CallOptions) -> Result<Answer, OkpayError> {
        let exchange = Exchange::new(Arc::clone(&self.inner.caller), self.keyed(call)?, options, ambient::now())?;
        let (operation, call) = (exchange.operation(), exchange.call().clone());
        let recorded = self.record(operation, &call).await?;
        // An earlier run of the same call may have left this machine.
        let exchange = if recorded == Some(true) { exchange.after_earlier_run() } else { exchange };
        let span = tracing::info_span!("okpay", operation = operation.name);
        let end = self.attempt_until_end(exchange).instrument(span).await;
        if let Some(open_before) = recorded {
            self.close(&call, open_before, &end).await;
        }
        end
    }

    async fn attempt_until_end(&self, mut exchange: Exchange) -> Result<Answer, OkpayError> {
        self.keys_known(&exchange).await.map_err(|error| exchange.broken_off(error))?;
        loop {
            let random = ambient::random().map_err(|error| exchange.broken_off(error))?;
            let request = exchange.request(ambient::now(), &random)?;
            let outcome = self.send(&exchange, request).await;
            match exchange.conclude(outcome, ambient::now())? {
                Next::Done(answer) => return Ok(answer),
                Next::Wait(delay) => tokio::time::sleep(Duration::from_millis(delay)).await,
            }
        }
    }

    async fn send(&self, exchange: &Exchange, request: SignedRequest) -> Outcome {
        let (started, left) = (ambient::instant(), Duration::from_millis(exchange.time_left(ambient::now())));
        let outcome = match tokio::time::timeout(left, self.inner.transport.send(request)).await {
            Ok(outcome) => outcome,
            Err(_) => Outcome::Failed {
                may_have_left: true,
                code: ErrorCode::DeadlineExceeded,
                detail: format!("no answer within the {} ms that were left", left.as_millis()),
            },
        };
        let report = exchange.report(&outcome, started.elapsed());
        let elapsed_ms = report.elapsed.as_millis();
        tracing::debug!(attempt = report.attempt, status = report.status, failure = report.failure, elapsed_ms, "attempt");
        self.inner.hooks.iter().for_each(|hook| hook(&report));
        outcome
    }

    /// Waits until the gateway's keys are known, no longer than the call may take: another call may be asking for them.
    async fn keys_known(&self, exchange: &Exchange) -> Result<(), OkpayError> {
        let left = Duration::from_millis(exchange.time_left(ambient::now()));
        let known = self.inner.keys_known.get_or_try_init(|| self.learn_keys());
        let in_time = tokio::time::timeout(left, known).await.map_err(|_| {
            let detail = format!("the sandbox did not tell its keys within the {} ms that were left", left.as_millis());
            OkpayError::NotSent(Box::new(Failure::new(ErrorCode::DeadlineExceeded, detail)))
        })?;
        in_time.map(drop)
    }

    /// On this machine the sandbox is asked for its keys, once.
    async fn learn_keys(&self) -> Result<(), OkpayError> {
        match self.inner.caller.discovery() {
            Some(request) => self.inner.caller.learn_keys(self.inner.transport.send(request).await),
            None => Ok(()),
        }
    }

    /// Records a run of a write, and tells whether the call was open before. Nothing where there is no journal, and for calls that it
    /// does not keep: those with a card number, those of a browser (which cannot resolve them), and the question what became of one.
    async fn record(&self, operation: &Operation, call: &Call) -> Result<Option<bool>, OkpayError> {
        let Some(journal) = self.inner.journal.clone() else { return Ok(None) };
        let from_browser = matches!(self.inner.caller.credentials(), Credentials::Publishable { .. });
        if !call.is_write() || from_browser || operation.takes_card() || operation.name == "idempotency.resolve" {
            return Ok(None);
        }
        let (mut call, now) = (call.clone(), ambient::now());
        // What was typed to prove who is there stays out of the file: the key alone says what became of the call.
        call.body = call.body.filter(|_| !operation.takes_secret());
        let recorded = blocking(move || journal.record(&call, now)).await.map_err(|error| {
            let mut failure = error.into_failure();
            failure.detail = format!("the intent could not be journaled, so nothing was sent: {}", failure.detail);
            OkpayError::NotSent(failure)
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
}

/// Journals write to disk, which must not hold up the runtime.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, OkpayError> + Send + 'static) -> Result<T, OkpayError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(OkpayError::invalid(ErrorCode::JournalFailed, format!("the journal stopped: {error}"))),
    }
}
