//! One handler an endpoint, one file a resource: read what is asked, check it, let the domain do it.
//!
//! A row of the table without a handler fails the test at the end of this file.

mod account;
mod announcements;
pub(crate) mod api_keys;
mod appeals;
pub(crate) mod balances;
mod bills;
pub(crate) mod checkout_sessions;
mod confirmations;
mod coupons;
pub(crate) mod deposits;
mod destinations;
pub(crate) mod devices;
mod disputes;
pub(crate) mod events;
mod fees;
mod help;
mod idempotency;
mod official;
mod payment_methods;
pub(crate) mod payments;
mod points;
mod refunds;
mod reports;
mod risk;
mod sessions;
pub(crate) mod tickets;
pub(crate) mod transactions;
pub(crate) mod transfers;
mod two_factor;
mod verification;
pub(crate) mod webhook_endpoints;
pub(crate) mod withdrawals;

use crate::domain::freeze;
use crate::refusal::{Outcome, Refusal};
use crate::validate;
use crate::work::{Reply, Work};
use bytes::Bytes;
use okpay::Failure;
use okpay::api::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What is asked of an endpoint.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// The id in the path; empty where there is none.
    pub(crate) id: String,
    pub(crate) query: String,
    pub(crate) body: Bytes,
    pub(crate) content_type: Option<String>,
}

impl Request {
    /// The parameters of a POST; a query would be passed over in silence.
    fn body<T: DeserializeOwned>(&self) -> Outcome<T> {
        validate::query::<Nothing>(&self.query)?;
        validate::body(&self.body, self.content_type.as_deref())
    }

    /// The parameters of a GET; a body would be passed over in silence.
    fn query<T: DeserializeOwned>(&self) -> Outcome<T> {
        validate::body::<Nothing>(&self.body, self.content_type.as_deref())?;
        validate::query(&self.query)
    }

    /// Refuses parameters where the endpoint takes none.
    fn nothing(&self) -> Outcome<()> {
        self.query::<Nothing>().map(drop)
    }
}

/// No parameters at all.
#[derive(serde::Deserialize)]
struct Nothing {}

