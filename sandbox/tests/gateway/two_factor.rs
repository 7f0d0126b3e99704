//! Second factors over HTTP: payment PIN, authenticator app, recovery codes, trusted devices, and how they lock.

use crate::support::till::{Till, told};
use crate::support::{Box, euro};
use okpay::OkpayError;
use okpay::api::{
    ApproveConfirmation, ConfirmChange, ConfirmTotp, ConfirmTransfer, Confirmation, ConfirmationKind, ConfirmationStatus,
    ConfirmationSubject, MerchantAccount, NewDeposit, NewTransfer, SetPaymentPin, Transfer, TransferFailure, TransferStatus, WalletMethod,
};
use okpay::totp::TotpKey;
use serde_json::{Value, json};

const PIN: &str = "194732";

fn with(kind: ConfirmationKind, code: &str) -> Confirmation {
    Confirmation::new(kind, code)
}

/// A confirmation by the code that is sent for a change of the account's security.
async fn challenged(sandbox: &Box) -> Confirmation {
    sandbox.client.two_factor().challenge().await.unwrap();
    let account = sandbox.client.account().retrieve().await.unwrap();
    with(ConfirmationKind::SmsCode, &sandbox.code(&account.id).await)
}

async fn set_pin(sandbox: &Box) -> MerchantAccount {
    let confirmation = challenged(sandbox).await;
    sandbox.client.two_factor().set_pin(SetPaymentPin::new(PIN, confirmation)).await.unwrap()
}

/// What the app shows, so many steps from now.
async fn app(sandbox: &Box, ahead: u32) -> String {
    let shown = sandbox.control("GET", &format!("authenticator?ahead={ahead}"), Value::Null).await;
    shown["code"].as_str().unwrap().to_owned()
}

/// An app, enrolled; its recovery codes.
async fn enroll(sandbox: &Box) -> Vec<String> {
    let confirmation = challenged(sandbox).await;
    sandbox.client.two_factor().enroll_totp(ConfirmChange::new(confirmation)).await.unwrap();
    let code = app(sandbox, 0).await;
    sandbox.client.two_factor().confirm_totp(ConfirmTotp::new(code)).await.unwrap().codes
}

async fn funded() -> Box {
    let sandbox = Box::start().await;
    let deposit = sandbox.client.deposits().create(NewDeposit::new(euro("9000.00"), WalletMethod::BankTransfer)).await.unwrap();
    sandbox.control("POST", &format!("deposits/{}/receive", deposit.id), json!({})).await;
    sandbox
}

/// A transfer that is large enough to wait for its confirmation.
async fn large(sandbox: &Box) -> Transfer {
    sandbox.client.transfers().create(NewTransfer::new(euro("500.00"), "@mira")).await.unwrap()
}

async fn confirm(sandbox: &Box, transfer: &Transfer, kind: ConfirmationKind, code: &str) -> Result<Transfer, OkpayError> {
    sandbox.client.transfers().confirm(&transfer.id, ConfirmTransfer::new(with(kind, code))).await
}

