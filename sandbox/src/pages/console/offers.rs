//! What OKPay offers and tells: announcements, coupons and points; and the reports that were asked for, with the digests of their files.

use super::super::layout::moment;
use super::super::words::with;
use super::sign_in::SignedIn;
use super::view_words::ViewWords;
use super::{Frame, newest, refused, status_badge};
use crate::domain::{coupons, points};
use crate::gateway::{Gateway, Shared};
use crate::refusal::Outcome;
use crate::work::Work;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use okpay::Money;
use okpay::api::{Announcement, Coupon, CouponStatus, ListPointMovements, PointMovement, PointsBalance, Report};

const ROOT: &str = "../console";

/// How many of each are shown: the newest.
const SHOWN: i64 = 20;

/// What the page shows.
struct Shown {
    announcements: Vec<Announcement>,
    coupons: Vec<Coupon>,
    points: PointsBalance,
    movements: Vec<PointMovement>,
    reports: Vec<Report>,
}

pub(super) async fn show(visitor: SignedIn, State(gateway): State<Shared>) -> Response {
    match load(&gateway).await {
        Ok(shown) => {
            let words = ViewWords::of(visitor.words.lang);
            let frame = Frame {
                words: visitor.words,
                status: StatusCode::OK,
                title: words.offers,
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
    // The list asks for one more, by which a page of the API knows whether there are more.
    let mut movements = points::list(&mut work, &ListPointMovements::new(), SHOWN).await?;
    movements.truncate(usize::try_from(SHOWN).unwrap_or_default());
    Ok(Shown {
        announcements: newest(&mut work, SHOWN).await?,
        coupons: coupons::list(&mut work).await?,
        points: points::balance(&mut work).await?,
        movements,
        reports: newest(&mut work, SHOWN).await?,
    })
}

fn draw(words: &ViewWords, shown: &Shown) -> Markup {
    html! {
        h1 { (words.offers) }
        section aria-labelledby="announcements" {
            h2 #announcements { (words.announcements) }
            @if shown.announcements.is_empty() { p.soft { (words.no_announcements) } }
            ol.events { @for announcement in &shown.announcements { li { (told(words, announcement)) } } }
        }
        section aria-labelledby="coupons" {
            h2 #coupons { (words.coupons) }
            @if shown.coupons.is_empty() { p.soft { (words.no_coupons) } } @else { (coupon_table(words, &shown.coupons)) }
        }
        section aria-labelledby="points" {
            h2 #points { (words.points) }
            (worth(words, &shown.points))
            @if shown.movements.is_empty() { p.soft { (words.no_movements) } } @else { (movement_table(words, &shown.movements)) }
        }
        section aria-labelledby="reports" {
            h2 #reports { (words.reports) }
            @if shown.reports.is_empty() { p.soft { (words.no_reports) } }
            ol.events { @for report in &shown.reports { li { (report_entry(words, report)) } } }
        }
    }
}

/// The id of something, as the way to its events.
fn events_of(id: &str) -> Markup {
    html! { a.soft.small href={ (ROOT) "?resource=" (id) } { code { (id) } } }
}

fn told(words: &ViewWords, announcement: &Announcement) -> Markup {
    html! {
        div.line {
            strong { (announcement.title) }
            span.badge { (announcement.announcement_type) }
            (moment(announcement.created))
        }
        p.said { (announcement.text) }
        p.line.small {
            @if let Some(starts) = announcement.starts { span.soft { (words.from) " " (moment(starts)) } }
            @if let Some(ends) = announcement.ends { span.soft { (words.until) " " (moment(ends)) } }
            @if let Some(version) = &announcement.fee_schedule { span { (words.fee_schedule) " " code { (version) } } }
            (events_of(&announcement.id))
        }
    }
}

fn coupon_table(words: &ViewWords, coupons: &[Coupon]) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-labelledby="coupons" { table {
            thead { tr {
                @for name in [words.code, words.status, words.takes_off, words.at_most, words.used, words.valid_until] { th scope="col" { (name) } }
            } }
            tbody { @for coupon in coupons { tr {
                th scope="row" { code { (coupon.code) } }
                td { (coupon_badge(&coupon.status)) }
                td { @match &coupon.percent_off { Some(percent) => { (percent) " %" }, None => (amounts(&coupon.amount_off)) } }
                td { (amounts(&coupon.max_discount)) }
                td { (coupon.used) @if let Some(limit) = coupon.limit { " / " (limit) } }
                td { @if let Some(until) = coupon.valid_until { (moment(until)) } }
            } } }
        } }
    }
}

fn coupon_badge(status: &CouponStatus) -> Markup {
    let colour = match status {
        CouponStatus::Active => "good",
        CouponStatus::Upcoming => "wait",
        _ => "",
    };
    html! { span class={ "badge " (colour) } { (status) } }
}

fn amounts(amounts: &[Money]) -> String {
    amounts.iter().map(Money::to_string).collect::<Vec<_>>().join(", ")
}

fn worth(words: &ViewWords, points: &PointsBalance) -> Markup {
    html! {
        div.figures {
            div { span.soft.small { (words.balance) } strong { (points.points) } }
            @for worth in &points.worth { div {
                span.soft.small { (with(words.points_are_worth, worth.points)) }
                strong { (worth.amount) }
            } }
        }
    }
}

fn movement_table(words: &ViewWords, movements: &[PointMovement]) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-labelledby="points" { table {
            thead { tr {
                th scope="col" { (words.what) }
                @for name in [words.points, words.amount] { th.number scope="col" { (name) } }
                @for name in [words.payment, words.when] { th scope="col" { (name) } }
            } }
            tbody { @for movement in movements { tr {
                td { (movement.movement_type) }
                td.number { (movement.points) }
                td.number { (movement.amount) }
                td { (events_of(&movement.payment)) }
                td.soft { (moment(movement.created)) }
            } } }
        } }
    }
}

fn report_entry(words: &ViewWords, report: &Report) -> Markup {
    html! {
        div.line {
            strong { (report.report_type) }
            (status_badge(report.status.as_str()))
            @if let Some(reason) = &report.failure_reason { span.error { (reason) } }
            (moment(report.created))
        }
        p.small { (moment(report.period_start)) " – " (moment(report.period_end)) " · " (with(words.rows, report.rows)) }
        @if !report.balances.is_empty() {
            ul.deliveries { @for balance in &report.balances {
                li { (words.opening) " " strong { (balance.opening) } " → " (words.closing) " " strong { (balance.closing) } }
            } }
        }
        ul.deliveries { @for file in &report.files {
            li { span { (file.name) } span.soft { (file.size) " B" } code.soft.small { (file.sha256) } }
        } }
        (events_of(&report.id))
    }
}
