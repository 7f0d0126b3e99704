//! The package as it is handed out: an archive of its sources with the plumbing, which the repository does not keep, and without its tests.

use super::check::{PACKAGE, place_plumbing};
use crate::command::root;
use crate::package::Package;
use crate::uniffi::library;
use anyhow::{Context, Result};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// The folder in the archive.
const NAME: &str = "OKPay";

/// The most that the archive may weigh, in bytes.
const LIMIT: u64 = 300_000;

/// The archive, over the library of these sources.
pub(crate) fn package(folder: &Path) -> Result<Vec<Package>> {
    place_plumbing(&library()?)?;
    Ok(vec![Package { file: pack(folder)?, limit: Some(LIMIT) }])
}

/// Packs what lies in the package, plumbing included. The same files make the same archive: it holds no dates.
pub(super) fn pack(folder: &Path) -> Result<PathBuf> {
    let file = folder.join(format!("{NAME}-{}.zip", env!("CARGO_PKG_VERSION")));
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let mut archive = ZipWriter::new(File::create(&file).with_context(|| format!("{} cannot be written", file.display()))?);
    for (name, path) in contents()? {
        archive.start_file(format!("{NAME}/{name}"), SimpleFileOptions::default())?;
        archive.write_all(&fs::read(&path).with_context(|| format!("{} is missing", path.display()))?)?;
    }
    archive.finish()?;
    Ok(file)
}

/// Unpacks an archive beside itself and gives the package.
pub(super) fn unpack(archive: &Path) -> Result<PathBuf> {
    let folder = archive.with_file_name("unpacked");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    ZipArchive::new(File::open(archive)?)?.extract(&folder)?;
    Ok(folder.join(NAME))
}

/// Names in the archive and where their files are, in order.
fn contents() -> Result<Vec<(String, PathBuf)>> {
    let package = root().join(PACKAGE);
    let mut paths = vec![package.join("Package.swift"), package.join("README.md")];
    sources(&package.join("Sources"), &mut paths)?;
    let inside = |path: &Path| Some(path.strip_prefix(&package).ok()?.to_str()?.replace('\\', "/"));
    let mut contents = Vec::new();
    for path in paths {
        contents.push((inside(&path).with_context(|| format!("{} is no name", path.display()))?, path));
    }
    contents.extend(["LICENSE-APACHE", "LICENSE-MIT"].map(|licence| (licence.to_owned(), root().join(licence))));
    contents.sort();
    Ok(contents)
}

/// Every file below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() { sources(&path, found)? } else { found.push(path) }
    }
    Ok(())
}
