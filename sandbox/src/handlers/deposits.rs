//! `deposits`.

use super::{Request, page};
use crate::domain::deposits;
use crate::magic::DEPOSITS;
use crate::refusal::{Outcome, refuse_at};
use crate::store::objects::{self, Filter};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::ErrorCode;
use okpay::api::{Deposit, DepositStatus, ListDeposits, MethodType, NewDeposit, WalletMethod};

pub(super) async fn create(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let new: NewDeposit = request.body()?;
    check(&new)?;
    let deposit = deposits::create(work, new).await?;
    Reply::made(&deposit.body.id, &deposit.body)
}

/// Refuses what cannot be a deposit.
pub(crate) fn check(new: &NewDeposit) -> Outcome<()> {
    validate::positive("amount", new.amount)?;
    validate::known(
        "method",
        !matches!(new.method, WalletMethod::Unknown { .. }),
        &WalletMethod::KNOWN.iter().map(WalletMethod::as_str).collect::<Vec<_>>(),
    )?;
    if new.method != WalletMethod::EWallet {
        super::payments::check_method(&MethodType::from(new.method.as_str()), new.network.as_ref())?;
    } else if new.network.is_some() {
        return Err(refuse_at(ErrorCode::InvalidField, "network", "e_wallet has no network"));
    }
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
