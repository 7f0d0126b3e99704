//! `api_keys`: made, restricted, revoked. The secret is shown once.

use super::{Request, page};
use crate::refusal::{Outcome, refuse_at};
use crate::states::API_KEY;
use crate::store::objects::{self, Filter};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::ErrorCode;
use okpay::api::{ApiKey, ApiKeyKind, ListApiKeys, NewApiKey, find_operation};
use serde::{Deserialize, Serialize};

/// What is kept of a key and sent only once. Signatures are made with it, so that a hash would not do.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ApiKeyInternal {
    pub(crate) secret: Option<String>,
}

impl std::fmt::Debug for ApiKeyInternal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("ApiKeyInternal(redacted)")
    }
}

/// Whether a key still opens anything.
pub(crate) fn is_active(key: &ApiKey) -> bool {
    key.revoked.is_none()
}

pub(super) async fn create(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let new: NewApiKey = request.body()?;
    check(work, &new)?;
    let ids = &work.gateway.ids;
    let kind = new.kind.unwrap_or(ApiKeyKind::Secret);
    let name = hex::encode(&ids.fresh("key id")[..10]);
    let (id, secret) = match kind {
        ApiKeyKind::Publishable => (format!("okp_test_pk_{name}"), None),
        _ => (format!("okp_test_kid_{name}"), Some(ids.secret("okp_test_sk_"))),
    };
    let key = insert(work, id, kind, new.name, new.operations, secret.clone()).await?;
    Reply::made(&key.id, &ApiKey { secret, ..key.clone() })
}

/// Keeps a key.
pub(crate) async fn insert(
    work: &mut Work<'_>,
    id: String,
    kind: ApiKeyKind,
    name: String,
    operations: Vec<String>,
    secret: Option<String>,
) -> Outcome<ApiKey> {
    let (created, revoked) = (work.now, None);
    let body = ApiKey { id, kind, name, secret: None, operations, revoked, created, version: 1, livemode: false };
    Ok(work.insert(body, ApiKeyInternal { secret }).await?.body)
}

fn check(work: &Work<'_>, new: &NewApiKey) -> Outcome<()> {
    validate::text("name", Some(&new.name), 100)?;
    validate::known("kind", !matches!(new.kind, Some(ApiKeyKind::Unknown { .. })), &["secret", "publishable"])?;
    if new.kind == Some(ApiKeyKind::Publishable) && !new.operations.is_empty() {
        return Err(refuse_at(
            ErrorCode::InvalidField,
            "operations",
            "a publishable key does what a browser may do, and is not restricted further",
        ));
    }
    work.caller.as_ref().map_or(Ok(()), |caller| caller.check_gives(&new.operations))?;
    for (index, name) in new.operations.iter().enumerate() {
        if find_operation(name).is_none() {
            let detail = format!("{name:?} is no operation, such as payments.create");
            return Err(refuse_at(ErrorCode::InvalidField, format!("operations[{index}]"), detail));
        }
    }
    Ok(())
}

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListApiKeys = request.query()?;
    let filter = Filter { after: asked.after, limit: validate::limit(asked.limit)?, ..Filter::default() };
    let (keys, next) = objects::list::<ApiKey>(&mut work.tx, &work.account, &filter).await?;
    page(keys.into_iter().map(|key| key.body).collect(), next)
}

pub(super) async fn revoke(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    let mut key = work.get::<ApiKey>(&request.id).await?;
    API_KEY.step(if is_active(&key.body) { "active" } else { "revoked" }, "revoke")?;
    key.body.revoked = Some(work.now);
    key.internal.secret = None;
    work.update(&mut key).await?;
    Reply::of(&key.body)
}
