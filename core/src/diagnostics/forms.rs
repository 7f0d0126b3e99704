//! The form of each field of a bundle.

use crate::api::{DiagnosticBundle, Incident, SdkLanguage, find_operation};
use crate::error::{DeclineCode, ErrorCode, Phase};

/// What else a runtime or a platform says: the systems and processors that are told by name.
const SYSTEMS: [&str; 13] =
    ["linux", "macos", "darwin", "windows", "win32", "android", "ios", "tvos", "watchos", "visionos", "freebsd", "openbsd", "netbsd"];
const PROCESSORS: [&str; 12] = ["x86_64", "amd64", "x64", "x86", "i686", "ia32", "aarch64", "arm64", "arm", "armv7l", "riscv64", "s390x"];
const RUNTIMES: [&str; 14] =
    ["CPython", "PyPy", "GraalVM", "Node.js", "Deno", "Bun", "JVM", "OpenJDK", "Android", "Swift", "iOS", "macOS", "Kotlin", "rustc"];

/// A longer run of digits could be a card number, whatever it stands in.
const MAX_DIGITS: usize = 12;

impl DiagnosticBundle {
    /// Without what does not have the form of its field.
    pub(super) fn clean(self) -> Self {
        let language = match SdkLanguage::KNOWN.contains(&self.language) {
            true => self.language,
            false => SdkLanguage::from("other"),
        };
        Self {
            language,
            runtime: self.runtime.filter(|text| is_runtime(text)),
            platform: self.platform.filter(|text| is_platform(text)),
            incidents: self.incidents.into_iter().map(Incident::clean).collect(),
            ..self
        }
    }
}

impl Incident {
    pub(super) fn clean(self) -> Self {
        // The name of a field that nobody knows is the caller's text.
        let is_own_name = self.code == Some(ErrorCode::UnknownField);
        Self {
            operation: self.operation.filter(|name| find_operation(name).is_some()),
            phase: self.phase.filter(|phase| Phase::KNOWN.contains(phase)),
            code: self.code.filter(|code| ErrorCode::KNOWN.contains(code)),
            decline_code: self.decline_code.filter(|code| DeclineCode::KNOWN.contains(code)),
            status: self.status.filter(|status| (100..=599).contains(status)),
            param: self.param.map(without_own_keys).filter(|path| !is_own_name && is_path(path)),
            object: self.object.filter(|id| is_id(id)),
            request_id: self.request_id.filter(|id| id.starts_with("req_") && is_id(id)),
            idempotency_key: self.idempotency_key.filter(|key| is_made_key(key)),
            attempt: self.attempt.filter(|attempt| *attempt <= 100),
            elapsed_ms: self.elapsed_ms.map(|millis| millis.min(MAX_MILLIS)),
        }
    }
}

/// A day: nothing takes longer.
const MAX_MILLIS: u64 = 86_400_000;

/// The first field in which a bundle is not as it would be clean.
pub(super) fn bad_field(bundle: &DiagnosticBundle) -> Option<&'static str> {
    let clean = bundle.clone().clean();
    let fields = [
        ("sdk", !is_version(&bundle.sdk)),
        ("api_version", !is_date(&bundle.api_version)),
        ("language", bundle.language != clean.language),
        ("runtime", bundle.runtime != clean.runtime),
        ("platform", bundle.platform != clean.platform),
    ];
    fields.into_iter().find(|(_, is_bad)| *is_bad).map(|(name, _)| name)
}

/// The first field in which two incidents differ.
pub(super) fn first_difference(given: &Incident, clean: &Incident) -> Option<&'static str> {
    let fields = [
        ("operation", given.operation != clean.operation),
        ("phase", given.phase != clean.phase),
        ("code", given.code != clean.code),
        ("decline_code", given.decline_code != clean.decline_code),
        ("status", given.status != clean.status),
        ("param", given.param != clean.param),
        ("object", given.object != clean.object),
        ("request_id", given.request_id != clean.request_id),
        ("idempotency_key", given.idempotency_key != clean.idempotency_key),
        ("attempt", given.attempt != clean.attempt),
        ("elapsed_ms", given.elapsed_ms != clean.elapsed_ms),
    ];
    fields.into_iter().find(|(_, differs)| *differs).map(|(name, _)| name)
}

/// A prefix and 26 characters of Crockford's base32, in which no card number hides.
fn is_id(text: &str) -> bool {
    let Some((prefix, rest)) = text.split_once('_') else { return false };
    let is_base32 = |byte: u8| byte.is_ascii_digit() || (byte.is_ascii_lowercase() && !b"ilou".contains(&byte));
    (2..=5).contains(&prefix.len())
        && prefix.bytes().all(|byte| byte.is_ascii_lowercase())
        && rest.len() == 26
        && rest.bytes().all(is_base32)
        && longest_digits(text) <= MAX_DIGITS
}

/// A key as the SDK makes it: a random UUID (RFC 9562).
fn is_made_key(text: &str) -> bool {
    let is_uuid = uuid::Uuid::try_parse(text).is_ok_and(|id| id.get_version_num() == 4 && id.hyphenated().to_string() == text);
    is_uuid && longest_digits(text) <= MAX_DIGITS
}

fn longest_digits(text: &str) -> usize {
    text.split(|letter: char| !letter.is_ascii_digit()).map(str::len).max().unwrap_or_default()
}

/// The keys of metadata are the caller's own.
fn without_own_keys(path: String) -> String {
    match path.starts_with("metadata.") {
        true => "metadata".to_owned(),
        false => path,
    }
}

/// Names of small letters, each perhaps with a place: `rules[2].percent`.
fn is_path(text: &str) -> bool {
    let is_name = |name: &str| (1..=32).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let is_place = |place: &str| (1..=4).contains(&place.len()) && place.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= 100
        && text.split('.').all(|part| match part.strip_suffix(']').and_then(|part| part.split_once('[')) {
            Some((name, place)) => is_name(name) && is_place(place),
            None => is_name(part),
        })
}

/// Numbers between dots.
fn is_version(text: &str) -> bool {
    let is_number = |part: &str| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split('.').count() <= 4 && text.split('.').all(is_number)
}

/// `2026-11-01`.
fn is_date(text: &str) -> bool {
    let parts = text.split('-').map(str::len).collect::<Vec<_>>();
    parts == [4, 2, 2] && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

fn is_runtime(text: &str) -> bool {
    text.split_once(' ').is_some_and(|(name, version)| RUNTIMES.contains(&name) && is_version(version))
}

fn is_platform(text: &str) -> bool {
    match text.split_once(' ') {
        Some((system, processor)) => SYSTEMS.contains(&system) && PROCESSORS.contains(&processor),
        None => SYSTEMS.contains(&text),
    }
}
