//! `fee_schedules`, `fee_quotes`, `exchange_rates`.

use super::{Request, page};
use crate::domain::{coupons, fees, rates};
use crate::refusal::{Outcome, Refusal, not_found};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::api::{FeeComparison, ListExchangeRates, NewFeeComparison};
use okpay::fees::{FeeSchedule, QuoteRequest, ScheduleEnvelope, sign_envelope};
use sha2::{Digest, Sha256};

pub(super) async fn current(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&signed(work, &work.gateway.schedules.current(work.now))?)
}

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    let schedule = work.gateway.schedules.version(&request.id).ok_or_else(|| not_found("fee schedule", &request.id))?;
    Reply::of(&signed(work, &schedule)?)
}

/// The schedule under its own key. The same schedule always gets the same signature, so that copies can be compared.
fn signed(work: &Work<'_>, schedule: &FeeSchedule) -> Outcome<ScheduleEnvelope> {
    let id = format!("fees_{}", &hex::encode(Sha256::digest(schedule.text()))[..26]);
    let signed_at = schedule.valid_from().map_or(1, |from| from.secs());
    sign_envelope(schedule.text(), &id, signed_at, &work.gateway.keys.fees)
        .map_err(|error| Refusal::Internal(format!("the fee schedule could not be signed: {error}")))
}

pub(super) async fn quote(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: QuoteRequest = request.body()?;
    validate::positive("amount", asked.amount)?;
    coupons::check(work, asked.coupon.as_deref()).await?;
    Reply::of(&fees::quote(work, asked).await?)
}

pub(super) async fn compare(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: NewFeeComparison = request.body()?;
    validate::positive("amount", asked.amount)?;
    coupons::check(work, asked.coupon.as_deref()).await?;
    let account = work.account.clone();
    let volume = fees::monthly_volume(&mut work.tx, &account, asked.amount.currency(), work.now).await?;
    let request = QuoteRequest {
        at: asked.at,
        bearer: asked.bearer,
        coupon: asked.coupon,
        monthly_volume: Some(volume),
        facts: asked.facts,
        ..QuoteRequest::new(asked.operation, "", asked.amount)
    };
    let offers = work.gateway.schedules.current(work.now).compare(&request, &[], work.now).map_err(fees::as_field)?;
    Reply::of(&FeeComparison { offers, monthly_volume: Some(volume) })
}

pub(super) async fn rates(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListExchangeRates = request.query()?;
    page(rates::list(asked.base, asked.quote, work.now)?, None)
}
