//! Core's errors as text, and what a panic says before it ends the instance.

use crate::values::to_json;
use okpay::{DeclineCode, ErrorCode, Failure, OkpayError, Phase};
use serde::Serialize;
use wasm_bindgen::prelude::JsValue;
#[cfg(feature = "secret")]
use wasm_bindgen::prelude::wasm_bindgen;

/// An error on its way out: thrown as the JSON of its fields, which `ts/errors.ts` makes an `OkpayError` of.
pub struct Told(String);

impl From<OkpayError> for Told {
    fn from(error: OkpayError) -> Self {
        Self(to_text(&error))
    }
}

impl From<Told> for JsValue {
    fn from(told: Told) -> Self {
        Self::from_str(&told.0)
    }
}

/// The fields of an error as JSON.
pub(crate) fn to_text(error: &OkpayError) -> String {
    let Failure { code, detail, param, decline_code, object, status, request_id, idempotency_key } = error.failure();
    to_json(&Fields {
        phase: error.phase(),
        code,
        detail,
        param: param.as_deref(),
        decline_code: decline_code.as_ref(),
        object: object.as_deref(),
        status: *status,
        request_id: request_id.as_deref(),
        idempotency_key: idempotency_key.as_deref(),
        suggested_action: error.suggested_action(),
    })
}

/// The fields of an error.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fields<'e> {
    phase: Phase,
    code: &'e ErrorCode,
    detail: &'e str,
    param: Option<&'e str>,
    decline_code: Option<&'e DeclineCode>,
    object: Option<&'e str>,
    status: Option<u16>,
    request_id: Option<&'e str>,
    idempotency_key: Option<&'e str>,
    suggested_action: &'e str,
}

#[cfg(feature = "secret")]
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(text: &str);
}

/// A panic is a trap on the other side, without words: they go to the console first. The checkout's are not compiled in.
#[cfg(feature = "secret")]
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|panic| console_error(&format!("okpay: {panic}"))));
}

/// Panics, for the tests of the crossing. No public type tells of it.
#[cfg(feature = "secret")]
#[wasm_bindgen(js_name = __panic, skip_typescript)]
#[expect(clippy::panic, reason = "what it is for")]
pub fn panic() {
    panic!("asked for by a test")
}
