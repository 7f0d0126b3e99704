//! Whatever is done with the account's own money in whatever order, the books balance, and the balance is what its transactions and its
//! objects add up to.

use crate::support::Box;
use crate::support::laws::holds;
use okpay::api::{
    BillStatus, ConfirmTransfer, ConfirmWithdrawal, Confirmation, ConfirmationKind, Deposit, DepositStatus, DestinationType, ListBills,
    ListDeposits, ListTransactions, ListTransfers, ListWithdrawals, LookupBill, NewDeposit, NewDestination, NewTransfer, NewWithdrawal,
    PayBill, TransactionType, TransferStatus, WalletMethod, Withdrawal, WithdrawalStatus,
};
use okpay::{Currency, ErrorCode, Money, OkpayError};
use proptest::prelude::*;
use serde_json::json;

/// One thing that somebody does. Numbers pick what it is done to.
#[derive(Debug, Clone)]
enum Step {
    Deposit { way: usize, cents: i64 },
    Receive { which: usize, cents: i64 },
    Approve { which: usize, approve: bool },
    CancelDeposit { which: usize },
    Withdraw { cents: i64, magic: usize },
    Confirm { which: usize, right: bool },
    CancelWithdrawal { which: usize },
    Review { which: usize, approve: bool },
    Transfer { cents: i64 },
    PayBill { which: usize },
    ConfirmTransfer { which: usize },
    Wait { seconds: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    let (which, cents) = (0..1000_usize, 1..400_000_i64);
    prop_oneof![
        4 => (0..5_usize, cents.clone()).prop_map(|(way, cents)| Step::Deposit { way, cents }),
        3 => (which.clone(), cents).prop_map(|(which, cents)| Step::Receive { which, cents }),
        2 => (which.clone(), any::<bool>()).prop_map(|(which, approve)| Step::Approve { which, approve }),
        1 => which.clone().prop_map(|which| Step::CancelDeposit { which }),
        4 => (1..200_000_i64, 0..4_usize).prop_map(|(cents, magic)| Step::Withdraw { cents, magic }),
        5 => (which.clone(), prop::bool::weighted(0.8)).prop_map(|(which, right)| Step::Confirm { which, right }),
        1 => which.clone().prop_map(|which| Step::CancelWithdrawal { which }),
        1 => (which.clone(), any::<bool>()).prop_map(|(which, approve)| Step::Review { which, approve }),
        2 => (1..200_000_i64).prop_map(|cents| Step::Transfer { cents }),
        2 => which.clone().prop_map(|which| Step::ConfirmTransfer { which }),
        2 => which.prop_map(|which| Step::PayBill { which }),
        2 => prop_oneof![1..90_i64, 600..4000_i64, 80_000..900_000_i64].prop_map(|seconds| Step::Wait { seconds }),
    ]
}

const CARDS: [&str; 3] = ["4242424242424242", "4000000000009995", "4000000000003220"];

struct Run {
    sandbox: Box,
    cards: Vec<String>,
    deposits: Vec<String>,
    destination: String,
    withdrawals: Vec<String>,
    transfers: Vec<String>,
}

/// A refusal by the rules is an answer; anything else is a failure of the gateway.
fn allowed<T>(result: Result<T, OkpayError>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(OkpayError::Rejected(failure)) if failure.code != ErrorCode::InternalError => None,
        Err(error) => panic!("{error:?}"),
    }
}

fn euro(cents: i64) -> Money {
    Money::from_minor(i128::from(cents), Currency::EUR).unwrap()
}

fn pick(from: &[String], which: usize) -> Option<&String> {
    from.get(which % from.len().max(1))
}

