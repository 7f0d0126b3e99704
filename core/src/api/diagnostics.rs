//! Diagnostics: what support needs to know of a failure, and never a secret. `crate::diagnostics` puts it together.

use crate::error::{DeclineCode, ErrorCode, Phase};
use okpay_macros::model;

/// The language that the SDK was used from.
#[model(open)]
pub enum SdkLanguage {
    /// Rust.
    Rust,
    /// Python.
    Python,
    /// JavaScript or TypeScript.
    #[wire = "javascript"]
    JavaScript,
    /// Kotlin or Java.
    Kotlin,
    /// Swift.
    Swift,
}

/// What one error or one attempt came to. Each field is of a closed set, a number, or an id of OKPay's form: no text of anybody's.
#[model(params)]
pub struct Incident {
    /// The operation, such as `payments.create`.
    pub operation: Option<String>,
    /// The phase of the error.
    pub phase: Option<Phase>,
    /// The code of the error.
    pub code: Option<ErrorCode>,
    /// Why a payment was declined.
    pub decline_code: Option<DeclineCode>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The field at fault, as a path such as `amount.currency`.
    pub param: Option<String>,
    /// The object that was made all the same.
    pub object: Option<String>,
    /// The gateway's id of the request.
    pub request_id: Option<String>,
    /// The key of the call, where the SDK made it. One of the merchant's own is left out, since anything may stand in it.
    pub idempotency_key: Option<String>,
    /// Which attempt it was, from 1.
    pub attempt: Option<u32>,
    /// How long the attempt took, in milliseconds.
    pub elapsed_ms: Option<u64>,
}

/// What the SDK tells support: versions, and the last failures. It has a field for no secret, and what does not have the form of its field
/// is left out.
#[model(params)]
pub struct DiagnosticBundle {
    /// The version of the SDK.
    pub sdk: String,
    /// The version of the API that it speaks.
    pub api_version: String,
    /// The language that it was used from.
    pub language: SdkLanguage,
    /// What ran it, such as `CPython 3.13.5`.
    pub runtime: Option<String>,
    /// Where, such as `linux x86_64`.
    pub platform: Option<String>,
    /// What went wrong, oldest first; the last 20 at most.
    pub incidents: Vec<Incident>,
}
