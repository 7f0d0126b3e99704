//! Coupons: the promotions of the schedule in force, and how often the account has used each. Limits are data: `coupons.json`.

use super::fees;
use crate::refusal::{Outcome, Refusal, not_found, refuse_at};
use crate::work::Work;
use okpay::api::{Coupon, CouponStatus, CouponValidation, Payment};
use okpay::fees::QuoteRequest;
use okpay::{ErrorCode, Money, Timestamp};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static LIMITS: LazyLock<Result<Limits, String>> =
    LazyLock::new(|| serde_json::from_str(include_str!("coupons.json")).map_err(|error| error.to_string()));

#[derive(Debug, Deserialize)]
struct Limits {
    limits: Vec<Limit>,
}

#[derive(Debug, Deserialize)]
struct Limit {
    code: String,
    per_account: u32,
}

/// What a schedule says of a promotion that concerns its reader; core has judged the whole of it already.
#[derive(Deserialize)]
struct Promotion {
    code: String,
    percent_off: Option<String>,
    amount_off: Option<BTreeMap<String, String>>,
    max_discount: Option<BTreeMap<String, String>>,
    valid_from: Option<Timestamp>,
    valid_until: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Schedule {
    promotions: Option<Vec<Promotion>>,
}

/// Every coupon of the schedule in force, by code.
pub(crate) async fn list(work: &mut Work<'_>) -> Outcome<Vec<Coupon>> {
    let schedule: Schedule = serde_json::from_str(work.gateway.schedules.current(work.now).text())?;
    let mut coupons = Vec::new();
    for promotion in schedule.promotions.unwrap_or_default() {
        coupons.push(coupon(work, promotion).await?);
    }
    coupons.sort_by(|one: &Coupon, other| one.code.cmp(&other.code));
    Ok(coupons)
}

/// One of them.
pub(crate) async fn get(work: &mut Work<'_>, code: &str) -> Outcome<Coupon> {
    let coupons = list(work).await?;
    coupons.into_iter().find(|coupon| coupon.code == code).ok_or_else(|| not_found("coupon", code))
}

async fn coupon(work: &mut Work<'_>, promotion: Promotion) -> Outcome<Coupon> {
    let (used, limit) = (used(work, &promotion.code).await?, limit(&promotion.code)?);
    let status = match () {
        () if promotion.valid_until.is_some_and(|until| until <= work.now) => CouponStatus::Expired,
        () if promotion.valid_from.is_some_and(|from| work.now < from) => CouponStatus::Upcoming,
        () if limit.is_some_and(|limit| used >= limit) => CouponStatus::UsedUp,
        () => CouponStatus::Active,
    };
    Ok(Coupon {
        status,
        percent_off: promotion.percent_off,
        amount_off: amounts(promotion.amount_off)?,
        max_discount: amounts(promotion.max_discount)?,
        valid_from: promotion.valid_from,
        valid_until: promotion.valid_until,
        used,
        limit,
        livemode: false,
        code: promotion.code,
    })
}

fn amounts(written: Option<BTreeMap<String, String>>) -> Outcome<Vec<Money>> {
    let written = written.unwrap_or_default();
    Ok(written.iter().map(|(currency, amount)| Money::parse(amount, currency)).collect::<Result<_, _>>()?)
}

fn limit(code: &str) -> Outcome<Option<u32>> {
    let table = LIMITS.as_ref().map_err(|error| Refusal::Internal(format!("coupons.json: {error}")))?;
    Ok(table.limits.iter().find(|limit| limit.code == code).map(|limit| limit.per_account))
}

async fn used(work: &mut Work<'_>, code: &str) -> Outcome<u32> {
    let used: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM coupon_uses WHERE account = $1 AND code = $2")
        .bind(work.account.clone())
        .bind(code.to_owned())
        .fetch_one(work.tx.conn())
        .await?;
    Ok(u32::try_from(used).unwrap_or(u32::MAX))
}

/// Refuses a coupon of which nothing is left. Whether it applies at all, the schedule says.
///
/// # Errors
/// `promotion_not_applicable`.
pub(crate) async fn check(work: &mut Work<'_>, code: Option<&str>) -> Outcome<()> {
    let Some(code) = code else { return Ok(()) };
    match limit(code)? {
        Some(limit) if used(work, code).await? >= limit => {
            let detail = format!("the account has used this coupon {limit} times, as often as it may: leave it out or use another");
            Err(refuse_at(ErrorCode::PromotionNotApplicable, "coupon", detail))
        }
        _ => Ok(()),
    }
}

/// Counts the coupon of a payment that was made.
pub(crate) async fn count(work: &mut Work<'_>, payment: &Payment) -> Outcome<()> {
    let Some(code) = &payment.coupon else { return Ok(()) };
    sqlx::query("INSERT INTO coupon_uses (payment, account, code) VALUES ($1, $2, $3)")
        .bind(payment.id.clone())
        .bind(work.account.clone())
        .bind(code.clone())
        .execute(work.tx.conn())
        .await?;
    Ok(())
}

/// A payment that ended unpaid has used nothing.
pub(crate) async fn give_back(work: &mut Work<'_>, payment: &str) -> Outcome<()> {
    sqlx::query("DELETE FROM coupon_uses WHERE payment = $1").bind(payment.to_owned()).execute(work.tx.conn()).await?;
    Ok(())
}

/// What a coupon does for a fee.
pub(crate) async fn validate(work: &mut Work<'_>, request: QuoteRequest) -> Outcome<CouponValidation> {
    let missing = || refuse_at(ErrorCode::MissingField, "coupon", "coupon is needed: the code that is to be tried");
    let code = request.coupon.clone().ok_or_else(missing)?;
    let without = fees::quote(work, QuoteRequest { coupon: None, ..request.clone() }).await?;
    let tried = match check(work, Some(&code)).await {
        Ok(()) => fees::quote(work, request).await,
        Err(refusal) => Err(refusal),
    };
    match tried {
        Ok(with) => {
            let saved = Some(without.fee.checked_sub(with.fee)?);
            Ok(CouponValidation { applicable: true, code: None, detail: None, quote_without: without, quote_with: Some(with), saved })
        }
        Err(Refusal::Failure(failure)) if failure.code == ErrorCode::PromotionNotApplicable => {
            let (code, detail) = (Some(failure.code), Some(failure.detail));
            Ok(CouponValidation { applicable: false, code, detail, quote_without: without, quote_with: None, saved: None })
        }
        Err(refusal) => Err(refusal),
    }
}