impl Run {
    async fn start() -> Self {
        let sandbox = Box::start().await;
        let mut cards = Vec::new();
        for number in CARDS {
            cards.push(sandbox.card(number).await.id);
        }
        let new = NewDestination::new(DestinationType::BankAccount).holder("Mira Muster").iban("DE89370400440532013000");
        let new = new.metadata([("sandbox".to_owned(), "no_cooling".to_owned())]);
        let destination = sandbox.client.destinations().create(new).await.unwrap().id;
        Self { sandbox, cards, deposits: Vec::new(), destination, withdrawals: Vec::new(), transfers: Vec::new() }
    }

    async fn control(&self, path: &str, body: serde_json::Value) {
        let (status, answer) = self.sandbox.try_control("POST", path, body).await;
        assert!(status < 500, "{path}: {answer}");
    }

    async fn take(&mut self, step: &Step) {
        let client = self.sandbox.client.clone();
        match step {
            Step::Deposit { way, cents } => {
                let new = match way {
                    0 => NewDeposit::new(euro(*cents), WalletMethod::BankTransfer),
                    1 => NewDeposit::new(euro(*cents), WalletMethod::EWallet),
                    card => NewDeposit::new(euro(*cents), WalletMethod::Card).payment_method(self.cards[card - 2].clone()),
                };
                self.deposits.extend(allowed(client.deposits().create(new).await).map(|deposit| deposit.id));
            }
            Step::Receive { which, cents } => {
                let Some(id) = pick(&self.deposits, *which) else { return };
                self.control(&format!("deposits/{id}/receive"), json!({ "amount": euro(*cents) })).await;
            }
            Step::Approve { which, approve } => {
                let Some(id) = pick(&self.deposits, *which) else { return };
                self.control(&format!("deposits/{id}/authenticate"), json!({ "approve": approve })).await;
            }
            Step::CancelDeposit { which } => {
                let Some(id) = pick(&self.deposits, *which) else { return };
                allowed(client.deposits().cancel(id).await);
            }
            Step::Withdraw { cents, magic } => {
                let values = ["", "withdrawal_reviewed", "withdrawal_rejected", "withdrawal_returned"];
                let mut new = NewWithdrawal::new(euro(*cents), self.destination.clone());
                if *magic > 0 {
                    new = new.metadata([("sandbox".to_owned(), values[*magic].to_owned())]);
                }
                self.withdrawals.extend(allowed(client.withdrawals().create(new).await).map(|withdrawal| withdrawal.id));
            }
            Step::Confirm { which, right } => {
                let Some(id) = pick(&self.withdrawals, *which) else { return };
                let code = if *right { self.sandbox.code(id).await } else { "wrong".to_owned() };
                let proof = Confirmation::new(ConfirmationKind::SmsCode, code);
                allowed(client.withdrawals().confirm(id, ConfirmWithdrawal::new(proof)).await);
            }
            Step::CancelWithdrawal { which } => {
                let Some(id) = pick(&self.withdrawals, *which) else { return };
                allowed(client.withdrawals().cancel(id).await);
            }
            Step::Review { which, approve } => {
                let Some(id) = pick(&self.withdrawals, *which) else { return };
                self.control(&format!("withdrawals/{id}/review"), json!({ "approve": approve })).await;
            }
            Step::Transfer { cents } => {
                let made = client.transfers().create(NewTransfer::new(euro(*cents), "@mira")).await;
                self.transfers.extend(allowed(made).map(|transfer| transfer.id));
            }
            Step::ConfirmTransfer { which } => {
                let Some(id) = pick(&self.transfers, *which) else { return };
                let transfer = client.transfers().retrieve(id).await.unwrap();
                if transfer.status == TransferStatus::PendingConfirmation {
                    let proof = Confirmation::new(ConfirmationKind::SmsCode, self.sandbox.code(id).await);
                    allowed(client.transfers().confirm(id, ConfirmTransfer::new(proof)).await);
                }
            }
            Step::PayBill { which } => {
                let billers = ["bil_north_energy", "bil_clearwater"];
                let reference = format!("10000000{}", which % 3 + 1);
                let bill = client.bills().lookup(LookupBill::new(billers[which % 2], reference)).await.unwrap();
                allowed(client.bills().pay(&bill.id, PayBill::new()).await);
            }
            Step::Wait { seconds } => self.sandbox.advance(*seconds).await,
        }
    }

