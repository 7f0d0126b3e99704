//! `announcements`.

use super::{Request, page};
use crate::refusal::Outcome;
use crate::store::objects::{self, Filter};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::api::{Announcement, AnnouncementType, ListAnnouncements};

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListAnnouncements = request.query()?;
    let known = !matches!(asked.announcement_type, Some(AnnouncementType::Unknown { .. }));
    validate::known("type", known, &AnnouncementType::KNOWN.iter().map(AnnouncementType::as_str).collect::<Vec<_>>())?;
    let filter = Filter {
        status: asked.announcement_type.map(|kind| kind.to_string()),
        after: asked.after,
        limit: validate::limit(asked.limit)?,
        ..Filter::default()
    };
    let (found, next) = objects::list::<Announcement>(&mut work.tx, &work.account, &filter).await?;
    page(found.into_iter().map(|announcement| announcement.body).collect(), next)
}

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&work.get::<Announcement>(&request.id).await?.body)
}
