//! `balances`, read from the ledger.

use super::{Request, page};
use crate::ledger::{self, available, pending, reserved};
use crate::refusal::Outcome;
use crate::work::{Reply, Work};
use okpay::api::Balance;
use okpay::{Currency, Money};
use std::collections::BTreeMap;

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    page(all(work).await?, None)
}

/// What the account holds, by currency.
pub(crate) async fn all(work: &mut Work<'_>) -> Outcome<Vec<Balance>> {
    let account = work.account.clone();
    let mut balances = BTreeMap::<Currency, Balance>::new();
    for entry in ledger::whole(&mut work.tx).await?.accounts {
        let currency = entry.balance.currency();
        let zero = Money::zero(currency);
        let blank = Balance { currency, available: zero, pending: zero, reserved: zero };
        let part: fn(&mut Balance) -> &mut Money = match &entry.account {
            name if *name == available(&account) => |balance| &mut balance.available,
            name if *name == pending(&account) => |balance| &mut balance.pending,
            name if *name == reserved(&account) => |balance| &mut balance.reserved,
            _ => continue,
        };
        *part(balances.entry(currency).or_insert(blank)) = entry.balance;
    }
    Ok(balances.into_values().collect())
}
