//! Transactions: every movement of the account's balance.

use crate::money::{Currency, Money};
use crate::timestamp::Timestamp;
use okpay_macros::model;

/// What moved the balance.
#[model(open)]
pub enum TransactionType {
    /// A payment that was taken, before its fee.
    Payment,
    /// The fee of a payment or of another movement.
    Fee,
    /// A refund.
    Refund,
    /// A refund that failed, given back.
    RefundFailure,
    /// A payment that the buyer's bank took back, before the fee of the dispute.
    Dispute,
    /// A dispute that was won: the payment is in the balance again.
    DisputeReturn,
    /// A deposit, before its fee.
    Deposit,
    /// A withdrawal, before its fee.
    Withdrawal,
    /// A withdrawal that was not sent or came back.
    WithdrawalReturn,
    /// The fee of a withdrawal that was not sent, of what came back, or of a dispute that was won.
    FeeReturn,
    /// A transfer to another account.
    Transfer,
    /// A bill that was paid, before its fee.
    Bill,
    /// A bill whose biller sent the money back.
    BillReturn,
    /// Points that were redeemed against the fee of a payment.
    Points,
}

/// One movement of the account's balance.
#[model]
pub struct Transaction {
    /// `txn_…`
    pub id: String,
    /// What it was.
    #[serde(rename = "type")]
    pub transaction_type: TransactionType,
    /// How much; negative for what left.
    pub amount: Money,
    /// The payment, refund, deposit, … behind it.
    pub source: String,
    /// The merchant's own mark on the source.
    pub reference: Option<String>,
    /// When it was booked.
    pub created: Timestamp,
    /// Whether it is about real money.
    pub livemode: bool,
}

/// One page of transactions, newest first.
#[model(page)]
pub struct TransactionPage {
    /// The transactions.
    pub data: Vec<Transaction>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which transactions to list.
#[model(params)]
pub struct ListTransactions {
    /// 1 to 100; 20 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only this currency.
    pub currency: Option<Currency>,
    /// Only this type.
    #[serde(rename = "type")]
    pub transaction_type: Option<TransactionType>,
    /// Only those of this payment, refund, deposit, ….
    pub source: Option<String>,
    /// Only this mark of the merchant's.
    pub reference: Option<String>,
    /// Only those booked from this moment on.
    pub created_from: Option<Timestamp>,
    /// Only those booked before this moment.
    pub created_until: Option<Timestamp>,
}
