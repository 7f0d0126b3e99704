//! The crate `standardwebhooks`, by the authors of the standard, as a judge: it proves what we sign, and signs what we prove.

use http::HeaderMap;
use okpay::Timestamp;
use okpay::webhooks::{Verifier, WebhookSigner, webhook_secret};
use proptest::prelude::*;
use standardwebhooks::Webhook;

#[allow(clippy::disallowed_methods, reason = "the judge reads the real clock itself, so it must be shown the same one")]
fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_secs(i64::try_from(since.as_secs()).unwrap())
}

proptest! {
    #[test]
    fn the_judge_proves_ours(key in prop::collection::vec(any::<u8>(), 24..=64), old in prop::collection::vec(any::<u8>(), 24..=64), id in "evt_[0-9a-z]{1,26}", body in "\\PC{0,80}") {
        let secrets = [webhook_secret(&key).unwrap(), webhook_secret(&old).unwrap()];
        let signed = WebhookSigner::new(&secrets).unwrap().headers(&id, now(), body.as_bytes()).unwrap();
        let headers = header_map(&signed.to_list());
        for secret in &secrets {
            prop_assert!(Webhook::new(secret).unwrap().verify(body.as_bytes(), &headers).is_ok());
        }
        let changed = format!("{body} ");
        prop_assert!(Webhook::new(&secrets[0]).unwrap().verify(changed.as_bytes(), &headers).is_err());
    }

    #[test]
    fn we_prove_the_judges(key in prop::collection::vec(any::<u8>(), 24..=64), id in "[!--/-~]{1,40}", body in "\\PC{0,80}", timestamp in 1..253_402_300_799_i64) {
        let secret = webhook_secret(&key).unwrap();
        let signature = Webhook::new(&secret).unwrap().sign(&id, timestamp, body.as_bytes()).unwrap();
        let headers = [("webhook-id", id.clone()), ("webhook-timestamp", timestamp.to_string()), ("webhook-signature", signature)];
        let headers = headers.map(|(name, value)| (name.to_owned(), value));
        let payload = Verifier::new(&[secret]).unwrap().verify(body.as_bytes(), &headers, Timestamp::from_secs(timestamp)).unwrap();
        prop_assert_eq!((payload.id(), payload.body()), (id.as_str(), body.as_bytes()));
    }
}

fn header_map(headers: &[(String, String)]) -> HeaderMap {
    headers.iter().map(|(name, value)| (name.parse::<http::HeaderName>().unwrap(), value.parse().unwrap())).collect()
}
