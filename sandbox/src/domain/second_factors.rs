//! Second factors of the account: payment PIN, authenticator app, recovery codes, trusted devices. Wrong ones are counted over all kinds
//! and all that is confirmed, and lock what can be guessed.

use super::account::{self, AccountInternal};
use super::outbox;
use super::secrets;
use crate::clock::real_now;
use crate::refusal::{Outcome, Refusal, refuse, refuse_at};
use crate::store::objects::{self, Stored};
use crate::work::Work;
use data_encoding::BASE32_NOPAD;
use okpay::api::{ConfirmationKind, EventType, MerchantAccount, RecoveryCodes, SecondFactors, TotpEnrolment};
use okpay::totp::TotpKey;
use okpay::{ErrorCode, Timestamp};
use serde::{Deserialize, Serialize};

/// So many wrong ones in a row lock the factors, for so long.
const WRONG_IN_A_ROW: u32 = 5;
const LOCKED_SECS: i64 = 60 * 60;

/// How long an enrolment waits for its first code.
const ENROLMENT_SECS: i64 = 10 * 60;

const RECOVERY_CODES: usize = 10;

/// How many steps of 30 seconds a code may be early or late.
const WINDOW: u8 = 1;

/// What is kept of the factors. PINs and recovery codes are hashes; the secret of an app is what codes are computed from, so that a hash
/// would not do.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct FactorsKept {
    pin: Option<String>,
    totp: Option<Totp>,
    /// Begun, and without a first code yet.
    enrolment: Option<Enrolment>,
    /// By their number; those that are used are gone.
    recovery: Vec<Option<String>>,
    pub(crate) trusted_devices: Vec<String>,
    wrong: u32,
    locked_until: Option<Timestamp>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Totp {
    /// In Base32.
    secret: String,
    /// The step of the last code that was taken: none is taken twice.
    last_used: Option<u64>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Enrolment {
    secret: String,
    expires: Timestamp,
}

impl std::fmt::Debug for FactorsKept {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("FactorsKept(redacted)")
    }
}

impl FactorsKept {
    /// What of them may be seen.
    pub(crate) fn shown(&self, now: Timestamp) -> SecondFactors {
        let left = self.recovery.iter().flatten().count();
        SecondFactors {
            payment_pin: self.pin.is_some(),
            totp: self.totp.is_some(),
            recovery_codes_left: u32::try_from(left).unwrap_or_default(),
            trusted_devices: self.trusted_devices.clone(),
            locked_until: self.locked_until.filter(|until| *until > now),
        }
    }

    /// The kinds that the account's holder could confirm with, besides a code by SMS.
    pub(crate) fn kinds(&self) -> Vec<ConfirmationKind> {
        let has = [
            (self.pin.is_some(), ConfirmationKind::PaymentPin),
            (self.totp.is_some(), ConfirmationKind::Totp),
            (self.recovery.iter().any(Option::is_some), ConfirmationKind::RecoveryCode),
            (!self.trusted_devices.is_empty(), ConfirmationKind::DeviceKey),
        ];
        has.into_iter().filter(|(there, _)| *there).map(|(_, kind)| kind).collect()
    }

    /// What the authenticator app shows so many steps from now: of the app that is about to be enrolled, or else of the one that is.
    pub(crate) fn app_shows(&self, steps_ahead: u32) -> Outcome<Option<String>> {
        let enrolling = self.enrolment.as_ref().map(|enrolment| &enrolment.secret);
        let Some(secret) = enrolling.or(self.totp.as_ref().map(|totp| &totp.secret)) else { return Ok(None) };
        let at = real_now().plus_secs(i64::from(steps_ahead) * 30);
        Ok(Some(TotpKey::from_base32(secret)?.code(at)))
    }

    fn holds(&mut self, work: &Work<'_>, kind: &ConfirmationKind, code: &str) -> Outcome<bool> {
        match kind {
            ConfirmationKind::PaymentPin => match &self.pin {
                Some(pin) => secrets::holds(work, pin, code),
                None => Err(not_there("payment PIN", "two_factor.set_pin")),
            },
            ConfirmationKind::Totp => match &mut self.totp {
                Some(totp) => totp.holds(code),
                None => Err(not_there("authenticator app", "two_factor.enroll_totp")),
            },
            _ => self.use_recovery_code(work, code),
        }
    }

    /// A code says its number first, so that one hash is computed and not ten.
    fn use_recovery_code(&mut self, work: &Work<'_>, code: &str) -> Outcome<bool> {
        let code = code.trim().to_ascii_lowercase();
        let number = code.split('-').next().and_then(|number| number.parse::<usize>().ok());
        let Some(place) = number.and_then(|number| self.recovery.get_mut(number.checked_sub(1)?)) else { return Ok(false) };
        let right = match place.as_deref() {
            Some(kept) => secrets::holds(work, kept, &code)?,
            None => false,
        };
        if right {
            *place = None;
        }
        Ok(right)
    }
}

