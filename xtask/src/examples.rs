//! `cargo xtask test examples`: every program under `examples/`, as whoever copies it would run it, against a gateway of its own.
//!
//! A function per example, on its row of `EXAMPLES`. It stands on what the steps of the languages make (the wheel, the npm package, the
//! jar, the Swift package) and makes it where it is missing, so that the step also runs alone. While you work on one,
//! `OKPAY_EXAMPLES=python-shop cargo xtask test examples` leaves out the others; several names are separated by commas.
//!
//! | file | what |
//! | --- | --- |
//! | `examples/javascript.rs` | the examples in TypeScript |
//! | `examples/python.rs` | the examples in Python |
//! | `examples/gateway.rs` | a gateway in a box, for an example that has no tests of its own |

mod gateway;
mod javascript;
mod python;

use crate::command::{cargo, output, root};
use anyhow::{Context, Result, ensure};
use gateway::Gateway;
use std::collections::BTreeSet;
use std::process::Command;

/// An example: its folder under `examples/`, and what runs it.
type Example = (&'static str, fn() -> Result<()>);

const EXAMPLES: &[Example] = &[
    ("browser-checkout", javascript::checkout),
    ("python-django", python::django),
    ("python-shop", python::shop),
    ("rust-quickstart", rust_quickstart),
    ("worker", javascript::worker),
];

/// Those that `cargo xtask start` starts, with everything they need, until Ctrl-C.
const STARTED: &[Example] =
    &[("browser-checkout", javascript::start_checkout), ("python-shop", python::start_shop), ("worker", javascript::start_worker)];

/// Whether the step runs this example.
pub(crate) fn is_run(name: &str) -> bool {
    EXAMPLES.iter().any(|(run, _)| *run == name)
}

/// Whether `cargo xtask start` knows it.
pub(crate) fn is_started(name: &str) -> bool {
    STARTED.iter().any(|(started, _)| *started == name)
}

/// Starts an example.
pub(crate) fn start(name: &str) -> Result<()> {
    let names = STARTED.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let found = STARTED.iter().find(|(found, _)| *found == name);
    let (_, run) = found.with_context(|| format!("`{name}` is not among {names}; the README of each example says how it is run"))?;
    run()
}

/// Runs them all, or those that are asked for.
pub(crate) fn check() -> Result<()> {
    complete()?;
    chosen()?.into_iter().try_for_each(|(name, run)| {
        println!("--- examples/{name}");
        run().with_context(|| format!("examples/{name}"))
    })
}

/// An example that nobody runs is one that does not work.
fn complete() -> Result<()> {
    let folder = root().join("examples");
    let entries = std::fs::read_dir(&folder).context("examples/ cannot be read")?.collect::<std::io::Result<Vec<_>>>()?;
    let folders = entries.iter().filter(|entry| entry.path().is_dir());
    let there = folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect::<BTreeSet<_>>();
    let run = EXAMPLES.iter().map(|(name, _)| (*name).to_owned()).collect::<BTreeSet<_>>();
    let odd = there.symmetric_difference(&run).collect::<Vec<_>>();
    ensure!(odd.is_empty(), "examples/ and the list in xtask/src/examples.rs differ: {odd:?}");
    there.iter().try_for_each(|name| {
        ensure!(folder.join(name).join("README.md").is_file(), "examples/{name} has no README.md");
        Ok(())
    })
}

fn chosen() -> Result<Vec<Example>> {
    let wanted = std::env::var("OKPAY_EXAMPLES").unwrap_or_default();
    let wanted = wanted.split(',').filter(|name| !name.is_empty()).collect::<Vec<_>>();
    let unknown = wanted.iter().find(|wanted| EXAMPLES.iter().all(|(name, _)| name != *wanted));
    ensure!(unknown.is_none(), "OKPAY_EXAMPLES names {unknown:?}, and there is no such example");
    Ok(EXAMPLES.iter().filter(|(name, _)| wanted.is_empty() || wanted.contains(name)).copied().collect())
}

/// The program pays; a second run, with another card, is refused under the same key and pays nothing.
fn rust_quickstart() -> Result<()> {
    let gateway = Gateway::start()?;
    let program = || -> Result<Command> {
        let mut command = cargo("run --quiet --package rust-quickstart");
        command.envs(gateway.variables()?);
        Ok(command)
    };
    let printed = output(&mut program()?)?;
    print!("{printed}");
    ensure!(printed.starts_with("pay_") && printed.contains(" succeeded Some(0.66 EUR)\n"), "it printed {printed:?}");
    let again = program()?.output().context("the second run")?;
    let refusal = String::from_utf8_lossy(&again.stderr);
    ensure!(!again.status.success() && refusal.contains("IdempotencyKeyReused"), "the second run said {refusal:?}");
    Ok(())
}
