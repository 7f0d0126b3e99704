//! Payment methods: a card number goes in once, and a token comes out.

use crate::timestamp::Timestamp;
use okpay_macros::model;
use std::collections::BTreeMap;

/// How a payment is made.
#[model(open)]
pub enum MethodType {
    /// A card.
    Card,
    /// A transfer from a bank account, matched by its reference.
    BankTransfer,
    /// Tether, on the network that the payment names.
    Usdt,
    /// Bitcoin.
    Btc,
    /// Online banking: the buyer approves on the page of their bank.
    OnlineBanking,
    /// The balance of the buyer's own OKPay wallet, approved on OKPay's page.
    Balance,
}

/// A blockchain.
#[model(open)]
pub enum Network {
    /// TRON (USDT as TRC-20).
    Tron,
    /// Ethereum (USDT as ERC-20).
    Ethereum,
    /// BNB chain (USDT as BEP-20).
    Bnb,
    /// Bitcoin.
    Bitcoin,
}

/// Where a card was issued, seen from the merchant.
#[model(open)]
pub enum CardRegion {
    /// In the merchant's own region.
    Domestic,
    /// Elsewhere.
    International,
}

/// The brand of a card.
#[model(open)]
pub enum CardBrand {
    /// Visa.
    Visa,
    /// Mastercard.
    Mastercard,
}

/// What a card draws on.
#[model(open)]
pub enum CardFunding {
    /// Credit.
    Credit,
    /// Debit.
    Debit,
}

/// A card to be kept as a payment method. Only a browser or an app sends this, with the publishable key.
#[model(params)]
pub struct NewPaymentMethod {
    /// The card.
    pub card: CardDetails,
    /// The merchant's own mark, searchable.
    pub reference: Option<String>,
    /// Up to 50 pairs of the merchant's own.
    pub metadata: BTreeMap<String, String>,
}

/// A card as it is typed in. Never kept, never logged: nothing of it is printed.
#[model]
pub struct CardDetails {
    /// The number, digits only or in groups of four.
    #[secret]
    pub number: String,
    /// 1 to 12.
    #[secret]
    pub exp_month: u8,
    /// Four digits.
    #[secret]
    pub exp_year: u16,
    /// The security code, three digits.
    #[secret]
    pub cvc: String,
    /// The name on the card.
    #[secret]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
}

impl CardDetails {
    /// A card without a holder's name.
    pub fn new(number: impl Into<String>, exp_month: u8, exp_year: u16, cvc: impl Into<String>) -> Self {
        Self { number: number.into(), exp_month, exp_year, cvc: cvc.into(), holder: None }
    }
}

/// A card behind a token.
#[model]
pub struct PaymentMethod {
    /// `pm_…`
    pub id: String,
    /// Always a card today.
    #[serde(rename = "type")]
    pub method_type: MethodType,
    /// The brand.
    pub brand: CardBrand,
    /// The last four digits.
    pub last4: String,
    /// 1 to 12.
    pub exp_month: u8,
    /// Four digits.
    pub exp_year: u16,
    /// Where it was issued.
    pub region: CardRegion,
    /// What it draws on.
    pub funding: CardFunding,
    /// The merchant's own mark.
    pub reference: Option<String>,
    /// The merchant's own pairs.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    /// When it was made.
    pub created: Timestamp,
    /// Rises by one per change.
    pub version: u64,
    /// Whether it is about real money.
    pub livemode: bool,
}
