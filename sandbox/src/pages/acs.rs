//! The page of the card's bank (3-D Secure), of the buyer's online banking, of their OKPay wallet or of another one: somebody approves or
//! refuses, and goes back to where the payment or deposit says.

use super::forms::{Form, see_other};
use super::layout::Page;
use super::words::Words;
use crate::domain::approvals::{self, Approval, BALANCE_PAGE, BANK_PAGE, WALLET_PAGE};
use crate::gateway::{Gateway, Shared};
use crate::refusal::{Outcome, Refusal, refuse_at};
use crate::work::Work;
use axum::extract::{OriginalUri, Path, State};
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use maud::{Markup, html};
use okpay::ErrorCode;

/// The way back leads to whatever shop the payment names, and browsers hold redirects to the policy for forms.
const ANY_SHOP: &str = "'self' https: http:";

/// The question.
pub(super) async fn show(State(gateway): State<Shared>, uri: OriginalUri, Path(token): Path<String>, headers: HeaderMap) -> Response {
    let words = Words::of(&headers);
    match find(&gateway, &token).await {
        Ok(approval) => page(words, &uri, StatusCode::OK, &question(words, &approval)),
        Err(refusal) => refused(words, &uri, refusal),
    }
}

async fn find(gateway: &Gateway, token: &str) -> Outcome<Approval> {
    let mut work = Work::looking(gateway).await?;
    approvals::find(&mut work, token).await
}

fn question(words: &Words, approval: &Approval) -> Markup {
    html! {
        p.amount { (approval.amount()) }
        @if let Some(text) = approval.description() { p { (text) } }
        @if let Some(card) = approval.card() { p.soft { (super::checkout::brand(card)) " •••• " (card.last4) } }
        h2 { (words.acs_question) }
        form.pair method="post" {
            button.quiet name="decision" value="fail" { (words.acs_fail) }
            button name="decision" value="approve" { (words.acs_approve) }
        }
        p.soft.small { (words.acs_note) }
    }
}

/// The answer.
pub(super) async fn decide(
    State(gateway): State<Shared>,
    uri: OriginalUri,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let words = Words::of(&headers);
    match authenticate(&gateway, &token, &headers, &body).await {
        // What the browser says in the shop proves nothing: the shop asks the gateway.
        Ok(Some(url)) => see_other(&url),
        Ok(None) => page(words, &uri, StatusCode::OK, &html! { p { (words.acs_done) } }),
        Err(refusal) => refused(words, &uri, refusal),
    }
}

async fn authenticate(gateway: &Gateway, token: &str, headers: &HeaderMap, body: &[u8]) -> Outcome<Option<String>> {
    let approve = match Form::read(headers, body)?.get("decision") {
        "approve" => true,
        "fail" => false,
        _ => return Err(refuse_at(ErrorCode::InvalidField, "decision", "decision is approve or fail")),
    };
    let mut work = Work::own(gateway).await?;
    let url = approvals::find(&mut work, token).await?.decide(&mut work, approve).await?;
    work.commit().await?;
    Ok(url)
}

fn refused(words: &Words, uri: &OriginalUri, refusal: Refusal) -> Response {
    let failure = refusal.into_failure();
    let status = failure.code.status().and_then(|status| StatusCode::from_u16(status).ok());
    let text = if failure.code == ErrorCode::NotFound { words.acs_gone } else { &failure.detail };
    page(words, uri, status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &html! { p { (text) } })
}

fn page(words: &Words, uri: &OriginalUri, status: StatusCode, content: &Markup) -> Response {
    let Words { lang, mark, footer, .. } = words;
    let title = match uri.path().split('/').nth(2).unwrap_or_default() {
        WALLET_PAGE => words.other_wallet,
        BANK_PAGE => words.online_banking,
        BALANCE_PAGE => words.balance,
        _ => words.acs,
    };
    let page = Page { status, lang, title, mark, refresh: None, wide: false, forms: ANY_SHOP, corner: None, footer };
    page.around(&html! { section { h1 { (title) } (content) } })
}
