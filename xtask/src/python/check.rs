//! `cargo xtask test python`: one wheel, installed into a virtual environment of its own, linted, type-checked and tested.

use crate::command::{cargo, program, root, run, target};
use crate::tools::{programs, python};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

const PACKAGE: &str = "bindings/python";
const REQUIREMENTS: &str = "xtask/python-tools.txt";

/// Builds, installs, checks.
pub(crate) fn check() -> Result<()> {
    let environment = environment()?;
    let wheel = build(&environment)?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index", "--force-reinstall"];
    run(program(environment.join("python")).args(pip).arg(&wheel))?;
    run(&mut cargo("build --package okpay-cli"))?;
    run(inside(&environment, "python").args(["-I", "-B", "-c", "import okpay._okpay; print(okpay._okpay.__file__)"]))?;
    for check in [lint, types, tests] {
        check(&environment)?;
    }
    Ok(())
}

/// The folder with the programs of the virtual environment, made anew when the pinned tools change.
fn environment() -> Result<PathBuf> {
    let folder = root().join(".tools/python-package");
    let wanted = std::fs::read_to_string(root().join(REQUIREMENTS)).with_context(|| format!("{REQUIREMENTS} cannot be read"))?;
    let installed = folder.join("installed.txt");
    if std::fs::read_to_string(&installed).ok().as_ref() != Some(&wanted) {
        run(program(python()).args(["-m", "venv", "--clear"]).arg(&folder))
            .context("python3 with its module venv is needed (Debian: apt-get install python3-venv)")?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", REQUIREMENTS];
        run(program(folder.join(programs()).join("python")).args(pip))?;
        std::fs::write(&installed, wanted)?;
    }
    Ok(folder.join(programs()))
}

/// The wheel, in the profile of the other tests: its dependencies are built already, and a release takes minutes.
fn build(environment: &Path) -> Result<PathBuf> {
    let folder = target()?.join("wheels-tested");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let mut maturin = program(environment.join("maturin"));
    maturin.args(["build", "--quiet", "--locked", "--profile", "dev", "--manifest-path"]).arg(format!("{PACKAGE}/Cargo.toml"));
    run(maturin.arg("--interpreter").arg(environment.join("python")).arg("--out").arg(&folder))?;
    let wheels = std::fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    match wheels.as_slice() {
        [wheel] => Ok(wheel.clone()),
        _ => bail!("maturin made {} wheels in {}", wheels.len(), folder.display()),
    }
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
    run(inside(environment, "pyright").arg("--pythonpath").arg(environment.join("python")))
}

fn tests(environment: &Path) -> Result<()> {
    let okpay = target()?.join("debug").join(format!("okpay{}", std::env::consts::EXE_SUFFIX));
    // -I keeps the sources off the path: what is tested is the installed package.
    run(inside(environment, "python").args(["-I", "-B", "-m", "pytest"]).env("OKPAY_PROGRAM", okpay))
}

/// A program of the environment, in the folder of the package.
fn inside(environment: &Path, name: &str) -> std::process::Command {
    let mut command = program(environment.join(name));
    command.current_dir(root().join(PACKAGE));
    command
}
