//! `risk_rules` and `risk_alerts`.

use super::{Request, page};
use crate::domain::risk;
use crate::refusal::Outcome;
use crate::store::objects::{self, Filter};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::api::{AcknowledgeRiskAlert, ListRiskAlerts, RiskAlert, RiskAlertStatus};

pub(super) async fn list_rules(_: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    page(risk::rules()?.to_vec(), None)
}

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListRiskAlerts = request.query()?;
    let known = !matches!(asked.status, Some(RiskAlertStatus::Unknown { .. }));
    validate::known("status", known, &RiskAlertStatus::KNOWN.iter().map(RiskAlertStatus::as_str).collect::<Vec<_>>())?;
    let status = asked.status.map(|status| status.to_string());
    let filter = Filter { status, after: asked.after, limit: validate::limit(asked.limit)?, ..Filter::default() };
    let (found, next) = objects::list::<RiskAlert>(&mut work.tx, &work.account, &filter).await?;
    page(found.into_iter().map(|alert| alert.body).collect(), next)
}

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&work.get::<RiskAlert>(&request.id).await?.body)
}

pub(super) async fn acknowledge(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let AcknowledgeRiskAlert { note } = request.body()?;
    validate::text("note", note.as_deref(), 500)?;
    let mut alert = work.get::<RiskAlert>(&request.id).await?;
    risk::acknowledge(work, &mut alert, note).await?;
    Reply::of(&alert.body)
}
