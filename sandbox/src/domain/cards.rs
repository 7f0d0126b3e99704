//! Cards: what a number says, charging, 3-D Secure. A number is read, judged and dropped; only what the token shows is kept.

use super::payments::{self, Change};
use super::resources::PaymentMethodInternal;
use super::{approvals, disputes, settlement};
use crate::magic::{CARDS, CardBehaviour, MagicCard};
use crate::refusal::{Outcome, Refusal, refuse_at};
use crate::store::objects::Stored;
use crate::validate;
use crate::work::Work;
use okpay::api::{CaptureMode, CardFunding, CardRegion, EventType, MethodType, NewPaymentMethod, Payment, PaymentMethod};
use okpay::checks;
use okpay::{DeclineCode, ErrorCode, OkpayError};

/// How long somebody has to approve, for 3-D Secure or at another wallet.
pub(crate) const AUTHENTICATION_SECS: i64 = 15 * 60;

/// Keeps a card as a payment method.
pub(crate) async fn keep(work: &mut Work<'_>, new: NewPaymentMethod) -> Outcome<Stored<PaymentMethod>> {
    validate::labels(new.reference.as_deref(), &new.metadata)?;
    let check = checks::card(&new.card, work.now).map_err(refused)?;
    // Out of here only what the token shows.
    let digits = check.number.replace(' ', "");
    let (Some(brand), Some(last4)) = (check.brand, check.last4) else {
        return Err(Refusal::Internal("a card passed without a brand".to_owned()));
    };
    validate::text("card.holder", new.card.holder.as_deref(), 100)?;
    let magic = CARDS.iter().find(|card| card.number == digits);
    let internal = PaymentMethodInternal { behaviour: magic.map_or(CardBehaviour::Pays, |card| card.behaviour.clone()) };
    let id = work.id("pm_");
    let body = PaymentMethod {
        id,
        method_type: MethodType::Card,
        brand,
        last4,
        exp_month: new.card.exp_month,
        exp_year: new.card.exp_year,
        region: region(magic),
        funding: if magic.is_some_and(|card| card.debit) { CardFunding::Debit } else { CardFunding::Credit },
        reference: new.reference,
        metadata: new.metadata,
        created: work.now,
        version: 1,
        livemode: false,
    };
    work.insert(body, internal).await
}

fn region(magic: Option<&MagicCard>) -> CardRegion {
    if magic.is_some_and(|card| card.international) { CardRegion::International } else { CardRegion::Domestic }
}

/// What core says of a card, as the gateway says it. The number itself never goes into an answer or a log.
fn refused(error: OkpayError) -> Refusal {
    let failure = error.failure();
    let field = failure.param.as_deref().unwrap_or("number");
    refuse_at(ErrorCode::InvalidField, format!("card.{field}"), &failure.detail)
}

/// Charges the card of a payment, or asks for 3-D Secure first.
pub(crate) async fn charge(work: &mut Work<'_>, payment: &mut Stored<Payment>, authenticated: bool) -> Outcome<()> {
    let Some(card) = payment.body.payment_method.clone() else {
        return Err(Refusal::Internal("a card payment without a card was charged".to_owned()));
    };
    match judge(work, &card, authenticated).await? {
        Verdict::Declines(reason) => decline(work, payment, reason).await,
        Verdict::Asks => ask(work, payment).await,
        Verdict::Pays if payment.body.capture_mode == CaptureMode::Manual => settlement::hold_card(work, payment).await,
        Verdict::Pays => {
            let amount = payment.body.amount;
            settlement::pay(work, payment, amount, "pay").await?;
            disputes::schedule(work, &payment.body).await
        }
    }
}

/// What a card's bank says when money is asked of it.
pub(crate) enum Verdict {
    Pays,
    /// It wants 3-D Secure first.
    Asks,
    Declines(DeclineCode),
}

/// Asks the card's bank.
pub(crate) async fn judge(work: &mut Work<'_>, card: &PaymentMethod, authenticated: bool) -> Outcome<Verdict> {
    let behaviour = work.get::<PaymentMethod>(&card.id).await?.internal.behaviour;
    Ok(match behaviour {
        _ if checks::is_card_expired(card.exp_month, card.exp_year, work.now) => Verdict::Declines(DeclineCode::ExpiredCard),
        CardBehaviour::Declines(reason) => Verdict::Declines(reason),
        CardBehaviour::Authenticates | CardBehaviour::AuthenticatesThenDeclines if !authenticated => Verdict::Asks,
        CardBehaviour::AuthenticatesThenDeclines => Verdict::Declines(DeclineCode::GenericDecline),
        _ => Verdict::Pays,
    })
}

/// What the buyer decided on the page of 3-D Secure.
pub(crate) async fn conclude(work: &mut Work<'_>, payment: &mut Stored<Payment>, approve: bool) -> Outcome<()> {
    match approve {
        true => charge(work, payment, true).await,
        false => decline(work, payment, DeclineCode::AuthenticationFailed).await,
    }
}

async fn ask(work: &mut Work<'_>, payment: &mut Stored<Payment>) -> Outcome<()> {
    let (token, action) = approvals::ask(work, approvals::CARD_PAGE, &payment.body.id);
    payment.internal.acs_token = Some(token);
    payment.body.next_action = Some(action);
    payments::expire_in(work, payment, AUTHENTICATION_SECS).await?;
    payments::change(work, payment, Change { event: "ask", tell: EventType::PaymentRequiresAction }).await
}

pub(crate) async fn decline(work: &mut Work<'_>, payment: &mut Stored<Payment>, code: DeclineCode) -> Outcome<()> {
    payment.body.decline_code = Some(code);
    payment.body.next_action = None;
    payment.body.expires = None;
    payments::change(work, payment, Change { event: "decline", tell: EventType::PaymentFailed }).await
}
