//! Mail addresses, telephone numbers and social accounts.

use super::Found;
use super::entries::{Entries, is_host};
use super::likeness::{imitated, imitated_handle, is_mixed, is_near, unicode};
use crate::api::OfficialReason as Reason;

/// The longest handle of any platform.
const MAX_HANDLE: usize = 64;

/// Judges a mail address: the address alone, for a name in front of it is whatever its sender likes.
pub(super) fn email(entries: &Entries, text: &str) -> Found {
    let Some((local, domain)) = text.rsplit_once('@') else { return Found::malformed() };
    // Written with other letters it is another domain, or a disguise of this one.
    let Ok(ascii) = idna::domain_to_ascii(domain) else { return Found::malformed() };
    if !is_local(local) || !is_host(&ascii) {
        return Found::malformed();
    }
    let address = format!("{}@{ascii}", local.to_ascii_lowercase());
    let is_disguised = !domain.is_ascii() && !ascii.contains("xn--");
    if let Some(entry) = listed_address(entries, &address, &ascii) {
        return match is_disguised {
            true => Found::unlisted(address, Some(entry.1)),
            false => Found::listed(entry.0, address, entry.1),
        };
    }
    // Of a domain whose addresses are listed one by one, any other is not OKPay's, and is like the listed one.
    let at_own_domain = entries.emails.iter().find(|entry| entry.ends_with(&format!("@{ascii}"))).map(String::as_str);
    match unicode(&ascii).split('.').any(is_mixed) {
        true => Found { entry: imitated(entries, &ascii).map(str::to_owned), ..Found::not(Reason::MixedScript, address) },
        false => Found::unlisted(address, at_own_domain.or_else(|| imitated(entries, &ascii))),
    }
}

fn listed_address<'e>(entries: &'e Entries, address: &str, domain: &str) -> Option<(Reason, &'e str)> {
    let exact = entries.emails.iter().find(|entry| *entry == address).map(|entry| (Reason::Listed, entry.as_str()));
    exact.or_else(|| entries.email_domains.iter().find(|entry| *entry == domain).map(|entry| (Reason::ListedDomain, entry.as_str())))
}

/// The dot-atom of RFC 5322, in ASCII.
fn is_local(text: &str) -> bool {
    let is_atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    (1..=64).contains(&text.len()) && text.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom))
}

/// Whether an address is one in its normal form.
pub(super) fn is_address(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, domain)| is_local(local) && is_host(domain) && *local == local.to_ascii_lowercase())
}

/// Judges a telephone number. Without its country code it could be anybody's.
pub(super) fn phone(entries: &Entries, text: &str) -> Found {
    let Some(number) = normal_phone(text.strip_prefix("tel:").unwrap_or(text)) else { return Found::malformed() };
    match entries.phones.iter().find(|entry| **entry == number) {
        Some(entry) => Found::listed(Reason::Listed, number, entry.as_str()),
        None => {
            let near = entries.phones.iter().find(|entry| is_near(entry, &number)).map(String::as_str);
            Found::unlisted(number, near)
        }
    }
}

/// A number in E.164: `+`, a country code and a number, 15 digits at most.
pub(super) fn normal_phone(text: &str) -> Option<String> {
    let bare = text.chars().filter(|letter| !matches!(letter, ' ' | '-' | '(' | ')' | '.' | '/' | '\u{a0}')).collect::<String>();
    let digits = bare.strip_prefix('+').or_else(|| bare.strip_prefix("00"))?;
    let is_number = (7..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("+{digits}"))
}

/// Judges an account on a social platform.
pub(super) fn social(entries: &Entries, platform: &str, text: &str) -> Found {
    let platform = platform.trim().to_ascii_lowercase();
    if !is_platform(&platform) || text.is_empty() || text.chars().count() > MAX_HANDLE {
        return Found::malformed();
    }
    let Some(handle) = normal_handle(text) else { return of_odd_handle(entries, &platform, text) };
    let shown = format!("{platform}:{handle}");
    let known = entries.accounts.iter().find(|account| account.platform == platform && account.handle == handle);
    match known {
        Some(_) => Found::listed(Reason::Listed, shown.clone(), shown),
        None => Found::unlisted(shown, imitated_handle(entries, &handle)),
    }
}

/// Letters that no handle of the list has: a disguise, or a name in another script.
fn of_odd_handle(entries: &Entries, platform: &str, text: &str) -> Found {
    let handle = text.strip_prefix('@').unwrap_or(text).to_lowercase();
    if handle.chars().any(|letter| letter.is_control() || letter.is_whitespace() || "/:?#@".contains(letter)) {
        return Found::malformed();
    }
    let (shown, imitates) = (format!("{platform}:{handle}"), imitated_handle(entries, &handle));
    match is_mixed(&handle) {
        true => Found { entry: imitates.map(str::to_owned), ..Found::not(Reason::MixedScript, shown) },
        false => Found::unlisted(shown, imitates),
    }
}

/// A handle in small letters, without its `@`: no platform tells capitals apart.
pub(super) fn normal_handle(text: &str) -> Option<String> {
    let handle = text.strip_prefix('@').unwrap_or(text).to_ascii_lowercase();
    let is_fine = handle.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    (is_fine && (1..=MAX_HANDLE).contains(&handle.len())).then_some(handle)
}

/// The name of a platform: small letters and digits.
pub(super) fn is_platform(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}
