//! What every operation shares: who may call and by what proof, the headers of requests and answers, refusals.

use crate::api::{API_VERSION, Operation, Scope};
use serde_json::{Map, Value, json};

pub(super) const DESCRIPTION: &str = "\
Requests are signed by HTTP Message Signatures (RFC 9421) over a Content-Digest (RFC 9530), and so are answers. \
Every POST carries an `Idempotency-Key`: the same key is executed once at most, and a repeat gets the first answer again. \
Amounts are decimal texts with at most the currency's places, never numbers. \
Lists are walked by `after`, which is the `next` of the page before. \
A refusal is a problem (RFC 9457) with a stable `code`. \
Enumerations are open: a later version may have values that are not listed here.";

pub(super) fn security_schemes() -> Value {
    json!({
        "secret": {
            "type": "apiKey", "in": "header", "name": "Signature",
            "description": "A server's secret key: an HTTP Message Signature with `alg=\"hmac-sha256\"` and the key's id as `keyid`. \
                The secret itself is never sent.",
        },
        "device": {
            "type": "apiKey", "in": "header", "name": "Signature",
            "description": "A key made on a till or in an app: an HTTP Message Signature with `alg=\"ed25519\"`.",
        },
        "publishable": {
            "type": "http", "scheme": "bearer",
            "description": "A browser's publishable key (`okp_test_pk_…`), with `OKPay-Client-Secret` and `OKPay-Nonce`. Not signed.",
        },
    })
}

/// The parameters of requests that are headers, and the id in a path.
pub(super) fn parameters() -> Value {
    json!({
        "Id": parameter("path", "id", true, "The id of the object.", None),
        "OKPay-Version": parameter("header", "OKPay-Version", false, "The version of the API that the caller speaks.", Some(API_VERSION)),
        "Idempotency-Key": parameter(
            "header", "Idempotency-Key", true,
            "One key per logical call, the same on every try: a structured-field string, in quotes.",
            Some("\"8e03978e-40d5-43e8-bc93-6894a57f9324\""),
        ),
        "Content-Digest": parameter(
            "header", "Content-Digest", true, "The SHA-256 of the body's bytes (RFC 9530). The signature covers it.",
            Some("sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"),
        ),
        "Signature-Input": parameter(
            "header", "Signature-Input", true,
            "What the signature covers, in this order: `\"@method\" \"@target-uri\"`, with a body also `\"content-type\" \
             \"content-digest\"`, on a POST also `\"idempotency-key\"`; then `created`, `expires` (300 seconds later), `nonce`, `alg`, \
             `keyid` and `tag=\"okpay\"`.",
            None,
        ),
        "Signature": parameter("header", "Signature", true, "The signature, labelled `sig1` (RFC 9421).", None),
        "OKPay-Client-Secret": parameter(
            "header", "OKPay-Client-Secret", false, "With a publishable key: the client secret of the checkout session.", None,
        ),
        "OKPay-Nonce": parameter(
            "header", "OKPay-Nonce", false, "With a publishable key: fresh for every try; the signed answer repeats it, with the key.", None,
        ),
        "webhook-id": parameter("header", "webhook-id", true, "The event's id, the same on every delivery.", None),
        "webhook-timestamp": parameter("header", "webhook-timestamp", true, "When this delivery was signed, in seconds since 1970.", None),
        "webhook-signature": parameter(
            "header", "webhook-signature", true,
            "Standard Webhooks 1.0 over `id.timestamp.body`: `v1,` and HMAC-SHA256 in base64; several, with a space between, while a secret \
             is rotated.",
            None,
        ),
    })
}

fn parameter(place: &str, name: &str, required: bool, description: &str, example: Option<&str>) -> Value {
    let mut parameter = json!({
        "name": name, "in": place, "required": required, "description": description, "schema": { "type": "string" },
    });
    if let Some(example) = example {
        parameter["example"] = example.into();
    }
    parameter
}

/// The id and the headers that an operation takes.
pub(super) fn request_parameters(operation: &Operation) -> Vec<Value> {
    let signed = operation.scope != Scope::Publishable;
    let has_body = operation.is_write() && operation.params.is_some();
    let names = [
        ("Id", operation.takes_id),
        ("OKPay-Version", true),
        ("Idempotency-Key", operation.is_write()),
        ("Content-Digest", signed && has_body),
        ("Signature-Input", signed),
        ("Signature", signed),
        ("OKPay-Client-Secret", !signed),
        ("OKPay-Nonce", !signed),
    ];
    names.into_iter().filter(|(_, taken)| *taken).map(|(name, _)| component("parameters", name)).collect()
}

pub(super) fn webhook_parameters() -> Vec<Value> {
    ["webhook-id", "webhook-timestamp", "webhook-signature"].map(|name| component("parameters", name)).to_vec()
}

/// The headers of answers.
pub(super) fn headers() -> Value {
    json!({
        "OKPay-Request-Id": header("The gateway's id of the request, for support."),
        "Content-Digest": header("The SHA-256 of the body's bytes (RFC 9530)."),
        "Signature-Input": header(
            "Covers `\"@status\"`, with a body also `\"content-type\" \"content-digest\"`, and once the request has been authenticated also \
             `\"okpay-key-id\"`: then its `nonce` is the request's.",
        ),
        "OKPay-Key-Id": header(
            "The id of the key that the request was proven with, once it has been authenticated. The signature covers it, and a caller \
             takes no answer that names another key than its own.",
        ),
        "Signature": header("The gateway's Ed25519 signature, labelled `sig1` (RFC 9421)."),
        "Idempotency-Replayed": header("`true` where this is the first answer to the key, given again."),
        "Retry-After": header("Seconds, or a date, before which a repeat is in vain (RFC 9110)."),
        "OKPay-Should-Retry": header("`true` or `false`: whether a repeat may end otherwise."),
    })
}

fn header(description: &str) -> Value {
    json!({ "description": description, "schema": { "type": "string" } })
}

pub(super) fn answer_headers(operation: &Operation) -> Value {
    let signed = ["OKPay-Request-Id", "Content-Digest", "OKPay-Key-Id", "Signature-Input", "Signature"];
    let replayed = operation.is_write().then_some("Idempotency-Replayed");
    header_references(signed.into_iter().chain(replayed))
}

fn header_references(names: impl Iterator<Item = &'static str>) -> Value {
    Value::Object(names.map(|name| (name.to_owned(), component("headers", name))).collect::<Map<_, _>>())
}

/// The refusal of any operation.
pub(super) fn responses() -> Value {
    let names = ["OKPay-Request-Id", "Content-Digest", "OKPay-Key-Id", "Signature-Input", "Signature", "Retry-After", "OKPay-Should-Retry"];
    json!({
        "Problem": {
            "description": "A refusal: nothing was executed, or what was executed is this refusal (a decline).",
            "headers": header_references(names.into_iter()),
            "content": { "application/problem+json": { "schema": super::schemas::reference("Problem") } },
        },
    })
}

/// What the answers of a merchant's server to a webhook mean.
pub(super) fn webhook_responses() -> Value {
    json!({
        "2XX": { "description": "Taken: it is not delivered again." },
        "410": { "description": "The endpoint is gone: it is switched off." },
        "default": { "description": "Not taken: it is delivered again later, under the same id." },
    })
}

fn component(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}
