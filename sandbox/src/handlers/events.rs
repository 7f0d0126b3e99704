//! `events`: read, and delivered again.

use super::{Request, page};
use crate::refusal::{Outcome, refuse_at};
use crate::store::objects::{self, Filter};
use crate::work::{Reply, Work};
use crate::{deliveries, events, validate};
use okpay::ErrorCode;
use okpay::api::{Event, EventType, ListEvents, RedeliverEvent, WebhookEndpoint, WebhookEndpointStatus};

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListEvents = request.query()?;
    if let Some(EventType::Unknown { raw }) = &asked.event_type {
        return Err(refuse_at(ErrorCode::InvalidField, "type", format!("{raw:?} is no event type, such as payment.succeeded")));
    }
    let limit = validate::limit(asked.limit)?;
    let status = asked.event_type.map(|event_type| event_type.to_string());
    let filter = Filter { status, parent: asked.resource, after: asked.after, limit, reference: None };
    let (events, next) = objects::list::<Event>(&mut work.tx, &work.account, &filter).await?;
    page(events.into_iter().map(|event| event.body).collect(), next)
}

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&work.get::<Event>(&request.id).await?.body)
}

pub(super) async fn deliveries(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    let event = work.get::<Event>(&request.id).await?;
    page(deliveries::of_event(&mut work.tx, &event.body.id).await?, None)
}

pub(super) async fn redeliver(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: RedeliverEvent = request.body()?;
    let event = deliver_again(work, &request.id, asked.endpoint.as_deref()).await?;
    Reply::made(&event.id, &event)
}

/// Puts an event into the outbox again, for one endpoint or for all that are enabled.
pub(crate) async fn deliver_again(work: &mut Work<'_>, id: &str, endpoint: Option<&str>) -> Outcome<Event> {
    let event = work.get::<Event>(id).await?.body;
    let endpoints = match endpoint {
        Some(id) => {
            let endpoint = work.get::<WebhookEndpoint>(id).await.map_err(|refusal| refusal.at("endpoint"))?;
            if endpoint.body.status != WebhookEndpointStatus::Enabled {
                return Err(refuse_at(ErrorCode::IllegalState, "endpoint", "this endpoint is switched off"));
            }
            vec![endpoint]
        }
        None => events::enabled_endpoints(work).await?,
    };
    for endpoint in endpoints {
        deliveries::enqueue(work, &event.id, &endpoint.body.id).await?;
    }
    Ok(event)
}
