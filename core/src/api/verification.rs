//! Identity verification: documents, known by their digests, and the limits that rise with them.

use crate::money::Money;
use crate::timestamp::Timestamp;
use okpay_macros::model;
use std::collections::BTreeMap;

/// How far the identity of the account's holder is verified.
#[model(open)]
pub enum VerificationLevel {
    /// Not at all: the lowest limits.
    Unverified,
    /// By a passport, an identity card or a driving licence.
    Identity,
    /// By a proof of address as well: the highest limits.
    Full,
}

/// What a document is.
#[model(open)]
pub enum IdentityDocumentType {
    /// A passport.
    Passport,
    /// A national identity card.
    IdCard,
    /// A driving licence.
    DrivingLicence,
    /// A bill or a bank statement with the holder's address, not older than three months.
    ProofOfAddress,
}

/// Where a document stands.
#[model(open)]
pub enum IdentityDocumentStatus {
    /// Handed in.
    Submitted,
    /// Somebody at OKPay looks at it.
    InReview,
    /// It proves what it should.
    Approved,
    /// It does not; `rejection_reason` says why. Another one may be handed in.
    Rejected,
}

/// Why a document was rejected.
#[model(open)]
pub enum DocumentRejection {
    /// It cannot be read: blurred, cut off, or not a document.
    Unreadable,
    /// It is no longer valid.
    Expired,
    /// It is somebody else's.
    NameMismatch,
    /// It seems to be forged.
    SuspectedForgery,
}

/// A document to be handed in by its digest, which ties the review to the exact file. The file itself is never uploaded: the SDK and the
/// sandbox take and keep no documents of identity. The holder shows it to OKPay, which compares the digest.
#[model(params)]
pub struct NewIdentityDocument {
    /// What it is.
    #[serde(rename = "type")]
    pub document_type: IdentityDocumentType,
    /// The SHA-256 of the file, 64 hexadecimal digits; `file_digest` (`fileDigest`) of the SDK's signing makes it.
    pub sha256: String,
    /// The merchant's own mark, searchable.
    pub reference: Option<String>,
    /// Up to 50 pairs of the merchant's own.
    pub metadata: BTreeMap<String, String>,
}

/// A document that was handed in.
#[model]
pub struct IdentityDocument {
    /// `idd_…`
    pub id: String,
    /// Where it stands.
    pub status: IdentityDocumentStatus,
    /// What it is.
    #[serde(rename = "type")]
    pub document_type: IdentityDocumentType,
    /// The SHA-256 of the file, in hex. The file was never uploaded.
    pub sha256: String,
    /// Why it was rejected.
    pub rejection_reason: Option<DocumentRejection>,
    /// When it was approved or rejected.
    pub reviewed: Option<Timestamp>,
    /// The merchant's own mark.
    pub reference: Option<String>,
    /// The merchant's own pairs.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    /// The key of the call that made it.
    pub idempotency_key: Option<String>,
    /// When it was handed in.
    pub created: Timestamp,
    /// Rises by one per change.
    pub version: u64,
    /// Whether it is about real money.
    pub livemode: bool,
}

/// One page of documents, newest first.
#[model(page)]
pub struct IdentityDocumentPage {
    /// The documents.
    pub data: Vec<IdentityDocument>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which documents to list.
#[model(params)]
pub struct ListIdentityDocuments {
    /// 1 to 100; 20 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only this status.
    pub status: Option<IdentityDocumentStatus>,
    /// Only this mark of the merchant's.
    pub reference: Option<String>,
}

/// How much at once and in a day, at the account's level of verification.
#[model]
pub struct AccountLimit {
    /// `deposit`, `withdrawal` or `transfer`.
    pub operation: String,
    /// The method.
    pub method: String,
    /// The least at once.
    pub least: Money,
    /// The most at once.
    pub most: Money,
    /// The most in a day (UTC).
    pub day: Money,
}

/// The limits of the account.
#[model(page)]
pub struct AccountLimitPage {
    /// All of them.
    pub data: Vec<AccountLimit>,
    /// Nothing: there is one page.
    pub next: Option<String>,
}
