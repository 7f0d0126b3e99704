//! Secrets in what people write to support: keys of OKPay's and card numbers, which nobody may ask for and nobody should send.

use crate::checks::{InputState, card_number};

/// What kind of secret a text holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// A secret key, the secret of a webhook endpoint, or a client secret.
    Key,
    /// The whole number of a card.
    CardNumber,
}

/// How a secret begins, and how many characters follow at least: less is a mention.
const MARKS: [&str; 4] = ["okp_test_sk_", "okp_live_sk_", "whsec_", "_secret_"];
const LEAST_AFTER_MARK: usize = 12;

/// The lengths of card numbers.
const CARD_LENGTHS: std::ops::RangeInclusive<usize> = 13..=19;

/// The secret that stands in a text, if there is one.
#[must_use]
pub fn secret_in(text: &str) -> Option<SecretKind> {
    if MARKS.iter().any(|mark| text.match_indices(mark).any(|(at, _)| is_long(&text[at + mark.len()..]))) {
        return Some(SecretKind::Key);
    }
    digit_runs(text).iter().any(|digits| holds_card(digits)).then_some(SecretKind::CardNumber)
}

fn is_long(rest: &str) -> bool {
    let is_secret = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_+/=".contains(byte);
    rest.bytes().take_while(is_secret).count() >= LEAST_AFTER_MARK
}

/// The digits that stand together, with single spaces, hyphens or dots between them at most.
fn digit_runs(text: &str) -> Vec<String> {
    let (mut runs, mut run, mut gap) = (Vec::new(), String::new(), 0);
    for letter in text.chars() {
        match letter.to_digit(10) {
            Some(_) => {
                run.push(letter);
                gap = 0;
            }
            None if matches!(letter, ' ' | '-' | '.' | '\u{a0}') && gap == 0 && !run.is_empty() => gap = 1,
            None => {
                runs.push(std::mem::take(&mut run));
                gap = 0;
            }
        }
    }
    runs.push(run);
    runs
}

/// Whether a card number stands anywhere in a run: between other digits it is as readable as alone.
fn holds_card(digits: &str) -> bool {
    let starts = 0..=digits.len().saturating_sub(*CARD_LENGTHS.start());
    starts.into_iter().any(|start| CARD_LENGTHS.filter_map(|length| digits.get(start..start + length)).any(is_card))
}

fn is_card(digits: &str) -> bool {
    card_number(digits).state == InputState::Valid
}
