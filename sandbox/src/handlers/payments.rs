//! `payments`.

use super::{Request, page, refusal_reply};
use crate::domain::{arrivals, payments};
use crate::refusal::{Outcome, refuse_at};
use crate::store::objects::{self, Filter, Stored};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::api::{
    CancelPayment, CaptureMode, CapturePayment, ConfirmPayment, ListPayments, MethodType, Network, NewPayment, Payment, PaymentStatus,
};
use okpay::fees::Bearer;
use okpay::{ErrorCode, Failure};

pub(super) async fn create(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let new: NewPayment = request.body()?;
    check(&new)?;
    let payment = payments::create(work, new, None).await?;
    reply(work, &payment)
}

/// Refuses what cannot be a payment.
pub(crate) fn check(new: &NewPayment) -> Outcome<()> {
    validate::positive("amount", new.amount)?;
    check_method(&new.method, new.network.as_ref())?;
    if new.payment_method.is_some() && new.method != MethodType::Card {
        return Err(refuse_at(ErrorCode::InvalidField, "payment_method", "only a card payment has a payment method"));
    }
    check_capture(new)?;
    check_bearer(new.bearer.as_ref())?;
    validate::text("coupon", new.coupon.as_deref(), 64)?;
    validate::text("description", new.description.as_deref(), 500)?;
    validate::labels(new.reference.as_deref(), &new.metadata)?;
    arrivals::check_metadata(&new.metadata, Some(&new.method))?;
    new.return_url.as_deref().map_or(Ok(()), |url| validate::web_url("return_url", url))
}

/// A method that exists, on a network that carries it.
pub(crate) fn check_method(method: &MethodType, network: Option<&Network>) -> Outcome<()> {
    validate::known(
        "method",
        !matches!(method, MethodType::Unknown { .. }),
        &MethodType::KNOWN.iter().map(MethodType::as_str).collect::<Vec<_>>(),
    )?;
    match (method, network) {
        (MethodType::Usdt, None) => Err(refuse_at(ErrorCode::MissingField, "network", "usdt needs a network: tron, ethereum or bnb")),
        (MethodType::Usdt, Some(network)) => {
            let carries = matches!(network, Network::Tron | Network::Ethereum | Network::Bnb);
            validate::known("network", carries, &["tron", "ethereum", "bnb"])
        }
        (MethodType::Btc, Some(network)) => validate::known("network", *network == Network::Bitcoin, &["bitcoin"]),
        (_, None) => Ok(()),
        (_, Some(_)) => Err(refuse_at(ErrorCode::InvalidField, "network", format!("{method} has no network"))),
    }
}

fn check_capture(new: &NewPayment) -> Outcome<()> {
    let Some(mode) = &new.capture_mode else { return Ok(()) };
    validate::known("capture_mode", !matches!(mode, CaptureMode::Unknown { .. }), &["automatic", "manual"])?;
    match *mode == CaptureMode::Manual && new.method != MethodType::Card {
        true => Err(refuse_at(ErrorCode::InvalidField, "capture_mode", "only a card holds an amount to be captured later")),
        false => Ok(()),
    }
}

pub(super) fn check_bearer(bearer: Option<&Bearer>) -> Outcome<()> {
    validate::known("bearer", !matches!(bearer, Some(Bearer::Unknown { .. })), &["merchant", "customer"])
}

/// A payment as it is; a declined one as the refusal that it is, which names the payment so that it can be tried again.
fn reply(work: &Work<'_>, payment: &Stored<Payment>) -> Outcome<Reply> {
    let payment = &payment.body;
    let made = Reply::made(&payment.id, payment)?;
    if payment.status != PaymentStatus::Failed {
        return Ok(made);
    }
    let detail = format!("payment {} was declined; try again with payments.confirm and another card", payment.id);
    let failure = Failure {
        decline_code: payment.decline_code.clone(),
        object: Some(payment.id.clone()),
        ..Failure::new(ErrorCode::PaymentDeclined, detail)
    };
    let refusal = refusal_reply(work, &failure)?;
    Ok(Reply { object: made.object, ..refusal })
}

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&work.get::<Payment>(&request.id).await?.body)
}

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListPayments = request.query()?;
    let known = !matches!(asked.status, Some(PaymentStatus::Unknown { .. }));
    validate::known("status", known, &PaymentStatus::KNOWN.iter().map(PaymentStatus::as_str).collect::<Vec<_>>())?;
    let filter = Filter {
        status: asked.status.map(|status| status.to_string()),
        reference: asked.reference,
        after: asked.after,
        limit: validate::limit(asked.limit)?,
        parent: None,
    };
    let (payments, next) = objects::list::<Payment>(&mut work.tx, &work.account, &filter).await?;
    page(payments.into_iter().map(|payment| payment.body).collect(), next)
}

pub(super) async fn confirm(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ConfirmPayment = request.body()?;
    if let Some(url) = &asked.return_url {
        validate::web_url("return_url", url)?;
    }
    let mut payment = work.get::<Payment>(&request.id).await?;
    payments::confirm(work, &mut payment, asked.payment_method.as_deref(), asked.return_url).await?;
    reply(work, &payment)
}

pub(super) async fn capture(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: CapturePayment = request.body()?;
    if let Some(amount) = asked.amount {
        validate::positive("amount", amount)?;
    }
    let mut payment = work.get::<Payment>(&request.id).await?;
    payments::capture(work, &mut payment, asked.amount).await?;
    reply(work, &payment)
}

pub(super) async fn cancel(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: CancelPayment = request.body()?;
    validate::text("reason", asked.reason.as_deref(), 500)?;
    let mut payment = work.get::<Payment>(&request.id).await?;
    payments::cancel(work, &mut payment, asked.reason).await?;
    reply(work, &payment)
}
