//! What a wallet scans: the text of payment QR codes and links, read and written. How a code is drawn is another matter.
//!
//! | file | what |
//! | --- | --- |
//! | `coin.rs` | [`CoinRequest`] and [`coin_uri`]: a request for coins, in the form of its network |
//! | `bitcoin.rs` | `bitcoin:` (BIP 21) |
//! | `ethereum.rs` | `ethereum:` (ERC-681), plain and `transfer` of a token, for Ethereum and BNB chain |
//! | `tron.rs` | `tron:`, which is a convention |
//! | `units.rs` | amounts in a token's or coin's smallest units |
//! | `uri.rs` | what the three have in common: scheme, parameters, percent-encoding |
//! | `merchant.rs` | [`MerchantRequest`] and [`merchant_qr`]: a shop's code as EMVCo has it |
//! | `merchant_model.rs` | its models |
//! | `fields.rs` | [`qr_fields`] and [`qr_payload`]: the fields of such a code, and its checksum |
//!
//! A request that is read is a suggestion of whoever made it: the payer looks at receiver and amount before they pay. What is not understood
//! and could change who gets how much is refused, never left out.

mod bitcoin;
mod coin;
mod ethereum;
mod fields;
mod merchant;
mod merchant_model;
mod tron;
mod units;
mod uri;

pub use coin::{CoinRequest, coin_uri};
pub use fields::{QrField, qr_fields, qr_payload};
pub use merchant::merchant_qr;
pub use merchant_model::{MerchantRequest, QrAccount, QrAdditional, QrInitiation, QrLanguage, TipMode};
pub use units::usdt_contract;

use crate::error::{ErrorCode, OkpayError};
use okpay_macros::model;

/// A payment request that was read. Either `coin` or `merchant` is there, as `format` says.
#[model]
pub struct PaymentRequest {
    /// In which form it came.
    pub format: PaymentRequestFormat,
    /// What a link of a blockchain asks for.
    pub coin: Option<CoinRequest>,
    /// What a shop's code asks for.
    pub merchant: Option<MerchantRequest>,
}

/// The form of a payment request.
#[model(open)]
pub enum PaymentRequestFormat {
    /// A shop's code: EMVCo, merchant-presented.
    Emvco,
    /// `bitcoin:` (BIP 21).
    Bip21,
    /// `ethereum:` (ERC-681).
    Erc681,
    /// `tron:`, a convention of wallets.
    Tron,
}

/// Reads what was scanned, whichever form it is in.
///
/// ```
/// use okpay::payment_requests::parse;
/// let request = parse("bitcoin:bc1qvyq0cc6rahyvsazfdje0twl7ez82ndmuac2lhv?amount=0.001")?;
/// let coin = request.coin.ok_or("no coin")?;
/// assert_eq!(coin.amount.map(|amount| amount.to_string()), Some("0.00100000 BTC".to_owned()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// `payment_request_malformed`, `payment_request_too_long`, `payment_request_checksum` or `payment_request_unsupported`; the codes of
/// [`crate::checks::address`] for an address in it, and those of [`crate::Money::parse`] for an amount.
pub fn parse(text: &str) -> Result<PaymentRequest, OkpayError> {
    let text = text.trim();
    let of_coin = |format, coin| PaymentRequest { format, coin: Some(coin), merchant: None };
    if let Some(rest) = uri::after_scheme(text, "bitcoin:") {
        return Ok(of_coin(PaymentRequestFormat::Bip21, bitcoin::read(rest)?));
    }
    if let Some(rest) = uri::after_scheme(text, "ethereum:") {
        return Ok(of_coin(PaymentRequestFormat::Erc681, ethereum::read(rest)?));
    }
    if let Some(rest) = uri::after_scheme(text, "tron:") {
        return Ok(of_coin(PaymentRequestFormat::Tron, tron::read(rest)?));
    }
    if text.starts_with("0002") {
        let merchant = merchant::read(text)?;
        return Ok(PaymentRequest { format: PaymentRequestFormat::Emvco, coin: None, merchant: Some(merchant) });
    }
    Err(malformed("request", "this is none of the known forms: it begins with bitcoin:, ethereum:, tron: or 000201"))
}

/// A request out of its JSON. Bindings write it, so that what is wrong there need not be told as finely as with a call's parameters, whose
/// reader takes several kilobytes more.
fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, OkpayError> {
    serde_json::from_str(text).map_err(|error| malformed("request", format!("this request does not read: {error}")))
}

fn malformed(param: &str, detail: impl Into<String>) -> OkpayError {
    OkpayError::invalid_at(ErrorCode::PaymentRequestMalformed, param, detail)
}

fn unsupported(param: &str, detail: impl Into<String>) -> OkpayError {
    OkpayError::invalid_at(ErrorCode::PaymentRequestUnsupported, param, detail)
}

fn too_long(param: &str, most: usize) -> OkpayError {
    OkpayError::invalid_at(ErrorCode::PaymentRequestTooLong, param, format!("there is room for {most} characters"))
}
