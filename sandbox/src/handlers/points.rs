//! `points`.

use super::{Request, page};
use crate::domain::points;
use crate::refusal::Outcome;
use crate::validate;
use crate::work::{Reply, Work};
use okpay::api::{ListPointMovements, RedeemPoints};

pub(super) async fn balance(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&points::balance(work).await?)
}

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListPointMovements = request.query()?;
    let limit = validate::limit(asked.limit)?;
    let mut data = points::list(work, &asked, limit).await?;
    let more = data.len() > usize::try_from(limit).unwrap_or_default();
    if more {
        data.pop();
    }
    let next = data.last().filter(|_| more).map(|last| last.id.clone());
    page(data, next)
}

pub(super) async fn redeem(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: RedeemPoints = request.body()?;
    let movement = points::redeem(work, asked).await?;
    Reply::made(&movement.id, &movement)
}
