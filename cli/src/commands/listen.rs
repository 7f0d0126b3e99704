//! `okpay listen`: hands the webhooks of a gateway on to a server on this machine, and shows each.

use crate::connect::{self, Stop};
use crate::{ambient, output};
use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use clap::Args;
use okpay::api::{EventType, NewWebhookEndpoint, WebhookEndpoint};
use okpay::call::{Outcome, SignedRequest};
use okpay::client::{Client, HttpTransport, Transport};
use okpay::signing::normal_url;
use okpay::webhooks::Verifier;
use serde::Serialize;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// Deliver webhooks to a server on this machine, and show each delivery
#[derive(Args)]
#[command(after_help = "\
Example:
  okpay listen --forward-to http://127.0.0.1:3000/okpay

It adds a webhook endpoint to the account of OKPAY_BASE_URL, OKPAY_KEY_ID and OKPAY_SECRET, prints its secret, and switches it off at the end.
Your server sees the very bytes and headers that came, and its answer goes back to the gateway. Ctrl-C ends it.")]
pub(crate) struct Arguments {
    /// Your server's handler of webhooks
    #[arg(long, value_name = "URL")]
    forward_to: String,
    /// Only events of this type; may be given more than once
    #[arg(long = "event", value_name = "EVENT", value_parser = known_types())]
    events: Vec<String>,
    /// Where to wait for the gateway's deliveries; port 0 finds a free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS:PORT")]
    bind: SocketAddr,
    /// The URL by which the gateway reaches this, where that is another: for a sandbox in a container
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Print one line of JSON for the endpoint, and one per delivery
    #[arg(long)]
    json: bool,
}

/// What a delivery needs on its way.
struct Relay {
    forward_to: String,
    http: HttpTransport,
    verifier: Verifier,
    json: bool,
}

/// One delivery, as it is shown.
#[derive(Serialize)]
struct Shown {
    time: String,
    event: Option<String>,
    #[serde(rename = "type")]
    event_type: Option<String>,
    /// Whether the gateway signed it.
    verified: bool,
    /// What the server answered.
    status: Option<u16>,
    /// Why it did not.
    error: Option<String>,
    elapsed_ms: i64,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let forward_to = normal_url(&arguments.forward_to).context("--forward-to")?;
    let client = connect::client()?;
    connect::runtime()?.block_on(listen(arguments, forward_to, &client))?;
    Ok(ExitCode::SUCCESS)
}

async fn listen(arguments: &Arguments, forward_to: String, client: &Client) -> Result<()> {
    let mut stop = Stop::new()?;
    let listener = TcpListener::bind(arguments.bind).await.with_context(|| format!("cannot listen on {}", arguments.bind))?;
    // Whoever does not know the path can send nothing to the server behind: no other program, and no web page.
    let path = format!("/{}", ambient::token()?);
    let base = arguments.public_url.clone().unwrap_or(format!("http://{}", listener.local_addr()?));
    let endpoint = add_endpoint(client, format!("{}{path}", base.trim_end_matches('/')), &arguments.events).await?;
    let relay = Relay::new(arguments, forward_to, &endpoint);
    let served = match relay.and_then(|relay| relay.introduce(&endpoint).map(|()| relay)) {
        Ok(relay) => serve(listener, &path, relay, &mut stop).await,
        Err(error) => Err(error),
    };
    // The gateway may have gone before: it is asked once, and not waited for.
    let disabled = client.webhook_endpoints().disable(endpoint.id.as_str()).max_attempts(1).timeout(Duration::from_secs(5)).await;
    served?;
    disabled.with_context(|| format!("the endpoint {} stays switched on", endpoint.id))?;
    Ok(())
}

async fn add_endpoint(client: &Client, url: String, events: &[String]) -> Result<WebhookEndpoint> {
    let new = NewWebhookEndpoint::new(url).events(events.to_vec()).description("okpay listen");
    client.webhook_endpoints().create(new).await.map_err(|error| connect::where_it_is(error.into()))
}

