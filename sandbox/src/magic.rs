//! The magic values: ONE table of what makes the sandbox do what a merchant has to see once.
//!
//! Cards are told by their number; deposits by the pair `sandbox` in their metadata. Bank transfers and crypto are told by the pair `sandbox` in the payment's (or the checkout session's)
//! metadata; without it nothing arrives until a control call says so (`POST /sandbox/payments/{id}/receive`). Times are business time,
//! so that `POST /sandbox/clock/advance` brings them on at once.

mod account;
mod money;
mod support;
mod wallet;

pub(crate) use account::*;
pub(crate) use money::*;
pub(crate) use support::*;
pub(crate) use wallet::*;

use okpay::DeclineCode;
use serde::{Deserialize, Serialize};

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MagicValue {
    /// Where it goes.
    pub kind: MagicKind,
    /// The card number, or the value of the pair `sandbox` in the metadata.
    pub value: &'static str,
    /// What happens.
    pub what: &'static str,
}

/// Where a magic value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MagicKind {
    /// The number of a card; any later month, any security code.
    Card,
    /// The pair `sandbox` in the metadata of a payment by bank transfer, USDT or BTC.
    Metadata,
    /// The pair `sandbox` in the metadata of a payment by online banking or from the buyer's balance.
    Redirect,
    /// The pair `sandbox` in the metadata of a payment by any method.
    Review,
    /// The explanation in the evidence of a dispute.
    Evidence,
    /// The pair `sandbox` in the metadata of a report.
    Report,
    /// The pair `sandbox` in the metadata of a deposit that does not come by card.
    Deposit,
    /// The pair `sandbox` in the metadata of a destination.
    Destination,
    /// The pair `sandbox` in the metadata of a withdrawal.
    Withdrawal,
    /// The recipient of a transfer.
    Recipient,
    /// The customer's reference at a biller.
    Bill,
    /// The pair `sandbox` in the metadata of an appeal.
    Appeal,
    /// The pair `sandbox` in the metadata of a document.
    Document,
    /// The subject of a ticket.
    Ticket,
}

/// What a card does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CardBehaviour {
    #[default]
    Pays,
    Declines(DeclineCode),
    /// Asks for 3-D Secure, then pays.
    Authenticates,
    /// Asks for 3-D Secure, then declines.
    AuthenticatesThenDeclines,
    /// Pays, and is disputed a day later as fraudulent.
    Disputes,
    /// The same, since nothing was delivered.
    DisputesDelivery,
    /// Pays, but nothing can be given back to it.
    RefusesRefunds,
}

/// A card of the table, with what else is known of it.
pub(crate) struct MagicCard {
    pub(crate) number: &'static str,
    pub(crate) what: &'static str,
    pub(crate) behaviour: CardBehaviour,
    pub(crate) international: bool,
    pub(crate) debit: bool,
}

const fn card(number: &'static str, what: &'static str, behaviour: CardBehaviour) -> MagicCard {
    MagicCard { number, what, behaviour, international: false, debit: false }
}

const fn declines(number: &'static str, what: &'static str, reason: DeclineCode) -> MagicCard {
    card(number, what, CardBehaviour::Declines(reason))
}

