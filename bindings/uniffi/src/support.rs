//! What support needs: the diagnostic bundle of a ticket, and whether something is really OKPay's. Both cross as JSON.

use crate::errors::{CoreError, guarded};
use crate::values::to_json;
use okpay::{diagnostics, official};

/// The bundle out of its sources: what does not have the form of its field is left out.
///
/// # Errors
/// `invalid_parameter` for sources that are no JSON of theirs.
#[uniffi::export]
pub fn core_assemble_diagnostics(sources: String) -> Result<String, CoreError> {
    guarded(|| Ok(to_json(&diagnostics::assemble_json(&sources)?)))
}

/// The verdict of a signed list about a subject.
///
/// # Errors
/// A list that is not proven, or older than the last one.
#[uniffi::export]
pub fn core_is_official(
    envelope: String,
    public_keys: Vec<String>,
    last_accepted_version: Option<String>,
    subject: String,
) -> Result<String, CoreError> {
    guarded(|| Ok(to_json(&official::is_official_json(&envelope, &public_keys, last_accepted_version.as_deref(), &subject)?)))
}
