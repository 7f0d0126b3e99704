//! Fees at the edges: amounts up to 10^18 minor units, percents up to 99.999999, and requests that are not in order.

use okpay::fees::{Bearer, FeeSchedule, Quote, QuoteRequest};
use okpay::money::MAX_MINOR;
use okpay::{Currency, Money, OkpayError, Timestamp};
use proptest::prelude::*;

fn schedule(rule: &str) -> FeeSchedule {
    let text = format!(
        r#"{{"id":"s","version":"2026-11-01.1","valid_from":"2026-11-01T00:00:00Z","rules":[{{"id":"r",{rule}}}],
             "promotions":[{{"code":"HALF","percent_off":"50"}}]}}"#
    );
    FeeSchedule::from_json(&text).unwrap()
}

fn now() -> Timestamp {
    Timestamp::parse("2026-11-22T12:00:00Z").unwrap()
}

fn euro(minor: i64) -> Money {
    Money::from_minor(minor.into(), Currency::EUR).unwrap()
}

fn payment(minor: i64) -> QuoteRequest {
    QuoteRequest::new("payment", "card", euro(minor))
}

fn withdrawal(minor: i64) -> QuoteRequest {
    QuoteRequest::new("withdrawal", "card", euro(minor))
}

fn code(result: Result<Quote, OkpayError>) -> String {
    result.unwrap_err().code().to_string()
}

