//! A payment's life: made, confirmed, captured, canceled, expired. `crate::states::PAYMENT` says which step may follow which.

use super::resources::PaymentInternal;
use super::{cards, coupons, devices, disputes, fees, instructions, rates, redirects, risk, settlement, steps};
use crate::jobs::{self, JobKind};
use crate::magic::{METADATA_KEY, MagicReview, REVIEWS};
use crate::refusal::{Outcome, refuse_at};
use crate::store::objects::Stored;
use crate::work::Work;
use okpay::api::{
    CaptureMode, EventType, MethodType, Network, NewPayment, Payment, PaymentMethod, PaymentStatus, RiskOperation, RiskOutcome,
};
use okpay::fees::Bearer;
use okpay::{DeclineCode, ErrorCode, Money, Timestamp};

/// How long a payment is held for a review. Nobody waits longer at a checkout, and what nobody has looked at is not charged.
const REVIEW_SECS: i64 = 60 * 60;

/// How long a magic review takes.
const MAGIC_SECS: i64 = 60;

/// A step of a payment: the move in its state machine, and the event by which the merchant hears of it.
pub(crate) struct Change {
    pub(crate) event: &'static str,
    pub(crate) tell: EventType,
}

/// Refuses what the payment's state does not allow.
pub(crate) fn check(payment: &Stored<Payment>, event: &str) -> Outcome<()> {
    steps::check(payment, event)
}

/// Takes a step: the new state, the next version, and exactly one event for it.
pub(crate) async fn change(work: &mut Work<'_>, payment: &mut Stored<Payment>, change: Change) -> Outcome<()> {
    steps::step(work, payment, change.event, change.tell).await
}

/// Makes a payment; confirms it unless told otherwise.
pub(crate) async fn create(work: &mut Work<'_>, new: NewPayment, checkout_session: Option<String>) -> Outcome<Stored<Payment>> {
    let confirm = new.confirm.unwrap_or(true);
    if confirm && new.method == MethodType::Card && new.payment_method.is_none() {
        return Err(refuse_at(ErrorCode::MissingField, "payment_method", "a card payment that is confirmed at once needs payment_method"));
    }
    check_currency(&new.method, new.amount)?;
    devices::check_payment(work, new.amount).await?;
    coupons::check(work, new.coupon.as_deref()).await?;
    let card = match &new.payment_method {
        Some(id) => Some(find_card(work, id).await?),
        None => None,
    };
    let mut internal = internal(work, &new).await?;
    let mut body = blank(work, new, card);
    body.checkout_session = checkout_session;
    body.fee = fees::of_payment(work.gateway, &body, &internal, body.amount)?;
    let asked = risk::Asked { operation: RiskOperation::Payment, amount: body.amount, id: &body.id, destination_since: None };
    if magic_review(&body).is_some() {
        risk::force_next(work, &RiskOutcome::Review).await?;
    }
    internal.held = risk::screen(work, asked).await?;
    let mut payment = steps::begin(work, body, internal, EventType::PaymentCreated).await?;
    coupons::count(work, &payment.body).await?;
    if confirm {
        proceed(work, &mut payment).await?;
    }
    Ok(payment)
}

async fn internal(work: &mut Work<'_>, new: &NewPayment) -> Outcome<PaymentInternal> {
    let account = work.account.clone();
    Ok(PaymentInternal {
        return_url: new.return_url.clone(),
        bearer_is_customer: new.bearer == Some(Bearer::Customer),
        monthly_volume: Some(fees::monthly_volume(&mut work.tx, &account, new.amount.currency(), work.now).await?),
        schedule_version: work.gateway.schedules.current(work.now).version().to_owned(),
        ..PaymentInternal::default()
    })
}

fn blank(work: &Work<'_>, new: NewPayment, card: Option<PaymentMethod>) -> Payment {
    let zero = Money::zero(new.amount.currency());
    let network = match new.method {
        MethodType::Btc => Some(Network::Bitcoin),
        _ => new.network,
    };
    Payment {
        id: work.id("pay_"),
        status: PaymentStatus::RequiresConfirmation,
        amount: new.amount,
        amount_captured: zero,
        amount_refunded: zero,
        method: new.method,
        payment_method: card,
        payer: None,
        network,
        capture_mode: new.capture_mode.unwrap_or(CaptureMode::Automatic),
        fee: None,
        next_action: None,
        amount_received: None,
        decline_code: None,
        disputed: false,
        coupon: new.coupon,
        checkout_session: None,
        description: new.description,
        reference: new.reference,
        metadata: new.metadata,
        idempotency_key: work.idempotency_key(),
        expires: None,
        created: work.now,
        version: 1,
        livemode: false,
    }
}

/// Confirms a payment that was made without, or tries again after a decline.
pub(crate) async fn confirm(
    work: &mut Work<'_>,
    payment: &mut Stored<Payment>,
    payment_method: Option<&str>,
    return_url: Option<String>,
) -> Outcome<()> {
    check(payment, "confirm")?;
    devices::check_payment(work, payment.body.amount).await?;
    if let Some(id) = payment_method {
        if payment.body.method != MethodType::Card {
            return Err(refuse_at(ErrorCode::InvalidField, "payment_method", "only a card payment has a payment method"));
        }
        payment.body.payment_method = Some(find_card(work, id).await?);
    }
    if payment.body.method == MethodType::Card && payment.body.payment_method.is_none() {
        return Err(refuse_at(ErrorCode::MissingField, "payment_method", "this payment has no card yet"));
    }
    payment.internal.return_url = return_url.or(payment.internal.return_url.take());
    payment.body.fee = fees::of_payment(work.gateway, &payment.body, &payment.internal, payment.body.amount)?;
    proceed(work, payment).await
}

