//! The jar as it is handed out, with this system's library in it, built for size.

use super::check::{MODULE, maven, prepare};
use crate::command::{cargo, root, run, target};
use crate::package::Package;
use crate::uniffi;
use anyhow::{Context, Result};
use std::path::Path;

/// The most that the library may weigh, in bytes, stripped and for one platform: a phone carries one. Models are data in it, so that it
/// hardly grows with the API.
const LIBRARY_LIMIT: u64 = 2_050_000;

/// The jar and the library in it.
pub(crate) fn package(folder: &Path) -> Result<Vec<Package>> {
    // The generator reads the same metadata in every profile, and is built for the tests anyway.
    uniffi::library()?;
    run(&mut cargo("build --package okpay-uniffi --profile phone"))?;
    let library = prepare(&target()?.join("phone"))?;
    // Run once by the step `kotlin`; here the tests would only be run again.
    run(maven(MODULE, "package").arg("-DskipTests"))?;
    let name = format!("okpay-{}.jar", env!("CARGO_PKG_VERSION"));
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let jar = folder.join(&name);
    std::fs::copy(root().join(MODULE).join("target").join(&name), &jar).with_context(|| format!("{} cannot be written", jar.display()))?;
    Ok(vec![Package { file: jar, limit: None }, Package { file: library, limit: Some(LIBRARY_LIMIT) }])
}
