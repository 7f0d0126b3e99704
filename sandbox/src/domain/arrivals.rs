//! Money that arrives by bank or blockchain: in full, short, over, late, unconfirmed.

use super::instructions::{block_secs, confirmations_required};
use super::payments::{self, Change};
use super::redirects::is_redirect;
use super::resources::Arrival;
use super::settlement;
use crate::jobs::{self, JobKind};
use crate::magic::{ARRIVALS, METADATA_KEY, REDIRECTS, REVIEWS};
use crate::refusal::{Outcome, Refusal, refuse, refuse_at};
use crate::store::objects::{self, Stored};
use crate::validate;
use crate::work::Work;
use okpay::api::{EventType, MethodType, Payment, PaymentStatus};
use okpay::{ErrorCode, Money};
use std::collections::BTreeMap;

/// Refuses a magic value that is none, which would otherwise only show in nothing ever happening. A checkout session, of which the method
/// is not known yet, may have that of any.
pub(crate) fn check_metadata(metadata: &BTreeMap<String, String>, method: Option<&MethodType>) -> Outcome<()> {
    let arrivals = ARRIVALS.iter().map(|arrival| arrival.value);
    let redirects = REDIRECTS.iter().map(|redirect| redirect.value);
    let reviews = REVIEWS.iter().map(|review| review.value);
    match method {
        None => validate::magic(metadata, arrivals.chain(redirects).chain(reviews)),
        Some(MethodType::Card) => Ok(()),
        Some(method) if is_redirect(method) => validate::magic(metadata, redirects.chain(reviews)),
        Some(_) => validate::magic(metadata, arrivals.chain(reviews)),
    }
}

/// Puts down when what will arrive, if the payment's metadata says so.
pub(crate) async fn schedule_magic(work: &mut Work<'_>, payment: &Stored<Payment>) -> Outcome<()> {
    let value = payment.body.metadata.get(METADATA_KEY);
    let Some(magic) = ARRIVALS.iter().find(|arrival| Some(arrival.value) == value.map(String::as_str)) else { return Ok(()) };
    let Some(due) = payment.internal.due else { return Ok(()) };
    let from = payment.body.expires.filter(|_| magic.late).unwrap_or(work.now);
    let (mut share, mut sent) = (0_i128, 0_i128);
    for (percent, secs) in magic.arrivals {
        share += i128::from(*percent);
        // Up to the share so far, so that the parts add up to exactly what is due.
        let amount = i128::from(due.minor()) * share / 100 - sent;
        sent += amount;
        jobs::schedule(work, from.plus_secs(*secs), JobKind::Arrive, &payment.body.id, amount.to_string()).await?;
    }
    Ok(())
}

/// What of a payment has not arrived yet.
pub(crate) fn still_due(payment: &Stored<Payment>) -> Outcome<Money> {
    match payment.internal.due {
        Some(due) => Ok(due.checked_sub(sum(payment, due, |_| true)?)?),
        None => Err(nothing_due()),
    }
}

fn nothing_due() -> Refusal {
    refuse(ErrorCode::IllegalState, "nothing is due by bank or blockchain for this payment")
}

/// Money has come. Without a number of confirmations it counts as confirmed.
pub(crate) async fn receive(work: &mut Work<'_>, payment: &mut Stored<Payment>, amount: Money, confirmations: Option<u32>) -> Outcome<()> {
    let due = payment.internal.due.ok_or_else(nothing_due)?;
    if amount.currency() != due.currency() {
        let detail = format!("{} is due, not {}", due.currency(), amount.currency());
        return Err(refuse_at(ErrorCode::CurrencyMismatch, "amount.currency", detail));
    }
    validate::positive("amount", amount)?;
    payments::check(payment, "receive")?;
    let required = required(&payment.body);
    let confirmations = confirmations.unwrap_or(required).min(required);
    payment.internal.arrivals.push(Arrival { amount, confirmations, booked: false, at: work.now });
    let seen = sum(payment, due, |_| true)?;
    payment.body.amount_received = Some(seen);
    if confirmations < required {
        schedule_block(work, payment).await?;
    }
    take_stock(work, payment, true).await
}

/// A block was found: every transaction that waits has one more confirmation.
pub(crate) async fn confirm_block(work: &mut Work<'_>, payment: &mut Stored<Payment>) -> Outcome<()> {
    let required = required(&payment.body);
    let waiting = payment.internal.arrivals.iter_mut().filter(|arrival| arrival.confirmations < required);
    waiting.for_each(|arrival| arrival.confirmations += 1);
    if payment.internal.arrivals.iter().any(|arrival| arrival.confirmations < required) {
        schedule_block(work, payment).await?;
    }
    let open = matches!(payment.body.status, PaymentStatus::RequiresAction | PaymentStatus::Processing);
    take_stock(work, payment, open).await
}

/// What all arrivals together come to.
async fn take_stock(work: &mut Work<'_>, payment: &mut Stored<Payment>, visible: bool) -> Outcome<()> {
    let Some(due) = payment.internal.due else { return Ok(()) };
    show_confirmations(payment);
    settlement::book_arrivals(work, payment, required(&payment.body)).await?;
    let confirmed = sum(payment, due, |arrival| arrival.booked)?;
    let seen = sum(payment, due, |_| true)?;
    let all_seen = seen.minor() >= due.minor();
    match payment.body.status {
        PaymentStatus::RequiresAction | PaymentStatus::Processing if confirmed.minor() >= due.minor() => {
            if payment.body.status == PaymentStatus::Processing {
                settlement::release(work, payment).await?;
            }
            let amount = payment.body.amount;
            settlement::pay(work, payment, amount, "pay").await
        }
        PaymentStatus::RequiresAction if all_seen => {
            settlement::hold(work, payment).await?;
            // Seen in time, so that it cannot run out any more.
            payment.body.expires = None;
            payments::change(work, payment, Change { event: "detect", tell: EventType::PaymentProcessing }).await
        }
        // A block over a payment that is over concerns the ledger only.
        _ if !visible => objects::update_internal(&mut work.tx, payment).await,
        _ => payments::change(work, payment, Change { event: "receive", tell: EventType::PaymentProcessing }).await,
    }
}

fn show_confirmations(payment: &mut Stored<Payment>) {
    let last = payment.internal.arrivals.last().map(|arrival| arrival.confirmations);
    let crypto = payment.body.next_action.as_mut().and_then(|action| action.crypto.as_mut());
    if let (Some(crypto), Some(last)) = (crypto, last) {
        crypto.confirmations = last;
    }
}

fn sum(payment: &Stored<Payment>, due: Money, counts: impl Fn(&Arrival) -> bool) -> Outcome<Money> {
    let counted = payment.internal.arrivals.iter().filter(|arrival| counts(arrival));
    Ok(counted.map(|arrival| arrival.amount).try_fold(Money::zero(due.currency()), Money::checked_add)?)
}

/// How many confirmations a transaction of this payment needs; a bank transfer needs none.
fn required(payment: &Payment) -> u32 {
    match (&payment.method, &payment.network) {
        (MethodType::BankTransfer, _) | (_, None) => 0,
        (_, Some(network)) => confirmations_required(network),
    }
}

async fn schedule_block(work: &mut Work<'_>, payment: &Stored<Payment>) -> Outcome<()> {
    let Some(network) = &payment.body.network else { return Ok(()) };
    let due = work.now.plus_secs(block_secs(network));
    jobs::schedule(work, due, JobKind::Block, &payment.body.id, String::new()).await
}