    /// What must hold after every step.
    async fn check(&self) {
        self.sandbox.assert_balanced().await;
        let balances = self.sandbox.client.balances().list().await.unwrap().data;
        let (available, reserved) = balances.first().map_or((0, 0), |balance| (balance.available.minor(), balance.reserved.minor()));
        assert!(available >= 0 && reserved >= 0);
        let deposits = self.sandbox.client.deposits().list(ListDeposits::new().limit(100_u32)).await.unwrap().data;
        let withdrawals = self.sandbox.client.withdrawals().list(ListWithdrawals::new().limit(100_u32)).await.unwrap().data;
        let expected = deposits.iter().map(credited).sum::<i64>() - withdrawals.iter().map(taken).sum::<i64>();
        let transfers = self.sandbox.client.transfers().list(ListTransfers::new().limit(100_u32)).await.unwrap().data;
        let given = transfers.iter().filter(|it| it.status == TransferStatus::Succeeded).map(|it| it.fee.gross.minor()).sum::<i64>();
        let bills = self.sandbox.client.bills().list(ListBills::new().limit(100_u32).status(BillStatus::Paid)).await.unwrap().data;
        let expected = expected - given - bills.iter().map(|it| it.fee.gross.minor()).sum::<i64>();
        assert_eq!(available, expected);
        let on_its_way = withdrawals.iter().filter(|it| matches!(it.status, WithdrawalStatus::Submitted | WithdrawalStatus::InReview));
        assert_eq!(reserved, on_its_way.map(|it| it.fee.gross.minor()).sum::<i64>());
        let transactions = self.sandbox.client.transactions().list(ListTransactions::new().limit(100_u32)).await.unwrap().data;
        assert!(transactions.iter().all(|entry| !matches!(entry.transaction_type, TransactionType::Unknown { .. })));
        assert_eq!(available, transactions.iter().map(|entry| entry.amount.minor()).sum::<i64>());
    }
}

/// What a deposit put into the balance.
fn credited(deposit: &Deposit) -> i64 {
    let done = deposit.status == DepositStatus::Succeeded;
    assert_eq!(deposit.failure_reason.is_some(), deposit.status == DepositStatus::Failed, "{deposit:?}");
    assert_eq!(deposit.next_action.is_some(), matches!(deposit.status, DepositStatus::Pending | DepositStatus::Processing), "{deposit:?}");
    if done { deposit.amount_received.unwrap().minor() - deposit.fee.as_ref().unwrap().fee.minor() } else { 0 }
}

/// What a withdrawal has taken out of the balance.
fn taken(withdrawal: &Withdrawal) -> i64 {
    use WithdrawalStatus::{Failed, InReview, PendingConfirmation, Returned, Sent, Submitted};
    let status = &withdrawal.status;
    assert_eq!(withdrawal.failure_reason.is_some(), matches!(status, Failed | Returned), "{withdrawal:?}");
    assert_eq!(withdrawal.confirmation.is_some(), *status == PendingConfirmation, "{withdrawal:?}");
    assert_eq!(withdrawal.fee.gross, withdrawal.amount.checked_add(withdrawal.fee.fee).unwrap());
    let out = matches!(status, Submitted | InReview | Sent | WithdrawalStatus::Arrived);
    if out { withdrawal.fee.gross.minor() } else { 0 }
}

#[test]
fn the_books_balance_whatever_is_moved() {
    holds(prop::collection::vec(step(), 1..30), async |steps: &[Step]| {
        let mut run = Run::start().await;
        for step in steps {
            run.take(step).await;
            run.check().await;
        }
        run.sandbox.running.shutdown().await;
    });
}
