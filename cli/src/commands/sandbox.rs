//! `okpay sandbox`: the gateway in a box.

use crate::connect::{self, Stop};
use crate::{input, output};
use anyhow::{Result, bail};
use clap::Args;
use okpay_sandbox::{Config, Details, Running, Sandbox};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The most bytes of a fee schedule.
const MAX_SCHEDULE: u64 = 16 * 1024 * 1024;

/// Run the gateway in a box
#[derive(Args)]
#[command(after_help = "\
Example:
  okpay sandbox --database sqlite:shop.db

It prints the lines to paste into another terminal, so that `okpay trigger payment.succeeded`, or your own program, finds it. Ctrl-C stops it.
The keys are made anew for each database; --seed makes them the same every time, known to whoever knows the seed.")]
pub(crate) struct Arguments {
    /// The port; 0 finds a free one
    #[arg(long, default_value_t = 4010)]
    port: u16,
    /// The address to listen on; another than the default lets other machines in
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
    bind: IpAddr,
    /// The URL by which clients reach it, where that is another: in Docker, behind a proxy, from an emulator
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Where everything is kept: sqlite:PATH, or sqlite::memory: to forget it at the end
    #[arg(long, default_value = "sqlite::memory:", value_name = "URL")]
    database: String,
    /// Make keys, ids and addresses the same every time
    #[arg(long, value_name = "TEXT")]
    seed: Option<String>,
    /// A fee schedule (JSON) instead of OKPay's standard one
    #[arg(long, value_name = "FILE")]
    fee_schedule: Option<PathBuf>,
    /// Print one line of JSON: url, keys, webhook secret, the gateway's public keys, control token
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    check_folder(&arguments.database)?;
    let config = Config {
        bind: arguments.bind,
        port: arguments.port,
        public_url: arguments.public_url.clone(),
        database: arguments.database.clone(),
        seed: arguments.seed.clone(),
        fee_schedule: arguments.fee_schedule.as_deref().map(|path| input::text(path, MAX_SCHEDULE)).transpose()?,
    };
    connect::runtime()?.block_on(serve(config, arguments.json))?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(config: Config, json: bool) -> Result<()> {
    let mut stop = Stop::new()?;
    let database = config.database.clone();
    let mut running = Sandbox::start(config).await?;
    let told = if json { output::json(running.details()) } else { output::line(&introduction(running.details(), &database)) };
    let ended = match told {
        Ok(()) => until_stopped(&mut running, &mut stop).await,
        Err(error) => Err(error),
    };
    running.shutdown().await;
    ended
}

async fn until_stopped(running: &mut Running, stop: &mut Stop) -> Result<()> {
    tokio::select! {
        () = stop.wished() => Ok(()),
        () = running.wait() => bail!("the sandbox stopped by itself; what it logged says why"),
    }
}

/// SQLite's own error names neither the folder nor what to do.
fn check_folder(database: &str) -> Result<()> {
    let Some(path) = database.strip_prefix("sqlite:").filter(|path| !path.starts_with(':')) else { return Ok(()) };
    let folder = Path::new(path.trim_start_matches("//")).parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder.filter(|folder| !folder.is_dir()) {
        Some(folder) => bail!("the folder {} is not there; make it, or name another with --database", folder.display()),
        None => Ok(()),
    }
}

/// What to paste into another terminal.
fn introduction(details: &Details, database: &str) -> String {
    let variables = [
        ("OKPAY_BASE_URL", &details.url),
        ("OKPAY_KEY_ID", &details.key_id),
        ("OKPAY_SECRET", &details.secret),
        ("OKPAY_PUBLISHABLE_KEY", &details.publishable_key),
        ("OKPAY_GATEWAY_KEYS", &details.gateway_keys),
        ("OKPAY_FEE_SCHEDULE_KEY", &details.fee_schedule_key),
        ("OKPAY_OFFICIAL_LIST_KEY", &details.official_list_key),
        ("OKPAY_WEBHOOK_SECRET", &details.webhook_secret),
        ("OKPAY_CONTROL_TOKEN", &details.control_token),
    ];
    let exports = variables.map(|(name, value)| format!("export {name}='{value}'")).join("\n");
    let url = &details.url;
    format!(
        "The sandbox runs at {url}, its data {}. Paste this where it is used; Ctrl-C here stops it.\n\n{exports}\n\n\
         {url}/sandbox/console shows what happens; sign in with the control token.\n",
        place(database)
    )
}

/// Where the data is, without the password that a database's URL may hold.
fn place(database: &str) -> String {
    match database.strip_prefix("sqlite:") {
        Some(path) if path.starts_with(':') => "in memory".to_owned(),
        Some(path) => format!("in {path}"),
        None => "in PostgreSQL".to_owned(),
    }
}
