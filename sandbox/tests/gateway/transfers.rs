//! Transfers over HTTP: to whom, with which code, and what moves.

use crate::support::{euro, funded, refused};
use okpay::Money;
use okpay::api::{
    ConfirmTransfer, Confirmation, ConfirmationKind, ListTransactions, ListTransfers, NewTransfer, TransferFailure, TransferStatus,
};

fn by_sms(code: &str) -> ConfirmTransfer {
    ConfirmTransfer::new(Confirmation::new(ConfirmationKind::SmsCode, code))
}

#[tokio::test]
async fn a_small_transfer_is_there_at_once() {
    let sandbox = funded(euro("100.00")).await;
    for recipient in ["@mira", " Mira@OKPay.test "] {
        let new = NewTransfer::new(euro("20.00"), recipient).description("Lunch").reference("t-1");
        let made = sandbox.client.transfers().create(new).await.unwrap();
        assert_eq!((&made.status, made.recipient.as_str(), made.recipient_name.as_str()), (&TransferStatus::Succeeded, "@mira", "Mira M."));
        assert_eq!((made.fee.fee, made.fee.gross, &made.confirmation), (euro("0.00"), euro("20.00"), &None));
        assert_eq!(sandbox.client.transfers().retrieve(&made.id).await.unwrap(), made);
    }
    assert_eq!(sandbox.ledger_balance("account:@mira", "EUR").await, "40.00");
    assert_eq!(sandbox.ledger_balance("available", "EUR").await, "60.00");
    let found = sandbox.client.transfers().list(ListTransfers::new().reference("t-1").status(TransferStatus::Succeeded)).await.unwrap();
    assert_eq!(found.data.len(), 2);
    let moved = sandbox.client.transactions().list(ListTransactions::new().source(found.data[0].id.clone())).await.unwrap().data;
    assert_eq!(
        moved.iter().map(|entry| format!("{} {}", entry.transaction_type, entry.amount)).collect::<Vec<_>>(),
        ["transfer -20.00 EUR"]
    );
    let told = sandbox.event_types().await;
    assert_eq!(told[told.len() - 2..], ["transfer.created", "transfer.succeeded"]);
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn nobody_gets_what_cannot_be_sent() {
    let sandbox = funded(euro("100.00")).await;
    let try_it = async |amount: &str, to: &str| sandbox.client.transfers().create(NewTransfer::new(euro(amount), to)).await;
    let at = |code: &str, param: &str| (code.to_owned(), Some(param.to_owned()));
    assert_eq!(refused(try_it("5.00", "@closed").await), at("recipient_refused", "recipient"));
    assert_eq!(refused(try_it("5.00", "@shop").await), at("invalid_field", "recipient"));
    assert_eq!(refused(try_it("5.00", "shop@okpay.test").await), at("invalid_field", "recipient"));
    assert_eq!(refused(try_it("5.00", "@nobody").await), at("not_found", "recipient"));
    assert_eq!(refused(try_it("5.00", "").await), at("invalid_field", "recipient"));
    assert_eq!(refused(try_it("0.00", "@mira").await), at("invalid_amount", "amount.amount"));
    assert_eq!(refused(try_it("10000.01", "@mira").await), at("amount_too_large", "amount"));
    assert_eq!(refused(try_it("100.01", "@mira").await).0, "insufficient_balance");
    let yen = sandbox.client.transfers().create(NewTransfer::new(Money::parse("5", "JPY").unwrap(), "@mira")).await;
    assert_eq!(refused(yen).0, "no_matching_rule");
    assert_eq!(sandbox.ledger_balance("available", "EUR").await, "100.00");
}

#[tokio::test]
async fn a_large_transfer_needs_a_code() {
    let sandbox = funded(euro("5000.00")).await;
    let made = sandbox.client.transfers().create(NewTransfer::new(euro("500.00"), "@mira")).await.unwrap();
    assert_eq!(made.status, TransferStatus::PendingConfirmation);
    assert_eq!(made.confirmation.as_ref().unwrap().kinds, [ConfirmationKind::SmsCode]);
    assert_eq!(sandbox.ledger_balance("available", "EUR").await, "5000.00");
    assert_eq!(refused(sandbox.client.transfers().confirm(&made.id, by_sms("wrong")).await).0, "confirmation_failed");
    let other = sandbox.client.transfers().create(NewTransfer::new(euro("600.00"), "@mira")).await.unwrap();
    let code = sandbox.code(&made.id).await;
    if code != sandbox.code(&other.id).await {
        assert_eq!(refused(sandbox.client.transfers().confirm(&other.id, by_sms(&code)).await).0, "confirmation_failed", "another's code");
    }
    let sent = sandbox.client.transfers().confirm(&made.id, by_sms(&code)).await.unwrap();
    assert_eq!((sent.status, sent.confirmation, sent.version), (TransferStatus::Succeeded, None, 2));
    assert_eq!(refused(sandbox.client.transfers().confirm(&made.id, by_sms(&code)).await).0, "illegal_state", "a code works once");
    sandbox.advance(601).await;
    let late = sandbox.client.transfers().retrieve(&other.id).await.unwrap();
    assert_eq!((late.status, late.failure_reason), (TransferStatus::Failed, Some(TransferFailure::ConfirmationExpired)));
    let third = sandbox.client.transfers().create(NewTransfer::new(euro("700.00"), "@mira")).await.unwrap();
    for _ in 0..5 {
        assert_eq!(refused(sandbox.client.transfers().confirm(&third.id, by_sms("wrong")).await).0, "confirmation_failed");
    }
    let third = sandbox.client.transfers().retrieve(&third.id).await.unwrap();
    assert_eq!((third.status, third.failure_reason), (TransferStatus::Failed, Some(TransferFailure::ConfirmationFailed)));
    assert_eq!(sandbox.ledger_balance("available", "EUR").await, "4500.00");
    sandbox.assert_balanced().await;
}
