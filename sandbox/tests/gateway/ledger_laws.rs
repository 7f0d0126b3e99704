//! Whatever merchants and buyers do in whatever order, the books balance and every payment agrees with them.

use crate::support::Box;
use crate::support::laws::holds;
use okpay::api::{
    CancelPayment, CaptureMode, CapturePayment, ConfirmPayment, ListDisputes, ListPayments, ListTransactions, MethodType, Network,
    NewPayment, NewRefund, Payment, PaymentStatus, TransactionType,
};
use okpay::fees::Bearer;
use okpay::{ErrorCode, Money, OkpayError};
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

/// One thing that somebody does. Numbers pick what it is done to.
#[derive(Debug, Clone)]
enum Step {
    Pay { method: usize, cents: i64, customer: bool, manual: bool, card: usize },
    Confirm { payment: usize, card: usize },
    Capture { payment: usize, percent: i64 },
    Cancel { payment: usize },
    Refund { payment: usize, percent: i64 },
    Receive { payment: usize, percent: i64, confirmations: Option<u32> },
    Authenticate { payment: usize, approve: bool },
    Wait { seconds: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    let which = 0..1000_usize;
    let percent = 1..150_i64;
    prop_oneof![
        4 => (0..4_usize, 100..100_000_i64, any::<bool>(), any::<bool>(), which.clone())
            .prop_map(|(method, cents, customer, manual, card)| Step::Pay { method, cents, customer, manual, card }),
        1 => (which.clone(), which.clone()).prop_map(|(payment, card)| Step::Confirm { payment, card }),
        2 => (which.clone(), percent.clone()).prop_map(|(payment, percent)| Step::Capture { payment, percent }),
        1 => which.clone().prop_map(|payment| Step::Cancel { payment }),
        3 => (which.clone(), percent.clone()).prop_map(|(payment, percent)| Step::Refund { payment, percent }),
        4 => (which.clone(), percent, prop::option::of(0..8_u32))
            .prop_map(|(payment, percent, confirmations)| Step::Receive { payment, percent, confirmations }),
        1 => (which, any::<bool>()).prop_map(|(payment, approve)| Step::Authenticate { payment, approve }),
        1 => prop_oneof![1..30_i64, 600..4000_i64, 80_000..900_000_i64].prop_map(|seconds| Step::Wait { seconds }),
    ]
}

const CARDS: [&str; 6] =
    ["4242424242424242", "4000000000000077", "4000000000009995", "4000000000003220", "4000000000000259", "4000000000005126"];

struct Run {
    sandbox: Box,
    cards: Vec<String>,
    payments: Vec<String>,
}

fn part(amount: Money, percent: i64) -> Money {
    Money::from_minor((i128::from(amount.minor()) * i128::from(percent) / 100).max(1), amount.currency()).unwrap()
}

/// A refusal by the rules is an answer; anything else is a failure of the gateway.
fn allowed<T>(result: Result<T, OkpayError>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(OkpayError::Rejected(failure)) if failure.code != ErrorCode::InternalError => None,
        Err(error) => panic!("{error:?}"),
    }
}

impl Run {
    async fn start() -> Self {
        let sandbox = Box::start().await;
        let mut cards = Vec::new();
        for number in CARDS {
            cards.push(sandbox.card(number).await.id);
        }
        Self { sandbox, cards, payments: Vec::new() }
    }

    async fn pick(&self, number: usize) -> Option<Payment> {
        let id = self.payments.get(number % self.payments.len().max(1))?;
        Some(self.sandbox.client.payments().retrieve(id).await.unwrap())
    }

    async fn control(&self, path: &str, body: serde_json::Value) {
        let (status, answer) = self.sandbox.try_control("POST", path, body).await;
        assert!(status < 500, "{path}: {answer}");
    }

    async fn take(&mut self, step: &Step) {
        let payments = self.sandbox.client.payments();
        match step {
            Step::Pay { .. } => self.pay(step).await,
            Step::Wait { seconds } => self.sandbox.advance(*seconds).await,
            Step::Confirm { payment, card } => {
                let Some(payment) = self.pick(*payment).await else { return };
                let card = self.cards[card % self.cards.len()].clone();
                allowed(payments.confirm(&payment.id, ConfirmPayment::new().payment_method(card)).await);
            }
            Step::Capture { payment, percent } => {
                let Some(payment) = self.pick(*payment).await else { return };
                allowed(payments.capture(&payment.id, CapturePayment::new().amount(part(payment.amount, *percent))).await);
            }
            Step::Cancel { payment } => {
                let Some(payment) = self.pick(*payment).await else { return };
                allowed(payments.cancel(&payment.id, CancelPayment::new()).await);
            }
            Step::Refund { payment, percent } => {
                let Some(payment) = self.pick(*payment).await else { return };
                let amount = part(payment.amount, *percent);
                allowed(self.sandbox.client.refunds().create(NewRefund::new(payment.id).amount(amount)).await);
            }
            Step::Receive { payment, percent, confirmations } => {
                let Some(payment) = self.pick(*payment).await else { return };
                let action = payment.next_action.as_ref();
                let due = action.and_then(|action| action.crypto.as_ref().map(|crypto| crypto.amount_due));
                let due = due.or(action.and_then(|action| action.bank_transfer.as_ref().map(|bank| bank.amount_due)));
                let amount = part(due.or(payment.amount_received).unwrap_or(payment.amount), *percent);
                let body = json!({ "amount": amount, "confirmations": confirmations });
                self.control(&format!("payments/{}/receive", payment.id), body).await;
            }
            Step::Authenticate { payment, approve } => {
                let Some(payment) = self.pick(*payment).await else { return };
                self.control(&format!("payments/{}/authenticate", payment.id), json!({ "approve": approve })).await;
            }
        }
    }

