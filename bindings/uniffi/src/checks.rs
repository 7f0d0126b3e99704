//! Checks of what people type, and what wallets scan. What is found crosses as JSON of core's models.

use crate::ambient;
use crate::errors::{CoreError, guarded};
use crate::values::{to_json, unreadable};
use okpay::api::{CardBrand, CardDetails, Network};
use okpay::checks::{self, Chain};
use okpay::payment_requests::{self as requests, CoinRequest, MerchantRequest, QrField};

/// A card number as far as it is typed: a `CardNumberCheck`.
///
/// # Errors
/// None but a defect.
#[uniffi::export]
pub fn core_check_card_number(typed: String) -> Result<String, CoreError> {
    guarded(|| Ok(to_json(&checks::card_number(&typed))))
}

/// A security code as far as it is typed: a `SecurityCodeCheck`.
///
/// # Errors
/// None but a defect.
#[uniffi::export]
pub fn core_check_security_code(typed: String, brand: Option<String>) -> Result<String, CoreError> {
    let brand = brand.as_deref().map(CardBrand::from);
    guarded(|| Ok(to_json(&checks::security_code(&typed, brand.as_ref()))))
}

/// The end of a card's validity as far as it is typed: a `CardExpiryCheck`.
///
/// # Errors
/// None but a defect.
#[uniffi::export]
pub fn core_check_card_expiry(typed: String, now: Option<i64>) -> Result<String, CoreError> {
    guarded(|| Ok(to_json(&checks::card_expiry(&typed, ambient::moment(now)))))
}

/// A whole card, `CardDetails` as JSON: a `CardNumberCheck`.
///
/// # Errors
/// `invalid_card` and more, with the field.
#[uniffi::export]
pub fn core_check_card(card: String, now: Option<i64>) -> Result<String, CoreError> {
    guarded(|| {
        let card: CardDetails = serde_json::from_str(&card).map_err(unreadable)?;
        Ok(to_json(&checks::card(&card, ambient::moment(now))?))
    })
}

/// Whether the digits end in their check digit (ISO/IEC 7812-1).
///
/// # Errors
/// None but a defect.
#[uniffi::export]
pub fn core_luhn(digits: String) -> Result<bool, CoreError> {
    guarded(|| Ok(checks::luhn(&digits)))
}

/// An IBAN (ISO 13616): an `Iban`.
///
/// # Errors
/// `invalid_iban`.
#[uniffi::export]
pub fn core_check_iban(typed: String) -> Result<String, CoreError> {
    guarded(|| Ok(to_json(&checks::iban(&typed)?)))
}

/// An address of a network: a `CryptoAddress`.
///
/// # Errors
/// `invalid_address` and `address_on_other_network`.
#[uniffi::export]
pub fn core_check_address(typed: String, network: String, chain: Option<String>) -> Result<String, CoreError> {
    let chain = chain.as_deref().map(Chain::from);
    guarded(|| Ok(to_json(&checks::address(&typed, &Network::from(network.as_str()), chain.as_ref())?)))
}

/// Reads what was scanned: a `PaymentRequest`.
///
/// # Errors
/// `payment_request_malformed` and more, with the place.
#[uniffi::export]
pub fn core_read_payment_request(text: String) -> Result<String, CoreError> {
    guarded(|| Ok(to_json(&requests::parse(&text)?)))
}

/// The link of a `CoinRequest`.
///
/// # Errors
/// As `core_read_payment_request`.
#[uniffi::export]
pub fn core_coin_uri(request: String) -> Result<String, CoreError> {
    guarded(|| requests::coin_uri(&CoinRequest::from_json(&request)?))
}

/// The payload of a shop's code for a `MerchantRequest`.
///
/// # Errors
/// As `core_read_payment_request`.
#[uniffi::export]
pub fn core_merchant_qr(request: String) -> Result<String, CoreError> {
    guarded(|| requests::merchant_qr(&MerchantRequest::from_json(&request)?))
}

/// The fields of a shop's code as it came: a list of `QrField`.
///
/// # Errors
/// As `core_read_payment_request`.
#[uniffi::export]
pub fn core_qr_fields(payload: String) -> Result<String, CoreError> {
    guarded(|| Ok(to_json(&requests::qr_fields(&payload)?)))
}

/// A shop's code out of a list of `QrField`; its checksum is put at the end.
///
/// # Errors
/// As `core_read_payment_request`.
#[uniffi::export]
pub fn core_qr_payload(fields: String) -> Result<String, CoreError> {
    guarded(|| requests::qr_payload(&serde_json::from_str::<Vec<QrField>>(&fields).map_err(unreadable)?))
}

/// The contract of USDT on a network; nothing where it has none.
///
/// # Errors
/// None but a defect.
#[uniffi::export]
pub fn core_usdt_contract(network: String) -> Result<Option<String>, CoreError> {
    guarded(|| Ok(requests::usdt_contract(&Network::from(network.as_str())).map(str::to_owned)))
}
