//! Core's errors as text, and what a panic says before it ends the instance.

use okpay::{Failure, OkpayError};
use serde_json::json;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

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
    json!({
        "phase": error.phase(),
        "code": code,
        "detail": detail,
        "param": param,
        "declineCode": decline_code,
        "object": object,
        "status": status,
        "requestId": request_id,
        "idempotencyKey": idempotency_key,
        "suggestedAction": error.suggested_action(),
    })
    .to_string()
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(text: &str);
}

/// A panic is a trap on the other side, without words: they go to the console first.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|panic| console_error(&format!("okpay: {panic}"))));
}

/// Panics, for the tests of the crossing. No public type tells of it.
#[wasm_bindgen(js_name = __panic, skip_typescript)]
#[expect(clippy::panic, reason = "what it is for")]
pub fn panic() {
    panic!("asked for by a test")
}
