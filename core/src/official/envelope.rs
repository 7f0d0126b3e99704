//! The signature over a list: Ed25519 over `signature_id.signed_at.list`, as over fee schedules, by a key of its own.

use super::entries::{Entries, MAX_BYTES};
use crate::api::OfficialListEnvelope;
use crate::error::{ErrorCode, OkpayError};
use crate::fees::{is_signing_time, read_key, read_signature};
use base64ct::{Base64, Encoding};
use ed25519_dalek::{Signer, SigningKey};

const ID_PREFIX: &str = "official_";

/// Checks an envelope against the keys that are trusted for lists.
pub(super) fn verify(envelope: &OfficialListEnvelope, public_keys: &[String]) -> Result<(), OkpayError> {
    if public_keys.is_empty() {
        let detail = "name at least one key that is trusted for official lists";
        return Err(OkpayError::invalid_at(ErrorCode::InvalidKey, "public_keys", detail));
    }
    let keys = public_keys.iter().enumerate().map(|(index, text)| read_key(text, index)).collect::<Result<Vec<_>, _>>()?;
    let in_form = is_signature_id(&envelope.signature_id) && is_signing_time(envelope.signed_at) && envelope.list.len() <= MAX_BYTES;
    let signature = read_signature(&envelope.signature).filter(|_| in_form).ok_or_else(not_signed)?;
    let content = content(&envelope.signature_id, envelope.signed_at, &envelope.list);
    match keys.iter().any(|key| key.verify_strict(&content, &signature).is_ok()) {
        true => Ok(()),
        false => Err(not_signed()),
    }
}

/// Puts a list under signature, for the gateway. The seed is the 32 bytes of the Ed25519 private key (RFC 8032 §5.1.5).
///
/// # Errors
/// `invalid_official_list` for a list that would not load; `invalid_parameter` for a signature id or time that is not in form.
pub fn sign_official_list(list: &str, signature_id: &str, signed_at: i64, seed: &[u8; 32]) -> Result<OfficialListEnvelope, OkpayError> {
    Entries::read(list)?;
    if !is_signature_id(signature_id) || !is_signing_time(signed_at) {
        let detail = format!("a signature id is {ID_PREFIX} and up to 64 letters and digits, a time seconds since 1970");
        return Err(OkpayError::invalid_at(ErrorCode::InvalidParameter, "signature_id", detail));
    }
    let signature = SigningKey::from_bytes(seed).sign(&content(signature_id, signed_at, list));
    Ok(OfficialListEnvelope {
        list: list.to_owned(),
        signature_id: signature_id.to_owned(),
        signed_at,
        signature: format!("v1a,{}", Base64::encode_string(&signature.to_bytes())),
    })
}

fn content(signature_id: &str, signed_at: i64, list: &str) -> Vec<u8> {
    format!("{signature_id}.{signed_at}.{list}").into_bytes()
}

fn is_signature_id(text: &str) -> bool {
    let rest = text.strip_prefix(ID_PREFIX).unwrap_or_default();
    (1..=64).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The same words whatever was wrong: a forger learns nothing from them.
fn not_signed() -> OkpayError {
    let detail = "the official list is not signed by a key that is trusted for it: do not use it";
    OkpayError::verification(ErrorCode::EnvelopeSignatureInvalid, detail)
}
