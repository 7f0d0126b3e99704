//! The story: a card in a checkout, USDT on TRON, a lost answer, a refund, and what the webhooks told.

use super::money::{lines, lines_add_up, order};
use super::report::Report;
use super::world::World;
use crate::ambient;
use anyhow::{Context, Result};
use futures_util::TryStreamExt;
use okpay::api::{
    CardDetails, CheckoutSession, CheckoutStatus, ConfirmCheckoutSession, CryptoInstructions, ListPayments, MethodType, Network,
    NewCheckoutSession, NewPayment, NewPaymentMethod, NewRefund, Payment, PaymentStatus,
};
use okpay::client::Client;
use okpay::{Money, advice};
use okpay_sandbox::{FaultKind, Flushed};
use serde_json::json;

const DECLINED: &str = "4000000000009995";
const THREE_D_SECURE: &str = "4000000000003220";
const PAYS: &str = "4242424242424242";

/// A secret that is not the merchant's.
const FORGERS_SECRET: &str = "whsec_Zm9yZ2VycyBoYXZlIHNlY3JldHMgb2YgdGhlaXIgb3duIQ==";

/// A buyer pays an order by card: declined first, then with 3-D Secure.
pub(super) async fn card_in_a_checkout(world: &World, report: &mut Report) -> Result<()> {
    report.step("A checkout session, paid by card: a decline, then 3-D Secure");
    let new = NewCheckoutSession::new(order()?).reference("order-1001").description("A book");
    let session = world.client.checkout_sessions().create(new).await?;
    report.line(format!("{} is open at {}", session.id, session.url));
    let browser = world.browser(session.client_secret.clone())?;

    let declined = confirm_by_card(&browser, &session, DECLINED).await?;
    let code = declined.decline_code.clone().context("the card was to be declined")?;
    let told = advice::for_decline(&code, "en");
    report.line(format!("the first card is declined ({code}); the buyer reads: {}. {}", told.title, told.explanation));
    report.check(
        "the decline has its reason, and the session stays open",
        declined.status == CheckoutStatus::Open && code.as_str() == "insufficient_funds",
    );

    let asked = confirm_by_card(&browser, &session, THREE_D_SECURE).await?;
    let url = asked.next_action.and_then(|action| action.url).context("the card was to ask for 3-D Secure")?;
    let payment = asked.payment.context("a session in payment has one")?;
    let page = world.submit(&url, "decision=approve").await?;
    report.line(format!("the second card asks for 3-D Secure; the buyer approves on the bank's page, which answers {page}"));

    let paid = world.client.checkout_sessions().retrieve(&session.id).await?;
    let payment = world.client.payments().retrieve(&payment).await?;
    tell_paid(report, &payment)?;
    report.check("the session is complete", paid.status == CheckoutStatus::Complete);
    report.check("the payment is made once", payment.status == PaymentStatus::Succeeded && count(world, "order-1001").await? == 1);
    report.check("a browser learns nothing that is only for the merchant", {
        let seen = browser.checkout_sessions().retrieve(&session.id).await?;
        seen.reference.is_none() && seen.client_secret.is_none()
    });
    wait_for(world, report, &payment.id, "payment.succeeded").await;
    Ok(())
}

async fn confirm_by_card(browser: &Client, session: &CheckoutSession, number: &str) -> Result<CheckoutSession> {
    let card = browser.payment_methods().create(NewPaymentMethod::new(CardDetails::new(number, 12, 2032, "123"))).await?;
    let choice = ConfirmCheckoutSession::new(MethodType::Card).payment_method(card.id);
    Ok(browser.checkout_sessions().confirm(&session.id, choice).await?)
}

/// A buyer pays in USDT: too little at first, then the rest.
pub(super) async fn usdt_on_tron(world: &World, report: &mut Report) -> Result<()> {
    report.step("USDT on TRON: underpaid, then completed");
    let new = NewPayment::new(order()?, MethodType::Usdt).network(Network::Tron).reference("order-1002");
    let payment = world.client.payments().create(new).await?;
    let asked = crypto(&payment)?;
    world.fail(FaultKind::WebhookReorder, "payment.processing").await?;
    report.line(format!("send {} to {} (1 USDT = {} EUR, locked until {})", asked.amount_due, asked.address, asked.rate, asked.expires));
    let first = Money::from_minor(i128::from(asked.amount_due.minor()) / 2, asked.amount_due.currency())?;
    world.receive(&payment.id, first).await?;
    let half = world.client.payments().retrieve(&payment.id).await?;
    report.line(format!("{first} arrive: the payment is {}", half.status));
    report.check("half is not paid", half.status == PaymentStatus::RequiresAction && half.amount_received == Some(first));

    let rest = asked.amount_due.checked_sub(first)?;
    world.receive(&payment.id, rest).await?;
    let paid = world.client.payments().retrieve(&payment.id).await?;
    report.line(format!("{rest} arrive and are confirmed: the payment is {}", paid.status));
    tell_paid(report, &paid)?;
    report.check("the rest completes it", paid.status == PaymentStatus::Succeeded && paid.amount_received == Some(asked.amount_due));
    wait_for(world, report, &payment.id, "payment.succeeded").await;
    Ok(())
}

fn crypto(payment: &Payment) -> Result<CryptoInstructions> {
    payment.next_action.clone().and_then(|action| action.crypto).context("a payment in USDT says what to send")
}

