//! Refunds: money back, in whole or in part, several times if need be, never more than was captured. The fee stays.

use super::devices;
use super::payments::{self, Change};
use super::resources::Nothing;
use super::settlement::{fx, outside};
use super::steps;
use crate::jobs::{self, JobKind};
use crate::ledger::{self, Transfer, available};
use crate::magic::CardBehaviour;
use crate::refusal::{Outcome, refuse, refuse_at};
use crate::store::objects::Stored;
use crate::work::Work;
use okpay::api::{EventType, MethodType, NewRefund, Payment, PaymentMethod, Refund, RefundStatus};
use okpay::{ErrorCode, Money};

/// How long a refund takes by bank, and otherwise where it is not at once.
const BANK_SECS: i64 = 24 * 60 * 60;
const SLOW_SECS: i64 = 10 * 60;

/// Gives money back.
pub(crate) async fn create(work: &mut Work<'_>, new: NewRefund) -> Outcome<Stored<Refund>> {
    let mut payment = work.get::<Payment>(&new.payment).await.map_err(|refusal| refusal.at("payment"))?;
    payments::check(&payment, "refund")?;
    if payment.body.disputed {
        return Err(refuse(ErrorCode::IllegalState, "this payment is disputed: the buyer's bank has taken it back"));
    }
    let amount = amount_of(&payment, new.amount)?;
    // Before the balance, which is not every device's to know.
    devices::count_refund(work, amount).await?;
    check_balance(work, amount).await?;
    let body = Refund {
        id: work.id("re_"),
        status: RefundStatus::Pending,
        payment: payment.body.id.clone(),
        amount,
        reason: new.reason,
        reference: new.reference,
        metadata: new.metadata,
        idempotency_key: work.idempotency_key(),
        created: work.now,
        version: 1,
        livemode: false,
    };
    let mut refund = steps::begin(work, body, Nothing {}, EventType::RefundCreated).await?;
    let transfer = outgoing(work, &mut payment, &refund)?;
    work.book(transfer).await?;
    payment.body.amount_refunded = payment.body.amount_refunded.checked_add(amount)?;
    payments::change(work, &mut payment, Change { event: "refund", tell: EventType::PaymentRefunded }).await?;
    send(work, &payment, &mut refund).await?;
    Ok(refund)
}

/// What is to be given back: what is asked for, or else all that is left.
fn amount_of(payment: &Stored<Payment>, asked: Option<Money>) -> Outcome<Money> {
    let left = payment.body.amount_captured.checked_sub(payment.body.amount_refunded)?;
    let amount = asked.unwrap_or(left);
    if amount.compare(left).map_err(|error| error.within("amount"))?.is_gt() || !left.is_positive() {
        return Err(refuse_at(ErrorCode::AmountTooLarge, "amount", format!("{left} of this payment can still be given back")));
    }
    Ok(amount)
}

async fn check_balance(work: &mut Work<'_>, amount: Money) -> Outcome<()> {
    let account = available(&work.account);
    let balance = ledger::balance(&mut work.tx, &account, amount.currency()).await?;
    if balance.minor() < amount.minor() {
        return Err(refuse(ErrorCode::InsufficientBalance, format!("the available balance is {balance}")));
    }
    Ok(())
}

/// The way out is the way in. A coin goes back at the rate at which it came, and all refunds together never send more than came.
fn outgoing(work: &Work<'_>, payment: &mut Stored<Payment>, refund: &Stored<Refund>) -> Outcome<Transfer> {
    let transfer = Transfer::new("refund", &refund.body.id, refund.body.reference.clone());
    let (account, amount, to) = (available(&work.account), refund.body.amount, outside(&payment.body));
    match payment.internal.due {
        Some(due) if due.currency() != amount.currency() => {
            let coins = coins_for(payment, due, amount)?;
            Ok(transfer.moving(account, fx(amount), amount).moving(fx(coins), to, coins))
        }
        _ => Ok(transfer.moving(account, to, amount)),
    }
}

fn coins_for(payment: &mut Stored<Payment>, due: Money, amount: Money) -> Outcome<Money> {
    let refunded = i128::from(payment.body.amount_refunded.checked_add(amount)?.minor());
    let gross = payment.internal.gross.unwrap_or(payment.body.amount);
    let so_far = payment.internal.returned.unwrap_or(Money::zero(due.currency()));
    let in_all = Money::from_minor(i128::from(due.minor()) * refunded / i128::from(gross.minor().max(1)), due.currency())?;
    payment.internal.returned = Some(in_all);
    Ok(in_all.checked_sub(so_far)?)
}

/// A card or another wallet gets it at once; other ways take their time, and one magic card refuses it.
async fn send(work: &mut Work<'_>, payment: &Stored<Payment>, refund: &mut Stored<Refund>) -> Outcome<()> {
    let refuses = match &payment.body.payment_method {
        Some(card) => work.get::<PaymentMethod>(&card.id).await?.internal.behaviour == CardBehaviour::RefusesRefunds,
        None => false,
    };
    let (kind, secs) = match payment.body.method {
        _ if refuses => (JobKind::FailRefund, SLOW_SECS),
        MethodType::Card | MethodType::Balance => return settle(work, refund).await,
        MethodType::BankTransfer | MethodType::OnlineBanking => (JobKind::SettleRefund, BANK_SECS),
        _ => (JobKind::SettleRefund, SLOW_SECS),
    };
    jobs::schedule(work, work.now.plus_secs(secs), kind, &refund.body.id, String::new()).await
}

/// The money is where it belongs.
pub(crate) async fn settle(work: &mut Work<'_>, refund: &mut Stored<Refund>) -> Outcome<()> {
    steps::step(work, refund, "settle", EventType::RefundSucceeded).await
}

/// The money came back: into the balance again.
pub(crate) async fn fail(work: &mut Work<'_>, refund: &mut Stored<Refund>) -> Outcome<()> {
    steps::step(work, refund, "fail", EventType::RefundFailed).await?;
    let mut payment = work.get::<Payment>(&refund.body.payment).await?;
    let transfer = Transfer::new("refund_failure", &refund.body.id, refund.body.reference.clone());
    let account = available(&work.account);
    work.book(transfer.moving(outside(&payment.body), account, refund.body.amount)).await?;
    payment.body.amount_refunded = payment.body.amount_refunded.checked_sub(refund.body.amount)?;
    payments::change(work, &mut payment, Change { event: "refund", tell: EventType::PaymentRefunded }).await
}
