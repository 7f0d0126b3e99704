//! What is sent to people: by SMS and by mail. It lands in the outbox, where a person or a test reads it.

use super::resources::Nothing;
use crate::refusal::Outcome;
use crate::work::Work;
use okpay::Timestamp;
use serde::{Deserialize, Serialize};

/// A message in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: String,
    /// `sms` or `mail`.
    pub(crate) channel: String,
    pub(crate) to: String,
    pub(crate) text: String,
    pub(crate) code: Option<String>,
    /// The object that it is about.
    pub(crate) about: String,
    pub(crate) created: Timestamp,
}

/// Sends a message about an object.
pub(crate) async fn send(work: &mut Work<'_>, channel: &str, to: &str, about: &str, text: String, code: Option<String>) -> Outcome<()> {
    let (id, channel, to, about) = (work.id("msg_"), channel.to_owned(), to.to_owned(), about.to_owned());
    let message = Message { id, channel, to, text, code, about, created: work.now };
    work.insert(message, Nothing {}).await.map(drop)
}
