//! The hosted checkout page: the order, the ways to pay it, and what has become of it.
//!
//! | file | what |
//! | --- | --- |
//! | `mod.rs` | [`show`], and the view that every part is drawn from |
//! | `pay.rs` | [`pay`]: what the form sends, done once |
//! | `choose.rs` | the ways to pay, and the card form |
//! | `awaiting.rs` | the bank's page, a transfer or coins that are awaited |
//! | `ends.rs` | paid, over, not there |
//!
//! The link is the buyer's proof, as it is in a shop's mail. There is no cookie, and no card number in any answer.

mod awaiting;
mod choose;
mod ends;
mod pay;

pub(super) use pay::pay;

use super::layout::Page;
use super::words::{Words, accepted, with};
use crate::domain::checkout;
use crate::gateway::{Gateway, Shared};
use crate::handlers::checkout_sessions::fees_of;
use crate::refusal::{Outcome, Refusal};
use crate::store::objects::Stored;
use crate::work::Work;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use choose::Mistake;
use http::{HeaderMap, StatusCode};
use maud::{Markup, html};
use okpay::api::{CardBrand, CheckoutFee, CheckoutSession, CheckoutStatus, NextActionType, Payment, PaymentMethod, PaymentStatus};
use okpay::{ErrorCode, Money, Timestamp};

/// What the page is drawn from.
struct View {
    words: &'static Words,
    /// What the browser says of its languages, for the advice.
    accepted: String,
    session: CheckoutSession,
    payment: Option<Payment>,
    /// What is due by bank or blockchain in all, in the currency that is sent.
    due: Option<Money>,
    fees: Vec<CheckoutFee>,
    now: Timestamp,
    /// Stands for the state in which this page was drawn.
    state: String,
}

/// What the page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Choose,
    /// 3-D Secure.
    Bank,
    /// A transfer or coins have to be sent.
    Send,
    /// They were seen, and are not confirmed yet.
    Confirm,
    /// Somebody at OKPay looks at the payment first.
    Review,
    Paid,
    Over,
}

/// How often a page asks again while coins are on their way, and while a bank transfer is, in seconds.
const REFRESH_COINS: u32 = 5;
const REFRESH_BANK: u32 = 30;

/// The page. With `?other` it offers the other ways to pay while one of them is awaited.
pub(super) async fn show(State(gateway): State<Shared>, Path(id): Path<String>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    match look(&gateway, &id, &headers).await {
        Ok(view) => {
            let stage = view.stage(query.as_deref() == Some("other"));
            draw(&view, stage, None)
        }
        Err(refusal) => missing(Words::of(&headers), refusal),
    }
}

/// The same page after a form that could not be done.
async fn show_again(gateway: &Gateway, id: &str, headers: &HeaderMap, mistake: &Mistake) -> Response {
    match look(gateway, id, headers).await {
        Ok(view) => draw(&view, view.stage(true), Some(mistake)),
        Err(refusal) => missing(Words::of(headers), refusal),
    }
}

async fn look(gateway: &Gateway, id: &str, headers: &HeaderMap) -> Outcome<View> {
    let mut work = Work::looking(gateway).await?;
    let session = work.get::<CheckoutSession>(id).await?.body;
    let session = checkout::view(&mut work, session).await?;
    let payment = checkout::last_payment(&mut work, id).await?;
    Ok(View {
        words: Words::of(headers),
        accepted: accepted(headers).to_owned(),
        fees: fees_of(&mut work, &session).await?,
        session,
        state: state_of(payment.as_ref()),
        due: payment.as_ref().and_then(|payment| payment.internal.due),
        payment: payment.map(|payment| payment.body),
        now: work.now,
    })
}

/// Changes with every try, so that a form that was drawn before one cannot make another.
fn state_of(payment: Option<&Stored<Payment>>) -> String {
    payment.map_or_else(|| "new".to_owned(), |payment| format!("{}.{}", payment.body.id, payment.body.version))
}

impl View {
    fn stage(&self, other: bool) -> Stage {
        match self.session.status {
            CheckoutStatus::Complete => Stage::Paid,
            CheckoutStatus::Open => self.stage_of_payment(other),
            _ => Stage::Over,
        }
    }

