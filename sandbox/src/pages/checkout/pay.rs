//! What the form sends, done in one transaction, and once: a form is good for the state in which it was drawn.

use super::super::forms::{Form, see_other};
use super::super::words::Words;
use super::choose::{Mistake, review};
use super::{page, show_again, state_of};
use crate::domain::fees::card_facts;
use crate::domain::{cards, checkout, fees};
use crate::gateway::{Gateway, Shared};
use crate::handlers::payments::check_method;
use crate::refusal::{Outcome, Refusal, refuse_at};
use crate::store::objects::Stored;
use crate::work::Work;
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use okpay::api::{
    CardDetails, CheckoutSession, ConfirmCheckoutSession, MethodType, Network, NewPaymentMethod, NextActionType, Payment, PaymentMethod,
};
use okpay::fees::{Bearer, Quote, QuoteRequest};
use okpay::{ErrorCode, Money};

/// Where the buyer goes next.
enum Next {
    /// Back to the page, which shows what became of it.
    Page,
    /// To the bank's page.
    Bank(String),
    /// A card is kept, and its fee has to be seen before it is charged.
    Review(Box<Review>),
}

/// What a card costs the buyer.
pub(super) struct Review {
    pub(super) session: CheckoutSession,
    pub(super) card: PaymentMethod,
    pub(super) quote: Quote,
    pub(super) state: String,
}

/// Pays, or takes the next step to it.
pub(in super::super) async fn pay(State(gateway): State<Shared>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let words = Words::of(&headers);
    let form = match Form::read(&headers, &body) {
        Ok(form) => form,
        Err(refusal) => return show_again(&gateway, &id, &headers, &Mistake::of(words, refusal, None)).await,
    };
    match once(&gateway, &id, &form).await {
        Ok(Next::Page) => see_other(&id),
        Ok(Next::Bank(url)) => see_other(&from_here(&gateway, &url)),
        Ok(Next::Review(shown)) => page(words, StatusCode::OK, words.review, None, &review(words, &shown)),
        Err(refusal) => show_again(&gateway, &id, &headers, &Mistake::of(words, refusal, Some(&form))).await,
    }
}

/// The bank's page is this gateway's own: reached under the name by which the browser knows us, it is no other site to the policy for
/// forms.
fn from_here(gateway: &Gateway, url: &str) -> String {
    url.strip_prefix(&gateway.public_url).map_or_else(|| url.to_owned(), |path| format!("..{path}"))
}

async fn once(gateway: &Gateway, id: &str, form: &Form) -> Outcome<Next> {
    let mut work = Work::own(gateway).await?;
    let session = work.get::<CheckoutSession>(id).await?.body;
    let last = checkout::last_payment(&mut work, id).await?;
    // Sent twice, or drawn before something else happened: the page tells how things stand.
    if form.get("state") != state_of(last.as_ref()) {
        return Ok(Next::Page);
    }
    let (method, network) = (MethodType::from(form.get("method")), some(form, "network").map(|network| Network::from(network.as_str())));
    check_method(&method, network.as_ref())?;
    let payment_method = match method {
        MethodType::Card => match card(&mut work, &session, form, last.as_ref()).await? {
            Kept::Ready(id) => Some(id),
            Kept::Review(shown) => {
                work.commit().await?;
                return Ok(Next::Review(shown));
            }
        },
        _ => None,
    };
    let session = match checkout::confirm(&mut work, id, ConfirmCheckoutSession { method, payment_method, network }).await {
        Err(kept @ Refusal::Kept(_)) => {
            work.commit().await?;
            return Err(kept);
        }
        done => done?,
    };
    check_total(&mut work, id, form).await?;
    work.commit().await?;
    let redirect = session.next_action.filter(|action| action.action == NextActionType::Redirect);
    Ok(redirect.and_then(|action| action.url).map_or(Next::Page, Next::Bank))
}

/// What became of a card that was typed in.
enum Kept {
    Ready(String),
    Review(Box<Review>),
}

/// The card of the form: one that was reviewed before, or a new one, which is charged at once only if that costs nothing on top.
async fn card(work: &mut Work<'_>, session: &CheckoutSession, form: &Form, last: Option<&Stored<Payment>>) -> Outcome<Kept> {
    if let Some(id) = some(form, "payment_method") {
        return Ok(Kept::Ready(id));
    }
    let card = cards::keep(work, NewPaymentMethod { card: details(form)?, reference: None, metadata: Default::default() }).await?.body;
    if session.bearer != Bearer::Customer {
        return Ok(Kept::Ready(card.id));
    }
    let quote = quote(work, session, &card).await?;
    Ok(Kept::Review(Box::new(Review { session: session.clone(), card, quote, state: state_of(last) })))
}

