//! The magic values of the merchant's own account: appeals, documents.

use super::{MagicKind, MagicValue};
use okpay::api::DocumentRejection;

/// Their rows of the table.
pub(super) fn account_rows() -> impl Iterator<Item = MagicValue> {
    let appeals = APPEALS.iter().map(|appeal| MagicValue { kind: MagicKind::Appeal, value: appeal.value, what: appeal.what });
    appeals.chain(DOCUMENTS.iter().map(|document| MagicValue { kind: MagicKind::Document, value: document.value, what: document.what }))
}

/// What becomes of an appeal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MagicAppeal {
    pub(crate) value: &'static str,
    pub(crate) what: &'static str,
    pub(crate) accept: bool,
}

/// Every magic appeal. Any other waits for somebody in the console.
pub(crate) static APPEALS: &[MagicAppeal] = &[
    MagicAppeal { value: "appeal_accepted", what: "accepted an hour later: the account is thawed", accept: true },
    MagicAppeal { value: "appeal_refused", what: "refused an hour later: the account stays frozen", accept: false },
];

/// What becomes of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MagicDocument {
    pub(crate) value: &'static str,
    pub(crate) what: &'static str,
    pub(crate) rejection: Option<DocumentRejection>,
    /// For somebody in the console.
    pub(crate) waits: bool,
}

const fn rejected(value: &'static str, what: &'static str, reason: DocumentRejection) -> MagicDocument {
    MagicDocument { value, what, rejection: Some(reason), waits: false }
}

/// Every magic document. Any other is approved an hour after somebody took it up.
pub(crate) static DOCUMENTS: &[MagicDocument] = &[
    rejected("document_unreadable", "rejected an hour later: unreadable", DocumentRejection::Unreadable),
    rejected("document_expired", "rejected an hour later: expired", DocumentRejection::Expired),
    rejected("document_mismatch", "rejected an hour later: name_mismatch", DocumentRejection::NameMismatch),
    rejected("document_forged", "rejected an hour later: suspected_forgery", DocumentRejection::SuspectedForgery),
    MagicDocument { value: "document_waits", what: "stays in review until somebody decides", rejection: None, waits: true },
];
