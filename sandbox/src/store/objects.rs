//! Resources in the table `objects`: insert, compare-and-set update, get, list. One place for all of them.

use super::{Store, Tx};
use crate::refusal::{Outcome, Refusal, not_found};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::any::AnyRow;

/// A model of the wire that is kept as an object.
pub(crate) trait Resource: Serialize + DeserializeOwned + Send + Sync {
    /// The kind in the table, and the word for people.
    const KIND: &'static str;
    /// What is kept beside the model and never sent.
    type Internal: Serialize + DeserializeOwned + Default + Send + Sync;

    /// What the table is searched by.
    fn facts(&self) -> Facts;
    /// The version that the model carries, to be raised; models that never change have none.
    fn version_mut(&mut self) -> Option<&mut u64>;
}

/// What the table is searched by.
pub(crate) struct Facts {
    pub(crate) id: String,
    pub(crate) status: String,
    pub(crate) reference: Option<String>,
    pub(crate) parent: Option<String>,
}

/// A resource as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Stored<T: Resource> {
    /// What goes over the wire.
    pub(crate) body: T,
    /// What does not.
    pub(crate) internal: T::Internal,
    /// Whose it is.
    pub(crate) account: String,
    seq: i64,
    version: i64,
}

/// Which resources to list, newest first.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    pub(crate) status: Option<String>,
    pub(crate) reference: Option<String>,
    pub(crate) parent: Option<String>,
    pub(crate) after: Option<String>,
    pub(crate) limit: i64,
}

/// A page, and the `after` of the next one.
pub(crate) type PageOf<T> = (Vec<Stored<T>>, Option<String>);

/// Adds a resource.
pub(crate) async fn insert<T: Resource>(
    tx: &mut Tx,
    store: &Store,
    account: &str,
    mut body: T,
    internal: T::Internal,
) -> Outcome<Stored<T>> {
    if let Some(version) = body.version_mut() {
        *version = 1;
    }
    let (facts, seq) = (body.facts(), store.next_seq());
    sqlx::query(
        "INSERT INTO objects (id, kind, account, status, reference, parent, seq, version, body, internal) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9)",
    )
    .bind(facts.id)
    .bind(T::KIND)
    .bind(account.to_owned())
    .bind(facts.status)
    .bind(facts.reference)
    .bind(facts.parent)
    .bind(seq)
    .bind(serde_json::to_string(&body)?)
    .bind(serde_json::to_string(&internal)?)
    .execute(tx.conn())
    .await?;
    Ok(Stored { body, internal, account: account.to_owned(), seq, version: 1 })
}

/// Writes a changed resource, its version one higher, if it is still as it was read.
pub(crate) async fn update<T: Resource>(tx: &mut Tx, stored: &mut Stored<T>) -> Outcome<()> {
    let next = stored.version + 1;
    if let Some(version) = stored.body.version_mut() {
        *version = u64::try_from(next).unwrap_or_default();
    }
    let facts = stored.body.facts();
    let done = sqlx::query(
        "UPDATE objects SET status = $1, reference = $2, parent = $3, version = $4, body = $5, internal = $6 WHERE id = $7 AND version = $8",
    )
    .bind(facts.status)
    .bind(facts.reference)
    .bind(facts.parent)
    .bind(next)
    .bind(serde_json::to_string(&stored.body)?)
    .bind(serde_json::to_string(&stored.internal)?)
    .bind(facts.id.clone())
    .bind(stored.version)
    .execute(tx.conn())
    .await?;
    if done.rows_affected() != 1 {
        return Err(Refusal::Internal(format!("{} was changed by somebody else meanwhile", facts.id)));
    }
    stored.version = next;
    Ok(())
}

/// Writes only what is not sent, so that the version stays.
pub(crate) async fn update_internal<T: Resource>(tx: &mut Tx, stored: &Stored<T>) -> Outcome<()> {
    sqlx::query("UPDATE objects SET internal = $1 WHERE id = $2")
        .bind(serde_json::to_string(&stored.internal)?)
        .bind(stored.body.facts().id)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The account's resource of this id, if there is one.
pub(crate) async fn find<T: Resource>(tx: &mut Tx, account: &str, id: &str) -> Outcome<Option<Stored<T>>> {
    let row = sqlx::query("SELECT account, seq, version, body, internal FROM objects WHERE id = $1 AND kind = $2 AND account = $3")
        .bind(id.to_owned())
        .bind(T::KIND)
        .bind(account.to_owned())
        .fetch_optional(tx.conn())
        .await?;
    row.map(|row| read(&row)).transpose()
}

/// The account's resource of this id; `not_found` if there is none.
pub(crate) async fn get<T: Resource>(tx: &mut Tx, account: &str, id: &str) -> Outcome<Stored<T>> {
    find(tx, account, id).await?.ok_or_else(|| not_found(T::KIND, id))
}

/// One page, newest first.
pub(crate) async fn list<T: Resource>(tx: &mut Tx, account: &str, filter: &Filter) -> Outcome<PageOf<T>> {
    let before = match &filter.after {
        Some(after) => get::<T>(tx, account, after).await.map_err(|refusal| refusal.at("after"))?.seq,
        None => i64::MAX,
    };
    let rows = sqlx::query(
        "SELECT account, seq, version, body, internal FROM objects WHERE account = $1 AND kind = $2 AND seq < $3 \
         AND ($4 = '' OR status = $4) AND ($5 = '' OR reference = $5) AND ($6 = '' OR parent = $6) ORDER BY seq DESC LIMIT $7",
    )
    .bind(account.to_owned())
    .bind(T::KIND)
    .bind(before)
    .bind(filter.status.clone().unwrap_or_default())
    .bind(filter.reference.clone().unwrap_or_default())
    .bind(filter.parent.clone().unwrap_or_default())
    .bind(filter.limit + 1)
    .fetch_all(tx.conn())
    .await?;
    let mut page = rows.iter().map(read).collect::<Outcome<Vec<Stored<T>>>>()?;
    let more = page.len() > usize::try_from(filter.limit).unwrap_or_default();
    if more {
        page.pop();
    }
    let next = page.last().filter(|_| more).map(|last| last.body.facts().id);
    Ok((page, next))
}

fn read<T: Resource>(row: &AnyRow) -> Outcome<Stored<T>> {
    let body: String = row.try_get("body")?;
    let internal: String = row.try_get("internal")?;
    Ok(Stored {
        body: serde_json::from_str(&body)?,
        internal: serde_json::from_str(&internal)?,
        account: row.try_get("account")?,
        seq: row.try_get("seq")?,
        version: row.try_get("version")?,
    })
}
