//! The diagnostic bundle of a support ticket, and what may stand in it: never a secret.
//!
//! | file | what |
//! | --- | --- |
//! | `mod.rs` | [`assemble`] a bundle, [`check`] one that came |
//! | `forms.rs` | the form of each field: what does not have it is left out |
//! | `secrets.rs` | [`secret_in`]: keys and card numbers in what people write |
//!
//! A bundle is safe by what it lets in, not by what it looks for: codes and operations are of closed sets, ids are of OKPay's form, and
//! texts that anybody could have written (`detail`, metadata, a key of the merchant's own) have no field. The gateway holds what comes to
//! the same forms.

mod forms;
mod secrets;
#[cfg(test)]
mod tests;

pub use secrets::{SecretKind, secret_in};

use crate::api::{API_VERSION, DiagnosticBundle, Incident, SdkLanguage};
use crate::call::AttemptReport;
use crate::error::{ErrorCode, OkpayError};
use crate::json;
use serde::Deserialize;

/// The most incidents of a bundle.
pub const MAX_INCIDENTS: usize = 20;

/// The most bytes of what a language hands over.
const MAX_BYTES: usize = 1 << 18;

/// What a bundle is made of. Nothing in it has to be fit to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Sources {
    /// The language that the SDK is used from.
    pub language: SdkLanguage,
    /// What runs it: a name and a version.
    #[serde(default)]
    pub runtime: Option<String>,
    /// The operating system and the processor.
    #[serde(default)]
    pub platform: Option<String>,
    /// What went wrong, oldest first.
    #[serde(default)]
    pub incidents: Vec<Incident>,
}

impl Sources {
    /// Of a Rust program: its platform is known.
    #[must_use]
    pub fn rust() -> Self {
        let platform = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
        Self { language: SdkLanguage::Rust, runtime: None, platform: Some(platform), incidents: Vec::new() }
    }

    /// With one more error or attempt.
    #[must_use]
    pub fn with(mut self, incident: impl Into<Incident>) -> Self {
        self.incidents.push(incident.into());
        self
    }
}

impl From<&OkpayError> for Incident {
    fn from(error: &OkpayError) -> Self {
        let failure = error.failure().clone();
        Self {
            phase: Some(error.phase()),
            code: Some(failure.code),
            decline_code: failure.decline_code,
            status: failure.status,
            param: failure.param,
            object: failure.object,
            request_id: failure.request_id,
            idempotency_key: failure.idempotency_key,
            ..Self::new()
        }
    }
}

impl From<&AttemptReport> for Incident {
    fn from(report: &AttemptReport) -> Self {
        Self {
            operation: Some(report.operation.clone()),
            code: report.failure.as_deref().map(ErrorCode::from),
            status: report.status,
            request_id: report.request_id.clone(),
            attempt: Some(report.attempt),
            elapsed_ms: Some(u64::try_from(report.elapsed.as_millis()).unwrap_or(u64::MAX)),
            ..Self::new()
        }
    }
}

/// Puts a bundle together for `tickets.create`. Of each field only what has its form is taken.
#[must_use]
pub fn assemble(sources: Sources) -> DiagnosticBundle {
    let skipped = sources.incidents.len().saturating_sub(MAX_INCIDENTS);
    DiagnosticBundle {
        sdk: env!("CARGO_PKG_VERSION").to_owned(),
        api_version: API_VERSION.to_owned(),
        language: sources.language,
        runtime: sources.runtime,
        platform: sources.platform.map(|platform| platform.to_lowercase()),
        incidents: sources.incidents.into_iter().skip(skipped).collect(),
    }
    .clean()
}

/// As [`assemble`], for languages that hand the sources over as JSON: `language`, `runtime`, `platform`, and `incidents` in the form of
/// the wire.
///
/// # Errors
/// `invalid_parameter` for a text that is no such JSON, or past 256 KiB.
pub fn assemble_json(sources: &str) -> Result<DiagnosticBundle, OkpayError> {
    if sources.len() > MAX_BYTES {
        return Err(OkpayError::invalid(ErrorCode::InvalidParameter, format!("the sources of a bundle have at most {MAX_BYTES} bytes")));
    }
    json::read_text(sources).map(assemble)
}

/// Whether a bundle that came is one that [`assemble`] could have made.
///
/// # Errors
/// `invalid_field` with the path of the first field that does not have its form.
pub fn check(bundle: &DiagnosticBundle) -> Result<(), OkpayError> {
    let refused = |path: &str| {
        let detail = "this has not the form that the SDK gives it: let the SDK put the bundle together, and send it as it is";
        Err(OkpayError::invalid_at(ErrorCode::InvalidField, path, detail))
    };
    if bundle.incidents.len() > MAX_INCIDENTS {
        return refused("incidents");
    }
    for (index, incident) in bundle.incidents.iter().enumerate() {
        if let Some(field) = forms::first_difference(incident, &incident.clone().clean()) {
            return refused(&format!("incidents[{index}].{field}"));
        }
    }
    match forms::bad_field(bundle) {
        Some(field) => refused(field),
        None => Ok(()),
    }
}
