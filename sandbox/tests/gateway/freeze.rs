//! Freezing over HTTP: what is stopped and what still works, appeals, thaw; and the risk rules that freeze, refuse or hold.

use crate::support::till::{Till, paid, told};
use crate::support::{Box, Raw, euro};
use okpay::Money;
use okpay::api::{
    AccountStatus, AcknowledgeRiskAlert, AppealStatus, ConfirmChange, ConfirmWithdrawal, Confirmation, ConfirmationKind, Destination,
    DestinationType, FreezeAccount, FreezeReason, ListRiskAlerts, MethodType, NewAppeal, NewDeposit, NewDestination, NewPayment, NewRefund,
    NewTransfer, NewWithdrawal, PaymentStatus, RiskAlertStatus, RiskOperation, RiskOutcome, SetPaymentPin, TransferStatus, WalletMethod,
    Withdrawal, WithdrawalStatus,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn magic(value: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("sandbox".to_owned(), value.to_owned())])
}

/// A sandbox with so much in the balance, and a destination that is usable at once.
async fn funded(amount: &str) -> (Box, Destination) {
    let sandbox = Box::start().await;
    deposit(&sandbox, euro(amount)).await;
    let new = NewDestination::new(DestinationType::BankAccount).iban("DE89370400440532013000").holder("Mira Muster");
    let destination = sandbox.client.destinations().create(new.metadata(magic("no_cooling"))).await.unwrap();
    (sandbox, destination)
}

async fn deposit(sandbox: &Box, amount: Money) {
    let deposit = sandbox.client.deposits().create(NewDeposit::new(amount, WalletMethod::BankTransfer)).await.unwrap();
    sandbox.control("POST", &format!("deposits/{}/receive", deposit.id), json!({})).await;
}

async fn withdraw(sandbox: &Box, destination: &Destination, amount: &str) -> Result<Withdrawal, okpay::OkpayError> {
    sandbox.client.withdrawals().create(NewWithdrawal::new(euro(amount), destination.id.clone())).await
}

async fn submit(sandbox: &Box, withdrawal: &Withdrawal) -> Withdrawal {
    let code = Confirmation::new(ConfirmationKind::SmsCode, sandbox.code(&withdrawal.id).await);
    sandbox.client.withdrawals().confirm(&withdrawal.id, ConfirmWithdrawal::new(code)).await.unwrap()
}

/// A proof for a change of the account's security.
async fn challenged(sandbox: &Box) -> Confirmation {
    sandbox.client.two_factor().challenge().await.unwrap();
    let account = sandbox.client.account().retrieve().await.unwrap();
    Confirmation::new(ConfirmationKind::SmsCode, sandbox.code(&account.id).await)
}

async fn force(sandbox: &Box, outcome: &str) {
    sandbox.control("POST", "risk", json!({ "outcome": outcome })).await;
}