#[test]
fn nearly_everything_is_taken_and_the_smallest_gross_is_still_found() {
    let steep = schedule(r#""percent":"99.999999""#);
    let quote = steep.gross_up(&payment(1), now()).unwrap();
    assert_eq!((quote.gross.minor(), quote.net.minor()), (50_000_001, 1)); // below, the fee of 99.999999 % rounds up to all of it
    assert_eq!(steep.quote(&payment(50_000_000), now()).unwrap().net.minor(), 0);
    // 10^10 units of net would need 10^18 of gross, less half a unit of rounding
    assert_eq!(steep.gross_up(&payment(10_000_000_000), now()).unwrap().net.minor(), 10_000_000_000);
    assert_eq!(code(steep.gross_up(&payment(10_000_000_001), now())), "target_unreachable");
}

#[test]
fn a_search_under_tax_ends() {
    let nine_tenths = schedule(r#""percent":"83.25","tax":{"id":"vat","percent":"20"}"#); // 99.9 % together
    let quote = nine_tenths.gross_up(&payment(1_000_000), now()).unwrap();
    assert!(quote.net.minor() >= 1_000_000);
    for percent in ["83.333333", "83.333334", "99.999999"] {
        let all = schedule(&format!(r#""percent":"{percent}","tax":{{"id":"vat","percent":"20"}}"#));
        assert_eq!(code(all.gross_up(&payment(1_000_000), now())), "target_unreachable", "{percent}");
    }
    // A maximum makes it reachable again.
    let capped = schedule(r#""percent":"99.999999","maximum":{"EUR":"10"},"tax":{"id":"vat","percent":"20"}"#);
    assert_eq!(capped.gross_up(&payment(1_000_000), now()).unwrap().gross.minor(), 1_001_200);
}

#[test]
fn nothing_passes_the_largest_amount() {
    let plain = schedule(r#""percent":"1""#);
    assert_eq!(plain.quote(&payment(MAX_MINOR), now()).unwrap().fee.minor(), MAX_MINOR / 100);
    assert_eq!(code(plain.quote(&payment(MAX_MINOR).bearer(Bearer::Customer), now())), "amount_overflow");
    assert_eq!(code(plain.gross_up(&payment(MAX_MINOR), now())), "target_unreachable");
    let all = plain.max_withdrawal(&withdrawal(MAX_MINOR), now()).unwrap();
    assert!(all.gross.minor() <= MAX_MINOR && plain.quote(&withdrawal(all.amount.minor() + 1), now()).is_err());

    let huge = schedule(r#""percent":"99","fixed":{"EUR":"10000000000000000"},"maximum":{"EUR":"1"}"#);
    assert_eq!(code(huge.quote(&payment(MAX_MINOR), now())), "amount_overflow");
    assert_eq!(code(huge.gross_up(&payment(1), now())), "target_unreachable");
    assert_eq!(code(huge.max_withdrawal(&withdrawal(MAX_MINOR), now())), "balance_too_small");
    let columns = huge.batch(&[1, MAX_MINOR], &payment(1), now()).unwrap_err();
    assert_eq!(columns.failure().param.as_deref(), Some("amounts[0].amount"));
    assert_eq!(code(huge.quote(&payment(1), now())), "amount_overflow");
    assert!(plain.batch(&[i64::MAX], &payment(1), now()).is_err());
}

#[test]
fn the_answer_may_lie_below_an_overflow() {
    // The rounded sum passes 10^18 for larger amounts, and only for those.
    let edge = schedule(r#""percent":"50","fixed":{"EUR":"9999999999999999"},"maximum":{"EUR":"1"}"#);
    assert_eq!(edge.gross_up(&payment(50), now()).unwrap().gross.minor(), 150);
    assert_eq!(code(edge.gross_up(&payment(500), now())), "target_unreachable");
    assert_eq!(edge.max_withdrawal(&withdrawal(10_000), now()).unwrap().amount.minor(), 200);
}

#[test]
fn requests_that_are_not_in_order_are_refused() {
    let plain = schedule(r#""percent":"1""#);
    let refused = |request: QuoteRequest| plain.quote(&request, now()).unwrap_err().failure().param.clone().unwrap();
    assert_eq!(refused(payment(0)), "amount");
    assert_eq!(refused(payment(1).bearer("somebody")), "bearer");
    for name in ["operation", "method", "currency", "amount", "monthly_volume", "at", "bearer", "coupon"] {
        let mut request = payment(1);
        request.facts.insert(name.into(), "x".into());
        assert_eq!(refused(request), format!("facts.{name}"));
    }
}

#[test]
fn the_request_may_name_its_own_time() {
    let plain = schedule(r#""percent":"1""#);
    let before = Timestamp::parse("2026-10-01T00:00:00Z").unwrap();
    assert_eq!(code(plain.quote(&payment(100), before)), "schedule_not_in_force");
    assert_eq!(code(plain.quote(&payment(100).at(before), now())), "schedule_not_in_force");
    assert_eq!(plain.quote(&payment(100).at(now()), before).unwrap().fee.minor(), 1);
}

fn rule() -> impl Strategy<Value = String> {
    let percent = prop_oneof![0..60_000_000i64, (0..240i64).prop_map(|quarters| quarters * 250_000)];
    let modes = ["\"id\":\"vat\",\"percent\":\"20\"", "\"id\":\"vat\",\"percent\":\"19\"", "\"id\":\"vat\",\"percent\":\"7.7\""];
    (percent, 0..500i64, prop::option::of(prop::sample::select(modes.to_vec()))).prop_map(|(percent, fixed, tax)| {
        let tax = tax.map_or(String::new(), |tax| format!(",\"tax\":{{{tax}}}"));
        let (whole, rest) = (percent / 1_000_000, percent % 1_000_000);
        format!(r#""percent":"{whole}.{rest:06}","fixed":{{"EUR":"{}.{:02}"}}{tax}"#, fixed / 100, fixed % 100)
    })
}

proptest! {
    /// Brute force reaches small amounts only; here the neighbourhood of a large answer is tried. Further down the net is certainly
    /// less, for it never steps back by more than a few units.
    #[test]
    fn large_answers_are_the_best_of_their_neighbourhood(rule in rule(), target in 1..100_000_000_000_000_000i64, coupon in any::<bool>()) {
        let schedule = schedule(&rule);
        let with = |mut request: QuoteRequest| { request.coupon = coupon.then(|| "HALF".to_owned()); request };
        if let Ok(quote) = schedule.gross_up(&with(payment(target)), now()) {
            prop_assert!(quote.net.minor() >= target);
            for gross in (quote.gross.minor() - 200).max(1)..quote.gross.minor() {
                prop_assert!(schedule.quote(&with(payment(gross)), now()).unwrap().net.minor() < target);
            }
        }
        if let Ok(quote) = schedule.max_withdrawal(&with(withdrawal(target)), now()) {
            prop_assert!(quote.gross.minor() <= target);
            prop_assert!(schedule.quote(&with(withdrawal(quote.amount.minor() + 1)), now()).unwrap().gross.minor() > target);
        }
    }
}
