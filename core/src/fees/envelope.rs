//! The signed envelope in which a fee schedule travels.
//!
//! Signed is `signature_id.signed_at.schedule`, put together as Standard Webhooks does with id, timestamp and payload, by an Ed25519
//! key (RFC 8032) that signs nothing else. There is no time window: a schedule is valid by its own dates, and an older one is held
//! off by its version.

use super::load::MAX_BYTES;
use super::schedule::FeeSchedule;
use super::version::Version;
use crate::error::{ErrorCode, OkpayError};
use crate::json::{Fault, Json, Shaped, parse};
use crate::quoted::quoted;
use base64ct::{Base64, Encoding};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use okpay_macros::model;

/// The most bytes of an envelope: a schedule in which every second byte is escaped.
const MAX_ENVELOPE_BYTES: usize = 2 * MAX_BYTES + 4096;
const ID_PREFIX: &str = "fees_";
const KEY_PREFIX: &str = "whpk_";
const SIGNATURE_PREFIX: &str = "v1a,";
/// What every refusal of a signature says, whatever was wrong: a forger learns nothing from it.
const NOT_SIGNED: &str = "the fee schedule is not signed by a key that is trusted for it: do not use it";

/// A fee schedule under signature.
#[model]
pub struct ScheduleEnvelope {
    /// The exact text of the schedule.
    pub schedule: String,
    /// `fees_` and letters and digits.
    pub signature_id: String,
    /// When it was signed, in seconds since 1970.
    pub signed_at: i64,
    /// `v1a,` and the Ed25519 signature in base64.
    pub signature: String,
}

impl FeeSchedule {
    /// Loads a schedule out of its envelope (JSON), as [`FeeSchedule::from_signed`] does.
    ///
    /// # Errors
    /// `invalid_schedule` for what is no envelope, and those of [`FeeSchedule::from_signed`].
    pub fn from_envelope(text: &str, public_keys: &[String], last_accepted_version: Option<&str>) -> Result<Self, OkpayError> {
        if text.len() > MAX_ENVELOPE_BYTES {
            let detail = format!("the envelope of a fee schedule has at most {MAX_ENVELOPE_BYTES} bytes");
            return Err(OkpayError::invalid(ErrorCode::InvalidSchedule, detail));
        }
        let envelope = read(text.as_bytes()).map_err(|error| {
            OkpayError::invalid_at(ErrorCode::InvalidSchedule, "envelope", format!("not the envelope of a fee schedule: {error}"))
        })?;
        Self::from_signed(&envelope, public_keys, last_accepted_version)
    }

    /// Checks the signature of an envelope against the trusted keys (`whpk_` and base64), then loads the schedule.
    ///
    /// The version may not be older than the last that was accepted; the same one may come again. Versions are ordered by date, then by
    /// number as a number.
    ///
    /// # Errors
    /// `invalid_key` for a malformed key or no key at all, `envelope_signature_invalid`, `schedule_rollback`, `invalid_parameter` for
    /// a last version that is none, and those of [`FeeSchedule::from_json`].
    pub fn from_signed(
        envelope: &ScheduleEnvelope,
        public_keys: &[String],
        last_accepted_version: Option<&str>,
    ) -> Result<Self, OkpayError> {
        verify(envelope, public_keys)?;
        let schedule = Self::from_verified(&envelope.schedule)?;
        if let Some(last) = last_accepted_version {
            refuse_rollback(&schedule, last)?;
        }
        Ok(schedule)
    }
}

fn read(text: &[u8]) -> Result<ScheduleEnvelope, Fault> {
    let tree = parse(text)?;
    ScheduleEnvelope::KIND.check(&tree, false)?;
    let text = |name| tree.member(name).and_then(Json::text).unwrap_or_default().to_owned();
    let signed_at = tree.member("signed_at").and_then(Json::whole).unwrap_or_default();
    Ok(ScheduleEnvelope { schedule: text("schedule"), signature_id: text("signature_id"), signed_at, signature: text("signature") })
}

