//! The codes: what a failure is about, and why a payment was declined.

use okpay_macros::model;

/// What a failure is about, by stable code. Codes are only ever added.
///
/// Those with an HTTP status ([`ErrorCode::status`]) come from the gateway; the rest are found on this side.
#[model(open)]
pub enum ErrorCode {
    // Values that are refused before anything is sent
    /// An amount that is not a plain decimal number.
    InvalidAmount,
    /// More decimal places than the currency has.
    TooManyPlaces,
    /// A code that is neither in ISO 4217 nor BTC nor USDT.
    UnknownCurrency,
    /// Two currencies where one is needed.
    CurrencyMismatch,
    /// A figure past 10^18 minor units.
    AmountOverflow,
    /// A parameter that cannot be sent as it is.
    InvalidParameter,
    /// A key that is not in the form of its kind.
    InvalidKey,
    /// A URL that is not absolute, or not `https` where it must be.
    InvalidUrl,
    /// A setting of the client that is missing or cannot be read.
    InvalidConfiguration,
    /// A signer that failed or gave no signature.
    SigningFailed,

    // What people type
    /// A card that cannot be right; the field is in `param`.
    InvalidCard,
    /// A text that is not an IBAN, or not in the form of its country's.
    IbanMalformed,
    /// An IBAN of a country that has none.
    IbanUnknownCountry,
    /// An IBAN whose check digits do not hold.
    IbanChecksum,
    /// A text that is not an address of the network.
    AddressMalformed,
    /// An address that is too short or too long.
    AddressLength,
    /// An address whose checksum does not hold.
    AddressChecksum,
    /// An address that mixes small letters and capitals where its form has no such thing.
    AddressMixedCase,
    /// An address of another network or chain.
    AddressWrongNetwork,
    /// A text that is not a payment request, or one with a part that is malformed.
    PaymentRequestMalformed,
    /// A payment request past the size of its form.
    PaymentRequestTooLong,
    /// A payment request whose checksum does not hold.
    PaymentRequestChecksum,
    /// A payment request that asks for what this version does not know.
    PaymentRequestUnsupported,

    // Fees
    /// A fee schedule that cannot be loaded; the path of the bad field is in `param`.
    InvalidSchedule,
    /// A fee schedule whose version is older than the last accepted.
    ScheduleRollback,
    /// A fee schedule asked about a time outside its validity.
    ScheduleNotInForce,
    /// No rule of the schedule matches.
    NoMatchingRule,
    /// A rule asks for a fact that was not given; its name is in `param`.
    MissingFact,
    /// A map of amounts that lacks the currency of the order.
    MissingCurrency,
    /// A coupon that does not apply.
    PromotionNotApplicable,
    /// No gross amount reaches the net asked for.
    TargetUnreachable,
    /// Even the smallest withdrawal does not fit into the balance.
    BalanceTooSmall,

    // The official list
    /// An official list that cannot be read; the path of the bad field is in `param`.
    InvalidOfficialList,
    /// An official list whose version is older than the last accepted.
    OfficialListRollback,

    // Transport
    /// No connection was made.
    ConnectFailed,
    /// The connection broke after the request may have left.
    ConnectionLost,
    /// No answer came in time.
    Timeout,
    /// The deadline of the whole call was spent.
    DeadlineExceeded,
    /// The caller gave the call up.
    Cancelled,
    /// The time to wait is over, and what was waited for has not come to its end: `state` has where it stands.
    WaitTimedOut,
    /// An answer past the size bound, or cut short.
    AnswerIncomplete,
    /// An answer that is verified but does not read as what the operation gives.
    AnswerUnreadable,
    /// The journal could not record the call, so that it was not sent.
    JournalFailed,

