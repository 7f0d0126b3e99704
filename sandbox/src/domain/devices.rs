//! What a device may do at most. The device is read in the very transaction of what it does, so that many calls at once pass no limit
//! together, and a limit that is lowered holds for the next of them.

use crate::refusal::{Outcome, refuse_at};
use crate::store::objects::{self, Stored};
use crate::work::Work;
use okpay::api::{Device, Scope};
use okpay::{ErrorCode, Money, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const DAY_SECS: i64 = 24 * 60 * 60;

/// What is kept of a device beside what is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct DeviceInternal {
    /// The day of `refunded`, in days since 1970 UTC.
    day: i64,
    /// What it gave back on that day, by currency: limits may change theirs.
    refunded: BTreeMap<String, Money>,
}

/// Refuses an amount that the device that asks may not take. Whoever else asks has no such limit.
pub(crate) async fn check_payment(work: &mut Work<'_>, amount: Money) -> Outcome<()> {
    match asking(work).await? {
        Some(device) => within("limits.payment", amount, device.body.limits.payment, "one payment"),
        None => Ok(()),
    }
}

/// Counts a refund of the device that asks, or refuses it. The count is kept only if the refund is.
pub(crate) async fn count_refund(work: &mut Work<'_>, amount: Money) -> Outcome<()> {
    let Some(mut device) = asking(work).await? else { return Ok(()) };
    let limits = device.body.limits.clone();
    within("limits.refund", amount, limits.refund, "one refund")?;
    let sum = refunded(&device, amount, work.now).checked_add(amount)?;
    within("limits.refunds_per_day", sum, limits.refunds_per_day, "the refunds of a day (UTC)")?;
    let today = day(work.now);
    if device.internal.day != today {
        device.internal = DeviceInternal { day: today, ..DeviceInternal::default() };
    }
    device.internal.refunded.insert(amount.currency().code().to_owned(), sum);
    objects::update_internal(&mut work.tx, &device).await
}

/// The device as it is shown: with what it gave back today.
pub(crate) fn shown(device: Stored<Device>, now: Timestamp) -> Device {
    let like = device.body.limits.all().next().map(|(_, limit)| limit);
    let refunded_today = like.map(|like| refunded(&device, like, now));
    Device { refunded_today, ..device.body }
}

/// What was given back today, in the currency of `like`.
fn refunded(device: &Stored<Device>, like: Money, now: Timestamp) -> Money {
    let kept = device.internal.refunded.get(like.currency().code()).copied();
    kept.filter(|_| device.internal.day == day(now)).unwrap_or(Money::zero(like.currency()))
}

/// The day of business time, from midnight to midnight UTC.
fn day(now: Timestamp) -> i64 {
    now.secs().div_euclid(DAY_SECS)
}

async fn asking(work: &mut Work<'_>) -> Outcome<Option<Stored<Device>>> {
    match work.caller.as_ref().filter(|caller| caller.scope == Scope::Device).map(|caller| caller.key_id.clone()) {
        Some(id) => work.get(&id).await.map(Some),
        None => Ok(None),
    }
}

fn within(param: &str, amount: Money, limit: Option<Money>, what: &str) -> Outcome<()> {
    let Some(limit) = limit else { return Ok(()) };
    if amount.currency() == limit.currency() && amount.minor() <= limit.minor() {
        return Ok(());
    }
    let detail = format!("for {what} this device may go up to {limit}, and {amount} is asked for");
    Err(refuse_at(ErrorCode::DeviceLimitExceeded, param, detail))
}
