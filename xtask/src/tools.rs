//! Checkers that PyPI ships ready to run, pinned in `xtask/tools.txt` and installed into `.tools/` of the project: compiling them takes
//! minutes, and nothing outside the project is changed.

use crate::command::{output, program, root, run};
use anyhow::{Context, Result};
use std::path::PathBuf;

/// The program `name`, installed if need be.
pub(crate) fn tool(name: &str) -> Result<PathBuf> {
    let folder = root().join(".tools/python");
    let wanted = std::fs::read_to_string(root().join("xtask/tools.txt")).context("xtask/tools.txt cannot be read")?;
    let installed = folder.join("installed.txt");
    if std::fs::read_to_string(&installed).ok().as_ref() != Some(&wanted) {
        install(&folder)?;
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
