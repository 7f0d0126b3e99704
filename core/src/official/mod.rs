//! Is this really OKPay? Pages, addresses, numbers and social accounts, held offline against a signed list.
//!
//! | file | what |
//! | --- | --- |
//! | `mod.rs` | [`OfficialList`]: read, verified, asked |
//! | `envelope.rs` | the signature over a list, by an Ed25519 key that signs nothing else |
//! | `entries.rs` | the list as data, checked on loading |
//! | `hosts.rs` | pages: what a browser would really open |
//! | `contacts.rs` | mail addresses, telephone numbers, social accounts |
//! | `likeness.rs` | what is made to look like something on the list |
//!
//! Whatever is not on the list is not official. Likeness only tells an accident from an attempt; it never makes anything official.

mod contacts;
mod entries;
mod envelope;
mod hosts;
mod likeness;
#[cfg(test)]
mod tests;

pub use envelope::sign_official_list;

use crate::api::{OfficialCheck, OfficialKind, OfficialListEnvelope, OfficialReason, OfficialSubject, OfficialVerdict};
use crate::error::{ErrorCode, OkpayError};
use crate::fees::Version;
use crate::json;
use crate::quoted::quoted;
use entries::Entries;

/// The longest text that is judged, in bytes; a longer one is unreadable.
const MAX_VALUE: usize = 2048;

/// A list that is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficialList {
    entries: Entries,
}

impl OfficialList {
    /// Checks the signature of an envelope against the keys that are trusted for lists (`whpk_` and base64), then reads the list. Its version
    /// may not be older than the last that was accepted: an entry that was taken off would come back.
    ///
    /// # Errors
    /// `invalid_key`, `envelope_signature_invalid`, `invalid_official_list`, `official_list_rollback`, and `invalid_parameter` for a last
    /// version that is none.
    pub fn from_signed(
        envelope: &OfficialListEnvelope,
        public_keys: &[String],
        last_accepted_version: Option<&str>,
    ) -> Result<Self, OkpayError> {
        envelope::verify(envelope, public_keys)?;
        let list = Self { entries: Entries::read(&envelope.list)? };
        if let Some(last) = last_accepted_version {
            list.refuse_rollback(last)?;
        }
        Ok(list)
    }

    /// As [`OfficialList::from_signed`], for an envelope that is kept as JSON.
    ///
    /// # Errors
    /// `invalid_official_list` for what is no envelope, and those of [`OfficialList::from_signed`].
    pub fn from_envelope(text: &str, public_keys: &[String], last_accepted_version: Option<&str>) -> Result<Self, OkpayError> {
        if text.len() > 2 * entries::MAX_BYTES + 4096 {
            return Err(OkpayError::invalid(ErrorCode::InvalidOfficialList, "the envelope of an official list is not as long as that"));
        }
        let envelope = json::read::<OfficialListEnvelope>(text.as_bytes()).map_err(|fault| {
            OkpayError::invalid_at(ErrorCode::InvalidOfficialList, "envelope", format!("not the envelope of an official list: {fault}"))
        })?;
        Self::from_signed(&envelope, public_keys, last_accepted_version)
    }

    /// The version of the list: keep it, and give it when you read the next one.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.entries.version
    }

    /// Judges a page, a mail address, a telephone number or a social account.
    #[must_use]
    pub fn is_official(&self, subject: &OfficialSubject) -> OfficialCheck {
        let value = subject.value.trim_matches([' ', '\n', '\r', '\t']);
        let found = match (value.len() <= MAX_VALUE, &subject.kind) {
            (false, _) => Found::malformed(),
            (true, OfficialKind::Url) => hosts::judge(&self.entries, value),
            (true, OfficialKind::Email) => contacts::email(&self.entries, value),
            (true, OfficialKind::Phone) => contacts::phone(&self.entries, value),
            (true, OfficialKind::Social) => contacts::social(&self.entries, subject.platform.as_deref().unwrap_or_default(), value),
            (true, OfficialKind::Unknown { .. }) => Found::malformed(),
        };
        OfficialCheck {
            verdict: found.verdict(),
            reason: found.reason,
            normalized: found.normalized,
            entry: found.entry,
            list_version: self.version().to_owned(),
        }
    }

    fn refuse_rollback(&self, last: &str) -> Result<(), OkpayError> {
        let last = Version::parse(last).ok_or_else(|| {
            let detail = format!("{} is no version such as 2026-11-01.1", quoted(last));
            OkpayError::invalid_at(ErrorCode::InvalidParameter, "last_accepted_version", detail)
        })?;
        match self.entries.order < last {
            false => Ok(()),
            true => {
                let detail = format!("version {} is older than the last accepted: keep the one you have", self.version());
                Err(OkpayError::verification(ErrorCode::OfficialListRollback, detail))
            }
        }
    }
}

/// As [`OfficialList::is_official`], for languages that hand everything over as text: the envelope and the subject as JSON.
///
/// # Errors
/// Those of [`OfficialList::from_envelope`]; `invalid_parameter` for a subject that is none.
pub fn is_official_json(
    envelope: &str,
    public_keys: &[String],
    last_accepted_version: Option<&str>,
    subject: &str,
) -> Result<OfficialCheck, OkpayError> {
    let list = OfficialList::from_envelope(envelope, public_keys, last_accepted_version)?;
    Ok(list.is_official(&json::read_text(subject)?))
}

/// What was found, before it is put into words.
#[derive(Debug)]
struct Found {
    reason: OfficialReason,
    normalized: Option<String>,
    entry: Option<String>,
}

impl Found {
    fn malformed() -> Self {
        Self { reason: OfficialReason::Malformed, normalized: None, entry: None }
    }

    fn listed(reason: OfficialReason, normalized: impl Into<String>, entry: impl Into<String>) -> Self {
        Self { reason, normalized: Some(normalized.into()), entry: Some(entry.into()) }
    }

    fn not(reason: OfficialReason, normalized: impl Into<String>) -> Self {
        Self { reason, normalized: Some(normalized.into()), entry: None }
    }

    /// Of what is not listed: unless it is made to look like something that is.
    fn unlisted(normalized: impl Into<String>, imitates: Option<&str>) -> Self {
        let reason = if imitates.is_some() { OfficialReason::LooksAlike } else { OfficialReason::NotListed };
        Self { reason, normalized: Some(normalized.into()), entry: imitates.map(str::to_owned) }
    }

    fn verdict(&self) -> OfficialVerdict {
        match self.reason {
            OfficialReason::Listed | OfficialReason::ListedDomain => OfficialVerdict::Official,
            OfficialReason::LooksAlike | OfficialReason::MixedScript | OfficialReason::Userinfo => OfficialVerdict::Suspicious,
            OfficialReason::Malformed => OfficialVerdict::Unreadable,
            _ => OfficialVerdict::NotOfficial,
        }
    }
}
