//! Confirmations: the proof that the account's holder wants what takes money out or changes the account's security.

use crate::money::Money;
use crate::timestamp::Timestamp;
use okpay_macros::model;

/// How the account's holder proves to be there. More kinds will come: read those that you do not know as kinds that you cannot give.
#[model(open)]
pub enum ConfirmationKind {
    /// A one-time code that was sent by SMS.
    SmsCode,
    /// The payment PIN.
    PaymentPin,
    /// The code that an authenticator app shows at this moment.
    Totp,
    /// One of the recovery codes, each of which works once.
    RecoveryCode,
    /// The signature of a trusted device, whose key a fingerprint or face opens: by `confirmations.approve`, with no code.
    DeviceKey,
}

/// What is needed to go on.
#[model]
pub struct RequiredConfirmation {
    /// The kinds of which one is enough.
    pub kinds: Vec<ConfirmationKind>,
    /// Where the code was sent to, masked.
    pub sent_to: Option<String>,
    /// Until when.
    pub expires: Timestamp,
}

/// The proof.
#[model(params)]
pub struct Confirmation {
    /// Its kind.
    pub kind: ConfirmationKind,
    /// The code, or the PIN.
    #[secret]
    pub code: String,
}

/// What a confirmation is about.
#[model(open)]
pub enum ConfirmationSubject {
    /// A withdrawal.
    Withdrawal,
    /// A transfer to another account.
    Transfer,
}

/// Where a request for a confirmation stands.
#[model(open)]
pub enum ConfirmationStatus {
    /// Waits for the account's holder.
    Waiting,
    /// Confirmed: it goes on.
    Approved,
    /// Declined: it has failed, and nothing has moved.
    Declined,
}

/// What a trusted device shows before it asks for a fingerprint or face.
#[model]
pub struct ConfirmationRequest {
    /// The withdrawal (`wd_…`) or transfer (`tr_…`).
    pub id: String,
    /// Which of them it is.
    pub subject: ConfirmationSubject,
    /// Where it stands.
    pub status: ConfirmationStatus,
    /// How much arrives.
    pub amount: Money,
    /// The fee, which comes on top.
    pub fee: Money,
    /// To whom: the masked destination, or the recipient's handle.
    pub to: String,
    /// When it was made.
    pub created: Timestamp,
    /// Until when it waits.
    pub expires: Option<Timestamp>,
}

/// What waits for a confirmation, newest first.
#[model(page)]
pub struct ConfirmationRequestPage {
    /// All that waits; it is never more than a page, for each waits ten minutes at most.
    pub data: Vec<ConfirmationRequest>,
    /// Nothing: there is one page.
    pub next: Option<String>,
}

/// What the device showed: its signature over this says that its holder wants just that.
#[model(params)]
pub struct ApproveConfirmation {
    /// How much, as it was shown.
    pub amount: Money,
    /// To whom, as it was shown.
    pub to: String,
}