#[tokio::test]
async fn money_comes_in_and_does_not_leave_a_frozen_account() {
    let (sandbox, destination) = funded("900.00").await;
    let pending = withdraw(&sandbox, &destination, "50.00").await.unwrap();
    let submitted = submit(&sandbox, &withdraw(&sandbox, &destination, "60.00").await.unwrap()).await;
    let order = paid(&sandbox, "30.00").await;
    let client = &sandbox.client;
    let frozen = client.account().freeze(FreezeAccount::new().note("a key leaked")).await.unwrap();
    let freeze = frozen.freeze.clone().unwrap();
    assert_eq!((frozen.status, freeze.reason, freeze.detail.as_str()), (AccountStatus::Frozen, FreezeReason::OwnRequest, "a key leaked"));
    let code = Confirmation::new(ConfirmationKind::SmsCode, sandbox.code(&pending.id).await);
    for refused in [
        told(withdraw(&sandbox, &destination, "10.00").await),
        told(client.withdrawals().confirm(&pending.id, ConfirmWithdrawal::new(code)).await),
        told(client.transfers().create(NewTransfer::new(euro("5.00"), "@mira")).await),
        told(client.destinations().create(NewDestination::new(DestinationType::BankAccount)).await),
    ] {
        assert_eq!(refused.0, "account_frozen");
    }
    // Every operation of the table is refused before anything else is looked at.
    for name in &freeze.stopped_operations {
        let operation = okpay::api::find_operation(name).unwrap();
        if operation.callers() == [okpay::api::Scope::Device] {
            continue;
        }
        let heard = Raw::post(&operation.path.replace("{id}", "none"), "{}").send(&sandbox).await;
        assert_eq!(heard.problem(), (409, "account_frozen".to_owned(), None), "{name}");
    }
    deposit(&sandbox, euro("40.00")).await;
    assert_eq!(paid(&sandbox, "20.00").await.status, PaymentStatus::Succeeded);
    client.refunds().create(NewRefund::new(order.id.clone()).amount(euro("5.00"))).await.unwrap();
    assert_eq!(client.withdrawals().cancel(&pending.id).await.unwrap().status, WithdrawalStatus::Canceled);
    // What was on its way is held, for as long as the account is frozen.
    sandbox.advance(61).await;
    let read = |id: String| async move { client.withdrawals().retrieve(&id).await.unwrap().status };
    assert_eq!(read(submitted.id.clone()).await, WithdrawalStatus::InReview);
    sandbox.advance(2 * 3600 + 1).await;
    assert_eq!(read(submitted.id.clone()).await, WithdrawalStatus::InReview);
    let (status, problem) = sandbox.try_control("POST", &format!("withdrawals/{}/review", submitted.id), json!({"approve": true})).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("account_frozen")));
    let thawed = client.account().thaw(ConfirmChange::new(challenged(&sandbox).await)).await.unwrap();
    assert_eq!((thawed.status, thawed.freeze), (AccountStatus::Active, None));
    sandbox.advance(3601).await;
    assert_eq!(read(submitted.id.clone()).await, WithdrawalStatus::Sent);
    assert!(withdraw(&sandbox, &destination, "10.00").await.is_ok());
    let types = sandbox.event_types().await;
    assert!(["merchant_account.frozen", "merchant_account.thawed"].iter().all(|name| types.contains(&(*name).to_owned())));
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn a_phone_freezes_and_only_a_proof_thaws() {
    let sandbox = Box::start().await;
    let phone = Till::with(&sandbox, &["account.freeze"], okpay::api::DeviceLimits::new()).await;
    assert_eq!(phone.client.account().freeze(FreezeAccount::new()).await.unwrap().status, AccountStatus::Frozen);
    assert_eq!(told(phone.client.account().freeze(FreezeAccount::new()).await).0, "illegal_state");
    let client = &sandbox.client;
    let wrong = Confirmation::new(ConfirmationKind::SmsCode, "000000");
    client.two_factor().challenge().await.unwrap();
    assert_eq!(told(client.account().thaw(ConfirmChange::new(wrong)).await).0, "confirmation_failed");
    assert!(client.account().thaw(ConfirmChange::new(challenged(&sandbox).await)).await.is_ok());
    assert_eq!(told(client.account().thaw(ConfirmChange::new(challenged(&sandbox).await)).await).0, "illegal_state");
}

