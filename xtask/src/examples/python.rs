//! The examples in Python: each in a virtual environment of its own, with the packages that it pins and the SDK's wheel as installed.

use super::gateway::okpay;
use crate::command::{program, root, run};
use crate::python::installed;
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Linted, type-checked, and tested against gateways of its own.
pub(super) fn shop() -> Result<()> {
    check("python-shop")
}

/// The same.
pub(super) fn django() -> Result<()> {
    check("python-django")
}

/// Runs the shop with a gateway beside it, until Ctrl-C.
pub(super) fn start_shop() -> Result<()> {
    let environment = environment("python-shop")?;
    run(inside(&environment, "python-shop", "python").args(["-B", "-m", "bookshop", "start"]).env("OKPAY_PROGRAM", okpay()?))
}

fn check(name: &str) -> Result<()> {
    let (environment, okpay) = (environment(name)?, okpay()?);
    let inside = |program: &str| inside(&environment, name, program);
    run(inside("ruff").args(["check", "--no-cache", "."]))?;
    run(inside("ruff").args(["format", "--no-cache", "--check", "."]))?;
    run(inside("mypy").args(["--no-incremental", "--cache-dir", "/dev/null"]))?;
    run(inside("python").args(["-B", "-m", "pytest"]).env("OKPAY_PROGRAM", okpay))
}

fn environment(name: &str) -> Result<PathBuf> {
    installed(name, &format!("examples/{name}/requirements.txt"))
}

fn inside(environment: &Path, name: &str, program_name: &str) -> Command {
    let mut command = program(environment.join(program_name));
    command.current_dir(root().join("examples").join(name));
    command
}
