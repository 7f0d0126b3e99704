//! What was taken and what it cost, by day and by method: a chart, and the exact figures in a table beside it.

use super::chart::{self, Bar};
use super::page_words::PageWords;
use crate::ledger::{available, money};
use crate::refusal::Outcome;
use crate::work::Work;
use maud::{Markup, html};
use okpay::api::MethodType;
use okpay::{Currency, Money, Timestamp};
use serde::Deserialize;
use sqlx::Row;
use std::collections::{BTreeMap, BTreeSet};

/// How many days are shown, today among them.
const DAYS: i64 = 14;
const DAY_SECS: i64 = 24 * 60 * 60;

/// Every payment and fee of some days, in one currency.
pub(super) struct Takings {
    days: Vec<Day>,
    /// The methods that something was taken by, in the order of the wire.
    methods: Vec<String>,
    currency: Currency,
    /// The others that something was taken in.
    others: Vec<Currency>,
}

/// One day, in UTC.
struct Day {
    date: String,
    by_method: BTreeMap<String, Money>,
    /// What was taken, and what of it were fees.
    taken: Money,
    fees: Money,
}

/// What of a payment's body is needed.
#[derive(Deserialize)]
struct Paid {
    method: String,
}

/// One posting on the balance.
struct Posting {
    is_fee: bool,
    method: String,
    day: i64,
    amount: Money,
}

impl Takings {
    /// In the currency that is asked for, else in the one in which most payments were.
    pub(super) async fn load(work: &mut Work<'_>, asked: Option<&str>) -> Outcome<Option<Self>> {
        let today = work.now.secs().div_euclid(DAY_SECS);
        let postings = postings(work, today - DAYS + 1).await?;
        let mut counts = BTreeMap::<Currency, usize>::new();
        for posting in postings.iter().filter(|posting| !posting.is_fee) {
            *counts.entry(posting.amount.currency()).or_default() += 1;
        }
        let asked = asked.and_then(|code| counts.keys().find(|currency| currency.code() == code).copied());
        let most = counts.iter().max_by_key(|(_, count)| **count).map(|(currency, _)| *currency);
        let Some(currency) = asked.or(most) else { return Ok(None) };
        let others = counts.into_keys().filter(|other| *other != currency).collect();
        let of_currency = postings.into_iter().filter(|posting| posting.amount.currency() == currency).collect::<Vec<_>>();
        let seen = of_currency.iter().filter(|posting| !posting.is_fee).map(|posting| posting.method.as_str()).collect::<BTreeSet<_>>();
        let known = MethodType::KNOWN.iter().map(MethodType::as_str).filter(|method| seen.contains(method));
        let methods = known.map(str::to_owned).collect();
        let days = (today - DAYS + 1..=today).map(|day| Day::of(day, currency, &of_currency)).collect::<Outcome<Vec<_>>>()?;
        Ok(Some(Self { days, methods, currency, others }))
    }

    fn total(&self, part: impl Fn(&Day) -> Money) -> Outcome<Money> {
        self.days.iter().try_fold(Money::zero(self.currency), |sum, day| Ok(sum.checked_add(part(day))?))
    }

    /// The chart and its table.
    pub(super) fn draw(&self, words: &PageWords) -> Outcome<Markup> {
        let (taken, fees) = (self.total(|day| day.taken)?, self.total(|day| day.fees)?);
        let legend = self.methods.iter().enumerate().map(|(index, method)| (index, words.method(method)));
        let bars = self.days.iter().map(|day| self.bar(words, day)).collect::<Vec<_>>();
        Ok(html! {
            section aria-labelledby="takings" {
                div.line {
                    h2 #takings { (words.takings) " · " (self.currency.code()) }
                    @for other in &self.others { a.small href={ "console?currency=" (other.code()) } { (other.code()) } }
                }
                div.figures {
                    (figure(words.taken, &taken.to_string()))
                    (figure(words.fees, &fees.to_string()))
                    (figure(words.net, &taken.checked_sub(fees)?.to_string()))
                }
                div.chart tabindex="0" role="group" aria-labelledby="takings" { (chart::draw(words, self.currency, &bars)) }
                ul.legend {
                    @for (index, name) in legend { li { span class={ "key m" (index % chart::COLOURS) } {} (name) } }
                    li { span.key.fee {} (words.fees) }
                }
                details.plain open { summary { span.name { (words.exact) } } (self.table(words)?) }
            }
        })
    }

