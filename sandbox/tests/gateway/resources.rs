//! The smaller resources: keys, fees, rates, pages, events; and the public documents.

use crate::support::{Box, Raw, euro};
use futures_util::StreamExt;
use okpay::ErrorCode;
use okpay::api::{
    ApiKeyKind, EventType, ListApiKeys, ListEvents, ListExchangeRates, ListPayments, ListTransactions, ListWebhookEndpoints, MethodType,
    NewApiKey, NewFeeComparison, NewPayment, NewWebhookEndpoint, TransactionType,
};
use okpay::client::Client;
use okpay::fees::{FeeSchedule, QuoteRequest};
use serde_json::Value;
use std::collections::BTreeMap;

#[tokio::test]
async fn keys_are_made_restricted_and_revoked() {
    let sandbox = Box::start().await;
    let operations = vec!["payments.list".to_owned(), "api_keys.create".to_owned()];
    let key = sandbox.client.api_keys().create(NewApiKey::new("till").operations(operations)).await.unwrap();
    let secret = key.secret.clone().unwrap();
    let till = Client::builder().base_url(sandbox.url()).secret_key(&key.id, &secret).unwrap().build().unwrap();
    till.payments().list(ListPayments::new()).await.unwrap();
    assert_eq!(till.balances().list().await.unwrap_err().code(), &ErrorCode::KeyRestricted);
    for wider in [NewApiKey::new("all"), NewApiKey::new("more").operations(vec!["balances.list".to_owned()])] {
        assert_eq!(till.api_keys().create(wider).await.unwrap_err().code(), &ErrorCode::KeyRestricted);
    }
    till.api_keys().create(NewApiKey::new("less").operations(vec!["payments.list".to_owned()])).await.unwrap();
    let unknown = sandbox.client.api_keys().create(NewApiKey::new("odd").operations(vec!["payments.fly".to_owned()])).await.unwrap_err();
    assert_eq!(unknown.failure().param.as_deref(), Some("operations[0]"));
    let listed = sandbox.client.api_keys().list(ListApiKeys::new()).await.unwrap().data;
    assert!(listed.len() == 4 && listed.iter().all(|key| key.secret.is_none()));
    let revoked = sandbox.client.api_keys().revoke(&key.id).await.unwrap();
    assert!(revoked.revoked.is_some() && revoked.version == 2);
    assert_eq!(till.payments().list(ListPayments::new()).await.unwrap_err().code(), &ErrorCode::KeyRevoked);
    assert_eq!(sandbox.client.api_keys().revoke(&key.id).await.unwrap_err().code(), &ErrorCode::IllegalState);
    let public = sandbox.client.api_keys().create(NewApiKey::new("page").kind(ApiKeyKind::Publishable)).await.unwrap();
    assert!(public.secret.is_none() && public.id.starts_with("okp_test_pk_"));
    sandbox.client.api_keys().revoke(&public.id).await.unwrap();
    let request = Raw::post("/v1/payment_methods", "{}");
    assert_eq!(request.send_with(&sandbox, request.bearer(&public.id, None)).await.problem().1, "key_revoked");
}

#[tokio::test]
async fn a_fee_computed_offline_is_the_one_that_is_charged() {
    let sandbox = Box::start().await;
    let envelope = sandbox.client.fee_schedules().current().await.unwrap();
    let trusted = [sandbox.running.details().fee_schedule_key.clone()];
    let schedule = FeeSchedule::from_signed(&envelope, &trusted, None).unwrap();
    assert!(schedule.verified());
    assert_eq!(sandbox.client.fee_schedules().retrieve(schedule.version()).await.unwrap(), envelope);
    assert_eq!(sandbox.client.fee_schedules().retrieve("2020-01-01.1").await.unwrap_err().code(), &ErrorCode::NotFound);
    for (number, region) in [("4242424242424242", "domestic"), ("4000000000000077", "international")] {
        let card = sandbox.card(number).await;
        let payment =
            sandbox.client.payments().create(NewPayment::new(euro("87.31"), MethodType::Card).payment_method(card.id)).await.unwrap();
        let facts = [("brand", "visa"), ("card_region", region), ("conversion", "false"), ("funding", "credit")];
        let facts: BTreeMap<_, _> = facts.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let request = QuoteRequest::new("payment", "card", euro("87.31")).facts(facts);
        assert_eq!(schedule.quote(&request, payment.created).unwrap(), payment.fee.unwrap());
        let quoted = sandbox.client.fee_quotes().create(request.clone()).await.unwrap();
        assert_eq!(quoted, schedule.quote(&request, payment.created).unwrap());
    }
    let comparison = sandbox.client.fee_quotes().compare(NewFeeComparison::new("payment", euro("19.99"))).await.unwrap();
    assert_eq!(comparison.monthly_volume, Some(euro("174.62")));
    let fees: Vec<_> = comparison.offers.iter().filter_map(|offer| offer.quote.as_ref()).map(|quote| quote.fee.minor()).collect();
    assert!(fees.len() >= 4 && fees.is_sorted());
    let missing = comparison.offers.iter().find(|offer| offer.method == "card").unwrap();
    assert_eq!(missing.code, Some(ErrorCode::MissingFact));
}

