//! Destinations: where withdrawals go. One is added once, checked, and used after a cooling period.

use super::{CardBrand, Network, WalletMethod};
use crate::timestamp::Timestamp;
use okpay_macros::model;
use std::collections::BTreeMap;

/// What a destination is.
#[model(open)]
pub enum DestinationType {
    /// A bank account, by its IBAN.
    BankAccount,
    /// A card, by its token.
    Card,
    /// A wallet at another provider.
    EWallet,
    /// An address on a blockchain.
    CryptoAddress,
}

/// Where a destination stands.
#[model(open)]
pub enum DestinationStatus {
    /// New: nothing goes there before `usable_from`.
    Cooling,
    /// Ready.
    #[end]
    Active,
    /// Switched off, for good.
    #[end]
    Disabled,
}

/// A destination to be added.
#[model(params)]
pub struct NewDestination {
    /// What it is.
    #[serde(rename = "type")]
    pub destination_type: DestinationType,
    /// Whose it is, for a bank account and another wallet.
    pub holder: Option<String>,
    /// The account number, for a bank account.
    pub iban: Option<String>,
    /// The token of the card, for a card.
    pub payment_method: Option<String>,
    /// The provider, for another wallet.
    pub provider: Option<String>,
    /// The account at that provider, for another wallet: an e-mail address, a telephone number or a name.
    pub account: Option<String>,
    /// The blockchain, for an address.
    pub network: Option<Network>,
    /// The address, for an address.
    pub address: Option<String>,
    /// A name to tell it by.
    pub label: Option<String>,
    /// The merchant's own mark, searchable.
    pub reference: Option<String>,
    /// Up to 50 pairs of the merchant's own.
    pub metadata: BTreeMap<String, String>,
}

/// A destination. Its number or address is only ever shown masked.
#[model]
pub struct Destination {
    /// `dst_…`
    pub id: String,
    /// What it is.
    #[serde(rename = "type")]
    pub destination_type: DestinationType,
    /// Where it stands.
    pub status: DestinationStatus,
    /// How a withdrawal gets there.
    pub method: WalletMethod,
    /// Enough of it to tell it from others: `DE89 •••• 3000`.
    pub masked: String,
    /// Whose it is.
    pub holder: Option<String>,
    /// The country of the bank account, in ISO 3166-1's two letters.
    pub country: Option<String>,
    /// The brand of the card.
    pub brand: Option<CardBrand>,
    /// The provider of the other wallet.
    pub provider: Option<String>,
    /// The blockchain.
    pub network: Option<Network>,
    /// A name to tell it by.
    pub label: Option<String>,
    /// From when on something goes there.
    pub usable_from: Timestamp,
    /// The merchant's own mark.
    pub reference: Option<String>,
    /// The merchant's own pairs.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    /// The key of the call that made it.
    pub idempotency_key: Option<String>,
    /// When it was added.
    pub created: Timestamp,
    /// Rises by one per change.
    pub version: u64,
    /// Whether it is about real money.
    pub livemode: bool,
}

/// One page of destinations, newest first.
#[model(page)]
pub struct DestinationPage {
    /// The destinations.
    pub data: Vec<Destination>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which destinations to list.
#[model(params)]
pub struct ListDestinations {
    /// 1 to 100; 20 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only this status.
    pub status: Option<DestinationStatus>,
    /// Only this mark of the merchant's.
    pub reference: Option<String>,
}
