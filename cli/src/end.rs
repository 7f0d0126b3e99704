//! How the program ends: exit codes, and errors in one line.

use okpay::{OkpayError, Phase};
use std::fmt;
use std::process::ExitCode;

/// The table of exit codes, as the help shows it.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  what was asked about does not hold: a signature, a check of the demo, an answer that is not proven
  2  wrong usage or bad input: an argument, a file, a key, an occupied port
  3  the gateway refused; its code says why
  4  the outcome is not known: resolve the call by its idempotency key before you make another
  5  the gateway was not reached, or gave no usable answer; nothing was changed";

/// What the command was asked to check does not hold.
pub(crate) const DOES_NOT_HOLD: u8 = 1;
const BAD_INPUT: u8 = 2;
const REFUSED: u8 = 3;
const OUTCOME_UNKNOWN: u8 = 4;
const NOT_REACHED: u8 = 5;

/// An error with an exit code of its own, where the phase of an [`OkpayError`] does not give it.
#[derive(Debug)]
pub(crate) struct End {
    code: u8,
    text: String,
}

impl End {
    /// Something may or may not have been done.
    pub(crate) fn outcome_unknown(text: impl Into<String>) -> Self {
        Self { code: OUTCOME_UNKNOWN, text: text.into() }
    }

    /// There is no gateway there, or it gave no usable answer.
    pub(crate) fn not_reached(text: impl Into<String>) -> Self {
        Self { code: NOT_REACHED, text: text.into() }
    }
}

impl fmt::Display for End {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl std::error::Error for End {}

/// Whoever read our output has gone (`okpay … | head`): no error, and nobody to tell.
#[derive(Debug)]
pub(crate) struct ReaderGone;

impl fmt::Display for ReaderGone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("standard output was closed")
    }
}

impl std::error::Error for ReaderGone {}

/// The exit code of a result; an error is told on standard error.
pub(crate) fn of(result: anyhow::Result<ExitCode>) -> ExitCode {
    match result {
        Ok(code) => code,
        Err(error) if error.is::<ReaderGone>() => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", one_line(&error));
            ExitCode::from(code(&error))
        }
    }
}

fn one_line(error: &anyhow::Error) -> String {
    let text = format!("{error:#}");
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(advice) = sdk_error(error).and_then(advice) {
        line.push_str(". ");
        line.push_str(advice);
    }
    line
}

/// What to do next, where the text of the error does not say it.
fn advice(error: &OkpayError) -> Option<&'static str> {
    match error {
        OkpayError::Invalid(_) | OkpayError::Rejected(_) => None,
        _ => Some(error.suggested_action()),
    }
}

fn code(error: &anyhow::Error) -> u8 {
    if let Some(end) = error.chain().find_map(|cause| cause.downcast_ref::<End>()) {
        return end.code;
    }
    match sdk_error(error).map(OkpayError::phase) {
        Some(Phase::Verification) => DOES_NOT_HOLD,
        Some(Phase::Rejected) => REFUSED,
        Some(Phase::OutcomeUnknown) => OUTCOME_UNKNOWN,
        Some(Phase::NotSent | Phase::Unanswered) => NOT_REACHED,
        _ => BAD_INPUT,
    }
}

fn sdk_error(error: &anyhow::Error) -> Option<&OkpayError> {
    error.chain().find_map(|cause| cause.downcast_ref::<OkpayError>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;
    use okpay::{ErrorCode, Failure};

    #[test]
    fn every_phase_has_its_exit_code() {
        let failure = || Box::new(Failure::new(ErrorCode::Timeout, "no answer"));
        for (error, expected) in [
            (OkpayError::Invalid(failure()), 2),
            (OkpayError::NotSent(failure()), 5),
            (OkpayError::Rejected(failure()), 3),
            (OkpayError::OutcomeUnknown(failure()), 4),
            (OkpayError::Unanswered(failure()), 5),
            (OkpayError::Verification(failure()), 1),
        ] {
            let phase = error.phase();
            let wrapped = Err::<(), _>(error).context("in a context").unwrap_err();
            assert_eq!(code(&wrapped), expected, "{phase}");
        }
        assert_eq!(code(&anyhow::anyhow!("no such file")), 2);
        assert_eq!(code(&anyhow::Error::new(End::outcome_unknown("cut off"))), 4);
    }

    #[test]
    fn an_error_is_one_line() {
        let error = anyhow::anyhow!("first\nsecond").context("outside");
        assert_eq!(one_line(&error), "outside: first second");
    }
}
