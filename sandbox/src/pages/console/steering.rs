//! The clock, which can be moved on, and the faults that wait for their moment.

use super::super::forms::see_other;
use super::super::layout::moment;
use super::super::words::with;
use super::refused;
use super::sign_in::{SignedIn, Submitted};
use crate::control::advance_by;
use crate::faults::Fault;
use crate::gateway::{Gateway, Shared};
use crate::refusal::{Outcome, refuse_at};
use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};
use okpay::ErrorCode;

pub(super) fn panel(gateway: &Gateway, visitor: &SignedIn) -> Markup {
    let words = visitor.words;
    let faults = gateway.faults.list();
    html! {
        section aria-labelledby="clock" {
            h2 #clock { (words.clock) }
            p { (moment(gateway.clock.now())) br; span.soft.small { (with(words.ahead, gateway.clock.offset_ms() / 1000)) } }
            form method="post" action="console/clock" {
                (visitor.mark())
                label for="by" { (words.forward) }
                div.inline {
                    input #by type="number" name="by" min="1" max="100000" value="10" required;
                    select name="unit" aria-label=(words.unit) {
                        option value="1" { (words.seconds) }
                        option value="60" selected { (words.minutes) }
                        option value="3600" { (words.hours) }
                        option value="86400" { (words.days) }
                    }
                    button.quiet.little { (words.advance) }
                }
            }
            p.soft.small { (words.clock_hint) }
        }
        section aria-labelledby="faults" {
            h2 #faults { (words.faults) }
            @if faults.is_empty() { p.soft { (words.no_faults) } }
            ul.deliveries { @for fault in &faults { li { (fault_line(visitor, fault)) } } }
        }
    }
}

fn fault_line(visitor: &SignedIn, fault: &Fault) -> Markup {
    // A fault's kind is a word on the wire, too.
    let kind = serde_json::to_value(fault.kind).ok().and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default();
    html! {
        code { (kind) }
        span { (fault.on.as_deref().unwrap_or(visitor.words.everywhere)) }
        span.soft { (with(visitor.words.times_left, fault.left)) }
    }
}

pub(super) async fn advance(State(gateway): State<Shared>, submitted: Submitted) -> Response {
    let outcome = match seconds(submitted.form.get("by"), submitted.form.get("unit")) {
        Ok(seconds) => advance_by(&gateway, seconds).await.map(drop),
        Err(refusal) => Err(refusal),
    };
    match outcome {
        Ok(()) => see_other("../console"),
        Err(refusal) => refused(&submitted.visitor, "../console", refusal),
    }
}

fn seconds(by: &str, unit: &str) -> Outcome<i64> {
    let product = by.parse::<i64>().ok().zip(unit.parse::<i64>().ok()).and_then(|(by, unit)| by.checked_mul(unit));
    product.ok_or_else(|| refuse_at(ErrorCode::InvalidField, "by", "by is a whole number, and unit a number of seconds"))
}
