//! `account`.

use super::Request;
use crate::domain::{account, freeze, registration, step_up};
use crate::refusal::{Outcome, refuse_at};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::ErrorCode;
use okpay::api::{ConfirmChange, FreezeAccount, FreezeReason, RegisterAccount, RequestPasswordReset, ResetPassword, VerifyPhone};

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&account::shown(account::load(work).await?, work.now))
}

/// Without a proof: whoever sees that something is wrong must not have to look for a code first.
pub(super) async fn freeze(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let FreezeAccount { note } = request.body()?;
    validate::text("note", note.as_deref(), 500)?;
    let detail = note.unwrap_or_else(|| "its holder asked for it".to_owned());
    let account = freeze::freeze(work, FreezeReason::OwnRequest, detail, None).await?;
    Reply::of(&account::shown(account, work.now))
}

pub(super) async fn thaw(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let ConfirmChange { confirmation } = request.body()?;
    freeze::check_own(&account::load(work).await?)?;
    step_up::of_holder(work, &confirmation).await?;
    let account = freeze::thaw(work).await?;
    Reply::of(&account::shown(account, work.now))
}

pub(super) async fn register(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let new: RegisterAccount = request.body()?;
    validate::text("name", Some(&new.name), 100)?;
    check_email(&new.email)?;
    check_phone(&new.phone)?;
    let account = registration::register(work, new).await?;
    Reply::of(&account::shown(account, work.now))
}

/// Whether it can be one; whether it is, a mail finds out.
fn check_email(email: &str) -> Outcome<()> {
    validate::text("email", Some(email), 254)?;
    let parts = email.split_once('@').filter(|(name, host)| !name.is_empty() && host.contains('.') && !host.starts_with('.'));
    match parts.is_some() && !email.contains(' ') && email.matches('@').count() == 1 {
        true => Ok(()),
        false => Err(refuse_at(ErrorCode::InvalidField, "email", "this is not an e-mail address")),
    }
}

/// E.164: a plus, and up to 15 digits.
fn check_phone(phone: &str) -> Outcome<()> {
    let digits = phone.strip_prefix('+').unwrap_or_default();
    match (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0') {
        true => Ok(()),
        false => Err(refuse_at(ErrorCode::InvalidField, "phone", "a telephone is written with its country code, such as +12025550199")),
    }
}

pub(super) async fn verify_phone(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let VerifyPhone { code } = request.body()?;
    let account = registration::verify_phone(work, &code).await?;
    Reply::of(&account::shown(account, work.now))
}

pub(super) async fn request_password_reset(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let RequestPasswordReset { email } = request.body()?;
    check_email(&email)?;
    Reply::of(&registration::request_reset(work, email).await?)
}

pub(super) async fn reset_password(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let ResetPassword { token, password } = request.body()?;
    let account = registration::reset(work, &token, &password).await?;
    Reply::of(&account::shown(account, work.now))
}
