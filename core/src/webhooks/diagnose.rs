//! [`diagnose`]: why a webhook's signature does not hold, in plain words.

use super::headers::{Claimed, ClaimedSignature, ID, SIGNATURE, TIMESTAMP, read_id, read_timestamp, required};
use super::secrets::Key;
use super::variants::variants;
use super::verify::{Verifier, holds};
use crate::error::{ErrorCode, OkpayError};
use crate::signing::HmacKey;
use crate::timestamp::Timestamp;
use okpay_macros::model;
use std::fmt;

/// What [`diagnose`] found.
#[model]
pub struct Diagnosis {
    /// Whether the webhook passes; then there are no findings.
    pub verified: bool,
    /// What is wrong, in the order in which to mend it. Never empty unless the webhook passes.
    pub findings: Vec<Finding>,
}

/// One thing that is wrong with a webhook.
#[model]
pub struct Finding {
    /// The stable code.
    pub code: FindingCode,
    /// What is wrong and what to do, in English. Never holds a secret, nor a signature.
    pub detail: String,
}

/// What can be wrong with a webhook.
#[model(open)]
pub enum FindingCode {
    /// No secret was given.
    NoSecret,
    /// A secret with white space in or around it.
    SecretHasWhiteSpace,
    /// A secret in quotes.
    SecretHasQuotes,
    /// A secret or key of another kind, by its prefix.
    SecretOfOtherKind,
    /// A secret that is cut, or not in base64.
    SecretMalformed,
    /// One of the three headers is not there.
    HeaderMissing,
    /// The headers are those of another scheme or provider.
    OtherProvider,
    /// A header that is malformed or comes twice.
    HeaderMalformed,
    /// A timestamp in milliseconds or as a date.
    TimestampNotSeconds,
    /// A timestamp too far in the past.
    TimestampTooOld,
    /// A timestamp too far in the future.
    TimestampInFuture,
    /// No signature in the header is of a known scheme and of the right length.
    NoUsableSignature,
    /// There are signatures of one scheme only, and no secret or key for it.
    NoSecretForScheme,
    /// The body is past the size that is verified.
    BodyTooLarge,
    /// The body is empty: something read it before.
    BodyEmpty,
    /// The body was parsed and written anew before it was verified.
    BodyReserialized,
    /// The signature was made with a secret that has been replaced.
    SignedWithPreviousSecret,
    /// The signature was made with another endpoint's secret.
    SignedForOtherEndpoint,
    /// The sender used the text of the secret as the key, without decoding it.
    SecretNotDecoded,
    /// None of the known causes.
    NoCauseFound,
}

/// What else is known, so that [`diagnose`] can tell more. All of it may be left empty.
#[derive(Clone, Default)]
pub struct DiagnosisHints {
    /// Secrets that this endpoint had before.
    pub previous_secrets: Vec<String>,
    /// Secrets of other endpoints.
    pub other_secrets: Vec<OtherSecret>,
    /// The tolerance in seconds if it is not 300.
    pub tolerance_secs: Option<u32>,
}

/// The secret of another endpoint, under a name to call it by.
#[derive(Clone)]
pub struct OtherSecret {
    /// What to call the endpoint.
    pub name: String,
    /// Its secret.
    pub secret: String,
}

/// Says why a webhook does not verify: for logs and terminals, **not for the answer to whoever sent it**.
///
/// It tries what usually goes wrong and reports what it finds by stable codes. It is no way around the verification and no help to a
/// forger: it needs the secrets, accepts nothing, and gives out no signature, neither the expected one nor part of it.
#[must_use]
pub fn diagnose(body: &[u8], headers: &[(String, String)], secrets: &[String], now: Timestamp, hints: &DiagnosisHints) -> Diagnosis {
    let tolerance_secs = hints.tolerance_secs.unwrap_or(300);
    let verified = Verifier::new(secrets).and_then(|verifier| verifier.tolerance_secs(tolerance_secs).verify(body, headers, now));
    if verified.is_ok() {
        return Diagnosis { verified: true, findings: Vec::new() };
    }
    let (keys, mut findings) = read_secrets(secrets);
    findings.extend(header_findings(headers));
    if let Ok(claimed) = Claimed::read(headers) {
        findings.extend(time_finding(claimed.timestamp, now, tolerance_secs));
        findings.extend(scheme_finding(&claimed, &keys));
        if !holds(&keys, &claimed, body) {
            findings.extend(mismatch_finding(&claimed, body, secrets, &keys, hints));
        }
    }
    if findings.is_empty() {
        findings.push(finding(
            FindingCode::NoCauseFound,
            "the secret is not this endpoint's, or the id, timestamp or body was changed on the way; compare the secret with the endpoint's, \
             and the body with the event's as the gateway lists it",
        ));
    }
    Diagnosis { verified: false, findings }
}

