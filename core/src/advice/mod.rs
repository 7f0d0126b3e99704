//! From a failure to what to do next, in English and Chinese.
//!
//! | file | what |
//! | --- | --- |
//! | `mod.rs` | [`Advice`], and the functions that find it for an error or a decline |
//! | `locale.rs` | which language: a tag such as `zh-CN` or a whole `Accept-Language` header |
//! | `catalogue.rs` | the texts as data, and how facts such as the request id get into them |
//! | `texts/` | the texts: for the merchant's engineers, by error code; for the shop's buyers, by decline code |
//!
//! To add a code: its texts in all the files of its audience; a test names what is missing. Two kinds of readers, two kinds of files,
//! and a checkout in a browser loads only what its buyer may read, once there is something to say.

mod catalogue;
mod locale;
#[cfg(test)]
#[cfg(feature = "secret")]
mod tests;

use crate::error::DeclineCode;
#[cfg(feature = "secret")]
use crate::error::{ErrorCode, Failure, OkpayError, Phase};
use catalogue::{Catalogue, Facts, Text};
use locale::Locale;
use okpay_macros::model;

/// Whom an advice is written for.
#[model(open)]
pub enum Audience {
    /// The shop's customer. Fit to be shown on a payment page.
    Buyer,
    /// The merchant's engineers and support. Not for buyers: it may say why a bank declined.
    Merchant,
}

/// What happened and what to do next, in one language. Plain text: escape it where it goes into HTML.
#[model]
pub struct Advice {
    /// The language that it is in, `en` or `zh-CN`: for the `lang` attribute of a page.
    pub locale: String,
    /// Whom it is written for.
    pub audience: Audience,
    /// A headline.
    pub title: String,
    /// What happened, in a sentence or a few.
    pub explanation: String,
    /// What to do, in this order.
    pub steps: Vec<String>,
}

/// What the merchant does about an error. The error's own request id, idempotency key and parameter are filled in.
///
/// While the outcome of a call is unknown, the steps are those of finding it out, whatever the cause was: what helps against the cause
/// alone could pay twice. A code that this version does not know gets the general text of the error's phase.
///
/// `locale` is a tag (`en`, `en-GB`, `zh`, `zh-CN`, `zh-Hans`) or an `Accept-Language` header (RFC 9110, section 12.5.4); what is
/// neither English nor Chinese gets English.
#[cfg(feature = "secret")]
#[must_use]
pub fn for_error(error: &OkpayError, locale: &str) -> Advice {
    let locale = Locale::negotiate(locale);
    let texts = Catalogue::merchant(locale);
    let failure = error.failure();
    let general = texts.phase(&error.phase());
    let own = texts.code(failure.code.as_str());
    let (text, addition) = match error {
        OkpayError::OutcomeUnknown(_) => (general, own.map(|text| text.explanation())),
        _ => (own.unwrap_or(general), reason_of_decline(texts, failure)),
    };
    let mut advice = assemble(locale, Audience::Merchant, texts, &text, &Facts::of(failure));
    if let Some(addition) = addition {
        advice.explanation.push_str(locale.between_sentences());
        advice.explanation.push_str(addition);
    }
    advice
}

/// What the merchant does about an error of this code, where only the code is at hand. See [`for_error`] for `locale`.
///
/// A code that this version does not know gets the general text for a refusal, for only a gateway sends such codes.
#[cfg(feature = "secret")]
#[must_use]
pub fn for_code(code: &ErrorCode, locale: &str) -> Advice {
    let locale = Locale::negotiate(locale);
    let texts = Catalogue::merchant(locale);
    let text = texts.code(code.as_str()).unwrap_or_else(|| texts.phase(&Phase::Rejected));
    assemble(locale, Audience::Merchant, texts, &text, &Facts::default())
}

/// What the buyer does about a declined payment: to be shown on the payment page. See [`for_error`] for `locale`.
///
/// A code that this version does not know, or that the buyer must not be told (see [`code_for_buyer`]), reads as a decline without a
/// reason.
#[cfg(feature = "secret")]
#[must_use]
pub fn for_decline(code: &DeclineCode, locale: &str) -> Advice {
    let locale = Locale::negotiate(locale);
    decline(locale, Catalogue::buyer(locale), code, &Facts::default())
}

/// As [`for_decline`], with the transaction number (the id of the payment, `pay_…`) in the step that sends the buyer to support.
#[cfg(feature = "secret")]
#[must_use]
pub fn for_declined_payment(code: &DeclineCode, transaction: &str, locale: &str) -> Advice {
    let locale = Locale::negotiate(locale);
    decline(locale, Catalogue::buyer(locale), code, &Facts::of_transaction(transaction))
}

/// The decline code that a buyer, or a page in the buyer's browser, may see: a lost or stolen card and suspected fraud become a
/// decline without a reason, as card schemes ask, so that whoever holds the card is not warned.
#[must_use]
pub fn code_for_buyer(code: &DeclineCode) -> DeclineCode {
    match code {
        DeclineCode::LostCard | DeclineCode::StolenCard | DeclineCode::FraudSuspected => DeclineCode::GenericDecline,
        told => told.clone(),
    }
}

/// As [`for_declined_payment`], out of a file of texts that the caller holds: a checkout page loads it when a payment was declined, in the
/// one language that it needs. `texts` is `buyer.en.json` or `buyer.zh-CN.json`, by what [`language`] says of `locale`.
#[must_use]
pub fn for_decline_out_of(texts: &str, code: &DeclineCode, transaction: Option<&str>, locale: &str) -> Advice {
    let facts = transaction.map(Facts::of_transaction).unwrap_or_default();
    decline(Locale::negotiate(locale), &Catalogue::read(texts), code, &facts)
}

/// The language that a reader gets: `en` or `zh-CN`. See [`for_error`] for `locale`.
#[must_use]
pub fn language(locale: &str) -> &'static str {
    Locale::negotiate(locale).tag()
}

fn decline(locale: Locale, texts: &Catalogue, code: &DeclineCode, facts: &Facts<'_>) -> Advice {
    let text = texts.code(code_for_buyer(code).as_str()).or_else(|| texts.code(DeclineCode::GenericDecline.as_str()));
    assemble(locale, Audience::Buyer, texts, &text.unwrap_or_default(), facts)
}

/// What only the merchant is told of a decline.
#[cfg(feature = "secret")]
fn reason_of_decline<'a>(texts: &'a Catalogue, failure: &Failure) -> Option<&'a str> {
    failure.decline_code.as_ref().and_then(|code| texts.decline(code.as_str()))
}

fn assemble(locale: Locale, audience: Audience, texts: &Catalogue, text: &Text<'_>, facts: &Facts<'_>) -> Advice {
    Advice {
        locale: locale.tag().to_owned(),
        audience,
        title: text.title().to_owned(),
        explanation: text.explanation().to_owned(),
        steps: text.steps().map(|step| texts.step(step, facts)).collect(),
    }
}
