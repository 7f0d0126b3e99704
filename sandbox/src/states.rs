//! Every state machine of the gateway, as data: from which state, by which event, to which state. What is not here is illegal.

use crate::refusal::{Outcome, refuse};
use okpay::ErrorCode;

/// One legal move.
#[derive(Debug)]
pub(crate) struct Move {
    from: &'static str,
    event: &'static str,
    to: &'static str,
}

/// The states and moves of one kind of resource.
#[derive(Debug)]
pub(crate) struct Machine {
    name: &'static str,
    moves: &'static [Move],
}

macro_rules! machine {
    ($name:literal: $($from:ident, $event:ident => $to:ident;)+) => {
        Machine { name: $name, moves: &[$(Move { from: stringify!($from), event: stringify!($event), to: stringify!($to) }),+] }
    };
}

/// Payments.
pub(crate) static PAYMENT: Machine = machine! { "payment":
    requires_confirmation, confirm => requires_confirmation; // what follows is one of the next five
    requires_confirmation, review => in_review;       // a risk rule wants somebody to look at it first
    requires_confirmation, ask    => requires_action; // 3-D Secure, a transfer, a transaction
    requires_confirmation, hold   => authorized;
    requires_confirmation, pay    => succeeded;
    requires_confirmation, decline => failed;
    requires_confirmation, cancel => canceled;
    in_review,             release => in_review;      // then one of the next four
    in_review,             ask    => requires_action;
    in_review,             hold   => authorized;
    in_review,             pay    => succeeded;
    in_review,             decline => failed;         // by its bank, or by whoever looked at it
    in_review,             cancel => canceled;
    in_review,             expire => expired;
    requires_action,       authenticate => requires_action; // back from 3-D Secure; then one of the next three
    requires_action,       receive => requires_action; // not all of it yet
    requires_action,       detect => processing;      // all of it, not confirmed yet
    requires_action,       hold   => authorized;
    requires_action,       pay    => succeeded;
    requires_action,       decline => failed;
    requires_action,       cancel => canceled;
    requires_action,       expire => expired;
    processing,            receive => processing;     // one more confirmation
    processing,            pay    => succeeded;
    authorized,            capture => succeeded;
    authorized,            cancel => canceled;
    authorized,            expire => expired;
    failed,                confirm => failed;
    failed,                review => in_review;
    failed,                ask    => requires_action; // tried again
    failed,                hold   => authorized;
    failed,                pay    => succeeded;
    failed,                decline => failed;
    failed,                cancel => canceled;
    succeeded,             receive => succeeded;      // more than was due: held for the payer
    succeeded,             refund => succeeded;
    succeeded,             dispute => succeeded;      // opened, or won
    canceled,              receive => canceled;       // too late: held for the payer
    expired,               receive => expired;
};

/// Refunds.
pub(crate) static REFUND: Machine = machine! { "refund":
    pending, settle => succeeded;
    pending, fail   => failed;
};

/// Deposits.
pub(crate) static DEPOSIT: Machine = machine! { "deposit":
    pending,    detect  => processing; // seen, not confirmed yet
    pending,    credit  => succeeded;
    pending,    fail    => failed;
    pending,    cancel  => canceled;
    processing, confirm => processing; // one more confirmation
    processing, credit  => succeeded;
    processing, fail    => failed;
};

/// Destinations.
pub(crate) static DESTINATION: Machine = machine! { "destination":
    cooling, activate => active;
    cooling, disable  => disabled;
    active,  disable  => disabled;
};

/// Withdrawals.
pub(crate) static WITHDRAWAL: Machine = machine! { "withdrawal":
    pending_confirmation, submit => submitted; // amount and fee are reserved
    pending_confirmation, cancel => canceled;
    pending_confirmation, fail   => failed;    // wrong codes, or too late
    submitted,            review => in_review;
    submitted,            send   => sent;
    submitted,            cancel => canceled;
    in_review,            reject => in_review; // then it fails
    in_review,            send   => sent;
    in_review,            fail   => failed;
    in_review,            cancel => canceled;
    sent,                 arrive => arrived;
    sent,                 return => returned;
};

/// Transfers between accounts.
pub(crate) static TRANSFER: Machine = machine! { "transfer":
    pending_confirmation, send => succeeded;
    pending_confirmation, fail => failed;
};

/// Bills.
pub(crate) static BILL: Machine = machine! { "bill":
    open, pay    => paid;
    paid, return => returned;
};

