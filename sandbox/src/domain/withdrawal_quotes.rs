//! What a withdrawal costs, how much the balance lets out, and when it arrives.

use super::instructions::{block_secs, confirmations_required};
use super::resources::Nothing;
use super::{business_days, fees, limits, rates};
use crate::ledger::{self, available};
use crate::refusal::{Outcome, refuse_at};
use crate::store::objects::Stored;
use crate::work::Work;
use okpay::api::{
    ArrivalEstimate, Destination, DestinationStatus, MethodType, NewWithdrawalQuote, WalletMethod, Withdrawal, WithdrawalQuote,
};
use okpay::fees::{Quote, QuoteRequest};
use okpay::{ErrorCode, Money, Timestamp};
use std::collections::BTreeMap;

/// How long a quote holds.
const LIFETIME_SECS: i64 = 15 * 60;

/// By when a bank's payment arrives: the design's 1 to 3 business days, in the bank's hours.
const BANK_DAYS: u32 = 3;
const OPENS: u8 = 8;
const CLOSES: u8 = 18;

/// Quotes a withdrawal.
pub(crate) async fn create(work: &mut Work<'_>, new: NewWithdrawalQuote) -> Outcome<WithdrawalQuote> {
    let destination = find_destination(work, &new.destination).await?.body;
    let body = WithdrawalQuote {
        id: work.id("wq_"),
        amount: new.amount,
        fee: fee(work, &destination, new.amount)?,
        max_withdrawable: most(work, &destination, new.amount).await?,
        arrival: arrival(&destination, work.now)?,
        destination: destination.id,
        expires: work.now.plus_secs(LIFETIME_SECS),
        created: work.now,
        livemode: false,
    };
    Ok(work.insert(body, Nothing {}).await?.body)
}

/// A destination that was not switched off.
pub(crate) async fn find_destination(work: &mut Work<'_>, id: &str) -> Outcome<Stored<Destination>> {
    let found = work.get::<Destination>(id).await.map_err(|refusal| refusal.at("destination"))?;
    match found.body.status {
        DestinationStatus::Disabled => Err(refuse_at(ErrorCode::IllegalState, "destination", "this destination is switched off")),
        _ => Ok(found),
    }
}

/// The fee of a withdrawal to there.
///
/// # Errors
/// `currency_mismatch` for a currency that does not go there, and those of a quote.
pub(crate) fn fee(work: &Work<'_>, destination: &Destination, amount: Money) -> Outcome<Quote> {
    check_currency(destination, amount)?;
    fees::of_own(work, &QuoteRequest::new("withdrawal", destination.method.as_str(), amount).facts(facts(destination)))
}

/// Coins leave from the balance of that coin, and money from that of its currency: nothing is converted on the way.
fn check_currency(destination: &Destination, amount: Money) -> Outcome<()> {
    let (method, currency) = (&destination.method, amount.currency());
    let coin = rates::coin_of(&MethodType::from(method.as_str()));
    match coin.map_or(!currency.is_crypto(), |coin| coin == currency) {
        true => Ok(()),
        false => Err(refuse_at(ErrorCode::CurrencyMismatch, "amount.currency", format!("{currency} does not leave by {method}"))),
    }
}

fn facts(destination: &Destination) -> BTreeMap<String, String> {
    destination.network.iter().map(|network| ("network".to_owned(), network.to_string())).collect()
}

/// The most that the balance and the limits let out to there.
async fn most(work: &mut Work<'_>, destination: &Destination, amount: Money) -> Outcome<Money> {
    let (account, zero) = (available(&work.account), Money::zero(amount.currency()));
    let balance = ledger::balance(&mut work.tx, &account, amount.currency()).await?;
    if !balance.is_positive() {
        return Ok(zero);
    }
    let request = QuoteRequest::new("withdrawal", destination.method.as_str(), balance).facts(facts(destination));
    let most = match work.gateway.schedules.current(work.now).max_withdrawal(&request, work.now) {
        Ok(quote) => quote.amount,
        Err(error) if *error.code() == ErrorCode::BalanceTooSmall => zero,
        Err(error) => return Err(fees::as_field(error)),
    };
    let limit = limits::left::<Withdrawal>(work, destination.method.as_str(), amount.currency()).await?;
    Ok(limit.filter(|limit| limit.minor() < most.minor()).unwrap_or(most))
}

/// When money that is sent at a moment arrives.
pub(crate) fn arrival(destination: &Destination, from: Timestamp) -> Outcome<ArrivalEstimate> {
    Ok(match (&destination.method, &destination.network) {
        (_, Some(network)) => {
            let secs = block_secs(network) * i64::from(confirmations_required(network));
            ArrivalEstimate { earliest: from.plus_secs(secs), latest: from.plus_secs(secs * 3), business_days: None }
        }
        (WalletMethod::EWallet, _) => {
            ArrivalEstimate { earliest: from, latest: business_days::after(from, 1, CLOSES)?, business_days: Some(1) }
        }
        _ => ArrivalEstimate {
            earliest: business_days::after(from, 1, OPENS)?,
            latest: business_days::after(from, BANK_DAYS, CLOSES)?,
            business_days: Some(BANK_DAYS),
        },
    })
}
