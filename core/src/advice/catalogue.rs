//! [`Catalogue`]: the texts of one audience in one language, and [`Facts`], what is filled into them.

use super::locale::Locale;
use crate::error::{Failure, Phase};
use crate::json;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// One of the files in `texts/`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Catalogue {
    /// Steps that many texts share. A text has one as `{name}`; here are its wordings, those with the most facts first and the last
    /// one without any.
    pub(super) shared: BTreeMap<String, Vec<String>>,
    /// What is said of a phase, by its name.
    pub(super) phases: BTreeMap<String, Text>,
    /// What is said of a code, by its name.
    pub(super) codes: BTreeMap<String, Text>,
    /// What the merchant alone is told of a decline, by its code.
    pub(super) declines: BTreeMap<String, String>,
}

/// What is said of one code.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Text {
    pub(super) title: String,
    pub(super) explanation: String,
    /// Each a sentence or the `{name}` of a shared step.
    pub(super) steps: Vec<String>,
}

impl Text {
    pub(super) const EMPTY: &'static Self = &Self { title: String::new(), explanation: String::new(), steps: Vec::new() };
}

impl Catalogue {
    /// For the shop's customer, by decline code.
    pub(super) fn buyer(locale: Locale) -> &'static Self {
        static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| read(include_str!("texts/buyer.en.json")));
        static CHINESE: LazyLock<Catalogue> = LazyLock::new(|| read(include_str!("texts/buyer.zh-CN.json")));
        match locale {
            Locale::English => &ENGLISH,
            Locale::Chinese => &CHINESE,
        }
    }

    /// For the merchant, by error code.
    pub(super) fn merchant(locale: Locale) -> &'static Self {
        static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| read(include_str!("texts/merchant.en.json")));
        static CHINESE: LazyLock<Catalogue> = LazyLock::new(|| read(include_str!("texts/merchant.zh-CN.json")));
        match locale {
            Locale::English => &ENGLISH,
            Locale::Chinese => &CHINESE,
        }
    }

    /// The text of a code, if there is one.
    pub(super) fn code(&self, code: &str) -> Option<&Text> {
        self.codes.get(code)
    }

    /// The general text of a phase.
    pub(super) fn phase(&self, phase: &Phase) -> &Text {
        self.phases.get(phase.as_str()).unwrap_or(Text::EMPTY)
    }

    /// A step in words: the fullest wording of a shared one for which the facts are known, any other as it is.
    pub(super) fn step(&self, step: &str, facts: &Facts<'_>) -> String {
        let wordings = shared_name(step).and_then(|name| self.shared.get(name));
        wordings.and_then(|wordings| wordings.iter().find_map(|wording| facts.fill(wording))).unwrap_or_else(|| step.to_owned())
    }
}

/// The `name` of a step that is `{name}`.
pub(super) fn shared_name(step: &str) -> Option<&str> {
    step.strip_prefix('{')?.strip_suffix('}')
}

/// The files are part of this program and a test reads each, so that the empty catalogue is never seen.
fn read(text: &str) -> Catalogue {
    json::read(text.as_bytes()).unwrap_or_default()
}

/// What is known of the call at hand.
#[derive(Debug, Default)]
pub(super) struct Facts<'a> {
    request_id: Option<&'a str>,
    idempotency_key: Option<&'a str>,
    param: Option<&'a str>,
    transaction: Option<&'a str>,
}

/// Longer than any id, key or path that is worth showing.
const MAX_FACT: usize = 200;

impl<'a> Facts<'a> {
    /// Every name that a wording may have between braces.
    #[cfg(test)]
    pub(super) const NAMES: [&'static str; 4] = ["request_id", "idempotency_key", "param", "transaction"];

    pub(super) fn of(failure: &'a Failure) -> Self {
        Self {
            request_id: failure.request_id.as_deref(),
            idempotency_key: failure.idempotency_key.as_deref(),
            param: failure.param.as_deref(),
            transaction: failure.object.as_deref(),
        }
    }

    pub(super) fn of_transaction(transaction: &'a str) -> Self {
        Self { transaction: Some(transaction), ..Self::default() }
    }

    /// A wording with its facts, unless one of them is not known. What is filled in is not looked at again.
    fn fill(&self, wording: &str) -> Option<String> {
        let mut parts = wording.split('{');
        let mut filled = parts.next()?.to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}')?;
            filled.push_str(self.get(name)?);
            filled.push_str(rest);
        }
        Some(filled)
    }

    /// A fact that is fit to be shown. Some come from outside; line breaks and control characters would let them pose as more text.
    fn get(&self, name: &str) -> Option<&'a str> {
        let fact = match name {
            "request_id" => self.request_id,
            "idempotency_key" => self.idempotency_key,
            "param" => self.param,
            "transaction" => self.transaction,
            _ => None,
        };
        fact.filter(|fact| (1..=MAX_FACT).contains(&fact.len()) && fact.bytes().all(|byte| byte.is_ascii_graphic()))
    }
}
