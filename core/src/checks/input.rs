//! What a field of a form shows while somebody types.

use okpay_macros::model;

/// What is to be said of a field while it is typed.
#[model(open)]
pub enum InputState {
    /// Nothing is wrong as far as it goes, but more must follow. On leaving the field this counts as wrong.
    Incomplete,
    /// It may be sent.
    Valid,
    /// Nothing that could follow makes it right.
    Invalid,
}

/// Why a field is not valid.
#[model(open)]
pub enum InputReason {
    /// Nothing was typed yet.
    Empty,
    /// A character that does not belong there.
    InvalidCharacter,
    /// Digits are missing.
    TooShort,
    /// There are too many digits.
    TooLong,
    /// The check digit does not hold: most likely a digit is mistyped or two are swapped.
    CheckDigit,
    /// A card of a brand that OKPay does not take.
    BrandNotTaken,
    /// A month that is not from 1 to 12.
    NoSuchMonth,
    /// The card's last month is over.
    Expired,
    /// A year more than 50 years ahead.
    YearTooFar,
}

/// A judgement: no reason means valid.
pub(super) type Judgement = (InputState, Option<InputReason>);

pub(super) const VALID: Judgement = (InputState::Valid, None);

pub(super) const fn incomplete(reason: InputReason) -> Judgement {
    (InputState::Incomplete, Some(reason))
}

pub(super) const fn invalid(reason: InputReason) -> Judgement {
    (InputState::Invalid, Some(reason))
}
