//! What can go wrong, named by what it means for the caller.
//!
//! [`OkpayError`] has one variant per *phase*, for the phase decides what may be done next; inside is a [`Failure`] with a stable
//! [`ErrorCode`] to branch on. The text in `detail` is for people and may change. [`crate::advice`] says what to do, in English and
//! Chinese.
//!
//! | file | what |
//! | --- | --- |
//! | `mod.rs` | [`OkpayError`], its [`Phase`] and its [`Failure`] |
//! | `codes.rs` | [`ErrorCode`] with the HTTP status of each, [`DeclineCode`] |

mod codes;

pub use codes::{DeclineCode, ErrorCode};

use okpay_macros::model;
use std::fmt;

/// What an error says. Which [`OkpayError`] variant holds it says what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The stable code to branch on.
    pub code: ErrorCode,
    /// For people: what, where and what to do. Not part of the contract.
    pub detail: String,
    /// The field or fact at fault, as a path such as `amount.currency` or `rules[2].percent`.
    pub param: Option<String>,
    /// Why a payment was declined.
    pub decline_code: Option<DeclineCode>,
    /// The object that was made all the same: the payment that was declined, which another card may still pay.
    pub object: Option<String>,
    /// Of what was waited for, the last state that was read.
    pub state: Option<String>,
    /// The HTTP status, if an answer came.
    pub status: Option<u16>,
    /// The gateway's id of the request, for support.
    pub request_id: Option<String>,
    /// The key of the call, under which [`OkpayError::OutcomeUnknown`] can be resolved.
    pub idempotency_key: Option<String>,
}

/// Every error of the SDK, by phase.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OkpayError {
    /// A value was refused here, before anything was sent: mend it and call again.
    Invalid(Box<Failure>),
    /// The call did not leave this machine; nothing happened, and it may be made again.
    NotSent(Box<Failure>),
    /// The gateway said no, verifiably and for this very call: nothing was executed, or what was executed is this refusal.
    Rejected(Box<Failure>),
    /// A write may or may not have happened. Resolve it by its `idempotency_key`; never repeat it under a new key before.
    OutcomeUnknown(Box<Failure>),
    /// A read got no usable answer. It changed nothing, and may be repeated.
    Unanswered(Box<Failure>),
    /// Something was not what it claims to be: do not act on it.
    Verification(Box<Failure>),
}

/// The phase of an [`OkpayError`] as a value.
#[model(open)]
pub enum Phase {
    /// See [`OkpayError::Invalid`].
    Invalid,
    /// See [`OkpayError::NotSent`].
    NotSent,
    /// See [`OkpayError::Rejected`].
    Rejected,
    /// See [`OkpayError::OutcomeUnknown`].
    OutcomeUnknown,
    /// See [`OkpayError::Unanswered`].
    Unanswered,
    /// See [`OkpayError::Verification`].
    Verification,
}

impl Failure {
    /// A failure with a code and a text; the rest is added by the methods below.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self::with(code, None, detail.into())
    }

    #[inline(never)]
    fn with(code: ErrorCode, param: Option<String>, detail: String) -> Self {
        Self { code, detail, param, decline_code: None, object: None, state: None, status: None, request_id: None, idempotency_key: None }
    }

    /// Names the field or fact at fault.
    #[must_use]
    pub fn at(mut self, param: impl Into<String>) -> Self {
        self.param = Some(param.into());
        self
    }

    /// Names the call.
    #[must_use]
    pub fn for_key(mut self, idempotency_key: Option<String>) -> Self {
        self.idempotency_key = idempotency_key;
        self
    }
}

impl OkpayError {
    /// The error of a phase, for languages that keep the two apart. A phase that this version does not know is `Invalid`, of which
    /// nothing follows.
    #[must_use]
    pub fn of(phase: &Phase, failure: Failure) -> Self {
        let failure = Box::new(failure);
        match phase {
            Phase::NotSent => Self::NotSent(failure),
            Phase::Rejected => Self::Rejected(failure),
            Phase::OutcomeUnknown => Self::OutcomeUnknown(failure),
            Phase::Unanswered => Self::Unanswered(failure),
            Phase::Verification => Self::Verification(failure),
            Phase::Invalid | Phase::Unknown { .. } => Self::Invalid(failure),
        }
    }