    // Verification
    /// An answer without a signature.
    AnswerUnsigned,
    /// An answer whose signature does not hold.
    AnswerSignatureInvalid,
    /// An answer that was made for another request.
    AnswerForOtherRequest,
    /// A reply whose amount or currency is not the request's.
    AnswerMismatch,
    /// A key id that is not among the trusted keys.
    UntrustedKey,
    /// A webhook without one of its three headers.
    WebhookHeaderMissing,
    /// A webhook whose id, timestamp or signature header is malformed.
    WebhookHeaderMalformed,
    /// A webhook whose timestamp is outside the tolerance.
    WebhookTimestampOutOfTolerance,
    /// No signature of the webhook matches a secret.
    WebhookSignatureMismatch,
    /// A webhook whose body does not read as an event.
    WebhookUnreadable,
    /// A signed document whose signature does not hold.
    EnvelopeSignatureInvalid,
    /// A one-time code that does not hold.
    OneTimeCodeMismatch,
    /// A replay guard that is full or cannot be read: nothing was claimed.
    ReplayGuardFailed,

    // Refused by the gateway: size, signature, time, nonce
    /// The body is past 1 MiB.
    BodyTooLarge,
    /// The request carries no signature or no bearer key.
    Unauthenticated,
    /// The signature, its shape or its covered parts are not as they must be.
    SignatureInvalid,
    /// The body is not the one of the signed `Content-Digest`.
    DigestMismatch,
    /// The request was made at another time than the gateway's clock allows.
    ClockSkew,
    /// The nonce was used before.
    NonceReplayed,
    /// The key does not exist.
    KeyUnknown,
    /// The key was revoked.
    KeyRevoked,
    /// The key may not do this.
    KeyRestricted,
    /// The kind of key may not do this.
    ScopeNotAllowed,
    /// The client secret is not the checkout session's.
    ClientSecretInvalid,
    /// A version of the protocol that the gateway does not speak.
    VersionUnsupported,

    // Idempotency
    /// A POST without `Idempotency-Key`.
    IdempotencyKeyMissing,
    /// An `Idempotency-Key` that is malformed.
    IdempotencyKeyInvalid,
    /// An `Idempotency-Key` that the signature does not cover.
    IdempotencyKeyUnsigned,
    /// The key was used with another request.
    IdempotencyKeyReused,
    /// The first request with this key is still running.
    IdempotencyInProgress,
    /// The key is older than 24 hours and burnt.
    IdempotencyKeyExpired,
    /// The key was closed unexecuted by `resolve`.
    IdempotencyKeyClosed,

    // Lookup and validation
    /// No such endpoint or object.
    NotFound,
    /// The endpoint exists, under another verb.
    MethodNotAllowed,
    /// The content type is not `application/json`.
    UnsupportedMediaType,
    /// The body is not JSON.
    MalformedJson,
    /// A field that the endpoint does not know.
    UnknownField,
    /// A field that the endpoint needs.
    MissingField,
    /// A field whose value is not of its type or not allowed.
    InvalidField,
    /// A card number where none may be.
    CardNumberNotAllowed,
    /// A secret key where none may be.
    SecretNotAllowed,
    /// The object is in a state that does not allow this.
    IllegalState,
    /// More than what is left to capture or refund.
    AmountTooLarge,
    /// Less than the gateway handles for this method.
    AmountTooSmall,
    /// More than what is left of the limit of a day.
    DailyLimitExceeded,
    /// The fee is more than the amount.
    FeeExceedsAmount,
    /// The destination is new, and in its cooling period.
    DestinationCooling,
    /// The code is wrong; `object` has the id of what it should confirm.
    ConfirmationFailed,
    /// Too many wrong PINs or codes: this kind of confirmation is refused for a while.
    ConfirmationLocked,
    /// The e-mail address, the password or the token is wrong, or too many were.
    LoginFailed,
    /// A password that is easily guessed.
    PasswordTooWeak,
    /// The account is frozen, and this operation is stopped meanwhile.
    AccountFrozen,
    /// A risk rule refuses this one.
    RiskRefused,
    /// The recipient takes no transfers.
    RecipientRefused,
    /// The balance does not cover it.
    InsufficientBalance,
    /// More than the device was registered for, or in another currency; the limit is in `param`.
    DeviceLimitExceeded,
    /// A method that the session or account does not allow.
    MethodNotAvailable,
    /// The quote or session is past its time.
    Expired,

