use anyhow::Result;
use clap::Args;
use std::process::ExitCode;

/// wip
#[derive(Args)]
#[command(after_help = "Example:\n  okpay trigger")]
pub(crate) struct Arguments {}

pub(crate) fn run(_: &Arguments) -> Result<ExitCode> {
    anyhow::bail!("wip")
}