/// The handler of a row of the table.
pub(crate) async fn dispatch(operation: &str, work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    freeze::check(work, operation).await?;
    match operation {
        "payment_methods.create" => payment_methods::create(work, request).await,
        "payment_methods.retrieve" => payment_methods::retrieve(work, request).await,
        "payments.create" => payments::create(work, request).await,
        "payments.retrieve" => payments::retrieve(work, request).await,
        "payments.list" => payments::list(work, request).await,
        "payments.confirm" => payments::confirm(work, request).await,
        "payments.capture" => payments::capture(work, request).await,
        "payments.cancel" => payments::cancel(work, request).await,
        "refunds.create" => refunds::create(work, request).await,
        "refunds.retrieve" => refunds::retrieve(work, request).await,
        "refunds.list" => refunds::list(work, request).await,
        "checkout_sessions.create" => checkout_sessions::create(work, request).await,
        "checkout_sessions.retrieve" => checkout_sessions::retrieve(work, request).await,
        "checkout_sessions.confirm" => checkout_sessions::confirm(work, request).await,
        "checkout_sessions.fees" => checkout_sessions::fees(work, request).await,
        "checkout_sessions.list" => checkout_sessions::list(work, request).await,
        "checkout_sessions.expire" => checkout_sessions::expire(work, request).await,
        "fee_schedules.current" => fees::current(work, request).await,
        "fee_schedules.retrieve" => fees::retrieve(work, request).await,
        "fee_quotes.create" => fees::quote(work, request).await,
        "fee_quotes.compare" => fees::compare(work, request).await,
        "exchange_rates.list" => fees::rates(work, request).await,
        "deposit_sources.list" => deposits::list_sources(work, request).await,
        "deposit_sources.retrieve" => deposits::retrieve_source(work, request).await,
        "deposits.create" => deposits::create(work, request).await,
        "deposits.retrieve" => deposits::retrieve(work, request).await,
        "deposits.list" => deposits::list(work, request).await,
        "deposits.cancel" => deposits::cancel(work, request).await,
        "destinations.create" => destinations::create(work, request).await,
        "destinations.retrieve" => destinations::retrieve(work, request).await,
        "destinations.list" => destinations::list(work, request).await,
        "destinations.disable" => destinations::disable(work, request).await,
        "withdrawals.quote" => withdrawals::quote(work, request).await,
        "withdrawals.create" => withdrawals::create(work, request).await,
        "withdrawals.confirm" => withdrawals::confirm(work, request).await,
        "withdrawals.retrieve" => withdrawals::retrieve(work, request).await,
        "withdrawals.list" => withdrawals::list(work, request).await,
        "withdrawals.cancel" => withdrawals::cancel(work, request).await,
        "transfers.create" => transfers::create(work, request).await,
        "transfers.confirm" => transfers::confirm(work, request).await,
        "transfers.retrieve" => transfers::retrieve(work, request).await,
        "transfers.list" => transfers::list(work, request).await,
        "billers.list" => bills::list_billers(work, request).await,
        "billers.retrieve" => bills::retrieve_biller(work, request).await,
        "bills.lookup" => bills::look_up(work, request).await,
        "bills.pay" => bills::pay(work, request).await,
        "bills.retrieve" => bills::retrieve(work, request).await,
        "bills.receipt" => bills::receipt(work, request).await,
        "bills.list" => bills::list(work, request).await,
        "balances.list" => balances::list(work, request).await,
        "transactions.list" => transactions::list(work, request).await,
        "transactions.retrieve" => transactions::retrieve(work, request).await,
        "disputes.list" => disputes::list(work, request).await,
        "disputes.retrieve" => disputes::retrieve(work, request).await,
        "disputes.submit_evidence" => disputes::submit_evidence(work, request).await,
        "disputes.accept" => disputes::accept(work, request).await,
        "reports.create" => reports::create(work, request).await,
        "reports.retrieve" => reports::retrieve(work, request).await,
        "reports.download" => reports::download(work, request).await,
        "reports.list" => reports::list(work, request).await,
        "coupons.list" => coupons::list(work, request).await,
        "coupons.retrieve" => coupons::retrieve(work, request).await,
        "coupons.validate" => coupons::validate(work, request).await,
        "points.balance" => points::balance(work, request).await,
        "points.list" => points::list(work, request).await,
        "points.redeem" => points::redeem(work, request).await,
        "announcements.list" => announcements::list(work, request).await,
        "announcements.retrieve" => announcements::retrieve(work, request).await,
        "api_keys.create" => api_keys::create(work, request).await,
        "api_keys.list" => api_keys::list(work, request).await,
        "api_keys.revoke" => api_keys::revoke(work, request).await,
        "devices.create" => devices::create(work, request).await,
        "devices.current" => devices::current(work, request).await,
        "devices.retrieve" => devices::retrieve(work, request).await,
        "devices.list" => devices::list(work, request).await,
        "devices.update" => devices::update(work, request).await,
        "devices.revoke" => devices::revoke(work, request).await,
        "account.retrieve" => account::retrieve(work, request).await,
        "account.register" => account::register(work, request).await,
        "account.verify_phone" => account::verify_phone(work, request).await,
        "account.request_password_reset" => account::request_password_reset(work, request).await,
        "account.reset_password" => account::reset_password(work, request).await,
        "account.freeze" => account::freeze(work, request).await,
        "account.thaw" => account::thaw(work, request).await,
        "sessions.create" => sessions::create(work, request).await,
        "sessions.verify" => sessions::verify(work, request).await,
        "sessions.list" => sessions::list(work, request).await,
        "sessions.revoke" => sessions::revoke(work, request).await,
        "two_factor.challenge" => two_factor::challenge(work, request).await,
        "two_factor.set_pin" => two_factor::set_pin(work, request).await,
        "two_factor.enroll_totp" => two_factor::enroll_totp(work, request).await,
        "two_factor.confirm_totp" => two_factor::confirm_totp(work, request).await,
        "two_factor.disable_totp" => two_factor::disable_totp(work, request).await,
        "two_factor.renew_recovery_codes" => two_factor::renew_recovery_codes(work, request).await,
        "two_factor.trust_device" => two_factor::trust_device(work, request).await,
        "confirmations.list" => confirmations::list(work, request).await,
        "confirmations.approve" => confirmations::approve(work, request).await,
        "confirmations.decline" => confirmations::decline(work, request).await,
        "verification.submit" => verification::submit(work, request).await,
        "verification.retrieve" => verification::retrieve(work, request).await,
        "verification.list" => verification::list(work, request).await,
        "verification.limits" => verification::limits(work, request).await,
        "appeals.create" => appeals::create(work, request).await,
        "appeals.retrieve" => appeals::retrieve(work, request).await,
        "appeals.list" => appeals::list(work, request).await,
        "risk_rules.list" => risk::list_rules(work, request).await,
        "risk_alerts.list" => risk::list(work, request).await,
        "risk_alerts.retrieve" => risk::retrieve(work, request).await,
        "risk_alerts.acknowledge" => risk::acknowledge(work, request).await,
        "tickets.create" => tickets::create(work, request).await,
        "tickets.retrieve" => tickets::retrieve(work, request).await,
        "tickets.list" => tickets::list(work, request).await,
        "tickets.messages" => tickets::messages(work, request).await,
        "tickets.reply" => tickets::reply(work, request).await,
        "tickets.close" => tickets::close(work, request).await,
        "tickets.reopen" => tickets::reopen(work, request).await,
        "tickets.rate" => tickets::rate(work, request).await,
        "channels.list" => tickets::list_channels(work, request).await,
        "channels.retrieve" => tickets::retrieve_channel(work, request).await,
        "help.search" => help::search(work, request).await,
        "help.list" => help::list(work, request).await,
        "help.retrieve" => help::retrieve(work, request).await,
        "feedback.create" => help::create_feedback(work, request).await,
        "feedback.list" => help::list_feedback(work, request).await,
        "official_list.current" => official::current(work, request).await,
        "webhook_endpoints.create" => webhook_endpoints::create(work, request).await,
        "webhook_endpoints.list" => webhook_endpoints::list(work, request).await,
        "webhook_endpoints.rotate_secret" => webhook_endpoints::rotate_secret(work, request).await,
        "webhook_endpoints.disable" => webhook_endpoints::disable(work, request).await,
        "events.list" => events::list(work, request).await,
        "events.retrieve" => events::retrieve(work, request).await,
        "events.deliveries" => events::deliveries(work, request).await,
        "events.redeliver" => events::redeliver(work, request).await,
        "idempotency.resolve" => idempotency::resolve(work, request).await,
        other => Err(Refusal::Internal(format!("{other} has no handler"))),
    }
}

