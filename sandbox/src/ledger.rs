//! The ledger: double entry, in minor units.
//!
//! A [`Transfer`] is a set of postings that sums to zero in every currency; it is refused otherwise, and written in the same database
//! transaction as the change of state that it belongs to. Positive is what OKPay owes or earned (a merchant's balance, fees), negative
//! what it has or is owed (at the card acquirer, in the bank, on a chain). Nothing is ever changed or deleted.
//!
//! | account | what |
//! | --- | --- |
//! | `merchant:{account}:available`, `merchant:{account}:pending`, `merchant:{account}:reserved` | the merchant's balance |
//! | `acquirer:card`, `bank:incoming`, `bank:outgoing`, `chain:{network}`, `wallets:other`, `shops:cash` | money that came in or went out |
//! | `account:{handle}` | the balance of another account |
//! | `biller:{id}` | what billers got |
//! | `okpay:held` | holds that back `pending`: a card authorized, a transaction not confirmed |
//! | `okpay:received` | what arrived for payments that are not all paid yet |
//! | `okpay:unmatched` | what arrived too late or too much, to be given back to the payer |
//! | `okpay:fees`, `okpay:tax`, `okpay:network_fees` | what OKPay took |
//! | `fx:{currency}` | the position through which a coin becomes the order's currency |

use crate::refusal::{Outcome, Refusal};
use crate::store::{Store, Tx};
use okpay::{Currency, Money, OkpayError, Timestamp};
use serde::Serialize;
use sqlx::Row;
use std::collections::BTreeMap;

/// A movement of money to be booked.
#[derive(Debug, Clone)]
pub(crate) struct Transfer {
    /// What it is: `payment`, `fee`, `refund`, …
    pub(crate) kind: &'static str,
    /// The payment or refund behind it.
    pub(crate) source: String,
    /// The merchant's mark on the source.
    pub(crate) reference: Option<String>,
    postings: Vec<(String, Money)>,
}

/// The account that a merchant is paid out from.
pub(crate) fn available(account: &str) -> String {
    format!("merchant:{account}:available")
}

/// What is on its way out: reserved, and not sent yet.
pub(crate) fn reserved(account: &str) -> String {
    format!("merchant:{account}:reserved")
}

/// What a merchant will have once it is captured or confirmed.
pub(crate) fn pending(account: &str) -> String {
    format!("merchant:{account}:pending")
}

impl Transfer {
    pub(crate) fn new(kind: &'static str, source: &str, reference: Option<String>) -> Self {
        Self { kind, source: source.to_owned(), reference, postings: Vec::new() }
    }

    /// Moves money from one account to another.
    #[must_use]
    pub(crate) fn moving(mut self, from: impl Into<String>, to: impl Into<String>, amount: Money) -> Self {
        if amount.minor() != 0 {
            self.postings.push((from.into(), amount.negated()));
            self.postings.push((to.into(), amount));
        }
        self
    }

    /// The same movement backwards.
    #[must_use]
    pub(crate) fn reversed(mut self) -> Self {
        self.postings.iter_mut().for_each(|(_, amount)| *amount = amount.negated());
        self
    }

    fn check_balance(&self) -> Outcome<()> {
        let mut sums = BTreeMap::<Currency, Money>::new();
        for (_, amount) in &self.postings {
            let sum = sums.entry(amount.currency()).or_insert_with(|| Money::zero(amount.currency()));
            *sum = sum.checked_add(*amount)?;
        }
        match sums.values().find(|sum| sum.minor() != 0) {
            Some(sum) => Err(Refusal::Internal(format!("the transfer {} of {} is off by {sum}", self.kind, self.source))),
            None => Ok(()),
        }
    }
}

