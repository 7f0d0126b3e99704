//! Registration, passwords and sessions over HTTP.

use crate::support::Box;
use crate::support::till::told;
use okpay::api::{
    ConfirmChange, ConfirmTotp, Confirmation, ConfirmationKind, ListSessions, MerchantAccount, NewSession, RegisterAccount,
    RequestPasswordReset, ResetPassword, Session, SessionStatus, VerificationLevel, VerifyPhone, VerifySession,
};
use serde_json::Value;

const EMAIL: &str = "mira@shop.example";
const PASSWORD: &str = "mehr Licht im Vorratskeller";
const OTHER: &str = "neunzehn stille Fahrstühle";

fn registration() -> RegisterAccount {
    RegisterAccount::new("Mira Muster", "Mira@shop.example", "+12025550199", PASSWORD)
}

/// The newest message about the account.
async fn message(sandbox: &Box, account: &MerchantAccount) -> Value {
    sandbox.control("GET", &format!("outbox?about={}&limit=1", account.id), Value::Null).await["data"][0].clone()
}

async fn registered(sandbox: &Box) -> MerchantAccount {
    let account = sandbox.client.account().register(registration()).await.unwrap();
    let code = sandbox.code(&account.id).await;
    sandbox.client.account().verify_phone(VerifyPhone::new(code)).await.unwrap()
}

fn sign_in(password: &str) -> NewSession {
    NewSession::new(EMAIL, password, "Firefox on Linux")
}

async fn signed_in(sandbox: &Box) -> Session {
    sandbox.client.sessions().create(sign_in(PASSWORD)).await.unwrap()
}

#[tokio::test]
async fn the_account_becomes_somebodys_own() {
    let sandbox = Box::start().await;
    let client = &sandbox.client;
    assert_eq!(told(client.account().verify_phone(VerifyPhone::new("000000")).await).0, "illegal_state");
    for (new, code, param) in [
        (RegisterAccount::new("Mira", EMAIL, "+12025550199", "password1"), "password_too_weak", "password"),
        (RegisterAccount::new("Mira Muster", EMAIL, "+12025550199", "mira muster"), "password_too_weak", "password"),
        (RegisterAccount::new("Mira", "mira", "+12025550199", PASSWORD), "invalid_field", "email"),
        (RegisterAccount::new("Mira", EMAIL, "2025550199", PASSWORD), "invalid_field", "phone"),
    ] {
        assert_eq!(told(client.account().register(new).await), (code.to_owned(), Some(param.to_owned())));
    }
    let account = client.account().register(registration()).await.unwrap();
    let holder = account.holder.clone().unwrap();
    assert_eq!((holder.email.as_str(), holder.phone_verified, account.verification.clone()), (EMAIL, false, VerificationLevel::Unverified));
    assert_eq!(message(&sandbox, &account).await["to"], "+12025550199");
    let wrong = client.account().verify_phone(VerifyPhone::new("wrong")).await;
    assert_eq!(told(wrong), ("confirmation_failed".to_owned(), Some("code".to_owned())));
    let code = sandbox.code(&account.id).await;
    let verified = client.account().verify_phone(VerifyPhone::new(code)).await.unwrap();
    assert!(verified.holder.unwrap().phone_verified && verified.phone == "•••• 99");
    client.two_factor().challenge().await.unwrap();
    assert_eq!(message(&sandbox, &account).await["to"], "+12025550199", "codes go to the new telephone from now on");
    assert_eq!(told(client.account().register(registration()).await).0, "illegal_state");
}

#[tokio::test]
async fn five_wrong_codes_bring_a_new_one() {
    let sandbox = Box::start().await;
    let account = sandbox.client.account().register(registration()).await.unwrap();
    let first = sandbox.code(&account.id).await;
    for _ in 0..5 {
        assert_eq!(told(sandbox.client.account().verify_phone(VerifyPhone::new("wrong")).await).0, "confirmation_failed");
    }
    let second = sandbox.code(&account.id).await;
    assert_ne!(first, second);
    assert!(sandbox.client.account().verify_phone(VerifyPhone::new(first)).await.is_err());
    assert!(sandbox.client.account().verify_phone(VerifyPhone::new(second)).await.is_ok());
}

#[tokio::test]
async fn a_session_is_told_of_proven_and_revoked() {
    let sandbox = Box::start().await;
    let client = &sandbox.client;
    assert_eq!(told(client.sessions().create(sign_in(PASSWORD)).await).0, "login_failed", "nobody has registered");
    registered(&sandbox).await;
    let session = signed_in(&sandbox).await;
    let token = session.token.clone().unwrap();
    assert!(token.starts_with("okp_test_ses_") && !format!("{session:?}").contains(&token));
    let alert = sandbox.control("GET", &format!("outbox?about={}", session.id), Value::Null).await;
    assert_eq!((alert["data"][0]["channel"].as_str(), alert["data"][0]["to"].as_str()), (Some("mail"), Some(EMAIL)));
    assert!(alert["data"][0]["text"].as_str().unwrap().contains("Firefox on Linux"));
    assert!(sandbox.event_types().await.contains(&"session.created".to_owned()));
    let proven = client.sessions().verify(VerifySession::new(token.clone())).await.unwrap();
    assert_eq!((proven.id.as_str(), proven.token), (session.id.as_str(), None));
    for forged in [format!("{token}x"), token[..token.len() - 1].to_owned(), "okp_test_ses_1_2".to_owned(), String::new()] {
        let refused = told(client.sessions().verify(VerifySession::new(forged)).await);
        assert_eq!(refused, ("login_failed".to_owned(), Some("token".to_owned())));
    }
    let other = signed_in(&sandbox).await;
    let revoked = client.sessions().revoke(&session.id).await.unwrap();
    assert!(revoked.status == SessionStatus::Revoked && revoked.revoked.is_some());
    assert_eq!(told(client.sessions().verify(VerifySession::new(token)).await).0, "login_failed");
    assert_eq!(told(client.sessions().revoke(&session.id).await).0, "illegal_state");
    let active = client.sessions().list(ListSessions::new().status(SessionStatus::Active)).await.unwrap().data;
    assert_eq!(active.iter().map(|session| &session.id).collect::<Vec<_>>(), vec![&other.id]);
    sandbox.advance(31 * 24 * 3600).await;
    assert_eq!(told(client.sessions().verify(VerifySession::new(other.token.unwrap())).await).0, "login_failed");
}

