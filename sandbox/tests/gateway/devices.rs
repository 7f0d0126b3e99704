//! Devices: registered, proven by Ed25519, restricted, revoked; what they are told of others.

use crate::support::till::{SHOP, Till, client, fresh_seed, limits, names, paid, public_key, told};
use crate::support::{Box, Raw, euro, fresh, now};
use okpay::ErrorCode;
use okpay::api::{
    CallState, DeviceLimits, ListDevices, ListPayments, MethodType, NewApiKey, NewDevice, NewPayment, NewRefund, UpdateDevice,
};
use okpay::client::Client;
use okpay::signing::{Ed25519Key, HmacKey};
use okpay_sandbox::Config;
use serde_json::{Value, json};

fn field(param: &str) -> (String, Option<String>) {
    ("invalid_field".to_owned(), Some(param.to_owned()))
}

fn code(expected: &str) -> (String, Option<String>) {
    (expected.to_owned(), None)
}

#[tokio::test]
async fn a_device_is_registered_changed_listed_and_revoked_for_good() {
    let sandbox = Box::start().await;
    let till = Till::register(&sandbox, limits()).await;
    let device = till.device.clone();
    assert!(device.id.starts_with("okp_test_dev_") && device.id.len() <= 64);
    assert_eq!((device.name.as_str(), &device.operations, &device.limits), ("till 7", &names(&SHOP), &limits()));
    assert_eq!((device.revoked, device.version, device.refunded_today), (None, 1, Some(euro("0.00"))));
    assert_eq!(till.client.devices().current().await.unwrap(), device);
    assert_eq!(sandbox.client.devices().retrieve(&device.id).await.unwrap(), device);
    let change = UpdateDevice::new().name("till 8").operations(names(&["payments.list"]));
    let changed = sandbox.client.devices().update(&device.id, change).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.version, &changed.limits), ("till 8", 2, &limits()));
    till.client.payments().list(ListPayments::new()).await.unwrap();
    assert_eq!(told(till.pay(&sandbox, "1.00").await), code("key_restricted"));
    let revoked = sandbox.client.devices().revoke(&device.id).await.unwrap();
    assert!(revoked.revoked.is_some() && revoked.version == 3);
    assert_eq!(told(till.client.devices().current().await), code("key_revoked"));
    assert_eq!(told(till.client.payments().list(ListPayments::new()).await), code("key_revoked"));
    assert_eq!(told(sandbox.client.devices().revoke(&device.id).await), code("illegal_state"));
    assert_eq!(told(sandbox.client.devices().update(&device.id, UpdateDevice::new().name("n")).await), code("illegal_state"));
    assert_eq!(told(sandbox.client.devices().retrieve("okp_test_dev_none").await), code("not_found"));
    let second = Till::register(&sandbox, limits()).await.device;
    let page = sandbox.client.devices().list(ListDevices::new().limit(1_u32)).await.unwrap();
    assert_eq!((page.data, page.next.as_deref()), (vec![second.clone()], Some(second.id.as_str())));
    let rest = sandbox.client.devices().list(ListDevices::new().after(second.id)).await.unwrap();
    assert_eq!((rest.data, rest.next), (vec![revoked], None));
}

