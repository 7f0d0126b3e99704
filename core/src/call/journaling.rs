//! What a journal keeps of a call, and what it does when a run of it has come to its end: the rules, for whoever sends with one.
//!
//! ```text
//! call = exchange.to_record()                          // nothing: the call is not journaled
//! open_before = journal.record(call, now)              // on failure raise not_recorded(error): nothing is sent
//! if open_before: exchange.after_earlier_run()
//! end = …the loop at Exchange…
//! match Closing::of(open_before, the end's phase):
//!     Settle → journal.settle(key);  Withdraw → journal.withdraw(key);  LeaveOpen → recover finds it
//! ```
//!
//! What cannot be struck off stays open, where recovery finds it: that is no reason to fail what has succeeded.

use super::{Credentials, Exchange};
use crate::api::Call;
use crate::error::{OkpayError, Phase};

/// What a journal does when a run has come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// The end is proven: the call is struck off, with all its runs.
    Settle,
    /// This run changed nothing: it is taken back, and others stay open.
    Withdraw,
    /// It is not known what became of it.
    LeaveOpen,
}

impl Closing {
    /// By what `record` told and the phase in which the run failed, if it did.
    #[must_use]
    pub fn of(open_before: bool, failed: Option<&Phase>) -> Self {
        match failed {
            None => Self::Settle,
            // After an earlier run, only an answer of the execution is a rejection.
            Some(Phase::Rejected) if open_before => Self::Settle,
            Some(Phase::Invalid | Phase::NotSent | Phase::Rejected) => Self::Withdraw,
            Some(_) => Self::LeaveOpen,
        }
    }
}

impl Exchange {
    /// What a journal records of the call before its first attempt. Nothing of reads, of calls with a card number, of a browser's calls
    /// (which could not resolve them), and of the question what became of a call.
    #[must_use]
    pub fn to_record(&self) -> Option<Call> {
        let (operation, call) = (self.operation(), self.call());
        let from_browser = matches!(self.caller().credentials(), Credentials::Publishable { .. });
        if !call.is_write() || from_browser || operation.takes_card() || operation.name == "idempotency.resolve" {
            return None;
        }
        let mut kept = call.clone();
        // What was typed to prove who is there stays out of the file: the key alone says what became of the call.
        kept.body = kept.body.filter(|_| !operation.takes_secret());
        Some(kept)
    }
}

/// What it means for a call that the journal could not record it.
#[must_use]
pub fn not_recorded(error: &OkpayError) -> OkpayError {
    let mut failure = error.failure().clone();
    failure.detail = format!("the intent could not be journaled, so nothing was sent: {}", failure.detail);
    OkpayError::NotSent(Box::new(failure))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{BaseUrl, CallOptions, Caller, RetryPolicy};
    use crate::error::ErrorCode;
    use crate::signing::HmacKey;
    use crate::timestamp::Timestamp;
    use std::sync::Arc;

    fn kept(credentials: Credentials, operation: &str, id: Option<&str>, params: &str) -> Option<Call> {
        let url = BaseUrl::parse("http://127.0.0.1:1", None).unwrap();
        let caller = Caller::new(url, credentials, None, RetryPolicy::default()).unwrap();
        let params = Some(params).filter(|params| !params.is_empty());
        let call = Call::from_json(operation, id, params).unwrap().with_key("k1");
        let exchange = Exchange::new(Arc::new(caller), call, &CallOptions::default(), Timestamp::from_secs(0)).unwrap();
        exchange.to_record()
    }

    fn server() -> Credentials {
        let secret = "okp_test_sk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
        Credentials::Secret(HmacKey::from_text("okp_test_kid_1", secret).unwrap())
    }

    #[test]
    fn writes_are_kept_and_what_must_not_be_on_disk_is_not() {
        let refund = kept(server(), "refunds.create", None, r#"{"payment":"pay_1"}"#).unwrap();
        assert_eq!((refund.body.as_deref(), refund.idempotency_key.as_deref()), (Some(r#"{"payment":"pay_1"}"#), Some("k1")));
        let proof = r#"{"confirmation":{"kind":"payment_pin","code":"493817"}}"#;
        let confirmed = kept(server(), "withdrawals.confirm", Some("wd_1"), proof).unwrap();
        assert_eq!((confirmed.body, confirmed.path.as_str()), (None, "/v1/withdrawals/wd_1/confirm"));
        let card = r#"{"card":{"number":"4242424242424242","exp_month":12,"exp_year":2040,"cvc":"123"}}"#;
        assert_eq!(kept(server(), "payment_methods.create", None, card), None);
        assert_eq!(kept(server(), "payments.retrieve", Some("pay_1"), ""), None);
        assert_eq!(kept(server(), "idempotency.resolve", None, r#"{"idempotency_key":"k1"}"#), None);
        let browser = Credentials::Publishable { key: "okp_test_pk_1".to_owned(), client_secret: None };
        assert_eq!(kept(browser, "checkout_sessions.confirm", Some("cs_1"), r#"{"method":"card"}"#), None);
    }

    #[test]
    fn what_is_proven_settles_and_what_changed_nothing_is_taken_back() {
        use Closing::{LeaveOpen, Settle, Withdraw};
        for (phase, alone, after_another) in [
            (None, Settle, Settle),
            (Some(Phase::Invalid), Withdraw, Withdraw),
            (Some(Phase::NotSent), Withdraw, Withdraw),
            (Some(Phase::Rejected), Withdraw, Settle),
            (Some(Phase::OutcomeUnknown), LeaveOpen, LeaveOpen),
            (Some(Phase::Unanswered), LeaveOpen, LeaveOpen),
            (Some(Phase::Unknown { raw: "later".to_owned() }), LeaveOpen, LeaveOpen),
        ] {
            assert_eq!([false, true].map(|open_before| Closing::of(open_before, phase.as_ref())), [alone, after_another], "{phase:?}");
        }
    }

    #[test]
    fn a_failure_of_the_journal_says_that_nothing_was_sent() {
        let error = not_recorded(&OkpayError::invalid(ErrorCode::JournalFailed, "the disk is full"));
        assert_eq!((error.phase(), error.code()), (Phase::NotSent, &ErrorCode::JournalFailed));
        assert_eq!(error.failure().detail, "the intent could not be journaled, so nothing was sent: the disk is full");
    }
}
