//! Third parties through which money comes in, as data: `deposit_sources.json`. And what one takes: how much, by when, under which code.

use crate::refusal::{Outcome, Refusal, not_found, refuse_at};
use crate::work::Work;
use okpay::api::{CashInstructions, DepositSource, NewDeposit, NextAction, NextActionType, WalletMethod};
use okpay::{Currency, ErrorCode, Money, Timestamp, checks};
use serde::Deserialize;
use std::sync::LazyLock;

static SOURCES: LazyLock<Result<Table, String>> =
    LazyLock::new(|| serde_json::from_str(include_str!("deposit_sources.json")).map_err(|error| error.to_string()));

#[derive(Debug, Deserialize)]
struct Table {
    sources: Vec<Row>,
}

#[derive(Debug, Deserialize)]
struct Row {
    id: String,
    name: String,
    method: String,
    country: Option<String>,
    currency: String,
    least: String,
    most: String,
    pay_within: u32,
}

impl Row {
    fn shown(&self) -> Outcome<DepositSource> {
        Ok(DepositSource {
            id: self.id.clone(),
            name: self.name.clone(),
            method: WalletMethod::from(self.method.as_str()),
            country: self.country.clone(),
            currency: Currency::parse(&self.currency)?,
            least: Money::parse(&self.least, &self.currency)?,
            most: Money::parse(&self.most, &self.currency)?,
            pay_within: self.pay_within,
        })
    }
}

/// Every third party, by name.
pub(crate) fn all() -> Outcome<Vec<DepositSource>> {
    let table = SOURCES.as_ref().map_err(|error| Refusal::Internal(format!("deposit_sources.json: {error}")))?;
    table.sources.iter().map(Row::shown).collect()
}

/// One of them.
pub(crate) fn find(id: &str) -> Outcome<DepositSource> {
    all()?.into_iter().find(|source| source.id == id).ok_or_else(|| not_found("deposit source", id))
}

/// The third party of a deposit: it takes this method, this currency, and so much.
pub(crate) fn of(new: &NewDeposit) -> Outcome<Option<DepositSource>> {
    let Some(id) = &new.source else { return Ok(None) };
    let source = find(id).map_err(|refusal| refusal.at("source"))?;
    if source.method != new.method {
        let detail = format!("{} takes {}, not {}", source.name, source.method, new.method);
        return Err(refuse_at(ErrorCode::InvalidField, "source", detail));
    }
    if source.currency != new.amount.currency() {
        let detail = format!("{} takes {}, not {}", source.name, source.currency, new.amount.currency());
        return Err(refuse_at(ErrorCode::CurrencyMismatch, "amount.currency", detail));
    }
    check_amount(&source, new.amount)?;
    Ok(Some(source))
}

fn check_amount(source: &DepositSource, amount: Money) -> Outcome<()> {
    let refused = |code, what: &str, bound| Err(refuse_at(code, "amount", format!("the {what} through {} is {bound}", source.name)));
    match amount.minor() {
        minor if minor < source.least.minor() => refused(ErrorCode::AmountTooSmall, "least", source.least),
        minor if minor > source.most.minor() => refused(ErrorCode::AmountTooLarge, "most", source.most),
        _ => Ok(()),
    }
}

/// What to show at the counter.
pub(crate) fn cash(work: &Work<'_>, amount_due: Money, expires: Timestamp) -> CashInstructions {
    let mut code = work.gateway.ids.fresh("cash").iter().take(11).map(|byte| char::from(b'0' + byte % 10)).collect::<String>();
    code.extend(('0'..='9').find(|digit| checks::luhn(&format!("{code}{digit}"))));
    CashInstructions { code, amount_due, expires }
}

/// What there is to do.
pub(crate) fn pay_cash() -> NextAction {
    NextAction { action: NextActionType::PayCash, url: None, crypto: None, bank_transfer: None }
}

/// Who paid in, as a third party says it.
pub(crate) fn sender(method: &WalletMethod) -> Option<String> {
    match method {
        WalletMethod::EWallet => Some("m•••@purse.example".to_owned()),
        WalletMethod::Cash => Some("counter 0417".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_reads_and_its_figures_are_in_order() {
        let all = all().unwrap();
        assert!(all.is_sorted_by(|first, second| first.name < second.name));
        for source in all {
            assert!(source.least.is_positive() && source.least.minor() < source.most.minor() && source.pay_within > 0, "{source:?}");
            assert!(matches!(source.method, WalletMethod::EWallet | WalletMethod::Cash), "{source:?}");
        }
    }
}
