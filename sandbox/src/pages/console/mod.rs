//! The console: what happened, who was told of it, and whether they heard; for the merchant's engineers.
//!
//! | file | what |
//! | --- | --- |
//! | `mod.rs` | the routes, and what every page of the console has around it |
//! | `sign_in.rs` | who may look: the control token once, then a cookie; and whether a form is the console's own |
//! | `events.rs` | the list of events with their deliveries |
//! | `event.rs` | one event in full, and delivering it again |
//! | `steering.rs` | the clock, and the faults that wait |
//! | `account.rs` | how the account stands, its appeals, documents and risk alerts |
//! | `wallet.rs` | the codes that were sent, and the payments and withdrawals that wait for a review |
//! | `takings.rs`, `chart.rs` | what was taken and its fees, by day and method: a chart, and a table with the exact figures |
//! | `money.rs` | balances, everything that has a state, the ledger |
//! | `offers.rs` | announcements, coupons, points, reports |
//! | `security.rs` | whose the account is and what secures it; sessions, devices, documents, appeals, risk alerts and rules |
//! | `tickets.rs` | tickets, and answering them as an agent |
//! | `disputes.rs` | disputes that are open |
//! | `words.rs`, `page_words.rs`, `view_words.rs` | the texts, in both languages |
//!
//! | page | what |
//! | --- | --- |
//! | `GET /sandbox/console` | takings and balances, and the list, `?after=`, `?resource=` and `?currency=` |
//! | `GET /sandbox/console/money` | money and states |
//! | `GET /sandbox/console/offers` | announcements, coupons, points, reports |
//! | `GET /sandbox/console/security` | the account and what secures it |
//! | `GET /sandbox/console/tickets`, `…/tickets/{id}` | tickets |
//! | `POST /sandbox/console/tickets/{id}/answer` | answers, asks back, or closes |
//! | `GET /sandbox/console/events/{id}` | one event |
//! | `POST /sandbox/console/events/{id}/redeliver` | delivers it again |
//! | `POST /sandbox/console/clock` | moves business time on |
//! | `POST /sandbox/console/withdrawals/{id}/review` | sends it, or refuses it |
//! | `POST /sandbox/console/payments/{id}/review` | asks for the money, or refuses it |
//! | `POST /sandbox/console/appeals/{id}/answer` | thaws the account, or does not |
//! | `POST /sandbox/console/identity_documents/{id}/review` | approves it, or says why not |
//! | `POST /sandbox/console/disputes/{id}/decide` | decides it as the buyer's bank |
//! | `POST /sandbox/console/sign-in`, `…/sign-out` | |

mod account;
mod chart;
mod disputes;
mod event;
mod events;
mod money;
mod offers;
mod page_words;
mod security;
mod sign_in;
mod steering;
mod takings;
mod tickets;
mod view_words;
mod wallet;
mod words;

use super::layout::{OWN_FORMS, Page};
use crate::gateway::Shared;
use crate::refusal::{Outcome, Refusal};
use crate::store::objects::{self, Filter, Resource};
use crate::work::Work;
use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use maud::{Markup, html};
use okpay::ErrorCode;
use okpay::api::{Delivery, DeliveryStatus};
use page_words::PageWords;
use sign_in::SignedIn;
use view_words::ViewWords;
use words::Words;

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/sandbox/console", get(events::list))
        .route("/sandbox/console/events/{id}", get(event::show))
        .route("/sandbox/console/events/{id}/redeliver", post(event::redeliver))
        .route("/sandbox/console/money", get(money::show))
        .route("/sandbox/console/offers", get(offers::show))
        .route("/sandbox/console/security", get(security::show))
        .route("/sandbox/console/tickets", get(tickets::list))
        .route("/sandbox/console/tickets/{id}", get(tickets::show))
        .route("/sandbox/console/tickets/{id}/answer", post(tickets::answer))
        .route("/sandbox/console/clock", post(steering::advance))
        .route("/sandbox/console/withdrawals/{id}/review", post(wallet::review))
        .route("/sandbox/console/payments/{id}/review", post(wallet::review_payment))
        .route("/sandbox/console/disputes/{id}/decide", post(disputes::decide))
        .route("/sandbox/console/appeals/{id}/answer", post(account::answer))
        .route("/sandbox/console/identity_documents/{id}/review", post(account::review))
        .route("/sandbox/console/sign-in", post(sign_in::sign_in))
        .route("/sandbox/console/sign-out", post(sign_in::sign_out))
}

