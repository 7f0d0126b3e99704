//! Channels: where support is reached, when, and whether somebody is there now.

use crate::timestamp::Timestamp;
use okpay_macros::model;

/// What kind of channel it is.
#[model(open)]
pub enum ChannelKind {
    /// A conversation in the app or by `tickets.create`.
    Chat,
    /// Mail.
    Mail,
    /// Telephone.
    Phone,
    /// An official account on a social platform.
    Social,
}

/// Whether agents are there.
#[model(open)]
pub enum AgentPresence {
    /// They answer now.
    Online,
    /// They are on duty, but not at their desks for a while.
    Away,
    /// Nobody is on duty.
    Offline,
}

/// When a channel is open. Hours are in UTC.
#[model]
pub struct ChannelHours {
    /// The days of the week: 1 is Monday, 7 is Sunday.
    pub days: Vec<u32>,
    /// From when, `HH:MM`.
    pub opens: String,
    /// Until when, `HH:MM`; `24:00` is midnight.
    pub closes: String,
    /// Whether agents are at their desks then.
    pub presence: AgentPresence,
}

/// Where support is reached.
#[model]
pub struct Channel {
    /// Its name, such as `chat`.
    pub id: String,
    /// What kind it is.
    pub kind: ChannelKind,
    /// The platform of a social account, such as `x`.
    pub platform: Option<String>,
    /// The page, the address, the number in E.164 or the handle. Each is on the official list.
    pub address: String,
    /// The languages that are spoken there.
    pub languages: Vec<String>,
    /// The hours of a week.
    pub hours: Vec<ChannelHours>,
    /// Whether agents are there now.
    pub presence: AgentPresence,
    /// When that changes next; nothing if it never does.
    pub presence_changes: Option<Timestamp>,
}

/// The channels, all on one page.
#[model(page)]
pub struct ChannelPage {
    /// The channels.
    pub data: Vec<Channel>,
    /// Nothing: all of them fit.
    pub next: Option<String>,
}

/// Which channels to list.
#[model(params)]
pub struct ListChannels {
    /// Only this kind.
    pub kind: Option<ChannelKind>,
    /// Only those where this language is spoken: `en` or `zh-CN`.
    pub language: Option<String>,
}
