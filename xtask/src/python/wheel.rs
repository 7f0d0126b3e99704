//! The wheel: built, and installed into a virtual environment of the project.

use crate::command::{program, root, run, target};
use crate::tools::{all_are_pinned, programs, python};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

pub(super) const PACKAGE: &str = "bindings/python";

/// The folder with the programs of the virtual environment in which the package is built, linted and tested.
pub(super) fn environment() -> Result<PathBuf> {
    environment_of("python-package", "xtask/python-tools.txt")
}

/// The folder with the programs of a virtual environment under `.tools/`, made anew when the pinned packages change.
pub(super) fn environment_of(name: &str, requirements: &str) -> Result<PathBuf> {
    let folder = root().join(".tools").join(name);
    let wanted = std::fs::read_to_string(root().join(requirements)).with_context(|| format!("{requirements} cannot be read"))?;
    let installed = folder.join("installed.txt");
    if std::fs::read_to_string(&installed).ok().as_ref() != Some(&wanted) {
        run(program(python()).args(["-m", "venv", "--clear"]).arg(&folder))
            .context("python3 with its module venv is needed (Debian: apt-get install python3-venv)")?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements];
        run(program(folder.join(programs()).join("python")).args(pip))?;
        all_are_pinned(&folder.join(programs()), &wanted)?;
        std::fs::write(&installed, wanted)?;
    }
    Ok(folder.join(programs()))
}

/// Builds the wheel in a profile into an empty folder.
pub(super) fn build(environment: &Path, profile: &str, folder: &Path) -> Result<PathBuf> {
    empty(folder)?;
    let mut maturin = program(environment.join("maturin"));
    maturin
        .args(["build", "--quiet", "--locked", "--compression-level", "9", "--profile", profile, "--manifest-path"])
        .arg(format!("{PACKAGE}/Cargo.toml"));
    run(maturin.arg("--interpreter").arg(environment.join("python")).arg("--out").arg(folder))?;
    only_file(folder)
}

/// Packs the sources from which the wheel is built.
pub(super) fn sources(environment: &Path, folder: &Path) -> Result<PathBuf> {
    empty(folder)?;
    let mut maturin = program(environment.join("maturin"));
    maturin.args(["sdist", "--manifest-path"]).arg(format!("{PACKAGE}/Cargo.toml"));
    run(maturin.arg("--out").arg(folder))?;
    only_file(folder)
}

/// The wheel in the profile of the other tests: its dependencies are built already, and a release takes minutes.
pub(super) fn tested() -> Result<PathBuf> {
    build(&environment()?, "dev", &target()?.join("wheels-tested"))
}

/// The folder with the programs of a virtual environment under `.tools/` that has pinned packages and the wheel, as users install it.
pub(crate) fn installed(name: &str, requirements: &str) -> Result<PathBuf> {
    let environment = environment_of(name, requirements)?;
    install(&environment, &tested()?)?;
    Ok(environment)
}

/// Installs a wheel, without looking for anything elsewhere.
pub(super) fn install(environment: &Path, wheel: &Path) -> Result<()> {
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index", "--force-reinstall"];
    run(program(environment.join("python")).args(pip).arg(wheel))
}

fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("{} cannot be emptied", folder.display()))?;
    }
    Ok(())
}

fn only_file(folder: &Path) -> Result<PathBuf> {
    let files = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    match files.as_slice() {
        [file] => Ok(file.clone()),
        _ => bail!("maturin made {} files in {}", files.len(), folder.display()),
    }
}
