//! Announcements. A fee holiday comes with two versions of the fee schedule: that of the holiday, and the one after it, so that nobody
//! who has accepted the one has to go back to an older one.

use super::fees::Schedules;
use super::resources::Nothing;
use crate::refusal::{Outcome, Refusal, refuse_at};
use crate::store::meta;
use crate::validate;
use crate::work::Work;
use okpay::api::{Announcement, AnnouncementType, EventData, EventType};
use okpay::fees::FeeSchedule;
use okpay::{ErrorCode, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

/// What OKPay wants to tell.
#[derive(Debug, Deserialize)]
pub(crate) struct NewAnnouncement {
    #[serde(rename = "type")]
    pub(crate) announcement_type: AnnouncementType,
    pub(crate) title: String,
    pub(crate) text: String,
    /// In how many seconds it starts; at once by default.
    pub(crate) starts_in: Option<u32>,
    /// For how many seconds it holds; a fee holiday needs an end.
    pub(crate) lasts: Option<u32>,
}

/// Ten years.
const MOST_SECS: u32 = 10 * 366 * 24 * 3600;

/// Publishes an announcement; gives the schedules that it brings, to be used once all this is true.
pub(crate) async fn publish(work: &mut Work<'_>, new: NewAnnouncement) -> Outcome<(Announcement, Vec<FeeSchedule>)> {
    let known = !matches!(new.announcement_type, AnnouncementType::Unknown { .. });
    validate::known("type", known, &AnnouncementType::KNOWN.iter().map(AnnouncementType::as_str).collect::<Vec<_>>())?;
    validate::text("title", Some(&new.title), 200)?;
    validate::text("text", Some(&new.text), 2000)?;
    let starts = work.now.plus_secs(validate::within("starts_in", new.starts_in, 0..=MOST_SECS, 0)?);
    let ends = match new.lasts {
        Some(_) => Some(starts.plus_secs(validate::within("lasts", new.lasts, 1..=MOST_SECS, 1)?)),
        None => None,
    };
    let schedules = match (&new.announcement_type, ends) {
        (AnnouncementType::FeeHoliday, Some(ends)) => holiday(work, starts, ends).await?,
        (AnnouncementType::FeeHoliday, None) => {
            return Err(refuse_at(ErrorCode::MissingField, "lasts", "a fee holiday needs an end: say in lasts how many seconds it holds"));
        }
        _ => Vec::new(),
    };
    let body = Announcement {
        id: work.id("ann_"),
        announcement_type: new.announcement_type,
        title: new.title,
        text: new.text,
        starts: Some(starts),
        ends,
        fee_schedule: schedules.first().map(|schedule| schedule.version().to_owned()),
        created: work.now,
        version: 1,
        livemode: false,
    };
    let body = work.insert(body, Nothing {}).await?.body;
    work.emit(EventType::AnnouncementPublished, EventData::from(body.clone())).await?;
    Ok((body, schedules))
}

/// The schedule of a holiday, and the one after it.
async fn holiday(work: &mut Work<'_>, starts: Timestamp, ends: Timestamp) -> Outcome<Vec<FeeSchedule>> {
    // Else what follows this holiday would hold in the midst of another.
    if let Some(newest) = work.gateway.schedules.newest_from().filter(|newest| starts < *newest) {
        let detail = format!("a fee schedule is announced for {newest} already: a holiday starts then or later");
        return Err(refuse_at(ErrorCode::InvalidField, "starts_in", detail));
    }
    let base: Value = serde_json::from_str(work.gateway.schedules.current(starts).text())?;
    let (mut free, mut after) = (base.clone(), base);
    free["valid_until"] = json!(ends);
    let rule = json!({ "id": "fee-holiday", "when": { "operation": "payment" }, "percent": "0" });
    match free["rules"].as_array_mut() {
        Some(rules) => rules.insert(0, rule),
        None => return Err(Refusal::Internal("a fee schedule without rules".to_owned())),
    }
    free["valid_from"] = json!(starts);
    after["valid_from"] = json!(ends);
    let first = keep(work, free, starts, None).await?;
    let second = keep(work, after, ends, Some(first.version())).await?;
    Ok(vec![first, second])
}

/// Keeps a schedule under the next version of its first day.
async fn keep(work: &mut Work<'_>, mut schedule: Value, from: Timestamp, earlier: Option<&str>) -> Outcome<FeeSchedule> {
    let version = work.gateway.schedules.next_version(from, earlier);
    schedule["version"] = json!(version);
    let text = schedule.to_string();
    let loaded = FeeSchedule::from_json(&text).map_err(|error| Refusal::Internal(format!("the schedule of a holiday: {error}")))?;
    meta::set(&mut work.tx, &Schedules::name(&version), text).await?;
    Ok(loaded)
}
