//! Disputes that are open: the person at the console plays the buyer's bank once evidence was handed in.

use super::super::forms::see_other;
use super::super::layout::moment;
use super::refused;
use super::sign_in::{SignedIn, Submitted};
use crate::domain::disputes;
use crate::gateway::{Gateway, Shared};
use crate::refusal::{Outcome, refuse_at};
use crate::store::objects::{self, Filter};
use crate::work::Work;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use okpay::ErrorCode;
use okpay::api::{Dispute, DisputeStatus};

/// How many are shown at once of each status.
const SHOWN: i64 = 20;

/// What the panel shows.
pub(super) struct Open(Vec<Dispute>);

impl Open {
    pub(super) async fn load(work: &mut Work<'_>) -> Outcome<Self> {
        let (account, mut open) = (work.account.clone(), Vec::new());
        for status in [DisputeStatus::UnderReview, DisputeStatus::NeedsResponse] {
            let filter = Filter { status: Some(status.to_string()), limit: SHOWN, ..Filter::default() };
            let (page, _) = objects::list::<Dispute>(&mut work.tx, &account, &filter).await?;
            open.extend(page.into_iter().map(|dispute| dispute.body));
        }
        Ok(Self(open))
    }

    pub(super) fn panel(&self, visitor: &SignedIn) -> Markup {
        let words = visitor.words;
        html! {
            section aria-labelledby="disputes" {
                h2 #disputes { (words.disputes) }
                @if self.0.is_empty() { p.soft { (words.no_disputes) } }
                ul.deliveries { @for dispute in &self.0 { li { (line(visitor, dispute)) } } }
            }
        }
    }
}

fn line(visitor: &SignedIn, dispute: &Dispute) -> Markup {
    let words = visitor.words;
    html! {
        strong { (dispute.amount) }
        span { (dispute.reason) }
        a.soft.small href={ "console?resource=" (dispute.id) } { code { (dispute.id) } }
        @if dispute.status == DisputeStatus::NeedsResponse {
            span.soft { (words.answer_until) " " (moment(dispute.evidence_due)) }
        } @else {
            form.pair method="post" action={ "console/disputes/" (dispute.id) "/decide" } {
                (visitor.mark())
                button.quiet.little name="decision" value="lost" { (words.buyer_wins) }
                button.little name="decision" value="won" { (words.merchant_wins) }
            }
        }
    }
}

pub(super) async fn decide(State(gateway): State<Shared>, Path(id): Path<String>, submitted: Submitted) -> Response {
    match end(&gateway, &id, submitted.form.get("decision")).await {
        Ok(()) => see_other("../../../console"),
        Err(refusal) => refused(&submitted.visitor, "../../../console", refusal),
    }
}

async fn end(gateway: &Gateway, id: &str, decision: &str) -> Outcome<()> {
    let won = match decision {
        "won" => true,
        "lost" => false,
        _ => return Err(refuse_at(ErrorCode::InvalidField, "decision", "decision is won or lost")),
    };
    let mut work = Work::own(gateway).await?;
    let mut dispute = work.get::<Dispute>(id).await?;
    disputes::end(&mut work, &mut dispute, won).await?;
    work.commit().await
}
