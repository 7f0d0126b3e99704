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
//!
//! ```text
//! for call in journal.open_calls():
//!     caller.may_resolve(call.caller)              // else the error is what came of it: it is another gateway's
//!     outcome = …idempotency.resolve…
//!     if caller.is_end(call.caller, outcome.state):    // else the error is what came of it: another key has it
//!         remember call.key
//! journal.settle(each key)                         // last, so that a recovery that is broken off can be done again
//! ```

use super::{Caller, Credentials, Exchange};
use crate::api::{Call, CallState};
use crate::error::{ErrorCode, OkpayError, Phase};

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
        kept.caller = Some(self.caller().name());
        Some(kept)
    }
}

impl Caller {
    /// Whether this client may ask what became of a call of a journal, by the call's `caller`; yes if the journal does not keep it.
    ///
    /// A gateway closes a key that it has not seen, and says that the call was not executed: to ask another one, or in the other mode, would
    /// be to believe that of a call which may have been executed.
    ///
    /// # Errors
    /// `invalid_configuration` if the call was made at another gateway, or with a live key and this is none, or the other way round.
    pub fn may_resolve(&self, made_by: Option<&str>) -> Result<(), OkpayError> {
        let Some((url, key_id)) = made_by.and_then(|name| name.split_once(' ')) else { return Ok(()) };
        let is_live = |key_id: &str| key_id.starts_with("okp_live_");
        if url == self.base_url().as_str() && is_live(key_id) == is_live(&self.credentials().key_id()) {
            return Ok(());
        }
        let detail =
            format!("the call was made by {key_id} at {url}, and this client is {}: recover it with a client of that gateway", self.name());
        Err(OkpayError::invalid_at(ErrorCode::InvalidConfiguration, "journal", detail))
    }

    /// Whether a state that the gateway told this client is the end of a call of a journal, which is then struck off.
    ///
    /// # Errors
    /// As [`may_resolve`](Self::may_resolve); and `invalid_configuration` for `not_executed` if another key made the call: that key may be of
    /// another account, which has executed it.
    pub fn is_end(&self, made_by: Option<&str>, state: &CallState) -> Result<bool, OkpayError> {
        self.may_resolve(made_by)?;
        let key_id = self.credentials().key_id();
        match made_by.and_then(|name| name.split_once(' ')) {
            Some((_, other)) if *state == CallState::NotExecuted && other != key_id => {
                let detail = format!(
                    "the call was made by the key {other}, and the account of {key_id} has not executed it: if both are keys of one \
                     account, strike it off with the journal's settle; else recover it with a client of that key"
                );
                Err(OkpayError::invalid_at(ErrorCode::InvalidConfiguration, "journal", detail))
            }
            _ => Ok(state.is_end()),
        }
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
    use crate::signing::{Ed25519Key, HmacKey, PublicKeys};
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
        assert_eq!(refund.caller.as_deref(), Some("http://127.0.0.1:1 okp_test_kid_1"));
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

    fn caller(url: &str, key_id: &str) -> Caller {
        let keys = Some(PublicKeys::from(vec![Ed25519Key::from_seed("gw_1", &[7; 32]).unwrap().public_key()]));
        let key = HmacKey::from_bytes(key_id, &[7; 32]).unwrap();
        Caller::new(BaseUrl::parse(url, None).unwrap(), Credentials::Secret(key), keys, RetryPolicy::default()).unwrap()
    }

    #[test]
    fn a_call_is_asked_about_where_it_was_made_and_believed_lost_by_its_own_key_alone() {
        let (live, test) = ("okp_live_kid_1", "okp_test_kid_1");
        let maker = caller("https://api.okpay.test/", live);
        assert_eq!(maker.name(), "https://api.okpay.test okp_live_kid_1");
        let name = maker.name();
        for (url, key_id, may_ask, ends) in [
            ("https://api.okpay.test", live, true, true),
            // After a key was replaced, what was executed is known by any; that it was not, by a key of the same account alone.
            ("https://api.okpay.test", "okp_live_kid_2", true, false),
            ("https://api.okpay.test", test, false, false),
            ("https://staging.okpay.test", live, false, false),
        ] {
            let asking = caller(url, key_id);
            assert_eq!(asking.may_resolve(Some(&name)).is_ok(), may_ask, "{url} {key_id}");
            let told = |state: CallState| asking.is_end(Some(&name), &state).map_err(|error| error.code().clone());
            let refused = Err(ErrorCode::InvalidConfiguration);
            assert_eq!(told(CallState::Executed), if may_ask { Ok(true) } else { refused.clone() });
            assert_eq!(told(CallState::NotExecuted), if ends { Ok(true) } else { refused });
            assert_eq!(told(CallState::InProgress).is_ok_and(|is_end| !is_end), may_ask);
            assert_eq!(asking.is_end(None, &CallState::NotExecuted), Ok(true), "a journal that does not say who made it");
        }
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
