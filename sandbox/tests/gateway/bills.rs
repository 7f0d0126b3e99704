//! Bills over HTTP: billers, looking up, paying, receipts, money that comes back.

use crate::support::{Box, euro, funded, refused};
use okpay::api::{BillStatus, BillerCategory, ListBillers, ListBills, ListTransactions, LookupBill, PayBill};

const ENERGY: &str = "bil_north_energy";

#[tokio::test]
async fn billers_are_listed_by_what_they_sell_and_where() {
    let sandbox = Box::start().await;
    let billers = sandbox.client.billers();
    let all = billers.list(ListBillers::new()).await.unwrap().data;
    assert_eq!(all.len(), 4);
    for biller in &all {
        assert_eq!(billers.retrieve(&biller.id).await.unwrap(), *biller);
        assert!(!matches!(biller.category, BillerCategory::Unknown { .. }) && biller.country.len() == 2, "{biller:?}");
    }
    let found = billers.list(ListBillers::new().category(BillerCategory::Energy).country("DE")).await.unwrap().data;
    assert_eq!(found.iter().map(|biller| biller.id.as_str()).collect::<Vec<_>>(), [ENERGY]);
    assert_eq!(billers.list(ListBillers::new().country("FR")).await.unwrap().data, []);
    let unknown = billers.list(ListBillers::new().category(BillerCategory::from("magic"))).await;
    assert_eq!(refused(unknown), ("invalid_field".to_owned(), Some("category".to_owned())));
    assert_eq!(refused(billers.retrieve("bil_none").await).0, "not_found");
}

#[tokio::test]
async fn a_bill_is_looked_up_paid_once_and_receipted() {
    let sandbox = funded(euro("100.00")).await;
    let bills = sandbox.client.bills();
    let bill = bills.lookup(LookupBill::new(ENERGY, "100 000 001")).await.unwrap();
    assert_eq!((&bill.status, bill.amount, bill.fee.gross, bill.late_charge), (&BillStatus::Open, euro("60.00"), euro("60.35"), None));
    assert_eq!(bills.lookup(LookupBill::new(ENERGY, "100000001")).await.unwrap(), bill, "the same bill again");
    assert_eq!(refused(bills.receipt(&bill.id).await).0, "illegal_state");
    let wrong = bills.pay(&bill.id, PayBill::new().amount(euro("59.00"))).await;
    assert_eq!(refused(wrong), ("invalid_field".to_owned(), Some("amount".to_owned())));
    let paid = bills.pay(&bill.id, PayBill::new().amount(euro("60.00")).reference("b-1")).await.unwrap();
    assert_eq!((&paid.status, paid.version, paid.reference.as_deref()), (&BillStatus::Paid, 2, Some("b-1")));
    assert_eq!(refused(bills.pay(&bill.id, PayBill::new()).await).0, "illegal_state");
    let receipt = bills.receipt(&bill.id).await.unwrap();
    assert_eq!((receipt.amount, receipt.fee, receipt.total), (euro("60.00"), euro("0.35"), euro("60.35")));
    assert_eq!((Some(receipt.number), Some(receipt.paid)), (paid.receipt_number, paid.paid));
    assert_eq!(sandbox.ledger_balance("available", "EUR").await, "39.65");
    assert_eq!(sandbox.ledger_balance("biller:bil_north_energy", "EUR").await, "60.00");
    let moved = sandbox.client.transactions().list(ListTransactions::new().source(bill.id.clone())).await.unwrap().data;
    let moved: Vec<_> = moved.iter().map(|entry| format!("{} {}", entry.transaction_type, entry.amount)).collect();
    assert_eq!(moved, ["fee -0.35 EUR", "bill -60.00 EUR"]);
    let found = bills.list(ListBills::new().biller(ENERGY).reference("b-1").status(BillStatus::Paid)).await.unwrap().data;
    assert_eq!(found.len(), 1);
    assert_eq!(sandbox.event_types().await.last().unwrap(), "bill.paid");
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn a_late_bill_costs_more_and_a_returned_one_is_in_the_balance_again() {
    let sandbox = funded(euro("100.00")).await;
    let bills = sandbox.client.bills();
    let late = bills.lookup(LookupBill::new(ENERGY, "100000002")).await.unwrap();
    assert_eq!((late.amount, late.late_charge), (euro("66.00"), Some(euro("6.00"))));
    assert!(late.due < late.created);
    let returned = bills.lookup(LookupBill::new(ENERGY, "100000003")).await.unwrap();
    bills.pay(&returned.id, PayBill::new()).await.unwrap();
    assert_eq!(refused(bills.pay(&late.id, PayBill::new()).await).0, "insufficient_balance");
    sandbox.advance(86_401).await;
    let returned = bills.retrieve(&returned.id).await.unwrap();
    assert_eq!((&returned.status, returned.version), (&BillStatus::Returned, 3));
    assert_eq!(sandbox.ledger_balance("available", "EUR").await, "100.00");
    assert_eq!(bills.receipt(&returned.id).await.unwrap().total, euro("60.35"));
    bills.pay(&late.id, PayBill::new()).await.unwrap();
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn what_has_no_bill_is_told_by_its_field() {
    let sandbox = Box::start().await;
    let look_up = async |biller: &str, reference: &str| sandbox.client.bills().lookup(LookupBill::new(biller, reference)).await;
    let at = |code: &str, param: &str| (code.to_owned(), Some(param.to_owned()));
    assert_eq!(refused(look_up("bil_none", "100000001").await), at("not_found", "biller"));
    assert_eq!(refused(look_up(ENERGY, "999999999").await), at("not_found", "customer_reference"));
    assert_eq!(refused(look_up(ENERGY, "").await), at("invalid_field", "customer_reference"));
    assert_eq!(refused(sandbox.client.bills().pay("bill_none", PayBill::new()).await).0, "not_found");
}
