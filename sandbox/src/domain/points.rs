//! Points: earned on the fees of payments, redeemed against them. What they are worth is data: `points.json`. Redeemed, they are money that
//! goes from OKPay's fees back into the balance, in the ledger.

use crate::ledger::{Transfer, available, money};
use crate::refusal::{Outcome, Refusal, not_found, refuse, refuse_at};
use crate::work::Work;
use okpay::api::{
    EventType, ListPointMovements, Payment, PaymentStatus, PointMovement, PointMovementType, PointsBalance, PointsWorth, RedeemPoints,
};
use okpay::{Currency, ErrorCode, Money, Timestamp};
use serde::Deserialize;
use sqlx::Row;
use sqlx::any::AnyRow;
use std::sync::LazyLock;

static TABLE: LazyLock<Result<Table, String>> =
    LazyLock::new(|| serde_json::from_str(include_str!("points.json")).map_err(|error| error.to_string()));

#[derive(Debug, Deserialize)]
struct Table {
    rules: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
struct Rule {
    currency: String,
    earn_per: String,
    earn_points: i64,
    worth_points: u64,
    worth_amount: String,
}

impl Rule {
    fn all() -> Outcome<&'static [Self]> {
        let table = TABLE.as_ref().map_err(|error| Refusal::Internal(format!("points.json: {error}")))?;
        Ok(&table.rules)
    }

    fn of(currency: Currency) -> Outcome<Option<&'static Self>> {
        Ok(Self::all()?.iter().find(|rule| rule.currency == currency.code()))
    }

    fn worth(&self) -> Outcome<PointsWorth> {
        Ok(PointsWorth { points: self.worth_points, amount: Money::parse(&self.worth_amount, &self.currency)? })
    }
}

/// Books what the fee of a payment earns: whole steps of it only.
pub(crate) async fn earn(work: &mut Work<'_>, payment: &Payment) -> Outcome<()> {
    let Some(fee) = payment.fee.as_ref().map(|quote| quote.fee) else { return Ok(()) };
    let Some(rule) = Rule::of(fee.currency())? else { return Ok(()) };
    let per = Money::parse(&rule.earn_per, &rule.currency)?;
    match fee.minor() / per.minor().max(1) * rule.earn_points {
        0 => Ok(()),
        points => keep(work, PointMovementType::Earned, points, &payment.id, fee).await.map(drop),
    }
}

