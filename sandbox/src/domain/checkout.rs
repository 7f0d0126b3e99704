//! Checkout sessions: one order, tried until it is paid.
//!
//! What a session shows of its payment is read from the payment itself, so that the session's version rises only when the session
//! changes.

use super::resources::CheckoutInternal;
use super::{devices, payments};
use crate::gateway::Gateway;
use crate::jobs::{self, JobKind};
use crate::refusal::{Outcome, refuse, refuse_at};
use crate::states::CHECKOUT_SESSION;
use crate::store::objects::{self, Filter, Stored};
use crate::work::Work;
use okpay::advice;
use okpay::api::{
    CheckoutSession, CheckoutStatus, ConfirmCheckoutSession, EventData, EventType, MethodType, NewCheckoutSession, NewPayment, Payment,
    PaymentStatus,
};
use okpay::fees::Bearer;
use okpay::{ErrorCode, Timestamp};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// How much longer a session waits for money that is on its way.
const GRACE_SECS: i64 = 15 * 60;

/// What stands between a session's id and the rest of its client secret.
const SECRET_MARK: &str = "_secret_";

/// Opens a checkout session. Its client secret is in this one answer only.
pub(crate) async fn create(work: &mut Work<'_>, new: NewCheckoutSession, lifetime: i64) -> Outcome<CheckoutSession> {
    let methods = available_methods(&new)?;
    devices::check_payment(work, new.amount).await?;
    let id = work.id("cs_");
    let secret = work.gateway.ids.secret(&format!("{id}{SECRET_MARK}"));
    let expires = work.now.plus_secs(lifetime);
    let body = CheckoutSession {
        status: CheckoutStatus::Open,
        amount: new.amount,
        methods,
        url: page_url(work.gateway, &id),
        client_secret: None,
        payment: None,
        payment_status: None,
        total: None,
        amount_received: None,
        next_action: None,
        decline_code: None,
        success_url: new.success_url,
        cancel_url: new.cancel_url,
        return_url: new.return_url,
        bearer: new.bearer.unwrap_or(Bearer::Merchant),
        coupon: new.coupon,
        description: new.description,
        reference: new.reference,
        metadata: new.metadata,
        idempotency_key: work.idempotency_key(),
        expires,
        created: work.now,
        version: 1,
        livemode: false,
        id,
    };
    let session = work.insert(body, CheckoutInternal { client_secret_hash: hash(&secret) }).await?;
    jobs::schedule(work, expires, JobKind::ExpireCheckout, &session.body.id, expires.millis().to_string()).await?;
    work.emit(EventType::CheckoutSessionCreated, EventData::CheckoutSession(Box::new(session.body.clone()))).await?;
    Ok(CheckoutSession { client_secret: Some(secret), ..session.body })
}

/// The hosted page of a session.
pub(crate) fn page_url(gateway: &Gateway, id: &str) -> String {
    format!("{}/checkout/{id}", gateway.public_url)
}

/// The methods asked for, or all that can pay an order in this currency.
fn available_methods(new: &NewCheckoutSession) -> Outcome<Vec<MethodType>> {
    if new.methods.is_empty() {
        let all = MethodType::KNOWN.iter().filter(|method| payments::check_currency(method, new.amount).is_ok());
        return Ok(all.cloned().collect());
    }
    for (index, method) in new.methods.iter().enumerate() {
        payments::check_currency(method, new.amount).map_err(|refusal| refusal.at(&format!("methods[{index}]")))?;
    }
    Ok(new.methods.clone())
}

/// The session that a client secret belongs to.
///
/// # Errors
/// `client_secret_invalid`.
pub(crate) async fn session_of(gateway: &Gateway, account: &str, secret: &str) -> Outcome<String> {
    let refused = || refuse(ErrorCode::ClientSecretInvalid, "this client secret belongs to no checkout session here");
    let (id, _) = secret.split_once(SECRET_MARK).ok_or_else(refused)?;
    let mut tx = gateway.store.read().await?;
    let session = objects::find::<CheckoutSession>(&mut tx, account, id).await?.ok_or_else(refused)?;
    match bool::from(session.internal.client_secret_hash.as_bytes().ct_eq(hash(secret).as_bytes())) {
        true => Ok(session.body.id),
        false => Err(refused()),
    }
}

fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// A session with what it shows of its last payment.
pub(crate) async fn view(work: &mut Work<'_>, session: CheckoutSession) -> Outcome<CheckoutSession> {
    let Some(Stored { body: payment, internal, .. }) = last_payment(work, &session.id).await? else { return Ok(session) };
    Ok(CheckoutSession {
        payment: Some(payment.id),
        payment_status: Some(payment.status),
        total: internal.gross,
        amount_received: payment.amount_received,
        next_action: payment.next_action,
        decline_code: payment.decline_code,
        ..session
    })
}

/// The same, as a browser sees it: nothing that is only for the merchant. A buyer who bears the fee is told the coupon that lowers it,
/// without which no page could compute what a card costs.
pub(crate) fn for_browser(session: CheckoutSession) -> CheckoutSession {
    // That a card was reported lost or stolen is not told to whoever holds it.
    let decline_code = session.decline_code.as_ref().map(advice::code_for_buyer);
    let coupon = session.coupon.filter(|_| session.bearer == Bearer::Customer);
    CheckoutSession { decline_code, coupon, reference: None, metadata: Default::default(), idempotency_key: None, ..session }
}

/// The payment of the last try.
pub(crate) async fn last_payment(work: &mut Work<'_>, session: &str) -> Outcome<Option<Stored<Payment>>> {
    let filter = Filter { parent: Some(session.to_owned()), limit: 1, ..Filter::default() };
    let account = work.account.clone();
    let (payments, _) = objects::list::<Payment>(&mut work.tx, &account, &filter).await?;
    Ok(payments.into_iter().next())
}

