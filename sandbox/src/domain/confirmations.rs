//! What waits for the account's holder, and what a trusted device says of it. The proof is the signature of the device's own request: it
//! covers the id in the URL and, in the body, the amount and the recipient that the device showed.

use super::{account, transfers, withdrawals};
use crate::refusal::{Outcome, not_found, refuse, refuse_at};
use crate::store::objects::{self, Filter};
use crate::work::Work;
use okpay::ErrorCode;
use okpay::api::{
    ApproveConfirmation, ConfirmationRequest, ConfirmationStatus, ConfirmationSubject, Scope, Transfer, TransferStatus, Withdrawal,
    WithdrawalStatus,
};

/// How many of each are shown. They wait ten minutes each.
const MANY: i64 = 100;

/// All that waits, newest first.
pub(crate) async fn waiting(work: &mut Work<'_>) -> Outcome<Vec<ConfirmationRequest>> {
    let account = work.account.clone();
    let filter = |status: String| Filter { status: Some(status), limit: MANY, ..Filter::default() };
    let withdrawals =
        objects::list::<Withdrawal>(&mut work.tx, &account, &filter(WithdrawalStatus::PendingConfirmation.to_string())).await?.0;
    let transfers = objects::list::<Transfer>(&mut work.tx, &account, &filter(TransferStatus::PendingConfirmation.to_string())).await?.0;
    let mut all: Vec<_> = withdrawals.iter().map(|stored| of_withdrawal(&stored.body)).collect();
    all.extend(transfers.iter().map(|stored| of_transfer(&stored.body)));
    all.sort_by(|one, other| (other.created, &other.id).cmp(&(one.created, &one.id)));
    Ok(all)
}

/// Refuses a device that the account's holder has not trusted.
pub(crate) async fn check_trusted(work: &mut Work<'_>) -> Outcome<()> {
    let device = work.caller.as_ref().filter(|caller| caller.scope == Scope::Device).map(|caller| caller.key_id.clone());
    let Some(device) = device else {
        return Err(refuse(ErrorCode::ScopeNotAllowed, "a device approves, with a key of its own"));
    };
    match account::load(work).await?.internal.factors.trusted_devices.contains(&device) {
        true => Ok(()),
        false => {
            let detail = "this device may not approve: the account's holder has to trust it first, by two_factor.trust_device";
            Err(refuse(ErrorCode::MethodNotAvailable, detail))
        }
    }
}

/// Approves what was shown, or declines where nothing was.
pub(crate) async fn decide(work: &mut Work<'_>, id: &str, shown: Option<ApproveConfirmation>) -> Outcome<ConfirmationRequest> {
    let account = work.account.clone();
    let status = if shown.is_some() { ConfirmationStatus::Approved } else { ConfirmationStatus::Declined };
    if let Some(mut withdrawal) = objects::find::<Withdrawal>(&mut work.tx, &account, id).await? {
        let request = of_withdrawal(&withdrawal.body);
        check_shown(&request, shown.as_ref())?;
        withdrawals::decide(work, &mut withdrawal, shown.is_some()).await?;
        return Ok(ConfirmationRequest { status, expires: None, ..request });
    }
    let transfer = objects::find::<Transfer>(&mut work.tx, &account, id).await?;
    let mut transfer = transfer.ok_or_else(|| not_found("withdrawal or transfer", id))?;
    let request = of_transfer(&transfer.body);
    check_shown(&request, shown.as_ref())?;
    transfers::decide(work, &mut transfer, shown.is_some()).await?;
    Ok(ConfirmationRequest { status, expires: None, ..request })
}

/// What was shown has to be what it is: else somebody showed the holder something else.
fn check_shown(request: &ConfirmationRequest, shown: Option<&ApproveConfirmation>) -> Outcome<()> {
    match shown {
        Some(shown) if shown.amount != request.amount => {
            Err(refuse_at(ErrorCode::InvalidField, "amount", format!("it is about {}, and {} was shown", request.amount, shown.amount)))
        }
        Some(shown) if shown.to != request.to => {
            Err(refuse_at(ErrorCode::InvalidField, "to", format!("it goes to {}, and something else was shown", request.to)))
        }
        _ => Ok(()),
    }
}

fn of_withdrawal(withdrawal: &Withdrawal) -> ConfirmationRequest {
    ConfirmationRequest {
        id: withdrawal.id.clone(),
        subject: ConfirmationSubject::Withdrawal,
        status: ConfirmationStatus::Waiting,
        amount: withdrawal.amount,
        fee: withdrawal.fee.fee,
        to: withdrawal.destination_masked.clone(),
        created: withdrawal.created,
        expires: withdrawal.confirmation.as_ref().map(|required| required.expires),
    }
}

fn of_transfer(transfer: &Transfer) -> ConfirmationRequest {
    ConfirmationRequest {
        id: transfer.id.clone(),
        subject: ConfirmationSubject::Transfer,
        status: ConfirmationStatus::Waiting,
        amount: transfer.amount,
        fee: transfer.fee.fee,
        to: transfer.recipient.clone(),
        created: transfer.created,
        expires: transfer.confirmation.as_ref().map(|required| required.expires),
    }
}
