//! `two_factor`: every change of the account's security is confirmed by its holder.

use super::Request;
use crate::domain::{account, second_factors, step_up};
use crate::refusal::Outcome;
use crate::validate;
use crate::work::{Reply, Work};
use okpay::ErrorCode;
use okpay::api::{ConfirmChange, ConfirmTotp, Device, SetPaymentPin};

pub(super) async fn challenge(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&step_up::challenge(work).await?)
}

pub(super) async fn set_pin(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let SetPaymentPin { pin, confirmation } = request.body()?;
    second_factors::check_pin(&pin)?;
    let mut account = step_up::of_holder(work, &confirmation).await?;
    second_factors::set_pin(work, &mut account, &pin).await?;
    Reply::of(&account::shown(account, work.now))
}

pub(super) async fn enroll_totp(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let ConfirmChange { confirmation } = request.body()?;
    let mut account = step_up::of_holder(work, &confirmation).await?;
    Reply::of(&second_factors::enroll(work, &mut account).await?)
}

pub(super) async fn confirm_totp(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let ConfirmTotp { code } = request.body()?;
    validate::text("code", Some(&code), 8)?;
    let mut account = account::load(work).await?;
    match second_factors::confirm(work, &mut account, &code).await? {
        Some(codes) => Reply::of(&codes),
        None => Err(step_up::wrong("this is not the code that the app shows now".to_owned(), None).at("code")),
    }
}

pub(super) async fn disable_totp(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let ConfirmChange { confirmation } = request.body()?;
    let mut account = step_up::of_holder(work, &confirmation).await?;
    second_factors::disable(work, &mut account).await?;
    Reply::of(&account::shown(account, work.now))
}

pub(super) async fn renew_recovery_codes(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let ConfirmChange { confirmation } = request.body()?;
    let mut account = step_up::of_holder(work, &confirmation).await?;
    Reply::of(&second_factors::renew(work, &mut account).await?)
}

pub(super) async fn trust_device(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let ConfirmChange { confirmation } = request.body()?;
    let device = work.get::<Device>(&request.id).await?.body;
    if device.revoked.is_some() {
        return Err(crate::refusal::refuse(ErrorCode::IllegalState, "this device was revoked; register another"));
    }
    let mut account = step_up::of_holder(work, &confirmation).await?;
    second_factors::trust(work, &mut account, &device.id).await?;
    Reply::of(&account::shown(account, work.now))
}
