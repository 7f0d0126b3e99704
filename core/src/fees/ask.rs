//! [`Ask`]: a request that is checked, before the schedule, and the rules that may answer it.

use super::load_when::{FIELDS, NO_FACTS};
use super::quote::{Bearer, QuoteRequest};
use super::rules::Rule;
use super::schedule::FeeSchedule;
use crate::error::{ErrorCode, OkpayError};
use crate::quoted::quoted;
use crate::timestamp::Timestamp;

/// The operation whose fee always comes on top of the amount.
const WITHDRAWAL: &str = "withdrawal";

/// A checked request at a moment at which the schedule is in force.
pub(super) struct Ask<'s> {
    pub(super) schedule: &'s FeeSchedule,
    pub(super) request: &'s QuoteRequest,
    pub(super) at: Timestamp,
    /// The rules for the request's operation, method and currency, with their place in the schedule.
    pub(super) rules: Vec<(usize, &'s Rule)>,
    /// Whether the fee comes on top of the amount instead of out of it.
    pub(super) on_top: bool,
}

impl<'s> Ask<'s> {
    pub(super) fn new(schedule: &'s FeeSchedule, request: &'s QuoteRequest, now: Timestamp) -> Result<Self, OkpayError> {
        let at = request.at.unwrap_or(now);
        let on_top = comes_on_top(request)?;
        check_facts(request)?;
        check_volume(request)?;
        if !schedule.checked.validity.contains(at) {
            return Err(not_in_force(schedule, at));
        }
        let rules = schedule.checked.rules.iter().enumerate().filter(|(_, rule)| rule.when.admits(request)).collect();
        Ok(Self { schedule, request, at, rules, on_top })
    }

    /// The bearer that a quote names: whoever pays on top of the amount is the customer, also the one who withdraws.
    pub(super) fn bearer(&self) -> Bearer {
        if self.on_top { Bearer::Customer } else { Bearer::Merchant }
    }
}

/// Refuses an amount on which no fee can be computed.
pub(super) fn check_amount(minor: i64) -> Result<(), OkpayError> {
    match minor > 0 {
        true => Ok(()),
        false => Err(OkpayError::invalid_at(ErrorCode::InvalidAmount, "amount", "the amount is more than nothing")),
    }
}

fn comes_on_top(request: &QuoteRequest) -> Result<bool, OkpayError> {
    match &request.bearer {
        Some(Bearer::Unknown { raw }) => {
            let detail = format!("{} bears no fee: use merchant or customer", quoted(raw));
            Err(OkpayError::invalid_at(ErrorCode::InvalidParameter, "bearer", detail))
        }
        bearer => Ok(request.operation == WITHDRAWAL || *bearer == Some(Bearer::Customer)),
    }
}

/// A fact under the name of a field would be ignored in silence.
fn check_facts(request: &QuoteRequest) -> Result<(), OkpayError> {
    let reserved = |name: &&String| FIELDS.iter().chain(&NO_FACTS).any(|field| field == name);
    match request.facts.keys().find(reserved) {
        None => Ok(()),
        Some(name) => {
            let detail = format!("{name} is a field of the request, not one of its further facts");
            Err(OkpayError::invalid_at(ErrorCode::InvalidParameter, format!("facts.{name}"), detail))
        }
    }
}

fn check_volume(request: &QuoteRequest) -> Result<(), OkpayError> {
    match request.monthly_volume {
        Some(volume) if volume.minor() < 0 => {
            Err(OkpayError::invalid_at(ErrorCode::InvalidAmount, "monthly_volume", "a monthly volume is not negative"))
        }
        _ => Ok(()),
    }
}

fn not_in_force(schedule: &FeeSchedule, at: Timestamp) -> OkpayError {
    let (id, version) = (schedule.id(), schedule.version());
    let detail = format!("the fee schedule {id} {version} is not in force at {at}: load the one that is");
    OkpayError::invalid_at(ErrorCode::ScheduleNotInForce, "at", detail)
}
