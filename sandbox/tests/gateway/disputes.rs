//! Disputes over HTTP: opened by a magic card, answered, accepted, won, lost, run out; and where the money is meanwhile.

use crate::support::{Box, euro, refusal};
use okpay::ErrorCode;
use okpay::api::{
    CaptureMode, CapturePayment, Dispute, DisputeReason, DisputeStatus, EvidenceFile, ListDisputes, ListTransactions, MethodType,
    NewPayment, NewRefund, Payment, SubmitEvidence, TransactionType,
};
use serde_json::json;

const DAY: i64 = 24 * 3600;
const DISPUTES: &str = "4000000000000259";

/// A payment of 100 euros that is disputed.
async fn disputed() -> (Box, Payment, Dispute) {
    let sandbox = Box::start().await;
    let card = sandbox.card(DISPUTES).await;
    let new = NewPayment::new(euro("100.00"), MethodType::Card).payment_method(card.id).reference("order-7");
    let payment = sandbox.client.payments().create(new).await.unwrap();
    assert!(sandbox.client.disputes().list(ListDisputes::new()).await.unwrap().data.is_empty());
    sandbox.advance(DAY + 1).await;
    let dispute = sandbox.client.disputes().list(ListDisputes::new().payment(&payment.id)).await.unwrap().data.remove(0);
    (sandbox, payment, dispute)
}

async fn books(sandbox: &Box) -> [String; 4] {
    let account = |name: &'static str| sandbox.ledger_balance(name, "EUR");
    [account("available").await, account("okpay:disputed").await, account("okpay:fees").await, account("acquirer:card").await]
}

async fn read(sandbox: &Box, dispute: &Dispute) -> Dispute {
    sandbox.client.disputes().retrieve(&dispute.id).await.unwrap()
}

/// 97.90 of the payment are there after its fee of 1.75 and 0.35 of tax.
const OPENED: [&str; 4] = ["-17.10", "100.00", "16.75", "-100.00"];

