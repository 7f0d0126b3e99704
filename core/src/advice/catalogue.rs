//! [`Catalogue`]: the texts of one audience in one language, and [`Facts`], what is filled into them.

#[cfg(feature = "secret")]
use super::locale::Locale;
#[cfg(feature = "secret")]
use crate::error::{Failure, Phase};
use crate::json::{Json, parse};
#[cfg(feature = "secret")]
use std::sync::LazyLock;

/// One of the files in `texts/`: an object of four, and `tests.rs` says what is in each.
///
/// - `shared`: steps that many texts share. A text has one as `{name}`; here are its wordings, those with the most facts first and the
///   last one without any.
/// - `phases`, `codes`: what is said of a phase and of a code, by its name.
/// - `declines`: what the merchant alone is told of a decline, by its code.
pub(super) struct Catalogue(Json);

/// What is said of one code: `title`, `explanation` and `steps`, each a sentence or the `{name}` of a shared step.
#[derive(Default)]
pub(super) struct Text<'c>(Option<&'c Json>);

impl<'c> Text<'c> {
    pub(super) fn title(&self) -> &'c str {
        self.member("title")
    }

    pub(super) fn explanation(&self) -> &'c str {
        self.member("explanation")
    }

    pub(super) fn steps(&self) -> impl Iterator<Item = &'c str> {
        list(self.0.and_then(|text| text.member("steps")))
    }

    fn member(&self, name: &str) -> &'c str {
        self.0.and_then(|text| text.member(name)).and_then(Json::text).unwrap_or_default()
    }
}

/// The texts of a list.
fn list(list: Option<&Json>) -> impl Iterator<Item = &str> {
    let values = match list {
        Some(Json::List(values)) => values.as_slice(),
        _ => &[],
    };
    values.iter().filter_map(Json::text)
}

impl Catalogue {
    /// From a file's text. A test reads each of ours, so that the empty catalogue is seen only where a page was given another file.
    pub(super) fn read(text: &str) -> Self {
        Self(parse(text.as_bytes()).unwrap_or(Json::Null))
    }

    /// For the shop's customer, by decline code.
    #[cfg(feature = "secret")]
    pub(super) fn buyer(locale: Locale) -> &'static Self {
        static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(include_str!("texts/buyer.en.json")));
        static CHINESE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(include_str!("texts/buyer.zh-CN.json")));
        match locale {
            Locale::English => &ENGLISH,
            Locale::Chinese => &CHINESE,
        }
    }

    /// For the merchant, by error code.
    #[cfg(feature = "secret")]
    pub(super) fn merchant(locale: Locale) -> &'static Self {
        static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(include_str!("texts/merchant.en.json")));
        static CHINESE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(include_str!("texts/merchant.zh-CN.json")));
        match locale {
            Locale::English => &ENGLISH,
            Locale::Chinese => &CHINESE,
        }
    }

    /// The text of a code, if there is one.
    pub(super) fn code(&self, code: &str) -> Option<Text<'_>> {
        Some(Text(Some(self.0.member("codes")?.member(code)?)))
    }

    /// The general text of a phase.
    #[cfg(feature = "secret")]
    pub(super) fn phase(&self, phase: &Phase) -> Text<'_> {
        Text(self.0.member("phases").and_then(|phases| phases.member(phase.as_str())))
    }

    /// What the merchant alone is told of a decline.
    #[cfg(feature = "secret")]
    pub(super) fn decline(&self, code: &str) -> Option<&str> {
        self.0.member("declines")?.member(code)?.text()
    }

    /// A step in words: the fullest wording of a shared one for which the facts are known, any other as it is.
    pub(super) fn step(&self, step: &str, facts: &Facts<'_>) -> String {
        let shared = shared_name(step).and_then(|name| self.0.member("shared")?.member(name));
        list(shared).find_map(|wording| facts.fill(wording)).unwrap_or_else(|| step.to_owned())
    }
}

/// The `name` of a step that is `{name}`.
pub(super) fn shared_name(step: &str) -> Option<&str> {
    step.strip_prefix('{')?.strip_suffix('}')
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
    #[cfg(all(test, feature = "secret"))]
    pub(super) const NAMES: [&'static str; 4] = ["request_id", "idempotency_key", "param", "transaction"];

    #[cfg(feature = "secret")]
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
