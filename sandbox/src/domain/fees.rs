//! The fee schedule in force, and quotes by it: the engine is the core's own, so that a figure computed offline is the one charged.

use super::resources::PaymentInternal;
use crate::gateway::Gateway;
use crate::ledger;
use crate::refusal::{Outcome, Refusal, refuse};
use crate::store::Tx;
use crate::work::Work;
use okpay::api::{MethodType, Payment, PaymentMethod};
use okpay::fees::{Bearer, FeeSchedule, Quote, QuoteRequest};
use okpay::{Currency, ErrorCode, Failure, Money, Timestamp};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

/// The schedules that new objects are made under, and all that ever were.
#[derive(Debug)]
pub(crate) struct Schedules {
    /// The one that the gateway was started with; later ones go before it while they are in force.
    first: Arc<FeeSchedule>,
    by_version: RwLock<BTreeMap<Order, Arc<FeeSchedule>>>,
}

/// What orders versions: the date, then the number as a number.
type Order = (String, u64);

fn order(version: &str) -> Order {
    let (date, number) = version.split_once('.').unwrap_or((version, ""));
    (date.to_owned(), number.parse().unwrap_or_default())
}

impl Schedules {
    /// `texts` are all that ever were, `current` the one of today.
    pub(crate) fn new(texts: &[String], current: &str) -> Outcome<Self> {
        let all = texts.iter().map(|text| FeeSchedule::from_json(text)).collect::<Result<Vec<_>, _>>()?;
        let by_version = all.into_iter().map(|schedule| (order(schedule.version()), Arc::new(schedule))).collect();
        Ok(Self { first: Arc::new(FeeSchedule::from_json(current)?), by_version: RwLock::new(by_version) })
    }

    /// How the database names a version.
    pub(crate) fn name(version: &str) -> String {
        format!("fee_schedule:{version}")
    }

    /// The one that the gateway was started with.
    pub(crate) fn first(&self) -> &FeeSchedule {
        &self.first
    }

    /// The newest that is in force at a moment.
    pub(crate) fn current(&self, at: Timestamp) -> Arc<FeeSchedule> {
        let known = self.known();
        let later = known.range(order(self.first.version())..).rev().map(|(_, schedule)| schedule);
        let holds = |schedule: &&Arc<FeeSchedule>| {
            schedule.valid_from().is_none_or(|from| from <= at) && schedule.valid_until().is_none_or(|until| at < until)
        };
        later.into_iter().find(holds).unwrap_or(&self.first).clone()
    }

    pub(crate) fn version(&self, version: &str) -> Option<Arc<FeeSchedule>> {
        self.known().get(&order(version)).filter(|schedule| schedule.version() == version).cloned()
    }

    /// The next version of a day that is newer than all there are, and than `earlier`.
    pub(crate) fn next_version(&self, from: Timestamp, earlier: Option<&str>) -> String {
        let newest = self.known().keys().next_back().cloned().into_iter().chain(earlier.map(order)).max();
        let day = from.to_utc().date().to_string();
        match newest {
            Some((date, number)) if date >= day => format!("{date}.{}", number + 1),
            _ => format!("{day}.1"),
        }
    }

    /// From when on the newest of all holds.
    pub(crate) fn newest_from(&self) -> Option<Timestamp> {
        self.known().values().next_back().and_then(|schedule| schedule.valid_from())
    }

    /// Adds one that the database has.
    pub(crate) fn add(&self, schedule: FeeSchedule) {
        let mut known = self.by_version.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(order(schedule.version()), Arc::new(schedule));
    }

