//! How much at once, and how much in a day. The figures are data: `limits.json`.

use super::account;
use crate::refusal::{Outcome, Refusal, refuse_at};
use crate::store::objects::{self, Filter, Resource};
use crate::work::Work;
use okpay::api::{AccountLimit, VerificationLevel};
use okpay::{Currency, ErrorCode, Money, Timestamp};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The figures, as text so that they are read exactly.
static TABLE: LazyLock<Result<Table, String>> =
    LazyLock::new(|| serde_json::from_str(include_str!("limits.json")).map_err(|error| error.to_string()));

#[derive(Debug, Deserialize)]
struct Table {
    /// In percent of the figures, by level of verification.
    levels: BTreeMap<String, i128>,
    limits: Vec<Limit>,
}

#[derive(Debug, Deserialize)]
struct Limit {
    operation: String,
    method: String,
    currencies: Vec<String>,
    least: String,
    most: String,
    day: String,
    /// From here on somebody looks at it first.
    review_from: Option<String>,
    /// From here on a code is needed.
    step_up_from: Option<String>,
}

/// What counts against the limit of a day.
pub(crate) struct Counted {
    pub(crate) method: String,
    pub(crate) amount: Money,
    pub(crate) created: Timestamp,
    /// Not if it failed or was given up.
    pub(crate) counts: bool,
}

/// A resource whose amounts are limited.
pub(crate) trait Limited: Resource {
    /// The operation, as fee schedules name it.
    const OPERATION: &'static str;
    fn counted(&self) -> Counted;
}

macro_rules! limited {
    ($($model:ident as $operation:literal, not after $($over:literal)|+;)+) => {
        $(impl Limited for okpay::api::$model {
            const OPERATION: &'static str = $operation;
            fn counted(&self) -> Counted {
                let counts = !matches!(self.status.as_str(), $($over)|+);
                Counted { method: self.method.to_string(), amount: self.amount, created: self.created, counts }
            }
        })+
    };
}

limited! {
    Deposit as "deposit", not after "failed" | "canceled";
    Withdrawal as "withdrawal", not after "failed" | "canceled" | "returned";
}

impl Limited for okpay::api::Transfer {
    const OPERATION: &'static str = "transfer";
    fn counted(&self) -> Counted {
        let counts = self.status.as_str() != "failed";
        Counted { method: super::transfers::METHOD.to_owned(), amount: self.amount, created: self.created, counts }
    }
}

/// Refuses an amount that is too small or too large, or too much for the rest of the day.
///
/// # Errors
/// `amount_too_small`, `amount_too_large`, `daily_limit_exceeded`.
pub(crate) async fn check<T: Limited>(work: &mut Work<'_>, method: &str, amount: Money) -> Outcome<()> {
    let Some(limit) = find(T::OPERATION, method, amount.currency())? else { return Ok(()) };
    let AccountLimit { least, most, day, .. } = shown(limit, amount.currency().code(), &level(work).await?)?;
    if amount.minor() < least.minor() {
        return Err(refuse_at(ErrorCode::AmountTooSmall, "amount", format!("the least for a {} by {method} is {least}", T::OPERATION)));
    }
    if amount.minor() > most.minor() {
        return Err(refuse_at(ErrorCode::AmountTooLarge, "amount", format!("the most for a {} by {method} is {most}", T::OPERATION)));
    }
    let left = day.checked_sub(today::<T>(work, method, amount.currency()).await?)?;
    match amount.minor() > left.minor() {
        true => Err(refuse_at(ErrorCode::DailyLimitExceeded, "amount", format!("{left} of {day} a day by {method} is left today (UTC)"))),
        false => Ok(()),
    }
}

/// The most that the limits leave at this moment.
pub(crate) async fn left<T: Limited>(work: &mut Work<'_>, method: &str, currency: Currency) -> Outcome<Option<Money>> {
    let Some(limit) = find(T::OPERATION, method, currency)? else { return Ok(None) };
    let AccountLimit { most, day, .. } = shown(limit, currency.code(), &level(work).await?)?;
    let left = day.checked_sub(today::<T>(work, method, currency).await?)?;
    let least = if left.minor() < most.minor() { left } else { most };
    Ok(Some(if least.minor() < 0 { Money::zero(currency) } else { least }))
}

