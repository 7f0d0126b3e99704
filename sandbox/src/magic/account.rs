//! The magic values of the merchant's own account: appeals.

use super::{MagicKind, MagicValue};

/// Their rows of the table.
pub(super) fn account_rows() -> impl Iterator<Item = MagicValue> {
    APPEALS.iter().map(|appeal| MagicValue { kind: MagicKind::Appeal, value: appeal.value, what: appeal.what })
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
