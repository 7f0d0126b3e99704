//! The fee engine. Requests and quotes cross as JSON, columns as arrays of 64-bit numbers. What only a merchant asks is the server's.

use crate::errors::Told;
use crate::parts;
use crate::values::{moment, read, to_json};
use okpay::Timestamp;
use okpay::fees;
use okpay::money::Rounding;
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

/// OKPay's own schedule, as JSON. A page asks the gateway for the one in force.
#[cfg(feature = "secret")]
#[wasm_bindgen(js_name = standardSchedule)]
#[must_use]
pub fn standard() -> String {
    fees::STANDARD.to_owned()
}

/// What is known of a table of fees.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct About<'s> {
    id: &'s str,
    version: &'s str,
    verified: bool,
    rounding: &'s Rounding,
    valid_from: Option<Timestamp>,
    valid_until: Option<Timestamp>,
    rule_ids: Vec<String>,
}

/// A table of fees.
#[wasm_bindgen]
pub struct FeeSchedule(Box<dyn Schedule>);

#[wasm_bindgen]
impl FeeSchedule {
    /// The schedule itself.
    #[wasm_bindgen(js_name = fromJson)]
    pub fn from_json(text: &str) -> Result<FeeSchedule, Told> {
        Ok(Self(parts::load_schedule(&Source { text, envelope: None })?))
    }

    /// The signed envelope around it; the keys are a JSON list.
    #[wasm_bindgen(js_name = fromEnvelope)]
    pub fn from_envelope(text: &str, public_keys: &str, last_accepted_version: Option<String>) -> Result<FeeSchedule, Told> {
        Ok(Self(parts::load_schedule(&Source { text, envelope: Some((public_keys, last_accepted_version.as_deref())) })?))
    }

    /// What is known of it, as JSON.
    #[must_use]
    pub fn about(&self) -> String {
        self.0.about()
    }

    /// The exact text from which it was loaded.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.text()
    }

    /// The fee on an amount.
    pub fn quote(&self, request: &str, now: i64) -> Result<String, Told> {
        self.0.quote(request, moment(now))
    }

    /// The smallest gross whose net reaches the amount.
    #[wasm_bindgen(js_name = grossUp)]
    pub fn gross_up(&self, request: &str, now: i64) -> Result<String, Told> {
        self.0.gross_up(request, moment(now))
    }

    /// Every method, cheapest first; the methods are a JSON list.
    pub fn compare(&self, request: &str, methods: &str, now: i64) -> Result<String, Told> {
        self.0.compare(request, methods, moment(now))
    }

    /// The largest amount that fits into a balance with its fee.
    #[cfg(feature = "secret")]
    #[wasm_bindgen(js_name = maxWithdrawal)]
    pub fn max_withdrawal(&self, request: &str, now: i64) -> Result<String, Told> {
        self.0.max_withdrawal(request, moment(now))
    }

    /// The fees on many amounts of minor units.
    #[cfg(feature = "secret")]
    #[wasm_bindgen(js_name = quoteMany)]
    pub fn quote_many(&self, amounts: &[i64], request: &str, now: i64) -> Result<QuoteColumns, Told> {
        self.0.quote_many(amounts, request, moment(now)).map(QuoteColumns)
    }
}

/// What a schedule is loaded from: its text; if that is an envelope, the trusted keys and the version that was accepted last.
pub(crate) struct Source<'s> {
    text: &'s str,
    envelope: Option<(&'s str, Option<&'s str>)>,
}

/// The engine, behind a pointer: nothing else of this library refers to it, so that a page's comes when it is asked for
/// ([`parts`]).
pub(crate) trait Schedule {
    fn about(&self) -> String;
    fn text(&self) -> String;
    fn quote(&self, request: &str, now: Timestamp) -> Result<String, Told>;
    fn gross_up(&self, request: &str, now: Timestamp) -> Result<String, Told>;
    fn compare(&self, request: &str, methods: &str, now: Timestamp) -> Result<String, Told>;
    #[cfg(feature = "secret")]
    fn max_withdrawal(&self, request: &str, now: Timestamp) -> Result<String, Told>;
    #[cfg(feature = "secret")]
    fn quote_many(&self, amounts: &[i64], request: &str, now: Timestamp) -> Result<fees::QuoteColumns, Told>;
}

impl Schedule for fees::FeeSchedule {
    fn about(&self) -> String {
        to_json(&About {
            id: self.id(),
            version: self.version(),
            verified: self.verified(),
            rounding: self.rounding(),
            valid_from: self.valid_from(),
            valid_until: self.valid_until(),
            rule_ids: self.rule_ids(),
        })
    }

    fn text(&self) -> String {
        self.text().to_owned()
    }

    fn quote(&self, request: &str, now: Timestamp) -> Result<String, Told> {
        Ok(to_json(&self.quote(&read(request)?, now)?))
    }

    fn gross_up(&self, request: &str, now: Timestamp) -> Result<String, Told> {
        Ok(to_json(&self.gross_up(&read(request)?, now)?))
    }

    fn compare(&self, request: &str, methods: &str, now: Timestamp) -> Result<String, Told> {
        Ok(to_json(&self.compare(&read(request)?, &read::<Vec<String>>(methods)?, now)?))
    }

    #[cfg(feature = "secret")]
    fn max_withdrawal(&self, request: &str, now: Timestamp) -> Result<String, Told> {
        Ok(to_json(&self.max_withdrawal(&read(request)?, now)?))
    }

    #[cfg(feature = "secret")]
    fn quote_many(&self, amounts: &[i64], request: &str, now: Timestamp) -> Result<fees::QuoteColumns, Told> {
        Ok(self.batch(amounts, &read(request)?, now)?)
    }
}

/// Loads a schedule.
pub(crate) fn load_schedule(source: &Source<'_>) -> Result<Box<dyn Schedule>, Told> {
    Ok(Box::new(match source.envelope {
        None => fees::FeeSchedule::from_json(source.text)?,
        Some((keys, last_accepted)) => fees::FeeSchedule::from_envelope(source.text, &read::<Vec<String>>(keys)?, last_accepted)?,
    }))
}

/// Fees by column.
#[cfg(feature = "secret")]
#[wasm_bindgen]
pub struct QuoteColumns(fees::QuoteColumns);

#[cfg(feature = "secret")]
#[wasm_bindgen]
impl QuoteColumns {
    /// What the payer pays.
    #[must_use]
    pub fn gross(&self) -> Vec<i64> {
        self.0.gross.clone()
    }

    /// The fee.
    #[must_use]
    pub fn fee(&self) -> Vec<i64> {
        self.0.fee.clone()
    }

    /// What the receiver gets.
    #[must_use]
    pub fn net(&self) -> Vec<i64> {
        self.0.net.clone()
    }

    /// The place of the rule that matched.
    #[must_use]
    pub fn rule(&self) -> Vec<u32> {
        self.0.rule.clone()
    }

    /// The ids of all rules, as JSON.
    #[wasm_bindgen(js_name = ruleIds)]
    #[must_use]
    pub fn rule_ids(&self) -> String {
        to_json(&self.0.rule_ids)
    }
}
