//! The bank's page of 3-D Secure: the buyer approves or fails, and goes back to where the payment says.

use crate::domain::cards;
use crate::gateway::{Gateway, Shared};
use crate::refusal::{Outcome, refuse_at};
use crate::work::Work;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use maud::{DOCTYPE, Markup, html};
use okpay::ErrorCode;
use okpay::api::Payment;

/// No scripts, no frames, nothing from elsewhere; and the link, which is the proof, goes to nobody.
const HEADERS: [(header::HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// The question.
pub(super) async fn show(State(gateway): State<Shared>, Path(token): Path<String>) -> Response {
    match find(&gateway, &token).await {
        Ok(payment) => page(StatusCode::OK, &question(&payment)),
        Err(refusal) => page(StatusCode::NOT_FOUND, &html! { p { (refusal.into_failure().detail) } }),
    }
}

async fn find(gateway: &Gateway, token: &str) -> Outcome<Payment> {
    let mut work = Work::looking(gateway).await?;
    Ok(cards::find_by_token(&mut work, token).await?.body)
}

fn question(payment: &Payment) -> Markup {
    let card = payment.payment_method.as_ref();
    html! {
        p { "Pay " strong { (payment.amount) } @if let Some(card) = card { " with " (card.brand) " ending in " (card.last4) } "?" }
        form method="post" {
            button name="decision" value="approve" { "Approve" }
            button name="decision" value="fail" class="quiet" { "Fail" }
        }
        p.note { "This is the sandbox of OKPay: no bank is asked and no money moves." }
    }
}

/// The answer.
pub(super) async fn decide(State(gateway): State<Shared>, Path(token): Path<String>, body: Bytes) -> Response {
    match authenticate(&gateway, &token, &body).await {
        Ok(Some(url)) => back(&url),
        Ok(None) => page(StatusCode::OK, &html! { p { "Done. You can go back to the shop." } }),
        Err(refusal) => {
            let failure = refusal.into_failure();
            let status = failure.code.status().and_then(|status| StatusCode::from_u16(status).ok());
            page(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &html! { p { (failure.detail) } })
        }
    }
}

async fn authenticate(gateway: &Gateway, token: &str, body: &[u8]) -> Outcome<Option<String>> {
    let decision = url::form_urlencoded::parse(body).find(|(name, _)| name == "decision").map(|(_, value)| value.into_owned());
    let approve = match decision.as_deref() {
        Some("approve") => true,
        Some("fail") => false,
        _ => return Err(refuse_at(ErrorCode::InvalidField, "decision", "decision is approve or fail")),
    };
    let mut work = Work::own(gateway).await?;
    let mut payment = cards::find_by_token(&mut work, token).await?;
    cards::authenticate(&mut work, &mut payment, approve).await?;
    let url = payment.internal.return_url.clone();
    work.commit().await?;
    Ok(url)
}

/// Back to the shop. What the browser says there proves nothing: the shop asks the gateway.
fn back(url: &str) -> Response {
    match HeaderValue::try_from(url) {
        Ok(url) => (StatusCode::SEE_OTHER, HEADERS, [(header::LOCATION, url)]).into_response(),
        Err(_) => page(StatusCode::OK, &html! { p { "Done. You can go back to the shop." } }),
    }
}

fn page(status: StatusCode, content: &Markup) -> Response {
    let document = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "3-D Secure (sandbox)" }
                style { (STYLE) }
            }
            body { main { h1 { "3-D Secure" } (content) } }
        }
    };
    (status, HEADERS, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], document.into_string()).into_response()
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:0;background:#f4f5f7;color:#1b1f24}\
main{max-width:26rem;margin:3rem auto;padding:1.5rem;background:#fff;border-radius:.75rem}\
h1{font-size:1.25rem;margin-top:0}form{display:flex;gap:.75rem}\
button{flex:1;font:inherit;padding:.75rem;border:0;border-radius:.5rem;background:#0a58ca;color:#fff;cursor:pointer}\
button.quiet{background:#e5e8ec;color:#1b1f24}.note{color:#59636e;font-size:.875rem}";