#[tokio::test]
async fn a_magic_card_is_disputed_and_the_money_held() {
    let (sandbox, payment, dispute) = disputed().await;
    assert_eq!((dispute.status.clone(), dispute.reason.clone()), (DisputeStatus::NeedsResponse, DisputeReason::Fraudulent));
    assert_eq!(
        (dispute.amount, dispute.payment.as_str(), dispute.reference.as_deref()),
        (euro("100.00"), payment.id.as_str(), Some("order-7"))
    );
    assert_eq!(dispute.fee.as_ref().unwrap().fee, euro("15.00"));
    assert_eq!(dispute.evidence_due, dispute.created.plus_secs(7 * DAY));
    assert_eq!(books(&sandbox).await, OPENED);
    assert!(sandbox.client.payments().retrieve(&payment.id).await.unwrap().disputed);
    assert_eq!(refusal(sandbox.client.refunds().create(NewRefund::new(&payment.id)).await).0, ErrorCode::IllegalState);
    let types = sandbox.event_types().await;
    assert_eq!(types[types.len() - 2..], ["payment.disputed", "dispute.opened"]);
    let other = ListDisputes::new().status(DisputeStatus::Won);
    assert!(sandbox.client.disputes().list(other).await.unwrap().data.is_empty());
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn evidence_wins_it_and_amount_and_fee_come_back() {
    let (sandbox, payment, dispute) = disputed().await;
    let file = EvidenceFile::new("delivery-note.pdf", "ab".repeat(32), 1200_u64);
    let evidence = SubmitEvidence::new("Signed for at the door.\nSee the note.").tracking_number("TN 1").files(vec![file.clone()]);
    let sent = sandbox.client.disputes().submit_evidence(&dispute.id, evidence.clone()).await.unwrap();
    assert_eq!((sent.status, sent.evidence, sent.version), (DisputeStatus::UnderReview, Some(evidence.clone().into()), 2));
    assert_eq!(refusal(sandbox.client.disputes().submit_evidence(&dispute.id, evidence).await).0, ErrorCode::IllegalState);
    assert_eq!(refusal(sandbox.client.disputes().accept(&dispute.id).await).0, ErrorCode::IllegalState);
    sandbox.advance(3 * DAY + 1).await;
    let won = read(&sandbox, &dispute).await;
    assert_eq!((won.status, won.closed.is_some()), (DisputeStatus::Won, true));
    assert_eq!(books(&sandbox).await, ["97.90", "0.00", "1.75", "-100.00"]);
    let types = sandbox.event_types().await;
    assert_eq!(types[types.len() - 3..], ["dispute.evidence_submitted", "dispute.won", "payment.dispute_won"]);
    // The deadline passes over what is over.
    sandbox.advance(8 * DAY).await;
    assert_eq!(read(&sandbox, &dispute).await.status, DisputeStatus::Won);
    let refund = sandbox.client.refunds().create(NewRefund::new(&payment.id).amount(euro("97.90"))).await.unwrap();
    assert_eq!(refund.amount, euro("97.90"));
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn it_is_lost_by_weak_evidence_by_silence_or_by_consent() {
    for how in ["evidence", "silence", "consent"] {
        let (sandbox, payment, dispute) = disputed().await;
        let ended = match how {
            "evidence" => {
                sandbox.client.disputes().submit_evidence(&dispute.id, SubmitEvidence::new("evidence_loses")).await.unwrap();
                sandbox.advance(3 * DAY + 1).await;
                read(&sandbox, &dispute).await
            }
            "silence" => {
                sandbox.advance(7 * DAY).await;
                let late = sandbox.client.disputes().submit_evidence(&dispute.id, SubmitEvidence::new("Too late.")).await;
                assert_eq!(refusal(late).0, ErrorCode::IllegalState);
                read(&sandbox, &dispute).await
            }
            _ => sandbox.client.disputes().accept(&dispute.id).await.unwrap(),
        };
        let expected = if how == "consent" { DisputeStatus::Accepted } else { DisputeStatus::Lost };
        assert_eq!(ended.status, expected, "{how}");
        // The fee stays, and what was held has gone back to the buyer.
        assert_eq!(books(&sandbox).await, ["-17.10", "0.00", "16.75", "0.00"], "{how}");
        assert!(sandbox.client.payments().retrieve(&payment.id).await.unwrap().disputed);
        sandbox.assert_balanced().await;
    }
}

#[tokio::test]
async fn what_was_refunded_is_not_taken_back_twice_and_a_capture_can_be_disputed() {
    let sandbox = Box::start().await;
    let (card, good) = (sandbox.card("4000000000002685").await, sandbox.card("4242424242424242").await);
    sandbox.client.payments().create(NewPayment::new(euro("500.00"), MethodType::Card).payment_method(good.id)).await.unwrap();
    let held = NewPayment::new(euro("80.00"), MethodType::Card).payment_method(card.id).capture_mode(CaptureMode::Manual);
    let payment = sandbox.client.payments().create(held).await.unwrap();
    sandbox.advance(2 * DAY).await;
    assert!(sandbox.client.disputes().list(ListDisputes::new()).await.unwrap().data.is_empty(), "nothing was taken yet");
    sandbox.client.payments().capture(&payment.id, CapturePayment::new().amount(euro("60.00"))).await.unwrap();
    sandbox.client.refunds().create(NewRefund::new(&payment.id).amount(euro("20.00"))).await.unwrap();
    sandbox.advance(DAY + 1).await;
    let dispute = sandbox.client.disputes().list(ListDisputes::new()).await.unwrap().data.remove(0);
    assert_eq!((dispute.amount, dispute.reason), (euro("40.00"), DisputeReason::ProductNotReceived));
    let moved = ListTransactions::new().source(&dispute.id);
    let moved = sandbox.client.transactions().list(moved).await.unwrap().data;
    let moved: Vec<_> = moved.into_iter().map(|entry| (entry.transaction_type, entry.amount)).collect();
    assert_eq!(moved, [(TransactionType::Fee, euro("-15.00")), (TransactionType::Dispute, euro("-40.00"))]);
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn the_bank_can_be_told_how_to_decide_and_bad_evidence_is_refused() {
    let (sandbox, _, dispute) = disputed().await;
    let hand_in = |evidence| sandbox.client.disputes().submit_evidence(&dispute.id, evidence);
    let file = |name: &str, digest: &str, size: u64| SubmitEvidence::new("x").files(vec![EvidenceFile::new(name, digest, size)]);
    let good = "0".repeat(64);
    for (evidence, param) in [
        (SubmitEvidence::new(""), "explanation"),
        (SubmitEvidence::new("x".repeat(5001)), "explanation"),
        (SubmitEvidence::new("x").communication("\u{0}"), "communication"),
        (SubmitEvidence::new("x").tracking_number("a\nb"), "tracking_number"),
        (file("", &good, 1), "files[0].name"),
        (file("a", &good.to_uppercase().replace('0', "A"), 1), "files[0].sha256"),
        (file("a", &good, 0), "files[0].size"),
        (SubmitEvidence::new("x").files(vec![EvidenceFile::new("a", good.clone(), 1_u64); 11]), "files"),
    ] {
        assert_eq!(refusal(hand_in(evidence).await), (ErrorCode::InvalidField, Some(param.to_owned())));
    }
    let path = format!("disputes/{}/decide", dispute.id);
    assert_eq!(sandbox.try_control("POST", &path, json!({"won": false})).await.0, 409, "nothing was handed in yet");
    hand_in(SubmitEvidence::new("Delivered.")).await.unwrap();
    let told = sandbox.control("POST", &path, json!({"won": false})).await;
    assert_eq!(told["status"], "lost");
    sandbox.advance(4 * DAY).await;
    assert_eq!(read(&sandbox, &dispute).await.status, DisputeStatus::Lost);
    assert_eq!(refusal(sandbox.client.disputes().retrieve("dp_none").await).0, ErrorCode::NotFound);
    sandbox.assert_balanced().await;
}