/// Puts a schedule under signature, for the gateway. The seed is the 32 bytes of the Ed25519 private key (RFC 8032 §5.1.5).
///
/// # Errors
/// `invalid_schedule` for a schedule that would not load; `invalid_parameter` for a signature id or time that is not in form.
pub fn sign_envelope(text: &str, signature_id: &str, signed_at: i64, signing_key_seed: &[u8; 32]) -> Result<ScheduleEnvelope, OkpayError> {
    FeeSchedule::from_json(text)?;
    if !is_signature_id(signature_id) {
        let detail = format!("{} is no signature id: use {ID_PREFIX} and up to 64 letters and digits", quoted(signature_id));
        return Err(OkpayError::invalid_at(ErrorCode::InvalidParameter, "signature_id", detail));
    }
    if !is_signing_time(signed_at) {
        return Err(OkpayError::invalid_at(ErrorCode::InvalidParameter, "signed_at", "seconds since 1970 have 1 to 12 digits"));
    }
    let signature = SigningKey::from_bytes(signing_key_seed).sign(&signed_content(signature_id, signed_at, text));
    Ok(ScheduleEnvelope {
        schedule: text.to_owned(),
        signature_id: signature_id.to_owned(),
        signed_at,
        signature: format!("{SIGNATURE_PREFIX}{}", Base64::encode_string(&signature.to_bytes())),
    })
}

/// The public key of a seed, as clients are given it: `whpk_` and base64.
#[must_use]
pub fn envelope_public_key(signing_key_seed: &[u8; 32]) -> String {
    let key = SigningKey::from_bytes(signing_key_seed).verifying_key();
    format!("{KEY_PREFIX}{}", Base64::encode_string(&key.to_bytes()))
}

fn verify(envelope: &ScheduleEnvelope, public_keys: &[String]) -> Result<(), OkpayError> {
    if public_keys.is_empty() {
        return Err(OkpayError::invalid_at(
            ErrorCode::InvalidKey,
            "public_keys",
            "name at least one key that is trusted for fee schedules",
        ));
    }
    let keys = public_keys.iter().enumerate().map(|(index, text)| read_key(text, index)).collect::<Result<Vec<_>, _>>()?;
    let in_form = is_signature_id(&envelope.signature_id) && is_signing_time(envelope.signed_at) && envelope.schedule.len() <= MAX_BYTES;
    let signature = read_signature(&envelope.signature).filter(|_| in_form).ok_or_else(not_signed)?;
    let content = signed_content(&envelope.signature_id, envelope.signed_at, &envelope.schedule);
    match keys.iter().any(|key| key.verify_strict(&content, &signature).is_ok()) {
        true => Ok(()),
        false => Err(not_signed()),
    }
}

fn signed_content(signature_id: &str, signed_at: i64, schedule: &str) -> Vec<u8> {
    format!("{signature_id}.{signed_at}.{schedule}").into_bytes()
}

pub(crate) fn read_key(text: &str, index: usize) -> Result<VerifyingKey, OkpayError> {
    let bytes = text.strip_prefix(KEY_PREFIX).and_then(|encoded| Base64::decode_vec(encoded).ok());
    let key = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()).and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
    key.filter(|key| !key.is_weak()).ok_or_else(|| {
        let detail = format!("not a public key: {KEY_PREFIX} and the base64 of the 32 bytes of an Ed25519 key");
        OkpayError::invalid_at(ErrorCode::InvalidKey, format!("public_keys[{index}]"), detail)
    })
}

pub(crate) fn read_signature(text: &str) -> Option<Signature> {
    // The decoder reads canonical base64 only: padded, and without stray bits at the end
    let bytes = Base64::decode_vec(text.strip_prefix(SIGNATURE_PREFIX)?).ok()?;
    Signature::from_slice(&bytes).ok()
}

fn is_signature_id(text: &str) -> bool {
    let rest = text.strip_prefix(ID_PREFIX).unwrap_or_default();
    (1..=64).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

pub(crate) fn is_signing_time(seconds: i64) -> bool {
    (1..=999_999_999_999).contains(&seconds)
}

fn refuse_rollback(schedule: &FeeSchedule, last: &str) -> Result<(), OkpayError> {
    let last = Version::parse(last).ok_or_else(|| {
        let detail = format!("{} is no version such as 2026-11-01.1", quoted(last));
        OkpayError::invalid_at(ErrorCode::InvalidParameter, "last_accepted_version", detail)
    })?;
    match schedule.checked.order < last {
        false => Ok(()),
        true => {
            let detail = format!("version {} is older than the last accepted: keep the one you have", schedule.version());
            Err(OkpayError::verification(ErrorCode::ScheduleRollback, detail).map(|failure| failure.param = Some("version".to_owned())))
        }
    }
}

fn not_signed() -> OkpayError {
    OkpayError::verification(ErrorCode::EnvelopeSignatureInvalid, NOT_SIGNED)
}
