//! Pages. The text is read as a browser reads it (WHATWG URL, UTS 46), and refused where readers differ.

use super::Found;
use super::entries::{Entries, is_host};
use super::likeness::{imitated, is_mixed, unicode};
use crate::api::OfficialReason as Reason;
use url::{Host, Url};

/// Judges a URL, or a host as people write it.
pub(super) fn judge(entries: &Entries, text: &str) -> Found {
    // Characters that browsers drop or turn, so that what is read is not what is opened.
    if text.chars().any(|letter| letter.is_control() || letter.is_whitespace() || letter == '\\') {
        return Found::malformed();
    }
    let text = with_scheme(text);
    let (Ok(url), Some(authority)) = (Url::parse(&text), authority(&text)) else { return Found::malformed() };
    if !matches!(url.scheme(), "https" | "http") || authority.contains('%') {
        return Found::malformed();
    }
    match url.host() {
        Some(Host::Domain(host)) => of_host(entries, &url, authority, host),
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => Found::not(Reason::IpAddress, url.host_str().unwrap_or_default()),
        None => Found::malformed(),
    }
}

/// `okpay.test/help` is what people write for `https://okpay.test/help`; what names another scheme keeps it. No scheme has a dot that
/// people use, so that `okpay.test:443` is a host with its port.
fn with_scheme(text: &str) -> String {
    let before_path = text.split(['/', '?', '#']).next().unwrap_or_default();
    let names_scheme = before_path.split_once(':').is_some_and(|(name, _)| !name.contains('.'));
    if names_scheme || text.contains("://") { text.to_owned() } else { format!("https://{text}") }
}

/// What stands between `//` and the path.
fn authority(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    rest.split(['/', '?', '#']).next()
}

fn of_host(entries: &Entries, url: &Url, authority: &str, host: &str) -> Found {
    // The root of DNS, which a full name may end in.
    let host = host.strip_suffix('.').unwrap_or(host);
    if !is_host(host) {
        return Found::malformed();
    }
    let (reason, entry) = match listed(entries, host) {
        Some((reason, entry)) => (reason, entry),
        None => return of_unlisted(entries, authority, host),
    };
    let written = authority.rsplit('@').next().unwrap_or_default();
    // Letters that turn into those of the list: no page of OKPay's is written so.
    let is_disguised = !written.is_ascii() && !host.split('.').any(|label| label.starts_with("xn--"));
    match () {
        () if authority.contains('@') => Found::not(Reason::Userinfo, host),
        () if is_disguised => Found::unlisted(host, Some(entry)),
        () if url.scheme() != "https" => Found::not(Reason::Insecure, host),
        () if url.port().is_some() => Found::not(Reason::Port, host),
        () => Found::listed(reason, host, entry),
    }
}

/// The entry that a host is, or is under.
pub(super) fn listed<'e>(entries: &'e Entries, host: &str) -> Option<(Reason, &'e str)> {
    let exact = entries.hosts.iter().find(|entry| entry.host == host).map(|entry| (Reason::Listed, entry.host.as_str()));
    exact.or_else(|| {
        let is_under = |parent: &str| host.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.'));
        let parent = entries.hosts.iter().find(|entry| entry.subdomains && is_under(&entry.host))?;
        Some((Reason::ListedDomain, parent.host.as_str()))
    })
}

fn of_unlisted(entries: &Entries, authority: &str, host: &str) -> Found {
    let imitates = imitated(entries, host);
    match () {
        () if unicode(host).split('.').any(is_mixed) => {
            Found { entry: imitates.map(str::to_owned), ..Found::not(Reason::MixedScript, host) }
        }
        () if authority.contains('@') => Found::not(Reason::Userinfo, host),
        () => Found::unlisted(host, imitates),
    }
}
