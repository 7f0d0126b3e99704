//! The gate: who asks, proven in one fixed order.
//!
//! size → signature (shape, key, proof) → digest → time → nonce → idempotency key → lookup → validation. This file goes as far as the
//! idempotency key; `server.rs` has the size before it and the rest behind it.

use crate::clock::real_now;
use crate::domain::checkout;
use crate::gateway::Gateway;
use crate::keys::Key;
use crate::refusal::{Outcome, refuse, refuse_at};
use bytes::Bytes;
use okpay::ErrorCode;
use okpay::api::{API_VERSION, Operation, Scope};
use okpay::signing::{AnsweredRequest, ReceivedRequest, SignatureClaim, read_idempotency_key, read_signature};

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Incoming {
    pub(crate) method: String,
    /// Path and query, as they came.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    /// The gateway's own id of it.
    pub(crate) request_id: String,
}

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) scope: Scope,
    pub(crate) account: String,
    /// The id of the key.
    pub(crate) key_id: String,
    /// The operations that the key may do; all where there are none.
    pub(crate) operations: Vec<String>,
    /// The checkout session whose client secret a browser showed.
    pub(crate) session: Option<String>,
    pub(crate) idempotency_key: Option<String>,
    /// The gateway's own id of the request.
    pub(crate) request_id: String,
}

/// How long the nonce of an unsigned request is remembered, in seconds: as long as that of a signed one.
const BEARER_NONCE_KEPT: i64 = 360;

/// What a device may always do: learn what it may do, and clear its own calls up.
const OF_EVERY_DEVICE: [&str; 2] = ["devices.current", "idempotency.resolve"];

impl Caller {
    pub(crate) fn is_publishable(&self) -> bool {
        self.scope == Scope::Publishable
    }

    /// Refuses an operation that the key's kind or restriction does not allow.
    pub(crate) fn check_allowed(&self, operation: &Operation) -> Outcome<()> {
        // Whoever sends a card under another key has to hear more than that its kind is wrong: its handler says so.
        if !operation.callers().contains(&self.scope) && !operation.takes_card() {
            let kinds = operation.callers().iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" or ");
            return Err(refuse(ErrorCode::ScopeNotAllowed, format!("{} needs a {kinds} key", operation.name)));
        }
        if self.scope == Scope::Device && OF_EVERY_DEVICE.contains(&operation.name) {
            return Ok(());
        }
        if !self.operations.is_empty() && !self.operations.iter().any(|name| name == operation.name) {
            return Err(refuse(ErrorCode::KeyRestricted, format!("this key may not do {}", operation.name)));
        }
        Ok(())
    }

    /// Refuses to give a key, new or changed, more than the caller's own may do. No operations means all.
    pub(crate) fn check_gives(&self, operations: &[String]) -> Outcome<()> {
        let own = &self.operations;
        if !own.is_empty() && (operations.is_empty() || operations.iter().any(|name| !own.contains(name))) {
            let detail = "a restricted key gives no more than it may do itself: name operations of its own";
            return Err(refuse(ErrorCode::KeyRestricted, detail));
        }
        Ok(())
    }
}

impl Incoming {
    /// The one value of a header, if it is there.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    fn has(&self, name: &str) -> bool {
        self.header(name).is_some()
    }
}

/// Proves who asks. `answered` is set as soon as the request is authenticated, whatever follows: only then may an answer name it.
pub(crate) async fn authenticate(gateway: &Gateway, incoming: &Incoming, answered: &mut Option<AnsweredRequest>) -> Outcome<Caller> {
    let signed = incoming.has("signature-input") || incoming.has("signature");
    match incoming.header("authorization") {
        Some(authorization) if !signed => bearer(gateway, incoming, authorization, answered).await,
        _ => signature(gateway, incoming, answered).await,
    }
}

async fn signature(gateway: &Gateway, incoming: &Incoming, answered: &mut Option<AnsweredRequest>) -> Outcome<Caller> {
    let received = ReceivedRequest {
        method: incoming.method.clone(),
        url: format!("{}{}", gateway.public_url, incoming.target),
        headers: incoming.headers.clone(),
        body: incoming.body.to_vec(),
    };
    let claim = read_signature(&received)?;
    let key = find_key(gateway, &claim.key_id).await?;
    claim.verify(&key.verification()?)?;
    claim.check_digest(&incoming.body)?;
    *answered = Some(AnsweredRequest { nonce: claim.nonce.clone(), key_id: claim.key_id.clone() });
    claim.check_time(real_now().secs())?;
    use_nonce(gateway, &claim.nonce, claim.nonce_kept_until()).await?;
    let idempotency_key = signed_idempotency_key(incoming, &claim)?;
    Ok(key.caller(None, idempotency_key, &incoming.request_id))
}

