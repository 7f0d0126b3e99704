//! One event in full, and delivering it again.

use super::super::forms::see_other;
use super::super::layout::moment;
use super::events::{Endpoints, delivery_line};
use super::sign_in::{SignedIn, Submitted};
use super::{Frame, refused};
use crate::deliveries;
use crate::gateway::{Gateway, Shared};
use crate::handlers::events::deliver_again;
use crate::refusal::Outcome;
use crate::work::Work;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use okpay::Timestamp;
use okpay::api::{Delivery, DeliveryStatus, Event};

/// From a page of an event to the console.
const ROOT: &str = "../../console";

/// How soon the page asks again while a delivery is about to be tried, in seconds.
const REFRESH: u32 = 2;

/// What the page shows.
struct Full {
    event: Event,
    /// As text, indented.
    json: String,
    deliveries: Vec<Delivery>,
    endpoints: Endpoints,
    now: Timestamp,
}

pub(super) async fn show(visitor: SignedIn, State(gateway): State<Shared>, Path(id): Path<String>) -> Response {
    match load(&gateway, &id).await {
        Ok(full) => {
            let soon = |delivery: &Delivery| {
                delivery.status == DeliveryStatus::Pending && delivery.next_attempt.is_some_and(|next| next <= full.now)
            };
            let refresh = full.deliveries.iter().any(soon).then_some(REFRESH);
            let title = full.event.event_type.to_string();
            let frame = Frame { words: visitor.words, status: StatusCode::OK, title: &title, refresh, root: ROOT, visitor: Some(&visitor) };
            frame.around(&draw(&visitor, &full))
        }
        Err(refusal) => refused(&visitor, ROOT, refusal),
    }
}

async fn load(gateway: &Gateway, id: &str) -> Outcome<Full> {
    let mut work = Work::looking(gateway).await?;
    let event = work.get::<Event>(id).await?.body;
    let deliveries = deliveries::of_event(&mut work.tx, id).await?;
    let json = serde_json::to_string_pretty(&serde_json::to_value(&event)?)?;
    Ok(Full { event, json, deliveries, endpoints: Endpoints::load(&mut work).await?, now: work.now })
}

fn draw(visitor: &SignedIn, full: &Full) -> Markup {
    let (words, event) = (visitor.words, &full.event);
    html! {
        section {
            p.small { a href=(ROOT) { "← " (words.all_events) } }
            h1 { (event.event_type) }
            p.soft { code { (event.id) } " · " (moment(event.created)) }
            @if let Some(resource) = event.resource_id() {
                p { (words.resource) ": " a href={ (ROOT) "?resource=" (resource) } { code { (resource) } } }
            }
        }
        section aria-labelledby="deliveries" {
            h2 #deliveries { (words.deliveries) }
            ul.deliveries {
                @for (index, delivery) in full.deliveries.iter().enumerate() {
                    li {
                        (delivery_line(words, delivery, &full.endpoints))
                        // One button an endpoint, at its newest delivery.
                        @if full.deliveries[..index].iter().all(|newer| newer.endpoint != delivery.endpoint) {
                            (again(visitor, event, Some(&delivery.endpoint), words.redeliver))
                        }
                    }
                }
                @if full.deliveries.is_empty() { li.soft { (words.no_deliveries) } }
            }
            (again(visitor, event, None, words.redeliver_all))
        }
        section aria-labelledby="body" {
            p.soft.small #body { (words.body) }
            pre tabindex="0" aria-labelledby="body" { code { (full.json) } }
        }
    }
}

fn again(visitor: &SignedIn, event: &Event, endpoint: Option<&str>, label: &str) -> Markup {
    html! {
        form method="post" action={ (event.id) "/redeliver" } {
            (visitor.mark())
            @if let Some(endpoint) = endpoint { input type="hidden" name="endpoint" value=(endpoint); }
            button.quiet.little { (label) }
        }
    }
}

pub(super) async fn redeliver(State(gateway): State<Shared>, Path(id): Path<String>, submitted: Submitted) -> Response {
    let endpoint = Some(submitted.form.get("endpoint")).filter(|endpoint| !endpoint.is_empty());
    match enqueue(&gateway, &id, endpoint).await {
        Ok(()) => see_other(&format!("../{id}")),
        Err(refusal) => refused(&submitted.visitor, "../../../console", refusal),
    }
}

async fn enqueue(gateway: &Gateway, id: &str, endpoint: Option<&str>) -> Outcome<()> {
    let mut work = Work::own(gateway).await?;
    deliver_again(&mut work, id, endpoint).await?;
    work.commit().await
}
