//! Announcements: what OKPay tells its merchants, fee holidays among it.

use crate::timestamp::Timestamp;
use okpay_macros::model;

/// What an announcement is about.
#[model(open)]
pub enum AnnouncementType {
    /// News.
    News,
    /// Work on the gateway.
    Maintenance,
    /// No fees on payments for a while: `fee_schedule` is in force from `starts` on.
    FeeHoliday,
}

/// An announcement.
#[model]
pub struct Announcement {
    /// `ann_…`
    pub id: String,
    /// What it is about.
    #[serde(rename = "type")]
    pub announcement_type: AnnouncementType,
    /// The headline.
    pub title: String,
    /// The text.
    pub text: String,
    /// From when on it holds.
    pub starts: Option<Timestamp>,
    /// Until when it holds.
    pub ends: Option<Timestamp>,
    /// The version of the fee schedule that is in force from `starts` to `ends`; it can be retrieved before.
    pub fee_schedule: Option<String>,
    /// When it was published.
    pub created: Timestamp,
    /// Rises by one per change.
    pub version: u64,
    /// Whether it is about real money.
    pub livemode: bool,
}

/// One page of announcements, newest first.
#[model(page)]
pub struct AnnouncementPage {
    /// The announcements.
    pub data: Vec<Announcement>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which announcements to list.
#[model(params)]
pub struct ListAnnouncements {
    /// 1 to 100; 20 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only this type.
    #[serde(rename = "type")]
    pub announcement_type: Option<AnnouncementType>,
}
