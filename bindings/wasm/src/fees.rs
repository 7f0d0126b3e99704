//! The fee engine. Requests and quotes cross as JSON, columns as arrays of 64-bit numbers. What only a merchant asks is the server's.

use crate::errors::Told;
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
pub struct FeeSchedule(fees::FeeSchedule);

#[wasm_bindgen]
impl FeeSchedule {
    /// The schedule itself.
    #[wasm_bindgen(js_name = fromJson)]
    pub fn from_json(text: &str) -> Result<FeeSchedule, Told> {
        Ok(Self(fees::FeeSchedule::from_json(text)?))
    }

    /// The signed envelope around it; the keys are a JSON list.
    #[wasm_bindgen(js_name = fromEnvelope)]
    pub fn from_envelope(text: &str, public_keys: &str, last_accepted_version: Option<String>) -> Result<FeeSchedule, Told> {
        let keys = read::<Vec<String>>(public_keys)?;
        Ok(Self(fees::FeeSchedule::from_envelope(text, &keys, last_accepted_version.as_deref())?))
    }

    /// What is known of it, as JSON.
    #[must_use]
    pub fn about(&self) -> String {
        let schedule = &self.0;
        to_json(&About {
            id: schedule.id(),
            version: schedule.version(),
            verified: schedule.verified(),
            rounding: schedule.rounding(),
            valid_from: schedule.valid_from(),
            valid_until: schedule.valid_until(),
            rule_ids: schedule.rule_ids(),
        })
    }

    /// The exact text from which it was loaded.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.text().to_owned()
    }

    /// The fee on an amount.
    pub fn quote(&self, request: &str, now: i64) -> Result<String, Told> {
        Ok(to_json(&self.0.quote(&read(request)?, moment(now))?))
    }

    /// The smallest gross whose net reaches the amount.
    #[wasm_bindgen(js_name = grossUp)]
    pub fn gross_up(&self, request: &str, now: i64) -> Result<String, Told> {
        Ok(to_json(&self.0.gross_up(&read(request)?, moment(now))?))
    }

    /// The largest amount that fits into a balance with its fee.
    #[cfg(feature = "secret")]
    #[wasm_bindgen(js_name = maxWithdrawal)]
    pub fn max_withdrawal(&self, request: &str, now: i64) -> Result<String, Told> {
        Ok(to_json(&self.0.max_withdrawal(&read(request)?, moment(now))?))
    }

    /// Every method, cheapest first; the methods are a JSON list.
    pub fn compare(&self, request: &str, methods: &str, now: i64) -> Result<String, Told> {
        Ok(to_json(&self.0.compare(&read(request)?, &read::<Vec<String>>(methods)?, moment(now))?))
    }

    /// The fees on many amounts of minor units.
    #[cfg(feature = "secret")]
    #[wasm_bindgen(js_name = quoteMany)]
    pub fn quote_many(&self, amounts: &[i64], request: &str, now: i64) -> Result<QuoteColumns, Told> {
        Ok(QuoteColumns(self.0.batch(amounts, &read(request)?, moment(now))?))
    }
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
