//! Disputes: the buyer's bank takes a payment back, hears the merchant, and decides. `crate::states::DISPUTE` has the order.

use super::payments::{self, Change};
use super::resources::Nothing;
use super::settlement::{outside, take_fee};
use super::{fees, steps};
use crate::jobs::{self, JobKind};
use crate::ledger::{Transfer, available};
use crate::magic::{CardBehaviour, EVIDENCE_LOSES};
use crate::refusal::{Outcome, refuse};
use crate::store::objects::Stored;
use crate::work::Work;
use okpay::ErrorCode;
use okpay::api::{Dispute, DisputeReason, DisputeStatus, EventType, Payment, PaymentMethod, SubmitEvidence};
use okpay::fees::{Quote, QuoteRequest};
use std::collections::BTreeMap;

const DAY: i64 = 24 * 60 * 60;

/// The magic card's bank waits a day; then the merchant has a week to answer, and the bank three days to decide.
const DISPUTE_SECS: i64 = DAY;
const EVIDENCE_SECS: i64 = 7 * DAY;
const REVIEW_SECS: i64 = 3 * DAY;

/// What is taken back while nobody has decided.
const HELD: &str = "okpay:disputed";

/// Puts a dispute down for tomorrow, where the payment's card is one that disputes.
pub(crate) async fn schedule(work: &mut Work<'_>, payment: &Payment) -> Outcome<()> {
    match magic_reason(work, payment).await? {
        Some(_) => jobs::schedule(work, work.now.plus_secs(DISPUTE_SECS), JobKind::Dispute, &payment.id, String::new()).await,
        None => Ok(()),
    }
}

async fn magic_reason(work: &mut Work<'_>, payment: &Payment) -> Outcome<Option<DisputeReason>> {
    let Some(card) = &payment.payment_method else { return Ok(None) };
    Ok(match work.get::<PaymentMethod>(&card.id).await?.internal.behaviour {
        CardBehaviour::Disputes => Some(DisputeReason::Fraudulent),
        CardBehaviour::DisputesDelivery => Some(DisputeReason::ProductNotReceived),
        _ => None,
    })
}

/// Takes back what is left of a payment, and the fee of the dispute; the balance may fall below zero.
pub(crate) async fn open(work: &mut Work<'_>, payment: &mut Stored<Payment>) -> Outcome<Stored<Dispute>> {
    payments::check(payment, "dispute")?;
    if payment.body.disputed {
        return Err(refuse(ErrorCode::IllegalState, "this payment is disputed already"));
    }
    let amount = payment.body.amount_captured.checked_sub(payment.body.amount_refunded)?;
    if !amount.is_positive() {
        return Err(refuse(ErrorCode::IllegalState, "nothing is left of this payment that could be taken back"));
    }
    payment.body.disputed = true;
    payments::change(work, payment, Change { event: "dispute", tell: EventType::PaymentDisputed }).await?;
    let body = Dispute {
        id: work.id("dp_"),
        status: DisputeStatus::NeedsResponse,
        payment: payment.body.id.clone(),
        amount,
        reason: magic_reason(work, &payment.body).await?.unwrap_or(DisputeReason::General),
        fee: fee(work, &payment.body, amount)?,
        evidence_due: work.now.plus_secs(EVIDENCE_SECS),
        evidence: None,
        closed: None,
        reference: payment.body.reference.clone(),
        created: work.now,
        version: 1,
        livemode: false,
    };
    let due = body.evidence_due;
    let dispute = steps::begin(work, body, Nothing {}, EventType::DisputeOpened).await?;
    let account = available(&work.account);
    work.book(transfer("dispute", &dispute.body).moving(account.clone(), HELD, amount)).await?;
    if let Some(fee) = &dispute.body.fee {
        work.book(take_fee(transfer("fee", &dispute.body), fee, &account)?).await?;
    }
    jobs::schedule(work, due, JobKind::DisputeUnanswered, &dispute.body.id, String::new()).await?;
    Ok(dispute)
}

