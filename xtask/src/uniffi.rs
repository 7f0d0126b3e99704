//! The library for Kotlin and Swift, and the plumbing that UniFFI writes from the library's own metadata. The plumbing is not kept in the
//! repository: it is made anew wherever it is used, so that it cannot drift from the library.

use crate::command::{cargo, program, root, run, target};
use anyhow::Result;
use std::path::{Path, PathBuf};

const CONFIG: &str = "bindings/uniffi/uniffi.toml";

/// The folder with the library, in the profile of the other tests: `okpay_core`, shared and static.
pub(crate) fn library() -> Result<PathBuf> {
    run(&mut cargo("build --package okpay-uniffi --package okpay-uniffi-bindgen"))?;
    Ok(target()?.join("debug"))
}

/// Writes the plumbing of `language` (`kotlin` or `swift`) for the library in `folder`.
pub(crate) fn plumbing(language: &str, folder: &Path, out: &Path) -> Result<()> {
    let name = format!("{}okpay_core{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let mut bindgen = program(target()?.join("debug").join(format!("uniffi-bindgen{}", std::env::consts::EXE_SUFFIX)));
    bindgen.arg("generate").arg(folder.join(name)).args(["--language", language, "--no-format"]);
    run(bindgen.arg("--config").arg(root().join(CONFIG)).arg("--out-dir").arg(out))
}
