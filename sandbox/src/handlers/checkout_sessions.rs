//! `checkout_sessions`: the merchant opens them, and a browser reads and pays one.

use super::{Request, page, payments};
use crate::domain::{arrivals, checkout, fees};
use crate::refusal::{Outcome, refuse};
use crate::store::objects::{self, Filter};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::ErrorCode;
use okpay::api::{
    CheckoutFee, CheckoutFees, CheckoutSession, CheckoutStatus, ConfirmCheckoutSession, ListCheckoutSessions, MethodType, Network,
    NewCheckoutSession,
};
use okpay::fees::{Bearer, QuoteRequest};

pub(super) async fn create(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let new: NewCheckoutSession = request.body()?;
    let lifetime = check(&new)?;
    let session = checkout::create(work, new, lifetime).await?;
    Reply::made(&session.id, &session)
}

/// Refuses what cannot be a session; gives its lifetime in seconds.
pub(crate) fn check(new: &NewCheckoutSession) -> Outcome<i64> {
    validate::positive("amount", new.amount)?;
    for (index, method) in new.methods.iter().enumerate() {
        let known = !matches!(method, MethodType::Unknown { .. }) && !new.methods[..index].contains(method);
        let allowed = MethodType::KNOWN.iter().map(MethodType::as_str).chain(["each once"]).collect::<Vec<_>>();
        validate::known(&format!("methods[{index}]"), known, &allowed)?;
    }
    for (param, url) in [("success_url", &new.success_url), ("cancel_url", &new.cancel_url), ("return_url", &new.return_url)] {
        url.as_deref().map_or(Ok(()), |url| validate::web_url(param, url))?;
    }
    payments::check_bearer(new.bearer.as_ref())?;
    validate::text("coupon", new.coupon.as_deref(), 64)?;
    validate::text("description", new.description.as_deref(), 500)?;
    validate::labels(new.reference.as_deref(), &new.metadata)?;
    arrivals::check_metadata(&new.metadata, None)?;
    validate::within("expires_in", new.expires_in, 300..=86_400, 3600)
}

/// A browser has one session only: that of its client secret.
fn check_session(work: &Work<'_>, id: &str) -> Outcome<()> {
    match &work.caller {
        Some(caller) if caller.is_publishable() && caller.session.as_deref() != Some(id) => {
            let detail = "OKPay-Client-Secret must be the one of this checkout session";
            Err(refuse(ErrorCode::ClientSecretInvalid, detail))
        }
        _ => Ok(()),
    }
}

fn shown(work: &Work<'_>, session: CheckoutSession) -> CheckoutSession {
    if work.is_publishable() { checkout::for_browser(session) } else { session }
}

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    check_session(work, &request.id)?;
    request.nothing()?;
    let session = work.get::<CheckoutSession>(&request.id).await?;
    let session = checkout::view(work, session.body).await?;
    Reply::of(&shown(work, session))
}

pub(super) async fn confirm(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    check_session(work, &request.id)?;
    let choice: ConfirmCheckoutSession = request.body()?;
    payments::check_method(&choice.method, choice.network.as_ref())?;
    let session = checkout::confirm(work, &request.id, choice).await?;
    let payment = session.payment.clone();
    Ok(Reply { object: payment, ..Reply::of(&shown(work, session))? })
}

pub(super) async fn fees(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    check_session(work, &request.id)?;
    request.nothing()?;
    let session = work.get::<CheckoutSession>(&request.id).await?.body;
    Reply::of(&CheckoutFees { data: fees_of(work, &session).await? })
}

/// What each way to pay costs the buyer.
pub(crate) async fn fees_of(work: &mut Work<'_>, session: &CheckoutSession) -> Outcome<Vec<CheckoutFee>> {
    let mut data = Vec::new();
    for method in &session.methods {
        for network in networks(method) {
            data.push(fee(work, session, method, network).await?);
        }
    }
    Ok(data)
}

fn networks(method: &MethodType) -> Vec<Option<Network>> {
    match method {
        MethodType::Usdt => vec![Some(Network::Tron), Some(Network::Ethereum), Some(Network::Bnb)],
        MethodType::Btc => vec![Some(Network::Bitcoin)],
        _ => vec![None],
    }
}

/// What the buyer bears, and no more: the merchant's own fee is none of a browser's business.
async fn fee(work: &mut Work<'_>, session: &CheckoutSession, method: &MethodType, network: Option<Network>) -> Outcome<CheckoutFee> {
    let mut fee = CheckoutFee { method: method.clone(), network: network.clone(), surcharge: None, total: None };
    if session.bearer != Bearer::Customer {
        fee.surcharge = Some(okpay::Money::zero(session.amount.currency()));
        fee.total = Some(session.amount);
        return Ok(fee);
    }
    let mut request = QuoteRequest::new("payment", method.as_str(), session.amount).bearer(Bearer::Customer);
    request.coupon.clone_from(&session.coupon);
    let converts = crate::domain::rates::coin_of(method).is_some_and(|coin| coin != session.amount.currency());
    request.facts.insert("conversion".to_owned(), converts.to_string());
    if let Some(network) = network {
        request.facts.insert("network".to_owned(), network.to_string());
    }
    // Without a quote it depends on the card, or this way is not open.
    if let Ok(quote) = fees::quote(work, request).await {
        fee.surcharge = Some(quote.fee);
        fee.total = Some(quote.gross);
    }
    Ok(fee)
}

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListCheckoutSessions = request.query()?;
    validate::known("status", !matches!(asked.status, Some(CheckoutStatus::Unknown { .. })), &["open", "complete", "expired"])?;
    let filter = Filter {
        status: asked.status.map(|status| status.to_string()),
        reference: asked.reference,
        after: asked.after,
        limit: validate::limit(asked.limit)?,
        parent: None,
    };
    let (sessions, next) = objects::list::<CheckoutSession>(&mut work.tx, &work.account, &filter).await?;
    let mut data = Vec::new();
    for session in sessions {
        data.push(checkout::view(work, session.body).await?);
    }
    page(data, next)
}

pub(super) async fn expire(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&checkout::expire(work, &request.id).await?)
}
