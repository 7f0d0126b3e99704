//! The merchant's own account: how it stands, the appeals and documents that wait for somebody at OKPay, and the risk alerts that nobody
//! has looked at.

use super::super::forms::see_other;
use super::super::layout::moment;
use super::refused;
use super::sign_in::{SignedIn, Submitted};
use super::view_words::ViewWords;
use crate::domain::{account, appeals, verification};
use crate::gateway::{Gateway, Shared};
use crate::refusal::{Outcome, refuse_at};
use crate::store::objects::{self, Filter};
use crate::work::Work;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use okpay::ErrorCode;
use okpay::api::{
    Appeal, AppealStatus, DocumentRejection, IdentityDocument, IdentityDocumentStatus, MerchantAccount, RiskAlert, RiskAlertStatus,
};

/// How many of each are shown.
const SHOWN: i64 = 5;

/// What the panels show.
pub(super) struct Standing {
    account: MerchantAccount,
    appeals: Vec<Appeal>,
    documents: Vec<IdentityDocument>,
    alerts: Vec<RiskAlert>,
}

impl Standing {
    pub(super) async fn load(work: &mut Work<'_>) -> Outcome<Self> {
        let account = account::load(work).await?;
        let account = account::shown(account, work.now);
        let open = |status: String| Filter { status: Some(status), limit: SHOWN, ..Filter::default() };
        let (appeals, _) = objects::list::<Appeal>(&mut work.tx, &account.id, &open(AppealStatus::Open.to_string())).await?;
        let (alerts, _) = objects::list::<RiskAlert>(&mut work.tx, &account.id, &open(RiskAlertStatus::Open.to_string())).await?;
        let filter = open(IdentityDocumentStatus::InReview.to_string());
        let (documents, _) = objects::list::<IdentityDocument>(&mut work.tx, &account.id, &filter).await?;
        let documents = documents.into_iter().map(|document| document.body).collect();
        let appeals = appeals.into_iter().map(|appeal| appeal.body).collect();
        Ok(Self { account, appeals, documents, alerts: alerts.into_iter().map(|alert| alert.body).collect() })
    }

    pub(super) fn panels(&self, visitor: &SignedIn) -> Markup {
        let words = visitor.words;
        html! {
            section aria-labelledby="account" {
                h2 #account { (words.account) }
                (self.status(visitor))
                ul.deliveries { @for appeal in &self.appeals { li { (appeal_line(visitor, appeal)) } } }
                ul.deliveries { @for document in &self.documents { li { (document_line(visitor, document)) } } }
            }
            section aria-labelledby="alerts" {
                h2 #alerts { (words.alerts) }
                @if self.alerts.is_empty() { p.soft { (words.no_alerts) } }
                ul.deliveries { @for alert in &self.alerts { li { (alert_line(alert)) } } }
            }
        }
    }

    fn status(&self, visitor: &SignedIn) -> Markup {
        let words = visitor.words;
        html! {
            p {
                @match &self.account.freeze {
                    Some(freeze) => { span.badge.bad { (words.frozen) } " " (freeze.reason) " · " span lang="en" { (freeze.detail) } },
                    None => { span.badge.good { (words.active) } },
                }
                " · " (ViewWords::of(words.lang).verification) ": " (self.account.verification)
                " " a.soft.small href={ "console?resource=" (self.account.id) } { code { (self.account.id) } }
            }
        }
    }
}

fn appeal_line(visitor: &SignedIn, appeal: &Appeal) -> Markup {
    let words = visitor.words;
    html! {
        span { (appeal.message) }
        (moment(appeal.created))
        a.soft.small href={ "console?resource=" (appeal.id) } { code { (appeal.id) } }
        form.pair method="post" action={ "console/appeals/" (appeal.id) "/answer" } {
            (visitor.mark())
            button.quiet.little name="decision" value="reject" { (words.reject) }
            button.little name="decision" value="approve" { (words.approve) }
        }
    }
}

/// Approved, or rejected for a reason.
fn document_line(visitor: &SignedIn, document: &IdentityDocument) -> Markup {
    let words = visitor.words;
    html! {
        strong { (document.document_type) }
        code.small { (document.sha256) }
        a.soft.small href={ "console?resource=" (document.id) } { code { (document.id) } }
        form.pair method="post" action={ "console/identity_documents/" (document.id) "/review" } {
            (visitor.mark())
            select name="decision" aria-label=(words.decision) {
                option value="approve" { (words.approve) }
                @for reason in DocumentRejection::KNOWN { option value=(reason) { (words.reject) ": " (reason) } }
            }
            button.little { (words.decide) }
        }
    }
}

fn alert_line(alert: &RiskAlert) -> Markup {
    html! {
        strong { (alert.amount) }
        span { (alert.operation) " → " (alert.outcome) }
        span.soft lang="en" { (alert.detail) }
        (moment(alert.created))
        a.soft.small href={ "console?resource=" (alert.id) } { code { (alert.id) } }
    }
}

pub(super) async fn answer(State(gateway): State<Shared>, Path(id): Path<String>, submitted: Submitted) -> Response {
    match decide(&gateway, &id, submitted.form.get("decision")).await {
        Ok(()) => see_other("../../../console"),
        Err(refusal) => refused(&submitted.visitor, "../../../console", refusal),
    }
}

async fn decide(gateway: &Gateway, id: &str, decision: &str) -> Outcome<()> {
    let accept = match decision {
        "approve" => true,
        "reject" => false,
        _ => return Err(refuse_at(ErrorCode::InvalidField, "decision", "decision is approve or reject")),
    };
    let mut work = Work::own(gateway).await?;
    let mut appeal = work.get::<Appeal>(id).await?;
    appeals::answer(&mut work, &mut appeal, accept, None).await?;
    work.commit().await
}

pub(super) async fn review(State(gateway): State<Shared>, Path(id): Path<String>, submitted: Submitted) -> Response {
    match find(&gateway, &id, submitted.form.get("decision")).await {
        Ok(()) => see_other("../../../console"),
        Err(refusal) => refused(&submitted.visitor, "../../../console", refusal),
    }
}

async fn find(gateway: &Gateway, id: &str, decision: &str) -> Outcome<()> {
    let rejection = match (decision, DocumentRejection::from(decision)) {
        ("approve", _) => None,
        (_, known) if DocumentRejection::KNOWN.contains(&known) => Some(known),
        _ => return Err(refuse_at(ErrorCode::InvalidField, "decision", "decision is approve, or why it is rejected")),
    };
    let mut work = Work::own(gateway).await?;
    let mut document = work.get::<IdentityDocument>(id).await?;
    verification::decide(&mut work, &mut document, rejection).await?;
    work.commit().await
}
