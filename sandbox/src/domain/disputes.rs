//! Disputes: the buyer's bank takes a payment back.

use super::payments::{self, Change};
use super::settlement::outside;
use crate::jobs::{self, JobKind};
use crate::ledger::{Transfer, available};
use crate::refusal::{Outcome, refuse};
use crate::store::objects::Stored;
use crate::work::Work;
use okpay::ErrorCode;
use okpay::api::{EventType, Payment};

/// The magic card's bank waits a day.
const DISPUTE_SECS: i64 = 24 * 60 * 60;

/// Puts a dispute down for tomorrow.
pub(crate) async fn schedule(work: &mut Work<'_>, payment: &str) -> Outcome<()> {
    jobs::schedule(work, work.now.plus_secs(DISPUTE_SECS), JobKind::Dispute, payment, String::new()).await
}

/// Takes back what is left of a payment; the balance may fall below zero.
pub(crate) async fn dispute(work: &mut Work<'_>, payment: &mut Stored<Payment>) -> Outcome<()> {
    payments::check(payment, "dispute")?;
    if payment.body.disputed {
        return Err(refuse(ErrorCode::IllegalState, "this payment is disputed already"));
    }
    let left = payment.body.amount_captured.checked_sub(payment.body.amount_refunded)?;
    let transfer = Transfer::new("dispute", &payment.body.id, payment.body.reference.clone());
    let account = available(&work.account);
    work.book(transfer.moving(account, outside(&payment.body), left)).await?;
    payment.body.disputed = true;
    payments::change(work, payment, Change { event: "dispute", tell: EventType::PaymentDisputed }).await
}
