//! Withdrawals over HTTP: destinations, quotes, the code, the reserve, reviews, arrival and return.

use crate::support::{Box, euro, refused};
use okpay::api::{
    ConfirmWithdrawal, Confirmation, ConfirmationKind, Destination, DestinationStatus, DestinationType, ListDestinations, ListTransactions,
    ListWithdrawals, Network, NewDeposit, NewDestination, NewWithdrawal, NewWithdrawalQuote, WalletMethod, Withdrawal, WithdrawalFailure,
    WithdrawalStatus,
};
use okpay::{ErrorCode, Money};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const IBAN: &str = "DE89370400440532013000";

fn magic(value: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("sandbox".to_owned(), value.to_owned())])
}

fn bank() -> NewDestination {
    NewDestination::new(DestinationType::BankAccount).iban(IBAN).holder("Mira Muster")
}

/// A sandbox with so much in the balance, and a destination that is usable at once.
async fn funded(amount: Money) -> (Box, Destination) {
    let sandbox = Box::start().await;
    let coin = amount.currency().is_crypto();
    let new = match coin {
        true => NewDeposit::new(amount, WalletMethod::Usdt).network(Network::Tron),
        false => NewDeposit::new(amount, WalletMethod::BankTransfer),
    };
    let deposit = sandbox.client.deposits().create(new).await.unwrap();
    sandbox.control("POST", &format!("deposits/{}/receive", deposit.id), json!({})).await;
    let new = match coin {
        true => NewDestination::new(DestinationType::CryptoAddress).network(Network::Tron).address("TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"),
        false => bank(),
    };
    let destination = sandbox.client.destinations().create(new.metadata(magic("no_cooling"))).await.unwrap();
    (sandbox, destination)
}

fn by_sms(code: &str) -> ConfirmWithdrawal {
    ConfirmWithdrawal::new(Confirmation::new(ConfirmationKind::SmsCode, code))
}

async fn submit(sandbox: &Box, new: NewWithdrawal) -> Withdrawal {
    let made = sandbox.client.withdrawals().create(new).await.unwrap();
    sandbox.client.withdrawals().confirm(&made.id, by_sms(&sandbox.code(&made.id).await)).await.unwrap()
}

async fn read(sandbox: &Box, withdrawal: &Withdrawal) -> Withdrawal {
    sandbox.client.withdrawals().retrieve(&withdrawal.id).await.unwrap()
}

/// What is available and what is reserved.
async fn balance(sandbox: &Box) -> (String, String) {
    sandbox.assert_balanced().await;
    let balance = sandbox.client.balances().list().await.unwrap().data.remove(0);
    (balance.available.amount().to_string(), balance.reserved.amount().to_string())
}

fn figures(available: &str, reserved: &str) -> (String, String) {
    (available.to_owned(), reserved.to_owned())
}

#[tokio::test]
async fn a_destination_is_checked_masked_and_cools_down() {
    let sandbox = Box::start().await;
    let destinations = sandbox.client.destinations();
    let new = destinations.create(bank().label("Salary").reference("d-1")).await.unwrap();
    assert_eq!((new.masked.as_str(), new.country.as_deref()), ("DE89 •••• 3000", Some("DE")));
    assert_eq!((&new.status, &new.method), (&DestinationStatus::Cooling, &WalletMethod::BankTransfer));
    let withdrawal = sandbox.client.withdrawals().create(NewWithdrawal::new(euro("5"), new.id.clone())).await;
    assert_eq!(refused(withdrawal), ("destination_cooling".to_owned(), Some("destination".to_owned())));
    sandbox.advance(86_400).await;
    assert_eq!(destinations.retrieve(&new.id).await.unwrap().status, DestinationStatus::Active);
    let withdrawal = sandbox.client.withdrawals().create(NewWithdrawal::new(euro("5"), new.id.clone())).await;
    assert_eq!(refused(withdrawal).0, "insufficient_balance");
    assert_eq!(destinations.disable(&new.id).await.unwrap().status, DestinationStatus::Disabled);
    let withdrawal = sandbox.client.withdrawals().create(NewWithdrawal::new(euro("5"), new.id.clone())).await;
    assert_eq!(refused(withdrawal), ("illegal_state".to_owned(), Some("destination".to_owned())));
    assert_eq!(refused(destinations.disable(&new.id).await).0, "illegal_state");
    let found = destinations.list(ListDestinations::new().reference("d-1").status(DestinationStatus::Disabled)).await.unwrap().data;
    assert_eq!(found.len(), 1);
    assert_eq!(sandbox.event_types().await, ["destination.created", "destination.activated", "destination.disabled"]);
    let listed = sandbox.control("GET", "events?limit=100", Value::Null).await.to_string();
    assert!(!listed.contains(IBAN), "the whole number is in no event");
}