impl Relay {
    fn new(arguments: &Arguments, forward_to: String, endpoint: &WebhookEndpoint) -> Result<Self> {
        let verifier = Verifier::new(endpoint.secret.as_slice())?;
        Ok(Self { forward_to, http: connect::http()?, verifier, json: arguments.json })
    }

    /// Says where webhooks go, and the secret that the server needs to verify them.
    fn introduce(&self, endpoint: &WebhookEndpoint) -> Result<()> {
        let (secret, forward_to) = (endpoint.secret.as_deref().unwrap_or_default(), &self.forward_to);
        if self.json {
            return output::json(
                &serde_json::json!({ "endpoint": endpoint.id, "url": endpoint.url, "secret": secret, "forward_to": forward_to }),
            );
        }
        output::line(&format!("Webhooks go to {forward_to}. Ctrl-C ends it.\n\nexport OKPAY_WEBHOOK_SECRET='{secret}'\n"))
    }
}

async fn serve(listener: TcpListener, path: &str, relay: Relay, stop: &mut Stop) -> Result<()> {
    let router = Router::new().route(path, post(deliver)).with_state(Arc::new(relay));
    tokio::select! {
        served = axum::serve(listener, router) => served.context("no more deliveries are taken"),
        () = stop.wished() => Ok(()),
    }
}

async fn deliver(State(relay): State<Arc<Relay>>, headers: HeaderMap, body: Bytes) -> Response {
    let headers = texts(&headers);
    let now = ambient::now();
    let verified = relay.verifier.verify(&body, &headers, now);
    let event_type = verified.as_ref().ok().and_then(|payload| payload.event_type().ok());
    let id = headers.iter().find(|(name, _)| name == "webhook-id").map(|(_, value)| value.clone());
    let request =
        SignedRequest { method: "POST".to_owned(), url: relay.forward_to.clone(), headers: end_to_end(headers), body: body.to_vec() };
    let outcome = relay.http.send(request).await;
    let elapsed_ms = ambient::now().millis().saturating_sub(now.millis());
    let (status, error, retry_after) = match outcome {
        Outcome::Answered(answer) => (Some(answer.status), None, answer.header("retry-after").map(str::to_owned)),
        Outcome::Failed { detail, .. } => (None, Some(detail), None),
    };
    let shown = Shown { time: now.to_string(), event: id, event_type, verified: verified.is_ok(), status, error, elapsed_ms };
    // Whoever closed our standard output stops seeing, but deliveries go on.
    let _ = show(&shown, relay.json);
    let status = status.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(StatusCode::BAD_GATEWAY);
    match retry_after {
        Some(value) => (status, [(header::RETRY_AFTER, value)]).into_response(),
        None => status.into_response(),
    }
}

fn show(shown: &Shown, json: bool) -> Result<()> {
    if json {
        return output::json(shown);
    }
    let answer = match (shown.status, &shown.error) {
        (Some(status), _) if (200..300).contains(&status) => output::good(&status.to_string()),
        (Some(status), _) => output::bad(&status.to_string()),
        (None, error) => output::bad(&format!("no answer ({})", error.as_deref().map_or("", last_cause))),
    };
    let doubt = if shown.verified { "" } else { " (its signature does not hold)" };
    let (id, event_type) = (shown.event.as_deref().unwrap_or("?"), shown.event_type.as_deref().unwrap_or("?"));
    output::line(&format!("{} {event_type} {id} → {answer} in {} ms{doubt}", shown.time, shown.elapsed_ms))
}

/// What is behind the words of the layers above it.
fn last_cause(detail: &str) -> &str {
    detail.rsplit(": ").next().unwrap_or(detail)
}

/// Names in lower case and values, as they came; what is not text is not a webhook's.
fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    headers.iter().filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))).collect()
}

/// Without what concerns one connection only (RFC 9110 §7.6.1), which the next one sets for itself.
fn end_to_end(headers: Vec<(String, String)>) -> Vec<(String, String)> {
    const HOP: [&str; 9] =
        ["accept-encoding", "connection", "content-length", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];
    headers.into_iter().filter(|(name, _)| !HOP.contains(&name.as_str())).collect()
}

fn known_types() -> Vec<&'static str> {
    EventType::KNOWN.iter().map(EventType::as_str).collect()
}
