//! Sessions: people who have signed in with the account's e-mail address and password.

use super::Confirmation;
use crate::timestamp::Timestamp;
use okpay_macros::model;

/// Where a session stands.
#[model(open)]
pub enum SessionStatus {
    /// Its token proves who is there, until it expires.
    Active,
    /// Ended.
    Revoked,
}

/// A sign-in.
#[model(params)]
pub struct NewSession {
    /// The account holder's e-mail address.
    pub email: String,
    /// The password.
    #[secret]
    pub password: String,
    /// For people: which device or browser it is.
    pub label: String,
    /// A code of the authenticator app, or a recovery code: needed once an app is enrolled.
    pub confirmation: Option<Confirmation>,
}

/// Whose token it is, is asked.
#[model(params)]
pub struct VerifySession {
    /// The token of a session.
    #[secret]
    pub token: String,
}

/// Somebody who has signed in.
#[model]
pub struct Session {
    /// `ses_…`
    pub id: String,
    /// Where it stands.
    pub status: SessionStatus,
    /// For people: which device or browser it is.
    pub label: String,
    /// What proves the session, `okp_test_ses_…`: in the answer of `sessions.create` only.
    #[secret]
    pub token: Option<String>,
    /// When it ends by itself.
    pub expires: Timestamp,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
    /// When it began.
    pub created: Timestamp,
    /// Rises by one per change.
    pub version: u64,
    /// Whether it is about real money.
    pub livemode: bool,
}

/// One page of sessions, newest first.
#[model(page)]
pub struct SessionPage {
    /// The sessions.
    pub data: Vec<Session>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which sessions to list.
#[model(params)]
pub struct ListSessions {
    /// 1 to 100; 20 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only this status.
    pub status: Option<SessionStatus>,
}