async fn bearer(gateway: &Gateway, incoming: &Incoming, authorization: &str, answered: &mut Option<AnsweredRequest>) -> Outcome<Caller> {
    let key_id = authorization.strip_prefix("Bearer ").filter(|key| key.starts_with("okp_test_pk_") || key.starts_with("okp_live_pk_"));
    let detail = "a bearer key is a publishable one, okp_test_pk_…; a secret key signs and never travels";
    let key_id = key_id.ok_or_else(|| refuse(ErrorCode::Unauthenticated, detail))?;
    let key = find_key(gateway, key_id).await?;
    let given = incoming.header("okpay-nonce").filter(|nonce| is_nonce(nonce));
    let detail = "OKPay-Nonce is needed: 128 random bits in base64url, 22 characters, fresh for every request";
    let given = given.ok_or_else(|| refuse_at(ErrorCode::Unauthenticated, "OKPay-Nonce", detail))?;
    *answered = Some(AnsweredRequest { nonce: given.to_owned(), key_id: key_id.to_owned() });
    use_nonce(gateway, given, real_now().secs() + BEARER_NONCE_KEPT).await?;
    let session = match incoming.header("okpay-client-secret") {
        Some(secret) => Some(checkout::session_of(gateway, key.account(), secret).await?),
        None => None,
    };
    let idempotency_key = incoming.header("idempotency-key").map(read_idempotency_key).transpose()?;
    Ok(key.caller(session, idempotency_key, &incoming.request_id))
}

/// The key that is said to be used.
async fn find_key(gateway: &Gateway, key_id: &str) -> Outcome<Key> {
    let mut tx = gateway.store.read().await?;
    Key::find(&mut tx, &gateway.keys.account, key_id).await
}

/// Uses a nonce up, atomically and for every key: of two requests with the same one, one passes.
async fn use_nonce(gateway: &Gateway, nonce: &str, kept_until: i64) -> Outcome<()> {
    let mut tx = gateway.store.write().await?;
    let done = sqlx::query("INSERT INTO nonces (nonce, kept_until) VALUES ($1, $2) ON CONFLICT (nonce) DO NOTHING")
        .bind(nonce.to_owned())
        .bind(kept_until)
        .execute(tx.conn())
        .await?;
    tx.commit().await?;
    match done.rows_affected() {
        1 => Ok(()),
        _ => Err(refuse(ErrorCode::NonceReplayed, "this nonce was used before; every attempt needs a fresh one")),
    }
}

/// Forgets the nonces that no request could use any more.
pub(crate) async fn forget_nonces(gateway: &Gateway) -> Outcome<()> {
    let mut tx = gateway.store.write().await?;
    sqlx::query("DELETE FROM nonces WHERE kept_until < $1").bind(real_now().secs()).execute(tx.conn()).await?;
    tx.commit().await
}

/// A header that is there but not covered is refused, whatever the method.
fn signed_idempotency_key(incoming: &Incoming, claim: &SignatureClaim) -> Outcome<Option<String>> {
    if incoming.method == "GET" && !incoming.has("idempotency-key") {
        return Ok(None);
    }
    Ok(claim.idempotency_key()?)
}

/// Refuses a write without a key.
pub(crate) fn check_idempotency_key(incoming: &Incoming, caller: &Caller) -> Outcome<()> {
    if incoming.method == "GET" || caller.idempotency_key.is_some() {
        return Ok(());
    }
    let detail = "every POST needs Idempotency-Key, a quoted string that is the same on every try of one call";
    Err(refuse(ErrorCode::IdempotencyKeyMissing, detail))
}

/// Refuses another version of the API than this one.
pub(crate) fn check_version(incoming: &Incoming) -> Outcome<()> {
    match incoming.header("okpay-version") {
        Some(version) if version != API_VERSION => {
            let detail = format!("OKPay-Version {version:?} is not spoken here; this gateway speaks {API_VERSION}");
            Err(refuse_at(ErrorCode::VersionUnsupported, "OKPay-Version", detail))
        }
        _ => Ok(()),
    }
}

fn is_nonce(text: &str) -> bool {
    (22..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}
