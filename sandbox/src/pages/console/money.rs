//! Money and states: balances, everything that has a state with the newest of each kind, and the ledger.

use super::super::layout::moment;
use super::super::words::with;
use super::page_words::PageWords;
use super::sign_in::SignedIn;
use super::{Frame, refused, status_badge};
use crate::gateway::{Gateway, Shared};
use crate::handlers::balances;
use crate::ledger::{self, Ledger};
use crate::refusal::Outcome;
use crate::work::Work;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use okpay::api::Balance;
use okpay::{Money, Timestamp};
use serde::Deserialize;
use sqlx::Row;
use std::collections::BTreeMap;

const ROOT: &str = "../console";

/// How many of each kind are shown.
const NEWEST: usize = 6;

/// Kinds that are no state of anything that a person would look for here.
const HIDDEN: [&str; 8] =
    ["event", "message", "ticket message", "API key", "webhook endpoint", "payment method", "withdrawal quote", "ticket"];

/// Kinds in the order of the page; others come after them by name.
const ORDER: [&str; 9] = ["payment", "refund", "dispute", "withdrawal", "deposit", "transfer", "bill", "checkout session", "destination"];

/// What the page shows.
struct Shown {
    balances: Vec<Balance>,
    kinds: Vec<Kind>,
    ledger: Ledger,
}

/// Everything of a kind.
struct Kind {
    name: String,
    /// How many there are in each state.
    states: BTreeMap<String, i64>,
    newest: Vec<Entry>,
}

/// One of a kind, as far as all kinds have it.
#[derive(Deserialize)]
struct Entry {
    id: String,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    amount: Option<Money>,
    #[serde(default)]
    reference: Option<String>,
    created: Timestamp,
}

pub(super) async fn show(visitor: SignedIn, State(gateway): State<Shared>) -> Response {
    match load(&gateway).await {
        Ok(shown) => {
            let words = PageWords::of(visitor.words.lang);
            let frame = Frame {
                words: visitor.words,
                status: StatusCode::OK,
                title: words.nav_money,
                refresh: None,
                root: ROOT,
                visitor: Some(&visitor),
            };
            frame.around(&draw(words, &shown))
        }
        Err(refusal) => refused(&visitor, ROOT, refusal),
    }
}

async fn load(gateway: &Gateway) -> Outcome<Shown> {
    let mut work = Work::looking(gateway).await?;
    Ok(Shown { balances: balances::all(&mut work).await?, kinds: kinds(&mut work).await?, ledger: ledger::whole(&mut work.tx).await? })
}

async fn kinds(work: &mut Work<'_>) -> Outcome<Vec<Kind>> {
    let counts = "SELECT kind, status, COUNT(*) AS number FROM objects WHERE account = $1 GROUP BY kind, status";
    let mut found = BTreeMap::<String, BTreeMap<String, i64>>::new();
    for row in sqlx::query(counts).bind(work.account.clone()).fetch_all(work.tx.conn()).await? {
        let (kind, status): (String, String) = (row.try_get("kind")?, row.try_get("status")?);
        found.entry(kind).or_default().insert(status, row.try_get("number")?);
    }
    found.retain(|kind, _| !HIDDEN.contains(&kind.as_str()));
    let mut kinds = Vec::new();
    for (name, states) in found {
        let newest = newest(work, &name).await?;
        kinds.push(Kind { name, states, newest });
    }
    kinds.sort_by_key(|kind| ORDER.iter().position(|name| *name == kind.name).unwrap_or(ORDER.len()));
    Ok(kinds)
}

async fn newest(work: &mut Work<'_>, kind: &str) -> Outcome<Vec<Entry>> {
    let query = "SELECT body FROM objects WHERE account = $1 AND kind = $2 ORDER BY seq DESC LIMIT $3";
    let rows = sqlx::query(query)
        .bind(work.account.clone())
        .bind(kind.to_owned())
        .bind(i64::try_from(NEWEST).unwrap_or(i64::MAX))
        .fetch_all(work.tx.conn())
        .await?;
    let bodies = rows.iter().map(|row| row.try_get::<String, _>("body")).collect::<Result<Vec<_>, _>>()?;
    // A kind that has no id or time of its own has nothing to show here.
    Ok(bodies.iter().filter_map(|body| serde_json::from_str(body).ok()).collect())
}