/// Disputes.
pub(crate) static DISPUTE: Machine = machine! { "dispute":
    needs_response, submit  => under_review;
    needs_response, accept  => accepted;
    needs_response, run_out => lost;
    under_review,   win     => won;
    under_review,   lose    => lost;
};

/// The merchant's own account.
pub(crate) static MERCHANT_ACCOUNT: Machine = machine! { "account":
    active, freeze => frozen;
    frozen, thaw   => active;
};

/// Sessions.
pub(crate) static SESSION: Machine = machine! { "session":
    active, revoke => revoked;
};

/// Documents.
pub(crate) static IDENTITY_DOCUMENT: Machine = machine! { "document":
    submitted, review  => in_review;
    in_review, approve => approved;
    in_review, reject  => rejected;
};

/// Appeals.
pub(crate) static APPEAL: Machine = machine! { "appeal":
    open, accept => accepted;
    open, refuse => refused;
};

/// Risk alerts.
pub(crate) static RISK_ALERT: Machine = machine! { "risk alert":
    open, acknowledge => acknowledged;
};

/// Reports.
pub(crate) static REPORT: Machine = machine! { "report":
    pending, finish => ready;
    pending, fail   => failed;
};

/// Tickets.
pub(crate) static TICKET: Machine = machine! { "ticket":
    open,     reply  => open;
    open,     answer => answered;
    open,     ask    => waiting;
    open,     close  => closed;
    answered, reply  => open;
    answered, answer => answered;
    answered, ask    => waiting;
    answered, close  => closed;
    waiting,  reply  => open;
    waiting,  answer => answered;
    waiting,  ask    => waiting;
    waiting,  close  => closed;
    closed,   reopen => reopened;
    closed,   rate   => closed;
    reopened, reply  => reopened;
    reopened, answer => answered;
    reopened, ask    => waiting;
    reopened, close  => closed;
};

/// Checkout sessions.
pub(crate) static CHECKOUT_SESSION: Machine = machine! { "checkout session":
    open, confirm  => open;
    open, complete => complete;
    open, expire   => expired;
};

/// Webhook endpoints.
pub(crate) static WEBHOOK_ENDPOINT: Machine = machine! { "webhook endpoint":
    enabled, rotate  => enabled;
    enabled, disable => disabled;
};

/// API keys.
pub(crate) static API_KEY: Machine = machine! { "API key":
    active, revoke => revoked;
};

/// Devices.
pub(crate) static DEVICE: Machine = machine! { "device":
    active, update => active;
    active, revoke => revoked;
};

/// Deliveries.
pub(crate) static DELIVERY: Machine = machine! { "delivery":
    pending, retry   => pending;
    pending, succeed => succeeded;
    pending, fail    => failed;
};

