//! The examples in Python: each in a virtual environment of its own, with the packages that it pins and the SDK's wheel as installed.

use super::gateway::okpay;
use super::javascript::build_checkout;
use crate::command::{become_program, program, root, run};
use crate::javascript::browser;
use crate::python::installed;
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Linted, type-checked, and tested against gateways of its own; in a browser too, with the checkout page beside it.
pub(super) fn shop() -> Result<()> {
    build_checkout()?;
    check("python-shop", &[("OKPAY_BROWSER", browser()?)])
}

/// The same, without a browser.
pub(super) fn django() -> Result<()> {
    check("python-django", &[])
}

/// Runs the shop with a gateway and the checkout page beside it, until Ctrl-C.
pub(super) fn start_shop() -> Result<()> {
    build_checkout()?;
    let environment = environment("python-shop")?;
    let mut shop = inside(&environment, "python-shop", "python");
    shop.args(["-B", "-m", "bookshop", "start", "--checkout", "../browser-checkout"]);
    become_program(shop.env("OKPAY_PROGRAM", okpay()?))
}

fn check(name: &str, variables: &[(&str, PathBuf)]) -> Result<()> {
    let (environment, okpay) = (environment(name)?, okpay()?);
    let inside = |program: &str| inside(&environment, name, program);
    run(inside("ruff").args(["check", "--no-cache", "."]))?;
    run(inside("ruff").args(["format", "--no-cache", "--check", "."]))?;
    run(inside("mypy").args(["--no-incremental", "--cache-dir", "/dev/null"]))?;
    run(inside("python").args(["-B", "-m", "pytest"]).env("OKPAY_PROGRAM", okpay).envs(variables.iter().cloned()))
}

fn environment(name: &str) -> Result<PathBuf> {
    installed(name, &format!("examples/{name}/requirements.txt"))
}

fn inside(environment: &Path, name: &str, program_name: &str) -> Command {
    let mut command = program(environment.join(program_name));
    command.current_dir(root().join("examples").join(name));
    command
}
