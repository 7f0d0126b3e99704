//! The fee schedule: OKPay's own, which is built in, or a file, bare or under signature.

use crate::input;
use anyhow::{Context, Result, bail};
use clap::Args;
use okpay::fees::{FeeSchedule, STANDARD};
use std::path::PathBuf;

/// More than the largest envelope that core reads, so that core's own bound speaks.
const MAX_FILE: u64 = 16 * 1024 * 1024;

/// Which schedule to compute with.
#[derive(Args)]
pub(super) struct ScheduleArguments {
    /// A fee schedule (JSON), bare or in its signed envelope, instead of OKPay's standard one
    #[arg(long, value_name = "FILE")]
    schedule: Option<PathBuf>,
    /// A key that is trusted to sign schedules (whpk_…); may be given more than once, and must be for an envelope
    #[arg(long, value_name = "KEY", requires = "schedule")]
    public_key: Vec<String>,
    /// Refuse a signed schedule that is older than this version
    #[arg(long, value_name = "VERSION", requires = "public_key")]
    not_older_than: Option<String>,
}

impl ScheduleArguments {
    pub(super) fn load(&self) -> Result<FeeSchedule> {
        match &self.schedule {
            None => Ok(FeeSchedule::from_json(STANDARD)?),
            Some(path) => self.load_text(&input::text(path, MAX_FILE)?).with_context(|| path.display().to_string()),
        }
    }

    fn load_text(&self, text: &str) -> Result<FeeSchedule> {
        match (is_envelope(text), self.public_key.is_empty()) {
            (false, true) => Ok(FeeSchedule::from_json(text)?),
            (true, false) => Ok(FeeSchedule::from_envelope(text, &self.public_key, self.not_older_than.as_deref())?),
            (true, true) => bail!("this schedule is signed: name the key that is trusted for it with --public-key whpk_…"),
            (false, false) => bail!("this schedule is not signed, so no key can prove it: leave --public-key out, or get the signed one"),
        }
    }
}

/// Whether a file is meant as an envelope. What is malformed is left to the one who reads it, who says where.
fn is_envelope(text: &str) -> bool {
    let json = serde_json::from_str::<serde_json::Value>(text).unwrap_or_default();
    ["signature", "signature_id", "signed_at"].iter().any(|name| json.get(name).is_some())
}
