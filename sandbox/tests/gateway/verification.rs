//! Identity verification over HTTP: documents and their states, and the limits that rise with them.

use crate::support::till::told;
use crate::support::{Box, euro};
use okpay::api::{
    DestinationType, DocumentRejection, FreezeReason, IdentityDocument, IdentityDocumentStatus, IdentityDocumentType,
    ListIdentityDocuments, NewDeposit, NewDestination, NewIdentityDocument, NewTransfer, NewWithdrawal, VerificationLevel, WalletMethod,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const DIGEST: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

fn magic(value: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("sandbox".to_owned(), value.to_owned())])
}

fn passport() -> NewIdentityDocument {
    NewIdentityDocument::new(IdentityDocumentType::Passport, DIGEST)
}

async fn submit(sandbox: &Box, new: NewIdentityDocument) -> IdentityDocument {
    sandbox.client.verification().submit(new).await.unwrap()
}

async fn read(sandbox: &Box, document: &IdentityDocument) -> IdentityDocument {
    sandbox.client.verification().retrieve(&document.id).await.unwrap()
}

async fn level(sandbox: &Box, level: &str) {
    sandbox.control("POST", "verification", json!({ "level": level })).await;
}

/// The most that a transfer may be at once, in euros.
async fn most(sandbox: &Box) -> String {
    let limits = sandbox.client.verification().limits().await.unwrap().data;
    let limit = limits.into_iter().find(|limit| limit.operation == "transfer" && limit.most.currency().code() == "EUR").unwrap();
    limit.most.amount().to_string()
}

#[tokio::test]
async fn a_document_is_reviewed_and_raises_the_limits() {
    let sandbox = Box::start().await;
    assert_eq!(most(&sandbox).await, "10000.00", "the built-in holder is verified");
    level(&sandbox, "unverified").await;
    assert_eq!(most(&sandbox).await, "1000.00");
    let deposit = sandbox.client.deposits().create(NewDeposit::new(euro("5000.00"), WalletMethod::BankTransfer)).await.unwrap();
    sandbox.control("POST", &format!("deposits/{}/receive", deposit.id), json!({})).await;
    let large = NewTransfer::new(euro("1000.01"), "@mira");
    assert_eq!(told(sandbox.client.transfers().create(large.clone()).await), ("amount_too_large".to_owned(), Some("amount".to_owned())));
    let document = submit(&sandbox, passport().reference("mira")).await;
    assert_eq!((document.status.clone(), document.version), (IdentityDocumentStatus::Submitted, 1));
    sandbox.advance(61).await;
    assert_eq!(read(&sandbox, &document).await.status, IdentityDocumentStatus::InReview);
    sandbox.advance(3600).await;
    let approved = read(&sandbox, &document).await;
    assert!(approved.status == IdentityDocumentStatus::Approved && approved.reviewed.is_some() && approved.rejection_reason.is_none());
    assert_eq!(sandbox.client.account().retrieve().await.unwrap().verification, VerificationLevel::Identity);
    assert!(sandbox.client.transfers().create(large).await.is_ok());
    submit(&sandbox, NewIdentityDocument::new(IdentityDocumentType::ProofOfAddress, DIGEST.to_uppercase())).await;
    sandbox.advance(61).await;
    sandbox.advance(3600).await;
    assert_eq!(sandbox.client.account().retrieve().await.unwrap().verification, VerificationLevel::Full);
    assert_eq!(most(&sandbox).await, "20000.00");
    let types = sandbox.event_types().await;
    for name in ["identity_document.submitted", "identity_document.in_review", "identity_document.approved", "merchant_account.updated"] {
        assert!(types.contains(&name.to_owned()), "{name}");
    }
    let found = sandbox.client.verification().list(ListIdentityDocuments::new().reference("mira")).await.unwrap().data;
    assert_eq!(found.len(), 1);
}

#[tokio::test]
async fn every_rejection_can_be_provoked_and_raises_nothing() {
    let sandbox = Box::start().await;
    level(&sandbox, "unverified").await;
    for (value, reason) in [
        ("document_unreadable", DocumentRejection::Unreadable),
        ("document_expired", DocumentRejection::Expired),
        ("document_mismatch", DocumentRejection::NameMismatch),
        ("document_forged", DocumentRejection::SuspectedForgery),
    ] {
        let document = submit(&sandbox, passport().metadata(magic(value))).await;
        sandbox.advance(61).await;
        sandbox.advance(3600).await;
        let rejected = read(&sandbox, &document).await;
        assert_eq!((rejected.status, rejected.rejection_reason), (IdentityDocumentStatus::Rejected, Some(reason)), "{value}");
        let outbox = sandbox.control("GET", &format!("outbox?about={}", document.id), Value::Null).await;
        assert!(outbox["data"][0]["text"].as_str().unwrap().contains("rejected"));
    }
    assert_eq!(sandbox.client.account().retrieve().await.unwrap().verification, VerificationLevel::Unverified);
    let waits = submit(&sandbox, passport().metadata(magic("document_waits"))).await;
    sandbox.advance(61).await;
    sandbox.advance(48 * 3600).await;
    assert_eq!(read(&sandbox, &waits).await.status, IdentityDocumentStatus::InReview);
    let path = format!("identity_documents/{}/review", waits.id);
    let (status, problem) = sandbox.try_control("POST", &path, json!({"approve": false})).await;
    assert_eq!((status, problem["param"].as_str()), (422, Some("reason")));
    let decided = sandbox.control("POST", &path, json!({"approve": false, "reason": "expired"})).await;
    assert_eq!((decided["status"].as_str(), decided["rejection_reason"].as_str()), (Some("rejected"), Some("expired")));
    let (status, _) = sandbox.try_control("POST", &path, json!({"approve": true})).await;
    assert_eq!(status, 409);
}

#[tokio::test]
async fn what_cannot_be_a_document_is_refused() {
    let sandbox = Box::start().await;
    for (new, param) in [
        (NewIdentityDocument::new(IdentityDocumentType::Passport, "abc"), "sha256"),
        (NewIdentityDocument::new(IdentityDocumentType::Passport, "x".repeat(64)), "sha256"),
        (NewIdentityDocument::new(IdentityDocumentType::from("selfie"), DIGEST), "type"),
        (passport().metadata(magic("perhaps")), "metadata.sandbox"),
    ] {
        assert_eq!(told(sandbox.client.verification().submit(new).await), ("invalid_field".to_owned(), Some(param.to_owned())));
    }
}

#[tokio::test]
async fn much_money_out_of_an_unverified_account_freezes_it() {
    let sandbox = Box::start().await;
    let deposit = sandbox.client.deposits().create(NewDeposit::new(euro("5000.00"), WalletMethod::BankTransfer)).await.unwrap();
    sandbox.control("POST", &format!("deposits/{}/receive", deposit.id), json!({})).await;
    let new = NewDestination::new(DestinationType::BankAccount).iban("DE89370400440532013000").holder("Mira Muster");
    let destination = sandbox.client.destinations().create(new.metadata(magic("no_cooling"))).await.unwrap();
    level(&sandbox, "unverified").await;
    assert!(sandbox.client.withdrawals().create(NewWithdrawal::new(euro("1999.99"), destination.id.clone())).await.is_ok());
    let refused = sandbox.client.withdrawals().create(NewWithdrawal::new(euro("2000.00"), destination.id)).await;
    assert_eq!(told(refused).0, "account_frozen");
    assert_eq!(sandbox.client.account().retrieve().await.unwrap().freeze.unwrap().reason, FreezeReason::Unverified);
    // What would mend it still works.
    submit(&sandbox, passport()).await;
}