async fn keep(work: &mut Work<'_>, kind: PointMovementType, points: i64, payment: &str, amount: Money) -> Outcome<PointMovement> {
    let (id, payment) = (work.id("ptm_"), payment.to_owned());
    let movement = PointMovement { id, movement_type: kind, points, payment, amount, created: work.now, version: 1, livemode: false };
    sqlx::query(
        "INSERT INTO point_movements (id, account, kind, points, payment, currency, amount, seq, created) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(movement.id.clone())
    .bind(work.account.clone())
    .bind(movement.movement_type.to_string())
    .bind(points)
    .bind(movement.payment.clone())
    .bind(amount.currency().code())
    .bind(amount.minor())
    .bind(work.gateway.store.next_seq())
    .bind(work.now.millis())
    .execute(work.tx.conn())
    .await?;
    let tell = if points > 0 { EventType::PointMovementEarned } else { EventType::PointMovementRedeemed };
    work.emit(tell, movement.clone().into()).await?;
    Ok(movement)
}

/// How many there are, and what they are worth.
pub(crate) async fn balance(work: &mut Work<'_>) -> Outcome<PointsBalance> {
    let worth = Rule::all()?.iter().map(Rule::worth).collect::<Outcome<_>>()?;
    Ok(PointsBalance { points: points(work).await?, worth, livemode: false })
}

async fn points(work: &mut Work<'_>) -> Outcome<u64> {
    let query = "SELECT CAST(COALESCE(SUM(points), 0) AS BIGINT) FROM point_movements WHERE account = $1";
    let points: i64 = sqlx::query_scalar(query).bind(work.account.clone()).fetch_one(work.tx.conn()).await?;
    Ok(u64::try_from(points).unwrap_or_default())
}

/// Gives points for a part of the fee of a payment, or all of it.
pub(crate) async fn redeem(work: &mut Work<'_>, asked: RedeemPoints) -> Outcome<PointMovement> {
    let payment = work.get::<Payment>(&asked.payment).await.map_err(|refusal| refusal.at("payment"))?.body;
    let (PaymentStatus::Succeeded, Some(quote)) = (&payment.status, &payment.fee) else {
        return Err(refuse_at(ErrorCode::IllegalState, "payment", "this payment is not paid: it has no fee yet"));
    };
    let amount = worth(asked.points, quote.fee.currency())?;
    let left = points(work).await?;
    if left < asked.points {
        return Err(refuse_at(ErrorCode::InsufficientBalance, "points", format!("there are {left} points")));
    }
    let open = quote.fee.checked_sub(redeemed(work, &payment.id, quote.fee.currency()).await?)?;
    if amount.minor() > open.minor() {
        return Err(refuse_at(ErrorCode::AmountTooLarge, "points", format!("{amount} is more than what is left of the fee, {open}")));
    }
    let transfer = Transfer::new("points", &payment.id, payment.reference.clone());
    let account = available(&work.account);
    work.book(transfer.moving("okpay:points", account, amount)).await?;
    let points = i64::try_from(asked.points).map_err(|_| refuse(ErrorCode::AmountOverflow, "too many points"))?;
    keep(work, PointMovementType::Redeemed, -points, &payment.id, amount).await
}

/// What so many points are worth, exactly.
fn worth(points: u64, currency: Currency) -> Outcome<Money> {
    let Some(rule) = Rule::of(currency)? else {
        return Err(refuse_at(ErrorCode::CurrencyMismatch, "payment", format!("points are not redeemed against fees in {currency}")));
    };
    let PointsWorth { points: step, amount } = rule.worth()?;
    if points == 0 || !points.is_multiple_of(step) {
        return Err(refuse_at(ErrorCode::InvalidField, "points", format!("points are redeemed in steps of {step}")));
    }
    Ok(Money::from_minor(i128::from(points / step) * i128::from(amount.minor()), currency)?)
}

/// What was redeemed against the fee of a payment already.
async fn redeemed(work: &mut Work<'_>, payment: &str, currency: Currency) -> Outcome<Money> {
    let query = "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM point_movements WHERE account = $1 AND payment = $2 AND kind = $3";
    let minor: i64 = sqlx::query_scalar(query)
        .bind(work.account.clone())
        .bind(payment.to_owned())
        .bind(PointMovementType::Redeemed.to_string())
        .fetch_one(work.tx.conn())
        .await?;
    Ok(Money::from_minor(i128::from(minor), currency)?)
}

/// A page of movements, newest first, and one more if there is one.
pub(crate) async fn list(work: &mut Work<'_>, asked: &ListPointMovements, limit: i64) -> Outcome<Vec<PointMovement>> {
    let before = match &asked.after {
        Some(after) => place(work, after).await.map_err(|refusal| refusal.at("after"))?,
        None => i64::MAX,
    };
    let rows = sqlx::query(
        "SELECT id, kind, points, payment, currency, amount, created FROM point_movements WHERE account = $1 AND seq < $2 \
         AND ($3 = '' OR payment = $3) ORDER BY seq DESC LIMIT $4",
    )
    .bind(work.account.clone())
    .bind(before)
    .bind(asked.payment.clone().unwrap_or_default())
    .bind(limit + 1)
    .fetch_all(work.tx.conn())
    .await?;
    rows.iter().map(read).collect()
}

async fn place(work: &mut Work<'_>, id: &str) -> Outcome<i64> {
    let found = sqlx::query_scalar("SELECT seq FROM point_movements WHERE account = $1 AND id = $2")
        .bind(work.account.clone())
        .bind(id.to_owned())
        .fetch_optional(work.tx.conn())
        .await?;
    found.ok_or_else(|| not_found("movement of points", id))
}

fn read(row: &AnyRow) -> Outcome<PointMovement> {
    let (kind, currency): (String, String) = (row.try_get("kind")?, row.try_get("currency")?);
    Ok(PointMovement {
        id: row.try_get("id")?,
        movement_type: PointMovementType::from(kind.as_str()),
        points: row.try_get("points")?,
        payment: row.try_get("payment")?,
        amount: money(row.try_get("amount")?, &currency)?,
        created: Timestamp::from_millis(row.try_get("created")?),
        version: 1,
        livemode: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_reads_and_a_point_is_worth_less_than_what_earned_it() {
        for rule in Rule::all().unwrap() {
            let (per, worth) = (Money::parse(&rule.earn_per, &rule.currency).unwrap(), rule.worth().unwrap());
            assert!(per.is_positive() && rule.earn_points > 0 && worth.points > 0 && worth.amount.is_positive());
            let earned = rule.earn_points * worth.amount.minor();
            assert!(earned < per.minor() * i64::try_from(worth.points).unwrap(), "{rule:?}");
        }
    }

    #[test]
    fn points_are_worth_whole_cents_or_are_refused() {
        let euro = Currency::parse("EUR").unwrap();
        assert_eq!(worth(6, euro).unwrap(), Money::parse("0.03", "EUR").unwrap());
        for points in [0, 1, 7] {
            assert_eq!(worth(points, euro).unwrap_err().into_failure().code, ErrorCode::InvalidField);
        }
        assert_eq!(worth(u64::MAX - 1, euro).unwrap_err().into_failure().code, ErrorCode::AmountOverflow);
        assert_eq!(worth(2, Currency::BTC).unwrap_err().into_failure().code, ErrorCode::CurrencyMismatch);
    }
}