    async fn pay(&mut self, step: &Step) {
        let Step::Pay { method, cents, customer, manual, card } = step else { return };
        let amount = Money::from_minor(i128::from(*cents), okpay::Currency::EUR).unwrap();
        let methods = [MethodType::Card, MethodType::BankTransfer, MethodType::Usdt, MethodType::Btc];
        let mut new = NewPayment::new(amount, methods[*method].clone()).reference(format!("r{}", self.payments.len()));
        if *customer {
            new = new.bearer(Bearer::Customer);
        }
        match method {
            0 => {
                new = new.payment_method(self.cards[card % self.cards.len()].clone());
                if *manual {
                    new = new.capture_mode(CaptureMode::Manual);
                }
            }
            2 => new = new.network(Network::Tron),
            _ => {}
        }
        let reference = new.reference.clone().unwrap();
        allowed(self.sandbox.client.payments().create(new).await);
        let made = self.sandbox.client.payments().list(ListPayments::new().reference(reference)).await.unwrap().data;
        self.payments.extend(made.into_iter().map(|payment| payment.id));
    }

    /// What must hold after every step.
    async fn check(&self) {
        self.sandbox.assert_balanced().await;
        let (mut expected, mut pending) = (0_i64, 0_i64);
        for id in &self.payments {
            let payment = self.sandbox.client.payments().retrieve(id).await.unwrap();
            assert!(payment.amount_refunded.minor() <= payment.amount_captured.minor(), "{payment:?}");
            assert!(payment.amount_captured.minor() <= payment.amount.minor(), "{payment:?}");
            let paid = payment.status == PaymentStatus::Succeeded;
            assert_eq!(payment.amount_captured.is_positive(), paid, "{payment:?}");
            if paid {
                let fee = payment.fee.as_ref().unwrap();
                let back = if payment.disputed { payment.amount_captured } else { payment.amount_refunded };
                expected += fee.net.minor() - back.minor();
            }
            if matches!(payment.status, PaymentStatus::Authorized | PaymentStatus::Processing) {
                pending += payment.fee.as_ref().unwrap().gross.minor();
            }
        }
        // Nobody answers a dispute here, so that its fee is never given back.
        let disputes = self.sandbox.client.disputes().list(ListDisputes::new().limit(100_u32)).await.unwrap().data;
        expected -= disputes.iter().filter_map(|dispute| dispute.fee.as_ref()).map(|fee| fee.fee.minor()).sum::<i64>();
        let balances = self.sandbox.client.balances().list().await.unwrap().data;
        let held = balances.first().map_or((0, 0), |balance| (balance.available.minor(), balance.pending.minor()));
        assert_eq!(held, (expected, pending));
    }

    /// The merchant's transactions add up to the merchant's balance.
    async fn check_transactions(&self) {
        use futures_util::StreamExt;
        let mut sum = BTreeMap::<okpay::Currency, i64>::new();
        let mut entries = std::pin::pin!(self.sandbox.client.transactions().list(ListTransactions::new().limit(100_u32)).stream());
        while let Some(entry) = entries.next().await {
            let entry = entry.unwrap();
            assert!(!matches!(entry.transaction_type, TransactionType::Unknown { .. }), "{entry:?}");
            *sum.entry(entry.amount.currency()).or_default() += entry.amount.minor();
        }
        for balance in self.sandbox.client.balances().list().await.unwrap().data {
            assert_eq!(sum.get(&balance.currency).copied().unwrap_or_default(), balance.available.minor());
        }
    }
}

#[test]
fn the_books_balance_whatever_happens() {
    holds(prop::collection::vec(step(), 1..40), async |steps: &[Step]| {
        let mut run = Run::start().await;
        for step in steps {
            run.take(step).await;
            run.check().await;
        }
        run.check_transactions().await;
        run.sandbox.running.shutdown().await;
    });
}
