//! The ways to pay an order, each with what it costs the buyer, and the card form.

use super::super::words::{Words, with};
use super::pay::{Review, total};
use super::{View, brand, surcharge};
use http::StatusCode;
use maud::{Markup, html};
use okpay::advice::{Advice, for_declined_payment};
use okpay::api::{CheckoutFee, MethodType, Network, PaymentStatus};

/// Why a form could not be done, and what of it is shown again: never the number or the code of a card.
pub(super) struct Mistake {
    pub(super) status: StatusCode,
    /// The field at fault, if it is one.
    pub(super) field: Option<&'static str>,
    pub(super) text: &'static str,
    pub(super) method: MethodType,
    pub(super) expiry: String,
    pub(super) holder: String,
}

/// All ways to pay, the likeliest one open.
pub(super) fn choose(view: &View, mistake: Option<&Mistake>) -> Markup {
    let words = view.words;
    let tried = mistake.map(|mistake| &mistake.method).or(view.payment.as_ref().map(|payment| &payment.method));
    let open = tried.filter(|method| view.session.methods.contains(method)).or(view.session.methods.first());
    html! {
        (trouble(view, mistake))
        section aria-labelledby="how" {
            h2 #how { (words.how) }
            @for method in &view.session.methods {
                details name="method" open[Some(method) == open] { (way(view, method, mistake)) }
            }
            @if view.stage(false) != super::Stage::Choose { p { a href=(view.link()) { (words.back_to_waiting) } } }
        }
    }
}

/// What went wrong before, first of all that a reader comes to.
fn trouble(view: &View, mistake: Option<&Mistake>) -> Markup {
    let words = view.words;
    if let Some(mistake) = mistake {
        return html! {
            div.alert role="alert" {
                h2 { @if mistake.field.is_some() { (words.check) } @else { (words.failed) } }
                p { @match mistake.field { Some(field) => { a href={ "#" (field) } { (mistake.text) } }, None => (mistake.text) } }
            }
        };
    }
    let Some(advice) = advice(view) else { return html! {} };
    html! {
        div.alert role="alert" lang=(advice.locale) {
            h2 { (advice.title) }
            p { (advice.explanation) }
            ul { @for step in &advice.steps { li { (step) } } }
        }
    }
}

/// What the buyer does about the last try, if it failed or ran out.
fn advice(view: &View) -> Option<Advice> {
    let payment = view.payment.as_ref()?;
    let failed = matches!(payment.status, PaymentStatus::Failed | PaymentStatus::Expired);
    let code = payment.decline_code.as_ref().filter(|_| failed)?;
    Some(for_declined_payment(code, &payment.id, &view.accepted))
}

fn way(view: &View, method: &MethodType, mistake: Option<&Mistake>) -> Markup {
    let words = view.words;
    let fees: Vec<&CheckoutFee> = view.fees.iter().filter(|fee| fee.method == *method).collect();
    let is_open = *method == MethodType::Card || fees.iter().any(|fee| fee.total.is_some());
    let price = match fees.as_slice() {
        _ if !is_open => Some(words.unavailable.to_owned()),
        [fee] if fee.surcharge.is_none() => Some(words.depends.to_owned()),
        [fee] => surcharge(words, fee),
        _ => None,
    };
    html! {
        summary {
            span.name { (name(words, method)) }
            @if let Some(price) = price { span.price.soft.small { (price) } }
        }
        @if is_open {
            form method="post" autocomplete="on" {
                input type="hidden" name="state" value=(view.state);
                input type="hidden" name="method" value=(method);
                @match method {
                    MethodType::Card => (card(view, mistake)),
                    MethodType::Usdt => { (networks(words, &fees)) button { (words.show_address) } },
                    MethodType::Btc => button { (words.show_address) },
                    MethodType::OnlineBanking => button { (words.to_bank) },
                    MethodType::Balance => button { (words.to_wallet) },
                    _ => button { (words.show_bank) },
                }
            }
        }
    }
}

fn name<'a>(words: &'a Words, method: &'a MethodType) -> &'a str {
    match method {
        MethodType::Card => words.card,
        MethodType::BankTransfer => words.bank,
        MethodType::Usdt => words.usdt,
        MethodType::Btc => words.btc,
        MethodType::OnlineBanking => words.online_banking,
        MethodType::Balance => words.balance,
        other => other.as_str(),
    }
}

