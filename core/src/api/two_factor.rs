//! Second factors: what proves that the account's holder is there, when money leaves or the account's security changes.

use super::Confirmation;
use crate::timestamp::Timestamp;
use okpay_macros::model;

/// What the account's holder can confirm with, beside the codes by SMS.
#[model]
pub struct SecondFactors {
    /// Whether there is a payment PIN.
    pub payment_pin: bool,
    /// Whether an authenticator app is enrolled.
    pub totp: bool,
    /// How many recovery codes are unused.
    pub recovery_codes_left: u32,
    /// The devices (`okp_test_dev_…`) that may approve.
    #[serde(default)]
    pub trusted_devices: Vec<String>,
    /// Until when PIN, app and recovery codes are refused, after too many wrong ones.
    pub locked_until: Option<Timestamp>,
}

/// A payment PIN to be set, in place of any other.
#[model(params)]
pub struct SetPaymentPin {
    /// Six digits; not all the same, and not in a row such as 123456.
    #[secret]
    pub pin: String,
    /// The proof that the account's holder wants it.
    pub confirmation: Confirmation,
}

/// A change of the account's security.
#[model(params)]
pub struct ConfirmChange {
    /// The proof that the account's holder wants it.
    pub confirmation: Confirmation,
}

/// An authenticator app to be enrolled. The secret is in this answer only.
#[model]
pub struct TotpEnrolment {
    /// The secret in Base32, for those who type it.
    #[secret]
    pub secret: String,
    /// The link to show as a QR code, `otpauth://totp/…`.
    #[secret]
    pub uri: String,
    /// Until when `two_factor.confirm_totp` takes a code of it.
    pub expires: Timestamp,
}

/// The first code of an authenticator app.
#[model(params)]
pub struct ConfirmTotp {
    /// Six digits, as the app shows them.
    #[secret]
    pub code: String,
}

/// Recovery codes: for when the phone is lost. They are in this answer only, and make all former ones worthless.
#[model]
pub struct RecoveryCodes {
    /// Ten codes, each good for one confirmation.
    #[secret]
    pub codes: Vec<String>,
    /// When they were made.
    pub created: Timestamp,
}
