//! Points over HTTP: earned on fees, listed, redeemed to the cent and no further.

use crate::support::{Box, euro, refusal};
use okpay::ErrorCode;
use okpay::api::{
    EventData, EventType, ListEvents, ListPointMovements, ListTransactions, MethodType, NewPayment, Payment, PointMovementType,
    RedeemPoints, TransactionType,
};

fn at(code: ErrorCode, param: &str) -> (ErrorCode, Option<String>) {
    (code, Some(param.to_owned()))
}

async fn pay(sandbox: &Box, amount: &str) -> Payment {
    let card = sandbox.card("4242424242424242").await;
    let new = NewPayment::new(euro(amount), MethodType::Card).payment_method(card.id);
    sandbox.client.payments().create(new).await.unwrap()
}

async fn points(sandbox: &Box) -> u64 {
    sandbox.client.points().balance().await.unwrap().points
}

#[tokio::test]
async fn points_are_earned_on_fees_and_redeemed_against_them() {
    let sandbox = Box::start().await;
    assert_eq!(points(&sandbox).await, 0);
    // 0.66 of fee: six whole tenths. 18.30 of fee: 183.
    let (small, large) = (pay(&sandbox, "19.99").await, pay(&sandbox, "1000.00").await);
    assert_eq!((small.fee.unwrap().fee, large.fee.as_ref().unwrap().fee), (euro("0.66"), euro("18.30")));
    assert_eq!(points(&sandbox).await, 6 + 183);
    let redeem = |payment: &str, points: u64| sandbox.client.points().redeem(RedeemPoints::new(payment, points));
    let before = sandbox.client.balances().list().await.unwrap().data[0].available;
    let movement = redeem(&small.id, 120).await.unwrap();
    assert_eq!((movement.movement_type.clone(), movement.points, movement.amount), (PointMovementType::Redeemed, -120, euro("0.60")));
    let after = sandbox.client.balances().list().await.unwrap().data[0].available;
    assert_eq!(after.checked_sub(before).unwrap(), euro("0.60"));
    assert_eq!(sandbox.ledger_balance("okpay:points", "EUR").await, "-0.60");
    let booked = ListTransactions::new().transaction_type(TransactionType::Points);
    assert_eq!(sandbox.client.transactions().list(booked).await.unwrap().data[0].source, small.id);
    assert_eq!(points(&sandbox).await, 69);
    // 0.06 of that fee is left.
    assert_eq!(refusal(redeem(&small.id, 14).await), at(ErrorCode::AmountTooLarge, "points"));
    redeem(&small.id, 12).await.unwrap();
    assert_eq!(refusal(redeem(&large.id, 58).await), at(ErrorCode::InsufficientBalance, "points"));
    for odd in [0, 1, 7] {
        assert_eq!(refusal(redeem(&large.id, odd).await), at(ErrorCode::InvalidField, "points"));
    }
    assert_eq!(points(&sandbox).await, 57);
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn an_endpoint_hears_of_points() {
    let sandbox = Box::start().await;
    let payment = pay(&sandbox, "19.99").await;
    let redeemed = sandbox.client.points().redeem(RedeemPoints::new(&payment.id, 2_u64)).await.unwrap();
    let all = sandbox.client.points().list(ListPointMovements::new()).await.unwrap().data;
    let events = sandbox.client.events().list(ListEvents::new()).await.unwrap().data;
    let told = |kind: EventType| events.iter().find(|event| event.event_type == kind).unwrap();
    assert_eq!(told(EventType::PointMovementRedeemed).data, EventData::from(redeemed.clone()));
    assert_eq!(told(EventType::PointMovementEarned).data, EventData::from(all[1].clone()));
    assert_eq!((all[0].version, all[0].id.as_str()), (1, redeemed.id.as_str()));
    let of_movement = ListEvents::new().resource(&redeemed.id);
    assert_eq!(sandbox.client.events().list(of_movement).await.unwrap().data.len(), 1);
}

#[tokio::test]
async fn movements_are_walked_and_only_what_is_paid_has_a_fee() {
    let sandbox = Box::start().await;
    for amount in ["19.99", "50.00", "30.00"] {
        pay(&sandbox, amount).await;
    }
    let first = sandbox.client.points().list(ListPointMovements::new().limit(2_u32)).await.unwrap();
    let rest = sandbox.client.points().list(ListPointMovements::new().after(first.next.clone().unwrap())).await.unwrap();
    assert_eq!((first.data.len(), rest.data.len(), rest.next), (2, 1, None));
    assert_eq!((rest.data[0].points, rest.data[0].amount), (6, euro("0.66")));
    let of = ListPointMovements::new().payment(&rest.data[0].payment);
    assert_eq!(sandbox.client.points().list(of).await.unwrap().data, rest.data);
    let waiting = sandbox.client.payments().create(NewPayment::new(euro("30.00"), MethodType::BankTransfer)).await.unwrap();
    let redeem = |payment: &str| sandbox.client.points().redeem(RedeemPoints::new(payment, 2_u64));
    assert_eq!(refusal(redeem(&waiting.id).await), at(ErrorCode::IllegalState, "payment"));
    assert_eq!(refusal(redeem("pay_none").await), at(ErrorCode::NotFound, "payment"));
    let unknown = sandbox.client.points().list(ListPointMovements::new().after("ptm_none")).await;
    assert_eq!(refusal(unknown), at(ErrorCode::NotFound, "after"));
}
