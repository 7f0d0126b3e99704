//! `cargo xtask test javascript`: the package as it is published, linted, type-checked and tested in Node and in a browser.

use super::build;
use crate::command::{cargo, output, program, run, target};
use crate::conformance::report_as;
use crate::tools::is_on_path;
use anyhow::{Context, Result, bail, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest Node that the package runs on.
const NODE: u32 = 20;

/// What a page loads, the wasm and the JavaScript around it, in bytes after brotli: with a standard library built for it, and where that
/// has no sources with rustup's.
const CHECKOUT_BUDGET: u64 = 80_000;
const CHECKOUT_BUDGET_WITHOUT_SOURCES: u64 = 90_000;
/// What a page loads more that shows fees.
const FEES_BUDGET: u64 = 34_000;

/// Builds, packs, checks.
pub(crate) fn check() -> Result<()> {
    check_node()?;
    install()?;
    build::package()?;
    run(npx("biome").args(["ci", "--error-on-warnings", "."]))?;
    size()?;
    let browser = browser()?;
    run(&mut cargo("build --package okpay-cli"))?;
    let okpay = target()?.join("debug").join(format!("okpay{}", std::env::consts::EXE_SUFFIX));
    let mut tests = node();
    tests.args(["--test", "tests/"]).env("OKPAY_PROGRAM", okpay).env("OKPAY_BROWSER", browser);
    run(report_as("javascript", &mut tests)?)
}

/// Builds the package where it is missing, for whoever stands on it.
pub(crate) fn packed() -> Result<()> {
    check_node()?;
    if build::folder().join("dist/server.js").is_file() {
        return Ok(());
    }
    install()?;
    build::package()
}

pub(super) fn check_node() -> Result<()> {
    let version = output(program("node").arg("--version")).context("Node 20 or later is needed, with npm")?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(major) if major >= NODE => Ok(()),
        _ => bail!("Node {NODE} or later is needed, and this is {}", version.trim()),
    }
}

/// What the package is built and tested with, installed anew when the lock changes.
pub(super) fn install() -> Result<()> {
    let folder = build::folder();
    let wanted = std::fs::read_to_string(folder.join("package-lock.json")).context("package-lock.json cannot be read")?;
    let installed = folder.join("node_modules/installed.json");
    if std::fs::read_to_string(&installed).ok().as_ref() != Some(&wanted) {
        run(build::inside("npm").args(["ci", "--ignore-scripts"]))?;
        std::fs::write(&installed, wanted)?;
    }
    Ok(())
}

/// A program of the package's tools.
fn npx(name: &str) -> Command {
    let mut command = build::inside("npx");
    command.args(["--no-install", name]);
    command
}

pub(super) fn node() -> Command {
    build::inside("node")
}

/// Prints what a page loads, and fails past the budgets.
fn size() -> Result<()> {
    let dist = build::folder().join("dist");
    let sizes = compressed(&reached(&dist, "checkout.js")?)?;
    let (wasm, all) = (sizes.first().copied().unwrap_or(0), sizes.iter().sum::<u64>());
    let fees = compressed(&[dist.join("wasm/okpay_checkout_fees.wasm")])?.iter().sum::<u64>();
    println!("a checkout page loads {all} bytes (brotli), of which {wasm} are the wasm; one that shows fees {fees} more");
    let budget = if build::std_has_sources()? { CHECKOUT_BUDGET } else { CHECKOUT_BUDGET_WITHOUT_SOURCES };
    ensure!(all <= budget, "the checkout is past its {budget} bytes");
    ensure!(fees <= FEES_BUDGET, "the fee engine is past its {FEES_BUDGET} bytes");
    Ok(())
}

/// The sizes of files after brotli.
fn compressed(files: &[PathBuf]) -> Result<Vec<u64>> {
    let script = "const { brotliCompressSync: small } = require('node:zlib'); const { readFileSync: read } = require('node:fs'); \
                  console.log(process.argv.slice(1).map((file) => small(read(file)).length).join(' '))";
    let sizes = output(node().args(["-e", script]).args(files))?;
    sizes.split_whitespace().map(|size| Ok(size.parse::<u64>()?)).collect()
}

/// The wasm of the checkout, and every file that its entry reaches.
fn reached(dist: &Path, entry: &str) -> Result<Vec<PathBuf>> {
    let mut files = vec![dist.join("wasm/okpay_checkout_bg.wasm"), dist.join(entry)];
    let mut at = 1;
    while let Some(file) = files.get(at).cloned() {
        let text = std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        for path in text.split("from\"./").skip(1).filter_map(|rest| rest.split('"').next()) {
            let next = file.parent().unwrap_or(dist).join(path);
            if !files.contains(&next) {
                files.push(next);
            }
        }
        at += 1;
    }
    Ok(files)
}

/// A browser: the one that `OKPAY_BROWSER` names, one on the PATH, or Debian's.
pub(crate) fn browser() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("OKPAY_BROWSER") {
        return Ok(named.into());
    }
    let known = ["chromium", "chromium-browser", "google-chrome"];
    if !known.iter().any(|name| is_on_path(name)) {
        install_chromium()?;
    }
    let found = known
        .iter()
        .filter_map(|name| std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file()));
    found.into_iter().next().context("a Chromium is needed; OKPAY_BROWSER names one that is not on the PATH")
}

fn install_chromium() -> Result<()> {
    let is_root = output(program("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !is_root || !is_on_path("apt-get") {
        bail!("a Chromium is needed: install one, or name it in OKPAY_BROWSER");
    }
    run(program("apt-get").args(["update", "-qq"]))?;
    let arguments = ["install", "-y", "-qq", "--no-install-recommends", "chromium"];
    run(program("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
}
