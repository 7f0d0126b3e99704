//! The few values that make this gateway itself.

use super::Tx;
use crate::refusal::Outcome;

/// The value of a name, if it was ever set.
pub(crate) async fn get(tx: &mut Tx, name: &str) -> Outcome<Option<String>> {
    Ok(sqlx::query_scalar("SELECT value FROM meta WHERE name = $1").bind(name.to_owned()).fetch_optional(tx.conn()).await?)
}

/// Sets a value.
pub(crate) async fn set(tx: &mut Tx, name: &str, value: String) -> Outcome<()> {
    sqlx::query("INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .bind(name.to_owned())
        .bind(value)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// A number, zero if it was never set.
pub(crate) async fn number(tx: &mut Tx, name: &str) -> Outcome<i64> {
    Ok(get(tx, name).await?.and_then(|text| text.parse().ok()).unwrap_or_default())
}

/// Every fee schedule that was ever in force here.
pub(crate) async fn fee_schedules(tx: &mut Tx) -> Outcome<Vec<String>> {
    Ok(sqlx::query_scalar("SELECT value FROM meta WHERE name LIKE 'fee_schedule:%' ORDER BY name").fetch_all(tx.conn()).await?)
}
