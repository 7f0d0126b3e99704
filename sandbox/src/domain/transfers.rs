//! Transfers to another account of OKPay: at once, and by a code where the amount is large. The other accounts are built in.

use super::resources::StepUpInternal;
use super::settlement::take_fee;
use super::step_up::{self, StepUp, Tried};
use super::{fees, limits, risk, steps};
use crate::jobs::{self, JobKind};
use crate::ledger::{Transfer as Movement, available};
use crate::magic::{OWN_HANDLE, RECIPIENTS, Recipient};
use crate::refusal::{Outcome, refuse_at};
use crate::store::objects::{self, Stored};
use crate::work::Work;
use okpay::api::{Confirmation, EventType, NewTransfer, RiskOperation, Transfer, TransferFailure, TransferStatus};
use okpay::fees::{Bearer, QuoteRequest};
use okpay::{ErrorCode, Money};

/// How fee schedules and limits name the way from account to account.
pub(crate) const METHOD: &str = "wallet";

/// Makes a transfer; a large one waits for its confirmation.
pub(crate) async fn create(work: &mut Work<'_>, new: NewTransfer) -> Outcome<Stored<Transfer>> {
    let recipient = find(&new.recipient)?;
    limits::check::<Transfer>(work, METHOD, new.amount).await?;
    let request = QuoteRequest::new("transfer", METHOD, new.amount).bearer(Bearer::Customer);
    let fee = fees::of_own(work, &request)?;
    fees::check_covered(work, fee.gross).await?;
    let id = work.id("tr_");
    let asked = risk::Asked { operation: RiskOperation::Transfer, amount: new.amount, id: &id, destination_since: None };
    let review = risk::screen(work, asked).await?;
    let is_large = review || needs_step_up(new.amount)?;
    let what = format!("the transfer of {} to {}", new.amount, recipient.handle);
    let (step_up, confirmation) = match is_large {
        true => step_up::start(work, &id, &what).await.map(|(kept, required)| (kept, Some(required)))?,
        false => (StepUp::default(), None),
    };
    let body = Transfer {
        id,
        status: TransferStatus::PendingConfirmation,
        amount: new.amount,
        fee,
        recipient: recipient.handle.to_owned(),
        recipient_name: recipient.name.to_owned(),
        confirmation,
        failure_reason: None,
        description: new.description,
        reference: new.reference,
        metadata: new.metadata,
        idempotency_key: work.idempotency_key(),
        created: work.now,
        version: 1,
        livemode: false,
    };
    let expires = body.confirmation.as_ref().map(|required| required.expires);
    let mut transfer = steps::begin(work, body, StepUpInternal { step_up, review }, EventType::TransferCreated).await?;
    match expires {
        Some(expires) => jobs::schedule(work, expires, JobKind::ExpireTransfer, &transfer.body.id, String::new()).await?,
        None => send(work, &mut transfer).await?,
    }
    Ok(transfer)
}

/// Who is meant, by handle or e-mail address.
fn find(recipient: &str) -> Outcome<&'static Recipient> {
    let asked = recipient.trim().to_ascii_lowercase();
    if asked == OWN_HANDLE.0 || asked == OWN_HANDLE.1 {
        return Err(refuse_at(ErrorCode::InvalidField, "recipient", "this is the account itself: a transfer goes to another one"));
    }
    let found = RECIPIENTS.iter().find(|known| known.handle == asked || known.email == asked);
    let found = found.ok_or_else(|| refuse_at(ErrorCode::NotFound, "recipient", "no account has this handle or e-mail address"))?;
    match found.accepts {
        true => Ok(found),
        false => Err(refuse_at(ErrorCode::RecipientRefused, "recipient", format!("{} takes no transfers", found.handle))),
    }
}

fn needs_step_up(amount: Money) -> Outcome<bool> {
    let from = limits::step_up_from("transfer", METHOD, amount.currency())?;
    Ok(from.is_some_and(|from| amount.minor() >= from.minor()))
}

/// The amount itself, or the least for which a code is needed.
pub(crate) fn least_to_confirm(amount: Money) -> Outcome<Money> {
    let from = limits::step_up_from("transfer", METHOD, amount.currency())?;
    Ok(from.filter(|from| from.minor() > amount.minor()).unwrap_or(amount))
}

/// Tries a proof. The right one sends the transfer.
pub(crate) async fn confirm(work: &mut Work<'_>, transfer: &mut Stored<Transfer>, confirmation: &Confirmation) -> Outcome<Tried> {
    steps::check(transfer, "send")?;
    fees::check_covered(work, transfer.body.fee.gross).await?;
    let tried = step_up::attempt(work, &mut transfer.internal.step_up, &transfer.body.id, confirmation).await?;
    match tried {
        Tried::Passed => send(work, transfer).await?,
        Tried::Wrong(0) => fail(work, transfer, TransferFailure::ConfirmationFailed).await?,
        // Nothing that is sent changes, so that the version stays.
        Tried::Wrong(_) => objects::update_internal(&mut work.tx, transfer).await?,
    }
    Ok(tried)
}

/// Sends a transfer that its holder approved on a trusted device, or fails one that was declined there.
pub(crate) async fn decide(work: &mut Work<'_>, transfer: &mut Stored<Transfer>, approve: bool) -> Outcome<()> {
    steps::check(transfer, "send")?;
    match approve {
        true => {
            fees::check_covered(work, transfer.body.fee.gross).await?;
            send(work, transfer).await
        }
        false => fail(work, transfer, TransferFailure::ConfirmationDeclined).await,
    }
}

/// From account to account.
async fn send(work: &mut Work<'_>, transfer: &mut Stored<Transfer>) -> Outcome<()> {
    let account = available(&work.account);
    let to = format!("account:{}", transfer.body.recipient);
    let movement = |kind| Movement::new(kind, &transfer.body.id, transfer.body.reference.clone());
    work.book(movement("transfer").moving(account.clone(), to, transfer.body.amount)).await?;
    work.book(take_fee(movement("fee"), &transfer.body.fee, &account)?).await?;
    transfer.body.confirmation = None;
    steps::step(work, transfer, "send", EventType::TransferSucceeded).await
}

async fn fail(work: &mut Work<'_>, transfer: &mut Stored<Transfer>, reason: TransferFailure) -> Outcome<()> {
    transfer.body.confirmation = None;
    transfer.body.failure_reason = Some(reason);
    steps::step(work, transfer, "fail", EventType::TransferFailed).await
}

/// Its time is up, unless it was confirmed.
pub(crate) async fn expire(work: &mut Work<'_>, transfer: &mut Stored<Transfer>) -> Outcome<()> {
    match transfer.body.status {
        TransferStatus::PendingConfirmation => fail(work, transfer, TransferFailure::ConfirmationExpired).await,
        _ => Ok(()),
    }
}
