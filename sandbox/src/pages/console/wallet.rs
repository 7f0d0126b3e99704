//! What waits for a person: the codes that were sent, and the payments and withdrawals that are held for review.

use super::super::forms::see_other;
use super::super::layout::moment;
use super::refused;
use super::sign_in::{SignedIn, Submitted};
use crate::domain::outbox::Message;
use crate::domain::{payments, withdrawals};
use crate::gateway::{Gateway, Shared};
use crate::refusal::{Outcome, refuse_at};
use crate::store::objects::{self, Filter};
use crate::work::Work;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use okpay::ErrorCode;
use okpay::api::{Payment, PaymentStatus, Withdrawal, WithdrawalStatus};

/// How many messages are shown: who waits for a code wants the last one.
const MESSAGES: i64 = 5;

/// How many of each that is held are shown at once.
const REVIEWS: i64 = 20;

/// What the panels show.
pub(super) struct Waiting {
    messages: Vec<Message>,
    payments: Vec<Payment>,
    withdrawals: Vec<Withdrawal>,
}

impl Waiting {
    pub(super) async fn load(work: &mut Work<'_>) -> Outcome<Self> {
        let account = work.account.clone();
        let (messages, _) = objects::list::<Message>(&mut work.tx, &account, &Filter { limit: MESSAGES, ..Filter::default() }).await?;
        let held = |status: String| Filter { status: Some(status), limit: REVIEWS, ..Filter::default() };
        let filter = held(PaymentStatus::InReview.to_string());
        let (payments, _) = objects::list::<Payment>(&mut work.tx, &account, &filter).await?;
        let filter = held(WithdrawalStatus::InReview.to_string());
        let (withdrawals, _) = objects::list::<Withdrawal>(&mut work.tx, &account, &filter).await?;
        Ok(Self {
            messages: messages.into_iter().map(|message| message.body).collect(),
            payments: payments.into_iter().map(|payment| payment.body).collect(),
            withdrawals: withdrawals.into_iter().map(|withdrawal| withdrawal.body).collect(),
        })
    }

    pub(super) fn panels(&self, visitor: &SignedIn) -> Markup {
        let words = visitor.words;
        html! {
            section aria-labelledby="outbox" {
                h2 #outbox { (words.outbox) }
                @if self.messages.is_empty() { p.soft { (words.no_messages) } }
                ul.deliveries { @for message in &self.messages { li { (message_line(message)) } } }
            }
            section aria-labelledby="reviews" {
                h2 #reviews { (words.reviews) }
                @if self.payments.is_empty() && self.withdrawals.is_empty() { p.soft { (words.no_reviews) } }
                ul.deliveries {
                    @for payment in &self.payments {
                        li { (review_line(visitor, "payments", &payment.id, &html! { strong { (payment.amount) } span { (payment.method) } })) }
                    }
                    @for withdrawal in &self.withdrawals {
                        li { (review_line(visitor, "withdrawals", &withdrawal.id, &html! { strong { (withdrawal.amount) } span { (withdrawal.destination_masked) } })) }
                    }
                }
            }
        }
    }
}

fn message_line(message: &Message) -> Markup {
    html! {
        span lang="en" { (message.text) }
        span.soft { (message.to) }
        (moment(message.created))
        a.soft.small href={ "console?resource=" (message.about) } { code { (message.about) } }
    }
}

fn review_line(visitor: &SignedIn, kind: &str, id: &str, what: &Markup) -> Markup {
    let words = visitor.words;
    html! {
        (what)
        a.soft.small href={ "console?resource=" (id) } { code { (id) } }
        form.pair method="post" action={ "console/" (kind) "/" (id) "/review" } {
            (visitor.mark())
            button.quiet.little name="decision" value="reject" { (words.reject) }
            button.little name="decision" value="approve" { (words.approve) }
        }
    }
}

pub(super) async fn review(State(gateway): State<Shared>, Path(id): Path<String>, submitted: Submitted) -> Response {
    match decide(&gateway, &id, submitted.form.get("decision")).await {
        Ok(()) => see_other("../../../console"),
        Err(refusal) => refused(&submitted.visitor, "../../../console", refusal),
    }
}

pub(super) async fn review_payment(State(gateway): State<Shared>, Path(id): Path<String>, submitted: Submitted) -> Response {
    match decide_payment(&gateway, &id, submitted.form.get("decision")).await {
        Ok(()) => see_other("../../../console"),
        Err(refusal) => refused(&submitted.visitor, "../../../console", refusal),
    }
}

fn approves(decision: &str) -> Outcome<bool> {
    match decision {
        "approve" => Ok(true),
        "reject" => Ok(false),
        _ => Err(refuse_at(ErrorCode::InvalidField, "decision", "decision is approve or reject")),
    }
}

async fn decide_payment(gateway: &Gateway, id: &str, decision: &str) -> Outcome<()> {
    let approve = approves(decision)?;
    let mut work = Work::own(gateway).await?;
    let mut payment = work.get::<Payment>(id).await?;
    payments::review(&mut work, &mut payment, approve).await?;
    work.commit().await
}

async fn decide(gateway: &Gateway, id: &str, decision: &str) -> Outcome<()> {
    let approve = approves(decision)?;
    let mut work = Work::own(gateway).await?;
    let mut withdrawal = work.get::<Withdrawal>(id).await?;
    withdrawals::review(&mut work, &mut withdrawal, approve).await?;
    work.commit().await
}
