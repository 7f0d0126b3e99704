//! The fee engine. Requests and quotes cross as JSON. Columns cross as bytes, little-endian: a list of numbers would cross as objects.

use crate::ambient;
use crate::errors::{CoreError, guarded};
use crate::values::{to_json, unreadable};
use okpay::OkpayError;
use okpay::fees::{self, Quote, QuoteRequest};

/// A table of fees.
#[derive(uniffi::Object)]
pub struct CoreFeeSchedule(fees::FeeSchedule);

/// Figures of many rows, in minor units of 64 bits; `rule` is a place in `rule_ids`, of 32 bits.
#[derive(uniffi::Record)]
pub struct CoreQuoteColumns {
    /// What the customer pays.
    pub gross: Vec<u8>,
    /// The fee.
    pub fee: Vec<u8>,
    /// What is left.
    pub net: Vec<u8>,
    /// Which rule applied.
    pub rule: Vec<u8>,
    /// The rules of the schedule.
    pub rule_ids: Vec<String>,
}

#[uniffi::export]
impl CoreFeeSchedule {
    /// From its bare JSON, unsigned.
    ///
    /// # Errors
    /// `invalid_schedule` with the place at fault.
    #[uniffi::constructor]
    pub fn from_json(text: String) -> Result<Self, CoreError> {
        guarded(|| fees::FeeSchedule::from_json(&text)).map(Self)
    }

    /// From a signed envelope, under the keys of fee schedules (`whpk_…`).
    ///
    /// # Errors
    /// `envelope_signature_invalid`, and as `from_json`.
    #[uniffi::constructor]
    pub fn from_envelope(text: String, public_keys: Vec<String>, last_accepted_version: Option<String>) -> Result<Self, CoreError> {
        guarded(|| fees::FeeSchedule::from_envelope(&text, &public_keys, last_accepted_version.as_deref())).map(Self)
    }

    /// OKPay's own, without a signature.
    ///
    /// # Errors
    /// None but a defect.
    #[uniffi::constructor]
    pub fn standard() -> Result<Self, CoreError> {
        guarded(|| fees::FeeSchedule::from_json(fees::STANDARD)).map(Self)
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> String {
        self.0.id().to_owned()
    }

    /// Its version.
    #[must_use]
    pub fn version(&self) -> String {
        self.0.version().to_owned()
    }

    /// Whether it came in an envelope whose signature holds.
    #[must_use]
    pub fn verified(&self) -> bool {
        self.0.verified()
    }

    /// Its exact text.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.text().to_owned()
    }

    /// How it rounds.
    #[must_use]
    pub fn rounding(&self) -> String {
        self.0.rounding().as_str().to_owned()
    }

    /// The ids of its rules, in their order.
    #[must_use]
    pub fn rule_ids(&self) -> Vec<String> {
        self.0.rule_ids()
    }

    /// From when it holds.
    #[must_use]
    pub fn valid_from(&self) -> Option<i64> {
        self.0.valid_from().map(okpay::Timestamp::millis)
    }

    /// Until when it holds, that moment excluded.
    #[must_use]
    pub fn valid_until(&self) -> Option<i64> {
        self.0.valid_until().map(okpay::Timestamp::millis)
    }

    /// What an amount costs: a `QuoteRequest` as JSON in, a `Quote` out.
    ///
    /// # Errors
    /// `no_matching_rule`, `missing_fact` and more, with their place.
    pub fn quote(&self, request: String) -> Result<String, CoreError> {
        self.ask(&request, fees::FeeSchedule::quote)
    }

    /// The quote of the smallest gross whose net reaches the amount.
    ///
    /// # Errors
    /// As `quote`; `target_unreachable`.
    pub fn gross_up(&self, request: String) -> Result<String, CoreError> {
        self.ask(&request, fees::FeeSchedule::gross_up)
    }

    /// The quote of the largest withdrawal that fits into the amount.
    ///
    /// # Errors
    /// As `quote`; `balance_too_small`.
    pub fn max_withdrawal(&self, request: String) -> Result<String, CoreError> {
        self.ask(&request, fees::FeeSchedule::max_withdrawal)
    }

    /// The offers of these methods, cheapest first, as JSON.
    ///
    /// # Errors
    /// As `quote`, where no method can be priced for the same reason.
    pub fn compare(&self, request: String, methods: Vec<String>) -> Result<String, CoreError> {
        guarded(|| Ok(to_json(&self.0.compare(&read(&request)?, &methods, ambient::now())?)))
    }

    /// The figures of many amounts in minor units, bit for bit those of `quote`.
    ///
    /// # Errors
    /// As `quote`, with the row.
    pub fn quote_many(&self, amounts: Vec<u8>, request: String) -> Result<CoreQuoteColumns, CoreError> {
        guarded(|| {
            let amounts = amounts.as_chunks().0.iter().copied().map(i64::from_le_bytes).collect::<Vec<_>>();
            let columns = self.0.batch(&amounts, &read(&request)?, ambient::now())?;
            let (gross, fee, net) = (bytes(&columns.gross), bytes(&columns.fee), bytes(&columns.net));
            let rule = columns.rule.iter().flat_map(|rule| rule.to_le_bytes()).collect();
            Ok(CoreQuoteColumns { gross, fee, net, rule, rule_ids: columns.rule_ids })
        })
    }
}

impl CoreFeeSchedule {
    fn ask(
        &self,
        request: &str,
        answer: impl FnOnce(&fees::FeeSchedule, &QuoteRequest, okpay::Timestamp) -> Result<Quote, OkpayError>,
    ) -> Result<String, CoreError> {
        guarded(|| Ok(to_json(&answer(&self.0, &read(request)?, ambient::now())?)))
    }
}

fn bytes(column: &[i64]) -> Vec<u8> {
    column.iter().flat_map(|figure| figure.to_le_bytes()).collect()
}

fn read(request: &str) -> Result<QuoteRequest, OkpayError> {
    serde_json::from_str(request).map_err(unreadable)
}
