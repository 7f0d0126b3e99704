//! `destinations`.

use super::{Request, page};
use crate::domain::destinations;
use crate::refusal::Outcome;
use crate::store::objects::{self, Filter};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::api::{Destination, DestinationStatus, ListDestinations, NewDestination};

pub(super) async fn create(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let new: NewDestination = request.body()?;
    destinations::check(&new)?;
    let destination = destinations::create(work, new).await?;
    Reply::made(&destination.body.id, &destination.body)
}

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&work.get::<Destination>(&request.id).await?.body)
}

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListDestinations = request.query()?;
    let known = !matches!(asked.status, Some(DestinationStatus::Unknown { .. }));
    validate::known("status", known, &DestinationStatus::KNOWN.iter().map(DestinationStatus::as_str).collect::<Vec<_>>())?;
    let filter = Filter {
        status: asked.status.map(|status| status.to_string()),
        reference: asked.reference,
        after: asked.after,
        limit: validate::limit(asked.limit)?,
        parent: None,
    };
    let (found, next) = objects::list::<Destination>(&mut work.tx, &work.account, &filter).await?;
    page(found.into_iter().map(|destination| destination.body).collect(), next)
}

pub(super) async fn disable(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    let mut destination = work.get::<Destination>(&request.id).await?;
    destinations::disable(work, &mut destination).await?;
    Reply::of(&destination.body)
}
