//! `payment_methods`: a card number goes in from a browser, and never from a server.

use super::Request;
use crate::domain::cards;
use crate::refusal::{Outcome, refuse_at};
use crate::work::{Reply, Work};
use okpay::ErrorCode;
use okpay::api::PaymentMethod;

pub(super) async fn create(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    if !work.is_publishable() {
        let detail = "card numbers go from the browser straight to OKPay, under the publishable key; a server never sees them";
        return Err(refuse_at(ErrorCode::CardNumberNotAllowed, "card.number", detail));
    }
    let card = cards::keep(work, request.body()?).await?;
    Reply::made(&card.body.id, &card.body)
}

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&work.get::<PaymentMethod>(&request.id).await?.body)
}
