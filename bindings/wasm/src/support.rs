//! What support needs: the diagnostic bundle of a ticket, and whether something is really OKPay's. Both cross as JSON.

use crate::errors::Told;
use crate::values::to_json;
use okpay::{diagnostics, official};
use wasm_bindgen::prelude::wasm_bindgen;

/// The bundle out of its sources: what does not have the form of its field is left out.
#[wasm_bindgen(js_name = assembleDiagnostics)]
pub fn assemble_diagnostics(sources: &str) -> Result<String, Told> {
    Ok(to_json(&diagnostics::assemble_json(sources)?))
}

/// The verdict of a signed list about a subject.
#[wasm_bindgen(js_name = isOfficial)]
pub fn is_official(envelope: &str, public_keys: Vec<String>, last_accepted_version: Option<String>, subject: &str) -> Result<String, Told> {
    Ok(to_json(&official::is_official_json(envelope, &public_keys, last_accepted_version.as_deref(), subject)?))
}
