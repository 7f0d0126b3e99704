//! Withdrawals: confirmed by their holder, reserved, perhaps reviewed, sent, arrived or returned. `crate::states::WITHDRAWAL` has the order.

use super::resources::StepUpInternal;
use super::settlement::take_fee;
use super::step_up::{self, Tried};
use super::withdrawal_quotes::{self as quotes, find_destination};
use super::{fees, freeze, limits, risk, steps};
use crate::jobs::{self, JobKind};
use crate::ledger::{Transfer, available, reserved};
use crate::magic::{METADATA_KEY, WITHDRAWALS, WithdrawalBehaviour};
use crate::refusal::{Outcome, refuse, refuse_at};
use crate::store::objects::Stored;
use crate::work::Work;
use okpay::ErrorCode;
use okpay::api::{
    Confirmation, Destination, DestinationStatus, EventType, NewWithdrawal, RiskOperation, WalletMethod, Withdrawal, WithdrawalFailure,
    WithdrawalQuote, WithdrawalStatus,
};
use okpay::fees::Quote;

/// How long a submitted withdrawal can still be given up, and how long a review takes.
const SEND_SECS: i64 = 60;
const REVIEW_SECS: i64 = 60 * 60;

/// Makes a withdrawal, which waits for its confirmation.
pub(crate) async fn create(work: &mut Work<'_>, new: NewWithdrawal) -> Outcome<Stored<Withdrawal>> {
    let destination = find_destination(work, &new.destination).await?.body;
    check_cooling(&destination)?;
    let fee = match &new.quote {
        Some(id) => quoted(work, id, &new).await?,
        None => quotes::fee(work, &destination, new.amount)?,
    };
    limits::check::<Withdrawal>(work, destination.method.as_str(), new.amount).await?;
    fees::check_covered(work, fee.gross).await?;
    let id = work.id("wd_");
    let (operation, destination_since) = (RiskOperation::Withdrawal, Some(destination.created));
    let review = risk::screen(work, risk::Asked { operation, amount: new.amount, id: &id, destination_since }).await?;
    let what = format!("the withdrawal of {} to {}", new.amount, destination.masked);
    let (step_up, required) = step_up::start(work, &id, &what).await?;
    let expires = required.expires;
    let body = Withdrawal {
        id,
        status: WithdrawalStatus::PendingConfirmation,
        amount: new.amount,
        fee,
        arrival: quotes::arrival(&destination, work.now)?,
        method: destination.method,
        destination: destination.id,
        destination_masked: destination.masked,
        network: destination.network,
        quote: new.quote,
        confirmation: Some(required),
        failure_reason: None,
        reference: new.reference,
        metadata: new.metadata,
        idempotency_key: work.idempotency_key(),
        created: work.now,
        version: 1,
        livemode: false,
    };
    let internal = StepUpInternal { step_up, review };
    let withdrawal = steps::begin(work, body, internal, EventType::WithdrawalCreated).await?;
    jobs::schedule(work, expires, JobKind::ExpireWithdrawal, &withdrawal.body.id, String::new()).await?;
    Ok(withdrawal)
}

fn check_cooling(destination: &Destination) -> Outcome<()> {
    match destination.status {
        DestinationStatus::Active => Ok(()),
        _ => {
            let detail = format!("this destination is new: it can be used from {} on", destination.usable_from);
            Err(refuse_at(ErrorCode::DestinationCooling, "destination", detail))
        }
    }
}

/// The fee of a quote, which must be for the same and not be over.
async fn quoted(work: &mut Work<'_>, id: &str, new: &NewWithdrawal) -> Outcome<Quote> {
    let quote = work.get::<WithdrawalQuote>(id).await.map_err(|refusal| refusal.at("quote"))?.body;
    if quote.amount != new.amount || quote.destination != new.destination {
        let detail = format!("this quote is for {} to {}", quote.amount, quote.destination);
        return Err(refuse_at(ErrorCode::InvalidField, "quote", detail));
    }
    match quote.expires <= work.now {
        true => Err(refuse_at(ErrorCode::Expired, "quote", "this quote is over; ask for a new one")),
        false => Ok(quote.fee),
    }
}

