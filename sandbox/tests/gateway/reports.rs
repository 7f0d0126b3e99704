//! Reports and transactions over HTTP: asked for, made, downloaded; and the law that they reconcile with the ledger to the cent.

use crate::support::{Box, euro, refusal};
use okpay::api::{
    DownloadReport, ListReports, ListTransactions, MethodType, NewDeposit, NewPayment, NewRefund, NewReport, Report, ReportDownload,
    ReportFailure, ReportFormat, ReportStatus, ReportType, Transaction, TransactionType, WalletMethod,
};
use okpay::{Currency, ErrorCode, Money, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

async fn now(sandbox: &Box) -> Timestamp {
    let clock = sandbox.control("GET", "clock", Value::Null).await;
    Timestamp::parse(clock["now"].as_str().unwrap()).unwrap()
}

async fn report(sandbox: &Box, new: NewReport) -> Report {
    let asked = sandbox.client.reports().create(new).await.unwrap();
    assert_eq!((asked.status.clone(), asked.files.len()), (ReportStatus::Pending, 0));
    sandbox.advance(6).await;
    sandbox.client.reports().retrieve(&asked.id).await.unwrap()
}

async fn file(sandbox: &Box, report: &Report, format: ReportFormat) -> ReportDownload {
    let download = sandbox.client.reports().download(&report.id, DownloadReport::new().format(format.clone())).await.unwrap();
    let file = report.files.iter().find(|file| file.format == format).unwrap();
    assert_eq!((&download.sha256, download.size, &download.name), (&file.sha256, file.size, &file.name));
    assert_eq!(hex::encode(Sha256::digest(&download.content)), download.sha256);
    assert_eq!(download.content.len() as u64, download.size);
    download
}

#[tokio::test]
async fn a_report_is_made_downloaded_and_stays_as_it_is() {
    let sandbox = Box::start().await;
    let start = now(&sandbox).await;
    let card = sandbox.card("4242424242424242").await;
    let pay = |amount: &str, reference: &str| {
        let new = NewPayment::new(euro(amount), MethodType::Card).payment_method(card.id.clone()).reference(reference);
        sandbox.client.payments().create(new)
    };
    let evil = "=HYPERLINK(\"http://evil.example\",\"x\")";
    let payment = pay("19.99", evil).await.unwrap();
    sandbox.client.refunds().create(NewRefund::new(&payment.id).amount(euro("5.00"))).await.unwrap();
    sandbox.advance(60).await;
    let until = now(&sandbox).await;
    let made = report(&sandbox, NewReport::new(ReportType::Settlement, start, until).reference("nov")).await;
    assert_eq!((made.status.clone(), made.rows, made.version), (ReportStatus::Ready, 3, 2));
    let balance = &made.balances[0];
    assert_eq!((balance.currency, balance.opening, balance.closing), (Currency::parse("EUR").unwrap(), euro("0"), euro("14.33")));
    let groups: Vec<_> = made.groups.iter().map(|group| (group.transaction_type.as_str(), group.count, group.amount)).collect();
    assert_eq!(groups, [("fee", 1, euro("-0.66")), ("payment", 1, euro("19.99")), ("refund", 1, euro("-5.00"))]);
    let csv = file(&sandbox, &made, ReportFormat::Csv).await;
    let lines: Vec<_> = csv.content.split("\r\n").collect();
    assert_eq!((lines.len(), lines[0], lines[4]), (5, "id,type,amount,currency,source,reference,created", ""));
    assert!(lines[1].contains(",payment,19.99,EUR,"), "{csv:?}");
    assert!(lines[1].contains(",\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"x\"\")\","), "{}", lines[1]);
    assert!(lines[2].contains(",fee,-0.66,EUR,"), "a figure stays a figure: {}", lines[2]);
    let document: Value = serde_json::from_str(&file(&sandbox, &made, ReportFormat::Json).await.content).unwrap();
    assert_eq!((document["rows"][0]["reference"].as_str(), document["id"].as_str()), (Some(evil), Some(made.id.as_str())));
    // What happens later is not in it.
    pay("7.00", "later").await.unwrap();
    assert_eq!(file(&sandbox, &made, ReportFormat::Csv).await, csv);
    let spending = report(&sandbox, NewReport::new(ReportType::Spending, start, now(&sandbox).await)).await;
    assert!(spending.groups.iter().all(|group| group.amount.minor() < 0) && spending.rows == 3, "{spending:?}");
    let listed = sandbox.client.reports().list(ListReports::new().reference("nov")).await.unwrap().data;
    assert_eq!(listed, [made]);
    let types = sandbox.event_types().await;
    assert_eq!(types.iter().filter(|name| *name == "report.ready").count(), 2);
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn what_cannot_be_a_report_is_refused_and_one_can_fail() {
    let sandbox = Box::start().await;
    let at = now(&sandbox).await;
    let ask = |from, until| sandbox.client.reports().create(NewReport::new(ReportType::Settlement, from, until));
    for (from, until) in [(at, at), (at, at.plus_secs(-1)), (at, at.plus_secs(3600))] {
        assert_eq!(refusal(ask(from, until).await), (ErrorCode::InvalidField, Some("period_end".to_owned())));
    }
    let magic = BTreeMap::from([("sandbox".to_owned(), "report_fails".to_owned())]);
    let new = NewReport::new(ReportType::Settlement, at.plus_secs(-60), at).metadata(magic);
    let asked = sandbox.client.reports().create(new).await.unwrap();
    assert_eq!(refusal(sandbox.client.reports().download(&asked.id, DownloadReport::new()).await).0, ErrorCode::IllegalState);
    sandbox.advance(6).await;
    let failed = sandbox.client.reports().retrieve(&asked.id).await.unwrap();
    assert_eq!((failed.status, failed.failure_reason), (ReportStatus::Failed, Some(ReportFailure::Unavailable)));
    assert_eq!(refusal(sandbox.client.reports().download(&asked.id, DownloadReport::new()).await).0, ErrorCode::IllegalState);
}

#[tokio::test]
async fn transactions_are_found_by_what_is_known_of_them() {
    let sandbox = Box::start().await;
    let card = sandbox.card("4242424242424242").await;
    let pay = |amount: Money, reference: &str| {
        let new = NewPayment::new(amount, MethodType::Card).payment_method(card.id.clone()).reference(reference);
        sandbox.client.payments().create(new)
    };
    let first = pay(euro("10.00"), "a").await.unwrap();
    sandbox.advance(3600).await;
    let between = now(&sandbox).await;
    pay(Money::parse("20.00", "USD").unwrap(), "b").await.unwrap();
    let find = |asked: ListTransactions| async { sandbox.client.transactions().list(asked).await.unwrap().data };
    let sources = |found: Vec<Transaction>| found.into_iter().map(|entry| entry.source).collect::<Vec<_>>();
    let all = ListTransactions::new;
    assert_eq!(sources(find(all().reference("a")).await), [first.id.clone(), first.id.clone()]);
    assert_eq!(sources(find(all().created_until(between)).await), [first.id.clone(), first.id.clone()]);
    let fees = all().currency(Currency::parse("EUR").unwrap()).transaction_type(TransactionType::Fee);
    assert_eq!(sources(find(fees).await), std::slice::from_ref(&first.id));
    assert_eq!(find(all().created_from(between)).await.len(), 2);
    assert_eq!(find(all().created_from(between).source(&first.id)).await, []);
    let backwards = sandbox.client.transactions().list(all().created_from(between).created_until(between)).await;
    assert_eq!(refusal(backwards), (ErrorCode::InvalidField, Some("created_until".to_owned())));
}

/// What somebody does with their money.
#[derive(Debug, Clone)]
enum Doing {
    Pays(u32),
    Deposits(u32),
    Refunds(u32),
    Waits(u32),
}

fn doing() -> impl Strategy<Value = Doing> {
    prop_oneof![
        (100_u32..50_000).prop_map(Doing::Pays),
        (100_u32..50_000).prop_map(Doing::Deposits),
        (1_u32..100).prop_map(Doing::Refunds),
        (1_u32..200_000).prop_map(Doing::Waits),
    ]
}

async fn live_through(sandbox: &Box, doings: &[Doing]) {
    let cents = |cents: u32| Money::from_minor(i128::from(cents), Currency::parse("EUR").unwrap()).unwrap();
    let card = sandbox.card("4242424242424242").await;
    let mut last = None;
    for doing in doings {
        match doing {
            Doing::Pays(amount) => {
                let new = NewPayment::new(cents(*amount), MethodType::Card).payment_method(card.id.clone());
                last = Some(sandbox.client.payments().create(new).await.unwrap().id);
            }
            Doing::Deposits(amount) => {
                let deposit = sandbox.client.deposits().create(NewDeposit::new(cents(*amount), WalletMethod::BankTransfer)).await.unwrap();
                sandbox.control("POST", &format!("deposits/{}/receive", deposit.id), json!({})).await;
            }
            Doing::Refunds(amount) => {
                if let Some(payment) = &last {
                    // Refused where nothing is left, which is as good.
                    let _ = sandbox.client.refunds().create(NewRefund::new(payment).amount(cents(*amount))).await;
                }
            }
            Doing::Waits(seconds) => sandbox.advance(i64::from(*seconds)).await,
        }
    }
}

/// Opening balance and rows are the closing balance, which is the next report's opening one; the file says the same as the figures.
async fn reconciles(sandbox: &Box, start: Timestamp) {
    let end = now(sandbox).await;
    let middle = Timestamp::from_millis(i64::midpoint(start.millis(), end.millis()));
    let mut opening = euro("0");
    for (from, until) in [(start, middle), (middle, end)] {
        let made = report(sandbox, NewReport::new(ReportType::Settlement, from, until)).await;
        let text = file(sandbox, &made, ReportFormat::Csv).await.content;
        let amounts = text.split("\r\n").skip(1).filter(|line| !line.is_empty()).map(|line| euro(line.split(',').nth(2).unwrap()));
        let rows = amounts.fold(euro("0"), |sum, amount| sum.checked_add(amount).unwrap());
        let groups = made.groups.iter().fold(euro("0"), |sum, group| sum.checked_add(group.amount).unwrap());
        let closing = opening.checked_add(rows).unwrap();
        assert_eq!(groups, rows);
        match made.balances.first() {
            Some(balance) => assert_eq!((balance.opening, balance.closing), (opening, closing)),
            None => assert_eq!(closing, euro("0")),
        }
        opening = closing;
    }
    let left = sandbox.client.balances().list().await.unwrap().data;
    assert_eq!(left.first().map_or(euro("0"), |balance| balance.available), opening);
    sandbox.assert_balanced().await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn reports_reconcile_with_the_ledger_to_the_cent(doings in prop::collection::vec(doing(), 1..12)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let sandbox = Box::start().await;
            let start = now(&sandbox).await;
            live_through(&sandbox, &doings).await;
            // Whatever was booked just now is before the end.
            sandbox.advance(1).await;
            reconciles(&sandbox, start).await;
            sandbox.running.shutdown().await;
        });
    }
}