/// The keys of the secrets, cleaned of what surrounds them, and what is wrong with those texts.
fn read_secrets(secrets: &[String]) -> (Vec<Key>, Vec<Finding>) {
    let mut findings = Vec::new();
    if secrets.is_empty() {
        findings.push(finding(FindingCode::NoSecret, "no secret was given; is its environment variable set?"));
    }
    let mut keys = Vec::new();
    for (at, text) in secrets.iter().enumerate() {
        findings.extend(dirt_findings(at, text));
        match Key::read(&cleaned(text)) {
            Ok(key) => keys.push(key),
            Err(error) => findings.push(secret_finding(at, &cleaned(text), &error)),
        }
    }
    (keys, findings)
}

const QUOTES: [char; 3] = ['"', '\'', '`'];

fn cleaned(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace() && !QUOTES.contains(character)).collect()
}

fn dirt_findings(at: usize, text: &str) -> Vec<Finding> {
    let white_space = text.contains(char::is_whitespace).then_some((FindingCode::SecretHasWhiteSpace, "white space or a line break"));
    let quotes = text.contains(QUOTES).then_some((FindingCode::SecretHasQuotes, "quotes"));
    let dirt = white_space.into_iter().chain(quotes);
    dirt.map(|(code, what)| finding(code, format!("secrets[{at}] has {what} in or around it; set it without"))).collect()
}

fn secret_finding(at: usize, text: &str, error: &OkpayError) -> Finding {
    let kind = match text {
        _ if text.starts_with("whsk_") => "a sender's private key; the receiver needs the public one (whpk_)",
        _ if text.starts_with("okp_") => "an API key; a webhook endpoint has a secret of its own (whsec_)",
        _ if text.starts_with("sk_") || text.starts_with("pk_") || text.starts_with("rk_") => "another provider's API key",
        _ => return finding(FindingCode::SecretMalformed, format!("secrets[{at}]: {}", error.failure().detail)),
    };
    finding(FindingCode::SecretOfOtherKind, format!("secrets[{at}] is {kind}"))
}