/// Tries a proof. The right one submits the withdrawal, and reserves amount and fee.
pub(crate) async fn confirm(work: &mut Work<'_>, withdrawal: &mut Stored<Withdrawal>, confirmation: &Confirmation) -> Outcome<Tried> {
    steps::check(withdrawal, "submit")?;
    fees::check_covered(work, withdrawal.body.fee.gross).await?;
    let tried = step_up::attempt(work, &mut withdrawal.internal.step_up, &withdrawal.body.id, confirmation).await?;
    match tried {
        Tried::Passed => submit(work, withdrawal).await?,
        Tried::Wrong(0) => give_up(work, withdrawal, WithdrawalFailure::ConfirmationFailed).await?,
        // Nothing that is sent changes, so that the version stays.
        Tried::Wrong(_) => crate::store::objects::update_internal(&mut work.tx, withdrawal).await?,
    }
    Ok(tried)
}

/// Submits a withdrawal that its holder approved on a trusted device, or fails one that was declined there.
pub(crate) async fn decide(work: &mut Work<'_>, withdrawal: &mut Stored<Withdrawal>, approve: bool) -> Outcome<()> {
    steps::check(withdrawal, "submit")?;
    match approve {
        true => {
            fees::check_covered(work, withdrawal.body.fee.gross).await?;
            submit(work, withdrawal).await
        }
        false => give_up(work, withdrawal, WithdrawalFailure::ConfirmationDeclined).await,
    }
}

async fn submit(work: &mut Work<'_>, withdrawal: &mut Stored<Withdrawal>) -> Outcome<()> {
    find_destination(work, &withdrawal.body.destination).await?;
    let (from, to) = (available(&work.account), reserved(&work.account));
    work.book(transfer("withdrawal", &withdrawal.body).moving(from.clone(), to.clone(), withdrawal.body.amount)).await?;
    work.book(transfer("fee", &withdrawal.body).moving(from, to, withdrawal.body.fee.fee)).await?;
    withdrawal.body.confirmation = None;
    jobs::schedule(work, work.now.plus_secs(SEND_SECS), JobKind::SendWithdrawal, &withdrawal.body.id, String::new()).await?;
    steps::step(work, withdrawal, "submit", EventType::WithdrawalSubmitted).await
}

fn transfer(kind: &'static str, withdrawal: &Withdrawal) -> Transfer {
    Transfer::new(kind, &withdrawal.id, withdrawal.reference.clone())
}

fn behaviour(withdrawal: &Withdrawal) -> Option<WithdrawalBehaviour> {
    let value = withdrawal.metadata.get(METADATA_KEY)?;
    WITHDRAWALS.iter().find(|magic| magic.value == value).map(|magic| magic.behaviour)
}

/// Its turn has come: a review first, where the amount, a risk rule, a freeze or the magic asks for one.
pub(crate) async fn proceed(work: &mut Work<'_>, withdrawal: &mut Stored<Withdrawal>) -> Outcome<()> {
    steps::check(withdrawal, "review")?;
    let from = limits::review_from("withdrawal", withdrawal.body.method.as_str(), withdrawal.body.amount.currency())?;
    let is_large = from.is_some_and(|from| withdrawal.body.amount.minor() >= from.minor());
    let kind = match behaviour(&withdrawal.body) {
        Some(WithdrawalBehaviour::Rejected) => JobKind::RejectWithdrawal,
        Some(WithdrawalBehaviour::Reviewed) => JobKind::ApproveWithdrawal,
        _ if is_large || withdrawal.internal.review || freeze::is_frozen(work).await? => JobKind::ApproveWithdrawal,
        _ => return send(work, withdrawal).await,
    };
    jobs::schedule(work, work.now.plus_secs(REVIEW_SECS), kind, &withdrawal.body.id, String::new()).await?;
    steps::step(work, withdrawal, "review", EventType::WithdrawalInReview).await
}

/// A review that ends by itself, later if the account is frozen by then.
pub(crate) async fn approve_in_time(work: &mut Work<'_>, withdrawal: &mut Stored<Withdrawal>) -> Outcome<()> {
    steps::check(withdrawal, "reject")?;
    match freeze::is_frozen(work).await? {
        false => review(work, withdrawal, true).await,
        true => {
            let again = work.now.plus_secs(REVIEW_SECS);
            jobs::schedule(work, again, JobKind::ApproveWithdrawal, &withdrawal.body.id, String::new()).await
        }
    }
}

/// What the review decided.
pub(crate) async fn review(work: &mut Work<'_>, withdrawal: &mut Stored<Withdrawal>, approve: bool) -> Outcome<()> {
    steps::check(withdrawal, "reject")?;
    if approve && freeze::is_frozen(work).await? {
        return Err(refuse(ErrorCode::AccountFrozen, "nothing is sent while the account is frozen"));
    }
    match approve {
        true => send(work, withdrawal).await,
        false => {
            release(work, &withdrawal.body).await?;
            fail(work, withdrawal, WithdrawalFailure::ReviewRejected).await
        }
    }
}

