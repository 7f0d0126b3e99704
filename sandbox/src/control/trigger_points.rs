//! The events of points: a payment whose fee earns some, which are perhaps redeemed against it.

use super::trigger::{PAYS, new_payment, pay, read};
use crate::domain::points;
use crate::refusal::{Outcome, refuse_at};
use crate::work::Work;
use okpay::ErrorCode;
use okpay::api::{EventType, ListPointMovements, RedeemPoints};
use serde_json::json;
use std::collections::BTreeMap;

/// Does what leads to an event of this type; gives the id of the movement.
pub(super) async fn make(work: &mut Work<'_>, event_type: &EventType, set: &BTreeMap<String, String>) -> Outcome<String> {
    let new = read(json!({"amount": {"amount": "19.99", "currency": "EUR"}, "method": "card"}), set)?;
    let mut payment = new_payment(work, new, PAYS).await?;
    pay(work, &mut payment).await?;
    if *event_type == EventType::PointMovementRedeemed {
        let step = points::balance(work).await?.worth.iter().map(|worth| worth.points).min().unwrap_or(1);
        return Ok(points::redeem(work, RedeemPoints::new(payment.body.id.clone(), step)).await?.id);
    }
    let earned = points::list(work, &ListPointMovements::new().payment(payment.body.id), 1).await?;
    let nothing = || refuse_at(ErrorCode::InvalidField, "set", "with these values the fee earns no points");
    earned.into_iter().next().map(|movement| movement.id).ok_or_else(nothing)
}
