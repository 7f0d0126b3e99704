//! Where support is reached, and whether agents are there: by opening hours on business time. The hours are data: `channels.json`.

use crate::refusal::{Outcome, Refusal, not_found};
use okpay::Timestamp;
use okpay::api::{AgentPresence, Channel, ChannelHours, ChannelKind};
use serde::Deserialize;
use std::sync::LazyLock;

const DAY_MINUTES: i64 = 24 * 60;
const WEEK_MINUTES: i64 = 7 * DAY_MINUTES;

/// The channel that tickets are answered on.
const TICKETS: &str = "chat";

static TABLE: LazyLock<Result<Table, String>> =
    LazyLock::new(|| serde_json::from_str(include_str!("channels.json")).map_err(|error| error.to_string()));

#[derive(Debug, Deserialize)]
struct Table {
    channels: Vec<Row>,
}

#[derive(Debug, Deserialize)]
struct Row {
    id: String,
    kind: ChannelKind,
    platform: Option<String>,
    address: String,
    languages: Vec<String>,
    hours: Vec<ChannelHours>,
}

fn rows() -> Outcome<&'static [Row]> {
    let table = TABLE.as_ref().map_err(|error| Refusal::Internal(format!("channels.json: {error}")))?;
    Ok(&table.channels)
}

/// Every channel, as it is at a moment.
pub(crate) fn all(now: Timestamp) -> Outcome<Vec<Channel>> {
    rows()?.iter().map(|row| row.shown(now)).collect()
}

/// One channel.
pub(crate) fn one(id: &str, now: Timestamp) -> Outcome<Channel> {
    rows()?.iter().find(|row| row.id == id).ok_or_else(|| not_found("channel", id))?.shown(now)
}

/// When an agent who answers tickets is at a desk next: now, if one is.
pub(crate) fn next_at_desk(now: Timestamp) -> Outcome<Timestamp> {
    let spans = spans(&rows()?.iter().find(|row| row.id == TICKETS).ok_or_else(|| not_found("channel", TICKETS))?.hours)?;
    let minute = minute_of_week(now);
    if presence(&spans, minute) == AgentPresence::Online {
        return Ok(now);
    }
    let online = spans.iter().filter(|span| span.presence == AgentPresence::Online);
    let wait = online.map(|span| minutes_until(minute, span.from)).min();
    Ok(at_minute(now, wait.unwrap_or(WEEK_MINUTES)))
}

impl Row {
    fn shown(&self, now: Timestamp) -> Outcome<Channel> {
        let spans = spans(&self.hours)?;
        let minute = minute_of_week(now);
        let current = presence(&spans, minute);
        let borders = spans.iter().flat_map(|span| [span.from, span.until]);
        // One border after another, since two spans may meet in one.
        let changes = borders.map(|border| minutes_until(minute, border)).filter(|wait| presence(&spans, minute + wait) != current).min();
        Ok(Channel {
            id: self.id.clone(),
            kind: self.kind.clone(),
            platform: self.platform.clone(),
            address: self.address.clone(),
            languages: self.languages.clone(),
            hours: self.hours.clone(),
            presence: current,
            presence_changes: changes.map(|wait| at_minute(now, wait)),
        })
    }
}

/// From one minute of the week until another.
struct Span {
    from: i64,
    until: i64,
    presence: AgentPresence,
}

fn spans(hours: &[ChannelHours]) -> Outcome<Vec<Span>> {
    let of_day = |hours: &ChannelHours, day: u32| -> Outcome<Span> {
        let start = i64::from(day.saturating_sub(1)) * DAY_MINUTES;
        let (from, until) = (start + minutes(&hours.opens)?, start + minutes(&hours.closes)?);
        Ok(Span { from, until, presence: hours.presence.clone() })
    };
    hours.iter().flat_map(|hours| hours.days.iter().map(move |day| of_day(hours, *day))).collect()
}

