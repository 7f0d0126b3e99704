//! `billers` and `bills`.

use super::{Request, page};
use crate::domain::bills;
use crate::refusal::Outcome;
use crate::store::objects::{self, Filter};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::api::{Bill, BillStatus, BillerCategory, ListBillers, ListBills, LookupBill, PayBill};

pub(super) async fn list_billers(_: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListBillers = request.query()?;
    let known = !matches!(asked.category, Some(BillerCategory::Unknown { .. }));
    validate::known("category", known, &BillerCategory::KNOWN.iter().map(BillerCategory::as_str).collect::<Vec<_>>())?;
    let mut billers = bills::billers()?;
    billers.retain(|biller| asked.category.as_ref().is_none_or(|category| *category == biller.category));
    billers.retain(|biller| asked.country.as_ref().is_none_or(|country| *country == biller.country));
    page(billers, None)
}

pub(super) async fn retrieve_biller(_: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&bills::biller(&request.id)?)
}

pub(super) async fn look_up(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: LookupBill = request.body()?;
    validate::text("customer_reference", Some(&asked.customer_reference), 50)?;
    let bill = bills::look_up(work, &asked).await?;
    Reply::made(&bill.body.id, &bill.body)
}

pub(super) async fn pay(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: PayBill = request.body()?;
    validate::labels(asked.reference.as_deref(), &asked.metadata)?;
    let mut bill = work.get::<Bill>(&request.id).await?;
    bills::pay(work, &mut bill, asked).await?;
    Reply::made(&bill.body.id, &bill.body)
}

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&work.get::<Bill>(&request.id).await?.body)
}

pub(super) async fn receipt(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    let bill = work.get::<Bill>(&request.id).await?.body;
    Reply::of(&bills::receipt(bill)?)
}

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListBills = request.query()?;
    let known = !matches!(asked.status, Some(BillStatus::Unknown { .. }));
    validate::known("status", known, &BillStatus::KNOWN.iter().map(BillStatus::as_str).collect::<Vec<_>>())?;
    let filter = Filter {
        status: asked.status.map(|status| status.to_string()),
        reference: asked.reference,
        parent: asked.biller,
        after: asked.after,
        limit: validate::limit(asked.limit)?,
    };
    let (found, next) = objects::list::<Bill>(&mut work.tx, &work.account, &filter).await?;
    page(found.into_iter().map(|bill| bill.body).collect(), next)
}
