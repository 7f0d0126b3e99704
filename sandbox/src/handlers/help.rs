//! `help` and `feedback`.

use super::tickets::no_secret;
use super::{Request, page};
use crate::domain::help;
use crate::domain::resources::Nothing;
use crate::refusal::Outcome;
use crate::store::objects::{self, Filter};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::api::{FeedbackEntry, FeedbackKind, ListFeedback, ListHelpArticles, NewFeedback, ReadHelpArticle, SearchHelp, TicketTopic};

pub(super) async fn search(_: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: SearchHelp = request.query()?;
    validate::text("query", Some(&asked.query), 200)?;
    validate::text("language", asked.language.as_deref(), 200)?;
    let limit = validate::within("limit", asked.limit, 1..=20, 5)?;
    page(help::search(&asked.query, asked.language.as_deref(), usize::try_from(limit).unwrap_or_default())?, None)
}

pub(super) async fn list(_: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListHelpArticles = request.query()?;
    validate::text("language", asked.language.as_deref(), 200)?;
    let known = !matches!(asked.topic, Some(TicketTopic::Unknown { .. }));
    validate::known("topic", known, &TicketTopic::KNOWN.iter().map(TicketTopic::as_str).collect::<Vec<_>>())?;
    let mut all = help::all(asked.language.as_deref().unwrap_or_default())?;
    all.retain(|article| asked.topic.as_ref().is_none_or(|topic| article.topic == *topic));
    page(all, None)
}

pub(super) async fn retrieve(_: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ReadHelpArticle = request.query()?;
    validate::text("language", asked.language.as_deref(), 200)?;
    Reply::of(&help::one(&request.id, asked.language.as_deref().unwrap_or_default())?)
}

pub(super) async fn create_feedback(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let new: NewFeedback = request.body()?;
    let known = FeedbackKind::KNOWN.contains(&new.kind);
    validate::known("kind", known, &FeedbackKind::KNOWN.iter().map(FeedbackKind::as_str).collect::<Vec<_>>())?;
    super::tickets::message(&new.message, 2000)?;
    validate::text("about", new.about.as_deref(), 200)?;
    no_secret("about", new.about.as_deref().unwrap_or_default())?;
    validate::within("stars", new.stars, 1..=5, 1)?;
    validate::labels(new.reference.as_deref(), &std::collections::BTreeMap::new())?;
    let feedback = FeedbackEntry {
        id: work.id("fb_"),
        kind: new.kind,
        message: new.message,
        about: new.about,
        stars: new.stars,
        reference: new.reference,
        idempotency_key: work.idempotency_key(),
        created: work.now,
        livemode: false,
    };
    let kept = work.insert(feedback, Nothing {}).await?;
    Reply::made(&kept.body.id, &kept.body)
}

pub(super) async fn list_feedback(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListFeedback = request.query()?;
    let known = !matches!(asked.kind, Some(FeedbackKind::Unknown { .. }));
    validate::known("kind", known, &FeedbackKind::KNOWN.iter().map(FeedbackKind::as_str).collect::<Vec<_>>())?;
    let filter = Filter {
        status: asked.kind.map(|kind| kind.to_string()),
        reference: asked.reference,
        after: asked.after,
        limit: validate::limit(asked.limit)?,
        ..Filter::default()
    };
    let (found, next) = objects::list::<FeedbackEntry>(&mut work.tx, &work.account, &filter).await?;
    page(found.into_iter().map(|feedback| feedback.body).collect(), next)
}