    // Outcome
    /// The payment was declined; `decline_code` says why.
    PaymentDeclined,
    /// Too many requests.
    RateLimited,
    /// The gateway failed.
    InternalError,
    /// The gateway is not available.
    ServiceUnavailable,
}

impl ErrorCode {
    /// The HTTP status that the gateway answers with, for codes that are the gateway's.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        Some(match self {
            Self::MalformedJson | Self::IdempotencyKeyMissing | Self::IdempotencyKeyInvalid | Self::VersionUnsupported => 400,
            Self::Unauthenticated
            | Self::SignatureInvalid
            | Self::DigestMismatch
            | Self::ClockSkew
            | Self::NonceReplayed
            | Self::KeyUnknown
            | Self::KeyRevoked
            | Self::ClientSecretInvalid
            | Self::IdempotencyKeyUnsigned => 401,
            Self::PaymentDeclined => 402,
            Self::KeyRestricted | Self::ScopeNotAllowed => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::IdempotencyInProgress
            | Self::IdempotencyKeyExpired
            | Self::IdempotencyKeyClosed
            | Self::IllegalState
            | Self::Expired
            | Self::ConfirmationLocked
            | Self::AccountFrozen
            | Self::DestinationCooling => 409,
            Self::BodyTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::UnknownField
            | Self::MissingField
            | Self::InvalidField
            | Self::InvalidAmount
            | Self::TooManyPlaces
            | Self::UnknownCurrency
            | Self::CurrencyMismatch
            | Self::AmountOverflow
            | Self::IdempotencyKeyReused
            | Self::CardNumberNotAllowed
            | Self::SecretNotAllowed
            | Self::AmountTooLarge
            | Self::AmountTooSmall
            | Self::DailyLimitExceeded
            | Self::ConfirmationFailed
            | Self::RiskRefused
            | Self::LoginFailed
            | Self::PasswordTooWeak
            | Self::RecipientRefused
            | Self::FeeExceedsAmount
            | Self::InsufficientBalance
            | Self::DeviceLimitExceeded
            | Self::MethodNotAvailable
            | Self::NoMatchingRule
            | Self::MissingFact
            | Self::MissingCurrency
            | Self::PromotionNotApplicable
            | Self::ScheduleNotInForce
            | Self::TargetUnreachable
            | Self::BalanceTooSmall => 422,
            Self::RateLimited => 429,
            Self::InternalError => 500,
            Self::ServiceUnavailable => 503,
            _ => return None,
        })
    }
}

/// Why a payment was declined.
#[model(open)]
pub enum DeclineCode {
    /// The bank gave no reason.
    GenericDecline,
    /// The account does not cover the amount.
    InsufficientFunds,
    /// The card number is not one.
    IncorrectNumber,
    /// The security code is wrong.
    IncorrectCvc,
    /// The card has expired.
    ExpiredCard,
    /// The card was reported lost.
    LostCard,
    /// The card was reported stolen.
    StolenCard,
    /// The bank suspects fraud.
    FraudSuspected,
    /// The card's limit is reached.
    LimitExceeded,
    /// 3-D Secure was not passed.
    AuthenticationFailed,
    /// The card does not take this currency.
    CurrencyNotSupported,
    /// The issuing bank cannot be reached.
    IssuerUnavailable,
    /// The network failed while processing.
    ProcessingError,
    /// Nothing, or not enough, arrived before the time ran out.
    PaymentExpired,
    /// The buyer did not approve it on the page of their bank or wallet.
    NotApproved,
    /// OKPay looked at the payment, and refused it.
    ReviewRejected,
}
