//! Tickets: a conversation, whose turn it is, and its end. `crate::states::TICKET` has the order; `agent.rs` is who answers by itself.

use super::resources::Nothing;
use super::transactions;
use super::{agent, steps};
use crate::jobs::{self, JobKind};
use crate::refusal::{Outcome, refuse, refuse_at};
use crate::store::objects::{self, Filter, Stored};
use crate::work::Work;
use okpay::ErrorCode;
use okpay::api::{
    Attachment, Bill, CheckoutSession, Deposit, EventType, MessageAuthor, NewTicket, NewTicketMessage, Payment, RateTicket, Refund, Ticket,
    TicketMessage, TicketRating, TicketStatus, TicketTopic, Transfer, Withdrawal,
};

/// The most messages of a ticket: whatever is not settled by then is a matter for another.
pub(crate) const MAX_MESSAGES: u32 = 100;

/// After how long a ticket closes that waits for the merchant.
const CLOSE_SECS: i64 = 7 * 24 * 60 * 60;

/// Opens a ticket.
pub(crate) async fn create(work: &mut Work<'_>, new: NewTicket) -> Outcome<Stored<Ticket>> {
    check_transaction(work, new.transaction.as_deref()).await?;
    let id = work.id("tkt_");
    let message = write(work, &id, MessageAuthor::Merchant, new.message, new.attachments).await?;
    let body = Ticket {
        id,
        status: TicketStatus::Open,
        subject: new.subject,
        topic: new.topic.unwrap_or(TicketTopic::Other),
        language: okpay::advice::for_code(&ErrorCode::NotFound, new.language.as_deref().unwrap_or_default()).locale,
        transaction: new.transaction,
        diagnostics: new.diagnostics,
        last_message: message,
        message_count: 1,
        answer_expected: None,
        closed: None,
        rating: None,
        reference: new.reference,
        metadata: new.metadata,
        idempotency_key: work.idempotency_key(),
        created: work.now,
        version: 1,
        livemode: false,
    };
    let expected = agent::expected(&body, work.now)?;
    let body = Ticket { answer_expected: Some(expected), ..body };
    let ticket = steps::begin(work, body, Nothing {}, EventType::TicketCreated).await?;
    agent::call(work, &ticket.body).await?;
    Ok(ticket)
}

/// A transaction number is the id of something that this account has.
async fn check_transaction(work: &mut Work<'_>, number: Option<&str>) -> Outcome<()> {
    let Some(number) = number else { return Ok(()) };
    let (prefix, _) = number.split_once('_').unwrap_or_default();
    let found = match prefix {
        "pay" => work.get::<Payment>(number).await.map(drop),
        "re" => work.get::<Refund>(number).await.map(drop),
        "cs" => work.get::<CheckoutSession>(number).await.map(drop),
        "dep" => work.get::<Deposit>(number).await.map(drop),
        "wd" => work.get::<Withdrawal>(number).await.map(drop),
        "tr" => work.get::<Transfer>(number).await.map(drop),
        "bill" => work.get::<Bill>(number).await.map(drop),
        "txn" => transactions::find(work, number).await.map(drop),
        _ => Err(refuse(ErrorCode::InvalidField, "a transaction number is the id of a payment, a refund, a deposit, …")),
    };
    found.map_err(|refusal| refusal.at("transaction"))
}

/// Puts a message down. It counts once its ticket is kept.
async fn write(
    work: &mut Work<'_>,
    ticket: &str,
    author: MessageAuthor,
    text: String,
    attachments: Vec<Attachment>,
) -> Outcome<TicketMessage> {
    let agent = (author == MessageAuthor::Agent).then(|| agent::NAME.to_owned());
    let message = TicketMessage { id: work.id("tmsg_"), ticket: ticket.to_owned(), author, agent, text, attachments, created: work.now };
    Ok(work.insert(message, Nothing {}).await?.body)
}

/// All messages, oldest first.
pub(crate) async fn messages(work: &mut Work<'_>, ticket: &str) -> Outcome<Vec<TicketMessage>> {
    let filter = Filter { parent: Some(ticket.to_owned()), limit: i64::from(MAX_MESSAGES) + 2, ..Filter::default() };
    let account = work.account.clone();
    let (newest_first, _) = objects::list::<TicketMessage>(&mut work.tx, &account, &filter).await?;
    Ok(newest_first.into_iter().rev().map(|message| message.body).collect())
}

