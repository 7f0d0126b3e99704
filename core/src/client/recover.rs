//! What became of a call: [`Client::resolve`] and, for all that a crash has left open, [`Client::recover`].

use super::send::blocking;
use super::{Client, JournalEntry, Request};
use crate::api::{Call, CallOutcome, CallState, ResolveCall};
use crate::error::{ErrorCode, OkpayError};
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// A call that a crash had left open, and what became of it.
#[derive(Debug, Clone)]
pub struct Recovered {
    /// The intent. If it was not executed, sending it again is the caller's choice: `client.run(…)`, under a new key.
    pub entry: JournalEntry,
    /// What became of it, or why that could not be learnt; then it stays open in the journal.
    pub outcome: Result<CallOutcome, OkpayError>,
}

/// The question what became of a call. Await it for the outcome.
#[must_use = "nothing is asked before it is awaited"]
#[derive(Debug)]
pub struct Resolution {
    client: Client,
    key: String,
    question: Request<CallOutcome>,
}

impl Resolution {
    /// For the whole question with all its attempts.
    pub fn timeout(mut self, deadline: Duration) -> Self {
        self.question = self.question.timeout(deadline);
        self
    }

    /// How many attempts the question may have.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.question = self.question.max_attempts(attempts);
        self
    }

    /// Adds a header, such as `traceparent`.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.question = self.question.header(name, value);
        self
    }
}

impl IntoFuture for Resolution {
    type Output = Result<CallOutcome, OkpayError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let outcome = self.question.await?;
            self.client.resolved(self.key, &outcome.state).await;
            Ok(outcome)
        })
    }
}

impl Client {
    /// Asks the gateway what became of a call. `not_executed` is final: the gateway closes a key that it has not seen, so that a late
    /// request under it is refused.
    ///
    /// # Errors
    /// As any call. The question changes nothing that has been executed, and may be put again.
    pub fn resolve(&self, idempotency_key: impl Into<String>) -> Resolution {
        let key = idempotency_key.into();
        let question = self.idempotency().resolve(ResolveCall::new(key.clone()));
        Resolution { client: self.clone(), key, question }
    }

    /// Resolves every call that the journal holds open, oldest first: after a crash, before anything else. A call that another process is
    /// about to send is closed by this, and refused there: share a journal only among processes that recover together.
    ///
    /// One journal is for one account: what was made at another gateway, or in the other mode, is not asked about, and `not_executed` is
    /// believed of the client's own key alone.
    ///
    /// Calls that ended are struck off once all have been asked about, just before the list is given, so that a recovery which is broken off
    /// loses nothing. Whoever may crash before the replies are kept gives each call an idempotency key and a reference of their own, under
    /// which it is found again.
    ///
    /// # Errors
    /// `invalid_configuration` without a journal, `journal_failed` if it cannot be read. What became of each call, or why that could not
    /// be learnt, is in its [`Recovered`].
    pub async fn recover(&self) -> Result<Vec<Recovered>, OkpayError> {
        let Some(journal) = self.inner.journal.clone() else {
            let detail = "recovery needs a journal: ClientBuilder::journal(FileJournal::open(path))";
            return Err(OkpayError::invalid_at(ErrorCode::InvalidConfiguration, "journal", detail));
        };
        let (mut recovered, mut ended) = (Vec::new(), Vec::new());
        for entry in blocking(move || journal.open_calls()).await? {
            let outcome = self.outcome_of(&entry.call).await;
            if outcome.as_ref().is_ok_and(|outcome| outcome.state.is_end()) {
                ended.extend(entry.call.idempotency_key.clone());
            }
            recovered.push(Recovered { entry, outcome });
        }
        self.strike_off(move |journal| ended.iter().try_for_each(|key| journal.settle(key))).await;
        Ok(recovered)
    }

    /// What became of a call of the journal, as far as this client can say.
    async fn outcome_of(&self, call: &Call) -> Result<CallOutcome, OkpayError> {
        let (caller, made_by) = (&self.inner.caller, call.caller.as_deref());
        caller.may_resolve(made_by)?;
        let question = ResolveCall::new(call.idempotency_key.clone().unwrap_or_default());
        let outcome = self.idempotency().resolve(question).await?;
        caller.is_end(made_by, &outcome.state)?;
        Ok(outcome)
    }

    /// Strikes a call off if the journal has it open and this is its end.
    async fn resolved(&self, key: String, state: &CallState) {
        let (caller, state) = (Arc::clone(&self.inner.caller), state.clone());
        self.strike_off(move |journal| {
            let open = journal.open_calls()?.into_iter().find(|entry| entry.call.idempotency_key.as_deref() == Some(&key));
            match open {
                Some(entry) if caller.is_end(entry.call.caller.as_deref(), &state)? => journal.settle(&key),
                _ => Ok(()),
            }
        })
        .await;
    }
}