#[tokio::test]
async fn each_kind_of_destination_has_its_own_fields() {
    let sandbox = Box::start().await;
    let card = sandbox.card("4242424242424242").await.id;
    let new = NewDestination::new;
    let fine = [
        (new(DestinationType::Card).payment_method(card), "•••• 4242"),
        (new(DestinationType::EWallet).holder("M").provider("paywell").account("mira@mail.test"), "m•••@mail.test"),
        (new(DestinationType::EWallet).holder("M").provider("paywell").account("+491701234567"), "•••• 67"),
        (
            new(DestinationType::CryptoAddress).network(Network::Ethereum).address("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
            "0x5aAe…eAed",
        ),
    ];
    for (new, masked) in fine {
        assert_eq!(sandbox.client.destinations().create(new).await.unwrap().masked, masked);
    }
    let at = |code: ErrorCode, param: &str| (code.to_string(), Some(param.to_owned()));
    let cases = [
        (new(DestinationType::BankAccount).holder("M"), at(ErrorCode::MissingField, "iban")),
        (new(DestinationType::BankAccount).iban(IBAN), at(ErrorCode::MissingField, "holder")),
        (new(DestinationType::BankAccount).holder("M").iban("DE88370400440532013000"), at(ErrorCode::InvalidField, "iban")),
        (bank().address("x"), at(ErrorCode::InvalidField, "address")),
        (bank().metadata(magic("warm")), at(ErrorCode::InvalidField, "metadata.sandbox")),
        (new(DestinationType::Card).payment_method("pm_none"), at(ErrorCode::NotFound, "payment_method")),
        (new(DestinationType::EWallet).holder("M").provider("p"), at(ErrorCode::MissingField, "account")),
        (new(DestinationType::CryptoAddress).address("x"), at(ErrorCode::MissingField, "network")),
        (
            new(DestinationType::CryptoAddress).network(Network::Tron).address("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
            at(ErrorCode::InvalidField, "address"),
        ),
        (new(DestinationType::CryptoAddress).network(Network::from("solana")).address("x"), at(ErrorCode::InvalidField, "network")),
        (new(DestinationType::from("cash")), at(ErrorCode::InvalidField, "type")),
    ];
    for (new, expected) in cases {
        assert_eq!(refused(sandbox.client.destinations().create(new.clone()).await), expected, "{new:?}");
    }
}

#[tokio::test]
async fn a_withdrawal_by_quote_is_reserved_sent_and_arrives() {
    let (sandbox, destination) = funded(euro("100.00")).await;
    let quote = sandbox.client.withdrawals().quote(NewWithdrawalQuote::new(euro("40.00"), destination.id.clone())).await.unwrap();
    assert_eq!((quote.fee.fee, quote.fee.gross, quote.max_withdrawable), (euro("0.50"), euro("40.50"), euro("99.50")));
    assert_eq!(quote.arrival.business_days, Some(3));
    assert!(quote.created < quote.arrival.earliest && quote.arrival.earliest < quote.arrival.latest);
    let new = NewWithdrawal::new(euro("40.00"), destination.id.clone()).quote(quote.id.clone()).reference("w-1");
    let made = sandbox.client.withdrawals().create(new).await.unwrap();
    assert_eq!((&made.status, made.destination_masked.as_str()), (&WithdrawalStatus::PendingConfirmation, "DE89 •••• 3000"));
    assert_eq!(made.confirmation.as_ref().unwrap().sent_to.as_deref(), Some("•••• 43"));
    assert_eq!(balance(&sandbox).await, figures("100.00", "0.00"));
    let submitted = sandbox.client.withdrawals().confirm(&made.id, by_sms(&sandbox.code(&made.id).await)).await.unwrap();
    assert_eq!((submitted.status, submitted.confirmation), (WithdrawalStatus::Submitted, None));
    assert_eq!(balance(&sandbox).await, figures("59.50", "40.50"));
    sandbox.advance(61).await;
    let sent = read(&sandbox, &made).await;
    assert_eq!(sent.status, WithdrawalStatus::Sent);
    assert_eq!(balance(&sandbox).await, figures("59.50", "0.00"));
    assert_eq!(sandbox.ledger_balance("bank:outgoing", "EUR").await, "40.00");
    assert_eq!(refused(sandbox.client.withdrawals().cancel(&made.id).await).0, "illegal_state");
    sandbox.advance(5 * 86_400).await;
    assert_eq!(read(&sandbox, &made).await.status, WithdrawalStatus::Arrived);
    let found = sandbox.client.withdrawals().list(ListWithdrawals::new().destination(destination.id).reference("w-1")).await.unwrap();
    assert_eq!(found.data.len(), 1);
    let moved = sandbox.client.transactions().list(ListTransactions::new().source(made.id)).await.unwrap().data;
    let moved: Vec<_> = moved.iter().map(|entry| format!("{} {}", entry.transaction_type, entry.amount)).collect();
    assert_eq!(moved, ["fee -0.50 EUR", "withdrawal -40.00 EUR"]);
    let told = sandbox.event_types().await;
    assert_eq!(told[told.len() - 4..], ["withdrawal.created", "withdrawal.submitted", "withdrawal.sent", "withdrawal.arrived"]);
}

#[tokio::test]
async fn a_quote_is_for_one_amount_one_destination_and_a_while() {
    let (sandbox, destination) = funded(euro("100.00")).await;
    let quote = sandbox.client.withdrawals().quote(NewWithdrawalQuote::new(euro("40.00"), destination.id.clone())).await.unwrap();
    let try_it = async |amount: &str, quote: &str| {
        sandbox.client.withdrawals().create(NewWithdrawal::new(euro(amount), destination.id.clone()).quote(quote)).await
    };
    assert_eq!(refused(try_it("41.00", &quote.id).await), ("invalid_field".to_owned(), Some("quote".to_owned())));
    assert_eq!(refused(try_it("40.00", "wq_none").await), ("not_found".to_owned(), Some("quote".to_owned())));
    sandbox.advance(901).await;
    assert_eq!(refused(try_it("40.00", &quote.id).await), ("expired".to_owned(), Some("quote".to_owned())));
    let nothing = Box::start().await;
    let destination = nothing.client.destinations().create(bank()).await.unwrap();
    let quote = nothing.client.withdrawals().quote(NewWithdrawalQuote::new(euro("1.00"), destination.id.clone())).await.unwrap();
    assert_eq!(quote.max_withdrawable, euro("0.00"));
    let usdt = Money::parse("5", "USDT").unwrap();
    let mixed = nothing.client.withdrawals().quote(NewWithdrawalQuote::new(usdt, destination.id)).await;
    assert_eq!(refused(mixed), ("currency_mismatch".to_owned(), Some("amount.currency".to_owned())));
}

#[tokio::test]
async fn codes_are_bounded_in_attempts_and_time() {
    let (sandbox, destination) = funded(euro("100.00")).await;
    let new = || NewWithdrawal::new(euro("10.00"), destination.id.clone());
    let made = sandbox.client.withdrawals().create(new()).await.unwrap();
    let right = sandbox.code(&made.id).await;
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let kind = ConfirmWithdrawal::new(Confirmation::new(ConfirmationKind::from("retina"), "1"));
    assert_eq!(
        refused(sandbox.client.withdrawals().confirm(&made.id, kind).await),
        ("invalid_field".to_owned(), Some("confirmation.kind".to_owned()))
    );
    for left in (0..5).rev() {
        let error = sandbox.client.withdrawals().confirm(&made.id, by_sms(wrong)).await.unwrap_err();
        let failure = error.failure();
        assert_eq!((&failure.code, failure.object.as_deref()), (&ErrorCode::ConfirmationFailed, Some(made.id.as_str())));
        assert_eq!(failure.detail.contains(&format!("attempts left: {left}")), left > 0, "{}", failure.detail);
        assert_eq!(read(&sandbox, &made).await.version, if left == 0 { 2 } else { 1 });
    }
    let failed = read(&sandbox, &made).await;
    assert_eq!((failed.status, failed.failure_reason), (WithdrawalStatus::Failed, Some(WithdrawalFailure::ConfirmationFailed)));
    assert_eq!(refused(sandbox.client.withdrawals().confirm(&made.id, by_sms(&right)).await).0, "illegal_state");
    let late = sandbox.client.withdrawals().create(new()).await.unwrap();
    let other = sandbox.code(&late.id).await;
    sandbox.advance(601).await;
    assert_eq!(refused(sandbox.client.withdrawals().confirm(&late.id, by_sms(&other)).await).0, "illegal_state");
    assert_eq!(read(&sandbox, &late).await.failure_reason, Some(WithdrawalFailure::ConfirmationExpired));
    assert_eq!(balance(&sandbox).await, figures("100.00", "0.00"));
    let events = sandbox.control("GET", "events?limit=100", Value::Null).await.to_string();
    assert!(!events.contains(&right) || right.len() < 6, "a code is in no event");
}

#[tokio::test]
async fn what_is_not_sent_or_comes_back_is_in_the_balance_again_with_its_fee() {
    let (sandbox, destination) = funded(euro("100.00")).await;
    let new = || NewWithdrawal::new(euro("10.00"), destination.id.clone());
    let canceled = submit(&sandbox, new()).await;
    assert_eq!(balance(&sandbox).await, figures("89.50", "10.50"));
    assert_eq!(sandbox.client.withdrawals().cancel(&canceled.id).await.unwrap().status, WithdrawalStatus::Canceled);
    assert_eq!(balance(&sandbox).await, figures("100.00", "0.00"));
    let rejected = submit(&sandbox, new().metadata(magic("withdrawal_rejected"))).await;
    let reviewed = submit(&sandbox, new().metadata(magic("withdrawal_reviewed"))).await;
    let in_review = submit(&sandbox, new().metadata(magic("withdrawal_reviewed"))).await;
    let returned = submit(&sandbox, new().metadata(magic("withdrawal_returned"))).await;
    sandbox.advance(61).await;
    assert_eq!(read(&sandbox, &rejected).await.status, WithdrawalStatus::InReview);
    let decided = sandbox.control("POST", &format!("withdrawals/{}/review", in_review.id), json!({"approve": false})).await;
    assert_eq!((decided["status"].as_str(), decided["failure_reason"].as_str()), (Some("failed"), Some("review_rejected")));
    assert_eq!(read(&sandbox, &returned).await.status, WithdrawalStatus::Sent);
    sandbox.advance(3600).await;
    assert_eq!(read(&sandbox, &rejected).await.failure_reason, Some(WithdrawalFailure::ReviewRejected));
    assert_eq!(read(&sandbox, &reviewed).await.status, WithdrawalStatus::Sent);
    sandbox.advance(5 * 86_400).await;
    assert_eq!(read(&sandbox, &reviewed).await.status, WithdrawalStatus::Arrived);
    let returned = read(&sandbox, &returned).await;
    assert_eq!((returned.status, returned.failure_reason), (WithdrawalStatus::Returned, Some(WithdrawalFailure::DestinationRefused)));
    // Only the reviewed one is gone, with its fee.
    assert_eq!(balance(&sandbox).await, figures("89.50", "0.00"));
    assert_eq!(sandbox.ledger_balance("okpay:fees", "EUR").await, "0.50");
}

#[tokio::test]
async fn coins_pay_the_network_and_large_amounts_are_looked_at() {
    let (sandbox, destination) = funded(Money::parse("20000", "USDT").unwrap()).await;
    let usdt = |text: &str| Money::parse(text, "USDT").unwrap();
    let quote = sandbox.client.withdrawals().quote(NewWithdrawalQuote::new(usdt("10000"), destination.id.clone())).await.unwrap();
    // 0.1 % and the network's 1 USDT.
    assert_eq!((quote.fee.fee, quote.arrival.business_days), (usdt("11"), None));
    let large = submit(&sandbox, NewWithdrawal::new(usdt("10000"), destination.id.clone())).await;
    let small = submit(&sandbox, NewWithdrawal::new(usdt("100"), destination.id.clone())).await;
    sandbox.advance(61).await;
    assert_eq!(read(&sandbox, &large).await.status, WithdrawalStatus::InReview);
    assert_eq!(read(&sandbox, &small).await.status, WithdrawalStatus::Sent);
    assert_eq!(sandbox.ledger_balance("okpay:network_fees", "USDT").await, "1.000000");
    sandbox.advance(60).await;
    assert_eq!(read(&sandbox, &small).await.status, WithdrawalStatus::Arrived);
    let below = sandbox.client.withdrawals().create(NewWithdrawal::new(usdt("4.99"), destination.id)).await;
    assert_eq!(refused(below).0, "amount_too_small");
    sandbox.assert_balanced().await;
}
