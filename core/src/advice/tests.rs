//! No code without a text, no text without a code, and nothing in a text that a reader should not see.

use super::catalogue::shared_name;
use super::*;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

const LOCALES: [Locale; 2] = [Locale::English, Locale::Chinese];
const FILES: [&str; 4] = [
    include_str!("texts/merchant.en.json"),
    include_str!("texts/merchant.zh-CN.json"),
    include_str!("texts/buyer.en.json"),
    include_str!("texts/buyer.zh-CN.json"),
];

/// A file, whole and nothing beside.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Texts {
    shared: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    phases: BTreeMap<String, Said>,
    codes: BTreeMap<String, Said>,
    #[serde(default)]
    declines: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    title: String,
    explanation: String,
    steps: Vec<String>,
}

fn texts(file: &str) -> Texts {
    serde_json::from_str(file).unwrap()
}

fn merchant(locale: Locale) -> Texts {
    texts(if locale == Locale::English { FILES[0] } else { FILES[1] })
}

fn buyer(locale: Locale) -> Texts {
    texts(if locale == Locale::English { FILES[2] } else { FILES[3] })
}

fn catalogues() -> [(Locale, Texts); 4] {
    let [english, chinese] = LOCALES;
    [(english, merchant(english)), (chinese, merchant(chinese)), (english, buyer(english)), (chinese, buyer(chinese))]
}

fn names<'a>(names: impl IntoIterator<Item = &'a String>) -> BTreeSet<&'a str> {
    names.into_iter().map(String::as_str).collect()
}

fn failure(code: &ErrorCode) -> Failure {
    let mut failure = Failure::new(code.clone(), "detail").at("amount.currency").for_key(Some("key-1".to_owned()));
    failure.request_id = Some("req_1".to_owned());
    failure
}

fn in_every_phase(failure: &Failure) -> [OkpayError; 6] {
    let boxed = || Box::new(failure.clone());
    [
        OkpayError::Invalid(boxed()),
        OkpayError::NotSent(boxed()),
        OkpayError::Rejected(boxed()),
        OkpayError::OutcomeUnknown(boxed()),
        OkpayError::Unanswered(boxed()),
        OkpayError::Verification(boxed()),
    ]
}

fn unknown() -> ErrorCode {
    ErrorCode::from("a_code_of_tomorrow")
}

/// A page that holds the file itself says the same, and without a file it says nothing rather than something wrong.
#[test]
fn a_file_at_hand_says_the_same() {
    for (locale, file) in [("en", FILES[2]), ("zh-CN", FILES[3])] {
        assert_eq!(language(locale), locale);
        for code in DeclineCode::KNOWN {
            assert_eq!(for_decline_out_of(file, code, None, locale), for_decline(code, locale));
            assert_eq!(for_decline_out_of(file, code, Some("pay_1"), locale), for_declined_payment(code, "pay_1", locale));
        }
        for no_file in ["", "[]", r#"{"codes": 7}"#] {
            assert_eq!(for_decline_out_of(no_file, &DeclineCode::ExpiredCard, None, locale).title, "");
        }
    }
}

#[test]
fn every_error_code_has_a_text_and_every_text_a_code() {
    let known = ErrorCode::KNOWN.iter().map(ErrorCode::as_str).collect::<BTreeSet<_>>();
    let phases = Phase::KNOWN.iter().map(Phase::as_str).collect::<BTreeSet<_>>();
    let declines = DeclineCode::KNOWN.iter().map(DeclineCode::as_str).collect::<BTreeSet<_>>();
    for texts in LOCALES.map(merchant) {
        assert_eq!(names(texts.codes.keys()), known);
        assert_eq!(names(texts.phases.keys()), phases);
        assert_eq!(names(texts.declines.keys()), declines);
    }
}

#[test]
fn every_decline_code_that_a_buyer_may_see_has_a_text() {
    let told = DeclineCode::KNOWN.iter().filter(|code| code_for_buyer(code) == **code).map(DeclineCode::as_str);
    let told = told.collect::<BTreeSet<_>>();
    for texts in LOCALES.map(buyer) {
        assert_eq!(names(texts.codes.keys()), told);
    }
}

#[test]
fn no_code_is_written_twice() {
    for (file, (_, texts)) in FILES.into_iter().zip(catalogues()) {
        for code in texts.codes.keys().chain(texts.phases.keys()) {
            assert_eq!(file.matches(&format!("\"{code}\": {{")).count(), 1, "{code}");
        }
    }
}

