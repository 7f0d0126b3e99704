//! Deposit sources: the third parties through which money comes in. Wallets of other providers, and shops that take cash.

use super::WalletMethod;
use crate::money::{Currency, Money};
use okpay_macros::model;

/// A third party through which money comes in.
#[model]
pub struct DepositSource {
    /// `src_…`
    pub id: String,
    /// The name, as the payer knows it.
    pub name: String,
    /// How it takes the money: `e_wallet` on a page of its own, `cash` at a counter.
    pub method: WalletMethod,
    /// Its country, in ISO 3166-1's two letters; nothing for one that is everywhere.
    pub country: Option<String>,
    /// The currency that it takes.
    pub currency: Currency,
    /// The least at once; the account's own limits hold as well.
    pub least: Money,
    /// The most at once.
    pub most: Money,
    /// Within how many seconds the money has to be handed over.
    pub pay_within: u32,
}

/// One page of deposit sources, by name.
#[model(page)]
pub struct DepositSourcePage {
    /// The sources.
    pub data: Vec<DepositSource>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which deposit sources to list.
#[model(params)]
pub struct ListDepositSources {
    /// Only those that take the money so.
    pub method: Option<WalletMethod>,
    /// Only those of this country, in ISO 3166-1's two letters.
    pub country: Option<String>,
    /// Only those that take this currency.
    pub currency: Option<Currency>,
}
