//! What of Python is handed out.

use super::wheel::{build, environment, sources};
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
