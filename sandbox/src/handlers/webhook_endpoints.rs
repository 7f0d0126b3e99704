//! `webhook_endpoints`.

use super::{Request, page};
use crate::deliveries;
use crate::domain::resources::EndpointInternal;
use crate::refusal::{Outcome, refuse_at};
use crate::states::WEBHOOK_ENDPOINT;
use crate::store::objects::{self, Filter, Stored};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::ErrorCode;
use okpay::api::{
    EventData, EventType, ListWebhookEndpoints, NewWebhookEndpoint, RotateWebhookSecret, WebhookEndpoint, WebhookEndpointStatus,
};

pub(super) async fn create(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let new: NewWebhookEndpoint = request.body()?;
    let endpoint = add(work, new).await?;
    Reply::made(&endpoint.id, &endpoint)
}

/// Adds an endpoint, and gives it with its secret. The first of an account has the secret that the sandbox announced when it started.
pub(crate) async fn add(work: &mut Work<'_>, new: NewWebhookEndpoint) -> Outcome<WebhookEndpoint> {
    validate::web_url("url", &new.url)?;
    validate::text("description", new.description.as_deref(), 500)?;
    for (index, name) in new.events.iter().enumerate() {
        if matches!(EventType::from(name.as_str()), EventType::Unknown { .. }) {
            let detail = format!("{name:?} is no event type, such as payment.succeeded");
            return Err(refuse_at(ErrorCode::InvalidField, format!("events[{index}]"), detail));
        }
    }
    let account = work.account.clone();
    let (existing, _) = objects::list::<WebhookEndpoint>(&mut work.tx, &account, &Filter { limit: 1, ..Filter::default() }).await?;
    let keys = &work.gateway.keys;
    let secret = if existing.is_empty() { keys.webhook_secret.clone() } else { work.gateway.ids.webhook_secret() };
    let body = WebhookEndpoint {
        id: work.id("we_"),
        url: new.url,
        status: WebhookEndpointStatus::Enabled,
        events: new.events,
        description: new.description,
        secret: None,
        previous_secret_expires: None,
        created: work.now,
        version: 1,
        livemode: false,
    };
    let internal = EndpointInternal { secret: secret.clone(), ..EndpointInternal::default() };
    let endpoint = work.insert(body, internal).await?;
    Ok(WebhookEndpoint { secret: Some(secret), ..endpoint.body })
}

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListWebhookEndpoints = request.query()?;
    let filter = Filter { after: asked.after, limit: validate::limit(asked.limit)?, ..Filter::default() };
    let (endpoints, next) = objects::list::<WebhookEndpoint>(&mut work.tx, &work.account, &filter).await?;
    page(endpoints.into_iter().map(|endpoint| endpoint.body).collect(), next)
}

pub(super) async fn rotate_secret(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: RotateWebhookSecret = request.body()?;
    let overlap = validate::within("overlap", asked.overlap, 0..=604_800, 86_400)?;
    let mut endpoint = work.get::<WebhookEndpoint>(&request.id).await?;
    WEBHOOK_ENDPOINT.step(endpoint.body.status.as_str(), "rotate")?;
    let secret = work.gateway.ids.webhook_secret();
    endpoint.internal.previous_secret = Some(std::mem::replace(&mut endpoint.internal.secret, secret.clone()));
    endpoint.body.previous_secret_expires = Some(work.now.plus_secs(overlap));
    work.update(&mut endpoint).await?;
    Reply::of(&WebhookEndpoint { secret: Some(secret), ..endpoint.body })
}

pub(super) async fn disable(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    let mut endpoint = work.get::<WebhookEndpoint>(&request.id).await?;
    switch_off(work, &mut endpoint).await?;
    Reply::of(&endpoint.body)
}

/// Switches an endpoint off: what waits for it is given up, and the others hear of it.
pub(crate) async fn switch_off(work: &mut Work<'_>, endpoint: &mut Stored<WebhookEndpoint>) -> Outcome<()> {
    let status = WEBHOOK_ENDPOINT.step(endpoint.body.status.as_str(), "disable")?;
    endpoint.body.status = WebhookEndpointStatus::from(status);
    work.update(endpoint).await?;
    deliveries::give_up(&mut work.tx, &endpoint.body.id).await?;
    work.emit(EventType::WebhookEndpointDisabled, EventData::WebhookEndpoint(Box::new(endpoint.body.clone()))).await
}