fn networks(words: &Words, fees: &[&CheckoutFee]) -> Markup {
    let open = fees.iter().filter(|fee| fee.total.is_some());
    html! {
        fieldset {
            legend { (words.network) }
            @for (index, fee) in open.enumerate() {
                @if let Some(network) = &fee.network {
                    label.choice {
                        input type="radio" name="network" value=(network) required checked[index == 0];
                        span { (network_name(network)) }
                        @if let Some(price) = surcharge(words, fee) { span.price.soft.small { (price) } }
                    }
                }
            }
        }
    }
}

/// A network as people write it, with the standard by which wallets tell USDT apart.
pub(super) fn network_name(network: &Network) -> &str {
    match network {
        Network::Tron => "TRON (TRC-20)",
        Network::Ethereum => "Ethereum (ERC-20)",
        Network::Bnb => "BNB Chain (BEP-20)",
        Network::Bitcoin => "Bitcoin",
        other => other.as_str(),
    }
}

fn card(view: &View, mistake: Option<&Mistake>) -> Markup {
    let words = view.words;
    let (expiry, holder) = mistake.map(|mistake| (mistake.expiry.as_str(), mistake.holder.as_str())).unwrap_or_default();
    let total = view.fees.iter().find(|fee| fee.method == MethodType::Card).and_then(|fee| fee.total);
    html! {
        (Field { name: "number", label: words.number, hint: "", complete: "cc-number", digits: true, most: 23, value: "", required: true }.draw(mistake))
        div.pair {
            (Field { name: "expiry", label: words.expiry, hint: words.expiry_hint, complete: "cc-exp", digits: false, most: 9, value: expiry, required: true }.draw(mistake))
            (Field { name: "cvc", label: words.cvc, hint: words.cvc_hint, complete: "cc-csc", digits: true, most: 4, value: "", required: true }.draw(mistake))
        }
        (Field { name: "holder", label: words.holder, hint: "", complete: "cc-name", digits: false, most: 100, value: holder, required: false }.draw(mistake))
        button { @match total { Some(total) => (with(words.pay, total)), None => (words.go_on) } }
    }
}

/// One line of the card form.
struct Field<'a> {
    name: &'static str,
    label: &'a str,
    hint: &'a str,
    /// What a browser may fill in (HTML, section 4.10.18.7).
    complete: &'static str,
    digits: bool,
    most: u32,
    value: &'a str,
    required: bool,
}

impl Field<'_> {
    fn draw(&self, mistake: Option<&Mistake>) -> Markup {
        let wrong = mistake.filter(|mistake| mistake.field == Some(self.name));
        let (hint, error) = (format!("{}-hint", self.name), format!("{}-error", self.name));
        let described = match (wrong, self.hint) {
            (Some(_), _) => Some(&error),
            (None, "") => None,
            (None, _) => Some(&hint),
        };
        html! {
            div.field {
                label for=(self.name) { (self.label) }
                input id=(self.name) name=(self.name) value=(self.value) autocomplete=(self.complete) maxlength=(self.most)
                    inputmode=[self.digits.then_some("numeric")] required[self.required] autofocus[wrong.is_some()] spellcheck="false"
                    aria-invalid=[wrong.map(|_| "true")] aria-describedby=[described];
                @match wrong {
                    Some(mistake) => { p.error #(error) { (mistake.text) } },
                    None if self.hint.is_empty() => {},
                    None => { p.soft.small #(hint) { (self.hint) } },
                }
            }
        }
    }
}

/// What a card costs in all, before it is charged.
pub(super) fn review(words: &Words, review: &Review) -> Markup {
    let gross = review.quote.gross;
    html! {
        section {
            h1 { (words.review) }
            dl.row {
                div { dt { (words.order) } dd { (review.session.amount) } }
                div { dt { (words.fee) } dd { (review.quote.fee) } }
                div { dt { (words.total) } dd { (gross) } }
            }
            p.soft { (brand(&review.card)) " · " (with(words.card_ending, &review.card.last4)) }
            form method="post" action=(review.session.id) {
                input type="hidden" name="state" value=(review.state);
                input type="hidden" name="method" value=(MethodType::Card);
                input type="hidden" name="payment_method" value=(review.card.id);
                input type="hidden" name="total" value=(total(gross));
                button { (with(words.pay, gross)) }
            }
        }
        p { a href=(review.session.id) { (words.other) } }
    }
}
