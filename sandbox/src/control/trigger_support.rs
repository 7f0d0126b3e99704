//! The events of support.

use super::trigger::read;
use crate::domain::tickets;
use crate::handlers;
use crate::refusal::Outcome;
use crate::work::Work;
use okpay::api::{EventType, NewTicket, NewTicketMessage, RateTicket};
use serde_json::json;
use std::collections::BTreeMap;

/// Does what leads to an event of this type; gives the id of the ticket.
pub(super) async fn ticket(work: &mut Work<'_>, event_type: &EventType, set: &BTreeMap<String, String>) -> Outcome<String> {
    let new: NewTicket = read(json!({"subject": "Ignore me", "message": "A ticket that was triggered.", "topic": "technical"}), set)?;
    handlers::tickets::check(&new)?;
    let mut ticket = tickets::create(work, new).await?;
    let more = || NewTicketMessage::new("One more message.");
    match event_type {
        EventType::TicketReplied => tickets::reply(work, &mut ticket, more()).await?,
        EventType::TicketAnswered => tickets::answer(work, &mut ticket, "An answer.".to_owned(), false).await?,
        EventType::TicketWaiting => tickets::answer(work, &mut ticket, "A question.".to_owned(), true).await?,
        EventType::TicketClosed => tickets::close(work, &mut ticket).await?,
        EventType::TicketReopened => {
            tickets::close(work, &mut ticket).await?;
            tickets::reopen(work, &mut ticket, more()).await?;
        }
        EventType::TicketRated => {
            tickets::close(work, &mut ticket).await?;
            tickets::rate(work, &mut ticket, RateTicket::new(5_u32)).await?;
        }
        _ => {}
    }
    Ok(ticket.body.id)
}
