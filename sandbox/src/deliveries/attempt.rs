//! One try of a delivery: signed, sent, judged.

use super::outbox;
use crate::clock::real_now;
use crate::gateway::Gateway;
use crate::handlers::webhook_endpoints::switch_off;
use crate::refusal::{Outcome, Refusal};
use crate::states::DELIVERY;
use crate::store::objects::{self, Stored};
use crate::work::Work;
use okpay::Timestamp;
use okpay::api::{Delivery, DeliveryStatus, Event, WebhookEndpoint, WebhookEndpointStatus};
use okpay::webhooks::WebhookSigner;
use std::time::{Duration, UNIX_EPOCH};

/// When a delivery is tried again after each failure, in seconds.
const SCHEDULE: [i64; 9] = [5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600];

/// How long an endpoint may take.
const TIMEOUT: Duration = Duration::from_secs(15);

/// The longest that an endpoint may ask to be left alone, in seconds.
const MAX_RETRY_AFTER: i64 = 24 * 3600;

/// What an endpoint said.
struct Heard {
    status: Option<u16>,
    error: Option<String>,
    /// For how many seconds it wants to be left alone.
    retry_after: Option<i64>,
}

/// The client that delivers: no redirects, no proxy, no answer that takes for ever.
pub(crate) fn http_client() -> Outcome<reqwest::Client> {
    // Fails only where a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(TIMEOUT).no_proxy();
    client.build().map_err(|error| Refusal::Internal(format!("no HTTP client: {error}")))
}

/// Tries a delivery once. No transaction is open while it waits for the endpoint.
pub(super) async fn attempt(gateway: &Gateway, delivery: &Delivery) -> Outcome<()> {
    let mut look = Work::looking(gateway).await?;
    let event = look.get::<Event>(&delivery.event).await?.body;
    let endpoint = look.get::<WebhookEndpoint>(&delivery.endpoint).await?;
    look.tx.undo().await?;
    let now = gateway.clock.now();
    if let Some(until) = endpoint.internal.slow_until.filter(|until| *until > now) {
        return finish(gateway, Delivery { next_attempt: Some(until), ..delivery.clone() }).await;
    }
    let heard = send(gateway, &endpoint, &event, now).await?;
    let status = heard.status;
    let slow_until = heard.retry_after.map(|secs| now.plus_secs(secs));
    finish(gateway, judge(gateway, delivery, heard, now)?).await?;
    if status == Some(410) {
        return disable(gateway, &delivery.endpoint).await;
    }
    match slow_until {
        Some(until) => slow_down(gateway, &delivery.endpoint, until).await,
        None => Ok(()),
    }
}

async fn send(gateway: &Gateway, endpoint: &Stored<WebhookEndpoint>, event: &Event, now: Timestamp) -> Outcome<Heard> {
    let body = serde_json::to_string(event)?;
    let mut secrets = vec![endpoint.internal.secret.clone()];
    let overlaps = endpoint.body.previous_secret_expires.is_some_and(|until| now < until);
    secrets.extend(endpoint.internal.previous_secret.clone().filter(|_| overlaps));
    let headers = WebhookSigner::new(&secrets)?.headers(&event.id, real_now(), body.as_bytes())?;
    let mut request = gateway.http.post(&endpoint.body.url).header("content-type", "application/json").body(body);
    for (name, value) in headers.to_list() {
        request = request.header(name, value);
    }
    Ok(match request.send().await {
        Ok(response) => heard(&response),
        Err(error) => Heard { status: None, error: Some(why(&error)), retry_after: None },
    })
}

fn heard(response: &reqwest::Response) -> Heard {
    let status = response.status().as_u16();
    let retry_after = response.headers().get("retry-after").and_then(|value| value.to_str().ok()).and_then(seconds);
    let error = (!response.status().is_success()).then(|| format!("the endpoint answered {status}"));
    Heard { status: Some(status), error, retry_after: retry_after.filter(|_| matches!(status, 429 | 502..=504)) }
}

/// `Retry-After` in seconds from now, whichever of its two forms it has (RFC 9110 §10.2.3).
fn seconds(text: &str) -> Option<i64> {
    let secs = match text.trim().parse::<i64>() {
        Ok(secs) => secs,
        Err(_) => {
            let moment = httpdate::parse_http_date(text.trim()).ok()?.duration_since(UNIX_EPOCH).ok()?;
            i64::try_from(moment.as_secs()).ok()?.saturating_sub(real_now().secs())
        }
    };
    (secs > 0).then_some(secs.min(MAX_RETRY_AFTER))
}

/// The reason behind reqwest's own words.
fn why(error: &reqwest::Error) -> String {
    let mut source: &dyn std::error::Error = error;
    while let Some(inner) = source.source() {
        source = inner;
    }
    let kind = if error.is_timeout() { "no answer within 15 s" } else { "not delivered" };
    format!("{kind}: {source}")
}

/// The delivery after a try.
fn judge(gateway: &Gateway, delivery: &Delivery, heard: Heard, now: Timestamp) -> Outcome<Delivery> {
    let next = SCHEDULE.get(usize::try_from(delivery.attempts).unwrap_or(usize::MAX));
    let event = match heard.status {
        Some(200..=299) => "succeed",
        Some(410) => "fail",
        _ if next.is_none() => "fail",
        _ => "retry",
    };
    let status = DeliveryStatus::from(DELIVERY.step(delivery.status.as_str(), event)?);
    let wait = next.map(|secs| jittered(gateway, delivery, *secs).max(heard.retry_after.unwrap_or_default() * 1000));
    Ok(Delivery {
        attempts: delivery.attempts + 1,
        response_status: heard.status,
        last_error: heard.error,
        next_attempt: wait.filter(|_| status == DeliveryStatus::Pending).map(|millis| now.plus_millis(millis)),
        status,
        ..delivery.clone()
    })
}

/// Up to a tenth longer, in milliseconds, so that many that failed together do not come back together.
fn jittered(gateway: &Gateway, delivery: &Delivery, secs: i64) -> i64 {
    let drawn = gateway.ids.fingerprint(&[delivery.id.as_bytes(), &delivery.attempts.to_be_bytes()]);
    let percent = i64::from_str_radix(drawn.get(..4).unwrap_or("0"), 16).unwrap_or_default() % 11;
    secs * 1000 + secs * 10 * percent
}

async fn finish(gateway: &Gateway, delivery: Delivery) -> Outcome<()> {
    let mut tx = gateway.store.write().await?;
    outbox::write(&mut tx, &delivery).await?;
    tx.commit().await
}

/// The endpoint is gone, by its own word.
async fn disable(gateway: &Gateway, id: &str) -> Outcome<()> {
    let mut work = Work::own(gateway).await?;
    let mut endpoint = work.get::<WebhookEndpoint>(id).await?;
    if endpoint.body.status == WebhookEndpointStatus::Enabled {
        switch_off(&mut work, &mut endpoint).await?;
    }
    work.commit().await
}

async fn slow_down(gateway: &Gateway, id: &str, until: Timestamp) -> Outcome<()> {
    let mut work = Work::own(gateway).await?;
    let mut endpoint = work.get::<WebhookEndpoint>(id).await?;
    endpoint.internal.slow_until = Some(until);
    objects::update_internal(&mut work.tx, &endpoint).await?;
    work.commit().await
}