/// The fee of a dispute, where the schedule has one for the payment's method and currency.
fn fee(work: &Work<'_>, payment: &Payment, amount: okpay::Money) -> Outcome<Option<Quote>> {
    let facts: BTreeMap<_, _> = payment.payment_method.as_ref().map(fees::card_facts).into_iter().flatten().collect();
    let request = QuoteRequest::new("dispute", payment.method.as_str(), amount).facts(facts);
    match work.gateway.schedules.current(work.now).quote(&request, work.now) {
        Ok(quote) => Ok(Some(quote)),
        Err(error) if *error.code() == ErrorCode::NoMatchingRule => Ok(None),
        Err(error) => Err(fees::as_field(error)),
    }
}

fn transfer(kind: &'static str, dispute: &Dispute) -> Transfer {
    Transfer::new(kind, &dispute.id, dispute.reference.clone())
}

/// Takes the evidence, of which there is one chance; then the bank decides.
pub(crate) async fn submit_evidence(work: &mut Work<'_>, dispute: &mut Stored<Dispute>, evidence: SubmitEvidence) -> Outcome<()> {
    steps::check(dispute, "submit")?;
    if work.now >= dispute.body.evidence_due {
        return Err(refuse(ErrorCode::Expired, format!("this dispute could be answered until {}", dispute.body.evidence_due)));
    }
    dispute.body.evidence = Some(evidence.into());
    jobs::schedule(work, work.now.plus_secs(REVIEW_SECS), JobKind::DisputeDecided, &dispute.body.id, String::new()).await?;
    steps::step(work, dispute, "submit", EventType::DisputeEvidenceSubmitted).await
}

/// The bank has looked at the evidence: it convinces, unless it is the magic one that does not.
pub(crate) async fn decide(work: &mut Work<'_>, dispute: &mut Stored<Dispute>) -> Outcome<()> {
    let convinces = dispute.body.evidence.as_ref().is_some_and(|evidence| evidence.explanation != EVIDENCE_LOSES.0);
    end(work, dispute, convinces).await
}

/// What the buyer's bank decided on the evidence.
pub(crate) async fn end(work: &mut Work<'_>, dispute: &mut Stored<Dispute>, won: bool) -> Outcome<()> {
    steps::check(dispute, "win")?;
    match won {
        true => win(work, dispute).await,
        false => lose(work, dispute, "lose", EventType::DisputeLost).await,
    }
}

/// Nothing was said in time.
pub(crate) async fn run_out(work: &mut Work<'_>, dispute: &mut Stored<Dispute>) -> Outcome<()> {
    match dispute.body.status {
        DisputeStatus::NeedsResponse => lose(work, dispute, "run_out", EventType::DisputeLost).await,
        _ => Ok(()),
    }
}

/// Lets the buyer keep the money.
pub(crate) async fn accept(work: &mut Work<'_>, dispute: &mut Stored<Dispute>) -> Outcome<()> {
    lose(work, dispute, "accept", EventType::DisputeAccepted).await
}

/// What was held goes to the buyer; the fee stays.
async fn lose(work: &mut Work<'_>, dispute: &mut Stored<Dispute>, event: &str, tell: EventType) -> Outcome<()> {
    steps::check(dispute, event)?;
    let payment = work.get::<Payment>(&dispute.body.payment).await?;
    work.book(transfer("dispute_loss", &dispute.body).moving(HELD, outside(&payment.body), dispute.body.amount)).await?;
    dispute.body.closed = Some(work.now);
    steps::step(work, dispute, event, tell).await
}

/// What was held comes back, with the fee, and the payment is as it was.
async fn win(work: &mut Work<'_>, dispute: &mut Stored<Dispute>) -> Outcome<()> {
    let account = available(&work.account);
    work.book(transfer("dispute_return", &dispute.body).moving(HELD, account.clone(), dispute.body.amount)).await?;
    if let Some(fee) = &dispute.body.fee {
        work.book(take_fee(transfer("fee_return", &dispute.body), fee, &account)?.reversed()).await?;
    }
    dispute.body.closed = Some(work.now);
    steps::step(work, dispute, "win", EventType::DisputeWon).await?;
    let mut payment = work.get::<Payment>(&dispute.body.payment).await?;
    payment.body.disputed = false;
    payments::change(work, &mut payment, Change { event: "dispute", tell: EventType::PaymentDisputeWon }).await
}
