//! Webhooks: proven, read on demand, signed, diagnosed, ordered. Headers cross as JSON pairs, lists of secrets as JSON.

use crate::errors::Told;
use crate::values::{Headers, moment, read, to_json};
use okpay::webhooks::{self as core, DiagnosisHints, Ordering, OtherSecret, WebhookHeaders, WebhookSigner};
use serde::Deserialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Proves webhooks with one or more secrets.
#[wasm_bindgen]
pub struct Verifier(core::Verifier);

#[wasm_bindgen]
impl Verifier {
    /// From a list of secrets.
    pub fn make(secrets: &str, tolerance: u32) -> Result<Verifier, Told> {
        Ok(Self(core::Verifier::new(&read::<Vec<String>>(secrets)?)?.tolerance_secs(tolerance)))
    }

    /// Proves a webhook. Where the host has an HMAC-SHA256 of its own, which is faster, it computes the MACs.
    pub fn verify(&self, body: &[u8], headers: &str, now: i64, host: Option<HostMac>) -> Result<Payload, Told> {
        let mac = |place: usize, id: &str, timestamp: &str| {
            let computed = host.as_ref()?.v1(u32::try_from(place).ok()?, &format!("{id}.{timestamp}."));
            computed.ok()?.try_into().ok()
        };
        Ok(Payload(self.0.verify_with(body, &read::<Headers>(headers)?, moment(now), &mac)?))
    }
}

#[wasm_bindgen]
extern "C" {
    /// The host's own HMAC-SHA256, over a text and the body of the webhook at hand.
    #[wasm_bindgen(typescript_type = "{ v1(secret: number, prefix: string): Uint8Array }")]
    pub type HostMac;

    /// The MAC by the secret at a place of the verifier's list. If it throws, core computes it.
    #[wasm_bindgen(method, catch)]
    fn v1(this: &HostMac, secret: u32, prefix: &str) -> Result<Vec<u8>, JsValue>;
}

/// The bytes behind a secret; nothing for a public key.
#[wasm_bindgen(js_name = secretBytes)]
pub fn secret_bytes(secret: &str) -> Result<Option<Vec<u8>>, Told> {
    Ok(core::secret_bytes(secret)?.map(|secret| secret.expose().to_vec()))
}

/// A webhook that is proven to be OKPay's.
#[wasm_bindgen]
pub struct Payload(core::VerifiedPayload);

#[wasm_bindgen]
impl Payload {
    /// The id of the event.
    #[must_use]
    pub fn id(&self) -> String {
        self.0.id().to_owned()
    }

    /// When it was signed, in milliseconds since 1970.
    #[must_use]
    pub fn timestamp(&self) -> i64 {
        self.0.timestamp().millis()
    }

    /// What happened.
    #[wasm_bindgen(js_name = eventType)]
    pub fn event_type(&self) -> Result<String, Told> {
        Ok(self.0.event_type()?)
    }

    /// One field as its JSON text.
    pub fn field(&self, path: &str) -> Result<Option<String>, Told> {
        Ok(self.0.field(path)?.map(str::to_owned))
    }

    /// Whether it reads as an event.
    #[wasm_bindgen(js_name = checkEvent)]
    pub fn check_event(&self) -> Result<(), Told> {
        Ok(self.0.check_event()?)
    }
}

/// The headers of a webhook signed with one secret.
#[wasm_bindgen(js_name = signWebhook)]
pub fn sign(secret: &str, id: &str, body: &[u8], timestamp: i64) -> Result<String, Told> {
    let timestamp = moment(timestamp).secs();
    let signature = core::sign(secret, id, timestamp, body)?;
    Ok(to_json(&WebhookHeaders { id: id.to_owned(), timestamp: timestamp.to_string(), signature }.to_list()))
}

/// The headers of a delivery, as the gateway signs it with every secret of an endpoint.
#[wasm_bindgen(js_name = signDelivery)]
pub fn sign_delivery(secrets: &str, id: &str, body: &[u8], timestamp: i64) -> Result<String, Told> {
    let signer = WebhookSigner::new(&read::<Vec<String>>(secrets)?)?;
    Ok(to_json(&signer.headers(id, moment(timestamp), body)?.to_list()))
}

/// What else is known of a delivery.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Hints {
    previous_secrets: Vec<String>,
    other_secrets: Vec<(String, String)>,
    tolerance: u32,
}

/// Why a webhook does not verify, as JSON.
#[wasm_bindgen]
pub fn diagnose(body: &[u8], headers: &str, secrets: &str, hints: &str, now: i64) -> Result<String, Told> {
    let Hints { previous_secrets, other_secrets, tolerance } = read(hints)?;
    let other_secrets = other_secrets.into_iter().map(|(name, secret)| OtherSecret { name, secret }).collect();
    let hints = DiagnosisHints { previous_secrets, other_secrets, tolerance_secs: Some(tolerance) };
    let diagnosis = core::diagnose(body, &read::<Headers>(headers)?, &read::<Vec<String>>(secrets)?, moment(now), &hints);
    Ok(to_json(&diagnosis))
}

/// `apply`, `stale` or `gap`.
#[wasm_bindgen]
#[must_use]
pub fn apply(current_version: Option<u64>, event_version: u64) -> String {
    let ordering = match core::apply(current_version, event_version) {
        Ordering::Apply => "apply",
        Ordering::Stale => "stale",
        Ordering::Gap => "gap",
    };
    ordering.to_owned()
}

/// A secret from random bytes.
#[wasm_bindgen(js_name = webhookSecret)]
pub fn webhook_secret(random: &[u8]) -> Result<String, Told> {
    Ok(core::webhook_secret(random)?)
}
