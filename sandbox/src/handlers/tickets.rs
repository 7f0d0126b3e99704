//! `tickets` and `channels`.

use super::{Request, page};
use crate::domain::{channels, tickets};
use crate::refusal::{Outcome, refuse_at};
use crate::store::objects::{self, Filter};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::ErrorCode;
use okpay::api::{
    Attachment, ChannelKind, ListChannels, ListTickets, NewTicket, NewTicketMessage, RateTicket, Ticket, TicketStatus, TicketTopic,
};
use okpay::diagnostics::{self, SecretKind};

pub(crate) const MAX_MESSAGE: usize = 4000;
const MAX_ATTACHMENTS: usize = 5;
const MAX_ATTACHMENT_BYTES: u64 = 10 * 1024 * 1024;
const MEDIA_TYPES: [&str; 6] = ["image/png", "image/jpeg", "application/pdf", "text/plain", "text/csv", "application/json"];

pub(super) async fn create(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let new: NewTicket = request.body()?;
    check(&new)?;
    let ticket = tickets::create(work, new).await?;
    Reply::made(&ticket.body.id, &ticket.body)
}

/// Refuses what cannot be a ticket.
pub(crate) fn check(new: &NewTicket) -> Outcome<()> {
    validate::text("subject", Some(&new.subject), 120)?;
    no_secret("subject", &new.subject)?;
    message(&new.message, MAX_MESSAGE)?;
    let topic = !matches!(new.topic, Some(TicketTopic::Unknown { .. }));
    validate::known("topic", topic, &TicketTopic::KNOWN.iter().map(TicketTopic::as_str).collect::<Vec<_>>())?;
    validate::text("transaction", new.transaction.as_deref(), 64)?;
    validate::text("language", new.language.as_deref(), 200)?;
    if let Some(bundle) = &new.diagnostics {
        diagnostics::check(bundle).map_err(|error| error.within("diagnostics"))?;
    }
    attachments(&new.attachments)?;
    validate::labels(new.reference.as_deref(), &new.metadata)?;
    new.metadata.iter().try_for_each(|(key, value)| no_secret(&format!("metadata.{key}"), value))
}

/// Text of more than one line, but of nothing that steers a terminal.
pub(crate) fn message(text: &str, most: usize) -> Outcome<()> {
    let is_odd = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\t');
    if text.trim().is_empty() || text.chars().count() > most || text.chars().any(is_odd) {
        let detail = format!("a message has 1 to {most} characters, and no control characters but line breaks and tabs");
        return Err(refuse_at(ErrorCode::InvalidField, "message", detail));
    }
    no_secret("message", text)
}

/// Support never needs a key or a card number, and does not keep one that came by mistake.
pub(crate) fn no_secret(param: &str, text: &str) -> Outcome<()> {
    match diagnostics::secret_in(text) {
        None => Ok(()),
        Some(SecretKind::CardNumber) => {
            let detail = "this holds a card number: leave it out; the last four digits are enough";
            Err(refuse_at(ErrorCode::CardNumberNotAllowed, param, detail))
        }
        Some(SecretKind::Key) => {
            let detail = "this holds a secret key: leave it out, and revoke it if it went anywhere else";
            Err(refuse_at(ErrorCode::SecretNotAllowed, param, detail))
        }
    }
}

fn attachments(all: &[Attachment]) -> Outcome<()> {
    if all.len() > MAX_ATTACHMENTS {
        return Err(refuse_at(ErrorCode::InvalidField, "attachments", format!("a message has at most {MAX_ATTACHMENTS} attachments")));
    }
    all.iter().enumerate().try_for_each(|(index, attachment)| check_attachment(&format!("attachments[{index}]"), attachment))
}

