//! `coupons`.

use super::{Request, page};
use crate::domain::coupons;
use crate::refusal::Outcome;
use crate::validate;
use crate::work::{Reply, Work};
use okpay::fees::QuoteRequest;

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    page(coupons::list(work).await?, None)
}

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&coupons::get(work, &request.id).await?)
}

pub(super) async fn validate(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: QuoteRequest = request.body()?;
    validate::positive("amount", asked.amount)?;
    Reply::of(&coupons::validate(work, asked).await?)
}