/// Every limit, at a level of verification.
pub(crate) fn all(level: &VerificationLevel) -> Outcome<Vec<AccountLimit>> {
    let rows = table()?.limits.iter().flat_map(|limit| limit.currencies.iter().map(move |currency| shown(limit, currency, level)));
    rows.collect()
}

async fn level(work: &mut Work<'_>) -> Outcome<VerificationLevel> {
    Ok(account::load(work).await?.body.verification)
}

/// The figures in one currency, at a level of verification: rounded down.
fn shown(limit: &Limit, currency: &str, level: &VerificationLevel) -> Outcome<AccountLimit> {
    let percent = table()?.levels.get(level.as_str()).copied().unwrap_or_default();
    let scaled = |text: &str| {
        let whole = Money::parse(text, currency)?;
        Money::from_minor(i128::from(whole.minor()) * percent / 100, whole.currency())
    };
    Ok(AccountLimit {
        operation: limit.operation.clone(),
        method: limit.method.clone(),
        least: Money::parse(&limit.least, currency)?,
        most: scaled(&limit.most)?,
        day: scaled(&limit.day)?,
    })
}

/// From which amount on somebody looks at it first.
pub(crate) fn review_from(operation: &str, method: &str, currency: Currency) -> Outcome<Option<Money>> {
    let text = find(operation, method, currency)?.and_then(|limit| limit.review_from.as_ref());
    Ok(text.map(|text| Money::parse(text, currency.code())).transpose()?)
}

/// From which amount on a code is needed.
pub(crate) fn step_up_from(operation: &str, method: &str, currency: Currency) -> Outcome<Option<Money>> {
    let text = find(operation, method, currency)?.and_then(|limit| limit.step_up_from.as_ref());
    Ok(text.map(|text| Money::parse(text, currency.code())).transpose()?)
}

fn find(operation: &str, method: &str, currency: Currency) -> Outcome<Option<&'static Limit>> {
    let code = currency.code();
    let fits =
        |limit: &&Limit| limit.operation == operation && limit.method == method && limit.currencies.iter().any(|known| known == code);
    Ok(table()?.limits.iter().find(fits))
}

fn table() -> Outcome<&'static Table> {
    TABLE.as_ref().map_err(|error| Refusal::Internal(format!("limits.json: {error}")))
}

/// What was done today already, by this method in this currency.
async fn today<T: Limited>(work: &mut Work<'_>, method: &str, currency: Currency) -> Outcome<Money> {
    let midnight = Timestamp::from_secs(work.now.to_utc().replace_time(time::Time::MIDNIGHT).unix_timestamp());
    let (account, mut sum, mut after) = (work.account.clone(), Money::zero(currency), None);
    loop {
        let (page, next) = objects::list::<T>(&mut work.tx, &account, &Filter { after, limit: 100, ..Filter::default() }).await?;
        for counted in page.iter().map(|stored| stored.body.counted()) {
            if counted.created < midnight {
                return Ok(sum);
            }
            if counted.counts && counted.method == method && counted.amount.currency() == currency {
                sum = sum.checked_add(counted.amount)?;
            }
        }
        match next {
            Some(next) => after = Some(next),
            None => return Ok(sum),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_reads_in_every_currency_and_they_are_in_order() {
        let table = TABLE.as_ref().unwrap();
        assert!(!table.limits.is_empty());
        let percents = VerificationLevel::KNOWN.iter().map(|level| table.levels[level.as_str()]).collect::<Vec<_>>();
        assert!(percents.is_sorted() && percents[0] > 0, "limits rise with the level: {percents:?}");
        for limit in &table.limits {
            for currency in &limit.currencies {
                let [least, most, day] = [&limit.least, &limit.most, &limit.day].map(|text| Money::parse(text, currency).unwrap().minor());
                assert!(0 < least && least < most && most <= day, "{limit:?}");
            }
        }
    }
}
