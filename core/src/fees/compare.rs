//! [`FeeSchedule::compare`]: the same amount by every method, cheapest first.

use super::ask::{Ask, check_amount};
use super::quote::{Quote, QuoteRequest};
use super::schedule::FeeSchedule;
use crate::error::{ErrorCode, OkpayError};
use crate::timestamp::Timestamp;
use okpay_macros::model;
use std::collections::{BTreeMap, BTreeSet};

/// The fact that the payer chooses with the method. All others belong to the payer's card or account: they are known or missing.
const NETWORK: &str = "network";

/// A method, with its quote or the reason why it has none.
#[model]
pub struct Offer {
    /// The method.
    pub method: String,
    /// What the offer chooses beyond the request: `network`, for a method that runs on several.
    pub facts: BTreeMap<String, String>,
    /// The quote, where there is one.
    pub quote: Option<Quote>,
    /// Why there is none.
    pub code: Option<ErrorCode>,
    /// The field or fact at fault: for `missing_fact` the name of the fact.
    pub param: Option<String>,
    /// The reason for people.
    pub detail: Option<String>,
}

impl FeeSchedule {
    /// Quotes an amount by every method, cheapest fee first (equal fees in the order of the schedule), then those that are not
    /// available, with the reason.
    ///
    /// The methods are those given, or, if none are, all that the schedule's rules name for the operation and currency. A method whose
    /// rules name networks is offered once for each, unless the request names its network. The request's own method is not looked at.
    ///
    /// # Errors
    /// What concerns every method alike: `invalid_amount`, `invalid_parameter`, `schedule_not_in_force`, and `no_matching_rule` when
    /// the schedule names no method at all.
    pub fn compare(&self, request: &QuoteRequest, methods: &[String], now: Timestamp) -> Result<Vec<Offer>, OkpayError> {
        check_amount(request.amount.minor())?;
        Ask::new(self, request, now)?;
        let methods = if methods.is_empty() { self.methods(request) } else { distinct(methods.iter()) };
        if methods.is_empty() {
            let detail = format!("{} has no rule for {} in {}", self.id(), request.operation, request.amount.currency());
            return Err(OkpayError::invalid(ErrorCode::NoMatchingRule, detail));
        }
        let mut offers = Vec::new();
        for method in methods {
            let asked = QuoteRequest { method: method.clone(), ..request.clone() };
            for facts in self.routes(&asked) {
                let offer = self.offer(&asked, facts, now);
                // Behind those that are no dearer, so that equal fees stay in the order of the schedule.
                let place = offers.partition_point(|before| price(before) <= price(&offer));
                offers.insert(place, offer);
            }
        }
        Ok(offers)
    }

    fn methods(&self, request: &QuoteRequest) -> Vec<String> {
        let whens = self.checked.rules.iter().map(|rule| &rule.when);
        let open = whens.filter(|when| when.admits_operation(request) && when.admits_currency(request));
        distinct(open.flat_map(|when| when.method.iter().flatten()))
    }

    /// The facts to choose for a method: one network each, or nothing where the request or the schedule names none.
    fn routes(&self, request: &QuoteRequest) -> Vec<BTreeMap<String, String>> {
        let whens = self.checked.rules.iter().map(|rule| &rule.when).filter(|when| when.admits(request));
        let networks =
            distinct(whens.flat_map(|when| when.facts.iter().filter(|(name, _)| name == NETWORK).flat_map(|(_, values)| values)));
        if networks.is_empty() || request.facts.contains_key(NETWORK) {
            return vec![BTreeMap::new()];
        }
        networks.into_iter().map(route).collect()
    }

    fn offer(&self, request: &QuoteRequest, facts: BTreeMap<String, String>, now: Timestamp) -> Offer {
        let mut asked = request.clone();
        asked.facts.extend(facts.clone());
        let offer = Offer { method: asked.method.clone(), facts, quote: None, code: None, param: None, detail: None };
        match self.quote(&asked, now) {
            Ok(quote) => Offer { quote: Some(quote), ..offer },
            Err(error) => {
                let failure = error.into_failure();
                Offer { code: Some(failure.code), param: failure.param, detail: Some(failure.detail), ..offer }
            }
        }
    }
}

/// The texts without repetition, in the order of their first appearance.
fn route(network: String) -> BTreeMap<String, String> {
    let mut facts = BTreeMap::new();
    facts.insert(NETWORK.to_owned(), network);
    facts
}

fn price(offer: &Offer) -> (bool, i64) {
    offer.quote.as_ref().map_or((true, 0), |quote| (false, quote.fee.minor()))
}

fn distinct<'a>(texts: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut seen = BTreeSet::<String>::new();
    texts.filter(|text| seen.insert((*text).clone())).cloned().collect()
}
