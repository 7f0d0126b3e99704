//! The console's money: the chart of takings with its table, which reconciles with the transactions; states, balances, and tickets.
//!
//! With `OKPAY_CONSOLE_PAGE` the first test also writes the page to a file, of which `docs/images/console.png` is a picture (CONTRIBUTING.md).

use crate::support::tab::signed_in;
use crate::support::{Box, euro};
use okpay::Money;
use okpay::api::{
    DestinationType, ListTransactions, MethodType, Network, NewDestination, NewPayment, NewRefund, NewTicket, NewTransfer, TicketStatus,
    TicketTopic, TransactionType,
};
use serde_json::json;
use std::collections::BTreeMap;

/// What was taken on each of some days: a method, and amounts.
const WEEKS: [(MethodType, &[&str]); 3] = [
    (
        MethodType::Card,
        &[
            "129.90", "84.50", "240.00", "61.20", "310.40", "45.00", "199.99", "152.30", "88.00", "275.60", "120.00", "64.90", "349.00",
            "188.80",
        ],
    ),
    (
        MethodType::BankTransfer,
        &["90.00", "", "140.00", "210.00", "", "75.50", "60.00", "", "180.00", "95.00", "130.00", "", "110.00", "240.00"],
    ),
    (MethodType::Usdt, &["", "49.00", "", "", "99.00", "", "35.00", "120.00", "", "42.00", "", "150.00", "", "58.00"]),
];

fn paid() -> BTreeMap<String, String> {
    BTreeMap::from([("sandbox".to_owned(), "paid".to_owned())])
}

async fn pay(sandbox: &Box, method: &MethodType, amount: &str, number: usize) -> String {
    let new = NewPayment::new(euro(amount), method.clone()).reference(format!("order-{}", 4100 + number));
    let new = match method {
        MethodType::Card => new.payment_method(sandbox.card("4242424242424242").await.id),
        MethodType::Usdt => new.network(Network::Tron).metadata(paid()),
        _ => new.metadata(paid()),
    };
    sandbox.client.payments().create(new).await.unwrap().id
}

/// Two weeks of a shop.
async fn two_weeks(sandbox: &Box) {
    let mut number = 0;
    for day in 0..14 {
        for (method, amounts) in &WEEKS {
            if !amounts[day].is_empty() {
                number += 1;
                pay(sandbox, method, amounts[day], number).await;
            }
        }
        sandbox.advance(if day == 13 { 3600 } else { 86_400 }).await;
    }
}

/// The sum of all transactions of a kind whose source is a payment.
async fn sum(sandbox: &Box, kind: TransactionType) -> Money {
    let asked = ListTransactions::new().transaction_type(kind).limit(100_u32);
    let all = sandbox.client.transactions().list(asked).await.unwrap();
    assert!(all.next.is_none());
    let of_payments = all.data.iter().filter(|moved| moved.source.starts_with("pay_"));
    of_payments.fold(Money::zero(euro("0").currency()), |sum, moved| sum.checked_add(moved.amount).unwrap())
}

#[tokio::test]
async fn takings_and_fees_are_drawn_and_reconcile_with_the_transactions() {
    let sandbox = Box::start().await;
    let mut tab = signed_in(&sandbox).await;
    tab.shows("No payment was paid in the last 14 days.");
    tab.hides("<svg");
    sandbox.to_next_morning().await;
    two_weeks(&sandbox).await;
    // What is not taken: declined, or given back, which is another matter.
    let declined = sandbox.card("4000000000000002").await.id;
    let refused = NewPayment::new(euro("75.00"), MethodType::Card).payment_method(declined).reference("order-4199");
    sandbox.client.payments().create(refused).await.unwrap_err();
    let last = pay(&sandbox, &MethodType::Card, "59.00", 98).await;
    sandbox.client.refunds().create(NewRefund::new(last.clone()).amount(euro("19.00")).reference("order-4198")).await.unwrap();
    sandbox.client.transfers().create(NewTransfer::new(euro("120.00"), "@mira").reference("rent")).await.unwrap();
    let bank = NewDestination::new(DestinationType::BankAccount).iban("DE89370400440532013000").holder("Mira Muster");
    sandbox.client.destinations().create(bank).await.unwrap();
    let ticket = NewTicket::new("Where is my refund?", "The customer waits for 19.00 EUR.").topic(TicketTopic::Refund).transaction(last);
    sandbox.client.tickets().create(ticket).await.unwrap();

    tab.go("/sandbox/console").await;
    let (taken, fees) = (sum(&sandbox, TransactionType::Payment).await, sum(&sandbox, TransactionType::Fee).await.negated());
    assert!(taken.is_positive() && fees.is_positive());
    let total = [taken, fees, taken.checked_sub(fees).unwrap()].map(|sum| format!("<td class=\"number\">{}</td>", sum.amount())).concat();
    let (_, foot) = tab.html.split_once("<tfoot>").unwrap();
    assert!(foot.split_once("</tfoot>").unwrap().0.contains(&total), "{foot}");
    for text in ["<svg", "role=\"img\"", "Bank transfer", "USDT", "Exact figures", &format!("<strong>{taken}</strong>")] {
        tab.shows(text);
    }
    let bars = tab.html.matches("<rect").count();
    let payments = WEEKS.iter().flat_map(|(_, amounts)| amounts.iter()).filter(|amount| !amount.is_empty()).count();
    assert_eq!(bars, payments + 14, "a part for each method of a day, and the fees of each day");
    tab.go("/sandbox/console?currency=XXX").await;
    tab.shows("<svg");
    if let Some(path) = std::env::var_os("OKPAY_CONSOLE_PAGE") {
        tab.go("/sandbox/console").await;
        std::fs::write(path, &tab.html).unwrap();
    }
}

