//! `dist/`: the two libraries, the JavaScript around them, and what TypeScript makes of `ts/`.

use crate::command::{cargo, output, program, root, run};
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

/// The two libraries: name, profile and features of each.
const LIBRARIES: [(&str, &str); 2] =
    [("okpay_checkout", "--profile wasm --no-default-features"), ("okpay_server", "--profile wasm-server")];

/// Builds the package from nothing.
pub(super) fn package() -> Result<()> {
    let dist = folder().join("dist");
    if dist.exists() {
        std::fs::remove_dir_all(&dist)?;
    }
    for (name, selection) in LIBRARIES {
        let library = library(selection)?;
        let mut bindgen = cargo("run --quiet --package xtask-wasm-bindgen --");
        run(bindgen.arg(library).arg("--out").arg(dist.join("wasm")).args(["--name", name]))?;
    }
    run(inside("npx").args(["--no-install", "tsc", "--project", "tsconfig.json"]))
}

/// Builds a library, and says where cargo put it.
fn library(selection: &str) -> Result<PathBuf> {
    let build = "build --package okpay-wasm --target wasm32-unknown-unknown --message-format json-render-diagnostics";
    let mut command = program("bash");
    command.arg("xtask/scripts/wasm-env.sh").arg("cargo").args(build.split_whitespace()).args(selection.split_whitespace());
    let messages = output(&mut command)?;
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut files = messages.flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default());
    let found = files.find_map(|file| file.as_str().filter(|file| file.ends_with("okpay_wasm.wasm")).map(PathBuf::from));
    found.context("cargo built no okpay_wasm.wasm")
}

/// Where the package is.
pub(super) fn folder() -> PathBuf {
    root().join("bindings/wasm")
}

/// A program that runs in the folder of the package.
pub(super) fn inside(name: &str) -> Command {
    let mut command = program(name);
    command.current_dir(folder());
    command
}
