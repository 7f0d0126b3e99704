//! What is booked when a payment is held, arrives, is paid, or is given up.

use super::payments::{self, Change};
use super::{checkout, fees, points, rates};
use crate::ledger::{Transfer, available, pending};
use crate::refusal::{Outcome, Refusal};
use crate::store::objects::Stored;
use crate::work::Work;
use okpay::Money;
use okpay::api::{EventType, MethodType, Payment, PaymentStatus};
use okpay::fees::{LineKind, Quote};

/// How long a card holds an amount.
const HOLD_SECS: i64 = 7 * 24 * 60 * 60;

const HELD: &str = "okpay:held";
const RECEIVED: &str = "okpay:received";
/// The wallets of all buyers.
const BUYERS: &str = "account:buyers";
pub(crate) const UNMATCHED: &str = "okpay:unmatched";

/// Where money of a payment comes from and goes back to.
pub(crate) fn outside(payment: &Payment) -> String {
    match (&payment.network, rates::coin_of(&payment.method)) {
        (Some(network), Some(_)) => format!("chain:{network}"),
        _ if payment.payment_method.is_some() => "acquirer:card".to_owned(),
        _ if payment.method == MethodType::Balance => BUYERS.to_owned(),
        _ => "bank:incoming".to_owned(),
    }
}

fn transfer(kind: &'static str, payment: &Stored<Payment>) -> Transfer {
    Transfer::new(kind, &payment.body.id, payment.body.reference.clone())
}

fn gross(payment: &Stored<Payment>) -> Money {
    payment.internal.gross.unwrap_or(payment.body.amount)
}

/// The card holds the amount until it is captured.
pub(crate) async fn hold_card(work: &mut Work<'_>, payment: &mut Stored<Payment>) -> Outcome<()> {
    hold(work, payment).await?;
    payment.body.next_action = None;
    payments::expire_in(work, payment, HOLD_SECS).await?;
    payments::change(work, payment, Change { event: "hold", tell: EventType::PaymentAuthorized }).await
}

/// Shows the amount as pending.
pub(crate) async fn hold(work: &mut Work<'_>, payment: &Stored<Payment>) -> Outcome<()> {
    let account = pending(&work.account);
    work.book(transfer("hold", payment).moving(HELD, account, gross(payment))).await
}

/// Takes the pending amount back.
pub(crate) async fn release(work: &mut Work<'_>, payment: &Stored<Payment>) -> Outcome<()> {
    let account = pending(&work.account);
    work.book(transfer("release", payment).moving(account, HELD, gross(payment))).await
}

/// Books what arrived and is confirmed: for the payment while it is open, else to be given back.
pub(crate) async fn book_arrivals(work: &mut Work<'_>, payment: &mut Stored<Payment>, required: u32) -> Outcome<()> {
    let open = matches!(payment.body.status, PaymentStatus::RequiresAction | PaymentStatus::Processing);
    let to = if open { RECEIVED } else { UNMATCHED };
    let from = outside(&payment.body);
    for index in 0..payment.internal.arrivals.len() {
        let arrival = &mut payment.internal.arrivals[index];
        if arrival.confirmations >= required && !arrival.booked {
            arrival.booked = true;
            let amount = arrival.amount;
            work.book(transfer("receipt", payment).moving(from.clone(), to, amount)).await?;
        }
    }
    Ok(())
}

/// What arrived for a payment that ends unpaid is held for the payer.
pub(crate) async fn give_up_received(work: &mut Work<'_>, payment: &Stored<Payment>) -> Outcome<()> {
    match booked(payment)? {
        Some(received) => work.book(transfer("give_up", payment).moving(RECEIVED, UNMATCHED, received)).await,
        None => Ok(()),
    }
}

fn booked(payment: &Stored<Payment>) -> Outcome<Option<Money>> {
    let Some(due) = payment.internal.due else { return Ok(None) };
    let booked = payment.internal.arrivals.iter().filter(|arrival| arrival.booked);
    Ok(Some(booked.map(|arrival| arrival.amount).try_fold(Money::zero(due.currency()), Money::checked_add)?))
}

/// Pays the merchant what was taken, takes the fee, and ends the checkout session if there is one.
pub(crate) async fn pay(work: &mut Work<'_>, payment: &mut Stored<Payment>, captured: Money, event: &'static str) -> Outcome<()> {
    let quote = fees::of_payment(work.gateway, &payment.body, &payment.internal, captured)?;
    let quote = quote.ok_or_else(|| Refusal::Internal("a payment without a fee was paid".to_owned()))?;
    let account = available(&work.account);
    work.book(income(payment, &quote, &account)?).await?;
    work.book(fee(payment, &quote, &account)?).await?;
    payment.body.amount_captured = captured;
    payment.body.fee = Some(quote);
    payment.body.next_action = None;
    payment.body.expires = None;
    payments::change(work, payment, Change { event, tell: EventType::PaymentSucceeded }).await?;
    points::earn(work, &payment.body).await?;
    match payment.body.checkout_session.clone() {
        Some(session) => checkout::complete(work, &session).await,
        None => Ok(()),
    }
}

/// The money of a payment, from where it is to the merchant. A coin crosses through the position in each currency.
fn income(payment: &Stored<Payment>, quote: &Quote, account: &str) -> Outcome<Transfer> {
    let transfer = transfer("payment", payment);
    let (Some(due), Some(received)) = (payment.internal.due, booked(payment)?) else {
        return Ok(transfer.moving(outside(&payment.body), account, quote.gross));
    };
    let surplus = received.checked_sub(due)?;
    let transfer = transfer.moving(RECEIVED, UNMATCHED, surplus);
    Ok(match due.currency() == quote.gross.currency() {
        true => transfer.moving(RECEIVED, account, due),
        false => {
            let (coin, fiat) = (fx(due), fx(quote.gross));
            transfer.moving(RECEIVED, coin, due).moving(fiat, account, quote.gross)
        }
    })
}

/// The position through which a coin becomes the order's currency.
pub(crate) fn fx(amount: Money) -> String {
    format!("fx:{}", amount.currency())
}

fn fee(payment: &Stored<Payment>, quote: &Quote, account: &str) -> Outcome<Transfer> {
    take_fee(transfer("fee", payment), quote, account)
}

/// What OKPay takes of a quote, from an account.
pub(crate) fn take_fee(transfer: Transfer, quote: &Quote, account: &str) -> Outcome<Transfer> {
    let sum = |kind: LineKind| {
        let lines = quote.lines.iter().filter(|line| line.kind == kind).map(|line| line.amount);
        lines.into_iter().try_fold(Money::zero(quote.fee.currency()), Money::checked_add)
    };
    let (tax, network) = (sum(LineKind::Tax)?, sum(LineKind::NetworkFee)?);
    let own = quote.fee.checked_sub(tax)?.checked_sub(network)?;
    let transfer = transfer.moving(account, "okpay:fees", own).moving(account, "okpay:tax", tax);
    Ok(transfer.moving(account, "okpay:network_fees", network))
}