#[tokio::test]
async fn what_is_no_key_or_not_a_new_one_is_refused() {
    let sandbox = Box::start().await;
    let register = |key: String| sandbox.client.devices().create(NewDevice::new("till", key).operations(names(&["payments.list"])));
    let zero = "A".repeat(43);
    let not_on_the_curve = format!("Ag{}A=", &zero[3..]);
    // RFC 8032 names the neutral point; the others of small order are those of the curve's published lists.
    let weak = [
        "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned(),
        format!("{zero}="),
        "7P///////////////////////////////////////38=".to_owned(),
        "JuiVj8KyJ7BFw/SJ8u+Y8NXfrAXTxjM5sTgCiG1T/AU=".to_owned(),
        "xxdqcD1N2E+6PAt2DRBnDyogU/osOczGTsf9d5KsA3o=".to_owned(),
    ];
    let good = public_key([1; 32]);
    let malformed = [
        String::new(),
        zero.clone(),
        good.trim_end_matches('=').to_owned(),
        format!(" {good}"),
        format!("till={good}"),
        good.replace('=', "A"),
        hex(&[1; 32]),
        not_on_the_curve,
    ];
    for key in weak.into_iter().chain(malformed) {
        assert_eq!(told(register(key.clone()).await), field("public_key"), "{key:?}");
    }
    let device = register(good.clone()).await.unwrap();
    let again = register(good.clone()).await.unwrap_err();
    assert!(again.failure().detail.contains(&device.id), "{again}");
    assert_eq!(told(register(good.clone()).await), field("public_key"));
    sandbox.client.devices().revoke(&device.id).await.unwrap();
    assert_eq!(told(register(good).await), field("public_key"), "revoked is for good");
    assert_eq!(sandbox.client.devices().list(ListDevices::new()).await.unwrap().data.len(), 1);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn what_a_device_cannot_be_given_is_refused_by_its_field() {
    let sandbox = Box::start().await;
    let operations = |list: Value| json!({"name": "till", "public_key": public_key([2; 32]), "operations": list});
    let limited = |limits: Value| {
        let mut device = operations(json!(["payments.create"]));
        device["limits"] = limits;
        device
    };
    let euros = |text: &str| json!({"amount": text, "currency": "EUR"});
    let cases = [
        (operations(json!([])), "missing_field", "operations"),
        (operations(json!(["payments.list", "payments.fly"])), "invalid_field", "operations[1]"),
        (operations(json!(["payments.list", "payments.list"])), "invalid_field", "operations[1]"),
        (operations(json!(["api_keys.create"])), "invalid_field", "operations[0]"),
        (operations(json!(["devices.update"])), "invalid_field", "operations[0]"),
        (operations(json!(["webhook_endpoints.create"])), "invalid_field", "operations[0]"),
        (operations(json!(["events.list"])), "invalid_field", "operations[0]"),
        (operations(json!(["payment_methods.create"])), "invalid_field", "operations[0]"),
        (operations(json!(["refunds.create"])), "missing_field", "limits.refunds_per_day"),
        (limited(json!({"payment": euros("0.00")})), "invalid_amount", "limits.payment.amount"),
        (limited(json!({"refunds_per_day": euros("-1.00")})), "invalid_amount", "limits.refunds_per_day.amount"),
        (limited(json!({"refund": euros("1.001")})), "too_many_places", "limits.refund.amount"),
        (
            limited(json!({"payment": euros("1.00"), "refund": {"amount": "1.00", "currency": "USD"}})),
            "currency_mismatch",
            "limits.refund.currency",
        ),
        (limited(json!({"per_year": euros("1.00")})), "unknown_field", "limits.per_year"),
        (json!({"name": "", "public_key": public_key([2; 32]), "operations": ["payments.list"]}), "invalid_field", "name"),
    ];
    for (body, code, param) in cases {
        let heard = Raw::post("/v1/devices", body.to_string()).send(&sandbox).await;
        assert_eq!(heard.problem(), (422, code.to_owned(), Some(param.to_owned())), "{body}");
    }
    let till = Till::register(&sandbox, limits()).await;
    let update = |change: UpdateDevice| sandbox.client.devices().update(&till.device.id, change);
    assert_eq!(told(update(UpdateDevice::new()).await), code("missing_field"));
    let unlimited = told(update(UpdateDevice::new().limits(DeviceLimits::new())).await);
    assert_eq!(unlimited, ("missing_field".to_owned(), Some("limits.refunds_per_day".to_owned())));
    assert_eq!(told(update(UpdateDevice::new().operations(names(&["api_keys.list"]))).await), field("operations[0]"));
    assert_eq!(sandbox.client.devices().retrieve(&till.device.id).await.unwrap(), till.device);
}

#[tokio::test]
async fn a_restricted_key_gives_a_device_no_more_than_it_may_do_itself() {
    let sandbox = Box::start().await;
    let own = names(&["devices.create", "devices.update", "devices.current", "payments.list"]);
    let made = sandbox.client.api_keys().create(NewApiKey::new("manager").operations(own)).await.unwrap();
    let manager = Client::builder().base_url(sandbox.url()).secret_key(&made.id, &made.secret.unwrap()).unwrap().build().unwrap();
    let new = |operations: &[&str]| NewDevice::new("till", public_key(fresh_seed())).operations(names(operations));
    assert_eq!(told(manager.devices().create(new(&["payments.create"])).await), code("key_restricted"));
    let device = manager.devices().create(new(&["payments.list"])).await.unwrap();
    let wider = UpdateDevice::new().operations(names(&["payments.list", "payments.create"]));
    assert_eq!(told(manager.devices().update(&device.id, wider).await), code("key_restricted"));
    // Nor does it touch the limits of one that may do more.
    let till = Till::register(&sandbox, limits()).await;
    let raise = UpdateDevice::new().limits(limits().refunds_per_day(euro("9999.00")));
    assert_eq!(told(manager.devices().update(&till.device.id, raise).await), code("key_restricted"));
}

#[tokio::test]
async fn a_device_does_what_it_was_given_and_nothing_else() {
    let sandbox = Box::start().await;
    let till = Till::register(&sandbox, limits()).await;
    let payment = till.pay(&sandbox, "5.00").await.unwrap();
    assert_eq!(till.client.payments().retrieve(&payment.id).await.unwrap(), payment);
    assert_eq!(told(till.client.payments().list(ListPayments::new()).await), code("key_restricted"));
    assert_eq!(told(till.client.balances().list().await), code("key_restricted"));
    // The client refuses these by itself, so they are sent by hand.
    for path in ["/v1/api_keys", "/v1/devices", "/v1/webhook_endpoints", "/v1/events"] {
        let heard = till.send(&sandbox, &Raw::get(path)).await;
        assert_eq!(heard.problem(), (403, "scope_not_allowed".to_owned(), None), "{path}");
    }
    for path in ["/v1/api_keys", "/v1/devices", "/v1/webhook_endpoints", &format!("/v1/devices/{}/revoke", till.device.id)] {
        let heard = till.send(&sandbox, &Raw::post(path, "{}")).await;
        assert_eq!(heard.problem(), (403, "scope_not_allowed".to_owned(), None), "{path}");
    }
    let card = json!({"card": {"number": "4242424242424242", "exp_month": 12, "exp_year": 2040, "cvc": "123"}}).to_string();
    assert_eq!(till.send(&sandbox, &Raw::post("/v1/payment_methods", card)).await.problem().1, "key_restricted");
    // Its key id opens nothing as a bearer, and the server has no device of its own.
    let request = Raw::get("/v1/devices/current");
    assert_eq!(request.send_with(&sandbox, request.bearer(&till.device.id, None)).await.problem().1, "unauthenticated");
    assert_eq!(Raw::get("/v1/devices/current").send(&sandbox).await.problem(), (403, "scope_not_allowed".to_owned(), None));
}

#[tokio::test]
async fn the_checks_of_a_devices_request_come_in_their_order() {
    let sandbox = Box::start().await;
    let till = Till::register(&sandbox, limits()).await;
    let id = &till.device.id;
    // Each request is wrong in every way that is still to come; the first one counts.
    let everything = Raw { created: now() - 1000, key: None, ..Raw::post("/v1/nothing", "{") };
    let tampered = Raw { body: b"[".to_vec(), ..everything.clone() };
    let refused = |request: Raw, headers: Vec<(String, String)>, expected: (u16, &'static str)| {
        let sandbox = &sandbox;
        async move {
            let (status, code, _) = request.send_with(sandbox, headers).await.problem();
            assert_eq!((status, code.as_str()), expected);
        }
    };
    let unknown = Ed25519Key::from_seed("okp_test_dev_none", &fresh_seed()).unwrap();
    refused(tampered.clone(), everything.signed(sandbox.url(), &unknown), (401, "key_unknown")).await;
    let other = Ed25519Key::from_seed(id, &fresh_seed()).unwrap();
    refused(tampered.clone(), everything.signed(sandbox.url(), &other), (401, "signature_invalid")).await;
    // The public key as the secret of an HMAC: the algorithm is the key's own.
    let confused = HmacKey::from_bytes(id, &till.key.public_key().to_bytes()).unwrap();
    refused(tampered.clone(), everything.signed(sandbox.url(), &confused), (401, "signature_invalid")).await;
    let elsewhere = everything.signed("https://other.example", &till.key);
    refused(everything.clone(), elsewhere, (401, "signature_invalid")).await;
    refused(tampered, everything.signed(sandbox.url(), &till.key), (401, "digest_mismatch")).await;
    assert_eq!(till.send(&sandbox, &everything).await.problem().1, "clock_skew");
    let timely = Raw { created: now(), ..everything };
    assert_eq!(till.send(&sandbox, &timely).await.problem().1, "idempotency_key_missing");
    assert_eq!(till.send(&sandbox, &timely).await.problem().1, "nonce_replayed");
    let uncovered = Raw { nonce: fresh("n"), ..timely.clone() }.header("idempotency-key", Some("\"k\""));
    assert_eq!(till.send(&sandbox, &uncovered).await.problem().1, "idempotency_key_unsigned");
    let keyed = |path: &str| Raw { path: path.to_owned(), key: Some(fresh("k")), nonce: fresh("n"), ..timely.clone() };
    assert_eq!(till.send(&sandbox, &keyed("/v1/nothing")).await.problem().1, "not_found");
    assert_eq!(till.send(&sandbox, &keyed("/v1/devices")).await.problem().1, "scope_not_allowed");
    assert_eq!(till.send(&sandbox, &keyed("/v1/fee_quotes")).await.problem().1, "key_restricted");
    assert_eq!(till.send(&sandbox, &keyed("/v1/payments")).await.problem().1, "malformed_json");
    sandbox.client.devices().revoke(id).await.unwrap();
    assert_eq!(till.send(&sandbox, &keyed("/v1/payments")).await.problem().1, "key_revoked");
}

#[tokio::test]
async fn a_device_clears_up_its_own_calls_and_no_others() {
    let sandbox = Box::start().await;
    let (till, other) = (Till::register(&sandbox, limits()).await, Till::register(&sandbox, limits()).await);
    sandbox.fault(json!({"kind": "drop_answer", "on": "payments.create"})).await;
    let (key, servers) = (fresh("till-"), fresh("server-"));
    let order = || NewPayment::new(euro("5.00"), MethodType::BankTransfer);
    let lost = till.client.payments().create(order()).idempotency_key(key.clone()).await.unwrap_err();
    assert_eq!(lost.failure().idempotency_key.as_ref(), Some(&key));
    let outcome = till.client.resolve(key.clone()).await.unwrap();
    assert_eq!((outcome.state.clone(), outcome.status, outcome.body.is_some()), (CallState::Executed, Some(200), true));
    assert_eq!(sandbox.client.resolve(key.clone()).await.unwrap().object, outcome.object, "the server may ask about every call");
    sandbox.client.payments().create(order()).idempotency_key(servers.clone()).await.unwrap();
    for (asker, key) in [(&other, &key), (&till, &servers)] {
        assert_eq!(told(asker.client.resolve(key.clone()).await), code("key_restricted"));
    }
    // What was never executed is final for all, whoever closed it.
    let never = fresh("till-");
    for asker in [&sandbox.client, &till.client, &other.client] {
        assert_eq!(asker.resolve(never.clone()).await.unwrap().state, CallState::NotExecuted);
    }
    assert_eq!(told(till.client.payments().create(order()).idempotency_key(never).await), code("idempotency_key_closed"));
    // One order under one key is one payment, whoever of the account tries.
    let again = sandbox.client.payments().create(order()).idempotency_key(key).await.unwrap();
    assert_eq!(Some(again.id), outcome.object);
}

#[tokio::test]
async fn devices_and_what_they_gave_back_outlive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { database: format!("sqlite:{}", folder.path().join("kept.db").display()), ..Config::default() };
    let sandbox = Box::with(config.clone()).await;
    sandbox.to_next_morning().await;
    let till = Till::register(&sandbox, limits()).await;
    let gone = Till::register(&sandbox, limits()).await;
    sandbox.client.devices().revoke(&gone.device.id).await.unwrap();
    let payment = paid(&sandbox, "100.00").await.id;
    till.refund(&payment, euro("20.00")).await.unwrap();
    sandbox.running.shutdown().await;
    let sandbox = Box::with(config).await;
    let (till_client, gone_client) = (client(&sandbox, &till.key), client(&sandbox, &gone.key));
    let kept = till_client.devices().current().await.unwrap();
    assert_eq!((kept.limits, kept.refunded_today), (limits(), Some(euro("20.00"))));
    let more = till_client.refunds().create(NewRefund::new(&payment).amount(euro("10.01"))).await;
    assert_eq!(told(more).0, ErrorCode::DeviceLimitExceeded.as_str());
    assert_eq!(told(gone_client.devices().current().await), code("key_revoked"));
}
