//! A till: a device that has made a key of its own and was registered.

use super::{Box, Heard, Raw, euro};
use okpay::api::{Device, DeviceLimits, MethodType, NewDevice, NewPayment, NewRefund, Payment, Refund};
use okpay::client::Client;
use okpay::signing::Ed25519Key;
use okpay::{Money, OkpayError};
use std::sync::Arc;

/// A device, its key and its client.
pub struct Till {
    pub device: Device,
    pub key: Ed25519Key,
    pub client: Client,
}

/// The public key of a seed, as it is registered.
pub fn public_key(seed: [u8; 32]) -> String {
    Ed25519Key::from_seed("new", &seed).unwrap().public_key().to_base64()
}

/// A seed that nobody else has.
pub fn fresh_seed() -> [u8; 32] {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).unwrap();
    seed
}

/// 50.00 a payment, 20.00 a refund and 30.00 of refunds a day.
pub fn limits() -> DeviceLimits {
    DeviceLimits::new().payment(euro("50.00")).refund(euro("20.00")).refunds_per_day(euro("30.00"))
}

pub fn names(operations: &[&str]) -> Vec<String> {
    operations.iter().map(|&name| name.to_owned()).collect()
}

/// What a till in a shop does.
pub const SHOP: [&str; 7] = [
    "payments.create",
    "payments.confirm",
    "payments.capture",
    "payments.retrieve",
    "refunds.create",
    "checkout_sessions.create",
    "checkout_sessions.retrieve",
];

impl Till {
    /// A till of a shop.
    pub async fn register(sandbox: &Box, limits: DeviceLimits) -> Self {
        Self::with(sandbox, &SHOP, limits).await
    }

    pub async fn with(sandbox: &Box, operations: &[&str], limits: DeviceLimits) -> Self {
        let seed = fresh_seed();
        let new = NewDevice::new("till 7", public_key(seed)).operations(names(operations)).limits(limits);
        let device = sandbox.client.devices().create(new).await.unwrap();
        let key = Ed25519Key::from_seed(&device.id, &seed).unwrap();
        Self { client: client(sandbox, &key), device, key }
    }

    pub async fn pay(&self, sandbox: &Box, amount: &str) -> Result<Payment, OkpayError> {
        let card = sandbox.card("4242424242424242").await.id;
        self.client.payments().create(NewPayment::new(euro(amount), MethodType::Card).payment_method(card)).await
    }

    pub async fn refund(&self, payment: &str, amount: Money) -> Result<Refund, OkpayError> {
        self.client.refunds().create(NewRefund::new(payment).amount(amount)).await
    }

    /// Sends a request of the test's own under the till's key.
    pub async fn send(&self, sandbox: &Box, request: &Raw) -> Heard {
        request.send_with(sandbox, request.signed(sandbox.url(), &self.key)).await
    }
}

/// A client under a device's key, which tries once.
pub fn client(sandbox: &Box, key: &Ed25519Key) -> Client {
    let once = okpay::call::RetryPolicy { max_attempts: 1, ..Default::default() };
    Client::builder().base_url(sandbox.url()).device_key(Arc::new(key.clone())).retry(once).build().unwrap()
}

/// A payment that the server took.
pub async fn paid(sandbox: &Box, amount: &str) -> Payment {
    let card = sandbox.card("4242424242424242").await.id;
    sandbox.client.payments().create(NewPayment::new(euro(amount), MethodType::Card).payment_method(card)).await.unwrap()
}

/// Code and place of a refusal.
#[track_caller]
pub fn told<T: std::fmt::Debug>(result: Result<T, OkpayError>) -> (String, Option<String>) {
    let error = result.unwrap_err();
    assert!(matches!(error, OkpayError::Rejected(_)), "{error:?}");
    (error.code().to_string(), error.failure().param.clone())
}
