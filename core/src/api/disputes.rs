//! Disputes: the buyer's bank takes a payment back, and hears the merchant before it decides.

use crate::fees::Quote;
use crate::money::Money;
use crate::timestamp::Timestamp;
use okpay_macros::model;

/// Where a dispute stands.
#[model(open)]
pub enum DisputeStatus {
    /// Waits for `disputes.submit_evidence` or `disputes.accept`, until `evidence_due`.
    NeedsResponse,
    /// The buyer's bank looks at the evidence.
    UnderReview,
    /// The merchant keeps the payment: amount and fee are in the balance again.
    Won,
    /// The buyer keeps the money.
    Lost,
    /// The merchant let the buyer keep the money.
    Accepted,
}

/// What the buyer says.
#[model(open)]
pub enum DisputeReason {
    /// It was not they who paid.
    Fraudulent,
    /// Nothing came.
    ProductNotReceived,
    /// What came is not what was bought.
    ProductUnacceptable,
    /// It was charged twice.
    Duplicate,
    /// A refund was promised and did not come.
    CreditNotProcessed,
    /// Something else.
    General,
}

/// A file that is evidence. The file itself stays with the merchant until OKPay's dispute team asks for it.
#[model(params)]
pub struct EvidenceFile {
    /// Its name, such as `delivery-note.pdf`.
    pub name: String,
    /// Its SHA-256, 64 hexadecimal digits; `file_digest` (`fileDigest`) of the SDK's signing makes it.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
}

/// What speaks for the merchant. It is handed in once.
#[model(params)]
pub struct SubmitEvidence {
    /// What happened, for the buyer's bank: 1 to 5,000 characters.
    pub explanation: String,
    /// Who carried the goods.
    pub shipping_carrier: Option<String>,
    /// The carrier's number.
    pub tracking_number: Option<String>,
    /// When they were shipped.
    pub shipped: Option<Timestamp>,
    /// What was written between merchant and buyer.
    pub communication: Option<String>,
    /// Up to 10 files, by their digests.
    pub files: Vec<EvidenceFile>,
}

/// What was handed in.
#[model]
pub struct DisputeEvidence {
    /// What happened.
    pub explanation: String,
    /// Who carried the goods.
    pub shipping_carrier: Option<String>,
    /// The carrier's number.
    pub tracking_number: Option<String>,
    /// When they were shipped.
    pub shipped: Option<Timestamp>,
    /// What was written between merchant and buyer.
    pub communication: Option<String>,
    /// The files, by their digests.
    #[serde(default)]
    pub files: Vec<EvidenceFile>,
}

impl From<SubmitEvidence> for DisputeEvidence {
    fn from(submitted: SubmitEvidence) -> Self {
        let SubmitEvidence { explanation, shipping_carrier, tracking_number, shipped, communication, files } = submitted;
        Self { explanation, shipping_carrier, tracking_number, shipped, communication, files }
    }
}

/// A dispute.
#[model]
pub struct Dispute {
    /// `dp_…`
    pub id: String,
    /// Where it stands.
    pub status: DisputeStatus,
    /// The payment.
    pub payment: String,
    /// What the buyer's bank took back: what was left of the payment.
    pub amount: Money,
    /// What the buyer says.
    pub reason: DisputeReason,
    /// The fee of the dispute, if the schedule has one; given back when it is won.
    pub fee: Option<Quote>,
    /// Until when it can be answered. After that it is lost.
    pub evidence_due: Timestamp,
    /// What was handed in.
    pub evidence: Option<DisputeEvidence>,
    /// When it was over.
    pub closed: Option<Timestamp>,
    /// The merchant's own mark on the payment.
    pub reference: Option<String>,
    /// When it was opened.
    pub created: Timestamp,
    /// Rises by one per change.
    pub version: u64,
    /// Whether it is about real money.
    pub livemode: bool,
}

/// One page of disputes, newest first.
#[model(page)]
pub struct DisputePage {
    /// The disputes.
    pub data: Vec<Dispute>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which disputes to list.
#[model(params)]
pub struct ListDisputes {
    /// 1 to 100; 20 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only this status.
    pub status: Option<DisputeStatus>,
    /// Only those of this payment.
    pub payment: Option<String>,
    /// Only this mark of the merchant's.
    pub reference: Option<String>,
}