impl Machine {
    /// Where an event leads from a state.
    ///
    /// # Errors
    /// `illegal_state` if it leads nowhere.
    pub(crate) fn step(&self, from: &str, event: &str) -> Outcome<&'static str> {
        let found = self.moves.iter().find(|step| step.from == from && step.event == event);
        found.map(|step| step.to).ok_or_else(|| {
            let words = event.replace('_', " ");
            refuse(
                ErrorCode::IllegalState,
                format!("the {} is {from}, which allows no {words:?}; read it again before you go on", self.name),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use okpay::api::{
        AccountStatus, AppealStatus, BillStatus, CheckoutStatus, DeliveryStatus, DepositStatus, DestinationStatus, DisputeStatus,
        IdentityDocumentStatus, PaymentStatus, RefundStatus, ReportStatus, RiskAlertStatus, SessionStatus, TicketStatus, TransferStatus,
        WebhookEndpointStatus, WithdrawalStatus,
    };
    use std::collections::BTreeSet;

    fn machines() -> Vec<(&'static Machine, Vec<&'static str>)> {
        let states = |known: Vec<&'static str>| known;
        vec![
            (&PAYMENT, states(PaymentStatus::KNOWN.iter().map(PaymentStatus::as_str).collect())),
            (&REFUND, states(RefundStatus::KNOWN.iter().map(RefundStatus::as_str).collect())),
            (&DEPOSIT, states(DepositStatus::KNOWN.iter().map(DepositStatus::as_str).collect())),
            (&DESTINATION, states(DestinationStatus::KNOWN.iter().map(DestinationStatus::as_str).collect())),
            (&WITHDRAWAL, states(WithdrawalStatus::KNOWN.iter().map(WithdrawalStatus::as_str).collect())),
            (&TRANSFER, states(TransferStatus::KNOWN.iter().map(TransferStatus::as_str).collect())),
            (&BILL, states(BillStatus::KNOWN.iter().map(BillStatus::as_str).collect())),
            (&DISPUTE, states(DisputeStatus::KNOWN.iter().map(DisputeStatus::as_str).collect())),
            (&MERCHANT_ACCOUNT, states(AccountStatus::KNOWN.iter().map(AccountStatus::as_str).collect())),
            (&SESSION, states(SessionStatus::KNOWN.iter().map(SessionStatus::as_str).collect())),
            (&IDENTITY_DOCUMENT, states(IdentityDocumentStatus::KNOWN.iter().map(IdentityDocumentStatus::as_str).collect())),
            (&APPEAL, states(AppealStatus::KNOWN.iter().map(AppealStatus::as_str).collect())),
            (&RISK_ALERT, states(RiskAlertStatus::KNOWN.iter().map(RiskAlertStatus::as_str).collect())),
            (&REPORT, states(ReportStatus::KNOWN.iter().map(ReportStatus::as_str).collect())),
            (&TICKET, states(TicketStatus::KNOWN.iter().map(TicketStatus::as_str).collect())),
            (&CHECKOUT_SESSION, states(CheckoutStatus::KNOWN.iter().map(CheckoutStatus::as_str).collect())),
            (&WEBHOOK_ENDPOINT, states(WebhookEndpointStatus::KNOWN.iter().map(WebhookEndpointStatus::as_str).collect())),
            (&API_KEY, vec!["active", "revoked"]),
            (&DEVICE, vec!["active", "revoked"]),
            (&DELIVERY, states(DeliveryStatus::KNOWN.iter().map(DeliveryStatus::as_str).collect())),
        ]
    }

    #[test]
    fn every_move_that_is_not_written_down_is_refused() {
        let (mut legal, mut illegal) = (0, 0);
        for (machine, states) in machines() {
            let events: BTreeSet<_> = machine.moves.iter().map(|step| step.event).collect();
            for state in &states {
                for event in &events {
                    let written = machine.moves.iter().any(|step| step.from == *state && step.event == *event);
                    match machine.step(state, event) {
                        Ok(to) => assert!(written && states.contains(&to), "{} {state} {event}", machine.name),
                        Err(refusal) => {
                            assert!(!written, "{} {state} {event}", machine.name);
                            assert_eq!(refusal.into_failure().code, ErrorCode::IllegalState);
                        }
                    }
                    if written { legal += 1 } else { illegal += 1 }
                }
            }
        }
        assert_eq!(legal, machines().iter().map(|(machine, _)| machine.moves.len()).sum::<usize>());
        assert!(illegal > legal);
    }

    #[test]
    fn states_and_moves_are_those_of_the_wire() {
        for (machine, states) in machines() {
            for step in machine.moves {
                assert!(states.contains(&step.from) && states.contains(&step.to), "{}: {step:?}", machine.name);
            }
            let moves: BTreeSet<_> = machine.moves.iter().map(|step| (step.from, step.event)).collect();
            assert_eq!(moves.len(), machine.moves.len(), "{} says one thing twice", machine.name);
            let reached = |state: &&str| machine.moves.iter().any(|step| step.from == *state || step.to == *state);
            assert!(states.iter().all(reached), "{} has a state that nothing leads to", machine.name);
        }
    }

    #[test]
    fn what_is_over_stays_over() {
        for (machine, ends) in [
            (&REFUND, vec!["succeeded", "failed"]),
            (&DEVICE, vec!["revoked"]),
            (&DEPOSIT, vec!["succeeded", "failed", "canceled"]),
            (&DESTINATION, vec!["disabled"]),
            (&TRANSFER, vec!["succeeded", "failed"]),
            (&BILL, vec!["returned"]),
            (&APPEAL, vec!["accepted", "refused"]),
            (&SESSION, vec!["revoked"]),
            (&IDENTITY_DOCUMENT, vec!["approved", "rejected"]),
            (&RISK_ALERT, vec!["acknowledged"]),
            (&WITHDRAWAL, vec!["arrived", "returned", "canceled", "failed"]),
            (&DISPUTE, vec!["won", "lost", "accepted"]),
            (&REPORT, vec!["ready", "failed"]),
            (&CHECKOUT_SESSION, vec!["complete", "expired"]),
            (&API_KEY, vec!["revoked"]),
        ] {
            for end in ends {
                assert!(machine.moves.iter().all(|step| step.from != end), "{} leaves {end}", machine.name);
            }
        }
        assert!(
            PAYMENT.moves.iter().filter(|step| ["succeeded", "canceled", "expired"].contains(&step.from)).all(|step| step.from == step.to)
        );
    }
}
