//! The list of events, newest first, each with its deliveries.

use super::super::layout::moment;
use super::super::words::with;
use super::account::Standing;
use super::money::balances_panel;
use super::page_words::PageWords;
use super::sign_in::SignedIn;
use super::takings::{self, Takings};
use super::wallet::Waiting;
use super::words::Words;
use super::{Frame, badge, disputes, refused, steering};
use crate::deliveries;
use crate::gateway::{Gateway, Shared};
use crate::handlers::balances;
use crate::refusal::Outcome;
use crate::store::objects::{self, Filter};
use crate::validate;
use crate::work::Work;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use okpay::api::{Delivery, Event, WebhookEndpoint};
use serde::Deserialize;
use std::collections::BTreeMap;

/// How many events a page has.
const PER_PAGE: i64 = 20;

/// How many endpoints are known by their URL: an account has fewer.
const MANY_ENDPOINTS: i64 = 1000;

#[derive(Default, Deserialize)]
struct Asked {
    after: Option<String>,
    resource: Option<String>,
    currency: Option<String>,
}

/// What the first page has beside the list.
struct Summary {
    takings: Markup,
    balances: Markup,
}

impl Summary {
    async fn load(work: &mut Work<'_>, words: &PageWords, currency: Option<&str>) -> Outcome<Self> {
        let takings = Takings::load(work, currency).await?;
        let takings = takings.map_or_else(|| Ok(takings::none(words)), |takings| takings.draw(words))?;
        Ok(Self { takings, balances: balances_panel(words, &balances::all(work).await?) })
    }
}

/// What the page shows.
struct List {
    events: Vec<(Event, Vec<Delivery>)>,
    next: Option<String>,
    endpoints: Endpoints,
    waiting: Waiting,
    disputes: disputes::Open,
    standing: Standing,
    /// On the first page of all events.
    summary: Option<Summary>,
}

/// The URL of each endpoint by its id.
pub(super) struct Endpoints(BTreeMap<String, String>);

impl Endpoints {
    pub(super) async fn load(work: &mut Work<'_>) -> Outcome<Self> {
        let (account, filter) = (work.account.clone(), Filter { limit: MANY_ENDPOINTS, ..Filter::default() });
        let (all, _) = objects::list::<WebhookEndpoint>(&mut work.tx, &account, &filter).await?;
        Ok(Self(all.into_iter().map(|endpoint| (endpoint.body.id, endpoint.body.url)).collect()))
    }

    /// Its URL, or what else is known of it.
    pub(super) fn name<'a>(&'a self, id: &'a str) -> &'a str {
        self.0.get(id).map_or(id, String::as_str)
    }
}

pub(super) async fn list(visitor: SignedIn, State(gateway): State<Shared>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let found = match validate::query::<Asked>(&query) {
        Ok(asked) => load(&gateway, visitor.words, &asked).await.map(|list| (asked, list)),
        Err(refusal) => Err(refusal),
    };
    match found {
        Ok((asked, list)) => {
            let Words { title, .. } = visitor.words;
            let frame =
                Frame { words: visitor.words, status: StatusCode::OK, title, refresh: None, root: "console", visitor: Some(&visitor) };
            frame.around(&html! {
                @if let Some(summary) = &list.summary { (summary.takings) }
                div.columns {
                    section { (draw(visitor.words, &asked, &list)) }
                    div {
                        @if let Some(summary) = &list.summary { (summary.balances) }
                        (list.standing.panels(&visitor)) (list.waiting.panels(&visitor)) (list.disputes.panel(&visitor)) (steering::panel(&gateway, &visitor))
                    }
                }
            })
        }
        Err(refusal) => refused(&visitor, "console", refusal),
    }
}

async fn load(gateway: &Gateway, words: &Words, asked: &Asked) -> Outcome<List> {
    let mut work = Work::looking(gateway).await?;
    let filter = Filter { parent: asked.resource.clone(), after: asked.after.clone(), limit: PER_PAGE, ..Filter::default() };
    let account = work.account.clone();
    let (page, next) = objects::list::<Event>(&mut work.tx, &account, &filter).await?;
    let mut events = Vec::new();
    for event in page {
        let deliveries = deliveries::of_event(&mut work.tx, &event.body.id).await?;
        events.push((event.body, deliveries));
    }
    let summary = match asked {
        Asked { after: None, resource: None, currency } => {
            Some(Summary::load(&mut work, PageWords::of(words.lang), currency.as_deref()).await?)
        }
        _ => None,
    };
    let (endpoints, waiting, standing) =
        (Endpoints::load(&mut work).await?, Waiting::load(&mut work).await?, Standing::load(&mut work).await?);
    let disputes = disputes::Open::load(&mut work).await?;
    Ok(List { events, next, summary, endpoints, waiting, standing, disputes })
}

fn draw(words: &Words, asked: &Asked, list: &List) -> Markup {
    let of = asked.resource.as_deref();
    html! {
        h1 { @match of { Some(resource) => (with(words.events_of, resource)), None => (words.events) } }
        @if list.events.is_empty() { p.soft { (words.no_events) } }
        ol.events {
            @for (event, deliveries) in &list.events { li { (entry(words, event, deliveries, &list.endpoints)) } }
        }
        @if of.is_some() { p { a href="console" { (words.all_events) } } }
        nav.pages aria-label=(words.events) {
            span { @if asked.after.is_some() { a href=(link(of, None)) { (words.newest) } } }
            @if let Some(next) = &list.next { a rel="next" href=(link(of, Some(next))) { (words.older) } }
        }
    }
}

/// This list, from its own address.
fn link(resource: Option<&str>, after: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let pairs = [("resource", resource), ("after", after)];
    pairs.into_iter().for_each(|(name, value)| {
        value.map(|value| query.append_pair(name, value));
    });
    format!("console?{}", query.finish())
}

fn entry(words: &Words, event: &Event, deliveries: &[Delivery], endpoints: &Endpoints) -> Markup {
    html! {
        div.line {
            a href={ "console/events/" (event.id) } { strong { (event.event_type) } }
            (moment(event.created))
        }
        @if let Some(resource) = event.resource_id() {
            a.soft.small href=(link(Some(resource), None)) { code { (resource) } }
        }
        ul.deliveries {
            @for delivery in deliveries { li { (delivery_line(words, delivery, endpoints)) } }
            @if deliveries.is_empty() { li.soft { (words.no_deliveries) } }
        }
    }
}

/// One delivery: how it stands, to whom, how often tried, what came back, and when next.
pub(super) fn delivery_line(words: &Words, delivery: &Delivery, endpoints: &Endpoints) -> Markup {
    html! {
        (badge(words, delivery))
        span { (endpoints.name(&delivery.endpoint)) }
        @match (&delivery.last_error, delivery.response_status) {
            // The error says what was answered.
            (Some(error), _) => { span.error { (error) } },
            (None, Some(status)) => { span.soft { "HTTP " (status) } },
            (None, None) => {},
        }
        span.soft { (with(words.tries, delivery.attempts)) }
        @if let Some(next) = delivery.next_attempt { span.soft { (words.next_try) " " (moment(next)) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_keeps_what_was_asked_for() {
        assert_eq!(link(None, None), "console?");
        assert_eq!(link(Some("a&b=\"<"), Some("evt_1")), "console?resource=a%26b%3D%22%3C&after=evt_1");
    }
}
