//! `okpay device-key`: a key for a till, and its public half to be registered.

use crate::{ambient, input, output};
use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use okpay::signing::Secret;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Print the public key of a device, which devices.create takes; with --new, make the key first
#[derive(Args)]
#[command(after_help = "\
Example:
  okpay device-key till.key --new

The file holds the private key and stays on the device: 32 bytes in base64, readable by its owner only. Register what is printed from your
server, and sign under the id that it gives: okpay sign --device-key till.key --key-id okp_test_dev_…")]
pub(crate) struct Arguments {
    /// The file with the private key
    file: PathBuf,
    /// Make a new key in that file, which must not be there yet
    #[arg(long)]
    new: bool,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    if arguments.new {
        make(&arguments.file)?;
    }
    // Under any id: what is registered is the key alone.
    let public_key = input::device_key(&arguments.file, "new")?.public_key().to_base64();
    match arguments.json {
        true => output::json(&serde_json::json!({ "public_key": public_key }))?,
        false => output::line(&public_key)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn make(path: &Path) -> Result<()> {
    let line = Secret::new(STANDARD.encode(ambient::seed()?.expose()) + "\n");
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).with_context(|| format!("{} cannot be made", path.display()))?;
    file.write_all(line.expose()).and_then(|()| file.sync_all()).with_context(|| format!("{} cannot be written", path.display()))
}
