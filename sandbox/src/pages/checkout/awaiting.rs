//! What the buyer has to do elsewhere, and what has arrived of it.

use super::super::layout::moment;
use super::super::qr;
use super::super::words::{Words, with};
use super::View;
use super::choose::network_name;
use maud::{Markup, html};
use okpay::api::{BankTransferInstructions, CryptoInstructions, MethodType, Network};
use okpay::{Money, Timestamp};

/// The way to the page of the bank or the wallet.
pub(super) fn bank(view: &View) -> Markup {
    let words = view.words;
    let from_balance = view.payment.as_ref().is_some_and(|payment| payment.method == MethodType::Balance);
    let (title, text, link) = match from_balance {
        true => (words.to_wallet_title, words.to_wallet_text, words.to_wallet),
        false => (words.to_bank_title, words.to_bank_text, words.to_bank),
    };
    html! {
        section {
            h2 { (title) }
            p { (text) }
            @if let Some(url) = view.bank_url() { a.button href=(url) rel="noreferrer" { (link) } }
        }
        (other(view))
    }
}

/// Where to send what.
pub(super) fn send(view: &View) -> Markup {
    let action = view.payment.as_ref().and_then(|payment| payment.next_action.as_ref());
    let (transfer, crypto) = action.map(|action| (action.bank_transfer.as_ref(), action.crypto.as_ref())).unwrap_or_default();
    html! {
        section aria-labelledby="send" {
            (arrived(view))
            @if let Some(transfer) = transfer { (bank_transfer(view, transfer)) }
            @if let Some(crypto) = crypto { (coins(view, crypto)) }
            p.soft.small role="status" { (view.words.waiting) }
        }
        @if !view.received().is_some_and(Money::is_positive) { (other(view)) }
    }
}

fn other(view: &View) -> Markup {
    html! {
        @if view.session.methods.len() > 1 || view.bank_url().is_some() { p { a href={ (view.link()) "?other" } { (view.words.other) } } }
    }
}

/// What of an amount is still to be sent.
fn missing(view: &View, due: Money) -> Money {
    view.received().and_then(|received| due.checked_sub(received).ok()).filter(|missing| missing.is_positive()).unwrap_or(due)
}

/// What came, where it was not all.
fn arrived(view: &View) -> Markup {
    let Some(received) = view.received().filter(|received| received.is_positive()) else { return html! {} };
    let missing = view.due.map(|due| missing(view, due));
    html! {
        div.alert.wait role="status" {
            dl.row {
                div { dt { (view.words.received) } dd { (received) } }
                @if let Some(missing) = missing { div { dt { (view.words.missing) } dd { (missing) } } }
            }
        }
    }
}

fn bank_transfer(view: &View, transfer: &BankTransferInstructions) -> Markup {
    let words = view.words;
    html! {
        h2 #send { (words.transfer) }
        dl {
            (row(words.amount, &html! { code { (missing(view, transfer.amount_due)) } }))
            (row(words.recipient, &html! { (transfer.holder) }))
            (row("IBAN", &html! { code { (in_fours(&transfer.iban)) } }))
            (row("BIC", &html! { code { (transfer.bic) } }))
            (row(words.reference, &html! { code { (transfer.reference) } }))
            (row(words.until, &until(view, transfer.expires)))
        }
        p { (words.reference_hint) }
    }
}

fn coins(view: &View, crypto: &CryptoInstructions) -> Markup {
    let words = view.words;
    let due = missing(view, crypto.amount_due);
    html! {
        h2 #send { (words.send) }
        p.amount { (due) }
        (qr::code(&payment_uri(crypto, due), words.address))
        dl {
            (row(words.address, &html! { code { (crypto.address) } }))
            (row(words.network, &html! { (network_name(&crypto.network)) }))
            @if due.currency() != view.session.amount.currency() {
                (row(words.rate, &html! { "1 " (due.currency()) " = " (crypto.rate) " " (view.session.amount.currency()) }))
            }
            (row(words.until, &until(view, crypto.expires)))
        }
        p { (with(words.only_network, network_name(&crypto.network))) }
    }
}

/// What a wallet reads from the QR code: BIP 21 for Bitcoin, whose address here is one of the test network. For USDT the bare address: a
/// URI would name the real token.
fn payment_uri(crypto: &CryptoInstructions, due: Money) -> String {
    match crypto.network {
        Network::Bitcoin => format!("bitcoin:{}?amount={}", crypto.address, due.amount()),
        _ => crypto.address.clone(),
    }
}

/// Money that was seen and is not certain yet.
pub(super) fn confirm(view: &View) -> Markup {
    let words: &Words = view.words;
    let action = view.payment.as_ref().and_then(|payment| payment.next_action.as_ref());
    html! {
        section aria-labelledby="seen" {
            h2 #seen { (words.seen) }
            @if let Some(received) = view.received() { p.amount { (received) } }
            @if let Some(crypto) = action.and_then(|action| action.crypto.as_ref()) {
                p {
                    label for="confirmations" { (words.confirmations) ": " (crypto.confirmations) " / " (crypto.confirmations_required) }
                    progress #confirmations value=(crypto.confirmations) max=(crypto.confirmations_required) {}
                }
            }
            p.soft.small role="status" { (words.nothing_to_do) }
        }
    }
}

/// A payment that somebody looks at first.
pub(super) fn review(view: &View) -> Markup {
    let words = view.words;
    html! {
        section {
            h2 { (words.held) }
            p { (words.held_text) }
            @if let Some(id) = &view.session.payment { p.soft.small { (words.transaction) ": " code { (id) } } }
            p.soft.small role="status" { (words.nothing_to_do) }
        }
    }
}

fn row(label: &str, value: &Markup) -> Markup {
    html! { div { dt { (label) } dd { (value) } } }
}

fn until(view: &View, expires: Timestamp) -> Markup {
    let minutes = (expires.secs() - view.now.secs()).max(0).div_euclid(60);
    html! { (moment(expires)) @if minutes < 120 { " " (with(view.words.left, minutes)) } }
}

/// An IBAN as it is printed (ISO 13616-1, section 7).
fn in_fours(iban: &str) -> String {
    let letters: Vec<char> = iban.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iban_reads_in_fours() {
        assert_eq!(in_fours("DE75512108001245126199"), "DE75 5121 0800 1245 1261 99");
        assert_eq!(in_fours(""), "");
    }
}
