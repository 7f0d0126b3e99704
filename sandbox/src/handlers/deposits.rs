//! `deposits` and `deposit_sources`.

use super::{Request, page};
use crate::domain::{deposit_sources, deposits};
use crate::magic::DEPOSITS;
use crate::refusal::{Outcome, refuse_at};
use crate::store::objects::{self, Filter};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::ErrorCode;
use okpay::api::{Deposit, DepositStatus, ListDepositSources, ListDeposits, MethodType, NewDeposit, WalletMethod};

pub(super) async fn list_sources(_: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListDepositSources = request.query()?;
    if let Some(method) = &asked.method {
        check_method(method)?;
    }
    let mut sources = deposit_sources::all()?;
    sources.retain(|source| asked.method.as_ref().is_none_or(|method| *method == source.method));
    sources.retain(|source| asked.country.is_none() || asked.country == source.country);
    sources.retain(|source| asked.currency.is_none_or(|currency| currency == source.currency));
    page(sources, None)
}

pub(super) async fn retrieve_source(_: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&deposit_sources::find(&request.id)?)
}

pub(super) async fn create(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let new: NewDeposit = request.body()?;
    check(&new)?;
    let deposit = deposits::create(work, new).await?;
    Reply::made(&deposit.body.id, &deposit.body)
}

/// Refuses what cannot be a deposit.
pub(crate) fn check(new: &NewDeposit) -> Outcome<()> {
    validate::positive("amount", new.amount)?;
    check_method(&new.method)?;
    check_way(new)?;
    check_currency(new)?;
    match (&new.method, &new.payment_method) {
        (WalletMethod::Card, None) => {
            return Err(refuse_at(ErrorCode::MissingField, "payment_method", "a deposit by card needs its token in payment_method"));
        }
        (WalletMethod::Card, Some(_)) => {}
        (_, Some(_)) => return Err(refuse_at(ErrorCode::InvalidField, "payment_method", "only a deposit by card has a payment method")),
        (_, None) => validate::magic(&new.metadata, DEPOSITS.iter().map(|magic| magic.value))?,
    }
    validate::labels(new.reference.as_deref(), &new.metadata)?;
    new.return_url.as_deref().map_or(Ok(()), |url| validate::web_url("return_url", url))
}

fn check_method(method: &WalletMethod) -> Outcome<()> {
    let known = WalletMethod::KNOWN.iter().map(WalletMethod::as_str).collect::<Vec<_>>();
    validate::known("method", !matches!(method, WalletMethod::Unknown { .. }), &known)
}

/// Refuses a network or a third party where there is none, and cash that nobody is to take.
fn check_way(new: &NewDeposit) -> Outcome<()> {
    let is_through_others = matches!(new.method, WalletMethod::EWallet | WalletMethod::Cash);
    let wrong = |param, detail: String| Err(refuse_at(ErrorCode::InvalidField, param, detail));
    match (&new.method, &new.source) {
        (method, Some(_)) if !is_through_others => wrong("source", format!("{method} comes through no third party")),
        (method, _) if is_through_others && new.network.is_some() => wrong("network", format!("{method} has no network")),
        (WalletMethod::Cash, None) => {
            let detail = "cash is taken by a shop: deposit_sources.list has all of them";
            Err(refuse_at(ErrorCode::MissingField, "source", detail))
        }
        _ if is_through_others => Ok(()),
        (method, _) => super::payments::check_method(&MethodType::from(method.as_str()), new.network.as_ref()),
    }
}

/// A coin goes to the balance of that coin, and money to that of its currency.
fn check_currency(new: &NewDeposit) -> Outcome<()> {
    let currency = new.amount.currency();
    match deposits::coin_of(&new.method) {
        Some(coin) if coin != currency => {
            Err(refuse_at(ErrorCode::CurrencyMismatch, "amount.currency", format!("{} comes in {coin}, not {currency}", new.method)))
        }
        None if currency.is_crypto() => {
            Err(refuse_at(ErrorCode::CurrencyMismatch, "amount.currency", format!("{currency} does not come by {}", new.method)))
        }
        _ => Ok(()),
    }
}

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&work.get::<Deposit>(&request.id).await?.body)
}

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListDeposits = request.query()?;
    let known = !matches!(asked.status, Some(DepositStatus::Unknown { .. }));
    validate::known("status", known, &DepositStatus::KNOWN.iter().map(DepositStatus::as_str).collect::<Vec<_>>())?;
    let filter = Filter {
        status: asked.status.map(|status| status.to_string()),
        reference: asked.reference,
        after: asked.after,
        limit: validate::limit(asked.limit)?,
        parent: None,
    };
    let (deposits, next) = objects::list::<Deposit>(&mut work.tx, &work.account, &filter).await?;
    page(deposits.into_iter().map(|deposit| deposit.body).collect(), next)
}

pub(super) async fn cancel(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    let mut deposit = work.get::<Deposit>(&request.id).await?;
    deposits::cancel(work, &mut deposit).await?;
    Reply::of(&deposit.body)
}
