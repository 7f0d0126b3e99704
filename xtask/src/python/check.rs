//! `cargo xtask test python`: one wheel, installed into a virtual environment of its own, linted, type-checked and tested.

use super::wheel::{PACKAGE, environment, install, tested};
use crate::command::{cargo, program, root, run, target};
use crate::conformance::report_as;
use anyhow::Result;
use std::path::Path;

/// Builds, installs, checks.
pub(crate) fn check() -> Result<()> {
    let environment = environment()?;
    install(&environment, &tested()?)?;
    run(&mut cargo("build --package okpay-cli"))?;
    run(inside(&environment, "python").args(["-I", "-B", "-c", "import okpay._okpay; print(okpay._okpay.__file__)"]))?;
    for check in [lint, types, tests] {
        check(&environment)?;
    }
    Ok(())
}

fn lint(environment: &Path) -> Result<()> {
    run(inside(environment, "ruff").args(["check", "--no-cache", "."]))?;
    run(inside(environment, "ruff").args(["format", "--no-cache", "--check", "."]))
}

/// The sources by themselves; then what users write, against the installed package.
fn types(environment: &Path) -> Result<()> {
    for places in [["python/okpay"].as_slice(), &["examples", "tests/typed.py"]] {
        run(inside(environment, "mypy").args(["--no-incremental", "--cache-dir", "/dev/null"]).args(places))?;
    }
    run(inside(environment, "pyright").arg("--pythonpath").arg(environment.join("python")))?;
    complete(environment)
}

/// Every public symbol has a type that all checkers see alike. This mode of pyright asks the first Python on the PATH where packages are.
fn complete(environment: &Path) -> Result<()> {
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(environment.to_owned()).chain(std::env::split_paths(&inherited)))?;
    let mut pyright = inside(environment, "pyright");
    run(pyright.args(["--verifytypes", "okpay", "--ignoreexternal"]).env("PATH", path))
}

fn tests(environment: &Path) -> Result<()> {
    let okpay = target()?.join("debug").join(format!("okpay{}", std::env::consts::EXE_SUFFIX));
    // -I keeps the sources off the path: what is tested is the installed package.
    let mut tests = inside(environment, "python");
    run(report_as("python", tests.args(["-I", "-B", "-m", "pytest"]).env("OKPAY_PROGRAM", okpay))?)
}

/// A program of the environment, in the folder of the package.
fn inside(environment: &Path, name: &str) -> std::process::Command {
    let mut command = program(environment.join(name));
    command.current_dir(root().join(PACKAGE));
    command
}