impl Totp {
    /// Real time: the app on the phone knows no other.
    fn holds(&mut self, code: &str) -> Outcome<bool> {
        match TotpKey::from_base32(&self.secret)?.verify(code, real_now(), WINDOW, self.last_used) {
            Ok(step) => {
                self.last_used = Some(step);
                Ok(true)
            }
            Err(error) if *error.code() == ErrorCode::OneTimeCodeMismatch => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

fn not_there(what: &str, by: &str) -> Refusal {
    refuse_at(ErrorCode::InvalidField, "confirmation.kind", format!("the account has no {what} yet; {by} makes one"))
}

/// Whether a PIN, an app's code or a recovery code is right. What is wrong is counted, whatever becomes of the request, and locks.
pub(crate) async fn prove(work: &mut Work<'_>, kind: &ConfirmationKind, code: &str) -> Outcome<bool> {
    let mut account = account::load(work).await?;
    check_not_locked(work, &account.internal)?;
    let right = account.internal.factors.holds(work, kind, code)?;
    count(work, &mut account, right).await?;
    if right && *kind == ConfirmationKind::RecoveryCode {
        // One fewer is left, which shows.
        account::changed(work, &mut account, EventType::MerchantAccountUpdated).await?;
    }
    Ok(right)
}

/// Counts what is wrong in a row, and keeps what a proof has changed.
pub(crate) async fn count(work: &mut Work<'_>, account: &mut Stored<MerchantAccount>, right: bool) -> Outcome<()> {
    let factors = &mut account.internal.factors;
    factors.wrong = if right { 0 } else { factors.wrong + 1 };
    match factors.wrong >= WRONG_IN_A_ROW {
        true => lock(work, account).await,
        false => objects::update_internal(&mut work.tx, account).await,
    }
}

/// Refuses to try while too much was wrong.
pub(crate) fn check_not_locked(work: &Work<'_>, internal: &AccountInternal) -> Outcome<()> {
    match internal.factors.locked_until.filter(|until| *until > work.now) {
        None => Ok(()),
        Some(until) => {
            let detail =
                format!("too many wrong PINs or codes: they are refused until {until}; a code that confirms one withdrawal still works");
            Err(refuse_at(ErrorCode::ConfirmationLocked, "confirmation.kind", detail))
        }
    }
}

/// Locks what can be guessed, and tells the holder.
pub(crate) async fn lock(work: &mut Work<'_>, account: &mut Stored<MerchantAccount>) -> Outcome<()> {
    account.internal.factors.wrong = 0;
    account.internal.factors.locked_until = Some(work.now.plus_secs(LOCKED_SECS));
    let text =
        format!("{WRONG_IN_A_ROW} wrong PINs or codes in a row: they are locked for an hour. If it was not you, freeze the account.");
    let (to, about) = (account.email(), account.body.id.clone());
    outbox::send(work, "mail", &to, &about, text, None).await?;
    account::changed(work, account, EventType::MerchantAccountLocked).await
}

/// Sets the PIN.
pub(crate) async fn set_pin(work: &mut Work<'_>, account: &mut Stored<MerchantAccount>, pin: &str) -> Outcome<()> {
    account.internal.factors.pin = Some(secrets::hash(work, pin)?);
    tell(work, account, "the payment PIN was set").await
}

/// Refuses a PIN that is none, or that everybody tries first.
pub(crate) fn check_pin(pin: &str) -> Outcome<()> {
    let digits = pin.as_bytes();
    let steps = digits.windows(2).map(|pair| i16::from(pair[1]) - i16::from(pair[0])).collect::<Vec<_>>();
    let in_a_row = [0, 1, -1].iter().any(|step| steps.iter().all(|other| other == step));
    match digits.len() == 6 && digits.iter().all(u8::is_ascii_digit) && !in_a_row {
        true => Ok(()),
        false => Err(refuse_at(ErrorCode::InvalidField, "pin", "a PIN has six digits, not all the same and not in a row")),
    }
}

/// Begins to enrol an app.
pub(crate) async fn enroll(work: &mut Work<'_>, account: &mut Stored<MerchantAccount>) -> Outcome<TotpEnrolment> {
    if account.internal.factors.totp.is_some() {
        return Err(refuse(ErrorCode::IllegalState, "an app is enrolled already; two_factor.disable_totp takes it off first"));
    }
    // RFC 4226, section 4: 160 bits are recommended.
    let bytes = work.gateway.ids.fresh("totp")[..20].to_vec();
    let secret = BASE32_NOPAD.encode(&bytes);
    let uri = TotpKey::new(bytes)?.uri("OKPay", &account.email())?;
    let expires = work.now.plus_secs(ENROLMENT_SECS);
    account.internal.factors.enrolment = Some(Enrolment { secret: secret.clone(), expires });
    objects::update_internal(&mut work.tx, account).await?;
    Ok(TotpEnrolment { secret, uri: String::from_utf8_lossy(uri.expose()).into_owned(), expires })
}

/// Ends the enrolment, if the code is right. A wrong one is counted.
pub(crate) async fn confirm(work: &mut Work<'_>, account: &mut Stored<MerchantAccount>, code: &str) -> Outcome<Option<RecoveryCodes>> {
    check_not_locked(work, &account.internal)?;
    let Some(Enrolment { secret, expires }) = account.internal.factors.enrolment.clone() else {
        return Err(refuse(ErrorCode::IllegalState, "no enrolment was begun; two_factor.enroll_totp begins one"));
    };
    if expires <= work.now {
        return Err(refuse(ErrorCode::Expired, "the enrolment is over; two_factor.enroll_totp begins another"));
    }
    let mut totp = Totp { secret, last_used: None };
    if !totp.holds(code)? {
        count(work, account, false).await?;
        return Ok(None);
    }
    account.internal.factors.totp = Some(totp);
    account.internal.factors.enrolment = None;
    account.internal.factors.wrong = 0;
    let codes = new_recovery_codes(work, account)?;
    tell(work, account, "an authenticator app was enrolled").await?;
    Ok(Some(codes))
}

/// Takes the app and its recovery codes off.
pub(crate) async fn disable(work: &mut Work<'_>, account: &mut Stored<MerchantAccount>) -> Outcome<()> {
    check_enrolled(account)?;
    account.internal.factors.totp = None;
    account.internal.factors.recovery = Vec::new();
    tell(work, account, "the authenticator app was taken off").await
}

/// Makes new recovery codes.
pub(crate) async fn renew(work: &mut Work<'_>, account: &mut Stored<MerchantAccount>) -> Outcome<RecoveryCodes> {
    check_enrolled(account)?;
    let codes = new_recovery_codes(work, account)?;
    tell(work, account, "new recovery codes were made").await?;
    Ok(codes)
}

/// Refuses what needs an app where there is none.
pub(crate) fn check_enrolled(account: &Stored<MerchantAccount>) -> Outcome<()> {
    match account.internal.factors.totp {
        Some(_) => Ok(()),
        None => Err(refuse(ErrorCode::IllegalState, "no authenticator app is enrolled; two_factor.enroll_totp begins")),
    }
}

/// `3-k7f2-9xqz-m4pw`: its number, and 60 random bits in an alphabet without look-alikes.
fn new_recovery_codes(work: &Work<'_>, account: &mut Stored<MerchantAccount>) -> Outcome<RecoveryCodes> {
    let codes = (1..=RECOVERY_CODES).map(|number| {
        let name = work.id("");
        let random = &name[name.len() - 12..];
        format!("{number}-{}-{}-{}", &random[..4], &random[4..8], &random[8..])
    });
    let codes = codes.collect::<Vec<_>>();
    let kept = codes.iter().map(|code| secrets::hash(work, code).map(Some)).collect::<Outcome<Vec<_>>>()?;
    account.internal.factors.recovery = kept;
    Ok(RecoveryCodes { codes, created: work.now })
}

/// Lets a device approve.
pub(crate) async fn trust(work: &mut Work<'_>, account: &mut Stored<MerchantAccount>, device: &str) -> Outcome<()> {
    let trusted = &mut account.internal.factors.trusted_devices;
    if !trusted.iter().any(|known| known == device) {
        trusted.push(device.to_owned());
    }
    tell(work, account, &format!("the device {device} may approve from now on")).await
}

/// A device that is revoked approves nothing any more.
pub(crate) async fn forget_device(work: &mut Work<'_>, device: &str) -> Outcome<()> {
    let mut account = account::load(work).await?;
    let trusted = &mut account.internal.factors.trusted_devices;
    let before = trusted.len();
    trusted.retain(|known| known != device);
    match trusted.len() == before {
        true => Ok(()),
        false => account::changed(work, &mut account, EventType::MerchantAccountUpdated).await,
    }
}

/// Keeps a change of the account's security, and tells its holder by mail: whoever did it may be somebody else.
async fn tell(work: &mut Work<'_>, account: &mut Stored<MerchantAccount>, what: &str) -> Outcome<()> {
    let (about, text) = (account.body.id.clone(), format!("On your OKPay account {what}. If it was not you, freeze the account at once."));
    let to = account.email();
    outbox::send(work, "mail", &to, &about, text, None).await?;
    account::changed(work, account, EventType::MerchantAccountUpdated).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_that_everybody_tries_first_is_refused() {
        for pin in ["000000", "123456", "987654", "12345", "1234567", "12a456", "", "１２３４５７"] {
            assert!(check_pin(pin).is_err(), "{pin}");
        }
        for pin in ["194732", "112233", "012346"] {
            assert!(check_pin(pin).is_ok(), "{pin}");
        }
    }
}
