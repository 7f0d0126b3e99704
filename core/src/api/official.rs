//! The official list: where OKPay really is, signed, against phishing. `crate::official` reads it and judges by it.

use okpay_macros::model;

/// The official list under signature.
#[model]
pub struct OfficialListEnvelope {
    /// The exact text of the list.
    pub list: String,
    /// `official_` and letters and digits.
    pub signature_id: String,
    /// When it was signed, in seconds since 1970.
    pub signed_at: i64,
    /// `v1a,` and the Ed25519 signature in base64.
    pub signature: String,
}

/// What is to be judged.
#[model(open)]
pub enum OfficialKind {
    /// A page.
    Url,
    /// A mail address.
    Email,
    /// A telephone number.
    Phone,
    /// An account on a social platform.
    Social,
}

/// What was asked about.
#[model(params)]
pub struct OfficialSubject {
    /// What kind it is.
    pub kind: OfficialKind,
    /// The URL, the address, the number with its country code, or the handle.
    pub value: String,
    /// The platform of a social account, such as `x`.
    pub platform: Option<String>,
}

/// Whether it is OKPay's.
#[model(open)]
pub enum OfficialVerdict {
    /// It is on the list.
    Official,
    /// It is not on the list.
    NotOfficial,
    /// It is not on the list, and looks as if it wanted to be taken for it: warn whoever got it.
    Suspicious,
    /// It cannot be read as what it should be, and so is not on the list.
    Unreadable,
}

/// Why.
#[model(open)]
pub enum OfficialReason {
    /// It is on the list as it is.
    Listed,
    /// Its host, or the domain of its address, is one whose subdomains are OKPay's as well.
    ListedDomain,
    /// It is not on the list.
    NotListed,
    /// It is much like something on the list; `imitates` says what.
    LooksAlike,
    /// A part of it mixes letters of several scripts that look alike.
    MixedScript,
    /// It has a name in front of the host (`https://okpay.test@…`), which leads elsewhere than it seems.
    Userinfo,
    /// It is not `https`, so that anybody in between could answer.
    Insecure,
    /// It names another port than that of `https`.
    Port,
    /// Its host is a number.
    IpAddress,
    /// It does not have the form of its kind.
    Malformed,
}

/// A verdict and why.
#[model]
pub struct OfficialCheck {
    /// Whether it is OKPay's.
    pub verdict: OfficialVerdict,
    /// Why.
    pub reason: OfficialReason,
    /// What was judged: the host, the address, the number or the handle in its normal form; nothing where it has none.
    pub normalized: Option<String>,
    /// What it is on the list, or what it imitates.
    pub entry: Option<String>,
    /// The version of the list that it was judged by.
    pub list_version: String,
}
