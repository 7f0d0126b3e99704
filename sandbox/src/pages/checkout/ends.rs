//! The pages on which nothing is left to do.

use super::super::words::with;
use super::View;
use maud::{Markup, html};

pub(super) fn paid(view: &View) -> Markup {
    let (words, session) = (view.words, &view.session);
    let paid = view.payment.as_ref().and_then(|payment| payment.fee.as_ref()).map_or(session.amount, |fee| fee.gross);
    html! {
        section {
            div.alert.good role="status" {
                h1 { "✓ " (words.paid) }
                p { (with(words.paid_text, paid)) }
            }
            dl {
                @if let Some(text) = &session.description { div { dt { (words.order) } dd { (text) } } }
                @if let Some(id) = &session.payment { div { dt { (words.transaction) } dd { code { (id) } } } }
            }
            @if let Some(url) = &session.success_url { a.button href=(url) rel="noreferrer" { (words.to_shop) } }
        }
    }
}

pub(super) fn over(view: &View) -> Markup {
    let (words, session) = (view.words, &view.session);
    html! {
        section {
            h1 { (words.over) }
            p { (words.over_text) }
            @if let Some(id) = &session.payment { p.soft.small { (words.transaction) ": " code { (id) } } }
            @if let Some(url) = session.cancel_url.as_ref() { a.button.quiet href=(url) rel="noreferrer" { (words.to_shop) } }
        }
    }
}

pub(super) fn plain(title: &str, text: &str) -> Markup {
    html! { section { h1 { (title) } p { (text) } } }
}