#[tokio::test]
async fn an_appeal_is_answered_and_thaws() {
    let sandbox = Box::start().await;
    let client = &sandbox.client;
    assert_eq!(told(client.appeals().create(NewAppeal::new("why?")).await).0, "illegal_state");
    force(&sandbox, "freeze").await;
    assert_eq!(told(client.transfers().create(NewTransfer::new(euro("1.00"), "@mira")).await).0, "insufficient_balance");
    deposit(&sandbox, euro("10.00")).await;
    assert_eq!(told(client.transfers().create(NewTransfer::new(euro("1.00"), "@mira")).await).0, "account_frozen");
    let account = client.account().retrieve().await.unwrap();
    let freeze = account.freeze.unwrap();
    let alert = client.risk_alerts().retrieve(freeze.risk_alert.as_deref().unwrap()).await.unwrap();
    assert_eq!((freeze.reason, alert.outcome, alert.object), (FreezeReason::Suspicion, RiskOutcome::Freeze, None));
    assert_eq!(told(client.account().thaw(ConfirmChange::new(challenged(&sandbox).await)).await).0, "illegal_state");
    assert_eq!(told(client.appeals().create(NewAppeal::new("  ")).await), ("invalid_field".to_owned(), Some("message".to_owned())));
    let first = client.appeals().create(NewAppeal::new("It was me.").metadata(magic("appeal_refused"))).await.unwrap();
    assert_eq!(first.status, AppealStatus::Open);
    assert_eq!(told(client.appeals().create(NewAppeal::new("Again.")).await).0, "illegal_state");
    sandbox.advance(3601).await;
    let refused = client.appeals().retrieve(&first.id).await.unwrap();
    assert!(refused.status == AppealStatus::Refused && refused.reply.is_some() && refused.answered.is_some());
    assert_eq!(client.account().retrieve().await.unwrap().status, AccountStatus::Frozen);
    let second = client.appeals().create(NewAppeal::new("Here is the invoice,\nline by line.")).await.unwrap();
    let path = format!("appeals/{}/answer", second.id);
    let answered = sandbox.control("POST", &path, json!({"accept": true, "text": "Thank you."})).await;
    assert_eq!((answered["status"].as_str(), answered["reply"].as_str()), (Some("accepted"), Some("Thank you.")));
    assert_eq!(client.account().retrieve().await.unwrap().status, AccountStatus::Active);
    assert!(client.transfers().create(NewTransfer::new(euro("1.00"), "@mira")).await.is_ok());
    let outbox = sandbox.control("GET", &format!("outbox?about={}&limit=1", account.id), Value::Null).await;
    assert!(outbox["data"][0]["text"].as_str().unwrap().contains("no longer frozen"));
}

#[tokio::test]
async fn many_withdrawals_in_a_short_time_freeze_the_account() {
    let (sandbox, destination) = funded("900.00").await;
    for _ in 0..19 {
        withdraw(&sandbox, &destination, "1.00").await.unwrap();
    }
    assert_eq!(told(withdraw(&sandbox, &destination, "1.00").await).0, "account_frozen");
    let account = sandbox.client.account().retrieve().await.unwrap();
    assert_eq!(account.freeze.unwrap().reason, FreezeReason::Velocity);
    let alerts = sandbox.client.risk_alerts().list(ListRiskAlerts::new()).await.unwrap().data;
    assert_eq!((alerts.len(), alerts[0].rule.as_str()), (1, "withdrawals_velocity"));
    let events = sandbox.event_types().await;
    assert_eq!(events[events.len() - 2..], ["risk_alert.created".to_owned(), "merchant_account.frozen".to_owned()]);
}

#[tokio::test]
async fn slow_withdrawals_freeze_nothing() {
    let (sandbox, destination) = funded("900.00").await;
    for number in 0..21 {
        withdraw(&sandbox, &destination, "1.00").await.unwrap_or_else(|error| panic!("{number}: {error:?}"));
        sandbox.advance(60).await;
    }
}

#[tokio::test]
async fn a_large_withdrawal_to_a_new_destination_is_held() {
    let (sandbox, destination) = funded("20000.00").await;
    let held = submit(&sandbox, &withdraw(&sandbox, &destination, "5000.00").await.unwrap()).await;
    let usual = submit(&sandbox, &withdraw(&sandbox, &destination, "4999.99").await.unwrap()).await;
    sandbox.advance(61).await;
    let status = |id: String| {
        let client = sandbox.client.clone();
        async move { client.withdrawals().retrieve(&id).await.unwrap().status }
    };
    assert_eq!((status(held.id.clone()).await, status(usual.id).await), (WithdrawalStatus::InReview, WithdrawalStatus::Sent));
    let open = ListRiskAlerts::new().status(RiskAlertStatus::Open);
    let alert = sandbox.client.risk_alerts().list(open.clone()).await.unwrap().data.remove(0);
    assert_eq!((alert.object, alert.operation, alert.amount), (Some(held.id), RiskOperation::Withdrawal, euro("5000.00")));
    let done = sandbox.client.risk_alerts().acknowledge(&alert.id, AcknowledgeRiskAlert::new().note("rent")).await.unwrap();
    assert_eq!((done.status, done.note.as_deref()), (RiskAlertStatus::Acknowledged, Some("rent")));
    assert_eq!(told(sandbox.client.risk_alerts().acknowledge(&alert.id, AcknowledgeRiskAlert::new()).await).0, "illegal_state");
    assert!(sandbox.client.risk_alerts().list(open).await.unwrap().data.is_empty());
    sandbox.advance(8 * 24 * 3600).await;
    let old = submit(&sandbox, &withdraw(&sandbox, &destination, "5000.00").await.unwrap()).await;
    sandbox.advance(61).await;
    assert_eq!(status(old.id).await, WithdrawalStatus::Sent);
}

