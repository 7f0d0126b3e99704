//! Jobs: what business time brings. A job is put down in the transaction of what causes it, and done in one of its own.

use crate::domain::{
    appeals, arrivals, bills, checkout, deposits, destinations, disputes, payments, redirects, refunds, reports, tickets, transfers,
    verification, withdrawals,
};
use crate::gateway::Gateway;
use crate::refusal::{Outcome, Refusal};
use crate::store::Tx;
use crate::work::Work;
use okpay::api::{
    Appeal, Bill, Deposit, DepositFailure, Destination, Dispute, DocumentRejection, IdentityDocument, Payment, Refund, Report, Ticket,
    Transfer, Withdrawal,
};
use okpay::{Money, Timestamp};
use sqlx::Row;

/// How long a job waits that the gateway failed to do, in seconds.
const RETRY_SECS: i64 = 60;

/// What there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JobKind {
    /// A payment's time is up; the detail is the time that was set.
    ExpirePayment,
    /// A checkout session's time is up.
    ExpireCheckout,
    /// Money arrives; the detail is the amount in minor units.
    Arrive,
    /// A network finds a block.
    Block,
    /// The buyer's bank disputes a payment.
    Dispute,
    SettleRefund,
    FailRefund,
    /// A deposit's time is up.
    ExpireDeposit,
    /// A deposit arrives; the detail is the amount in minor units.
    DepositArrives,
    /// A deposit's sender is refused.
    DepositBlocked,
    /// A network finds a block over a deposit.
    DepositBlock,
    /// A destination's cooling period is over.
    ActivateDestination,
    /// A withdrawal was not confirmed in time.
    ExpireWithdrawal,
    /// A withdrawal's turn has come.
    SendWithdrawal,
    /// A review ends well.
    ApproveWithdrawal,
    /// A review ends badly.
    RejectWithdrawal,
    ArriveWithdrawal,
    ReturnWithdrawal,
    /// A transfer was not confirmed in time.
    ExpireTransfer,
    /// A biller sends the money back.
    ReturnBill,
    /// The review of a payment ends well.
    ReleasePayment,
    /// The review of a payment ends badly.
    RefusePayment,
    /// A magic buyer decides on the page of their bank or wallet.
    BuyerDecides,
    /// A report is made.
    MakeReport,
    /// The time to answer a dispute is up.
    DisputeUnanswered,
    /// The buyer's bank has looked at the evidence.
    DisputeDecided,
    AcceptAppeal,
    RefuseAppeal,
    /// Somebody takes a document up.
    TakeUpDocument,
    /// The review of a document ends; the detail is why it is rejected, or nothing.
    DecideDocument,
    /// An agent answers; the detail is how many messages the ticket had.
    AnswerTicket,
    /// Nothing was said for a week; the detail is how many messages the ticket had.
    CloseTicket,
}

static NAMES: &[(JobKind, &str)] = &[
    (JobKind::ExpirePayment, "expire_payment"),
    (JobKind::ExpireCheckout, "expire_checkout"),
    (JobKind::Arrive, "arrive"),
    (JobKind::Block, "block"),
    (JobKind::Dispute, "dispute"),
    (JobKind::SettleRefund, "settle_refund"),
    (JobKind::FailRefund, "fail_refund"),
    (JobKind::ExpireDeposit, "expire_deposit"),
    (JobKind::DepositArrives, "deposit_arrives"),
    (JobKind::DepositBlocked, "deposit_blocked"),
    (JobKind::DepositBlock, "deposit_block"),
    (JobKind::ActivateDestination, "activate_destination"),
    (JobKind::ExpireWithdrawal, "expire_withdrawal"),
    (JobKind::SendWithdrawal, "send_withdrawal"),
    (JobKind::ApproveWithdrawal, "approve_withdrawal"),
    (JobKind::RejectWithdrawal, "reject_withdrawal"),
    (JobKind::ArriveWithdrawal, "arrive_withdrawal"),
    (JobKind::ReturnWithdrawal, "return_withdrawal"),
    (JobKind::ExpireTransfer, "expire_transfer"),
    (JobKind::ReturnBill, "return_bill"),
    (JobKind::ReleasePayment, "release_payment"),
    (JobKind::RefusePayment, "refuse_payment"),
    (JobKind::BuyerDecides, "buyer_decides"),
    (JobKind::DisputeUnanswered, "dispute_unanswered"),
    (JobKind::DisputeDecided, "dispute_decided"),
    (JobKind::MakeReport, "make_report"),
    (JobKind::AcceptAppeal, "accept_appeal"),
    (JobKind::RefuseAppeal, "refuse_appeal"),
    (JobKind::TakeUpDocument, "take_up_document"),
    (JobKind::DecideDocument, "decide_document"),
    (JobKind::AnswerTicket, "answer_ticket"),
    (JobKind::CloseTicket, "close_ticket"),
];

