//! The events of the account's own money: deposits.

use super::trigger::{PAYS, new_card, read};
use crate::domain::deposits;
use crate::handlers;
use crate::refusal::Outcome;
use crate::work::Work;
use okpay::api::{DepositFailure, EventType, NewDeposit};
use serde_json::json;
use std::collections::BTreeMap;

type Set = BTreeMap<String, String>;

/// Does what leads to an event of this type, if it is one of these; gives the id of the resource.
pub(super) async fn make(work: &mut Work<'_>, event_type: &EventType, set: &Set) -> Outcome<Option<String>> {
    let (resource, _) = event_type.as_str().split_once('.').unwrap_or_default();
    Ok(match resource {
        "deposit" => Some(deposit(work, event_type, set).await?),
        _ => None,
    })
}

async fn deposit(work: &mut Work<'_>, event_type: &EventType, set: &Set) -> Outcome<String> {
    let amount = json!({"amount": "19.99", "currency": "EUR"});
    let params = match event_type {
        EventType::DepositProcessing => json!({"amount": {"amount": "19.99", "currency": "USDT"}, "method": "usdt", "network": "tron"}),
        EventType::DepositSucceeded => json!({"amount": amount, "method": "card", "payment_method": new_card(work, PAYS).await?}),
        _ => json!({"amount": amount, "method": "bank_transfer"}),
    };
    let new: NewDeposit = read(params, set)?;
    handlers::deposits::check(&new)?;
    let mut deposit = deposits::create(work, new).await?;
    match event_type {
        EventType::DepositProcessing => {
            let amount = deposit.body.amount;
            deposits::receive(work, &mut deposit, amount, Some(0)).await?;
        }
        EventType::DepositFailed => deposits::fail(work, &mut deposit, DepositFailure::SenderBlocked).await?,
        EventType::DepositCanceled => deposits::cancel(work, &mut deposit).await?,
        _ => {}
    }
    Ok(deposit.body.id)
}
