//! `okpay events`: what happened, and how its deliveries fared.

use crate::{connect, output};
use anyhow::Result;
use clap::{Args, Subcommand};
use okpay::api::{Delivery, DeliveryStatus, Event, EventType, ListEvents, RedeliverEvent};
use okpay::client::Client;
use std::process::ExitCode;

/// List events, show one with its deliveries, or deliver it again
#[derive(Args)]
#[command(after_help = "\
Example:
  okpay events list --limit 5

The account is the one of OKPAY_BASE_URL, OKPAY_KEY_ID and OKPAY_SECRET, as `okpay sandbox` prints them.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    List(List),
    Show(Show),
    Resend(Resend),
}

/// List events, newest first
#[derive(Args)]
#[command(after_help = "Example:\n  okpay events list --type payment.succeeded --limit 5")]
struct List {
    /// How many, 1 to 100
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
    limit: u32,
    /// The `next` of the page before
    #[arg(long)]
    after: Option<String>,
    /// Only this type
    #[arg(long = "type", value_name = "EVENT")]
    event_type: Option<String>,
    /// Only those of this payment, refund, checkout session or endpoint
    #[arg(long, value_name = "ID")]
    resource: Option<String>,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

/// Show an event and its deliveries
#[derive(Args)]
#[command(after_help = "Example:\n  okpay events show evt_01k9z3r6v8e2m4q7t0w5y1a3c6")]
struct Show {
    /// The id of the event
    id: String,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

/// Deliver an event again
#[derive(Args)]
#[command(after_help = "Example:\n  okpay events resend evt_01k9z3r6v8e2m4q7t0w5y1a3c6")]
struct Resend {
    /// The id of the event
    id: String,
    /// Only to this endpoint, we_…
    #[arg(long, value_name = "ID")]
    endpoint: Option<String>,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let client = connect::client()?;
    let done = connect::runtime()?.block_on(async {
        match &arguments.command {
            Command::List(arguments) => list(&client, arguments).await,
            Command::Show(arguments) => show(&client, arguments).await,
            Command::Resend(arguments) => resend(&client, arguments).await,
        }
    });
    done.map_err(connect::where_it_is)?;
    Ok(ExitCode::SUCCESS)
}

async fn list(client: &Client, arguments: &List) -> Result<()> {
    let params = ListEvents {
        limit: Some(arguments.limit),
        after: arguments.after.clone(),
        event_type: arguments.event_type.as_deref().map(EventType::from),
        resource: arguments.resource.clone(),
    };
    let page = client.events().list(params).await?;
    if arguments.json {
        return output::json(&page);
    }
    let row = |event: &Event| {
        let resource = event.resource_id().unwrap_or_default();
        vec![event.created.to_string(), event.event_type.to_string(), resource.to_owned(), event.id.clone()]
    };
    output::line(&output::table(&["created", "type", "resource", "event"], usize::MAX, page.data.iter().map(row).collect()))?;
    match page.next {
        Some(next) => output::line(&format!("\nmore: --after {next}")),
        None => Ok(()),
    }
}

async fn show(client: &Client, arguments: &Show) -> Result<()> {
    let event = client.events().retrieve(arguments.id.as_str()).await?;
    let deliveries = client.events().deliveries(arguments.id.as_str()).await?.data;
    if arguments.json {
        return output::json(&serde_json::json!({ "event": event, "deliveries": deliveries }));
    }
    // By way of a value, since the raw data of an event would stay on one line.
    output::line(&serde_json::to_string_pretty(&serde_json::to_value(&event)?)?)?;
    if deliveries.is_empty() {
        return output::line("\nno deliveries: no endpoint asked for this event");
    }
    let rows = deliveries.iter().map(delivery_row).collect();
    output::line(&format!("\n{}", output::table(&["endpoint", "status", "tries", "last answer", "next try"], usize::MAX, rows)))
}

async fn resend(client: &Client, arguments: &Resend) -> Result<()> {
    let params = RedeliverEvent { endpoint: arguments.endpoint.clone() };
    let event = client.events().redeliver(arguments.id.as_str(), params).await?;
    if arguments.json {
        return output::json(&event);
    }
    output::line(&format!("{} {} is on its way again; `okpay events show {0}` tells how it fares", event.id, event.event_type))
}

fn delivery_row(delivery: &Delivery) -> Vec<String> {
    let status = match &delivery.status {
        DeliveryStatus::Succeeded => output::good(delivery.status.as_str()),
        DeliveryStatus::Failed => output::bad(delivery.status.as_str()),
        other => other.to_string(),
    };
    let answer = delivery.response_status.map(|status| status.to_string()).or_else(|| delivery.last_error.clone());
    let next = delivery.next_attempt.map(|time| time.to_string());
    vec![delivery.endpoint.clone(), status, delivery.attempts.to_string(), answer.unwrap_or_default(), next.unwrap_or_default()]
}
