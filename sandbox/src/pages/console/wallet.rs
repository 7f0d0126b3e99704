//! What waits for a person: the codes that were sent, and withdrawals that are held for review.

use super::super::forms::see_other;
use super::super::layout::moment;
use super::refused;
use super::sign_in::{SignedIn, Submitted};
use crate::domain::outbox::Message;
use crate::domain::withdrawals;
use crate::gateway::{Gateway, Shared};
use crate::refusal::{Outcome, refuse_at};
use crate::store::objects::{self, Filter};
use crate::work::Work;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use okpay::ErrorCode;
use okpay::api::{Withdrawal, WithdrawalStatus};

/// How many messages are shown: who waits for a code wants the last one.
const MESSAGES: i64 = 5;

/// How many withdrawals are shown at once.
const REVIEWS: i64 = 20;

/// What the panels show.
pub(super) struct Waiting {
    messages: Vec<Message>,
    reviews: Vec<Withdrawal>,
}

impl Waiting {
    pub(super) async fn load(work: &mut Work<'_>) -> Outcome<Self> {
        let account = work.account.clone();
        let (messages, _) = objects::list::<Message>(&mut work.tx, &account, &Filter { limit: MESSAGES, ..Filter::default() }).await?;
        let status = Some(WithdrawalStatus::InReview.to_string());
        let filter = Filter { status, limit: REVIEWS, ..Filter::default() };
        let (reviews, _) = objects::list::<Withdrawal>(&mut work.tx, &account, &filter).await?;
        Ok(Self {
            messages: messages.into_iter().map(|message| message.body).collect(),
            reviews: reviews.into_iter().map(|withdrawal| withdrawal.body).collect(),
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
                @if self.reviews.is_empty() { p.soft { (words.no_reviews) } }
                ul.deliveries { @for withdrawal in &self.reviews { li { (review_line(visitor, withdrawal)) } } }
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

fn review_line(visitor: &SignedIn, withdrawal: &Withdrawal) -> Markup {
    let words = visitor.words;
    html! {
        strong { (withdrawal.amount) }
        span { (withdrawal.destination_masked) }
        a.soft.small href={ "console?resource=" (withdrawal.id) } { code { (withdrawal.id) } }
        form.pair method="post" action={ "console/withdrawals/" (withdrawal.id) "/review" } {
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

async fn decide(gateway: &Gateway, id: &str, decision: &str) -> Outcome<()> {
    let approve = match decision {
        "approve" => true,
        "reject" => false,
        _ => return Err(refuse_at(ErrorCode::InvalidField, "decision", "decision is approve or reject")),
    };
    let mut work = Work::own(gateway).await?;
    let mut withdrawal = work.get::<Withdrawal>(id).await?;
    withdrawals::review(&mut work, &mut withdrawal, approve).await?;
    work.commit().await
}