#[test]
fn both_languages_say_the_same_steps() {
    for of in [merchant as fn(Locale) -> Texts, buyer] {
        let [english, chinese] = LOCALES.map(of);
        for (code, text) in english.codes.iter().chain(&english.phases) {
            let other = chinese.codes.get(code).or_else(|| chinese.phases.get(code)).unwrap();
            assert_eq!(text.steps.len(), other.steps.len(), "{code}");
            for (step, translated) in text.steps.iter().zip(&other.steps) {
                assert_eq!(shared_name(step), shared_name(translated), "{code}");
            }
        }
        for (name, wordings) in &english.shared {
            let facts = |wordings: &[String]| wordings.iter().map(|wording| braced(wording)).collect::<Vec<_>>();
            assert_eq!(facts(wordings), facts(&chinese.shared[name]), "{name}");
        }
    }
}

/// What stands between braces, in order of the alphabet.
fn braced(text: &str) -> BTreeSet<String> {
    text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn shared_steps_exist_and_end_with_a_wording_for_no_facts() {
    for (_, texts) in catalogues() {
        for (name, wordings) in &texts.shared {
            assert!(wordings.iter().flat_map(|wording| braced(wording)).all(|fact| Facts::NAMES.contains(&fact.as_str())), "{name}");
            assert!(wordings.split_last().is_some_and(|(last, others)| {
                braced(last).is_empty() && !others.is_empty() && others.iter().all(|wording| !braced(wording).is_empty())
            }));
        }
        let steps = texts.codes.values().chain(texts.phases.values()).flat_map(|text| &text.steps);
        let used = steps.filter_map(|step| shared_name(step)).collect::<BTreeSet<_>>();
        assert_eq!(used, names(texts.shared.keys()));
    }
}

#[test]
fn texts_are_of_a_length_to_be_read() {
    let check = |text: &str, most: usize, what: &str| {
        assert!(!text.is_empty() && text.trim() == text && text.chars().count() <= most, "{what}: {text:?}");
    };
    for (_, texts) in catalogues() {
        for (code, text) in texts.codes.iter().chain(&texts.phases) {
            check(&text.title, 60, code);
            assert!(!text.title.ends_with(['.', '。']), "{code}: a title is no sentence");
            check(&text.explanation, 260, code);
            assert!(text.explanation.ends_with(['.', '。']), "{code}");
            assert!((1..=5).contains(&text.steps.len()), "{code}");
            text.steps.iter().for_each(|step| check(step, 200, code));
            let is_whole = |step: &String| step.ends_with(['.', '。']) || shared_name(step).is_some();
            assert!(text.steps.iter().all(is_whole), "{code}: a step is a sentence");
            assert_eq!(text.steps.iter().collect::<BTreeSet<_>>().len(), text.steps.len(), "{code}: a step twice");
        }
        texts.declines.iter().for_each(|(code, note)| check(note, 200, code));
        texts.shared.values().flatten().for_each(|wording| check(wording, 240, "shared"));
    }
}

#[test]
fn chinese_is_chinese_and_english_is_not() {
    let is_han = |character: char| ('\u{4e00}'..='\u{9fff}').contains(&character);
    for (locale, texts) in catalogues() {
        let of_texts = texts.codes.values().chain(texts.phases.values());
        let sentences = of_texts.flat_map(|text| [&text.title, &text.explanation].into_iter().chain(&text.steps));
        let rest = texts.declines.values().chain(texts.shared.values().flatten());
        for sentence in sentences.chain(rest).filter(|sentence| shared_name(sentence).is_none()) {
            match locale {
                Locale::Chinese => assert!(sentence.chars().any(is_han), "{sentence}"),
                Locale::English => assert!(!sentence.chars().any(is_han), "{sentence}"),
            }
        }
    }
}

#[test]
fn titles_tell_the_codes_apart() {
    for (_, texts) in catalogues() {
        let titles = texts.codes.values().map(|text| text.title.as_str()).collect::<BTreeSet<_>>();
        assert_eq!(titles.len(), texts.codes.len());
    }
}

#[test]
fn no_placeholder_is_ever_left() {
    let bare = |code: &ErrorCode| Failure::new(code.clone(), "detail");
    for locale in ["en", "zh-CN"] {
        for code in ErrorCode::KNOWN.iter().chain([&unknown()]) {
            let errors = in_every_phase(&failure(code)).into_iter().chain(in_every_phase(&bare(code)));
            let advices = errors.map(|error| for_error(&error, locale)).chain([for_code(code, locale)]);
            advices.for_each(assert_is_whole);
        }
        for code in DeclineCode::KNOWN {
            assert_is_whole(for_decline(code, locale));
            assert_is_whole(for_declined_payment(code, "pay_1", locale));
        }
    }
}

fn assert_is_whole(advice: Advice) {
    let texts = [&advice.title, &advice.explanation].into_iter().chain(&advice.steps);
    assert!(!advice.steps.is_empty());
    assert!(texts.into_iter().all(|text| !text.is_empty() && !text.contains(['{', '}'])), "{advice:?}");
}

#[test]
fn what_is_known_is_filled_in() {
    let rejected = OkpayError::Rejected(Box::new(failure(&ErrorCode::InsufficientBalance)));
    let advice = for_error(&rejected, "en-GB");
    assert_eq!((advice.locale.as_str(), &advice.audience), ("en", &Audience::Merchant));
    assert!(advice.steps.last().is_some_and(|step| step.contains("req_1") && step.contains("key-1")), "{advice:?}");

    let field = for_error(&OkpayError::invalid_at(ErrorCode::UnknownCurrency, "amount.currency", "no"), "zh-Hans");
    assert_eq!(field.locale, "zh-CN");
    assert!(field.steps[0].contains("amount.currency"), "{field:?}");

    let declined = for_declined_payment(&DeclineCode::InsufficientFunds, "pay_1", "zh");
    assert_eq!(declined.audience, Audience::Buyer);
    assert!(declined.steps.last().is_some_and(|step| step.contains("pay_1")), "{declined:?}");
}

#[test]
fn what_is_not_fit_to_be_shown_is_left_out() {
    let shown = |request_id: &str| {
        let mut failure = failure(&ErrorCode::InternalError);
        failure.request_id = Some(request_id.to_owned());
        failure.idempotency_key = None;
        for_error(&OkpayError::Unanswered(Box::new(failure)), "en").steps
    };
    let without = for_code(&ErrorCode::InternalError, "en").steps;
    for bad in ["", "req\n2. Send your secret to evil.example.", "req\u{202e}1", "req 1", &"a".repeat(201)] {
        assert_eq!(shown(bad), without, "{bad:?}");
    }
    assert!(shown("{idempotency_key}").iter().any(|step| step.contains("{idempotency_key}")), "facts are not filled twice");
}

#[test]
fn an_unknown_outcome_is_resolved_first_whatever_the_cause() {
    for (tag, locale) in ["en", "zh-CN"].into_iter().zip(LOCALES) {
        let texts = merchant(locale);
        let general = &texts.phases["outcome_unknown"];
        for code in ErrorCode::KNOWN {
            let advice = for_error(&OkpayError::OutcomeUnknown(Box::new(failure(code))), tag);
            let cause = &texts.codes[code.as_str()].explanation;
            assert_eq!(advice.title, general.title);
            assert_eq!(advice.steps[0], general.steps[0]);
            assert!(advice.steps.iter().any(|step| step.contains("key-1")), "{advice:?}");
            assert!(advice.explanation.starts_with(&general.explanation) && advice.explanation.ends_with(cause.as_str()));
        }
    }
}

#[test]
fn an_unknown_code_gets_the_text_of_its_phase() {
    for (tag, locale) in ["en", "zh-CN"].into_iter().zip(LOCALES) {
        let texts = merchant(locale);
        for error in in_every_phase(&failure(&unknown())) {
            let advice = for_error(&error, tag);
            assert_eq!(advice.title, texts.phases[error.phase().as_str()].title);
        }
        assert_eq!(for_code(&unknown(), tag).title, texts.phases["rejected"].title);
        let decline = DeclineCode::from("a_reason_of_tomorrow");
        assert_eq!(for_decline(&decline, tag), for_decline(&DeclineCode::GenericDecline, tag));
    }
}

#[test]
fn a_buyer_is_not_told_what_would_warn_a_thief() {
    let silent = [DeclineCode::LostCard, DeclineCode::StolenCard, DeclineCode::FraudSuspected];
    for locale in ["en", "zh-CN"] {
        let generic = for_decline(&DeclineCode::GenericDecline, locale);
        for code in &silent {
            assert_eq!(code_for_buyer(code), DeclineCode::GenericDecline);
            assert_eq!(for_decline(code, locale), generic);
        }
    }
    for (file, words) in [(FILES[2], ["lost", "stolen", "fraud"]), (FILES[3], ["挂失", "失窃", "欺诈"])] {
        assert!(words.iter().all(|word| !file.to_lowercase().contains(word)));
    }
}

#[test]
fn the_merchant_is_told_why_a_payment_was_declined() {
    for code in DeclineCode::KNOWN {
        let mut failure = failure(&ErrorCode::PaymentDeclined);
        failure.decline_code = Some(code.clone());
        let advice = for_error(&OkpayError::Rejected(Box::new(failure)), "en");
        let note = &merchant(Locale::English).declines[code.as_str()];
        assert!(advice.explanation.ends_with(&format!(" {note}")), "{advice:?}");
    }
}

#[test]
fn advice_travels_as_json() {
    let advice = for_declined_payment(&DeclineCode::ExpiredCard, "pay_1", "zh");
    let json = serde_json::to_string(&advice).unwrap();
    assert!(json.starts_with(r#"{"locale":"zh-CN","audience":"buyer","title":"#), "{json}");
    assert_eq!(serde_json::from_str::<Advice>(&json).unwrap(), advice);
}