/// A page of the console. `root` leads to `/sandbox/console` from where it is.
struct Frame<'a> {
    words: &'static Words,
    status: StatusCode,
    title: &'a str,
    refresh: Option<u32>,
    root: &'a str,
    /// Who looks, once signed in.
    visitor: Option<&'a SignedIn>,
}

impl Frame<'_> {
    fn around(&self, content: &Markup) -> Response {
        let Words { lang, mark, footer, sign_out, .. } = self.words;
        let corner = self.visitor.map(|visitor| {
            html! {
                form method="post" action={ (self.root) "/sign-out" } {
                    (visitor.mark())
                    button.quiet.little { (sign_out) }
                }
            }
        });
        let page = Page {
            status: self.status,
            lang,
            title: self.title,
            mark,
            refresh: self.refresh,
            wide: self.visitor.is_some(),
            forms: OWN_FORMS,
            corner,
            footer,
        };
        match self.visitor {
            Some(_) => page.around(&html! { (self.tabs()) (content) }),
            None => page.around(content),
        }
    }

    /// The pages of the console.
    fn tabs(&self) -> Markup {
        let (words, views) = (PageWords::of(self.words.lang), ViewWords::of(self.words.lang));
        let tabs = [
            ("", words.nav_events, self.words.title),
            ("/money", words.nav_money, words.nav_money),
            ("/offers", views.offers, views.offers),
            ("/security", views.security, views.security),
            ("/tickets", words.nav_tickets, words.tickets),
        ];
        html! {
            nav.tabs aria-label=(words.nav) {
                @for (path, name, title) in tabs {
                    a href={ (self.root) (path) } aria-current=[(self.title == title).then_some("page")] { (name) }
                }
            }
        }
    }
}

/// A refusal for a person. What the gateway says of it is for engineers, in English.
fn refused(visitor: &SignedIn, root: &str, refusal: Refusal) -> Response {
    let failure = refusal.into_failure();
    let status = failure.code.status().and_then(|status| StatusCode::from_u16(status).ok());
    let words = visitor.words;
    let title = if failure.code == ErrorCode::NotFound { words.nothing } else { words.failed };
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Frame { words, status, title, refresh: None, root, visitor: Some(visitor) }.around(&html! {
        section {
            div.alert role="alert" { h1 { (title) } p lang="en" { (failure.detail) } }
            p { a href=(root) { (words.all_events) } }
        }
    })
}

/// The newest of a kind.
async fn newest<T: Resource>(work: &mut Work<'_>, limit: i64) -> Outcome<Vec<T>> {
    let account = work.account.clone();
    let (found, _) = objects::list::<T>(&mut work.tx, &account, &Filter { limit, ..Filter::default() }).await?;
    Ok(found.into_iter().map(|one| one.body).collect())
}

/// A status as it is on the wire: good, bad, or on its way.
fn status_badge(status: &str) -> Markup {
    let colour = match status {
        "succeeded" | "paid" | "arrived" | "complete" | "active" | "won" | "approved" | "accepted" | "answered" | "ready" => "good",
        "failed" | "canceled" | "returned" | "expired" | "lost" | "rejected" | "refused" | "disabled" | "frozen" => "bad",
        "closed" | "revoked" | "acknowledged" => "",
        _ => "wait",
    };
    html! { span class={ "badge " (colour) } { (status) } }
}

/// How a delivery stands, in a word and a colour.
fn badge(words: &Words, delivery: &Delivery) -> Markup {
    match delivery.status {
        DeliveryStatus::Succeeded => html! { span.badge.good { (words.succeeded) } },
        DeliveryStatus::Failed => html! { span.badge.bad { (words.gave_up) } },
        _ => html! { span.badge.wait { (words.pending) } },
    }
}
