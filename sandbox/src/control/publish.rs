//! What people at OKPay publish: announcements.

use super::Told;
use crate::domain::announcements;
use crate::gateway::{Gateway, Shared};
use crate::refusal::Outcome;
use crate::validate;
use crate::work::Work;
use axum::extract::State;
use bytes::Bytes;
use okpay::api::Announcement;

pub(super) async fn announce(State(gateway): State<Shared>, body: Bytes) -> Told<Announcement> {
    Told(publish(&gateway, &body).await)
}

async fn publish(gateway: &Gateway, body: &[u8]) -> Outcome<Announcement> {
    let new = validate::body(body, Some("application/json"))?;
    let mut work = Work::own(gateway).await?;
    let (announcement, schedules) = announcements::publish(&mut work, new).await?;
    work.commit().await?;
    schedules.into_iter().for_each(|schedule| gateway.schedules.add(schedule));
    Ok(announcement)
}
