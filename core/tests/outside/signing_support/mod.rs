//! What the tests of signing share: arbitrary requests, keys, and a request put on the wire.
#![allow(clippy::unwrap_used, dead_code, reason = "a test fails by panicking, and not every test file uses all of this")]

use okpay::signing::{Ed25519Key, HmacKey, ReceivedRequest, SignatureHeaders, Signer, VerificationKey, sign_request};
use proptest::prelude::*;

pub(crate) const NONCE: &str = "b3k2pp5k7z50gnwpyemd01";

/// A request before it is signed.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) content_type: String,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) body: Vec<u8>,
    pub(crate) created: i64,
    pub(crate) nonce: String,
    pub(crate) with_ed25519: bool,
}

pub(crate) fn drafts() -> impl Strategy<Value = Draft> {
    let message =
        ("(GET|POST|PUT|DELETE|PATCH)", urls(), "application/json(; charset=utf-8)?|text/plain", prop::option::of("[!-~]{1,255}"));
    let rest = (prop::collection::vec(any::<u8>(), 0..80), 0_i64..253_402_300_799, "[A-Za-z0-9_-]{22,64}", any::<bool>());
    (message, rest).prop_map(|((method, url, content_type, idempotency_key), (body, created, nonce, with_ed25519))| Draft {
        method,
        url,
        content_type,
        idempotency_key,
        body,
        created,
        nonce,
        with_ed25519,
    })
}

pub(crate) fn urls() -> impl Strategy<Value = String> {
    (
        "https?",
        "[a-z]([a-z0-9-]{0,6}[a-z0-9])?(\\.[a-z]{2,4})?",
        "(:[1-9][0-9]{3})?",
        "(/[A-Za-z0-9_~!$&'()*+,;=:@-]{1,6}|/%[2-7][A-F1-9]x){1,4}",
        "(\\?[A-Za-z0-9=&\\[\\]_-]{1,9})?",
    )
        .prop_map(|(scheme, host, port, path, query)| format!("{scheme}://{host}{port}{path}{query}"))
}

pub(crate) fn signer(with_ed25519: bool) -> Box<dyn Signer> {
    match with_ed25519 {
        true => Box::new(Ed25519Key::from_seed("device_1", &[7; 32]).unwrap()),
        false => Box::new(HmacKey::from_bytes("okp_test_kid_1", &[9; 32]).unwrap()),
    }
}

pub(crate) fn verification_key(with_ed25519: bool) -> VerificationKey {
    match with_ed25519 {
        true => VerificationKey::Ed25519(Ed25519Key::from_seed("device_1", &[7; 32]).unwrap().public_key()),
        false => VerificationKey::Hmac(HmacKey::from_bytes("okp_test_kid_1", &[9; 32]).unwrap()),
    }
}

impl Draft {
    pub(crate) fn sign(&self) -> SignatureHeaders {
        let signer = signer(self.with_ed25519);
        let key = self.idempotency_key.as_deref();
        sign_request(&self.method, &self.url, Some(&self.content_type), key, &self.body, signer.as_ref(), self.created, &self.nonce)
            .unwrap()
    }

    /// The request as it arrives, signed.
    pub(crate) fn sent(&self) -> ReceivedRequest {
        let mut headers = self.sign().to_list();
        if !self.body.is_empty() {
            headers.push(("Content-Type".to_owned(), self.content_type.clone()));
        }
        ReceivedRequest { method: self.method.clone(), url: self.url.clone(), headers, body: self.body.clone() }
    }
}

pub(crate) fn post() -> Draft {
    Draft {
        method: "POST".to_owned(),
        url: "https://api.okpay.test/v1/payments?expand=fees".to_owned(),
        content_type: "application/json".to_owned(),
        idempotency_key: Some("key-1".to_owned()),
        body: b"{}".to_vec(),
        created: 1_767_225_600,
        nonce: NONCE.to_owned(),
        with_ed25519: false,
    }
}
