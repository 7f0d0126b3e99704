//! Sessions: a sign-in by password, and a second factor where there is one; told to the account's holder; ended one by one or all at once.

use super::{account, outbox, second_factors, secrets, steps};
use crate::refusal::{Outcome, Refusal, refuse_at};
use crate::store::objects::{self, Filter, Stored};
use crate::work::Work;
use okpay::api::{Confirmation, ConfirmationKind, EventType, MerchantAccount, NewSession, Session, SessionStatus};
use okpay::{ErrorCode, Failure, Timestamp};
use serde::{Deserialize, Serialize};

const LIFETIME_SECS: i64 = 30 * 24 * 60 * 60;

/// So many wrong passwords in a row, and nothing is tried for so long.
const WRONG_IN_A_ROW: u32 = 5;
const LOCKED_SECS: i64 = 15 * 60;

const PREFIX: &str = "okp_test_ses_";

/// What is kept of sign-ins.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct SignIn {
    wrong: u32,
    locked_until: Option<Timestamp>,
}

/// What is kept of a session: its token as a hash.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct SessionInternal {
    token: String,
}

impl std::fmt::Debug for SessionInternal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SessionInternal(redacted)")
    }
}

/// Signs somebody in; the token is in this reply only.
pub(crate) async fn create(work: &mut Work<'_>, new: NewSession) -> Outcome<Session> {
    let mut account = account::load(work).await?;
    prove_password(work, &mut account, &new).await?;
    if account.internal.factors.shown(work.now).totp {
        prove_second(work, new.confirmation.as_ref()).await?;
    }
    open(work, new.label).await
}

/// Begins a session for somebody who has proven who they are, and tells the account's holder.
pub(crate) async fn open(work: &mut Work<'_>, label: String) -> Outcome<Session> {
    let (id, secret) = (work.id("ses_"), work.gateway.ids.secret(""));
    let token = format!("{PREFIX}{}_{secret}", &id["ses_".len()..]);
    let internal = SessionInternal { token: secrets::hash(work, &secret)? };
    let (status, expires) = (SessionStatus::Active, work.now.plus_secs(LIFETIME_SECS));
    let body = Session { id, status, label, token: None, expires, revoked: None, created: work.now, version: 1, livemode: false };
    let session = steps::begin(work, body, internal, EventType::SessionCreated).await?.body;
    let text = format!(
        "Somebody signed in to your OKPay account: {}. If it was not you, revoke the session and freeze the account.",
        session.label
    );
    let to = account::load(work).await?.email();
    outbox::send(work, "mail", &to, &session.id, text, None).await?;
    Ok(Session { token: Some(token), ..session })
}

/// One hash is computed whatever is wrong, and one thing is said.
async fn prove_password(work: &mut Work<'_>, account: &mut Stored<MerchantAccount>, new: &NewSession) -> Outcome<()> {
    let locked = account.internal.sign_in.locked_until.is_some_and(|until| until > work.now);
    let right = match &account.internal.password {
        Some(kept) => secrets::holds(work, kept, &new.password)?,
        None => secrets::hash(work, &new.password).map(|_| false)?,
    };
    let right = right && account.email() == new.email.to_ascii_lowercase();
    if right && !locked {
        account.internal.sign_in = SignIn::default();
        return objects::update_internal(&mut work.tx, account).await;
    }
    let sign_in = &mut account.internal.sign_in;
    sign_in.wrong = if locked { 0 } else { sign_in.wrong + 1 };
    if sign_in.wrong >= WRONG_IN_A_ROW {
        *sign_in = SignIn { wrong: 0, locked_until: Some(work.now.plus_secs(LOCKED_SECS)) };
        let text = "Too many wrong passwords for your OKPay account: nobody can sign in for a quarter of an hour.".to_owned();
        let (to, about) = (account.email(), account.body.id.clone());
        outbox::send(work, "mail", &to, &about, text, None).await?;
    }
    objects::update_internal(&mut work.tx, account).await?;
    let detail = "the e-mail address or the password is wrong; after five wrong ones nothing is tried for a quarter of an hour";
    Err(Refusal::Kept(Box::new(Failure::new(ErrorCode::LoginFailed, detail))))
}

/// By the app or a recovery code: a PIN is for payments, and the telephone may be in the same hands as the password.
async fn prove_second(work: &mut Work<'_>, confirmation: Option<&Confirmation>) -> Outcome<()> {
    let Some(confirmation) = confirmation else {
        return Err(refuse_at(ErrorCode::MissingField, "confirmation", "an authenticator app is enrolled: its code is needed, too"));
    };
    if !matches!(confirmation.kind, ConfirmationKind::Totp | ConfirmationKind::RecoveryCode) {
        return Err(refuse_at(ErrorCode::InvalidField, "confirmation.kind", "to sign in, a code of the app or a recovery code is needed"));
    }
    match second_factors::prove(work, &confirmation.kind, &confirmation.code).await? {
        true => Ok(()),
        false => Err(super::step_up::wrong("the code is wrong".to_owned(), None)),
    }
}

/// The session of a token.
pub(crate) async fn verify(work: &mut Work<'_>, token: &str) -> Outcome<Session> {
    let refused = || refuse_at(ErrorCode::LoginFailed, "token", "this is not the token of a session that is active; sign in again");
    let (id, secret) = token.strip_prefix(PREFIX).and_then(|rest| rest.split_once('_')).ok_or_else(refused)?;
    let account = work.account.clone();
    let session = objects::find::<Session>(&mut work.tx, &account, &format!("ses_{id}")).await?.ok_or_else(refused)?;
    let open = session.body.status == SessionStatus::Active && session.body.expires > work.now;
    match open && secrets::holds(work, &session.internal.token, secret)? {
        true => Ok(session.body),
        false => Err(refused()),
    }
}

/// Ends a session.
pub(crate) async fn revoke(work: &mut Work<'_>, session: &mut Stored<Session>) -> Outcome<()> {
    steps::check(session, "revoke")?;
    session.body.revoked = Some(work.now);
    steps::step(work, session, "revoke", EventType::SessionRevoked).await
}

/// Ends all of them.
pub(crate) async fn revoke_all(work: &mut Work<'_>) -> Outcome<()> {
    let account = work.account.clone();
    loop {
        let filter = Filter { status: Some(SessionStatus::Active.to_string()), limit: 100, ..Filter::default() };
        let (active, next) = objects::list::<Session>(&mut work.tx, &account, &filter).await?;
        for mut session in active {
            revoke(work, &mut session).await?;
        }
        if next.is_none() {
            return Ok(());
        }
    }
}