#[tokio::test]
async fn the_volume_of_the_month_starts_anew_with_the_month() {
    let sandbox = Box::start().await;
    let card = sandbox.card("4242424242424242").await;
    sandbox.client.payments().create(NewPayment::new(euro("10.00"), MethodType::Card).payment_method(card.id)).await.unwrap();
    let volume = || async {
        let comparison = sandbox.client.fee_quotes().compare(NewFeeComparison::new("payment", euro("1.00"))).await.unwrap();
        comparison.monthly_volume.unwrap()
    };
    assert_eq!(volume().await, euro("10.00"));
    sandbox.advance(32 * 24 * 3600).await;
    assert_eq!(volume().await, euro("0.00"));
}

#[tokio::test]
async fn rates_are_listed_by_coin_and_currency() {
    let sandbox = Box::start().await;
    let all = sandbox.client.exchange_rates().list(ListExchangeRates::new()).await.unwrap().data;
    assert_eq!(all.len(), 6);
    let asked = ListExchangeRates::new().base(okpay::Currency::USDT).quote(okpay::Currency::EUR);
    let one = sandbox.client.exchange_rates().list(asked).await.unwrap().data;
    assert_eq!((one.len(), one[0].rate.as_str()), (1, "0.92"));
}

#[tokio::test]
async fn lists_are_walked_page_by_page_without_gaps_or_repeats() {
    let sandbox = Box::start().await;
    let card = sandbox.card("4242424242424242").await;
    let mut made = Vec::new();
    for number in 0..7 {
        let new = NewPayment::new(euro("5.00"), MethodType::Card).payment_method(card.id.clone()).reference(format!("r{}", number % 2));
        made.insert(0, sandbox.client.payments().create(new).await.unwrap().id);
    }
    let pages = sandbox.client.payments().list(ListPayments::new().limit(3_u32)).stream();
    let walked: Vec<_> = pages.map(|payment| payment.unwrap().id).collect().await;
    assert_eq!(walked, made);
    let odd = sandbox.client.payments().list(ListPayments::new().reference("r1")).await.unwrap().data;
    assert_eq!(odd.len(), 3);
    let fees = ListTransactions::new().transaction_type(TransactionType::Fee).limit(2_u32);
    let fees: Vec<_> = sandbox.client.transactions().list(fees).stream().map(|entry| entry.unwrap().id).collect().await;
    assert_eq!(fees.len(), 7);
    let events = ListEvents::new().event_type(EventType::PaymentSucceeded).resource(made[0].clone());
    assert_eq!(sandbox.client.events().list(events).await.unwrap().data.len(), 1);
}

#[tokio::test]
async fn every_version_of_a_resource_has_exactly_one_event() {
    let sandbox = Box::start().await;
    sandbox.control("POST", "seed", serde_json::json!({"count": 34})).await;
    sandbox.advance(40 * 24 * 3600).await;
    let mut versions = BTreeMap::<String, Vec<u64>>::new();
    let mut events = std::pin::pin!(sandbox.client.events().list(ListEvents::new().limit(100_u32)).stream());
    while let Some(event) = events.next().await {
        let event = event.unwrap();
        versions.entry(event.resource_id().unwrap().to_owned()).or_default().insert(0, event.resource_version().unwrap());
    }
    for (id, seen) in &versions {
        assert_eq!(seen, &(1..=seen.len() as u64).collect::<Vec<_>>(), "{id}");
    }
    assert!(versions.len() > 34);
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn answers_are_signed_bound_and_never_cached() {
    let sandbox = Box::start().await;
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let request = Raw::get("/v1/balances").header("traceparent", Some(trace));
    let heard = request.send(&sandbox).await;
    assert!(heard.verify(&sandbox, &request.nonce).request.is_some());
    assert_eq!(heard.header("okpay-key-id"), Some(sandbox.running.details().key_id.as_str()));
    assert_eq!((heard.header("traceparent"), heard.header("content-encoding")), (Some(trace), None));
    assert!(heard.header("okpay-request-id").unwrap().starts_with("req_"));
    let well_known = sandbox.http.get(format!("{}/.well-known/okpay", sandbox.url())).send().await.unwrap();
    let document: Value = serde_json::from_slice(&well_known.bytes().await.unwrap()).unwrap();
    assert_eq!(document["gateway_keys"], sandbox.running.details().gateway_keys.as_str());
    assert_eq!(document["fee_schedule_keys"][0], sandbox.running.details().fee_schedule_key.as_str());
    let openapi = sandbox.http.get(format!("{}/openapi.json", sandbox.url())).send().await.unwrap();
    let document: Value = serde_json::from_slice(&openapi.bytes().await.unwrap()).unwrap();
    assert!(document["paths"]["/v1/payments"]["post"].is_object());
}

#[tokio::test]
async fn endpoints_are_checked_before_they_are_added() {
    let sandbox = Box::start().await;
    for (url, fine) in [
        ("https://shop.example/hooks", true),
        ("http://127.0.0.1:9/x", true),
        ("http://shop.example", false),
        ("ftp://x", false),
        ("https://u:p@x.example", false),
    ] {
        let added = sandbox.client.webhook_endpoints().create(NewWebhookEndpoint::new(url)).await;
        assert_eq!(added.is_ok(), fine, "{url}");
    }
    let odd = NewWebhookEndpoint::new("https://shop.example").events(vec!["payment.succeeded".to_owned(), "payment.paused".to_owned()]);
    let refused = sandbox.client.webhook_endpoints().create(odd).await.unwrap_err();
    assert_eq!(refused.failure().param.as_deref(), Some("events[1]"));
    let listed = sandbox.client.webhook_endpoints().list(ListWebhookEndpoints::new()).await.unwrap().data;
    assert!(listed.len() == 2 && listed.iter().all(|endpoint| endpoint.secret.is_none()));
}
