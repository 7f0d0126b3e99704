//! The gateway in a box on a file, until it is killed: `crash-gateway FILE PORT`. Prints its details as one line of JSON.

use anyhow::{Context, Result};
use okpay_sandbox::{Config, Sandbox};

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let database = format!("sqlite:{}", arguments.next().context("FILE")?);
    let port = arguments.next().context("PORT")?.parse()?;
    let running = Sandbox::start(Config { port, database, ..Config::default() }).await?;
    println!("{}", serde_json::to_string(running.details())?);
    std::future::pending().await
}
