//! Checkers that PyPI ships ready to run, pinned in `xtask/tools.txt` and installed into `.tools/` of the project: compiling them takes
//! minutes, and nothing outside the project is changed.

use crate::command::{output, program, root, run};
use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The program `name`, installed if need be.
pub(crate) fn tool(name: &str) -> Result<PathBuf> {
    let folder = root().join(".tools/python");
    let wanted = std::fs::read_to_string(root().join("xtask/tools.txt")).context("xtask/tools.txt cannot be read")?;
    let installed = folder.join("installed.txt");
    if std::fs::read_to_string(&installed).ok().as_ref() != Some(&wanted) {
        install(&folder)?;
        all_are_pinned(&folder.join(programs()), &wanted)?;
        std::fs::write(&installed, wanted)?;
    }
    Ok(folder.join(programs()).join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

fn install(folder: &PathBuf) -> Result<()> {
    let python = python();
    run(program(python).args(["-m", "venv", "--clear"]).arg(folder))
        .context("python3 with its module venv is needed (Debian: apt-get install python3-venv)")?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "--requirement"];
    run(program(folder.join(programs()).join("python")).args(pip).arg("xtask/tools.txt"))
}

/// Fails where a package is installed that the list does not pin: tomorrow it would be another version.
pub(crate) fn all_are_pinned(environment: &Path, wanted: &str) -> Result<()> {
    let installed = output(program(environment.join("python")).args(["-m", "pip", "freeze", "--disable-pip-version-check"]))?;
    let normal = |line: &str| line.to_lowercase().replace('_', "-");
    let pinned = wanted.lines().map(normal).collect::<BTreeSet<_>>();
    let loose = installed.lines().filter(|line| !pinned.contains(&normal(line))).collect::<Vec<_>>();
    ensure!(loose.is_empty(), "these are needed by others of the list and are not in it: {}", loose.join(" "));
    Ok(())
}

/// Where a virtual environment has its programs.
pub(crate) fn programs() -> &'static str {
    if cfg!(windows) { "Scripts" } else { "bin" }
}

/// The machine's Python 3.
pub(crate) fn python() -> &'static str {
    if cfg!(windows) { "python" } else { "python3" }
}

/// Whether the program is on the PATH and runs.
pub(crate) fn is_on_path(name: &str) -> bool {
    output(program(name).arg("--version")).is_ok()
}
