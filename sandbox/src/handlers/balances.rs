//! `balances`, read from the ledger.

use super::{Request, page};
use crate::ledger::{self, available, pending};
use crate::refusal::Outcome;
use crate::work::{Reply, Work};
use okpay::api::Balance;
use okpay::{Currency, Money};
use std::collections::BTreeMap;

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    let (available, pending) = (available(&work.account), pending(&work.account));
    let mut balances = BTreeMap::<Currency, Balance>::new();
    for entry in ledger::whole(&mut work.tx).await?.accounts {
        let currency = entry.balance.currency();
        if entry.account != available && entry.account != pending {
            continue;
        }
        let zero = Money::zero(currency);
        let balance = balances.entry(currency).or_insert(Balance { currency, available: zero, pending: zero });
        match entry.account == available {
            true => balance.available = entry.balance,
            false => balance.pending = entry.balance,
        }
    }
    page(balances.into_values().collect(), None)
}