/// A page of a list, as the wire has it.
#[derive(Serialize)]
struct Listed<T> {
    data: Vec<T>,
    next: Option<String>,
}

fn page<T: Serialize>(data: Vec<T>, next: Option<String>) -> Outcome<Reply> {
    Reply::of(&Listed { data, next })
}

/// The answer of a call whose execution was refused.
pub(crate) fn refusal_reply(work: &Work<'_>, failure: &Failure) -> Outcome<Reply> {
    let problem = Problem::of(&Failure { request_id: work.caller.as_ref().map(|caller| caller.request_id.clone()), ..failure.clone() });
    Ok(Reply { status: problem.status, object: failure.object.clone(), ..Reply::of(&problem)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::gateway::Gateway;
    use okpay::api::OPERATIONS;

    #[tokio::test]
    async fn every_row_of_the_table_has_a_handler() {
        let gateway = Gateway::open(&Config::default(), "http://127.0.0.1:1".to_owned()).await.unwrap();
        let request = Request { id: "none".to_owned(), query: "nothing=1".to_owned(), body: "[]".into(), content_type: None };
        for operation in OPERATIONS {
            let mut work = Work::own(&gateway).await.unwrap();
            let outcome = dispatch(operation.name, &mut work, &request).await;
            assert!(matches!(outcome, Err(Refusal::Failure(_))), "{}: {outcome:?}", operation.name);
            work.tx.undo().await.unwrap();
        }
        let mut work = Work::own(&gateway).await.unwrap();
        assert!(matches!(dispatch("payments.fly", &mut work, &request).await, Err(Refusal::Internal(_))));
    }
}