async fn add(work: &mut Work<'_>, ticket: &mut Ticket, author: MessageAuthor, new: NewTicketMessage) -> Outcome<()> {
    if ticket.message_count >= MAX_MESSAGES {
        let detail = format!("this ticket has {MAX_MESSAGES} messages, which is the most: open another one");
        return Err(refuse(ErrorCode::IllegalState, detail));
    }
    ticket.last_message = write(work, &ticket.id, author, new.message, new.attachments).await?;
    ticket.message_count += 1;
    Ok(())
}

/// The merchant writes: it is the agents' turn.
pub(crate) async fn reply(work: &mut Work<'_>, ticket: &mut Stored<Ticket>, new: NewTicketMessage) -> Outcome<()> {
    steps::check(ticket, "reply")?;
    add(work, &mut ticket.body, MessageAuthor::Merchant, new).await?;
    turn_to_agents(work, ticket, "reply", EventType::TicketReplied).await
}

/// The merchant opens it again.
pub(crate) async fn reopen(work: &mut Work<'_>, ticket: &mut Stored<Ticket>, new: NewTicketMessage) -> Outcome<()> {
    steps::check(ticket, "reopen")?;
    add(work, &mut ticket.body, MessageAuthor::Merchant, new).await?;
    ticket.body.closed = None;
    turn_to_agents(work, ticket, "reopen", EventType::TicketReopened).await
}

async fn turn_to_agents(work: &mut Work<'_>, ticket: &mut Stored<Ticket>, event: &str, tell: EventType) -> Outcome<()> {
    ticket.body.answer_expected = Some(agent::expected(&ticket.body, work.now)?);
    steps::step(work, ticket, event, tell).await?;
    agent::call(work, &ticket.body).await
}

/// An agent writes: an answer, or a question back. It is the merchant's turn, for a week.
pub(crate) async fn answer(work: &mut Work<'_>, ticket: &mut Stored<Ticket>, text: String, asks_back: bool) -> Outcome<()> {
    let (event, tell) = match asks_back {
        true => ("ask", EventType::TicketWaiting),
        false => ("answer", EventType::TicketAnswered),
    };
    steps::check(ticket, event)?;
    add(work, &mut ticket.body, MessageAuthor::Agent, NewTicketMessage::new(text)).await?;
    ticket.body.answer_expected = None;
    steps::step(work, ticket, event, tell).await?;
    close_later(work, &ticket.body, CLOSE_SECS).await
}

/// Closes a ticket after a while, unless something is said meanwhile.
pub(crate) async fn close_later(work: &mut Work<'_>, ticket: &Ticket, secs: i64) -> Outcome<()> {
    jobs::schedule(work, work.now.plus_secs(secs), JobKind::CloseTicket, &ticket.id, ticket.message_count.to_string()).await
}

/// Its week is over, unless something was said meanwhile, or it is closed already.
pub(crate) async fn close_in_silence(work: &mut Work<'_>, ticket: &mut Stored<Ticket>, messages: i64) -> Outcome<()> {
    let is_still_so = i64::from(ticket.body.message_count) == messages;
    match ticket.body.status {
        TicketStatus::Answered | TicketStatus::Waiting if is_still_so => close(work, ticket).await,
        _ => Ok(()),
    }
}

/// Closes a ticket.
pub(crate) async fn close(work: &mut Work<'_>, ticket: &mut Stored<Ticket>) -> Outcome<()> {
    ticket.body.closed = Some(work.now);
    ticket.body.answer_expected = None;
    steps::step(work, ticket, "close", EventType::TicketClosed).await
}

/// Rates a ticket, once.
pub(crate) async fn rate(work: &mut Work<'_>, ticket: &mut Stored<Ticket>, rating: RateTicket) -> Outcome<()> {
    steps::check(ticket, "rate")?;
    if ticket.body.rating.is_some() {
        return Err(refuse_at(ErrorCode::IllegalState, "stars", "this ticket is rated already"));
    }
    ticket.body.rating = Some(TicketRating { stars: rating.stars, comment: rating.comment, created: work.now });
    steps::step(work, ticket, "rate", EventType::TicketRated).await
}

/// The agent's turn has come, unless another one was quicker.
pub(crate) async fn answer_by_itself(work: &mut Work<'_>, ticket: &mut Stored<Ticket>, messages: i64) -> Outcome<()> {
    match i64::from(ticket.body.message_count) == messages {
        true => agent::answer(work, ticket).await,
        false => Ok(()),
    }
}