/// `HH:MM` as minutes.
fn minutes(text: &str) -> Outcome<i64> {
    let read = |text: &str| text.parse::<i64>().ok();
    let read = text.split_once(':').and_then(|(hours, minutes)| Some(read(hours)? * 60 + read(minutes)?));
    read.ok_or_else(|| Refusal::Internal(format!("channels.json: {text:?} is no time of day")))
}

fn presence(spans: &[Span], minute: i64) -> AgentPresence {
    let minute = minute.rem_euclid(WEEK_MINUTES);
    let now = spans.iter().find(|span| (span.from..span.until).contains(&minute));
    now.map_or(AgentPresence::Offline, |span| span.presence.clone())
}

/// From Monday at midnight on.
fn minute_of_week(now: Timestamp) -> i64 {
    let utc = now.to_utc();
    i64::from(utc.weekday().number_days_from_monday()) * DAY_MINUTES + i64::from(utc.hour()) * 60 + i64::from(utc.minute())
}

/// At least a minute, so that what begins now counts for the week after.
fn minutes_until(from: i64, to: i64) -> i64 {
    (to - from - 1).rem_euclid(WEEK_MINUTES) + 1
}

/// The beginning of the minute that comes after so many.
fn at_minute(now: Timestamp, wait: i64) -> Timestamp {
    Timestamp::from_secs(now.secs() - now.secs().rem_euclid(60) + wait * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn chat(text: &str) -> (String, String) {
        let channel = one(TICKETS, at(text)).unwrap();
        (channel.presence.to_string(), channel.presence_changes.unwrap().to_string())
    }

    #[test]
    fn agents_come_and_go_by_the_hours() {
        // A Thursday, a Friday, a Sunday.
        for (now, presence, changes) in [
            ("2026-11-26T05:59:59Z", "offline", "2026-11-26T06:00:00Z"),
            ("2026-11-26T06:00:00Z", "online", "2026-11-26T11:30:00Z"),
            ("2026-11-26T11:30:00Z", "away", "2026-11-26T12:15:00Z"),
            ("2026-11-26T12:15:30Z", "online", "2026-11-26T22:00:00Z"),
            ("2026-11-27T22:00:00Z", "offline", "2026-11-28T08:00:00Z"),
            ("2026-11-29T16:00:00Z", "offline", "2026-11-30T06:00:00Z"),
        ] {
            assert_eq!(chat(now), (presence.to_owned(), changes.to_owned()), "{now}");
        }
        let always = one("lost-card", at("2026-11-29T03:00:00Z")).unwrap();
        assert_eq!((always.presence, always.presence_changes), (AgentPresence::Online, None));
        assert!(one("fax", at("2026-11-29T03:00:00Z")).is_err());
    }

    #[test]
    fn the_next_agent_is_found_across_the_week() {
        for (now, next) in [
            ("2026-11-26T10:00:07Z", "2026-11-26T10:00:07Z"),
            ("2026-11-26T11:45:07Z", "2026-11-26T12:15:00Z"),
            ("2026-11-29T16:00:00Z", "2026-11-30T06:00:00Z"),
        ] {
            assert_eq!(next_at_desk(at(now)).unwrap(), at(next));
        }
    }

    #[test]
    fn every_row_can_be_shown() {
        let channels = all(at("2026-11-26T10:00:00Z")).unwrap();
        assert_eq!(channels.len(), rows().unwrap().len());
        for channel in channels {
            assert!(ChannelKind::KNOWN.contains(&channel.kind) && !channel.languages.is_empty(), "{}", channel.id);
            assert_eq!(channel.platform.is_some(), channel.kind == ChannelKind::Social);
            for hours in &channel.hours {
                assert!(
                    hours.days.iter().all(|day| (1..=7).contains(day)) && minutes(&hours.opens).unwrap() < minutes(&hours.closes).unwrap()
                );
                assert!(AgentPresence::KNOWN.contains(&hours.presence) && minutes(&hours.closes).unwrap() <= DAY_MINUTES);
            }
        }
    }
}
