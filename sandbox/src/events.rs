//! Events: made in the transaction of what happened, and put into the outbox with it.

use crate::deliveries;
use crate::domain::resources::Nothing;
use crate::refusal::Outcome;
use crate::store::objects::{self, Filter, Stored};
use crate::work::Work;
use okpay::api::{API_VERSION, Event, EventData, EventType, WebhookEndpoint, WebhookEndpointStatus};

/// How many endpoints an account may have in use.
const MANY: i64 = 100;

/// Makes an event, and a delivery of it to every endpoint that wants it.
pub(crate) async fn emit(work: &mut Work<'_>, event_type: EventType, data: EventData) -> Outcome<Event> {
    let (id, created) = (work.id("evt_"), work.now);
    let event = Event { id, event_type, created, api_version: API_VERSION.to_owned(), livemode: false, data };
    let event = work.insert(event, Nothing {}).await?.body;
    for endpoint in enabled_endpoints(work).await? {
        let wanted = &endpoint.body.events;
        if wanted.is_empty() || wanted.iter().any(|name| name == event.event_type.as_str()) {
            deliveries::put_out(work, &event, &endpoint.body.id).await?;
        }
    }
    Ok(event)
}

/// The endpoints that get deliveries.
pub(crate) async fn enabled_endpoints(work: &mut Work<'_>) -> Outcome<Vec<Stored<WebhookEndpoint>>> {
    let status = Some(WebhookEndpointStatus::Enabled.to_string());
    let account = work.account.clone();
    let (endpoints, _) = objects::list(&mut work.tx, &account, &Filter { status, limit: MANY, ..Filter::default() }).await?;
    Ok(endpoints)
}