fn header_findings(headers: &[(String, String)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in [ID, TIMESTAMP, SIGNATURE] {
        match required(headers, name) {
            Err(error) if error.code() == &ErrorCode::WebhookHeaderMissing => findings.push(missing(headers, name)),
            Err(error) => findings.push(finding(FindingCode::HeaderMalformed, format!("{name}: {}", error.failure().detail))),
            Ok(value) => findings.extend(value_finding(name, value)),
        }
    }
    findings.dedup();
    findings
}

fn missing(headers: &[(String, String)], name: &str) -> Finding {
    let foreign =
        ["stripe-signature", "svix-signature", "x-hub-signature-256", "x-signature", "x-webhook-signature", "paypal-transmission-sig"];
    match foreign.into_iter().find(|foreign| headers.iter().any(|(header, _)| header.eq_ignore_ascii_case(foreign))) {
        Some(foreign) => finding(
            FindingCode::OtherProvider,
            format!(
                "{foreign} is a header of another scheme; OKPay sends {ID}, {TIMESTAMP} and {SIGNATURE}. Did it come to the wrong handler?"
            ),
        ),
        None => finding(FindingCode::HeaderMissing, format!("{name} is missing; does a proxy, function platform or framework drop it?")),
    }
}

fn value_finding(name: &str, value: &str) -> Option<Finding> {
    let error = match name {
        ID => read_id(value).err()?,
        TIMESTAMP if read_timestamp(value).is_err() && looks_like_time(value) => {
            return Some(finding(
                FindingCode::TimestampNotSeconds,
                format!("{name} is in milliseconds or a date; it must be seconds since 1970"),
            ));
        }
        TIMESTAMP => read_timestamp(value).err()?,
        _ => super::headers::read_signatures(value).err()?,
    };
    Some(finding(FindingCode::HeaderMalformed, format!("{name}: {}", error.failure().detail)))
}

/// Milliseconds or microseconds since 1970, or a date with its separators.
fn looks_like_time(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    (digits == value.len() && (13..=19).contains(&digits))
        || Timestamp::parse(value).is_ok()
        || (digits >= 6 && value.contains([':', '-', '.']))
}

fn time_finding(timestamp: i64, now: Timestamp, tolerance_secs: u32) -> Option<Finding> {
    let apart = now.secs().saturating_sub(timestamp);
    if apart.unsigned_abs() <= u64::from(tolerance_secs) {
        return None;
    }
    let (minutes, seconds) = (apart.unsigned_abs() / 60, apart.unsigned_abs() % 60);
    Some(if apart > 0 {
        let detail =
            format!("{TIMESTAMP} is {minutes} min {seconds} s ago: an old delivery was sent again, or this machine's clock is ahead");
        finding(FindingCode::TimestampTooOld, detail)
    } else {
        finding(
            FindingCode::TimestampInFuture,
            format!("{TIMESTAMP} is {minutes} min {seconds} s in the future: this machine's clock is behind"),
        )
    })
}

fn scheme_finding(claimed: &Claimed, keys: &[Key]) -> Option<Finding> {
    let v1 = claimed.signatures.iter().any(|signature| matches!(signature, ClaimedSignature::V1(_)));
    let v1a = claimed.signatures.iter().any(|signature| matches!(signature, ClaimedSignature::V1a(_)));
    let hmac = keys.iter().any(|key| matches!(key, Key::Hmac(_)));
    let ed25519 = keys.iter().any(|key| matches!(key, Key::Ed25519(_)));
    match (v1, v1a) {
        (false, false) => {
            let detail =
                format!("{SIGNATURE} has no whole signature: each is v1, and 44 characters of base64, or v1a, and 88; was it cut?");
            Some(finding(FindingCode::NoUsableSignature, detail))
        }
        (false, true) if hmac && !ed25519 => Some(finding(
            FindingCode::NoSecretForScheme,
            "the only signature is v1a (Ed25519), which needs the endpoint's public key (whpk_)",
        )),
        (true, false) if ed25519 && !hmac => {
            Some(finding(FindingCode::NoSecretForScheme, "the only signature is v1 (HMAC), which needs the endpoint's secret (whsec_)"))
        }
        _ => None,
    }
}

/// The first cause that explains a signature which does not hold.
fn mismatch_finding(claimed: &Claimed, body: &[u8], secrets: &[String], keys: &[Key], hints: &DiagnosisHints) -> Option<Finding> {
    if body.len() > super::verify::MAX_BODY {
        return Some(finding(FindingCode::BodyTooLarge, "the body is past 1 MiB"));
    }
    other_secret_finding(claimed, body, hints)
        .or_else(|| not_decoded_finding(claimed, body, secrets))
        .or_else(|| reserialized_finding(claimed, body, keys))
        .or_else(|| body.is_empty().then(|| finding(FindingCode::BodyEmpty, "the body is empty: did something read the stream before?")))
}

fn other_secret_finding(claimed: &Claimed, body: &[u8], hints: &DiagnosisHints) -> Option<Finding> {
    let signed_with = |secret: &str| Key::read(&cleaned(secret)).is_ok_and(|key| holds(&[key], claimed, body));
    if hints.previous_secrets.iter().any(|secret| signed_with(secret)) {
        let detail = "it was signed with a secret that this endpoint had before: verify with both until the rotation is over";
        return Some(finding(FindingCode::SignedWithPreviousSecret, detail));
    }
    let other = hints.other_secrets.iter().find(|other| signed_with(&other.secret))?;
    let detail = format!("it was signed for another endpoint, {}: use that endpoint's secret here, or mend the URL", other.name);
    Some(finding(FindingCode::SignedForOtherEndpoint, detail))
}

fn not_decoded_finding(claimed: &Claimed, body: &[u8], secrets: &[String]) -> Option<Finding> {
    let texts = secrets.iter().map(|text| cleaned(text));
    let raw = texts.flat_map(|text| [text.strip_prefix("whsec_").unwrap_or(&text).to_owned(), text]);
    let keys = raw.filter_map(|text| HmacKey::from_bytes("webhook", text.as_bytes()).ok().map(Key::Hmac)).collect::<Vec<_>>();
    let detail = "the sender used the secret's text as the key; the key is what stands behind whsec_, decoded from base64";
    holds(&keys, claimed, body).then(|| finding(FindingCode::SecretNotDecoded, detail))
}

fn reserialized_finding(claimed: &Claimed, body: &[u8], keys: &[Key]) -> Option<Finding> {
    let (words, _) = variants(body).into_iter().find(|(_, variant)| holds(keys, claimed, variant))?;
    let detail = format!("the signature holds for the body {words}: verify the raw bytes as they came, before any parser or framework");
    Some(finding(FindingCode::BodyReserialized, detail))
}

fn finding(code: FindingCode, detail: impl Into<String>) -> Finding {
    Finding { code, detail: detail.into() }
}

impl fmt::Debug for DiagnosisHints {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (previous, others) = (self.previous_secrets.len(), &self.other_secrets);
        write!(formatter, "DiagnosisHints({previous} previous secrets, {others:?}, tolerance {:?})", self.tolerance_secs)
    }
}

impl fmt::Debug for OtherSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "OtherSecret({})", self.name)
    }
}
