//! The examples in TypeScript: each with the packages that its lock file pins, and the SDK as npm packs it.

use super::gateway::okpay;
use crate::command::{become_program, program, root, run};
use crate::javascript::{browser, packed};
use anyhow::Result;
use std::process::Command;

/// Linted, type-checked, built, and clicked through in a browser.
pub(super) fn checkout() -> Result<()> {
    build_checkout()?;
    test(npm("browser-checkout", "test").env("OKPAY_BROWSER", browser()?))
}

/// Linted, type-checked and built, for itself and for the bookshop, which sends its buyers to it.
pub(super) fn build_checkout() -> Result<()> {
    install("browser-checkout")?;
    run(&mut npm("browser-checkout", "run build"))
}

/// Linted, type-checked, built, and run in the runtime of edge workers.
pub(super) fn worker() -> Result<()> {
    install("worker")?;
    test(&mut npm("worker", "test"))
}

/// Runs the shop with its checkout and a gateway beside it, until Ctrl-C.
pub(super) fn start_checkout() -> Result<()> {
    build_checkout()?;
    start("browser-checkout", "build/main.js")
}

/// Runs the worker with a gateway that delivers to it, until Ctrl-C.
pub(super) fn start_worker() -> Result<()> {
    install("worker")?;
    run(&mut npm("worker", "run build"))?;
    start("worker", "start.js")
}

/// What `npm start` does, without npm in between, which does not wait for what it started.
fn start(name: &str, script: &str) -> Result<()> {
    let mut node = program("node");
    become_program(node.arg(script).current_dir(root().join("examples").join(name)).env("OKPAY_PROGRAM", okpay()?))
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