/// Puts a job down.
pub(crate) async fn schedule(work: &mut Work<'_>, due: Timestamp, kind: JobKind, object: &str, detail: String) -> Outcome<()> {
    let name = NAMES.iter().find(|(known, _)| *known == kind).map_or("", |(_, name)| name);
    sqlx::query("INSERT INTO jobs (id, due, kind, object, detail, seq) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(work.id("job_"))
        .bind(due.millis())
        .bind(name)
        .bind(object.to_owned())
        .bind(detail)
        .bind(work.gateway.store.next_seq())
        .execute(work.tx.conn())
        .await?;
    Ok(())
}

struct Job {
    id: String,
    due: Timestamp,
    kind: String,
    object: String,
    detail: String,
}

/// Does all that is due, in the order in which it fell due, and says how many jobs that were.
pub(crate) async fn run_due(gateway: &Gateway) -> Outcome<u32> {
    let mut done = 0;
    loop {
        // A look first, so that idle ticks do not queue up for the writer's lock.
        let mut look = gateway.store.read().await?;
        if next(&mut look, gateway.clock.now()).await?.is_none() {
            return Ok(done);
        }
        look.undo().await?;
        let mut work = Work::own(gateway).await?;
        let Some(job) = next(&mut work.tx, work.now).await? else { return Ok(done) };
        // What a job does happens when it was due, however late it is noticed, so that one long step forward and many short ones end alike.
        work.now = job.due;
        let outcome = run(&mut work, &job).await;
        if let Err(refusal) = &outcome {
            tracing::info!(job = job.kind, object = job.object, %refusal, "a job came to nothing");
            work.tx.undo().await?;
            work.tx = gateway.store.write().await?;
        }
        match outcome {
            // The gateway's own fault: later again, and the others go on meanwhile.
            Err(Refusal::Internal(_)) => put_off(&mut work.tx, &job, gateway.clock.now()).await?,
            // Done; or something has changed that makes it pointless.
            _ => remove(&mut work.tx, &job).await?,
        }
        work.commit().await?;
        done += 1;
    }
}

async fn next(tx: &mut Tx, now: Timestamp) -> Outcome<Option<Job>> {
    let query = "SELECT id, due, kind, object, detail FROM jobs WHERE due <= $1 ORDER BY due, seq LIMIT 1";
    let Some(row) = sqlx::query(query).bind(now.millis()).fetch_optional(tx.conn()).await? else { return Ok(None) };
    Ok(Some(Job {
        id: row.try_get("id")?,
        due: Timestamp::from_millis(row.try_get("due")?),
        kind: row.try_get("kind")?,
        object: row.try_get("object")?,
        detail: row.try_get("detail")?,
    }))
}

async fn remove(tx: &mut Tx, job: &Job) -> Outcome<()> {
    sqlx::query("DELETE FROM jobs WHERE id = $1").bind(job.id.clone()).execute(tx.conn()).await?;
    Ok(())
}

async fn put_off(tx: &mut Tx, job: &Job, now: Timestamp) -> Outcome<()> {
    let due = now.plus_secs(RETRY_SECS).millis();
    sqlx::query("UPDATE jobs SET due = $1 WHERE id = $2").bind(due).bind(job.id.clone()).execute(tx.conn()).await?;
    Ok(())
}

async fn run(work: &mut Work<'_>, job: &Job) -> Outcome<()> {
    let kind = NAMES.iter().find(|(_, name)| *name == job.kind).map(|(kind, _)| *kind);
    let kind = kind.ok_or_else(|| Refusal::Internal(format!("there is no job {:?}", job.kind)))?;
    match kind {
        JobKind::ExpireCheckout => checkout::expire_by_time(work, &job.object).await,
        JobKind::SettleRefund | JobKind::FailRefund => of_refund(work, kind, job).await,
        JobKind::ExpireDeposit | JobKind::DepositArrives | JobKind::DepositBlocked | JobKind::DepositBlock => {
            of_deposit(work, kind, job).await
        }
        JobKind::ActivateDestination => {
            let mut destination = work.get::<Destination>(&job.object).await?;
            destinations::activate(work, &mut destination).await
        }
        JobKind::ReturnBill => {
            let mut bill = work.get::<Bill>(&job.object).await?;
            bills::return_it(work, &mut bill).await
        }
        JobKind::TakeUpDocument | JobKind::DecideDocument => {
            let mut document = work.get::<IdentityDocument>(&job.object).await?;
            let reason = (!job.detail.is_empty()).then(|| DocumentRejection::from(job.detail.as_str()));
            match kind {
                JobKind::TakeUpDocument => verification::take_up(work, &mut document).await,
                _ => verification::decide(work, &mut document, reason).await,
            }
        }
        JobKind::AcceptAppeal | JobKind::RefuseAppeal => {
            let mut appeal = work.get::<Appeal>(&job.object).await?;
            appeals::answer(work, &mut appeal, kind == JobKind::AcceptAppeal, None).await
        }
        JobKind::AnswerTicket | JobKind::CloseTicket => of_ticket(work, kind, job).await,
        JobKind::ExpireTransfer => {
            let mut transfer = work.get::<Transfer>(&job.object).await?;
            transfers::expire(work, &mut transfer).await
        }
        JobKind::ExpireWithdrawal
        | JobKind::SendWithdrawal
        | JobKind::ApproveWithdrawal
        | JobKind::RejectWithdrawal
        | JobKind::ArriveWithdrawal
        | JobKind::ReturnWithdrawal => of_withdrawal(work, kind, job).await,
        JobKind::MakeReport => {
            let mut report = work.get::<Report>(&job.object).await?;
            reports::make(work, &mut report).await
        }
        JobKind::DisputeUnanswered | JobKind::DisputeDecided => of_dispute(work, kind, job).await,
        JobKind::ExpirePayment
        | JobKind::ReleasePayment
        | JobKind::RefusePayment
        | JobKind::Arrive
        | JobKind::Block
        | JobKind::Dispute
        | JobKind::BuyerDecides => of_payment(work, kind, job).await,
    }
}

impl Job {
    /// The detail as a number.
    fn number(&self) -> i64 {
        self.detail.parse().unwrap_or_default()
    }
}

async fn of_ticket(work: &mut Work<'_>, kind: JobKind, job: &Job) -> Outcome<()> {
    let mut ticket = work.get::<Ticket>(&job.object).await?;
    match kind {
        JobKind::AnswerTicket => tickets::answer_by_itself(work, &mut ticket, job.number()).await,
        _ => tickets::close_in_silence(work, &mut ticket, job.number()).await,
    }
}

async fn of_refund(work: &mut Work<'_>, kind: JobKind, job: &Job) -> Outcome<()> {
    let mut refund = work.get::<Refund>(&job.object).await?;
    match kind {
        JobKind::SettleRefund => refunds::settle(work, &mut refund).await,
        _ => refunds::fail(work, &mut refund).await,
    }
}

async fn of_deposit(work: &mut Work<'_>, kind: JobKind, job: &Job) -> Outcome<()> {
    let mut deposit = work.get::<Deposit>(&job.object).await?;
    match kind {
        JobKind::ExpireDeposit => deposits::expire(work, &mut deposit).await,
        JobKind::DepositBlocked => deposits::fail(work, &mut deposit, DepositFailure::SenderBlocked).await,
        JobKind::DepositBlock => deposits::confirm_block(work, &mut deposit).await,
        _ => {
            let currency = deposit.body.amount.currency();
            let amount = Money::from_minor(i128::from(job.number()), currency)?;
            deposits::receive(work, &mut deposit, amount, payment_confirmations(&currency)).await
        }
    }
}

async fn of_withdrawal(work: &mut Work<'_>, kind: JobKind, job: &Job) -> Outcome<()> {
    let mut withdrawal = work.get::<Withdrawal>(&job.object).await?;
    match kind {
        JobKind::ExpireWithdrawal => withdrawals::expire(work, &mut withdrawal).await,
        JobKind::SendWithdrawal => withdrawals::proceed(work, &mut withdrawal).await,
        JobKind::ApproveWithdrawal => withdrawals::approve_in_time(work, &mut withdrawal).await,
        JobKind::RejectWithdrawal => withdrawals::review(work, &mut withdrawal, false).await,
        JobKind::ReturnWithdrawal => withdrawals::return_it(work, &mut withdrawal).await,
        _ => withdrawals::arrive(work, &mut withdrawal).await,
    }
}

async fn of_dispute(work: &mut Work<'_>, kind: JobKind, job: &Job) -> Outcome<()> {
    let mut dispute = work.get::<Dispute>(&job.object).await?;
    match kind {
        JobKind::DisputeDecided => disputes::decide(work, &mut dispute).await,
        _ => disputes::run_out(work, &mut dispute).await,
    }
}

async fn of_payment(work: &mut Work<'_>, kind: JobKind, job: &Job) -> Outcome<()> {
    let mut payment = work.get::<Payment>(&job.object).await?;
    match kind {
        JobKind::ExpirePayment => payments::expire(work, &mut payment, Timestamp::from_millis(job.number())).await,
        JobKind::ReleasePayment | JobKind::RefusePayment => payments::review(work, &mut payment, kind == JobKind::ReleasePayment).await,
        JobKind::Dispute => disputes::open(work, &mut payment).await.map(drop),
        JobKind::BuyerDecides => redirects::decide_by_magic(work, &mut payment).await,
        JobKind::Block => arrivals::confirm_block(work, &mut payment).await,
        _ => {
            let currency = payment.internal.due.map_or(payment.body.amount.currency(), Money::currency);
            let amount = Money::from_minor(i128::from(job.number()), currency)?;
            // A chain confirms block by block; a bank at once.
            arrivals::receive(work, &mut payment, amount, payment_confirmations(&currency)).await
        }
    }
}

/// A transaction is first seen without a confirmation.
fn payment_confirmations(currency: &okpay::Currency) -> Option<u32> {
    currency.is_crypto().then_some(0)
}
