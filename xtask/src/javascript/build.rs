//! `dist/`: the two libraries, the JavaScript around them, and what TypeScript makes of `ts/`.

use crate::command::{cargo, output, program, root, run};
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One of the two libraries.
struct Library {
    name: &'static str,
    /// Profile and features.
    selection: &'static str,
    /// The compiler's flags.
    flags: &'static str,
    /// Whether the standard library is built for size with it, where that can be.
    small_std: bool,
    /// What is cut off it, and loaded later.
    part: Option<&'static str>,
}

const LIBRARIES: [Library; 2] = [
    Library {
        name: "okpay_checkout",
        selection: "--profile wasm --no-default-features",
        // The page's hashes are loops, not unrolled. What is cut into parts is linked so that it can be taken apart again.
        flags: "--cfg sha2_backend_soft=\"compact\" -Clink-arg=--emit-relocs",
        small_std: true,
        part: Some("fees"),
    },
    Library { name: "okpay_server", selection: "--profile wasm-server", flags: "", small_std: false, part: None },
];

/// What a page tells its buyer of a decline, by language: files that it loads when it has to.
const TEXTS: [(&str, &str); 2] = [
    ("buyer.en", include_str!("../../../core/src/advice/texts/buyer.en.json")),
    ("buyer.zh-CN", include_str!("../../../core/src/advice/texts/buyer.zh-CN.json")),
];

/// The entries of the package, and what its own tests reach beside them.
const ENTRIES: [&str; 4] = ["checkout", "server", "index", "internals"];

/// Builds the package from nothing.
pub(super) fn package() -> Result<()> {
    let dist = folder().join("dist");
    if dist.exists() {
        std::fs::remove_dir_all(&dist)?;
    }
    for library in LIBRARIES {
        let mut bindgen = cargo("run --quiet --package xtask-wasm-bindgen --");
        bindgen.arg(compiled(&library)?).arg("--out").arg(dist.join("wasm")).args(["--name", library.name]);
        run(library.part.iter().fold(&mut bindgen, |bindgen, part| bindgen.args(["--part", part])))?;
    }
    texts(&dist.join("texts"))?;
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        std::fs::copy(root().join(licence), dist.join(licence)).with_context(|| format!("{licence} cannot be copied"))?;
    }
    run(inside("npx").args(["--no-install", "tsc", "--project", "tsconfig.json"]))?;
    bundle(&dist)
}

/// The texts as modules, each a string of JSON.
fn texts(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    for (name, text) in TEXTS {
        let text = serde_json::from_str::<Value>(text)?.to_string();
        std::fs::write(folder.join(format!("{name}.js")), format!("export default {};\n", serde_json::to_string(&text)?))?;
        std::fs::write(folder.join(format!("{name}.d.ts")), "declare const text: string;\nexport default text;\n")?;
    }
    Ok(())
}

/// Makes one file of each entry, and one of what several share, so that both know the same classes. Names that are seen stay. The types
/// stay file by file, with their documentation.
fn bundle(dist: &Path) -> Result<()> {
    let options = "--no-install esbuild --bundle --splitting --format=esm --target=es2022 --minify --keep-names --log-level=warning";
    let entries = ENTRIES.map(|entry| dist.join(entry).with_extension("js"));
    let bundled = dist.join("bundled");
    run(inside("npx").args(options.split_whitespace()).arg(format!("--outdir={}", bundled.display())).args(entries))?;
    for folder in [dist.to_owned(), dist.join("generated"), dist.join("wasm"), dist.join("texts")] {
        scripts(&folder)?.into_iter().try_for_each(std::fs::remove_file)?;
    }
    for script in scripts(&bundled)? {
        std::fs::rename(&script, dist.join(script.file_name().unwrap_or_default()))?;
    }
    Ok(std::fs::remove_dir(bundled)?)
}

/// The scripts of a folder.
fn scripts(folder: &Path) -> Result<Vec<PathBuf>> {
    let files = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    Ok(files.into_iter().filter(|file| file.extension().is_some_and(|extension| extension == "js")).collect())
}

/// Builds a library, and says where cargo put it.
fn compiled(library: &Library) -> Result<PathBuf> {
    let build = "build --package okpay-wasm --target wasm32-unknown-unknown --message-format json-render-diagnostics";
    let mut command = program("bash");
    command.arg("xtask/scripts/wasm-env.sh").arg("cargo").args(build.split_whitespace()).args(library.selection.split_whitespace());
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", library.flags);
    command.env("WASM_SMALL_STD", if library.small_std { "1" } else { "0" });
    let messages = output(&mut command)?;
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut files = messages.flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default());
    let found = files.find_map(|file| file.as_str().filter(|file| file.ends_with("okpay_wasm.wasm")).map(PathBuf::from));
    found.context("cargo built no okpay_wasm.wasm")
}

/// Whether `xtask/scripts/wasm-env.sh` found the sources of the standard library, and built the checkout's with it.
pub(super) fn std_has_sources() -> Result<bool> {
    let sysroot = output(program("rustc").args(["--print", "sysroot"]))?;
    let is_asked = std::env::var("WASM_FORCE_DEBIAN").as_deref() != Ok("1");
    Ok(is_asked && Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/Cargo.lock").is_file())
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
