//! The package to hand out, and what it is measured by.

use super::build;
use super::check::{check_node, install, node};
use crate::command::run;
use crate::package::Package;
use anyhow::{Context, Result, bail};
use std::path::Path;

/// The most that the tarball may weigh, in bytes: both libraries, each of which a page or a server loads alone.
const LIMIT: u64 = 1_200_000;

/// `cargo xtask package javascript`.
pub(crate) fn package(folder: &Path) -> Result<Vec<Package>> {
    built()?;
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("{} cannot be emptied", folder.display()))?;
    }
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    run(build::inside("npm").args(["pack", "--silent", "--pack-destination"]).arg(folder))?;
    let files = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    match files.as_slice() {
        [file] => Ok(vec![Package { file: file.clone(), limit: Some(LIMIT) }]),
        _ => bail!("npm made {} files in {}", files.len(), folder.display()),
    }
}

/// `cargo xtask bench javascript`.
pub(crate) fn bench() -> Result<()> {
    built()?;
    run(node().arg("bench.js"))
}

fn built() -> Result<()> {
    check_node()?;
    install()?;
    build::package()
}
