//! The bank's page of 3-D Secure: the buyer approves or fails, and goes back to where the payment says.

use super::forms::{Form, see_other};
use super::layout::Page;
use super::words::Words;
use crate::domain::cards;
use crate::gateway::{Gateway, Shared};
use crate::refusal::{Outcome, Refusal, refuse_at};
use crate::work::Work;
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use maud::{Markup, html};
use okpay::ErrorCode;
use okpay::api::Payment;

/// The way back leads to whatever shop the payment names, and browsers hold redirects to the policy for forms.
const ANY_SHOP: &str = "'self' https: http:";

/// The question.
pub(super) async fn show(State(gateway): State<Shared>, Path(token): Path<String>, headers: HeaderMap) -> Response {
    let words = Words::of(&headers);
    match find(&gateway, &token).await {
        Ok(payment) => page(words, StatusCode::OK, &question(words, &payment)),
        Err(refusal) => refused(words, refusal),
    }
}

async fn find(gateway: &Gateway, token: &str) -> Outcome<Payment> {
    let mut work = Work::looking(gateway).await?;
    Ok(cards::find_by_token(&mut work, token).await?.body)
}

fn question(words: &Words, payment: &Payment) -> Markup {
    html! {
        p.amount { (payment.amount) }
        @if let Some(text) = &payment.description { p { (text) } }
        @if let Some(card) = &payment.payment_method { p.soft { (super::checkout::brand(card)) " •••• " (card.last4) } }
        h2 { (words.acs_question) }
        form.pair method="post" {
            button.quiet name="decision" value="fail" { (words.acs_fail) }
            button name="decision" value="approve" { (words.acs_approve) }
        }
        p.soft.small { (words.acs_note) }
    }
}

/// The answer.
pub(super) async fn decide(State(gateway): State<Shared>, Path(token): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let words = Words::of(&headers);
    match authenticate(&gateway, &token, &headers, &body).await {
        // What the browser says in the shop proves nothing: the shop asks the gateway.
        Ok(Some(url)) => see_other(&url),
        Ok(None) => page(words, StatusCode::OK, &html! { p { (words.acs_done) } }),
        Err(refusal) => refused(words, refusal),
    }
}

async fn authenticate(gateway: &Gateway, token: &str, headers: &HeaderMap, body: &[u8]) -> Outcome<Option<String>> {
    let approve = match Form::read(headers, body)?.get("decision") {
        "approve" => true,
        "fail" => false,
        _ => return Err(refuse_at(ErrorCode::InvalidField, "decision", "decision is approve or fail")),
    };
    let mut work = Work::own(gateway).await?;
    let mut payment = cards::find_by_token(&mut work, token).await?;
    cards::authenticate(&mut work, &mut payment, approve).await?;
    let url = payment.internal.return_url.clone();
    work.commit().await?;
    Ok(url)
}

fn refused(words: &Words, refusal: Refusal) -> Response {
    let failure = refusal.into_failure();
    let status = failure.code.status().and_then(|status| StatusCode::from_u16(status).ok());
    let text = if failure.code == ErrorCode::NotFound { words.acs_gone } else { &failure.detail };
    page(words, status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &html! { p { (text) } })
}

fn page(words: &Words, status: StatusCode, content: &Markup) -> Response {
    let Words { lang, mark, footer, acs: title, .. } = words;
    let page = Page { status, lang, title, mark, refresh: None, wide: false, forms: ANY_SHOP, corner: None, footer };
    page.around(&html! { section { h1 { (title) } (content) } })
}
