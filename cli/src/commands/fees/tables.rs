//! Quotes and comparisons for people.

use crate::output;
use okpay::fees::{Bearer, FeeSchedule, Offer, Quote, STANDARD};

/// A quote: what it is about, its lines, and what they come to.
pub(super) fn quote(quote: &Quote, schedule: &FeeSchedule) -> String {
    let lines = quote.lines.iter().map(|line| vec![format!("  {}", line.id), line.amount.to_string()]);
    let sums = [("fee", quote.fee), ("gross", quote.gross), ("net", quote.net)];
    let sums = sums.map(|(name, amount)| vec![name.to_owned(), amount.to_string()]);
    let table = output::table(&[], 1, lines.chain(sums).collect());
    let side = if quote.bearer == Bearer::Customer { "on top" } else { "out" };
    format!("{}, rule {}, the fee comes {side} of the amount\n\n{table}", source(schedule), quote.rule_id)
}

/// Offers, cheapest first, then the methods that are not available with the reason.
pub(super) fn offers(offers: &[Offer], schedule: &FeeSchedule) -> String {
    let priced = offers.iter().filter_map(|offer| offer.quote.as_ref().map(|quote| priced_row(offer, quote))).collect::<Vec<_>>();
    let refused = offers.iter().filter(|offer| offer.quote.is_none()).map(refused_line).collect::<Vec<_>>();
    let mut parts = vec![source(schedule)];
    if !priced.is_empty() {
        parts.push(output::table(&["method", "rule", "fee", "gross", "net"], 2, priced));
    }
    if !refused.is_empty() {
        parts.push(format!("not available:\n{}", refused.join("\n")));
    }
    parts.join("\n\n")
}

/// Which schedule the figures are from, and whether anybody vouches for it.
fn source(schedule: &FeeSchedule) -> String {
    let proof = match schedule.verified() {
        true => "signed",
        false if schedule.text() == STANDARD => "built in",
        false => "not signed",
    };
    format!("{} {} ({proof})", schedule.id(), schedule.version())
}

fn priced_row(offer: &Offer, quote: &Quote) -> Vec<String> {
    vec![name(offer), quote.rule_id.clone(), quote.fee.to_string(), quote.gross.to_string(), quote.net.to_string()]
}

fn refused_line(offer: &Offer) -> String {
    let code = offer.code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
    format!("  {}: {}{code}", name(offer), offer.detail.as_deref().unwrap_or("no reason given"))
}

/// The method, and what was chosen with it: `usdt, network tron`.
fn name(offer: &Offer) -> String {
    let facts = offer.facts.iter().map(|(name, value)| format!(", {name} {value}"));
    format!("{}{}", offer.method, facts.collect::<String>())
}
