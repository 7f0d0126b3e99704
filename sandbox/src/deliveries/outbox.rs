//! The outbox: one row per event and endpoint.

use crate::faults::{Fault, FaultKind};
use crate::gateway::Gateway;
use crate::refusal::Outcome;
use crate::store::Tx;
use crate::work::Work;
use okpay::Timestamp;
use okpay::api::{Delivery, DeliveryStatus, Event};
use sqlx::Row;
use sqlx::any::AnyRow;

/// How long a delivery is held back if no other comes, in milliseconds of business time.
const HELD_MS: i64 = 60_000;

/// Puts an event's delivery into the outbox, with the faults that were asked for.
pub(crate) async fn put_out(work: &mut Work<'_>, event: &Event, endpoint: &str) -> Outcome<()> {
    let fault = work.gateway.faults.strike_webhook(event.event_type.as_str());
    match fault.map(|Fault { kind, delay_ms, .. }| (kind, i64::from(delay_ms))) {
        Some((FaultKind::WebhookReorder, _)) => return insert(work, &event.id, endpoint, HELD_MS, true).await,
        Some((FaultKind::WebhookDelay, delay_ms)) => insert(work, &event.id, endpoint, delay_ms, false).await?,
        Some((FaultKind::WebhookDuplicate, _)) => {
            enqueue(work, &event.id, endpoint).await?;
            enqueue(work, &event.id, endpoint).await?;
        }
        _ => enqueue(work, &event.id, endpoint).await?,
    }
    release(work, endpoint).await
}

/// Puts a delivery into the outbox, due at once.
pub(crate) async fn enqueue(work: &mut Work<'_>, event: &str, endpoint: &str) -> Outcome<()> {
    insert(work, event, endpoint, 0, false).await
}

async fn insert(work: &mut Work<'_>, event: &str, endpoint: &str, delay_ms: i64, held: bool) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO deliveries (id, event, endpoint, status, attempts, next_attempt, held, seq, created) \
         VALUES ($1, $2, $3, 'pending', 0, $4, $5, $6, $7)",
    )
    .bind(work.id("dlv_"))
    .bind(event.to_owned())
    .bind(endpoint.to_owned())
    .bind(work.now.plus_millis(delay_ms).millis())
    .bind(i64::from(held))
    .bind(work.gateway.store.next_seq())
    .bind(work.now.millis())
    .execute(work.tx.conn())
    .await?;
    Ok(())
}

/// What was held back goes out behind the delivery that has just been put in.
async fn release(work: &mut Work<'_>, endpoint: &str) -> Outcome<()> {
    let held: Vec<String> = sqlx::query_scalar("SELECT id FROM deliveries WHERE endpoint = $1 AND held = 1 ORDER BY seq")
        .bind(endpoint.to_owned())
        .fetch_all(work.tx.conn())
        .await?;
    for id in held {
        sqlx::query("UPDATE deliveries SET held = 0, next_attempt = $1, seq = $2 WHERE id = $3")
            .bind(work.now.millis())
            .bind(work.gateway.store.next_seq())
            .bind(id)
            .execute(work.tx.conn())
            .await?;
    }
    Ok(())
}

/// The deliveries of an event, newest first.
pub(crate) async fn of_event(tx: &mut Tx, event: &str) -> Outcome<Vec<Delivery>> {
    let rows =
        sqlx::query("SELECT * FROM deliveries WHERE event = $1 ORDER BY seq DESC").bind(event.to_owned()).fetch_all(tx.conn()).await?;
    rows.iter().map(read).collect()
}

/// Gives up what waits for an endpoint.
pub(crate) async fn give_up(tx: &mut Tx, endpoint: &str) -> Outcome<()> {
    sqlx::query(
        "UPDATE deliveries SET status = 'failed', next_attempt = NULL, held = 0, last_error = 'the endpoint was switched off' \
         WHERE endpoint = $1 AND status = 'pending'",
    )
    .bind(endpoint.to_owned())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The endpoints for which something is due.
pub(super) async fn endpoints_due(gateway: &Gateway) -> Outcome<Vec<String>> {
    let mut tx = gateway.store.read().await?;
    let query = "SELECT DISTINCT endpoint FROM deliveries WHERE status = 'pending' AND next_attempt <= $1 ORDER BY endpoint";
    Ok(sqlx::query_scalar(query).bind(gateway.clock.now().millis()).fetch_all(tx.conn()).await?)
}

/// What is due for an endpoint, in order.
pub(super) async fn due(gateway: &Gateway, endpoint: &str) -> Outcome<Vec<Delivery>> {
    let mut tx = gateway.store.read().await?;
    let query = "SELECT * FROM deliveries WHERE endpoint = $1 AND status = 'pending' AND next_attempt <= $2 ORDER BY seq LIMIT 50";
    let rows = sqlx::query(query).bind(endpoint.to_owned()).bind(gateway.clock.now().millis()).fetch_all(tx.conn()).await?;
    rows.iter().map(read).collect()
}

/// Writes how a try ended, unless the delivery was given up meanwhile.
pub(super) async fn write(tx: &mut Tx, delivery: &Delivery) -> Outcome<()> {
    sqlx::query(
        "UPDATE deliveries SET status = $1, attempts = $2, response_status = $3, last_error = $4, next_attempt = $5 \
         WHERE id = $6 AND status = 'pending'",
    )
    .bind(delivery.status.to_string())
    .bind(i64::from(delivery.attempts))
    .bind(delivery.response_status.map(i64::from))
    .bind(delivery.last_error.clone())
    .bind(delivery.next_attempt.map(Timestamp::millis))
    .bind(delivery.id.clone())
    .execute(tx.conn())
    .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Outcome<Delivery> {
    let status: String = row.try_get("status")?;
    let attempts: i64 = row.try_get("attempts")?;
    Ok(Delivery {
        id: row.try_get("id")?,
        event: row.try_get("event")?,
        endpoint: row.try_get("endpoint")?,
        status: DeliveryStatus::from(status.as_str()),
        attempts: u32::try_from(attempts).unwrap_or_default(),
        response_status: row.try_get::<Option<i64>, _>("response_status")?.and_then(|status| u16::try_from(status).ok()),
        last_error: row.try_get("last_error")?,
        next_attempt: row.try_get::<Option<i64>, _>("next_attempt")?.map(Timestamp::from_millis),
        created: Timestamp::from_millis(row.try_get("created")?),
    })
}