/// A call is executed, and its answer is lost on the way.
pub(super) async fn lost_answer(world: &World, report: &mut Report) -> Result<()> {
    report.step("An answer is lost after the payment was made, and the call is tried again");
    let card = world.browser(None)?.payment_methods().create(NewPaymentMethod::new(CardDetails::new(PAYS, 12, 2032, "123"))).await?;
    world.fail(FaultKind::DropAnswer, "payments.create").await?;
    world.fail(FaultKind::WebhookDuplicate, "payment.succeeded").await?;
    let before = world.attempts_of("payments.create").len();
    let new = NewPayment::new(order()?, MethodType::Card).payment_method(card.id).reference("order-1003");
    let reply = world.client.payments().create(new).idempotency_key("order-1003-charge").with_answer().await?;
    let attempts = world.attempts_of("payments.create").split_off(before);
    for attempt in &attempts {
        let end = attempt.status.map_or_else(|| attempt.failure.clone().unwrap_or_default(), |status| status.to_string());
        report.line(format!("attempt {}: {end}", attempt.attempt));
    }
    report.check("it took two attempts under one key", attempts.len() == 2 && attempts[0].status.is_none());
    report.check("the second answer is the first one, given again", reply.answer.is_replayed());
    report.check("one payment was made", count(world, "order-1003").await? == 1);
    let resolved = world.client.resolve("order-1003-charge").await?;
    report.check("the gateway knows what became of the key", resolved.object.as_deref() == Some(reply.value.id.as_str()));
    tell_paid(report, &reply.value)?;
    wait_for(world, report, &reply.value.id, "payment.succeeded").await;
    Ok(())
}

/// A part of a payment is given back.
pub(super) async fn refund(world: &World, report: &mut Report) -> Result<()> {
    report.step("A partial refund of 5.00 EUR");
    let payment = find(world, "order-1003").await?;
    let part = Money::parse("5.00", "EUR")?;
    let refund = world.client.refunds().create(NewRefund::new(&payment.id).amount(part).reason("A page was torn")).await?;
    report.line(format!("{} is {}", refund.id, refund.status));
    wait_for(world, report, &refund.id, "refund.succeeded").await;
    let payment = world.client.payments().retrieve(&payment.id).await?;
    report.check("the payment shows it", payment.amount_refunded == part);
    let rest = Money::parse("15.00", "EUR")?;
    let refused = world.client.refunds().create(NewRefund::new(&payment.id).amount(rest)).await;
    report.check("more than what is left is refused", refused.is_err_and(|error| error.code().as_str() == "amount_too_large"));
    Ok(())
}

/// What the merchant learnt from webhooks.
pub(super) async fn webhooks(world: &World, report: &mut Report) -> Result<()> {
    report.step("What the webhooks told the merchant");
    let headers = okpay::webhooks::sign(FORGERS_SECRET, "evt_1", ambient::now().secs(), b"{}");
    let headers =
        [("webhook-id", "evt_1".to_owned()), ("webhook-timestamp", ambient::now().secs().to_string()), ("webhook-signature", headers?)];
    let forged = world.forge(headers.map(|(name, value)| (name.to_owned(), value)).to_vec(), "{}").await?;
    let _: Flushed = world.control.post("/sandbox/deliver/flush", &json!({})).await?;
    let repeated = world.merchant.wait(|learnt| learnt.repeated > 0).await;
    let learnt = world.merchant.learnt();
    for (resource, types) in &learnt.handled {
        report.line(format!("{resource}: {}", types.join(", ")));
    }
    report.fact("delivered", learnt.delivered);
    report.fact("handled", &learnt.handled);
    report.check("a forged delivery was refused", forged == 400 && learnt.refused == 1);
    report.check("a delivery that came twice was handled once", repeated);
    report.check("a delivery that came after a newer one changed nothing", learnt.stale > 0);
    let all = learnt.handled.values().map(Vec::len).sum::<usize>();
    report.check(
        "every other delivery was handled",
        u32::try_from(all)? + learnt.repeated + learnt.stale + learnt.refused == learnt.delivered,
    );
    Ok(())
}

fn tell_paid(report: &mut Report, payment: &Payment) -> Result<()> {
    let fee = payment.fee.as_ref().context("a payment has its fee")?;
    report.line(format!("{} {}: fee {} ({}), net {}", payment.id, payment.status, fee.fee, lines(fee), fee.net));
    report.fact("payment", payment);
    report.check("its fee lines add up", lines_add_up(fee));
    Ok(())
}

async fn wait_for(world: &World, report: &mut Report, resource: &str, event_type: &str) {
    let came = world.merchant.wait(|learnt| learnt.has(resource, event_type)).await;
    report.check(format!("the webhook {event_type} came, signed, and was handled"), came);
}

/// How many payments were made for an order.
async fn count(world: &World, reference: &str) -> Result<usize> {
    let list = world.client.payments().list(ListPayments::new().reference(reference)).stream();
    let made: Vec<Payment> =
        list.try_filter(|payment| std::future::ready(payment.status == PaymentStatus::Succeeded)).try_collect().await?;
    Ok(made.len())
}

async fn find(world: &World, reference: &str) -> Result<Payment> {
    let page = world.client.payments().list(ListPayments::new().reference(reference)).await?;
    page.data.into_iter().next().with_context(|| format!("there is no payment for {reference}"))
}