    fn known(&self) -> RwLockReadGuard<'_, BTreeMap<Order, Arc<FeeSchedule>>> {
        self.by_version.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The volume of the account's calendar month (UTC) so far.
pub(crate) async fn monthly_volume(tx: &mut Tx, account: &str, currency: Currency, now: Timestamp) -> Outcome<Money> {
    let utc = now.to_utc();
    let first = utc.replace_day(1).unwrap_or(utc).replace_time(time::Time::MIDNIGHT);
    ledger::volume(tx, account, currency, Timestamp::from_secs(first.unix_timestamp())).await
}

/// A quote that was asked for by itself, with the account's own volume filled in.
pub(crate) async fn quote(work: &mut Work<'_>, mut request: QuoteRequest) -> Outcome<Quote> {
    let account = work.account.clone();
    let volume = monthly_volume(&mut work.tx, &account, request.amount.currency(), work.now).await?;
    request.monthly_volume.get_or_insert(volume);
    work.gateway.schedules.current(work.now).quote(&request, work.now).map_err(as_field)
}

/// The fee of an object of this account's own, by the schedule in force when it is made.
///
/// # Errors
/// Those of a quote; `fee_exceeds_amount` where nothing would be left.
pub(crate) fn of_own(work: &Work<'_>, request: &QuoteRequest) -> Outcome<Quote> {
    kept(work.gateway.schedules.current(work.now).quote(request, work.now).map_err(as_field)?)
}

/// Refuses what the balance does not cover.
pub(crate) async fn check_covered(work: &mut Work<'_>, needed: Money) -> Outcome<()> {
    let account = ledger::available(&work.account);
    let balance = ledger::balance(&mut work.tx, &account, needed.currency()).await?;
    match balance.minor() < needed.minor() {
        true => {
            Err(refuse(ErrorCode::InsufficientBalance, format!("with its fee this takes {needed}; the available balance is {balance}")))
        }
        false => Ok(()),
    }
}

/// The fee by the schedule and at the time of an earlier quote, on another amount.
pub(crate) fn again(gateway: &Gateway, quote: &Quote, request: &QuoteRequest) -> Outcome<Quote> {
    let schedule = gateway.schedules.version(&quote.version);
    let schedule = schedule.ok_or_else(|| Refusal::Internal(format!("the fee schedule {} is lost", quote.version)))?;
    kept(schedule.quote(request, request.at.unwrap_or(gateway.clock.now())).map_err(as_field)?)
}

fn kept(quote: Quote) -> Outcome<Quote> {
    match quote.net.minor() < 0 {
        true => Err(refuse(ErrorCode::FeeExceedsAmount, format!("the fee of {} is more than the amount of {}", quote.fee, quote.amount))),
        false => Ok(quote),
    }
}

/// The core's word for a parameter of ours is one for a field of the request here.
pub(crate) fn as_field(error: okpay::OkpayError) -> Refusal {
    let failure = error.failure().clone();
    match failure.code {
        ErrorCode::InvalidParameter => Refusal::Failure(Box::new(Failure { code: ErrorCode::InvalidField, ..failure })),
        _ => error.into(),
    }
}

/// The fee on a part of a payment, by the schedule under which it was made. None while the card that it depends on is not known.
pub(crate) fn of_payment(gateway: &Gateway, payment: &Payment, internal: &PaymentInternal, part: Money) -> Outcome<Option<Quote>> {
    if payment.method == MethodType::Card && payment.payment_method.is_none() {
        return Ok(None);
    }
    let schedule = gateway.schedules.version(&internal.schedule_version);
    let schedule = schedule.ok_or_else(|| Refusal::Internal(format!("the fee schedule {} is lost", internal.schedule_version)))?;
    let request = QuoteRequest {
        operation: "payment".to_owned(),
        method: payment.method.to_string(),
        amount: part,
        at: Some(payment.created),
        bearer: Some(if internal.bearer_is_customer { Bearer::Customer } else { Bearer::Merchant }),
        coupon: payment.coupon.clone(),
        monthly_volume: internal.monthly_volume,
        facts: facts(payment),
    };
    Ok(Some(kept(schedule.quote(&request, payment.created).map_err(as_field)?)?))
}

/// What the rules may ask about a payment.
fn facts(payment: &Payment) -> BTreeMap<String, String> {
    let mut facts = BTreeMap::new();
    // Cards and transfers are settled in the order's own currency; a coin is not, unless the order is in it.
    let converts = super::rates::coin_of(&payment.method).is_some_and(|coin| coin != payment.amount.currency());
    facts.insert("conversion".to_owned(), converts.to_string());
    if let Some(network) = &payment.network {
        facts.insert("network".to_owned(), network.to_string());
    }
    if let Some(card) = &payment.payment_method {
        facts.extend(card_facts(card));
    }
    facts
}

pub(crate) fn card_facts(card: &PaymentMethod) -> [(String, String); 3] {
    [
        ("brand".to_owned(), card.brand.to_string()),
        ("card_region".to_owned(), card.region.to_string()),
        ("funding".to_owned(), card.funding.to_string()),
    ]
}