    fn bar(&self, words: &PageWords, day: &Day) -> Bar {
        let amount = |method: &String| day.by_method.get(method).map_or(0, |amount| amount.minor());
        let parts = self.methods.iter().map(|method| (words.method(method).to_owned(), amount(method))).collect();
        Bar { label: day.date[5..].to_owned(), parts, fee: day.fees.minor() }
    }

    fn table(&self, words: &PageWords) -> Outcome<Markup> {
        let of = |day: &Day, method: &String| day.by_method.get(method).copied().unwrap_or(Money::zero(self.currency));
        let busy = self.days.iter().rev().filter(|day| day.taken.minor() != 0 || day.fees.minor() != 0);
        let mut rows = Vec::new();
        for day in busy {
            let mut cells = self.methods.iter().map(|method| of(day, method)).collect::<Vec<_>>();
            cells.extend([day.taken, day.fees, day.taken.checked_sub(day.fees)?]);
            rows.push((day.date.clone(), cells));
        }
        let mut sums = self.methods.iter().map(|method| self.total(|day| of(day, method))).collect::<Outcome<Vec<_>>>()?;
        let (taken, fees) = (self.total(|day| day.taken)?, self.total(|day| day.fees)?);
        sums.extend([taken, fees, taken.checked_sub(fees)?]);
        Ok(html! {
            div.scroll tabindex="0" role="group" aria-labelledby="takings" {
                table {
                    caption { (words.takings) ", " (self.currency.code()) }
                    thead { tr {
                        th scope="col" { (words.day) }
                        @for method in &self.methods { th.number scope="col" { (words.method(method)) } }
                        @for name in [words.taken, words.fees, words.net] { th.number scope="col" { (name) } }
                    } }
                    tbody { @for (date, cells) in &rows { (row(date, cells)) } }
                    tfoot { (row(words.total, &sums)) }
                }
            }
        })
    }
}

/// Where nothing was taken.
pub(super) fn none(words: &PageWords) -> Markup {
    html! { section aria-labelledby="takings" { h2 #takings { (words.takings) } p.soft { (words.no_takings) } } }
}

fn row(name: &str, cells: &[Money]) -> Markup {
    html! { tr { th scope="row" { (name) } @for cell in cells { td.number { (cell.amount()) } } } }
}

fn figure(name: &str, value: &str) -> Markup {
    html! { div { span.soft.small { (name) } strong { (value) } } }
}

impl Day {
    fn of(day: i64, currency: Currency, postings: &[Posting]) -> Outcome<Self> {
        let date = Timestamp::from_secs(day * DAY_SECS).to_utc().date().to_string();
        let zero = Money::zero(currency);
        let mut found = Self { date, by_method: BTreeMap::new(), taken: zero, fees: zero };
        for posting in postings.iter().filter(|posting| posting.day == day) {
            if posting.is_fee {
                // A fee leaves the balance, so that its posting is negative.
                found.fees = found.fees.checked_sub(posting.amount)?;
                continue;
            }
            found.taken = found.taken.checked_add(posting.amount)?;
            let sum = found.by_method.entry(posting.method.clone()).or_insert(zero);
            *sum = sum.checked_add(posting.amount)?;
        }
        Ok(found)
    }
}

/// What payments put on the balance and their fees took off, from a day on.
async fn postings(work: &mut Work<'_>, from: i64) -> Outcome<Vec<Posting>> {
    let rows = sqlx::query(
        "SELECT t.kind, t.created, p.currency, p.amount, o.body FROM transfers t JOIN postings p ON p.transfer = t.id \
         JOIN objects o ON o.id = t.source WHERE p.ledger_account = $1 AND t.created >= $2 AND o.kind = 'payment' \
         AND t.kind IN ('payment', 'fee')",
    )
    .bind(available(&work.account))
    .bind(from * DAY_SECS * 1000)
    .fetch_all(work.tx.conn())
    .await?;
    let read = |row: &sqlx::any::AnyRow| -> Outcome<Posting> {
        let (kind, created): (String, i64) = (row.try_get("kind")?, row.try_get("created")?);
        let (currency, body): (String, String) = (row.try_get("currency")?, row.try_get("body")?);
        Ok(Posting {
            is_fee: kind == "fee",
            method: serde_json::from_str::<Paid>(&body)?.method,
            day: created.div_euclid(DAY_SECS * 1000),
            amount: money(row.try_get("amount")?, &currency)?,
        })
    };
    rows.iter().map(read).collect()
}
