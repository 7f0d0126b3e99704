//! The steps about figures: fees before a payment, the ledger after all of them.

use super::report::Report;
use super::world::World;
use crate::ambient;
use anyhow::Result;
use okpay::Money;
use okpay::api::NewFeeComparison;
use okpay::fees::{FeeSchedule, Offer, Quote, QuoteRequest};
use std::collections::BTreeMap;

/// What the order costs.
pub(super) fn order() -> Result<Money> {
    Ok(Money::parse("19.99", "EUR")?)
}

/// Quotes the order by every method, offline, and holds it against the gateway.
pub(super) async fn fees(world: &World, report: &mut Report) -> Result<()> {
    report.step("Fees for 19.99 EUR by every method, computed offline, cheapest first");
    let envelope = world.client.fee_schedules().current().await?;
    let schedule = FeeSchedule::from_signed(&envelope, &[world.fee_schedule_key()], None)?;
    report.line(format!("fee schedule {} {}, its signature holds", schedule.id(), schedule.version()));
    let facts = [("brand", "visa"), ("card_region", "domestic"), ("conversion", "false")];
    let facts: BTreeMap<String, String> = facts.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let request = QuoteRequest::new("payment", "any", order()?).facts(facts.clone());
    let offers = schedule.compare(&request, &[], ambient::now())?;
    for offer in &offers {
        tell_offer(report, offer);
    }
    report.fact("offers", &offers);
    report.check("the schedule is signed by the gateway's fee key", schedule.verified());
    let fees: Vec<_> = offers.iter().filter_map(|offer| offer.quote.as_ref()).map(|quote| quote.fee.minor()).collect();
    report.check("every method has a price, cheapest first", fees.len() == offers.len() && fees.is_sorted());
    report.check("the lines of every quote add up to its fee", offers.iter().filter_map(|offer| offer.quote.as_ref()).all(lines_add_up));
    let asked = NewFeeComparison::new("payment", order()?).facts(facts);
    let gateway = world.client.fee_quotes().compare(asked).await?;
    report.check("the gateway quotes the same, to the cent", gateway.offers == offers);
    Ok(())
}

fn tell_offer(report: &Report, offer: &Offer) {
    let network = offer.facts.get("network").map(|network| format!(" on {network}")).unwrap_or_default();
    let method = format!("{}{network}", offer.method);
    match &offer.quote {
        Some(quote) => {
            report.line(format!("{method:<18} fee {:>6}   net {:>6}   {}", quote.fee.amount(), quote.net.amount(), lines(quote)));
        }
        None => report.line(format!("{method:<18} {}", offer.detail.as_deref().unwrap_or("not available"))),
    }
}

/// The lines of a fee, in one line.
pub(super) fn lines(quote: &Quote) -> String {
    let lines = quote.lines.iter().map(|line| format!("{} {}", line.id, line.amount.amount()));
    lines.collect::<Vec<_>>().join(", ")
}

pub(super) fn lines_add_up(quote: &Quote) -> bool {
    let sum = quote.lines.iter().try_fold(Money::zero(quote.fee.currency()), |sum, line| sum.checked_add(line.amount));
    sum.is_ok_and(|sum| sum == quote.fee)
}

/// Prints the ledger and holds the balance against it.
pub(super) async fn ledger(world: &World, report: &mut Report) -> Result<()> {
    report.step("The ledger, double entry");
    let ledger = world.ledger().await?;
    for row in &ledger.accounts {
        report.line(format!("{:<44} {:>16} {}", row.account, row.balance.amount().to_string(), row.balance.currency()));
    }
    report.line(format!("sum per currency: {}", ledger.sums.iter().map(Money::to_string).collect::<Vec<_>>().join(", ")));
    report.fact("ledger", &ledger);
    report.check("it sums to zero in every currency", !ledger.sums.is_empty() && ledger.sums.iter().all(|sum| sum.minor() == 0));
    Ok(())
}
