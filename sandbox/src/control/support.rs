//! What an agent of OKPay's would do: answer a ticket, ask back, close it.

use super::Told;
use crate::domain::tickets;
use crate::gateway::{Gateway, Shared};
use crate::handlers::tickets::{MAX_MESSAGE, message};
use crate::refusal::Outcome;
use crate::validate;
use crate::work::Work;
use axum::extract::{Path, State};
use bytes::Bytes;
use okpay::api::Ticket;
use serde::Deserialize;

/// An agent's answer.
#[derive(Deserialize)]
struct Answer {
    message: String,
    /// Whether it asks back, so that the ticket waits for the merchant.
    #[serde(default)]
    asks_back: bool,
    /// Whether it is closed after that.
    #[serde(default)]
    close: bool,
}

pub(super) async fn answer(State(gateway): State<Shared>, Path(id): Path<String>, body: Bytes) -> Told<Ticket> {
    let asked = validate::body::<Answer>(&body, Some("application/json"));
    Told(match asked {
        Ok(Answer { message, asks_back, close }) => answer_as_agent(&gateway, &id, message, asks_back, close).await,
        Err(refusal) => Err(refusal),
    })
}

/// The same, for whoever has the parts.
pub(crate) async fn answer_as_agent(gateway: &Gateway, id: &str, text: String, asks_back: bool, close: bool) -> Outcome<Ticket> {
    message(&text, MAX_MESSAGE)?;
    let mut work = Work::own(gateway).await?;
    let mut ticket = work.get::<Ticket>(id).await?;
    tickets::answer(&mut work, &mut ticket, text, asks_back).await?;
    if close {
        tickets::close(&mut work, &mut ticket).await?;
    }
    work.commit().await?;
    Ok(ticket.body)
}
