//! What to do about a failure. An advice crosses as JSON.

use crate::errors::{CoreError, CoreFailure, guarded};
use crate::values::to_json;
use okpay::advice;
use okpay::{DeclineCode, ErrorCode, OkpayError};

/// About an error, in the language of a locale such as `en` or `zh-CN`.
///
/// # Errors
/// None but a defect.
#[uniffi::export]
pub fn core_advice_for_error(failure: CoreFailure, locale: String) -> Result<String, CoreError> {
    guarded(|| Ok(to_json(&advice::for_error(&OkpayError::from(failure), &locale))))
}

/// About an error code.
///
/// # Errors
/// None but a defect.
#[uniffi::export]
pub fn core_advice_for_code(code: String, locale: String) -> Result<String, CoreError> {
    guarded(|| Ok(to_json(&advice::for_code(&ErrorCode::from(code.as_str()), &locale))))
}

/// About a declined payment, with its transaction if there is one.
///
/// # Errors
/// None but a defect.
#[uniffi::export]
pub fn core_advice_for_decline(code: String, transaction: Option<String>, locale: String) -> Result<String, CoreError> {
    let code = DeclineCode::from(code.as_str());
    guarded(|| {
        Ok(to_json(&match transaction {
            Some(transaction) => advice::for_declined_payment(&code, &transaction, &locale),
            None => advice::for_decline(&code, &locale),
        }))
    })
}

/// The decline code that a buyer may see.
///
/// # Errors
/// None but a defect.
#[uniffi::export]
pub fn core_code_for_buyer(code: String) -> Result<String, CoreError> {
    guarded(|| Ok(advice::code_for_buyer(&DeclineCode::from(code.as_str())).to_string()))
}
