//! The send loop: sends, sleeps as told, asks the [`Exchange`]. It decides nothing about payments.

use super::{Client, Journal, ambient};
use crate::api::Call;
use crate::call::{Answer, CallOptions, Closing, Exchange, Next, Outcome, SignedRequest, not_recorded};
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
        let mut exchange = Exchange::new(Arc::clone(&self.inner.caller), self.keyed(call)?, options, ambient::now())?;
        let span = tracing::info_span!("okpay", operation = exchange.operation().name);
        let open_before = self.record(&exchange).await?;
        if open_before == Some(true) {
            exchange.after_earlier_run();
        }
        let key = exchange.call().idempotency_key.clone();
        let end = self.attempt_until_end(exchange).instrument(span).await;
        if let (Some(open_before), Some(key)) = (open_before, key) {
            self.close(key, Closing::of(open_before, end.as_ref().err().map(OkpayError::phase).as_ref())).await;
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
        let failed = |may_have_left, detail| Outcome::Failed { may_have_left, code: ErrorCode::DeadlineExceeded, detail };
        let outcome = if left.is_zero() {
            failed(false, "the time of the call was spent before this attempt was sent".to_owned())
        } else {
            let sent = tokio::time::timeout(left, self.inner.transport.send(request)).await;
            sent.unwrap_or_else(|_| failed(true, format!("no answer within the {} ms that were left", left.as_millis())))
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

    /// Records a run of a write, and tells whether the call was open before; nothing where there is no journal, or it does not keep the call.
    async fn record(&self, exchange: &Exchange) -> Result<Option<bool>, OkpayError> {
        let (Some(journal), Some(call)) = (self.inner.journal.clone(), exchange.to_record()) else { return Ok(None) };
        let now = ambient::now();
        blocking(move || journal.record(&call, now)).await.map(Some).map_err(|error| not_recorded(&error))
    }

    async fn close(&self, key: String, closing: Closing) {
        match closing {
            Closing::Settle => self.strike_off(move |journal| journal.settle(&key)).await,
            Closing::Withdraw => self.strike_off(move |journal| journal.withdraw(&key)).await,
            Closing::LeaveOpen => {}
        }
    }

    /// A call that cannot be struck off stays open in the journal, where `recover` finds it: no reason to fail what has succeeded.
    pub(super) async fn strike_off(&self, work: impl FnOnce(&dyn Journal) -> Result<(), OkpayError> + Send + 'static) {
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
