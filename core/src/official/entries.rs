//! The list as data. Every entry is in its normal form, or the list does not load: what is not normal would never be found.

use super::contacts;
use super::likeness::Brand;
use crate::error::{ErrorCode, OkpayError};
use crate::fees::Version;
use crate::json;
use serde::Deserialize;

/// The most bytes and entries of a list.
pub(super) const MAX_BYTES: usize = 1 << 18;
const MAX_ENTRIES: usize = 2000;

/// A list that is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entries {
    pub(super) version: String,
    pub(super) order: Version,
    pub(super) hosts: Vec<Host>,
    pub(super) emails: Vec<String>,
    pub(super) email_domains: Vec<String>,
    pub(super) phones: Vec<String>,
    pub(super) accounts: Vec<Account>,
    pub(super) brands: Vec<Brand>,
}

/// A host.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Host {
    pub(super) host: String,
    /// Whether all that ends in `.host` is OKPay's as well.
    #[serde(default)]
    pub(super) subdomains: bool,
}

/// An account on a social platform.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Account {
    pub(super) platform: String,
    /// Without the `@`, in small letters.
    pub(super) handle: String,
}

#[derive(Deserialize)]
struct Raw {
    version: String,
    hosts: Vec<Host>,
    emails: Vec<String>,
    email_domains: Vec<String>,
    phones: Vec<String>,
    accounts: Vec<Account>,
}

impl Entries {
    pub(super) fn read(text: &str) -> Result<Self, OkpayError> {
        if text.len() > MAX_BYTES {
            return Err(OkpayError::invalid(ErrorCode::InvalidOfficialList, format!("an official list has at most {MAX_BYTES} bytes")));
        }
        let raw = json::read::<Raw>(text.as_bytes())
            .map_err(|fault| OkpayError::invalid(ErrorCode::InvalidOfficialList, format!("not an official list: {fault}")))?;
        let order = Version::parse(&raw.version).ok_or_else(|| bad("version"))?;
        raw.check()?;
        let mut brands = raw.hosts.iter().map(|host| Brand::of_host(&host.host)).collect::<Vec<_>>();
        brands.dedup_by(|one, other| one.name == other.name);
        let Raw { version, hosts, emails, email_domains, phones, accounts } = raw;
        Ok(Self { version, order, hosts, emails, email_domains, phones, accounts, brands })
    }
}

impl Raw {
    fn check(&self) -> Result<(), OkpayError> {
        let lengths = [self.hosts.len(), self.emails.len(), self.email_domains.len(), self.phones.len(), self.accounts.len()];
        if lengths.iter().sum::<usize>() > MAX_ENTRIES {
            return Err(bad("hosts"));
        }
        all("hosts", &self.hosts, |host| is_host(&host.host))?;
        all("emails", &self.emails, |address| contacts::is_address(address))?;
        all("email_domains", &self.email_domains, |domain| is_host(domain))?;
        all("phones", &self.phones, |number| contacts::normal_phone(number).as_deref() == Some(number))?;
        all("accounts", &self.accounts, |account| {
            contacts::normal_handle(&account.handle).as_deref() == Some(&account.handle) && contacts::is_platform(&account.platform)
        })
    }
}

fn all<T>(name: &str, entries: &[T], is_fine: impl Fn(&T) -> bool) -> Result<(), OkpayError> {
    match entries.iter().position(|entry| !is_fine(entry)) {
        None => Ok(()),
        Some(index) => Err(bad(&format!("{name}[{index}]"))),
    }
}

fn bad(path: &str) -> OkpayError {
    OkpayError::invalid_at(ErrorCode::InvalidOfficialList, path, format!("{path} is not in its normal form"))
}

/// A host name in ASCII and small letters, of two labels at least, as DNS has it (RFC 1035, RFC 5891).
pub(super) fn is_host(text: &str) -> bool {
    let is_inside = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_label =
        |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(is_inside) && !label.starts_with('-') && !label.ends_with('-');
    // A last label of digits would be a part of an IP address.
    let ends_in_letters = text.rsplit('.').next().is_some_and(|last| last.bytes().any(|byte| byte.is_ascii_lowercase()));
    text.len() <= 253 && text.contains('.') && ends_in_letters && text.split('.').all(is_label)
}
