//! `okpay trigger`: lets a sandbox do what leads to an event.

use crate::{connect, output};
use anyhow::Result;
use clap::Args;
use okpay::api::{Event, EventType};
use okpay_sandbox::Trigger;
use std::path::PathBuf;
use std::process::ExitCode;

/// Make an event happen in a sandbox, by really doing what it tells of
#[derive(Args)]
#[command(after_help = "\
Example:
  okpay trigger payment.succeeded --set amount.amount=5.00 --set reference=order-17

The sandbox is the one of OKPAY_BASE_URL and OKPAY_CONTROL_TOKEN, as `okpay sandbox` prints them.")]
pub(crate) struct Arguments {
    /// The type of the event
    #[arg(value_name = "EVENT", value_parser = known_types())]
    event_type: String,
    /// A field of what is made, by its path; may be given more than once
    #[arg(long, value_name = "PATH=VALUE", value_parser = read_pair)]
    set: Vec<(String, String)>,
    /// The sandbox
    #[arg(long, env = "OKPAY_BASE_URL", default_value = "http://127.0.0.1:4010")]
    url: String,
    /// A file with the control token, instead of OKPAY_CONTROL_TOKEN
    #[arg(long, value_name = "FILE")]
    control_token_file: Option<PathBuf>,
    /// Print the event as one line of JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let control = connect::Control::new(&arguments.url, arguments.control_token_file.as_deref())?;
    let trigger = Trigger { event_type: arguments.event_type.clone(), set: arguments.set.iter().cloned().collect() };
    let event: Event = connect::runtime()?.block_on(control.post("/sandbox/trigger", &trigger))?;
    if arguments.json {
        output::json(&event)?;
    } else {
        output::line(&format!("{} {} {}", event.id, event.event_type, event.resource_id().unwrap_or_default()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn known_types() -> Vec<&'static str> {
    EventType::KNOWN.iter().map(EventType::as_str).collect()
}

fn read_pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((path, value)) if !path.is_empty() => Ok((path.to_owned(), value.to_owned())),
        _ => Err("write PATH=VALUE, such as amount.amount=5.00".to_owned()),
    }
}
