//! The examples in TypeScript: each with the packages that its lock file pins, and the SDK as npm packs it.

use super::gateway::okpay;
use crate::command::{program, root, run};
use crate::javascript::{browser, packed};
use anyhow::Result;
use std::process::Command;

/// Linted, type-checked, built, and clicked through in a browser.
pub(super) fn checkout() -> Result<()> {
    install("browser-checkout")?;
    run(&mut npm("browser-checkout", "run build"))?;
    test(npm("browser-checkout", "test").env("OKPAY_BROWSER", browser()?))
}

/// Linted, type-checked, built, and run in the runtime of edge workers.
pub(super) fn worker() -> Result<()> {
    install("worker")?;
    test(&mut npm("worker", "test"))
}

/// Runs the shop with its checkout and a gateway beside it, until Ctrl-C.
pub(super) fn start_checkout() -> Result<()> {
    start("browser-checkout")
}

/// Runs the worker with a gateway that delivers to it, until Ctrl-C.
pub(super) fn start_worker() -> Result<()> {
    start("worker")
}

fn start(name: &str) -> Result<()> {
    install(name)?;
    run(npm(name, "start").env("OKPAY_PROGRAM", okpay()?))
}

/// `npm ci` packs the SDK anew each time, so that it is the one that was built last.
fn install(name: &str) -> Result<()> {
    packed()?;
    run(&mut npm(name, "ci --ignore-scripts"))?;
    run(&mut npm(name, "run check"))
}

fn test(command: &mut Command) -> Result<()> {
    run(command.env("OKPAY_PROGRAM", okpay()?))
}

fn npm(name: &str, arguments: &str) -> Command {
    let mut command = program("npm");
    command.args(arguments.split_whitespace()).current_dir(root().join("examples").join(name));
    command
}
