//! `okpay fees`: exact fees offline, by the same code as the gateway's.
//!
//! | file | what is in it |
//! | --- | --- |
//! | `mod.rs` | the commands on one amount |
//! | `order.rs` | the arguments that describe an order, and the question that they make |
//! | `schedule.rs` | the fee schedule: OKPay's own, or a file |
//! | `tables.rs` | quotes and comparisons for people |
//! | `batch.rs` | a CSV file in, the same with fees out |
//! | `columns.rs`, `chunk.rs` | what the columns of that file mean; rows that are computed at once |
//! | `sink.rs` | where the rows go: whole, or not at all |

mod batch;
mod chunk;
mod columns;
mod order;
mod schedule;
mod sink;
mod tables;

use crate::{ambient, output};
use anyhow::{Error, Result};
use clap::{Args, Subcommand};
use okpay::fees::{FeeSchedule, Quote, QuoteRequest};
use okpay::{ErrorCode, OkpayError, Timestamp};
use order::{Amount, Order};
use schedule::ScheduleArguments;
use std::process::ExitCode;

/// Compute fees offline, to the cent as the gateway does
#[derive(Args)]
#[command(after_help = "Example:\n  okpay fees compare 19.99 EUR --fact brand=visa --fact card_region=domestic --fact conversion=false")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The fee on an amount, line by line
    #[command(after_help = "\
Example:
  okpay fees quote 19.99 EUR --method card --fact brand=visa --fact card_region=domestic --fact conversion=false")]
    Quote(OneMethod),
    /// What to ask for, so that an amount is left after the fee
    #[command(after_help = "\
Example:
  okpay fees gross-up 19.99 EUR --method bank_transfer")]
    GrossUp(OneMethod),
    /// The most that can be withdrawn from a balance, with its fee
    #[command(after_help = "\
Example:
  okpay fees max-withdrawal 500 USDT --method usdt --fact network=tron")]
    MaxWithdrawal(OneMethod),
    /// An amount by every method, cheapest first
    #[command(after_help = "\
Example:
  okpay fees compare 19.99 EUR --fact brand=visa --fact card_region=domestic --fact conversion=false")]
    Compare(Compare),
    Batch(batch::Arguments),
}

#[derive(Args)]
struct OneMethod {
    #[command(flatten)]
    amount: Amount,
    /// How: card, bank_transfer, usdt, btc, …
    #[arg(long)]
    method: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Args)]
struct Compare {
    #[command(flatten)]
    amount: Amount,
    /// Only this method; may be given more than once
    #[arg(long)]
    method: Vec<String>,
    #[command(flatten)]
    common: Common,
}

#[derive(Args)]
struct Common {
    /// What is done: payment, withdrawal, deposit, transfer or bill; a payment unless it says otherwise
    #[arg(long)]
    operation: Option<String>,
    #[command(flatten)]
    order: Order,
    #[command(flatten)]
    schedule: ScheduleArguments,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    match &arguments.command {
        Command::Quote(arguments) => one_method(arguments, PAYMENT, FeeSchedule::quote),
        Command::GrossUp(arguments) => one_method(arguments, PAYMENT, FeeSchedule::gross_up),
        Command::MaxWithdrawal(arguments) => one_method(arguments, "withdrawal", FeeSchedule::max_withdrawal),
        Command::Compare(arguments) => compare(arguments),
        Command::Batch(arguments) => batch::run(arguments),
    }
}

const PAYMENT: &str = "payment";

type Question = fn(&FeeSchedule, &QuoteRequest, Timestamp) -> Result<Quote, OkpayError>;

fn one_method(arguments: &OneMethod, operation: &str, question: Question) -> Result<ExitCode> {
    let common = &arguments.common;
    let operation = common.operation.as_deref().unwrap_or(operation);
    let request = common.order.request(operation, &arguments.method, arguments.amount.read()?)?;
    let schedule = common.schedule.load()?;
    let quote = question(&schedule, &request, ambient::now()).map_err(with_hint)?;
    if common.json {
        output::json(&quote)?
    } else {
        output::line(&tables::quote(&quote, &schedule))?
    }
    Ok(ExitCode::SUCCESS)
}

fn compare(arguments: &Compare) -> Result<ExitCode> {
    let common = &arguments.common;
    let operation = common.operation.as_deref().unwrap_or(PAYMENT);
    let request = common.order.request(operation, "", arguments.amount.read()?)?;
    let schedule = common.schedule.load()?;
    let offers = schedule.compare(&request, &arguments.method, ambient::now()).map_err(with_hint)?;
    if common.json {
        output::json(&offers)?
    } else {
        output::line(&tables::offers(&offers, &schedule))?
    }
    Ok(ExitCode::SUCCESS)
}

/// The same error, and how to give what is missing on the command line.
fn with_hint(error: OkpayError) -> Error {
    let (code, param) = (error.code().clone(), error.failure().param.clone());
    match (code, param.as_deref()) {
        (ErrorCode::MissingFact, Some("monthly_volume")) => Error::new(error).context("add --monthly-volume AMOUNT"),
        (ErrorCode::MissingFact, Some(name)) => Error::new(error).context(format!("add --fact {name}=VALUE")),
        _ => error.into(),
    }
}
