//! What a shop's code says.

use super::fields::QrField;
use crate::money::{Currency, Money};
use okpay_macros::model;

/// A shop's code as EMVCo has it (QR Code Specification for Payment Systems, merchant-presented mode).
#[model(params)]
pub struct MerchantRequest {
    /// The shop's name, at most 25 characters.
    pub name: String,
    /// The shop's city, at most 15 characters.
    pub city: String,
    /// The shop's country, two letters of ISO 3166-1.
    pub country: String,
    /// The kind of shop: four digits of ISO 18245, or `0000`.
    pub category: String,
    /// The currency. Only those of ISO 4217 have a number, which the code holds.
    pub currency: Currency,
    /// Where the money goes: an account for each scheme that the shop takes. At least one.
    pub accounts: Vec<QrAccount>,
    /// Whether the code is for one payment or for many.
    pub initiation: Option<QrInitiation>,
    /// How much; without it the payer types it in.
    pub amount: Option<Money>,
    /// Whether the payer adds a tip or fee.
    pub tip: Option<TipMode>,
    /// The fee, if it is `fixed`.
    pub tip_fixed: Option<Money>,
    /// The fee in percent, if it is `percent`: a plain decimal above 0 and below 100, with at most two places.
    pub tip_percent: Option<String>,
    /// The shop's postal code, at most 10 characters.
    pub postal_code: Option<String>,
    /// What the payment is about.
    pub additional: Option<QrAdditional>,
    /// The shop's name and city in another language.
    pub language: Option<QrLanguage>,
    /// Further fields, by their ids (65 to 99), in rising order.
    pub other: Vec<QrField>,
}

/// An account of the shop at one scheme.
#[model(params)]
pub struct QrAccount {
    /// Two digits: 02 to 25 are given to card schemes, 26 to 51 are free.
    pub id: String,
    /// What the scheme put there, for 02 to 25.
    pub value: Option<String>,
    /// For 26 to 51: its fields. The one of the id 00 says whose the account is, such as `br.gov.bcb.pix`.
    pub fields: Vec<QrField>,
}

/// How often a code may be paid.
#[model(open)]
pub enum QrInitiation {
    /// The same code for many payments.
    Static,
    /// A code for this payment alone.
    Dynamic,
}

/// What the payer adds.
#[model(open)]
pub enum TipMode {
    /// The payer is asked for a tip.
    Prompt,
    /// A fee of a fixed amount.
    Fixed,
    /// A fee in percent.
    Percent,
}

/// The shop's name and city in another language.
#[model(params)]
pub struct QrLanguage {
    /// The language, two letters of ISO 639-1.
    pub language: String,
    /// The name, at most 25 characters.
    pub name: String,
    /// The city, at most 15 characters.
    pub city: Option<String>,
}

/// What a payment is about. `***` asks the payer's app to have it typed in. Each at most 25 characters.
#[model(params)]
pub struct QrAdditional {
    /// The number of the bill.
    pub bill_number: Option<String>,
    /// A mobile number.
    pub mobile_number: Option<String>,
    /// The store.
    pub store: Option<String>,
    /// The number of a loyalty card.
    pub loyalty_number: Option<String>,
    /// The shop's own mark of the payment.
    pub reference: Option<String>,
    /// The customer.
    pub customer: Option<String>,
    /// The till.
    pub terminal: Option<String>,
    /// What it is for.
    pub purpose: Option<String>,
    /// What the app is to tell of the payer: `A` address, `M` mobile number, `E` e-mail.
    pub consumer_data: Option<String>,
    /// Further fields, by their ids (10 to 99), in rising order.
    pub other: Vec<QrField>,
}