/// Every magic card. Any other valid Visa or Mastercard number pays.
pub(crate) static CARDS: &[MagicCard] = &[
    card("4242424242424242", "Visa credit: pays", CardBehaviour::Pays),
    card("5555555555554444", "Mastercard credit: pays", CardBehaviour::Pays),
    MagicCard { number: "4000056655665556", what: "Visa debit: pays", behaviour: CardBehaviour::Pays, international: false, debit: true },
    MagicCard {
        number: "4000000000000077",
        what: "Visa from another region: pays, with the cross-border surcharge",
        behaviour: CardBehaviour::Pays,
        international: true,
        debit: false,
    },
    declines("4000000000000002", "declined: generic_decline", DeclineCode::GenericDecline),
    declines("4000000000009995", "declined: insufficient_funds", DeclineCode::InsufficientFunds),
    declines("4000000000000010", "declined: incorrect_number", DeclineCode::IncorrectNumber),
    declines("4000000000000127", "declined: incorrect_cvc", DeclineCode::IncorrectCvc),
    declines("4000000000000069", "declined: expired_card", DeclineCode::ExpiredCard),
    declines("4000000000009987", "declined: lost_card", DeclineCode::LostCard),
    declines("4000000000009979", "declined: stolen_card", DeclineCode::StolenCard),
    declines("4100000000000019", "declined: fraud_suspected", DeclineCode::FraudSuspected),
    declines("4000000000000101", "declined: limit_exceeded", DeclineCode::LimitExceeded),
    declines("4000000000000119", "declined: processing_error", DeclineCode::ProcessingError),
    declines("4000000000000135", "declined: authentication_failed, without being asked", DeclineCode::AuthenticationFailed),
    declines("4000000000000143", "declined: currency_not_supported", DeclineCode::CurrencyNotSupported),
    declines("4000000000000150", "declined: issuer_unavailable", DeclineCode::IssuerUnavailable),
    card(
        "4000000000003220",
        "asks for 3-D Secure; approved, it pays; failed, it is declined: authentication_failed",
        CardBehaviour::Authenticates,
    ),
    card(
        "4000008400001629",
        "asks for 3-D Secure; approved, it is declined all the same: generic_decline",
        CardBehaviour::AuthenticatesThenDeclines,
    ),
    card("4000000000000259", "pays; the buyer's bank disputes it a day later: fraudulent", CardBehaviour::Disputes),
    card("4000000000002685", "pays; the buyer's bank disputes it a day later: product_not_received", CardBehaviour::DisputesDelivery),
    card(
        "4000000000005126",
        "pays; a refund to it fails ten minutes later, and the amount comes back to the balance",
        CardBehaviour::RefusesRefunds,
    ),
];

/// How money arrives by bank or blockchain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MagicArrival {
    pub(crate) value: &'static str,
    pub(crate) what: &'static str,
    /// What arrives: in hundredths of what is due, after so many seconds; counted from the expiry for those that are late.
    pub(crate) arrivals: &'static [(i64, i64)],
    pub(crate) late: bool,
}

/// Every magic arrival.
pub(crate) static ARRIVALS: &[MagicArrival] = &[
    MagicArrival {
        value: "paid",
        what: "all of it arrives after 10 seconds; a chain confirms it block by block, N confirmations in all",
        arrivals: &[(100, 10)],
        late: false,
    },
    MagicArrival {
        value: "underpaid",
        what: "60 % arrives after 10 seconds and no more: the payment expires",
        arrivals: &[(60, 10)],
        late: false,
    },
    MagicArrival {
        value: "underpaid_completed",
        what: "60 % arrives after 10 seconds and the rest after 70: paid",
        arrivals: &[(60, 10), (40, 70)],
        late: false,
    },
    MagicArrival {
        value: "overpaid",
        what: "125 % arrives after 10 seconds: paid, and the rest is held for the payer",
        arrivals: &[(125, 10)],
        late: false,
    },
    MagicArrival {
        value: "late",
        what: "all of it arrives an hour after the payment expired: held for the payer",
        arrivals: &[(100, 3600)],
        late: true,
    },
];

/// The key of the pair in the metadata.
pub const METADATA_KEY: &str = "sandbox";

/// The whole table, for people and programs.
#[must_use]
pub fn magic_values() -> Vec<MagicValue> {
    let cards = CARDS.iter().map(|card| MagicValue { kind: MagicKind::Card, value: card.number, what: card.what });
    let arrivals = ARRIVALS.iter().map(|arrival| MagicValue { kind: MagicKind::Metadata, value: arrival.value, what: arrival.what });
    cards.chain(arrivals).chain(wallet_rows()).chain(account_rows()).chain(support_rows()).chain(money_rows()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use okpay::checks::{InputState, card_number};
    use std::collections::BTreeSet;

    #[test]
    fn every_decline_has_its_card() {
        let by_card: BTreeSet<_> = CARDS
            .iter()
            .filter_map(|card| match &card.behaviour {
                CardBehaviour::Declines(reason) => Some(reason.to_string()),
                _ => None,
            })
            .collect();
        for code in DeclineCode::KNOWN {
            // Nothing arriving in time, or a refusal on another page or by a review, is not a card's doing.
            let elsewhere = matches!(code, DeclineCode::PaymentExpired | DeclineCode::NotApproved | DeclineCode::ReviewRejected);
            assert!(by_card.contains(code.as_str()) || elsewhere, "{code}");
        }
    }

    #[test]
    fn every_number_is_one_and_no_value_comes_twice() {
        assert!(CARDS.iter().all(|card| card_number(card.number).state == InputState::Valid), "a magic number cannot be typed");
        let values: BTreeSet<_> = magic_values().iter().map(|row| row.value).collect();
        assert_eq!(values.len(), magic_values().len());
    }
}
