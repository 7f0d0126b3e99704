//! Registration: the account becomes somebody's own, with a telephone, an e-mail address and a password; and the way back to a password
//! that was forgotten.

use crate::timestamp::Timestamp;
use okpay_macros::model;

/// Whose account it is.
#[model]
pub struct AccountHolder {
    /// The name.
    pub name: String,
    /// The e-mail address, to which notices go.
    pub email: String,
    /// Whether the telephone was proven by a code. Until then codes go to the former one.
    pub phone_verified: bool,
    /// Since when.
    pub registered: Timestamp,
}

/// Somebody who makes the account their own.
#[model(params)]
pub struct RegisterAccount {
    /// The name, as it is in the passport.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// The telephone with its country code, such as `+12025550199`.
    pub phone: String,
    /// The password, 8 to 128 characters; one that is easily guessed is refused with `password_too_weak`.
    #[secret]
    pub password: String,
}

/// The code that came by SMS.
#[model(params)]
pub struct VerifyPhone {
    /// Six digits.
    #[secret]
    pub code: String,
}

/// Somebody has forgotten the password.
#[model(params)]
pub struct RequestPasswordReset {
    /// The e-mail address.
    pub email: String,
}

/// What was done about a forgotten password: the same whether the address is the account's or not, so that nobody finds out.
#[model]
pub struct PasswordReset {
    /// The address, as it was given: if it is the account's, a link with a token is on its way.
    pub email: String,
    /// Until when the token holds.
    pub expires: Timestamp,
}

/// A new password by the token of a mail.
#[model(params)]
pub struct ResetPassword {
    /// The token out of the link. It works once.
    #[secret]
    pub token: String,
    /// The new password, 8 to 128 characters.
    #[secret]
    pub password: String,
}