#[tokio::test]
async fn a_pin_confirms_and_needs_a_proof_to_be_set() {
    let sandbox = funded().await;
    let before = large(&sandbox).await;
    assert_eq!(before.confirmation.as_ref().unwrap().kinds, vec![ConfirmationKind::SmsCode]);
    let none = confirm(&sandbox, &before, ConfirmationKind::PaymentPin, PIN).await;
    assert_eq!(told(none), ("invalid_field".to_owned(), Some("confirmation.kind".to_owned())));
    let client = &sandbox.client;
    let unasked = client.two_factor().set_pin(SetPaymentPin::new(PIN, with(ConfirmationKind::SmsCode, "000000"))).await;
    assert_eq!(told(unasked).0, "illegal_state");
    let weak = client.two_factor().set_pin(SetPaymentPin::new("123456", challenged(&sandbox).await)).await;
    assert_eq!(told(weak), ("invalid_field".to_owned(), Some("pin".to_owned())));
    let account = set_pin(&sandbox).await;
    assert!(account.second_factors.payment_pin && account.version == 2);
    let transfer = large(&sandbox).await;
    assert_eq!(transfer.confirmation.as_ref().unwrap().kinds, vec![ConfirmationKind::SmsCode, ConfirmationKind::PaymentPin]);
    let wrong = confirm(&sandbox, &transfer, ConfirmationKind::PaymentPin, "194733").await;
    assert_eq!(told(wrong), ("confirmation_failed".to_owned(), Some("confirmation.code".to_owned())));
    let sent = confirm(&sandbox, &transfer, ConfirmationKind::PaymentPin, PIN).await.unwrap();
    assert_eq!(sent.status, TransferStatus::Succeeded);
    let types = sandbox.event_types().await;
    assert_eq!(types.iter().filter(|name| *name == "merchant_account.updated").count(), 1);
    let outbox = sandbox.control("GET", &format!("outbox?about={}", account.id), Value::Null).await;
    assert_eq!((outbox["data"][0]["channel"].as_str(), outbox["data"][0]["code"].as_str()), (Some("mail"), None));
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn a_challenge_is_good_once() {
    let sandbox = Box::start().await;
    let confirmation = challenged(&sandbox).await;
    let client = &sandbox.client;
    client.two_factor().set_pin(SetPaymentPin::new(PIN, confirmation.clone())).await.unwrap();
    let again = client.two_factor().set_pin(SetPaymentPin::new("286041", confirmation)).await;
    assert_eq!(told(again).0, "illegal_state");
    let late = challenged(&sandbox).await;
    sandbox.advance(601).await;
    assert_eq!(told(client.two_factor().set_pin(SetPaymentPin::new("286041", late)).await).0, "confirmation_failed");
    let by_pin = with(ConfirmationKind::PaymentPin, PIN);
    client.two_factor().set_pin(SetPaymentPin::new("286041", by_pin)).await.unwrap();
}

#[tokio::test]
async fn wrong_ones_in_a_row_lock_for_an_hour_whatever_they_were_about() {
    let sandbox = funded().await;
    set_pin(&sandbox).await;
    let (one, other) = (large(&sandbox).await, large(&sandbox).await);
    for transfer in [&one, &one, &one, &other, &other] {
        let wrong = confirm(&sandbox, transfer, ConfirmationKind::PaymentPin, "000001").await;
        assert_eq!(told(wrong).0, "confirmation_failed");
    }
    let locked = confirm(&sandbox, &other, ConfirmationKind::PaymentPin, PIN).await;
    assert_eq!(told(locked), ("confirmation_locked".to_owned(), Some("confirmation.kind".to_owned())));
    let account = sandbox.client.account().retrieve().await.unwrap();
    assert!(account.second_factors.locked_until.is_some());
    assert!(sandbox.event_types().await.contains(&"merchant_account.locked".to_owned()));
    let change = sandbox.client.two_factor().set_pin(SetPaymentPin::new("286041", challenged(&sandbox).await)).await;
    assert_eq!(told(change).0, "confirmation_locked");
    let code = sandbox.code(&other.id).await;
    assert_eq!(confirm(&sandbox, &other, ConfirmationKind::SmsCode, &code).await.unwrap().status, TransferStatus::Succeeded);
    sandbox.advance(3601).await;
    let account = sandbox.client.account().retrieve().await.unwrap();
    assert_eq!(account.second_factors.locked_until, None);
    let late = large(&sandbox).await;
    assert_eq!(confirm(&sandbox, &late, ConfirmationKind::PaymentPin, PIN).await.unwrap().status, TransferStatus::Succeeded);
}

#[tokio::test]
async fn an_authenticator_app_is_enrolled_by_its_first_code() {
    let sandbox = funded().await;
    let client = &sandbox.client;
    assert_eq!(told(client.two_factor().confirm_totp(ConfirmTotp::new("000000")).await).0, "illegal_state");
    let enrolment = client.two_factor().enroll_totp(ConfirmChange::new(challenged(&sandbox).await)).await.unwrap();
    assert!(enrolment.uri.starts_with("otpauth://totp/OKPay:holder%40shop.example?secret="), "{}", enrolment.uri);
    assert!(enrolment.uri.contains(&enrolment.secret) && !format!("{enrolment:?}").contains(&enrolment.secret));
    assert!(!client.account().retrieve().await.unwrap().second_factors.totp, "not before its first code");
    let key = TotpKey::from_base32(&enrolment.secret).unwrap();
    let code = app(&sandbox, 0).await;
    let clock = okpay::Timestamp::from_secs(crate::support::now());
    assert!(key.verify(&code, clock, 1, None).is_ok(), "the app computes from this very secret");
    let far = app(&sandbox, 9).await;
    assert_eq!(
        told(client.two_factor().confirm_totp(ConfirmTotp::new(far)).await),
        ("confirmation_failed".to_owned(), Some("code".to_owned()))
    );
    let codes = client.two_factor().confirm_totp(ConfirmTotp::new(code.clone())).await.unwrap().codes;
    assert_eq!(codes.len(), 10);
    let account = client.account().retrieve().await.unwrap();
    assert!(account.second_factors.totp && account.second_factors.recovery_codes_left == 10);
    let transfer = large(&sandbox).await;
    let again = confirm(&sandbox, &transfer, ConfirmationKind::Totp, &code).await;
    assert_eq!(told(again).0, "confirmation_failed", "no code is taken twice");
    let next = app(&sandbox, 1).await;
    assert_eq!(confirm(&sandbox, &transfer, ConfirmationKind::Totp, &next).await.unwrap().status, TransferStatus::Succeeded);
    let twice = client.two_factor().enroll_totp(ConfirmChange::new(challenged(&sandbox).await)).await;
    assert_eq!(told(twice).0, "illegal_state");
}

#[tokio::test]
async fn a_recovery_code_works_once_and_new_ones_replace_all() {
    let sandbox = funded().await;
    let client = &sandbox.client;
    let codes = enroll(&sandbox).await;
    let transfer = large(&sandbox).await;
    let kind = ConfirmationKind::RecoveryCode;
    for wrong in ["11-aaaa-aaaa-aaaa", "x", "0-aaaa-aaaa-aaaa"] {
        assert_eq!(told(confirm(&sandbox, &transfer, kind.clone(), wrong).await).0, "confirmation_failed", "{wrong}");
    }
    let sent = confirm(&sandbox, &transfer, kind.clone(), &codes[2].to_uppercase()).await.unwrap();
    assert_eq!(sent.status, TransferStatus::Succeeded);
    assert_eq!(client.account().retrieve().await.unwrap().second_factors.recovery_codes_left, 9);
    let transfer = large(&sandbox).await;
    assert_eq!(told(confirm(&sandbox, &transfer, kind.clone(), &codes[2]).await).0, "confirmation_failed");
    let renewed = client.two_factor().renew_recovery_codes(ConfirmChange::new(with(kind.clone(), &codes[9]))).await.unwrap().codes;
    assert_eq!(told(confirm(&sandbox, &transfer, kind.clone(), &codes[0]).await).0, "confirmation_failed");
    assert!(confirm(&sandbox, &transfer, kind.clone(), &renewed[0]).await.is_ok());
    let off = client.two_factor().disable_totp(ConfirmChange::new(with(kind.clone(), &renewed[1]))).await.unwrap();
    assert!(!off.second_factors.totp && off.second_factors.recovery_codes_left == 0);
    let transfer = large(&sandbox).await;
    assert_eq!(told(confirm(&sandbox, &transfer, kind, &renewed[2]).await).0, "confirmation_failed");
    let none = client.two_factor().renew_recovery_codes(ConfirmChange::new(challenged(&sandbox).await)).await;
    assert_eq!(told(none).0, "illegal_state");
}

#[tokio::test]
async fn a_trusted_device_approves_what_it_showed() {
    let sandbox = funded().await;
    let operations = ["confirmations.list", "confirmations.approve", "confirmations.decline"];
    let phone = Till::with(&sandbox, &operations, okpay::api::DeviceLimits::new()).await;
    let transfer = large(&sandbox).await;
    let shown = phone.client.confirmations().list().await.unwrap().data.remove(0);
    assert_eq!((shown.id.as_str(), shown.subject, shown.to.as_str()), (transfer.id.as_str(), ConfirmationSubject::Transfer, "@mira"));
    let approval = ApproveConfirmation::new(shown.amount, shown.to.clone());
    let stranger = phone.client.confirmations().approve(&shown.id, approval.clone()).await;
    assert_eq!(told(stranger).0, "method_not_available", "anybody with the secret key can register a device");
    let confirmation = challenged(&sandbox).await;
    let account = sandbox.client.two_factor().trust_device(&phone.device.id, ConfirmChange::new(confirmation)).await.unwrap();
    assert_eq!(account.second_factors.trusted_devices, vec![phone.device.id.clone()]);
    let server = sandbox.client.confirmations().approve(&shown.id, approval.clone()).await.unwrap_err();
    assert_eq!(server.code().to_string(), "scope_not_allowed", "a secret key proves no finger");
    for (shown, param) in
        [(ApproveConfirmation::new(euro("5.00"), shown.to.clone()), "amount"), (ApproveConfirmation::new(shown.amount, "@closed"), "to")]
    {
        let other = phone.client.confirmations().approve(&transfer.id, shown).await;
        assert_eq!(told(other), ("invalid_field".to_owned(), Some(param.to_owned())));
    }
    let approved = phone.client.confirmations().approve(&shown.id, approval.clone()).await.unwrap();
    assert_eq!(approved.status, ConfirmationStatus::Approved);
    let read = sandbox.client.transfers().retrieve(&transfer.id).await.unwrap();
    assert_eq!((read.status, read.confirmation), (TransferStatus::Succeeded, None));
    assert!(phone.client.confirmations().list().await.unwrap().data.is_empty());
    assert_eq!(told(phone.client.confirmations().approve(&shown.id, approval.clone()).await).0, "illegal_state");
    let unwanted = large(&sandbox).await;
    assert!(unwanted.confirmation.as_ref().unwrap().kinds.contains(&ConfirmationKind::DeviceKey));
    let declined = phone.client.confirmations().decline(&unwanted.id).await.unwrap();
    assert_eq!(declined.status, ConfirmationStatus::Declined);
    let read = sandbox.client.transfers().retrieve(&unwanted.id).await.unwrap();
    assert_eq!(read.failure_reason, Some(TransferFailure::ConfirmationDeclined));
    sandbox.client.devices().revoke(&phone.device.id).await.unwrap();
    assert!(sandbox.client.account().retrieve().await.unwrap().second_factors.trusted_devices.is_empty());
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn nothing_that_proves_who_is_there_is_in_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.db");
    let sandbox = Box::with(okpay_sandbox::Config { database: format!("sqlite:{}", path.display()), ..Default::default() }).await;
    set_pin(&sandbox).await;
    let kept = account_row(&path).await;
    assert!(!kept.contains(PIN) && kept.contains("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
    let codes = enroll(&sandbox).await;
    let kept = account_row(&path).await;
    assert!(codes.iter().all(|code| !kept.contains(code)) && kept.matches("$argon2id$").count() == 11);
}

/// What is kept of the account.
async fn account_row(path: &std::path::Path) -> String {
    use sqlx::{Connection, Row};
    sqlx::any::install_default_drivers();
    let mut connection = sqlx::AnyConnection::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    let query = "SELECT body || internal AS text FROM objects WHERE kind = 'account'";
    sqlx::query(query).fetch_one(&mut connection).await.unwrap().get("text")
}
