//! `dist/`: the two libraries, the JavaScript around them, and what TypeScript makes of `ts/`.

use crate::command::{cargo, output, program, root, run};
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The two libraries: name, profile and features, and the compiler's flags of each. The page's hashes are loops, not unrolled.
const LIBRARIES: [(&str, &str, &str); 2] = [
    ("okpay_checkout", "--profile wasm --no-default-features", "--cfg sha2_backend_soft=\"compact\""),
    ("okpay_server", "--profile wasm-server", ""),
];

/// Builds the package from nothing.
pub(super) fn package() -> Result<()> {
    let dist = folder().join("dist");
    if dist.exists() {
        std::fs::remove_dir_all(&dist)?;
    }
    for (name, selection, flags) in LIBRARIES {
        let library = library(selection, flags)?;
        let mut bindgen = cargo("run --quiet --package xtask-wasm-bindgen --");
        run(bindgen.arg(library).arg("--out").arg(dist.join("wasm")).args(["--name", name]))?;
    }
    run(inside("npx").args(["--no-install", "tsc", "--project", "tsconfig.json"]))?;
    minify(&dist)
}

/// Takes comments and spaces out of the JavaScript, file by file. Names stay, for those of classes are seen;
/// the types beside it keep their documentation.
fn minify(dist: &Path) -> Result<()> {
    let folders = [dist.to_owned(), dist.join("generated"), dist.join("wasm")];
    let mut scripts = Vec::new();
    for folder in folders {
        let files = std::fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        scripts.extend(files.into_iter().filter(|file| file.extension().is_some_and(|extension| extension == "js")));
    }
    let options = [
        "--no-install",
        "esbuild",
        "--format=esm",
        "--target=es2022",
        "--minify-whitespace",
        "--minify-syntax",
        "--log-level=warning",
        "--allow-overwrite",
    ];
    let folders = [format!("--outdir={}", dist.display()), format!("--outbase={}", dist.display())];
    run(inside("npx").args(options).args(folders).args(scripts))
}

/// Builds a library, and says where cargo put it.
fn library(selection: &str, flags: &str) -> Result<PathBuf> {
    let build = "build --package okpay-wasm --target wasm32-unknown-unknown --message-format json-render-diagnostics";
    let mut command = program("bash");
    command.arg("xtask/scripts/wasm-env.sh").arg("cargo").args(build.split_whitespace()).args(selection.split_whitespace());
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags);
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
