//! HTTP Message Signatures (RFC 9421) over Content-Digest (RFC 9530), for requests and answers.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `request.rs` | [`sign_request`] for whoever calls; [`read_signature`] and [`SignatureClaim`] for whoever is called |
//! | `answer.rs` | [`sign_answer`] and [`verify_answer`], bound to an [`AnsweredRequest`] |
//! | `own_http.rs` | the same over a plain list of headers, for those who bring their own HTTP |
//! | `base.rs` | the signature base and the two fields, written in one fixed order and read strictly |
//! | `content.rs` | the two parts of a signature that speak of the body |
//! | `fields.rs` | header fields: looked up once only, idempotency keys quoted and read |
//! | `digest.rs` | [`content_digest`] and [`verify_content_digest`]; `file_digest`, by which a file is named |
//! | `url.rs` | [`normal_url`], the one form in which a URL is signed |
//! | `keys.rs` | who signs: [`Signer`], [`HmacKey`], [`Ed25519Key`] |
//! | `public_keys.rs` | who is believed: [`PublicKey`], [`PublicKeys`], [`VerificationKey`] |
//! | `secret.rs` | [`Secret`]: wiped when dropped, never printed |
//!
//! A request is proven in two steps, so that the gateway can look the key up in between: [`read_signature`] says who claims to have
//! signed what, and [`SignatureClaim::verify`], [`SignatureClaim::check_digest`] and [`SignatureClaim::check_time`] prove it, in this
//! order.
//!
//! ```
//! use okpay::signing::{HmacKey, ReceivedRequest, VerificationKey, read_signature, sign_request};
//!
//! # fn main() -> Result<(), okpay::OkpayError> {
//! let key = HmacKey::from_text("okp_test_kid_1", "okp_test_sk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")?;
//! let (url, now, nonce) = ("https://api.okpay.test/v1/balances", 1_800_000_000, "b3k2pp5k7z50gnwpyemd01");
//! let signed = sign_request("GET", url, None, None, b"", &key, now, nonce)?;
//!
//! let request = ReceivedRequest { method: "GET".into(), url: url.into(), headers: signed.to_list(), body: Vec::new() };
//! let claim = read_signature(&request)?;
//! assert_eq!(claim.key_id, "okp_test_kid_1"); // look the key up by it
//! claim.verify(&VerificationKey::Hmac(key))?;
//! claim.check_digest(&request.body)?;
//! claim.check_time(now)?;
//! # Ok(())
//! # }
//! ```

mod answer;
mod base;
mod content;
mod digest;
mod fields;
mod keys;
mod own_http;
mod public_keys;
mod request;
mod secret;
mod url;

pub use answer::{AnsweredRequest, VerifiedAnswer, sign_answer, verify_answer};
pub use base::SignatureHeaders;
#[cfg(feature = "secret")]
pub use digest::file_digest;
pub use digest::{content_digest, verify_content_digest};
pub(crate) use fields::is_field_value;
pub use fields::{quote_idempotency_key, read_idempotency_key};
pub use keys::{Algorithm, Ed25519Key, HmacKey, Signer};
pub use own_http::{ProvenRequest, sign_answer_headers, sign_request_headers};
pub use public_keys::{PublicKey, PublicKeys, VerificationKey};
pub use request::{ReceivedRequest, SignatureClaim, read_signature, sign_request};
pub use secret::Secret;
pub use url::normal_url;