fn draw(words: &PageWords, shown: &Shown) -> Markup {
    html! {
        h1 { (words.nav_money) }
        (balances_table(words, &shown.balances))
        section aria-labelledby="states" {
            h2 #states { (words.states) }
            @if shown.kinds.is_empty() { p.soft { (words.no_states) } }
            @for kind in &shown.kinds { (of_kind(words, kind)) }
        }
        (ledger_table(words, &shown.ledger))
    }
}

/// What the account holds.
fn balances_table(words: &PageWords, balances: &[Balance]) -> Markup {
    html! {
        section aria-labelledby="balances" {
            h2 #balances { (words.balances) }
            @if balances.is_empty() { p.soft { (words.no_balances) } } @else {
                div.scroll tabindex="0" role="group" aria-labelledby="balances" { table {
                    thead { tr {
                        th scope="col" { (words.currency) }
                        @for name in [words.available, words.pending, words.reserved] { th.number scope="col" { (name) } }
                    } }
                    tbody { @for balance in balances {
                        tr {
                            th scope="row" { (balance.currency.code()) }
                            @for part in [balance.available, balance.pending, balance.reserved] { td.number { (part.amount()) } }
                        }
                    } }
                } }
            }
        }
    }
}

/// The same beside something else, where a table has no room.
pub(super) fn balances_panel(words: &PageWords, balances: &[Balance]) -> Markup {
    html! {
        section aria-labelledby="balances" {
            h2 #balances { (words.balances) }
            @if balances.is_empty() { p.soft { (words.no_balances) } }
            @for balance in balances {
                dl.row {
                    div { dt { (words.available) } dd { (balance.available) } }
                    @if balance.pending.minor() != 0 { div { dt { (words.pending) } dd { (balance.pending) } } }
                    @if balance.reserved.minor() != 0 { div { dt { (words.reserved) } dd { (balance.reserved) } } }
                }
            }
        }
    }
}

fn of_kind(words: &PageWords, kind: &Kind) -> Markup {
    html! {
        details.plain open[kind.newest.iter().any(|entry| entry.amount.is_some())] {
            summary {
                span.name { (words.kind(&kind.name)) }
                @for (state, number) in &kind.states { span.small.together { (state) " " strong { (number) } } }
            }
            div.scroll tabindex="0" role="group" aria-label=(words.kind(&kind.name)) { table {
                caption { (with(words.newest, kind.newest.len())) }
                tbody { @for entry in &kind.newest { (line(entry)) } }
            } }
        }
    }
}

fn line(entry: &Entry) -> Markup {
    html! {
        tr {
            // What counts comes first: on a phone the rest is a swipe away.
            td { @if let Some(status) = &entry.status { (status_badge(status)) } }
            td.number { @if let Some(amount) = &entry.amount { (amount) } }
            td { a href={ "../console?resource=" (entry.id) } { code { (entry.id) } } }
            td.soft { @if let Some(reference) = &entry.reference { (reference) } }
            td.soft { (moment(entry.created)) }
        }
    }
}

fn ledger_table(words: &PageWords, ledger: &Ledger) -> Markup {
    html! {
        section aria-labelledby="ledger" {
            h2 #ledger { (words.ledger) }
            p.soft.small { (words.ledger_about) }
            div.scroll tabindex="0" role="group" aria-labelledby="ledger" { table {
                thead { tr { th scope="col" { (words.account) } th.number scope="col" { (words.balance) } } }
                tbody { @for entry in &ledger.accounts { tr { td { code { (entry.account) } } td.number { (entry.balance) } } } }
            } }
        }
    }
}
