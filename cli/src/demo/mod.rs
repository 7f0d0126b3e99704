//! The demonstration: a merchant takes a payment, offline, end to end.

use std::process::ExitCode;

/// Runs the demonstration; `json` prints it for machines.
pub(crate) fn run(_json: bool) -> anyhow::Result<ExitCode> {
    anyhow::bail!("this build has no demonstration")
}
