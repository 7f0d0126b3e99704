//! The magic values of payments on a page of another or under review, of disputes and of reports.

use super::{MagicKind, MagicValue};
use okpay::DeclineCode;

/// Their rows of the table.
pub(super) fn money_rows() -> impl Iterator<Item = MagicValue> {
    let redirects = REDIRECTS.iter().map(|magic| MagicValue { kind: MagicKind::Redirect, value: magic.value, what: magic.what });
    let evidence = MagicValue { kind: MagicKind::Evidence, value: EVIDENCE_LOSES.0, what: EVIDENCE_LOSES.1 };
    let report = MagicValue { kind: MagicKind::Report, value: REPORT_FAILS.0, what: REPORT_FAILS.1 };
    let reviews = REVIEWS.iter().map(|magic| MagicValue { kind: MagicKind::Review, value: magic.value, what: magic.what });
    redirects.chain(reviews).chain([evidence, report])
}

/// A buyer on the page of their bank or wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MagicRedirect {
    pub(crate) value: &'static str,
    pub(crate) what: &'static str,
    pub(crate) behaviour: RedirectBehaviour,
}

/// What the buyer does there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RedirectBehaviour {
    Approves,
    Refuses(DeclineCode),
    /// Closes the page.
    Leaves,
}

const fn redirect(value: &'static str, what: &'static str, behaviour: RedirectBehaviour) -> MagicRedirect {
    MagicRedirect { value, what, behaviour }
}

/// Every magic buyer.
pub(crate) static REDIRECTS: &[MagicRedirect] = &[
    redirect("buyer_approves", "approves after 10 seconds, without the page: paid", RedirectBehaviour::Approves),
    redirect("buyer_refuses", "refuses after 10 seconds: not_approved", RedirectBehaviour::Refuses(DeclineCode::NotApproved)),
    redirect(
        "buyer_lacks_funds",
        "is refused by the bank or wallet after 10 seconds: insufficient_funds",
        RedirectBehaviour::Refuses(DeclineCode::InsufficientFunds),
    ),
    redirect("buyer_leaves", "closes the page: the payment expires after 15 minutes", RedirectBehaviour::Leaves),
];

/// A payment that is held for review, whatever the risk rules say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MagicReview {
    pub(crate) value: &'static str,
    pub(crate) what: &'static str,
    pub(crate) approve: bool,
}

/// Every magic review.
pub(crate) static REVIEWS: &[MagicReview] = &[
    MagicReview { value: "review_approved", what: "held for review, and released a minute later: it goes on by its method", approve: true },
    MagicReview { value: "review_rejected", what: "held for review, and refused a minute later: review_rejected", approve: false },
];

/// The explanation that does not convince the buyer's bank.
pub(crate) const EVIDENCE_LOSES: (&str, &str) = ("evidence_loses", "the dispute is lost three days later; any other explanation wins it");

/// The report that cannot be made.
pub(crate) const REPORT_FAILS: (&str, &str) = ("report_fails", "the report fails after 5 seconds: unavailable");
