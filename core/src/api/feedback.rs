//! Feedback: what you think of OKPay. Nobody answers it; for that there are tickets.

use crate::timestamp::Timestamp;
use okpay_macros::model;

/// What kind of feedback it is.
#[model(open)]
pub enum FeedbackKind {
    /// Something that you miss.
    Idea,
    /// Something that is wrong or in the way.
    Problem,
    /// Something that you like.
    Praise,
}

/// Feedback to be given. Keys of OKPay's and card numbers are refused.
#[model(params)]
pub struct NewFeedback {
    /// What kind it is.
    pub kind: FeedbackKind,
    /// What you have to say: at most 2 000 characters.
    pub message: String,
    /// What it is about, such as an operation or a page.
    pub about: Option<String>,
    /// 1, very bad, to 5, very good.
    pub stars: Option<u32>,
    /// The merchant's own mark, searchable.
    pub reference: Option<String>,
}

/// Feedback that was given.
#[model]
pub struct FeedbackEntry {
    /// `fb_…`
    pub id: String,
    /// What kind it is.
    pub kind: FeedbackKind,
    /// What was said.
    pub message: String,
    /// What it is about.
    pub about: Option<String>,
    /// 1, very bad, to 5, very good.
    pub stars: Option<u32>,
    /// The merchant's own mark.
    pub reference: Option<String>,
    /// The key of the call that made it.
    pub idempotency_key: Option<String>,
    /// When it was given.
    pub created: Timestamp,
    /// Whether it is about real money.
    pub livemode: bool,
}

/// One page of feedback, newest first.
#[model(page)]
pub struct FeedbackPage {
    /// The feedback.
    pub data: Vec<FeedbackEntry>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which feedback to list.
#[model(params)]
pub struct ListFeedback {
    /// 1 to 100; 20 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only this kind.
    pub kind: Option<FeedbackKind>,
    /// Only this mark of the merchant's.
    pub reference: Option<String>,
}