#[tokio::test]
async fn everything_with_a_state_is_seen() {
    let sandbox = Box::start().await;
    let mut ids = Vec::new();
    for kind in ["payment.succeeded", "refund.created", "deposit.succeeded", "withdrawal.sent", "transfer.succeeded", "bill.paid"] {
        ids.push(sandbox.control("POST", "trigger", json!({ "type": kind })).await["data"]["id"].as_str().unwrap().to_owned());
    }
    let mut tab = signed_in(&sandbox).await;
    tab.go("/sandbox/console/money").await;
    for text in
        ids.iter().map(String::as_str).chain(["Payments", "Withdrawals", "Bills", "okpay:fees", "<th scope=\"row\">EUR</th>", "Ledger"])
    {
        tab.shows(text);
    }
    tab.hides(&sandbox.running.details().secret);
    let link = format!("../console?resource={}", ids[3]);
    tab.go(&link).await;
    tab.shows("withdrawal.sent");
    tab.hides("payment.succeeded");
}

#[tokio::test]
async fn a_ticket_is_answered_by_a_person() {
    let sandbox = Box::start().await;
    let error = sandbox.client.payments().retrieve("pay_none").await.unwrap_err();
    let bundle = okpay::diagnostics::assemble(okpay::diagnostics::Sources::rust().with(&error));
    let new = NewTicket::new("<b>Help</b>", "It does not\nwork & more").diagnostics(bundle);
    let ticket = sandbox.client.tickets().create(new).await.unwrap();
    let mut tab = signed_in(&sandbox).await;
    tab.go("/sandbox/console/tickets").await;
    tab.shows("&lt;b&gt;Help&lt;/b&gt;");
    tab.go(&format!("tickets/{}", ticket.id)).await;
    for text in ["It does not\nwork &amp; more", "not_found", "Answer as an agent"] {
        tab.shows(text);
    }
    let (page, mark, action) = (tab.url.clone(), tab.hidden("mark"), format!("{}/answer", ticket.id));
    tab.submit(&action, &[("message", "forged"), ("as", "answer")]).await;
    assert_eq!(tab.status, 403);
    for (way, status) in [("ask", TicketStatus::Waiting), ("answer", TicketStatus::Answered), ("close", TicketStatus::Closed)] {
        tab.url = page.clone();
        tab.submit(&action, &[("mark", &mark), ("message", "One\r\ntwo"), ("as", way)]).await;
        assert_eq!((tab.status, &tab.url), (200, &page));
        assert_eq!(sandbox.client.tickets().retrieve(&ticket.id).await.unwrap().status, status);
    }
    assert_eq!(sandbox.client.tickets().retrieve(&ticket.id).await.unwrap().last_message.text, "One\ntwo");
    tab.hides("Answer as an agent");
    tab.url = page;
    tab.submit(&action, &[("mark", &mark), ("message", "late"), ("as", "answer")]).await;
    assert_eq!(tab.status, 409);
    tab.go("/sandbox/console/tickets/tkt_none").await;
    assert_eq!(tab.status, 404);
}
