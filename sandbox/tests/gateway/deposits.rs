//! Deposits over HTTP: each way in, what is credited, limits, what fails.

use crate::support::{Box, euro, refused};
use okpay::api::{
    Deposit, DepositFailure, DepositStatus, ListDepositSources, ListDeposits, ListTransactions, Network, NewDeposit, NextActionType,
    TransactionType, WalletMethod,
};
use okpay::{DeclineCode, ErrorCode, Money};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn usdt(text: &str) -> Money {
    Money::parse(text, "USDT").unwrap()
}

fn magic(value: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("sandbox".to_owned(), value.to_owned())])
}

async fn by_bank(sandbox: &Box, value: &str) -> Deposit {
    let new = NewDeposit::new(euro("100.00"), WalletMethod::BankTransfer).metadata(magic(value));
    sandbox.client.deposits().create(new).await.unwrap()
}

async fn read(sandbox: &Box, deposit: &Deposit) -> Deposit {
    sandbox.client.deposits().retrieve(&deposit.id).await.unwrap()
}

#[tokio::test]
async fn a_card_is_credited_at_once_less_its_fee() {
    let sandbox = Box::start().await;
    let card = sandbox.card("4242424242424242").await.id;
    let new = NewDeposit::new(euro("50.00"), WalletMethod::Card).payment_method(card).reference("top-up");
    let deposit = sandbox.client.deposits().create(new).await.unwrap();
    assert_eq!((&deposit.status, deposit.amount_received), (&DepositStatus::Succeeded, Some(euro("50.00"))));
    assert_eq!(deposit.fee.as_ref().unwrap().fee, euro("0.50"));
    assert_eq!(sandbox.client.balances().list().await.unwrap().data[0].available, euro("49.50"));
    let moved = sandbox.client.transactions().list(ListTransactions::new().source(deposit.id.clone())).await.unwrap().data;
    let moved: Vec<_> = moved.into_iter().map(|entry| (entry.transaction_type, entry.amount.to_string())).collect();
    assert_eq!(moved, [(TransactionType::Fee, "-0.50 EUR".to_owned()), (TransactionType::Deposit, "50.00 EUR".to_owned())]);
    let found = sandbox.client.deposits().list(ListDeposits::new().reference("top-up").status(DepositStatus::Succeeded)).await.unwrap();
    assert_eq!(found.data, [deposit]);
    assert_eq!(sandbox.event_types().await, ["deposit.created", "deposit.succeeded"]);
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn a_card_that_is_declined_says_why_and_credits_nothing() {
    let sandbox = Box::start().await;
    let card = sandbox.card("4000000000009995").await.id;
    let new = NewDeposit::new(euro("50.00"), WalletMethod::Card).payment_method(card);
    let deposit = sandbox.client.deposits().create(new).await.unwrap();
    assert_eq!((&deposit.status, &deposit.failure_reason), (&DepositStatus::Failed, &Some(DepositFailure::CardDeclined)));
    assert_eq!(deposit.decline_code, Some(DeclineCode::InsufficientFunds));
    assert_eq!(sandbox.client.balances().list().await.unwrap().data, []);
    assert_eq!(refused(sandbox.client.deposits().cancel(&deposit.id).await).0, "illegal_state");
}

#[tokio::test]
async fn a_card_may_ask_for_three_d_secure_on_its_page() {
    let sandbox = Box::start().await;
    let card = sandbox.card("4000000000003220").await.id;
    for (decision, status) in [("approve", DepositStatus::Succeeded), ("fail", DepositStatus::Failed)] {
        let new = NewDeposit::new(euro("50.00"), WalletMethod::Card).payment_method(card.clone());
        let deposit = sandbox.client.deposits().create(new).await.unwrap();
        let url = deposit.next_action.clone().unwrap().url.unwrap();
        assert!(url.contains("/sandbox/3ds/"), "{url}");
        decide(&sandbox, &url, decision).await;
        assert_eq!(read(&sandbox, &deposit).await.status, status);
        assert_eq!(sandbox.http.get(&url).send().await.unwrap().status(), 404, "a link works once");
    }
    sandbox.assert_balanced().await;
}

async fn decide(sandbox: &Box, url: &str, decision: &str) {
    let page = sandbox.http.get(url).send().await.unwrap();
    assert!(page.status() == 200 && page.text().await.unwrap().contains("50.00"));
    let form = sandbox.http.post(url).header("content-type", "application/x-www-form-urlencoded").header("sec-fetch-site", "same-origin");
    assert_eq!(form.body(format!("decision={decision}")).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn another_wallet_approves_on_its_page() {
    let sandbox = Box::start().await;
    for (decision, status, reason) in
        [("approve", DepositStatus::Succeeded, None), ("fail", DepositStatus::Failed, Some(DepositFailure::SenderRefused))]
    {
        let deposit = sandbox.client.deposits().create(NewDeposit::new(euro("50.00"), WalletMethod::EWallet)).await.unwrap();
        let action = deposit.next_action.clone().unwrap();
        assert_eq!((&deposit.status, action.action), (&DepositStatus::Pending, NextActionType::Redirect));
        decide(&sandbox, &action.url.unwrap(), decision).await;
        let deposit = read(&sandbox, &deposit).await;
        assert_eq!((deposit.status, deposit.failure_reason), (status, reason));
    }
    // 0.5 % of 50.00.
    assert_eq!(sandbox.ledger_balance("available", "EUR").await, "49.75");
    let late = sandbox.client.deposits().create(NewDeposit::new(euro("50.00"), WalletMethod::EWallet)).await.unwrap();
    sandbox.advance(901).await;
    assert_eq!(read(&sandbox, &late).await.failure_reason, Some(DepositFailure::Expired));
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn cash_is_paid_at_the_counter_of_a_shop() {
    let sandbox = Box::start().await;
    let sources = sandbox.client.deposit_sources().list(ListDepositSources::new().method(WalletMethod::Cash).country("DE")).await.unwrap();
    let [shop] = &sources.data[..] else { panic!("{sources:?}") };
    assert_eq!(*shop, sandbox.client.deposit_sources().retrieve(&shop.id).await.unwrap());
    let new = |amount: &str| NewDeposit::new(euro(amount), WalletMethod::Cash).source(shop.id.clone());
    let deposit = sandbox.client.deposits().create(new("20.00")).await.unwrap();
    let (action, cash) = (deposit.next_action.clone().unwrap(), deposit.cash.clone().unwrap());
    assert_eq!((action.action, cash.amount_due, Some(cash.expires)), (NextActionType::PayCash, euro("20.00"), deposit.expires));
    assert!(cash.code.len() == 12 && okpay::checks::luhn(&cash.code), "{}", cash.code);
    sandbox.control("POST", &format!("deposits/{}/receive", deposit.id), json!({})).await;
    let paid = read(&sandbox, &deposit).await;
    assert_eq!((paid.status, paid.cash, paid.sender.as_deref()), (DepositStatus::Succeeded, None, Some("counter 0417")));
    assert_eq!((paid.source, paid.source_name.as_deref()), (Some(shop.id.clone()), Some("Corner Shops")));
    // 0.5 % of 20.00.
    assert_eq!(sandbox.ledger_balance("available", "EUR").await, "19.90");
    assert_eq!(sandbox.ledger_balance("shops:cash", "EUR").await, "-20.00");
    let forgotten = sandbox.client.deposits().create(new("30.00")).await.unwrap();
    sandbox.advance(i64::from(shop.pay_within) + 1).await;
    assert_eq!(read(&sandbox, &forgotten).await.failure_reason, Some(DepositFailure::Expired));
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn a_third_party_has_limits_and_may_fail() {
    let sandbox = Box::start().await;
    let through = async |amount: &str, method, source: &str, value: Option<&str>| {
        let new = NewDeposit::new(euro(amount), method).source(source);
        let new = value.map_or(new.clone(), |value| new.metadata(magic(value)));
        sandbox.client.deposits().create(new).await
    };
    let at = |code: &str, param: &str| (code.to_owned(), Some(param.to_owned()));
    assert_eq!(refused(through("4.99", WalletMethod::Cash, "src_corner_shops", None).await), at("amount_too_small", "amount"));
    assert_eq!(refused(through("500.01", WalletMethod::Cash, "src_corner_shops", None).await), at("amount_too_large", "amount"));
    assert_eq!(refused(through("1000.01", WalletMethod::EWallet, "src_purse", None).await), at("amount_too_large", "amount"));
    assert_eq!(refused(through("20", WalletMethod::Cash, "src_purse", None).await), at("invalid_field", "source"));
    assert_eq!(refused(through("20", WalletMethod::Cash, "src_kiosk_24", None).await), at("currency_mismatch", "amount.currency"));
    assert_eq!(refused(through("20", WalletMethod::EWallet, "src_none", None).await), at("not_found", "source"));
    assert_eq!(refused(through("20", WalletMethod::BankTransfer, "src_purse", None).await), at("invalid_field", "source"));
    let cases = [("deposit_unavailable", DepositFailure::SourceUnavailable), ("deposit_blocked", DepositFailure::SenderBlocked)];
    for (value, reason) in cases {
        let deposit = through("20", WalletMethod::EWallet, "src_purse", Some(value)).await.unwrap();
        sandbox.advance(11).await;
        let failed = read(&sandbox, &deposit).await;
        assert_eq!((failed.status, failed.failure_reason, failed.next_action), (DepositStatus::Failed, Some(reason), None));
    }
    assert_eq!(sandbox.ledger_balance("available", "EUR").await, "0");
}

#[tokio::test]
async fn what_comes_by_bank_is_what_is_credited() {
    let sandbox = Box::start().await;
    let (full, short) = (by_bank(&sandbox, "deposit_comes").await, by_bank(&sandbox, "deposit_short").await);
    let action = full.next_action.clone().unwrap().bank_transfer.unwrap();
    assert!(action.reference.starts_with("OKP") && action.amount_due == euro("100.00"));
    sandbox.advance(11).await;
    let (full, short) = (read(&sandbox, &full).await, read(&sandbox, &short).await);
    assert_eq!((full.status, full.amount_received), (DepositStatus::Succeeded, Some(euro("100.00"))));
    assert_eq!((short.status, short.amount, short.amount_received), (DepositStatus::Succeeded, euro("100.00"), Some(euro("60.00"))));
    assert_eq!(sandbox.ledger_balance("available", "EUR").await, "160.00");
    // A second transfer under the same reference is not of this deposit.
    sandbox.control("POST", &format!("deposits/{}/receive", short.id), json!({ "amount": euro("40.00") })).await;
    assert_eq!(sandbox.ledger_balance("available", "EUR").await, "160.00");
    assert_eq!(sandbox.ledger_balance("okpay:unmatched", "EUR").await, "40.00");
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn what_is_blocked_late_or_given_up_is_not_credited() {
    let sandbox = Box::start().await;
    let (blocked, late, given_up) =
        (by_bank(&sandbox, "deposit_blocked").await, by_bank(&sandbox, "deposit_late").await, by_bank(&sandbox, "deposit_comes").await);
    let canceled = sandbox.client.deposits().cancel(&given_up.id).await.unwrap();
    assert_eq!((canceled.status, canceled.next_action, canceled.version), (DepositStatus::Canceled, None, 2));
    sandbox.advance(11).await;
    assert_eq!(read(&sandbox, &blocked).await.failure_reason, Some(DepositFailure::SenderBlocked));
    sandbox.advance(7 * 86_400 + 3600).await;
    assert_eq!(read(&sandbox, &late).await.failure_reason, Some(DepositFailure::Expired));
    assert_eq!(sandbox.ledger_balance("available", "EUR").await, "0");
    assert_eq!(sandbox.ledger_balance("okpay:unmatched", "EUR").await, "200.00", "the one given up and the one too late");
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn a_coin_is_credited_once_its_network_has_confirmed_it() {
    let sandbox = Box::start().await;
    let new = NewDeposit::new(usdt("250.5"), WalletMethod::Usdt).network(Network::Tron);
    let deposit = sandbox.client.deposits().create(new).await.unwrap();
    let crypto = deposit.next_action.clone().unwrap().crypto.unwrap();
    okpay::checks::address(&crypto.address, &Network::Tron, None).unwrap();
    assert_eq!((crypto.amount_due, crypto.confirmations_required), (usdt("250.5"), 3));
    sandbox.control("POST", &format!("deposits/{}/receive", deposit.id), json!({ "confirmations": 1 })).await;
    let seen = read(&sandbox, &deposit).await;
    assert_eq!((seen.status, seen.next_action.unwrap().crypto.unwrap().confirmations, seen.expires), (DepositStatus::Processing, 1, None));
    assert_eq!(refused(sandbox.client.deposits().cancel(&deposit.id).await).0, "illegal_state");
    sandbox.advance(4).await;
    assert_eq!(read(&sandbox, &deposit).await.status, DepositStatus::Processing);
    sandbox.advance(4).await;
    assert_eq!(read(&sandbox, &deposit).await.status, DepositStatus::Succeeded);
    assert_eq!(sandbox.ledger_balance("available", "USDT").await, "250.500000");
    let btc = NewDeposit::new(Money::parse("0.01", "BTC").unwrap(), WalletMethod::Btc).metadata(magic("deposit_comes"));
    let btc = sandbox.client.deposits().create(btc).await.unwrap();
    assert_eq!(btc.network, Some(Network::Bitcoin));
    sandbox.advance(2000).await;
    assert_eq!(read(&sandbox, &btc).await.status, DepositStatus::Succeeded);
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn limits_are_those_of_one_deposit_and_of_one_day() {
    let sandbox = Box::start().await;
    let card = sandbox.card("4242424242424242").await.id;
    let try_it = async |amount: &str| {
        sandbox.client.deposits().create(NewDeposit::new(euro(amount), WalletMethod::Card).payment_method(card.clone())).await
    };
    assert_eq!(refused(try_it("0.99").await), ("amount_too_small".to_owned(), Some("amount".to_owned())));
    assert_eq!(refused(try_it("5000.01").await), ("amount_too_large".to_owned(), Some("amount".to_owned())));
    let lost = sandbox.card("4000000000000002").await.id;
    let declined = sandbox.client.deposits().create(NewDeposit::new(euro("5000.00"), WalletMethod::Card).payment_method(lost)).await;
    assert_eq!(declined.unwrap().status, DepositStatus::Failed);
    try_it("5000.00").await.unwrap();
    try_it("4000.00").await.unwrap();
    assert_eq!(refused(try_it("1000.01").await), ("daily_limit_exceeded".to_owned(), Some("amount".to_owned())));
    try_it("1000.00").await.unwrap();
    assert_eq!(refused(try_it("1.00").await).0, "daily_limit_exceeded");
    sandbox.advance(86_400).await;
    try_it("5000.00").await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_a_deposit_is_refused_by_its_field() {
    let sandbox = Box::start().await;
    let at = |code: ErrorCode, param: &str| (code.to_string(), Some(param.to_owned()));
    let cases = [
        (NewDeposit::new(euro("5"), WalletMethod::Card), at(ErrorCode::MissingField, "payment_method")),
        (NewDeposit::new(euro("5"), WalletMethod::Card).payment_method("pm_none"), at(ErrorCode::NotFound, "payment_method")),
        (NewDeposit::new(euro("5"), WalletMethod::BankTransfer).payment_method("pm_1"), at(ErrorCode::InvalidField, "payment_method")),
        (NewDeposit::new(euro("5"), WalletMethod::from("cheque")), at(ErrorCode::InvalidField, "method")),
        (NewDeposit::new(euro("0"), WalletMethod::EWallet), at(ErrorCode::InvalidAmount, "amount.amount")),
        (NewDeposit::new(usdt("5"), WalletMethod::Usdt), at(ErrorCode::MissingField, "network")),
        (NewDeposit::new(usdt("5"), WalletMethod::EWallet), at(ErrorCode::CurrencyMismatch, "amount.currency")),
        (NewDeposit::new(euro("5"), WalletMethod::Cash), at(ErrorCode::MissingField, "source")),
        (NewDeposit::new(euro("5"), WalletMethod::Btc), at(ErrorCode::CurrencyMismatch, "amount.currency")),
        (NewDeposit::new(euro("5"), WalletMethod::EWallet).network(Network::Tron), at(ErrorCode::InvalidField, "network")),
        (NewDeposit::new(euro("5"), WalletMethod::EWallet).metadata(magic("perhaps")), at(ErrorCode::InvalidField, "metadata.sandbox")),
        (NewDeposit::new(euro("5"), WalletMethod::EWallet).return_url("http://shop.test"), at(ErrorCode::InvalidField, "return_url")),
    ];
    for (new, expected) in cases {
        assert_eq!(refused(sandbox.client.deposits().create(new.clone()).await), expected, "{new:?}");
    }
    let ledger = sandbox.control("GET", "ledger", Value::Null).await;
    assert_eq!(ledger["accounts"], json!([]));
}