/// Pays a session by the method that the buyer chose; again after a decline.
pub(crate) async fn confirm(work: &mut Work<'_>, id: &str, choice: ConfirmCheckoutSession) -> Outcome<CheckoutSession> {
    let session = work.get::<CheckoutSession>(id).await?;
    check_open(&session, work.now)?;
    if !session.body.methods.contains(&choice.method) {
        return Err(refuse_at(ErrorCode::MethodNotAvailable, "method", format!("this order is not paid by {}", choice.method)));
    }
    if choice.method == MethodType::Card && choice.payment_method.is_none() {
        return Err(refuse_at(ErrorCode::MissingField, "payment_method", "a card needs its token in payment_method"));
    }
    match last_payment(work, id).await? {
        Some(payment) if is_same_try(&payment.body, &choice) => {}
        Some(mut payment) if payment.body.status == PaymentStatus::Failed && payment.body.method == choice.method => {
            payments::confirm(work, &mut payment, choice.payment_method.as_deref(), None).await?;
        }
        Some(mut payment) => {
            give_up(work, &mut payment).await?;
            payments::create(work, new_payment(&session.body, choice), Some(id.to_owned())).await?;
        }
        None => {
            payments::create(work, new_payment(&session.body, choice), Some(id.to_owned())).await?;
        }
    }
    let session = work.get::<CheckoutSession>(id).await?;
    view(work, session.body).await
}

/// Choosing what waits already for its transfer, its transaction or its review changes nothing.
fn is_same_try(payment: &Payment, choice: &ConfirmCheckoutSession) -> bool {
    let same = payment.method == choice.method && (choice.network.is_none() || payment.network == choice.network);
    match payment.status {
        // Another card would be looked at no sooner.
        PaymentStatus::InReview => same,
        PaymentStatus::RequiresAction | PaymentStatus::Processing => same && choice.method != MethodType::Card,
        _ => false,
    }
}

/// Gives up the last try for another way to pay, unless money of it is here or on its way.
async fn give_up(work: &mut Work<'_>, payment: &mut Stored<Payment>) -> Outcome<()> {
    if payment.body.status == PaymentStatus::Processing || !payment.internal.arrivals.is_empty() {
        return Err(refuse(ErrorCode::IllegalState, "money for this order has arrived already: another way to pay would charge it twice"));
    }
    match payments::check(payment, "cancel") {
        Ok(()) => payments::cancel(work, payment, Some("another way to pay was chosen".to_owned())).await,
        Err(_) => Ok(()),
    }
}

fn new_payment(session: &CheckoutSession, choice: ConfirmCheckoutSession) -> NewPayment {
    NewPayment {
        payment_method: choice.payment_method,
        network: choice.network,
        bearer: Some(session.bearer.clone()),
        coupon: session.coupon.clone(),
        return_url: Some(session.return_url.as_ref().unwrap_or(&session.url).clone()),
        description: session.description.clone(),
        reference: session.reference.clone(),
        metadata: session.metadata.clone(),
        ..NewPayment::new(session.amount, choice.method)
    }
}

fn check_open(session: &Stored<CheckoutSession>, now: Timestamp) -> Outcome<()> {
    CHECKOUT_SESSION.step(session.body.status.as_str(), "confirm")?;
    match now < session.body.expires {
        true => Ok(()),
        false => Err(refuse(ErrorCode::Expired, format!("this checkout session could be paid until {}", session.body.expires))),
    }
}

/// The order is paid.
pub(crate) async fn complete(work: &mut Work<'_>, id: &str) -> Outcome<()> {
    let mut session = work.get::<CheckoutSession>(id).await?;
    step(work, &mut session, "complete", EventType::CheckoutSessionCompleted).await
}

/// Closes a session that is still open, and gives up its payment.
pub(crate) async fn expire(work: &mut Work<'_>, id: &str) -> Outcome<CheckoutSession> {
    let mut session = work.get::<CheckoutSession>(id).await?;
    CHECKOUT_SESSION.step(session.body.status.as_str(), "expire")?;
    if let Some(mut payment) = last_payment(work, id).await? {
        give_up(work, &mut payment).await?;
    }
    step(work, &mut session, "expire", EventType::CheckoutSessionExpired).await?;
    view(work, session.body).await
}

/// The same when its time has come. Money that is on its way keeps it open, and so does a payment that somebody looks at.
pub(crate) async fn expire_by_time(work: &mut Work<'_>, id: &str) -> Outcome<()> {
    let session = work.get::<CheckoutSession>(id).await?;
    if session.body.status != CheckoutStatus::Open {
        return Ok(());
    }
    let payment = last_payment(work, id).await?;
    let open = |payment: &Stored<Payment>| {
        let waits = payment.body.status == PaymentStatus::RequiresAction && !payment.internal.arrivals.is_empty();
        matches!(payment.body.status, PaymentStatus::Processing | PaymentStatus::InReview) || waits
    };
    match payment.is_some_and(|payment| open(&payment)) {
        true => jobs::schedule(work, work.now.plus_secs(GRACE_SECS), JobKind::ExpireCheckout, id, String::new()).await,
        false => expire(work, id).await.map(drop),
    }
}

async fn step(work: &mut Work<'_>, session: &mut Stored<CheckoutSession>, event: &str, event_type: EventType) -> Outcome<()> {
    session.body.status = CheckoutStatus::from(CHECKOUT_SESSION.step(session.body.status.as_str(), event)?);
    work.update(session).await?;
    let shown = view(work, session.body.clone()).await?;
    work.emit(event_type, EventData::CheckoutSession(Box::new(shown))).await
}
