//! What to do about a failure. An advice crosses as JSON.

#[cfg(feature = "secret")]
use crate::errors::Told;
use crate::values::to_json;
use okpay::DeclineCode;
use okpay::advice;
use wasm_bindgen::prelude::wasm_bindgen;

/// What a buyer is told of a decline; `transaction` is the payment's own reference, for the shop's support.
#[cfg(feature = "secret")]
#[wasm_bindgen(js_name = adviceForDecline)]
#[must_use]
pub fn for_decline(code: &str, transaction: Option<String>, locale: &str) -> String {
    let code = DeclineCode::from(code);
    to_json(&match transaction {
        Some(transaction) => advice::for_declined_payment(&code, &transaction, locale),
        None => advice::for_decline(&code, locale),
    })
}

/// The same, out of the texts of one language, which a page loads when it needs them.
#[wasm_bindgen(js_name = adviceOutOf)]
#[must_use]
pub fn out_of(texts: &str, code: &str, transaction: Option<String>, locale: &str) -> String {
    to_json(&advice::for_decline_out_of(texts, &DeclineCode::from(code), transaction.as_deref(), locale))
}

/// The language that a reader gets.
#[wasm_bindgen(js_name = adviceLanguage)]
#[must_use]
pub fn language(locale: &str) -> String {
    advice::language(locale).to_owned()
}

/// The decline code that a buyer may see.
#[wasm_bindgen(js_name = codeForBuyer)]
#[must_use]
pub fn code_for_buyer(code: &str) -> String {
    advice::code_for_buyer(&DeclineCode::from(code)).to_string()
}

/// What a merchant does about a code.
#[cfg(feature = "secret")]
#[wasm_bindgen(js_name = adviceForCode)]
#[must_use]
pub fn for_code(code: &str, locale: &str) -> String {
    to_json(&advice::for_code(&okpay::ErrorCode::from(code), locale))
}

/// What a merchant does about an error, whose fields are JSON.
#[cfg(feature = "secret")]
#[wasm_bindgen(js_name = adviceForError)]
pub fn for_error(fields: &str, locale: &str) -> Result<String, Told> {
    Ok(to_json(&advice::for_error(&fields::error(fields)?, locale)))
}

/// An error out of the fields that JavaScript holds.
#[cfg(feature = "secret")]
mod fields {
    use crate::errors::Told;
    use crate::values::read;
    use okpay::{DeclineCode, ErrorCode, Failure, OkpayError, Phase};
    use serde::Deserialize;

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Fields {
        phase: Phase,
        code: ErrorCode,
        param: Option<String>,
        decline_code: Option<DeclineCode>,
        object: Option<String>,
        status: Option<u16>,
        request_id: Option<String>,
        idempotency_key: Option<String>,
    }

    pub(super) fn error(text: &str) -> Result<OkpayError, Told> {
        let fields = read::<Fields>(text)?;
        let failure = Failure {
            code: fields.code,
            detail: String::new(),
            param: fields.param,
            decline_code: fields.decline_code,
            object: fields.object,
            status: fields.status,
            request_id: fields.request_id,
            idempotency_key: fields.idempotency_key,
        };
        Ok(OkpayError::of(&fields.phase, failure))
    }
}