/// Books a transfer. One without postings is nothing and leaves no trace.
pub(crate) async fn book(tx: &mut Tx, store: &Store, id: String, account: &str, transfer: &Transfer, now: Timestamp) -> Outcome<()> {
    transfer.check_balance()?;
    if transfer.postings.is_empty() {
        return Ok(());
    }
    sqlx::query("INSERT INTO transfers (id, account, kind, source, reference, seq, created) VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(id.clone())
        .bind(account.to_owned())
        .bind(transfer.kind)
        .bind(transfer.source.clone())
        .bind(transfer.reference.clone())
        .bind(store.next_seq())
        .bind(now.millis())
        .execute(tx.conn())
        .await?;
    for (line, (ledger_account, amount)) in (0_i64..).zip(&transfer.postings) {
        sqlx::query("INSERT INTO postings (transfer, line, ledger_account, currency, amount) VALUES ($1, $2, $3, $4, $5)")
            .bind(id.clone())
            .bind(line)
            .bind(ledger_account.clone())
            .bind(amount.currency().code())
            .bind(amount.minor())
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

/// What an account of the ledger holds in a currency.
pub(crate) async fn balance(tx: &mut Tx, ledger_account: &str, currency: Currency) -> Outcome<Money> {
    let query = "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM postings WHERE ledger_account = $1 AND currency = $2";
    let minor: i64 = sqlx::query_scalar(query).bind(ledger_account.to_owned()).bind(currency.code()).fetch_one(tx.conn()).await?;
    Ok(Money::from_minor(i128::from(minor), currency)?)
}

/// What payments brought the account since a moment: its volume.
pub(crate) async fn volume(tx: &mut Tx, account: &str, currency: Currency, since: Timestamp) -> Outcome<Money> {
    let query = "SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) FROM postings p JOIN transfers t ON t.id = p.transfer \
        WHERE t.account = $1 AND t.kind = 'payment' AND t.created >= $2 AND p.ledger_account = $3 AND p.currency = $4";
    let minor: i64 = sqlx::query_scalar(query)
        .bind(account.to_owned())
        .bind(since.millis())
        .bind(available(account))
        .bind(currency.code())
        .fetch_one(tx.conn())
        .await?;
    Ok(Money::from_minor(i128::from(minor), currency)?)
}

/// One account of the ledger in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LedgerBalance {
    /// The account, such as `merchant:acct_…:available`.
    pub account: String,
    /// What it holds; negative for what OKPay has or is owed.
    pub balance: Money,
}

/// The whole ledger, by account, and the proof that it balances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ledger {
    /// Every account in every currency, in order.
    pub accounts: Vec<LedgerBalance>,
    /// The sum of all accounts, by currency. Every one is zero.
    pub sums: Vec<Money>,
}

/// The whole ledger.
pub(crate) async fn whole(tx: &mut Tx) -> Outcome<Ledger> {
    let query = "SELECT ledger_account, currency, CAST(SUM(amount) AS BIGINT) AS amount FROM postings \
        GROUP BY ledger_account, currency ORDER BY ledger_account, currency";
    let mut accounts = Vec::new();
    for row in sqlx::query(query).fetch_all(tx.conn()).await? {
        let (currency, minor): (String, i64) = (row.try_get("currency")?, row.try_get("amount")?);
        accounts.push(LedgerBalance { account: row.try_get("ledger_account")?, balance: money(minor, &currency)? });
    }
    let query = "SELECT currency, CAST(SUM(amount) AS BIGINT) AS amount FROM postings GROUP BY currency ORDER BY currency";
    let mut sums = Vec::new();
    for row in sqlx::query(query).fetch_all(tx.conn()).await? {
        let (currency, minor): (String, i64) = (row.try_get("currency")?, row.try_get("amount")?);
        sums.push(money(minor, &currency)?);
    }
    Ok(Ledger { accounts, sums })
}

/// An amount as the tables keep it.
pub(crate) fn money(minor: i64, currency: &str) -> Result<Money, OkpayError> {
    Money::from_minor(i128::from(minor), Currency::parse(currency)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn euro(text: &str) -> Money {
        Money::parse(text, "EUR").unwrap()
    }

    #[test]
    fn only_what_sums_to_zero_in_every_currency_is_booked() {
        let fine = Transfer::new("payment", "pay_1", None).moving("acquirer:card", "merchant:a:available", euro("19.99")).moving(
            "chain:tron",
            "okpay:received",
            Money::parse("1", "USDT").unwrap(),
        );
        fine.check_balance().unwrap();
        let mut off = fine.clone();
        off.postings.push(("okpay:fees".to_owned(), euro("0.01")));
        assert!(matches!(off.check_balance(), Err(Refusal::Internal(_))));
        let mut crossed = Transfer::new("payment", "pay_1", None);
        crossed.postings = vec![("a".to_owned(), euro("1.00").negated()), ("b".to_owned(), Money::parse("1.00", "USD").unwrap())];
        assert!(crossed.check_balance().is_err());
    }
}
