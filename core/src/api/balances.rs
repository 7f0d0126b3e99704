//! Balances: what the account holds, by currency.

use crate::money::{Currency, Money};
use okpay_macros::model;

/// What the account holds in one currency.
#[model]
pub struct Balance {
    /// The currency.
    pub currency: Currency,
    /// What can be paid out or refunded.
    pub available: Money,
    /// What is authorized or not yet confirmed.
    pub pending: Money,
    /// What is on its way out: withdrawals that are confirmed and not sent yet.
    pub reserved: Money,
}

/// The balances, by currency.
#[model(page)]
pub struct BalancePage {
    /// The balances.
    pub data: Vec<Balance>,
    /// The `after` of the next page.
    pub next: Option<String>,
}