    /// What a panic is told as where core is called from another language. In the middle of a write, by its key, it is not known what became
    /// of it.
    #[must_use]
    pub fn defect(idempotency_key: Option<String>) -> Self {
        let detail = "a defect in the SDK: it stopped in the middle; the standard error output says where. Please report it";
        let phase = if idempotency_key.is_some() { Phase::OutcomeUnknown } else { Phase::Invalid };
        let failure = Failure::new(ErrorCode::Unknown { raw: "sdk_panicked".to_owned() }, detail);
        Self::of(&phase, Failure { idempotency_key, ..failure })
    }

    /// A value refused before anything was sent.
    pub fn invalid(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self::Invalid(boxed(code, None, detail.into()))
    }

    /// A value refused before anything was sent, with the field at fault.
    pub fn invalid_at(code: ErrorCode, param: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Invalid(boxed(code, Some(param.into()), detail.into()))
    }

    /// Something that is not what it claims to be.
    pub fn verification(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self::Verification(boxed(code, None, detail.into()))
    }

    /// What the error says.
    #[must_use]
    pub fn failure(&self) -> &Failure {
        match self {
            Self::Invalid(failure)
            | Self::NotSent(failure)
            | Self::Rejected(failure)
            | Self::OutcomeUnknown(failure)
            | Self::Unanswered(failure)
            | Self::Verification(failure) => failure,
        }
    }

    /// What the error says, by itself.
    pub(crate) fn into_failure(self) -> Box<Failure> {
        match self {
            Self::Invalid(failure)
            | Self::NotSent(failure)
            | Self::Rejected(failure)
            | Self::OutcomeUnknown(failure)
            | Self::Unanswered(failure)
            | Self::Verification(failure) => failure,
        }
    }

    /// The same error with its failure changed.
    #[must_use]
    pub fn map(mut self, change: impl FnOnce(&mut Failure)) -> Self {
        match &mut self {
            Self::Invalid(failure)
            | Self::NotSent(failure)
            | Self::Rejected(failure)
            | Self::OutcomeUnknown(failure)
            | Self::Unanswered(failure)
            | Self::Verification(failure) => change(failure),
        }
        self
    }

    /// The same error, its `param` put under a parent: `within("rules[2]")` makes `rules[2].percent` of `percent`.
    #[must_use]
    pub fn within(self, parent: &str) -> Self {
        self.map(|failure| {
            failure.param = Some(match failure.param.take() {
                Some(param) if param.starts_with('[') => format!("{parent}{param}"),
                Some(param) => format!("{parent}.{param}"),
                None => parent.to_owned(),
            });
        })
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &ErrorCode {
        &self.failure().code
    }

    /// Which variant it is, as a value.
    #[must_use]
    pub fn phase(&self) -> Phase {
        match self {
            Self::Invalid(_) => Phase::Invalid,
            Self::NotSent(_) => Phase::NotSent,
            Self::Rejected(_) => Phase::Rejected,
            Self::OutcomeUnknown(_) => Phase::OutcomeUnknown,
            Self::Unanswered(_) => Phase::Unanswered,
            Self::Verification(_) => Phase::Verification,
        }
    }

    /// What to do next, in one English sentence; [`crate::advice`] says more, in two languages.
    #[must_use]
    pub fn suggested_action(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "Mend the value and call again; nothing was sent.",
            Self::NotSent(_) => "Call again when the network is back; nothing happened.",
            Self::Rejected(_) => "Read the code: the gateway refused this call, and repeating it as it is gives the same answer.",
            Self::OutcomeUnknown(_) => "Resolve the call by its idempotency key before you make another.",
            Self::Unanswered(_) => "Repeat the read; it changed nothing.",
            Self::Verification(_) => "Do not act on it: it is not proven to be OKPay's.",
        }
    }
}

/// In one place, for errors are made all over.
#[inline(never)]
fn boxed(code: ErrorCode, param: Option<String>, detail: String) -> Box<Failure> {
    Box::new(Failure::with(code, param, detail))
}

impl fmt::Display for OkpayError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failure = self.failure();
        write!(formatter, "{} ({})", failure.detail, failure.code)?;
        if let Some(param) = &failure.param {
            write!(formatter, " at {param}")?;
        }
        if let Some(decline) = &failure.decline_code {
            write!(formatter, ", decline {decline}")?;
        }
        if let Some(state) = &failure.state {
            write!(formatter, ", state {state}")?;
        }
        if let Some(request_id) = &failure.request_id {
            write!(formatter, ", request {request_id}")?;
        }
        if let Some(key) = &failure.idempotency_key {
            write!(formatter, ", idempotency key {key}")?;
        }
        Ok(())
    }
}

impl std::error::Error for OkpayError {}
