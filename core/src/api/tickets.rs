//! Tickets: conversations with OKPay's support about a transaction or anything else.

use super::DiagnosticBundle;
use crate::timestamp::Timestamp;
use okpay_macros::model;
use std::collections::BTreeMap;

/// Where a ticket stands.
#[model(open)]
pub enum TicketStatus {
    /// Waits for an agent.
    Open,
    /// An agent answered. Nothing said against it, it closes after seven days.
    Answered,
    /// An agent asked back, and waits for your reply; for seven days.
    Waiting,
    /// Over. It can be rated once, and opened again.
    Closed,
    /// Opened again, and waits for an agent.
    Reopened,
}

/// What a ticket is about.
#[model(open)]
pub enum TicketTopic {
    /// A payment that somebody made to you, or a checkout session.
    Payment,
    /// A refund.
    Refund,
    /// Money that comes in or goes out: deposits, withdrawals, transfers, bills.
    Wallet,
    /// Fees.
    Fees,
    /// Signing in, keys, verification, a frozen account.
    Account,
    /// The API, the SDK, webhooks.
    Technical,
    /// A message or a page that pretends to be OKPay's.
    Phishing,
    /// Anything else.
    Other,
}

/// Who wrote a message.
#[model(open)]
pub enum MessageAuthor {
    /// You.
    Merchant,
    /// Somebody of OKPay's support.
    Agent,
    /// OKPay by itself.
    System,
}

/// A file that belongs to a message, told by its digest: support asks for the file itself where it needs it, and knows it by this.
#[model(params)]
pub struct Attachment {
    /// The name of the file: 1 to 120 characters.
    pub name: String,
    /// `image/png`, `image/jpeg`, `application/pdf`, `text/plain`, `text/csv` or `application/json`.
    pub media_type: String,
    /// How many bytes it has: 1 to 10 485 760.
    pub size: u64,
    /// Its SHA-256 digest: 64 hexadecimal digits in small letters; `file_digest` (`fileDigest`) of the SDK's signing makes it.
    pub sha256: String,
}

/// One message of a ticket.
#[model]
pub struct TicketMessage {
    /// `tmsg_…`
    pub id: String,
    /// The ticket.
    pub ticket: String,
    /// Who wrote it.
    pub author: MessageAuthor,
    /// The agent's name, where one wrote it.
    pub agent: Option<String>,
    /// Plain text: escape it where it goes into HTML.
    pub text: String,
    /// The files that belong to it.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// When it was written.
    pub created: Timestamp,
}

/// How you found the help.
#[model]
pub struct TicketRating {
    /// 1, of no use, to 5, very good.
    pub stars: u32,
    /// In your words.
    pub comment: Option<String>,
    /// When.
    pub created: Timestamp,
}

/// A ticket to be opened. Keys of OKPay's and card numbers are refused wherever they stand: support never needs them.
#[model(params)]
pub struct NewTicket {
    /// What it is about, in a line of at most 120 characters.
    pub subject: String,
    /// The first message: at most 4 000 characters.
    pub message: String,
    /// What it is about, for whoever it goes to; `other` by default.
    pub topic: Option<TicketTopic>,
    /// The transaction number: the id of a payment, a refund, a checkout session, a deposit, a withdrawal, a transfer, a bill or a
    /// transaction of this account.
    pub transaction: Option<String>,
    /// The language to be answered in: `en` or `zh-CN`, or an `Accept-Language` header; English by default.
    pub language: Option<String>,
    /// What the SDK knows of what went wrong: let it put this together.
    pub diagnostics: Option<DiagnosticBundle>,
    /// The files that belong to the first message, at most 5.
    pub attachments: Vec<Attachment>,
    /// The merchant's own mark, searchable.
    pub reference: Option<String>,
    /// Up to 50 pairs of the merchant's own.
    pub metadata: BTreeMap<String, String>,
}

/// One more message for a ticket.
#[model(params)]
pub struct NewTicketMessage {
    /// What it says: at most 4 000 characters.
    pub message: String,
    /// The files that belong to it, at most 5.
    pub attachments: Vec<Attachment>,
}

/// How a ticket is rated: once, and after it is closed.
#[model(params)]
pub struct RateTicket {
    /// 1, of no use, to 5, very good.
    pub stars: u32,
    /// In your words: at most 500 characters.
    pub comment: Option<String>,
}

/// A ticket.
#[model]
pub struct Ticket {
    /// `tkt_…`
    pub id: String,
    /// Where it stands.
    pub status: TicketStatus,
    /// What it is about, in a line.
    pub subject: String,
    /// What it is about, for whoever it goes to.
    pub topic: TicketTopic,
    /// The language that it is answered in: `en` or `zh-CN`.
    pub language: String,
    /// The transaction number.
    pub transaction: Option<String>,
    /// What the SDK knew of what went wrong.
    pub diagnostics: Option<DiagnosticBundle>,
    /// The last message. `tickets.messages` has all of them.
    pub last_message: TicketMessage,
    /// How many messages it has; at most 100.
    pub message_count: u32,
    /// By when an agent looks at it, as a rule: from the hours of support. Nothing while none is waited for.
    pub answer_expected: Option<Timestamp>,
    /// When it was closed.
    pub closed: Option<Timestamp>,
    /// How you found the help.
    pub rating: Option<TicketRating>,
    /// The merchant's own mark.
    pub reference: Option<String>,
    /// The merchant's own pairs.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    /// The key of the call that made it.
    pub idempotency_key: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// Rises by one per change.
    pub version: u64,
    /// Whether it is about real money.
    pub livemode: bool,
}

/// One page of tickets, newest first.
#[model(page)]
pub struct TicketPage {
    /// The tickets.
    pub data: Vec<Ticket>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// All messages of a ticket, oldest first.
#[model(page)]
pub struct TicketMessagePage {
    /// The messages.
    pub data: Vec<TicketMessage>,
    /// Nothing: all of them fit.
    pub next: Option<String>,
}

/// Which tickets to list.
#[model(params)]
pub struct ListTickets {
    /// 1 to 100; 20 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only this status.
    pub status: Option<TicketStatus>,
    /// Only those about this transaction.
    pub transaction: Option<String>,
    /// Only this mark of the merchant's.
    pub reference: Option<String>,
}
