//! Confirmations: the proof that the account's holder wants what takes money out.

use crate::timestamp::Timestamp;
use okpay_macros::model;

/// How the account's holder proves to be there. More kinds will come: read those that you do not know as kinds that you cannot give.
#[model(open)]
pub enum ConfirmationKind {
    /// A one-time code that was sent by SMS.
    SmsCode,
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
    /// The code.
    #[secret]
    pub code: String,
}
