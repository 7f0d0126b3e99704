//! What of Python is handed out, and what it is measured against.

use super::wheel::{PACKAGE, build, environment, environment_of, install, sources};
use crate::command::{program, root, run, target};
use crate::package::Package;
use anyhow::Result;
use std::path::Path;

/// The most that the wheel may weigh, in bytes.
const WHEEL_LIMIT: u64 = 3_000_000;

/// The wheel for this machine's system, small and fast (profile `wheel`), and the sources for all others.
pub(crate) fn package(folder: &Path) -> Result<Vec<Package>> {
    let environment = environment()?;
    let wheel = build(&environment, "wheel", &folder.join("wheel"))?;
    let sources = sources(&environment, &folder.join("sources"))?;
    Ok(vec![Package { file: wheel, limit: Some(WHEEL_LIMIT) }, Package { file: sources, limit: None }])
}

/// The wheel as it is handed out against what Python people use instead.
pub(crate) fn bench() -> Result<()> {
    let wheel = build(&environment()?, "wheel", &target()?.join("wheels-measured"))?;
    let peers = environment_of("python-bench", "xtask/bench-python.txt")?;
    install(&peers, &wheel)?;
    run(program(peers.join("python")).current_dir(root().join(PACKAGE)).args(["-I", "-B", "bench.py"]))
}