#[tokio::test]
async fn wrong_passwords_lock_the_door_for_a_while() {
    let sandbox = Box::start().await;
    registered(&sandbox).await;
    let client = &sandbox.client;
    assert_eq!(told(client.sessions().create(NewSession::new("other@shop.example", PASSWORD, "x")).await).0, "login_failed");
    for _ in 0..4 {
        assert_eq!(told(client.sessions().create(sign_in(OTHER)).await).0, "login_failed");
    }
    assert_eq!(told(client.sessions().create(sign_in(PASSWORD)).await).0, "login_failed", "locked, and nothing else is said");
    sandbox.advance(901).await;
    signed_in(&sandbox).await;
}

#[tokio::test]
async fn an_app_is_asked_for_once_there_is_one() {
    let sandbox = Box::start().await;
    let account = registered(&sandbox).await;
    let client = &sandbox.client;
    client.two_factor().challenge().await.unwrap();
    let proof = Confirmation::new(ConfirmationKind::SmsCode, sandbox.code(&account.id).await);
    client.two_factor().enroll_totp(ConfirmChange::new(proof)).await.unwrap();
    let shown = |ahead: u32| {
        let sandbox = &sandbox;
        async move { sandbox.control("GET", &format!("authenticator?ahead={ahead}"), Value::Null).await["code"].as_str().unwrap().to_owned() }
    };
    let codes = client.two_factor().confirm_totp(ConfirmTotp::new(shown(0).await)).await.unwrap().codes;
    assert_eq!(told(client.sessions().create(sign_in(PASSWORD)).await), ("missing_field".to_owned(), Some("confirmation".to_owned())));
    let by = |kind: ConfirmationKind, code: &str| sign_in(PASSWORD).confirmation(Confirmation::new(kind, code));
    let sms = told(client.sessions().create(by(ConfirmationKind::SmsCode, "123456")).await);
    assert_eq!(sms, ("invalid_field".to_owned(), Some("confirmation.kind".to_owned())));
    assert_eq!(told(client.sessions().create(by(ConfirmationKind::Totp, "000000")).await).0, "confirmation_failed");
    assert!(client.sessions().create(by(ConfirmationKind::Totp, &shown(1).await)).await.is_ok());
    assert!(client.sessions().create(by(ConfirmationKind::RecoveryCode, &codes[4])).await.is_ok());
}

#[tokio::test]
async fn a_forgotten_password_is_reset_by_the_token_of_a_mail() {
    let sandbox = Box::start().await;
    let account = registered(&sandbox).await;
    let client = &sandbox.client;
    let session = signed_in(&sandbox).await;
    let before = message(&sandbox, &account).await["id"].clone();
    client.account().request_password_reset(RequestPasswordReset::new("nobody@shop.example")).await.unwrap();
    assert_eq!(message(&sandbox, &account).await["id"], before, "nobody hears whether an address is known");
    client.account().request_password_reset(RequestPasswordReset::new("MIRA@shop.example")).await.unwrap();
    let mail = message(&sandbox, &account).await;
    let token = mail["code"].as_str().unwrap().to_owned();
    assert!(mail["channel"] == "mail" && mail["text"].as_str().unwrap().contains(&token));
    for (token, password, code) in [("wrong", OTHER, "expired"), (token.as_str(), "password", "password_too_weak")] {
        assert_eq!(told(client.account().reset_password(ResetPassword::new(token, password)).await).0, code);
    }
    client.account().reset_password(ResetPassword::new(token.clone(), OTHER)).await.unwrap();
    assert_eq!(told(client.account().reset_password(ResetPassword::new(token, OTHER)).await).0, "expired", "once only");
    assert_eq!(told(client.sessions().verify(VerifySession::new(session.token.unwrap())).await).0, "login_failed", "everybody is out");
    assert_eq!(told(client.sessions().create(sign_in(PASSWORD)).await).0, "login_failed");
    assert!(client.sessions().create(sign_in(OTHER)).await.is_ok());
    client.account().request_password_reset(RequestPasswordReset::new(EMAIL)).await.unwrap();
    let late = message(&sandbox, &account).await["code"].as_str().unwrap().to_owned();
    sandbox.advance(1801).await;
    assert_eq!(told(client.account().reset_password(ResetPassword::new(late, PASSWORD)).await).0, "expired");
}
