//! The merchant's till, in Kotlin and in Swift, over what the step of its language has built.

use super::gateway::okpay;
use crate::command::run;
use crate::kotlin::{install, maven};
use crate::swift::Swift;
use anyhow::Result;

/// The models against a gateway, and the screens as far as they compile without Android.
pub(super) fn android_merchant() -> Result<()> {
    install()?;
    run(maven("examples/android-merchant", "verify").env("OKPAY_PROGRAM", okpay()?))
}

/// The models against a gateway; of the screens what Linux reads.
pub(super) fn ios_merchant() -> Result<()> {
    let (package, swift) = ("examples/ios-merchant", Swift::ready()?);
    run(&mut swift.command(package, &["build", "--build-tests", "-Xswiftc", "-warnings-as-errors"]))?;
    run(&mut swift.command(package, &["test", "--skip-build", "--disable-xctest"]))
}