/// From a payment that has all it needs to a review, if a risk rule holds it, else to what its method does next.
async fn proceed(work: &mut Work<'_>, payment: &mut Stored<Payment>) -> Outcome<()> {
    payment.body.decline_code = None;
    payment.internal.gross = Some(payment.body.fee.as_ref().map_or(payment.body.amount, |fee| fee.gross));
    if payment.internal.held {
        return hold(work, payment).await;
    }
    charge(work, payment).await
}

async fn hold(work: &mut Work<'_>, payment: &mut Stored<Payment>) -> Outcome<()> {
    expire_in(work, payment, REVIEW_SECS).await?;
    if let Some(magic) = magic_review(&payment.body) {
        let kind = if magic.approve { JobKind::ReleasePayment } else { JobKind::RefusePayment };
        jobs::schedule(work, work.now.plus_secs(MAGIC_SECS), kind, &payment.body.id, String::new()).await?;
    }
    change(work, payment, Change { event: "review", tell: EventType::PaymentInReview }).await
}

fn magic_review(payment: &Payment) -> Option<&'static MagicReview> {
    let value = payment.metadata.get(METADATA_KEY)?;
    REVIEWS.iter().find(|magic| magic.value == value)
}

/// What whoever looked at a payment decided: it goes on by its method, or fails. One that is refused and confirmed again is looked at again.
pub(crate) async fn review(work: &mut Work<'_>, payment: &mut Stored<Payment>, approve: bool) -> Outcome<()> {
    check(payment, "release")?;
    match approve {
        true => {
            payment.internal.held = false;
            payment.body.expires = None;
            charge(work, payment).await
        }
        false => cards::decline(work, payment, DeclineCode::ReviewRejected).await,
    }
}

async fn charge(work: &mut Work<'_>, payment: &mut Stored<Payment>) -> Outcome<()> {
    match payment.body.method {
        MethodType::Card => cards::charge(work, payment, false).await,
        MethodType::OnlineBanking | MethodType::Balance => redirects::ask(work, payment).await,
        _ => instructions::ask(work, payment).await,
    }
}

/// Takes the money of an authorized payment, or a part of it; what is left is released.
pub(crate) async fn capture(work: &mut Work<'_>, payment: &mut Stored<Payment>, amount: Option<Money>) -> Outcome<()> {
    check(payment, "capture")?;
    let amount = amount.unwrap_or(payment.body.amount);
    if amount.compare(payment.body.amount).map_err(|error| error.within("amount"))?.is_gt() {
        let detail = format!("{} was authorized", payment.body.amount);
        return Err(refuse_at(ErrorCode::AmountTooLarge, "amount", detail));
    }
    devices::check_payment(work, amount).await?;
    settlement::release(work, payment).await?;
    settlement::pay(work, payment, amount, "capture").await?;
    disputes::schedule(work, &payment.body).await
}

/// Gives up a payment that is not paid yet.
pub(crate) async fn cancel(work: &mut Work<'_>, payment: &mut Stored<Payment>, reason: Option<String>) -> Outcome<()> {
    check(payment, "cancel")?;
    payment.internal.cancel_reason = reason;
    wind_up(work, payment).await?;
    change(work, payment, Change { event: "cancel", tell: EventType::PaymentCanceled }).await
}

/// Ends a payment whose time has come, if that is still the time that was set.
pub(crate) async fn expire(work: &mut Work<'_>, payment: &mut Stored<Payment>, set: Timestamp) -> Outcome<()> {
    if payment.body.expires != Some(set) || check(payment, "expire").is_err() {
        return Ok(());
    }
    if matches!(payment.body.status, PaymentStatus::RequiresAction | PaymentStatus::InReview) {
        payment.body.decline_code = Some(DeclineCode::PaymentExpired);
    }
    wind_up(work, payment).await?;
    change(work, payment, Change { event: "expire", tell: EventType::PaymentExpired }).await
}

/// Lets go of what is held, for a payment that ends unpaid.
async fn wind_up(work: &mut Work<'_>, payment: &mut Stored<Payment>) -> Outcome<()> {
    if payment.body.status == PaymentStatus::Authorized {
        settlement::release(work, payment).await?;
    }
    settlement::give_up_received(work, payment).await?;
    coupons::give_back(work, &payment.body.id).await?;
    payment.internal.acs_token = None;
    payment.body.next_action = None;
    payment.body.expires = None;
    Ok(())
}

/// Sets the time at which the payment ends unless it is paid.
pub(crate) async fn expire_in(work: &mut Work<'_>, payment: &mut Stored<Payment>, secs: i64) -> Outcome<()> {
    let expires = work.now.plus_secs(secs);
    payment.body.expires = Some(expires);
    jobs::schedule(work, expires, JobKind::ExpirePayment, &payment.body.id, expires.millis().to_string()).await
}

pub(super) async fn find_card(work: &mut Work<'_>, id: &str) -> Outcome<PaymentMethod> {
    Ok(work.get::<PaymentMethod>(id).await.map_err(|refusal| refusal.at("payment_method"))?.body)
}

/// Whether an order in this currency can be paid by this method at all.
pub(crate) fn check_currency(method: &MethodType, amount: Money) -> Outcome<()> {
    match rates::coin_of(method) {
        Some(coin) => rates::convert(amount, coin).map(drop),
        None if amount.currency().is_crypto() => {
            let detail = format!("an order in {} is paid in {}", amount.currency(), amount.currency());
            Err(refuse_at(ErrorCode::MethodNotAvailable, "method", detail))
        }
        None => Ok(()),
    }
}
