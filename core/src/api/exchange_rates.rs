//! Exchange rates between the currencies of orders and the coins they are paid in.

use crate::money::Currency;
use crate::timestamp::Timestamp;
use okpay_macros::model;

/// The price of one unit of `base`.
#[model]
pub struct ExchangeRate {
    /// What is priced: a coin.
    pub base: Currency,
    /// What it is priced in.
    pub quote: Currency,
    /// Units of `quote` for one `base`, a decimal.
    pub rate: String,
    /// When it was taken.
    pub created: Timestamp,
    /// A payment made before this keeps it, for 15 minutes.
    pub expires: Timestamp,
}

/// The rates that were asked for.
#[model(page)]
pub struct ExchangeRatePage {
    /// The rates.
    pub data: Vec<ExchangeRate>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which rates to list.
#[model(params)]
pub struct ListExchangeRates {
    /// Only this coin.
    pub base: Option<Currency>,
    /// Only in this currency.
    pub quote: Option<Currency>,
}