/// Out of the reserve: the amount to where it goes, the fee to OKPay.
async fn send(work: &mut Work<'_>, withdrawal: &mut Stored<Withdrawal>) -> Outcome<()> {
    let from = reserved(&work.account);
    let payout = transfer("payout", &withdrawal.body).moving(from.clone(), outside(&withdrawal.body), withdrawal.body.amount);
    work.book(payout).await?;
    work.book(take_fee(transfer("payout_fee", &withdrawal.body), &withdrawal.body.fee, &from)?).await?;
    let destination = work.get::<Destination>(&withdrawal.body.destination).await?.body;
    withdrawal.body.arrival = quotes::arrival(&destination, work.now)?;
    let kind = match behaviour(&withdrawal.body) {
        Some(WithdrawalBehaviour::Returned) => JobKind::ReturnWithdrawal,
        _ => JobKind::ArriveWithdrawal,
    };
    jobs::schedule(work, withdrawal.body.arrival.earliest, kind, &withdrawal.body.id, String::new()).await?;
    steps::step(work, withdrawal, "send", EventType::WithdrawalSent).await
}

/// It is there.
pub(crate) async fn arrive(work: &mut Work<'_>, withdrawal: &mut Stored<Withdrawal>) -> Outcome<()> {
    steps::step(work, withdrawal, "arrive", EventType::WithdrawalArrived).await
}

/// It came back: amount and fee are in the balance again.
pub(crate) async fn return_it(work: &mut Work<'_>, withdrawal: &mut Stored<Withdrawal>) -> Outcome<()> {
    steps::check(withdrawal, "return")?;
    let account = available(&work.account);
    let back = transfer("withdrawal_return", &withdrawal.body).moving(outside(&withdrawal.body), account.clone(), withdrawal.body.amount);
    work.book(back).await?;
    work.book(take_fee(transfer("fee_return", &withdrawal.body), &withdrawal.body.fee, &account)?.reversed()).await?;
    withdrawal.body.failure_reason = Some(WithdrawalFailure::DestinationRefused);
    steps::step(work, withdrawal, "return", EventType::WithdrawalReturned).await
}

/// Gives a withdrawal up that is not sent yet.
pub(crate) async fn cancel(work: &mut Work<'_>, withdrawal: &mut Stored<Withdrawal>) -> Outcome<()> {
    steps::check(withdrawal, "cancel")?;
    if withdrawal.body.status != WithdrawalStatus::PendingConfirmation {
        release(work, &withdrawal.body).await?;
    }
    withdrawal.body.confirmation = None;
    steps::step(work, withdrawal, "cancel", EventType::WithdrawalCanceled).await
}

/// Its time is up, unless it was confirmed.
pub(crate) async fn expire(work: &mut Work<'_>, withdrawal: &mut Stored<Withdrawal>) -> Outcome<()> {
    match withdrawal.body.status {
        WithdrawalStatus::PendingConfirmation => give_up(work, withdrawal, WithdrawalFailure::ConfirmationExpired).await,
        _ => Ok(()),
    }
}

/// Ends a withdrawal of which nothing is reserved.
async fn give_up(work: &mut Work<'_>, withdrawal: &mut Stored<Withdrawal>, reason: WithdrawalFailure) -> Outcome<()> {
    withdrawal.body.confirmation = None;
    fail(work, withdrawal, reason).await
}

async fn fail(work: &mut Work<'_>, withdrawal: &mut Stored<Withdrawal>, reason: WithdrawalFailure) -> Outcome<()> {
    withdrawal.body.failure_reason = Some(reason);
    steps::step(work, withdrawal, "fail", EventType::WithdrawalFailed).await
}

/// What was reserved, back into the balance.
async fn release(work: &mut Work<'_>, withdrawal: &Withdrawal) -> Outcome<()> {
    let (from, to) = (reserved(&work.account), available(&work.account));
    work.book(transfer("withdrawal_return", withdrawal).moving(from.clone(), to.clone(), withdrawal.amount)).await?;
    work.book(transfer("fee_return", withdrawal).moving(from, to, withdrawal.fee.fee)).await
}

/// Where the money is once it is sent.
fn outside(withdrawal: &Withdrawal) -> String {
    match (&withdrawal.method, &withdrawal.network) {
        (_, Some(network)) => format!("chain:{network}"),
        (WalletMethod::Card, _) => "acquirer:card".to_owned(),
        (WalletMethod::EWallet, _) => "wallets:other".to_owned(),
        _ => "bank:outgoing".to_owned(),
    }
}