async fn quote(work: &mut Work<'_>, session: &CheckoutSession, card: &PaymentMethod) -> Outcome<Quote> {
    let mut request = QuoteRequest::new("payment", MethodType::Card.as_str(), session.amount).bearer(Bearer::Customer);
    request.coupon.clone_from(&session.coupon);
    request.facts.insert("conversion".to_owned(), "false".to_owned());
    request.facts.extend(card_facts(card));
    fees::quote(work, request).await
}

/// Nobody pays more than was on the button, or less: a fee may change with the month between the two forms.
async fn check_total(work: &mut Work<'_>, id: &str, form: &Form) -> Outcome<()> {
    if form.get("payment_method").is_empty() {
        return Ok(());
    }
    let payment = checkout::last_payment(work, id).await?;
    let gross = payment.and_then(|payment| payment.internal.gross).map(total);
    match gross == some(form, "total") {
        true => Ok(()),
        false => Err(refuse_at(ErrorCode::IllegalState, "total", "the fee has changed since it was shown")),
    }
}

/// A total as the form carries it.
pub(super) fn total(gross: Money) -> String {
    gross.to_string()
}

/// The card as it was typed in; the domain judges it.
fn details(form: &Form) -> Outcome<CardDetails> {
    let (exp_month, exp_year) = expiry(form.get("expiry"))
        .ok_or_else(|| refuse_at(ErrorCode::InvalidField, "card.exp_month", "an expiry date is a month and a year, such as 04/29"))?;
    let number = form.get("number").replace(|letter: char| letter.is_whitespace() || letter == '-', "");
    Ok(CardDetails { holder: some(form, "holder"), ..CardDetails::new(number, exp_month, exp_year, form.get("cvc")) })
}

/// `04/29`, `4 / 2029`, `0429`, `042029`.
fn expiry(text: &str) -> Option<(u8, u16)> {
    let plain = text.replace(char::is_whitespace, "");
    let (month, year) = match plain.split_once(['/', '-', '.']) {
        Some(parts) => parts,
        None if plain.is_ascii() && matches!(plain.len(), 4 | 6) => plain.split_at(2),
        None => return None,
    };
    let digits = |text: &str, lengths: &[usize]| lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let year = match year.len() {
        2 => format!("20{year}"),
        _ => year.to_owned(),
    };
    (digits(month, &[1, 2]) && digits(&year, &[4])).then_some((month.parse().ok()?, year.parse().ok()?))
}

fn some(form: &Form, name: &str) -> Option<String> {
    Some(form.get(name)).filter(|value| !value.is_empty()).map(str::to_owned)
}

impl Mistake {
    /// What a refusal comes to for the buyer.
    fn of(words: &'static Words, refusal: Refusal, form: Option<&Form>) -> Self {
        let failure = refusal.into_failure();
        let status = failure.code.status().and_then(|status| StatusCode::from_u16(status).ok());
        let (field, text) = match failure.param.as_deref() {
            Some("card.number") => (Some("number"), words.wrong_number),
            Some("card.exp_month" | "card.exp_year") => (Some("expiry"), words.wrong_expiry),
            Some("card.cvc") => (Some("cvc"), words.wrong_cvc),
            Some("card.holder") => (Some("holder"), words.wrong_holder),
            Some("total") => (None, words.changed),
            _ if failure.code == ErrorCode::IllegalState => (None, words.arrived),
            _ => (None, words.failed_text),
        };
        let echo = |name| form.map(|form| form.get(name).to_owned()).unwrap_or_default();
        Self {
            status: status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            field,
            text,
            method: MethodType::from(echo("method").as_str()),
            expiry: echo("expiry"),
            holder: echo("holder"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expiry_date_is_read_as_people_write_it() {
        for text in ["04/29", "4/29", "04 / 29", "04/2029", "0429", "042029", "04-29", "4.29"] {
            assert_eq!(expiry(text), Some((4, 2029)), "{text}");
        }
        for text in ["", "0", "04/", "/29", "04/029", "04/20290", "004/29", "ab/cd", "429", "４/29", "é429", "+4/29", "04/29/1"] {
            assert_eq!(expiry(text), None, "{text}");
        }
    }
}