    fn stage_of_payment(&self, other: bool) -> Stage {
        let received = self.received().is_some_and(Money::is_positive);
        match self.payment.as_ref().map(|payment| &payment.status) {
            Some(PaymentStatus::Processing) => Stage::Confirm,
            Some(PaymentStatus::InReview) => Stage::Review,
            Some(PaymentStatus::RequiresAction) if self.bank_url().is_some() && !other => Stage::Bank,
            Some(PaymentStatus::RequiresAction) if received || (self.bank_url().is_none() && !other) => Stage::Send,
            _ if self.now >= self.session.expires => Stage::Over,
            _ => Stage::Choose,
        }
    }

    /// The bank's page, while 3-D Secure is asked for.
    fn bank_url(&self) -> Option<&str> {
        let action = self.payment.as_ref()?.next_action.as_ref()?;
        action.url.as_deref().filter(|_| action.action == NextActionType::Redirect)
    }

    fn received(&self) -> Option<Money> {
        self.payment.as_ref()?.amount_received
    }

    fn refresh(&self, stage: Stage) -> Option<u32> {
        let coins = self.payment.as_ref().is_some_and(|payment| payment.network.is_some());
        matches!(stage, Stage::Send | Stage::Confirm | Stage::Review).then_some(if coins { REFRESH_COINS } else { REFRESH_BANK })
    }

    /// The link to this page, from itself; under any prefix that a proxy may put before it.
    fn link(&self) -> &str {
        &self.session.id
    }
}

fn draw(view: &View, stage: Stage, mistake: Option<&Mistake>) -> Response {
    let words = view.words;
    let mistake = mistake.filter(|_| stage == Stage::Choose);
    let (title, content) = match stage {
        Stage::Paid => (words.paid, ends::paid(view)),
        Stage::Over => (words.over, ends::over(view)),
        Stage::Bank => (words.to_bank_title, awaiting::bank(view)),
        Stage::Send => (words.title, awaiting::send(view)),
        Stage::Confirm => (words.seen, awaiting::confirm(view)),
        Stage::Review => (words.held, awaiting::review(view)),
        Stage::Choose => (words.title, choose::choose(view, mistake)),
    };
    let content = html! {
        (order(view, stage))
        (content)
        @if let (Stage::Choose | Stage::Send | Stage::Bank, Some(url)) = (stage, &view.session.cancel_url) {
            p.soft.small { a href=(url) rel="noreferrer" { (words.cancel) } }
        }
    };
    let title = mistake.map_or(title, |_| words.check);
    page(words, mistake.map_or(StatusCode::OK, |mistake| mistake.status), title, view.refresh(stage), &content)
}

/// What is bought, above everything else that is still to be done.
fn order(view: &View, stage: Stage) -> Markup {
    let session = &view.session;
    html! {
        @if !matches!(stage, Stage::Paid | Stage::Over) {
            section {
                h1.soft.small { (session.description.as_deref().unwrap_or(view.words.order)) }
                p.amount { (session.amount) }
            }
        }
    }
}

fn page(words: &Words, status: StatusCode, title: &str, refresh: Option<u32>, content: &Markup) -> Response {
    let Words { lang, mark, footer, .. } = words;
    let page = Page { status, lang, title, mark, refresh, wide: false, forms: super::layout::OWN_FORMS, corner: None, footer };
    page.around(content)
}

/// The page of a session that is not there, or cannot be shown.
fn missing(words: &Words, refusal: Refusal) -> Response {
    let failure = refusal.into_failure();
    match failure.code {
        ErrorCode::NotFound => page(words, StatusCode::NOT_FOUND, words.nothing, None, &ends::plain(words.nothing, words.nothing_text)),
        _ => page(words, StatusCode::INTERNAL_SERVER_ERROR, words.failed, None, &ends::plain(words.failed, words.failed_text)),
    }
}

/// A brand as people write it.
pub(super) fn brand(card: &PaymentMethod) -> &str {
    match &card.brand {
        CardBrand::Visa => "Visa",
        CardBrand::Mastercard => "Mastercard",
        other => other.as_str(),
    }
}

/// What a way to pay adds, if it adds anything.
fn surcharge(words: &Words, fee: &CheckoutFee) -> Option<String> {
    fee.surcharge.filter(|surcharge| surcharge.is_positive()).map(|surcharge| with(words.fee_on_top, surcharge))
}
