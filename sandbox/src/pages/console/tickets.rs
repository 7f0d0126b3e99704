//! Tickets, and answering them as an agent.

use super::super::forms::see_other;
use super::super::layout::moment;
use super::super::words::with;
use super::page_words::PageWords;
use super::sign_in::{SignedIn, Submitted};
use super::{Frame, refused};
use crate::control::answer_as_agent;
use crate::domain::tickets;
use crate::gateway::{Gateway, Shared};
use crate::refusal::Outcome;
use crate::store::objects::{self, Filter};
use crate::work::Work;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use okpay::api::{MessageAuthor, Ticket, TicketMessage, TicketStatus};

/// How many tickets are shown: the newest.
const PER_PAGE: i64 = 50;

pub(super) async fn list(visitor: SignedIn, State(gateway): State<Shared>) -> Response {
    match load(&gateway).await {
        Ok(tickets) => around(&visitor, "../console", |words| draw(words, &tickets)),
        Err(refusal) => refused(&visitor, "../console", refusal),
    }
}

fn around(visitor: &SignedIn, root: &str, content: impl Fn(&PageWords) -> Markup) -> Response {
    let words = PageWords::of(visitor.words.lang);
    let frame = Frame { words: visitor.words, status: StatusCode::OK, title: words.tickets, refresh: None, root, visitor: Some(visitor) };
    frame.around(&content(words))
}

async fn load(gateway: &Gateway) -> Outcome<Vec<Ticket>> {
    let mut work = Work::looking(gateway).await?;
    let account = work.account.clone();
    let (found, _) = objects::list::<Ticket>(&mut work.tx, &account, &Filter { limit: PER_PAGE, ..Filter::default() }).await?;
    Ok(found.into_iter().map(|ticket| ticket.body).collect())
}

fn draw(words: &PageWords, all: &[Ticket]) -> Markup {
    html! {
        section {
            h1 { (words.tickets) }
            @if all.is_empty() { p.soft { (words.no_tickets) } }
            ol.events { @for ticket in all { li {
                div.line {
                    a href={ "tickets/" (ticket.id) } { strong { (ticket.subject) } }
                    (badge(&ticket.status))
                    (moment(ticket.created))
                }
                (facts(words, ticket, "../console"))
                p.small { (ticket.last_message.text.lines().next().unwrap_or_default()) }
            } } }
        }
    }
}

/// What a ticket is about, in a line.
fn facts(words: &PageWords, ticket: &Ticket, root: &str) -> Markup {
    html! {
        p.line.small {
            code { (ticket.id) }
            span.soft { (ticket.topic) }
            @if let Some(transaction) = &ticket.transaction { a href={ (root) "?resource=" (transaction) } { code { (transaction) } } }
            @if let Some(expected) = ticket.answer_expected { span.soft { (words.expected) " " (moment(expected)) } }
            @if let Some(rating) = &ticket.rating { span.badge.good { (with(words.rated, rating.stars)) } }
        }
    }
}

fn badge(status: &TicketStatus) -> Markup {
    let colour = match status {
        TicketStatus::Answered => "good",
        TicketStatus::Closed => "",
        TicketStatus::Waiting => "wait",
        _ => "bad",
    };
    html! { span class={ "badge " (colour) } { (status) } }
}

/// What the page of one ticket shows.
struct Full {
    ticket: Ticket,
    messages: Vec<TicketMessage>,
    /// As text, indented.
    diagnostics: Option<String>,
}

pub(super) async fn show(visitor: SignedIn, State(gateway): State<Shared>, Path(id): Path<String>) -> Response {
    match load_one(&gateway, &id).await {
        Ok(full) => around(&visitor, "../../console", |words| draw_one(&visitor, words, &full)),
        Err(refusal) => refused(&visitor, "../../console", refusal),
    }
}

async fn load_one(gateway: &Gateway, id: &str) -> Outcome<Full> {
    let mut work = Work::looking(gateway).await?;
    let ticket = work.get::<Ticket>(id).await?.body;
    let messages = tickets::messages(&mut work, id).await?;
    let diagnostics = ticket.diagnostics.as_ref().map(serde_json::to_string_pretty).transpose()?;
    Ok(Full { ticket, messages, diagnostics })
}

fn draw_one(visitor: &SignedIn, words: &PageWords, full: &Full) -> Markup {
    let ticket = &full.ticket;
    html! {
        section {
            p.small { a href="../tickets" { "← " (words.tickets) } }
            div.line { h1 { (ticket.subject) } (badge(&ticket.status)) (moment(ticket.created)) }
            (facts(words, ticket, "../../console"))
        }
        section aria-labelledby="messages" {
            h2 #messages { (words.messages) }
            ol.events { @for message in &full.messages { li { (said(message)) } } }
        }
        @if ticket.status != TicketStatus::Closed { (answer_form(visitor, words, ticket)) }
        @if let Some(diagnostics) = &full.diagnostics {
            section aria-labelledby="diagnostics" {
                h2 #diagnostics { (words.diagnostics) }
                pre tabindex="0" aria-labelledby="diagnostics" { code { (diagnostics) } }
            }
        }
    }
}

fn said(message: &TicketMessage) -> Markup {
    let is_agent = message.author == MessageAuthor::Agent;
    html! {
        div.line {
            strong { (message.author) @if let Some(agent) = &message.agent { " · " (agent) } }
            (moment(message.created))
        }
        p.said.agent[is_agent] { (message.text) }
        @for file in &message.attachments {
            p.small.soft { (file.name) " · " (file.media_type) " · " (file.size) " B · " code { (file.sha256) } }
        }
    }
}

fn answer_form(visitor: &SignedIn, words: &PageWords, ticket: &Ticket) -> Markup {
    html! {
        section aria-labelledby="answer" {
            h2 #answer { (words.answer) }
            form method="post" action={ (ticket.id) "/answer" } {
                (visitor.mark())
                div.field {
                    textarea name="message" rows="4" maxlength="4000" required aria-labelledby="answer" aria-describedby="answer-hint" {}
                    p.soft.small #answer-hint { (words.answer_hint) }
                }
                div.inline {
                    button.little name="as" value="answer" { (words.answer) }
                    button.quiet.little name="as" value="ask" { (words.ask) }
                    button.quiet.little name="as" value="close" { (words.answer_and_close) }
                }
            }
        }
    }
}

pub(super) async fn answer(State(gateway): State<Shared>, Path(id): Path<String>, submitted: Submitted) -> Response {
    // A browser sends each line break as two characters.
    let text = submitted.form.get("message").replace("\r\n", "\n");
    let way = submitted.form.get("as");
    match answer_as_agent(&gateway, &id, text, way == "ask", way == "close").await {
        Ok(_) => see_other(&format!("../{id}")),
        Err(refusal) => refused(&submitted.visitor, "../../../console", refusal),
    }
}
