//! Registration and passwords. A sandbox has one account with a built-in holder; whoever registers makes it their own: with their
//! telephone and address, a password, and an identity that is not verified yet.

use super::step_up::{self, StepUp, Tried};
use super::{account, outbox, secrets, sessions};
use crate::refusal::{Outcome, refuse, refuse_at};
use crate::store::objects::{self, Stored};
use crate::work::Work;
use okpay::api::{
    AccountHolder, Confirmation, ConfirmationKind, EventType, MerchantAccount, PasswordReset, RegisterAccount, VerificationLevel,
};
use okpay::{ErrorCode, Timestamp};
use serde::{Deserialize, Serialize};
use zxcvbn::{Score, zxcvbn};

/// How long the token of a mail holds.
const RESET_SECS: i64 = 30 * 60;

/// A password that was forgotten.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Reset {
    hash: String,
    expires: Timestamp,
}

/// Makes the account somebody's own, and sends a code to their telephone.
pub(crate) async fn register(work: &mut Work<'_>, new: RegisterAccount) -> Outcome<Stored<MerchantAccount>> {
    let mut account = account::load(work).await?;
    if account.body.holder.is_some() {
        return Err(refuse(ErrorCode::IllegalState, "the account has its holder already; a new database has a new account"));
    }
    check_password(&new.password, &[&new.name, &new.email, &new.phone])?;
    let (phone, email) = (new.phone, new.email.to_ascii_lowercase());
    account.internal.password = Some(secrets::hash(work, &new.password)?);
    account.internal.email = Some(email.clone());
    let (name, registered) = (new.name, work.now);
    account.body.holder = Some(AccountHolder { name, email, phone_verified: false, registered });
    account.body.verification = VerificationLevel::Unverified;
    (account.internal.identity_proven, account.internal.address_proven) = (false, false);
    account.internal.phone_check = step_up::text(work, &phone, &account.body.id, "your new OKPay account").await?;
    account.internal.new_phone = Some(phone);
    account::changed(work, &mut account, EventType::MerchantAccountUpdated).await?;
    Ok(account)
}

/// Tries the code that was sent to the new telephone.
pub(crate) async fn verify_phone(work: &mut Work<'_>, code: &str) -> Outcome<Stored<MerchantAccount>> {
    let mut account = account::load(work).await?;
    let (Some(phone), Some(mut holder)) = (account.internal.new_phone.clone(), account.body.holder.clone()) else {
        return Err(refuse(ErrorCode::IllegalState, "no telephone waits to be verified"));
    };
    let mut check = account.internal.phone_check.clone();
    let confirmation = Confirmation::new(ConfirmationKind::SmsCode, code);
    let tried = step_up::attempt(work, &mut check, &account.body.id, &confirmation).await?;
    account.internal.phone_check = check;
    if let Tried::Wrong(left) = tried {
        // Without attempts, a new code: nobody is locked out of an account that is just being made.
        if left == 0 {
            account.internal.phone_check = step_up::text(work, &phone, &account.body.id, "your new OKPay account").await?;
        }
        objects::update_internal(&mut work.tx, &account).await?;
        return Err(step_up::wrong(
            format!("the code is wrong or over; attempts left: {left}; after the last one a new code is sent"),
            None,
        )
        .at("code"));
    }
    holder.phone_verified = true;
    account.internal.phone = Some(phone.clone());
    account.internal.new_phone = None;
    account.internal.phone_check = StepUp::default();
    account.body.phone = account::masked(&phone);
    account.body.holder = Some(holder);
    account::changed(work, &mut account, EventType::MerchantAccountUpdated).await?;
    Ok(account)
}

/// Sends the link, if the address is the account's.
pub(crate) async fn request_reset(work: &mut Work<'_>, email: String) -> Outcome<PasswordReset> {
    let expires = work.now.plus_secs(RESET_SECS);
    let mut account = account::load(work).await?;
    // The same work for any address, so that the time it takes says nothing.
    let token = work.gateway.ids.secret("okp_test_rst_");
    let hash = secrets::hash(work, &token)?;
    let is_own = account.internal.password.is_some() && account.email() == email.to_ascii_lowercase();
    if is_own {
        account.internal.reset = Some(Reset { hash, expires });
        objects::update_internal(&mut work.tx, &account).await?;
        let text =
            format!("Set a new password within half an hour: https://okpay.test/reset#{token} If you did not ask for it, do nothing.");
        outbox::send(work, "mail", &account.email(), &account.body.id, text, Some(token)).await?;
    }
    Ok(PasswordReset { email, expires })
}

/// Sets a new password by a token, and ends every session.
pub(crate) async fn reset(work: &mut Work<'_>, token: &str, password: &str) -> Outcome<Stored<MerchantAccount>> {
    let mut account = account::load(work).await?;
    let refused = || refuse_at(ErrorCode::Expired, "token", "this token is not the newest one, was used, or is over; ask for another");
    let Some(reset) = account.internal.reset.clone().filter(|reset| reset.expires > work.now) else { return Err(refused()) };
    if !secrets::holds(work, &reset.hash, token)? {
        return Err(refused());
    }
    let holder = account.body.holder.clone();
    let own = holder.map(|holder| [holder.name, holder.email]).unwrap_or_default();
    check_password(password, &[&own[0], &own[1]])?;
    account.internal.password = Some(secrets::hash(work, password)?);
    account.internal.reset = None;
    account.internal.sign_in = Default::default();
    sessions::revoke_all(work).await?;
    let (to, about) = (account.email(), account.body.id.clone());
    let text = "Your OKPay password was changed, and everybody was signed out. If it was not you, freeze the account at once.".to_owned();
    outbox::send(work, "mail", &to, &about, text, None).await?;
    account::changed(work, &mut account, EventType::MerchantAccountUpdated).await?;
    Ok(account)
}

/// Refuses a password that is easily guessed, by how many guesses it takes whoever knows what people choose.
pub(crate) fn check_password(password: &str, own: &[&str]) -> Outcome<()> {
    let length = password.chars().count();
    if !(8..=secrets::LONGEST).contains(&length) || password.len() > secrets::LONGEST {
        return Err(refuse_at(ErrorCode::PasswordTooWeak, "password", "a password has 8 to 128 characters"));
    }
    let strength = zxcvbn(password, own);
    if strength.score() >= Score::Three {
        return Ok(());
    }
    let feedback = strength.feedback();
    let warning = feedback.and_then(|feedback| feedback.warning()).map(|warning| warning.to_string());
    let advice = feedback.into_iter().flat_map(|feedback| feedback.suggestions()).map(ToString::to_string);
    let said = warning.into_iter().chain(advice).collect::<Vec<_>>().join(" ");
    Err(refuse_at(ErrorCode::PasswordTooWeak, "password", format!("this password is easily guessed. {said}").trim_end().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_choose_is_refused() {
        let own = ["Mira Muster", "mira@shop.example"];
        for weak in ["password", "12345678", "qwertyuiop", "mira muster", "aaaaaaaaaaaa", "Passw0rd!", "short", &"x".repeat(129)] {
            assert!(check_password(weak, &own).is_err(), "{weak}");
        }
        for strong in ["correct horse battery staple", "vK8#tq2!mZp0", "mehr Licht im Vorratskeller"] {
            assert!(check_password(strong, &own).is_ok(), "{strong}");
        }
    }
}