#[tokio::test]
async fn an_account_without_a_second_factor_withdraws_no_fortune() {
    let (sandbox, destination) = funded("45000.00").await;
    deposit(&sandbox, euro("45000.00")).await;
    assert_eq!(told(withdraw(&sandbox, &destination, "40000.00").await).0, "account_frozen");
    assert_eq!(sandbox.client.account().retrieve().await.unwrap().freeze.unwrap().reason, FreezeReason::UnsafeSettings);
    // What would mend it still works.
    let proof = challenged(&sandbox).await;
    sandbox.client.two_factor().set_pin(SetPaymentPin::new("194732", proof)).await.unwrap();
    let appeal = sandbox.client.appeals().create(NewAppeal::new("There is a PIN now.").metadata(magic("appeal_accepted"))).await.unwrap();
    sandbox.advance(3601).await;
    assert_eq!(sandbox.client.appeals().retrieve(&appeal.id).await.unwrap().status, AppealStatus::Accepted);
    assert!(withdraw(&sandbox, &destination, "40000.00").await.is_ok());
}

#[tokio::test]
async fn each_outcome_can_be_provoked() {
    let (sandbox, destination) = funded("900.00").await;
    let client = &sandbox.client;
    let (status, problem) = sandbox.try_control("POST", "risk", json!({"outcome": "panic"})).await;
    assert_eq!((status, problem["param"].as_str()), (422, Some("outcome")));
    force(&sandbox, "allow").await;
    let new = NewTransfer::new(euro("5.00"), "@mira");
    assert_eq!(client.transfers().create(new.clone()).await.unwrap().status, TransferStatus::Succeeded);
    force(&sandbox, "review").await;
    let waits = client.transfers().create(new.clone()).await.unwrap();
    assert_eq!(waits.status, TransferStatus::PendingConfirmation, "a small one is confirmed, too");
    force(&sandbox, "refuse").await;
    let refused = Raw::post("/v1/transfers", json!({"amount": euro("5.00"), "recipient": "@mira"}).to_string());
    let heard = refused.send(&sandbox).await;
    assert_eq!(heard.problem(), (422, "risk_refused".to_owned(), None));
    let again = Raw { nonce: crate::support::fresh("n"), ..refused }.send(&sandbox).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (422, Some("true")), "the refusal is the end of this call");
    force(&sandbox, "review").await;
    let payment = paid(&sandbox, "7.00").await;
    assert_eq!(payment.status, PaymentStatus::InReview, "what follows is in reviews.rs");
    force(&sandbox, "refuse").await;
    let new = NewPayment::new(euro("7.00"), MethodType::BankTransfer);
    assert_eq!(told(client.payments().create(new).await).0, "risk_refused");
    let alerts = client.risk_alerts().list(ListRiskAlerts::new()).await.unwrap().data;
    let objects = alerts.iter().map(|alert| alert.object.clone()).collect::<Vec<_>>();
    assert_eq!(objects, vec![None, Some(payment.id), None, Some(waits.id)]);
    assert!(withdraw(&sandbox, &destination, "5.00").await.is_ok(), "only the next one");
    let rules = client.risk_rules().list().await.unwrap().data;
    assert!(rules.iter().any(|rule| rule.id == "new_destination_large" && rule.amount_from["EUR"] == "5000"));
    sandbox.assert_balanced().await;
}
