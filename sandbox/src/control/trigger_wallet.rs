//! The events of the account's own money: deposits, destinations, withdrawals, transfers, bills.

use super::trigger::{PAYS, new_card, read};
use super::trigger_account;
use crate::domain::outbox::Message;
use crate::domain::{bills, deposits, destinations, transfers, withdrawals};
use crate::handlers;
use crate::magic::{BILLS, NO_COOLING};
use crate::refusal::{Outcome, Refusal, refuse};
use crate::store::objects::{self, Filter, Stored};
use crate::work::Work;
use okpay::api::{
    BillStatus, Confirmation, ConfirmationKind, DepositFailure, Destination, EventType, LookupBill, NewDeposit, NewDestination,
    NewTransfer, NewWithdrawal, PayBill, WalletMethod,
};
use okpay::{ErrorCode, Money};
use serde_json::json;
use std::collections::BTreeMap;

type Set = BTreeMap<String, String>;

/// Does what leads to an event of this type, if it is one of these; gives the id of the resource.
pub(super) async fn make(work: &mut Work<'_>, event_type: &EventType, set: &Set) -> Outcome<Option<String>> {
    let (resource, _) = event_type.as_str().split_once('.').unwrap_or_default();
    Ok(match resource {
        "deposit" => Some(deposit(work, event_type, set).await?),
        "destination" => Some(destination(work, event_type, set).await?.body.id),
        "bill" => Some(bill(work, event_type).await?),
        "transfer" => Some(transfer(work, event_type, set).await?),
        "ticket" => Some(super::trigger_support::ticket(work, event_type, set).await?),
        "withdrawal" => Some(withdrawal(work, event_type, set).await?),
        _ => None,
    })
}

/// One that is usable at once, unless the event says otherwise.
async fn destination(work: &mut Work<'_>, event_type: &EventType, set: &Set) -> Outcome<Stored<Destination>> {
    let mut params = json!({"type": "bank_account", "holder": "Mira Muster", "iban": "DE89370400440532013000"});
    if *event_type != EventType::DestinationActivated {
        params["metadata"] = json!({ "sandbox": NO_COOLING.0 });
    }
    let new: NewDestination = read(params, set)?;
    destinations::check(&new)?;
    let mut destination = destinations::create(work, new).await?;
    match event_type {
        EventType::DestinationActivated => destinations::activate(work, &mut destination).await?,
        EventType::DestinationDisabled => destinations::disable(work, &mut destination).await?,
        _ => {}
    }
    Ok(destination)
}

/// With enough in the balance for it.
async fn withdrawal(work: &mut Work<'_>, event_type: &EventType, set: &Set) -> Outcome<String> {
    trigger_account::unfreeze(work).await?;
    let destination = destination(work, &EventType::DestinationCreated, &Set::new()).await?.body.id;
    let magic = match event_type {
        EventType::WithdrawalInReview => json!({"sandbox": "withdrawal_reviewed"}),
        EventType::WithdrawalReturned => json!({"sandbox": "withdrawal_returned"}),
        _ => json!({}),
    };
    let params = json!({"amount": {"amount": "19.99", "currency": "EUR"}, "destination": destination, "metadata": magic});
    let new: NewWithdrawal = read(params, set)?;
    handlers::withdrawals::check(&new)?;
    fill(work, new.amount).await?;
    let mut withdrawal = withdrawals::create(work, new).await?;
    let id = withdrawal.body.id.clone();
    match event_type {
        EventType::WithdrawalCreated => return Ok(id),
        EventType::WithdrawalFailed => {
            withdrawals::expire(work, &mut withdrawal).await?;
            return Ok(id);
        }
        EventType::WithdrawalCanceled => {
            withdrawals::cancel(work, &mut withdrawal).await?;
            return Ok(id);
        }
        _ => {}
    }
    let code = code_about(work, &id).await?;
    withdrawals::confirm(work, &mut withdrawal, &Confirmation::new(ConfirmationKind::SmsCode, code)).await?;
    if *event_type == EventType::WithdrawalSubmitted {
        return Ok(id);
    }
    withdrawals::proceed(work, &mut withdrawal).await?;
    match event_type {
        EventType::WithdrawalArrived => withdrawals::arrive(work, &mut withdrawal).await?,
        EventType::WithdrawalReturned => withdrawals::return_it(work, &mut withdrawal).await?,
        _ => {}
    }
    Ok(id)
}

/// Large enough for a code where it has to wait or fail.
async fn transfer(work: &mut Work<'_>, event_type: &EventType, set: &Set) -> Outcome<String> {
    let mut params = json!({"amount": {"amount": "19.99", "currency": "EUR"}, "recipient": "@mira"});
    if *event_type == EventType::TransferFailed {
        params["amount"]["amount"] = json!("500.00");
    }
    let mut new: NewTransfer = read(params, set)?;
    handlers::transfers::check(&new)?;
    if *event_type == EventType::TransferFailed {
        // Whatever amount was asked for, it fails only where it waits.
        new.amount = transfers::least_to_confirm(new.amount)?;
    }
    fill(work, new.amount).await?;
    let mut transfer = transfers::create(work, new).await?;
    if *event_type == EventType::TransferFailed {
        transfers::expire(work, &mut transfer).await?;
    }
    Ok(transfer.body.id)
}

/// The next of the built-in bills that is not paid yet, of whatever biller.
async fn bill(work: &mut Work<'_>, event_type: &EventType) -> Outcome<String> {
    for biller in bills::billers()? {
        for magic in BILLS {
            let mut bill = bills::look_up(work, &LookupBill::new(biller.id.clone(), magic.value)).await?;
            if bill.body.status != BillStatus::Open {
                continue;
            }
            fill(work, bill.body.amount).await?;
            bills::pay(work, &mut bill, PayBill::new()).await?;
            if *event_type == EventType::BillReturned {
                bills::return_it(work, &mut bill).await?;
            }
            return Ok(bill.body.id);
        }
    }
    Err(refuse(ErrorCode::IllegalState, "every built-in bill is paid already"))
}

/// Twice the amount into the balance, so that it covers the fee, too.
async fn fill(work: &mut Work<'_>, amount: Money) -> Outcome<()> {
    let twice = amount.checked_add(amount)?;
    let mut deposit = deposits::create(work, NewDeposit::new(twice, WalletMethod::BankTransfer)).await?;
    deposits::receive(work, &mut deposit, twice, None).await
}

/// The code that was sent about an object.
async fn code_about(work: &mut Work<'_>, id: &str) -> Outcome<String> {
    let (account, filter) = (work.account.clone(), Filter { parent: Some(id.to_owned()), limit: 1, ..Filter::default() });
    let (messages, _) = objects::list::<Message>(&mut work.tx, &account, &filter).await?;
    let code = messages.into_iter().next().and_then(|message| message.body.code);
    code.ok_or_else(|| Refusal::Internal(format!("no code was sent about {id}")))
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
