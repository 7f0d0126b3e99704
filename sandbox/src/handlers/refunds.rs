//! `refunds`.

use super::{Request, page};
use crate::domain::refunds;
use crate::refusal::Outcome;
use crate::store::objects::{self, Filter};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::api::{ListRefunds, NewRefund, Refund};

pub(super) async fn create(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let new: NewRefund = request.body()?;
    if let Some(amount) = new.amount {
        validate::positive("amount", amount)?;
    }
    validate::text("reason", new.reason.as_deref(), 500)?;
    validate::labels(new.reference.as_deref(), &new.metadata)?;
    let refund = refunds::create(work, new).await?;
    Reply::made(&refund.body.id, &refund.body)
}

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&work.get::<Refund>(&request.id).await?.body)
}

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListRefunds = request.query()?;
    let limit = validate::limit(asked.limit)?;
    let filter = Filter { status: None, reference: asked.reference, parent: asked.payment, after: asked.after, limit };
    let (refunds, next) = objects::list::<Refund>(&mut work.tx, &work.account, &filter).await?;
    page(refunds.into_iter().map(|refund| refund.body).collect(), next)
}