fn check_attachment(at: &str, attachment: &Attachment) -> Outcome<()> {
    validate::text(&format!("{at}.name"), Some(&attachment.name), 120)?;
    no_secret(&format!("{at}.name"), &attachment.name)?;
    validate::known(&format!("{at}.media_type"), MEDIA_TYPES.contains(&attachment.media_type.as_str()), &MEDIA_TYPES)?;
    if !(1..=MAX_ATTACHMENT_BYTES).contains(&attachment.size) {
        let detail = format!("an attachment has 1 to {MAX_ATTACHMENT_BYTES} bytes");
        return Err(refuse_at(ErrorCode::InvalidField, format!("{at}.size"), detail));
    }
    let is_digest = attachment.sha256.len() == 64 && attachment.sha256.bytes().all(|byte| b"0123456789abcdef".contains(&byte));
    match is_digest {
        true => Ok(()),
        false => {
            let detail = "a SHA-256 digest is written as 64 hexadecimal digits in small letters";
            Err(refuse_at(ErrorCode::InvalidField, format!("{at}.sha256"), detail))
        }
    }
}

fn check_message(new: &NewTicketMessage) -> Outcome<()> {
    message(&new.message, MAX_MESSAGE)?;
    attachments(&new.attachments)
}

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&work.get::<Ticket>(&request.id).await?.body)
}

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListTickets = request.query()?;
    let known = !matches!(asked.status, Some(TicketStatus::Unknown { .. }));
    validate::known("status", known, &TicketStatus::KNOWN.iter().map(TicketStatus::as_str).collect::<Vec<_>>())?;
    let filter = Filter {
        status: asked.status.map(|status| status.to_string()),
        reference: asked.reference,
        parent: asked.transaction,
        after: asked.after,
        limit: validate::limit(asked.limit)?,
    };
    let (found, next) = objects::list::<Ticket>(&mut work.tx, &work.account, &filter).await?;
    page(found.into_iter().map(|ticket| ticket.body).collect(), next)
}

pub(super) async fn messages(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    let ticket = work.get::<Ticket>(&request.id).await?.body.id;
    page(tickets::messages(work, &ticket).await?, None)
}

pub(super) async fn reply(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let new: NewTicketMessage = request.body()?;
    check_message(&new)?;
    let mut ticket = work.get::<Ticket>(&request.id).await?;
    tickets::reply(work, &mut ticket, new).await?;
    Reply::of(&ticket.body)
}

pub(super) async fn reopen(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let new: NewTicketMessage = request.body()?;
    check_message(&new)?;
    let mut ticket = work.get::<Ticket>(&request.id).await?;
    tickets::reopen(work, &mut ticket, new).await?;
    Reply::of(&ticket.body)
}

pub(super) async fn close(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    let mut ticket = work.get::<Ticket>(&request.id).await?;
    tickets::close(work, &mut ticket).await?;
    Reply::of(&ticket.body)
}

pub(super) async fn rate(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let rating: RateTicket = request.body()?;
    validate::within("stars", Some(rating.stars), 1..=5, 1)?;
    validate::text("comment", rating.comment.as_deref(), 500)?;
    no_secret("comment", rating.comment.as_deref().unwrap_or_default())?;
    let mut ticket = work.get::<Ticket>(&request.id).await?;
    tickets::rate(work, &mut ticket, rating).await?;
    Reply::of(&ticket.body)
}

pub(super) async fn list_channels(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListChannels = request.query()?;
    let known = !matches!(asked.kind, Some(ChannelKind::Unknown { .. }));
    validate::known("kind", known, &ChannelKind::KNOWN.iter().map(ChannelKind::as_str).collect::<Vec<_>>())?;
    validate::text("language", asked.language.as_deref(), 35)?;
    let mut all = channels::all(work.now)?;
    all.retain(|channel| asked.kind.as_ref().is_none_or(|kind| channel.kind == *kind));
    all.retain(|channel| asked.language.as_ref().is_none_or(|language| channel.languages.contains(language)));
    page(all, None)
}

pub(super) async fn retrieve_channel(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&channels::one(&request.id, work.now)?)
}
