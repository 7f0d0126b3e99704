//! Whose the account is, what secures it, what is suspicious: the holder, second factors, sessions, devices, documents, appeals, risk
//! alerts, and the risk rules.

use super::super::layout::moment;
use super::sign_in::SignedIn;
use super::view_words::ViewWords;
use super::{Frame, newest, refused, status_badge};
use crate::domain::{account, risk};
use crate::gateway::{Gateway, Shared};
use crate::handlers::devices;
use crate::refusal::Outcome;
use crate::work::Work;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use okpay::api::{Appeal, Device, IdentityDocument, MerchantAccount, RiskAlert, RiskRule, Session};

const ROOT: &str = "../console";

/// How many of each are shown: the newest.
const SHOWN: i64 = 20;

/// What the page shows.
struct Shown {
    account: MerchantAccount,
    sessions: Vec<Session>,
    devices: Vec<Device>,
    documents: Vec<IdentityDocument>,
    appeals: Vec<Appeal>,
    alerts: Vec<RiskAlert>,
}

pub(super) async fn show(visitor: SignedIn, State(gateway): State<Shared>) -> Response {
    let words = ViewWords::of(visitor.words.lang);
    match load(&gateway).await.and_then(|shown| Ok(draw(words, &shown, risk::rules()?))) {
        Ok(content) => {
            let frame = Frame {
                words: visitor.words,
                status: StatusCode::OK,
                title: words.security,
                refresh: None,
                root: ROOT,
                visitor: Some(&visitor),
            };
            frame.around(&content)
        }
        Err(refusal) => refused(&visitor, ROOT, refusal),
    }
}

async fn load(gateway: &Gateway) -> Outcome<Shown> {
    let mut work = Work::looking(gateway).await?;
    let account = account::load(&mut work).await?;
    Ok(Shown {
        account: account::shown(account, work.now),
        sessions: newest(&mut work, SHOWN).await?,
        devices: newest(&mut work, SHOWN).await?,
        documents: newest(&mut work, SHOWN).await?,
        appeals: newest(&mut work, SHOWN).await?,
        alerts: newest(&mut work, SHOWN).await?,
    })
}

fn draw(words: &ViewWords, shown: &Shown, rules: &[RiskRule]) -> Markup {
    html! {
        h1 { (words.security) }
        (holder(words, &shown.account))
        (list("sessions", words.sessions, words, &shown.sessions, session_line))
        (list("devices", words.devices, words, &shown.devices, device_line))
        (list("documents", words.documents, words, &shown.documents, document_line))
        (list("appeals", words.appeals, words, &shown.appeals, appeal_line))
        (list("alerts", words.alerts, words, &shown.alerts, alert_line))
        (rule_table(words, rules))
    }
}

fn list<T>(id: &str, title: &str, words: &ViewWords, all: &[T], line: fn(&ViewWords, &T) -> Markup) -> Markup {
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) { (title) }
            @if all.is_empty() { p.soft { (words.none) } }
            ol.events { @for one in all { li { (line(words, one)) } } }
        }
    }
}

fn events_of(id: &str) -> Markup {
    html! { a.soft.small href={ (ROOT) "?resource=" (id) } { code { (id) } } }
}

fn holder(words: &ViewWords, account: &MerchantAccount) -> Markup {
    let factors = &account.second_factors;
    html! {
        section aria-labelledby="account" {
            div.line { h2 #account { (words.account) } (status_badge(account.status.as_str())) (events_of(&account.id)) }
            @if let Some(freeze) = &account.freeze {
                div.alert {
                    h2 { (freeze.reason) }
                    p lang="en" { (freeze.detail) }
                    p.small { (words.since) " " (moment(freeze.since)) }
                    p.small { (words.stopped) ": " @for name in &freeze.stopped_operations { code { (name) } " " } }
                }
            }
            dl.row {
                @if let Some(holder) = &account.holder {
                    (fact(words.holder, &html! { (holder.name) }))
                    (fact(words.email, &html! { (holder.email) }))
                }
                (fact(words.phone, &html! { (account.phone) }))
                (fact(words.verification, &html! { (account.verification) }))
                (fact(words.pin, &html! { (words.yes_or_no(factors.payment_pin)) }))
                (fact(words.app, &html! { (words.yes_or_no(factors.totp)) }))
                (fact(words.recovery_codes, &html! { (factors.recovery_codes_left) }))
                (fact(words.trusted_devices, &html! { (factors.trusted_devices.len()) }))
                @if let Some(until) = factors.locked_until { (fact(words.locked_until, &moment(until))) }
            }
        }
    }
}

fn fact(name: &str, value: &Markup) -> Markup {
    html! { div { dt { (name) } dd { (value) } } }
}

fn session_line(words: &ViewWords, session: &Session) -> Markup {
    html! {
        div.line { strong { (session.label) } (status_badge(session.status.as_str())) (moment(session.created)) }
        p.line.small { span.soft { (words.until) " " (moment(session.revoked.unwrap_or(session.expires))) } (events_of(&session.id)) }
    }
}

fn device_line(words: &ViewWords, device: &Device) -> Markup {
    html! {
        div.line { strong { (device.name) } (status_badge(devices::status(device))) (moment(device.created)) }
        p.line.small { @for name in &device.operations { code { (name) } } }
        p.line.small {
            @for (name, limit) in device.limits.all() { span.soft { (words.limit(name)) " " (limit) } }
            (events_of(&device.id))
        }
    }
}

fn document_line(_: &ViewWords, document: &IdentityDocument) -> Markup {
    html! {
        div.line {
            strong { (document.document_type) }
            (status_badge(document.status.as_str()))
            @if let Some(reason) = &document.rejection_reason { span.error { (reason) } }
            (moment(document.created))
        }
        p.line.small { code.soft { (document.sha256) } (events_of(&document.id)) }
    }
}

fn appeal_line(_: &ViewWords, appeal: &Appeal) -> Markup {
    html! {
        div.line { strong { (appeal.freeze_reason) } (status_badge(appeal.status.as_str())) (moment(appeal.created)) }
        p.said { (appeal.message) }
        @if let Some(reply) = &appeal.reply { p.said.agent { (reply) } }
        (events_of(&appeal.id))
    }
}

fn alert_line(_: &ViewWords, alert: &RiskAlert) -> Markup {
    html! {
        div.line {
            strong { (alert.amount) }
            span { (alert.operation) " → " (alert.outcome) }
            (status_badge(alert.status.as_str()))
            (moment(alert.created))
        }
        p.line.small {
            code { (alert.rule) }
            span.soft lang="en" { (alert.detail) }
            @if let Some(object) = &alert.object { (events_of(object)) }
        }
        @if let Some(note) = &alert.note { p.said { (note) } }
    }
}

fn rule_table(words: &ViewWords, rules: &[RiskRule]) -> Markup {
    html! {
        section aria-labelledby="rules" {
            h2 #rules { (words.rules) }
            p.soft.small { (words.rules_about) }
            div.scroll tabindex="0" role="group" aria-labelledby="rules" { table {
                thead { tr { @for name in [words.rule, words.operation, words.outcome, words.detail] { th scope="col" { (name) } } } }
                tbody { @for rule in rules { tr {
                    th scope="row" { code { (rule.id) } }
                    td { @for operation in &rule.operations { (operation) " " } }
                    td { (rule.outcome) @if let Some(reason) = &rule.reason { ": " (reason) } }
                    td.soft lang="en" { (rule.detail) }
                } } }
            } }
        }
    }
}
