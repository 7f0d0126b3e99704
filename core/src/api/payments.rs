//! Payments: from the intent to the money.

use super::{MethodType, Network, PaymentMethod};
use crate::error::DeclineCode;
use crate::fees::{Bearer, Quote};
use crate::money::Money;
use crate::timestamp::Timestamp;
use okpay_macros::model;
use std::collections::BTreeMap;

/// Where a payment stands. The sandbox's state machine says which follows which.
#[model(open)]
pub enum PaymentStatus {
    /// Made, and waiting for `confirm`.
    RequiresConfirmation,
    /// Held by a risk rule: somebody at OKPay looks at it before any money is asked for. It goes on as if nothing had been, is refused as
    /// `failed`, or is `expired` if nobody decides within an hour.
    InReview,
    /// The buyer has to do what `next_action` says.
    RequiresAction,
    /// Money was sent and waits for confirmations of its network.
    Processing,
    /// The card holds the amount; `capture` takes it.
    Authorized,
    /// Paid.
    Succeeded,
    /// Declined; `decline_code` says why.
    Failed,
    /// Given up by the merchant before it was paid.
    Canceled,
    /// Not paid in time.
    Expired,
}

/// When an authorized card is charged.
#[model(open)]
pub enum CaptureMode {
    /// At once. The default.
    Automatic,
    /// By `payments.capture`, within seven days.
    Manual,
}

/// A payment to be made.
#[model(params)]
pub struct NewPayment {
    /// What the order costs.
    pub amount: Money,
    /// How it is paid.
    pub method: MethodType,
    /// The token of the card, for `card`.
    pub payment_method: Option<String>,
    /// The blockchain, for `usdt`.
    pub network: Option<Network>,
    /// Whether it is confirmed at once; yes by default.
    pub confirm: Option<bool>,
    /// When the card is charged; at once by default.
    pub capture_mode: Option<CaptureMode>,
    /// Who pays the fee; the merchant by default.
    pub bearer: Option<Bearer>,
    /// The code of a promotion on the fee.
    pub coupon: Option<String>,
    /// Where the buyer comes back to after a redirect.
    pub return_url: Option<String>,
    /// For the buyer's statement and page.
    pub description: Option<String>,
    /// The merchant's own mark, searchable: the number of the order.
    pub reference: Option<String>,
    /// Up to 50 pairs of the merchant's own.
    pub metadata: BTreeMap<String, String>,
}

/// A payment.
#[model]
pub struct Payment {
    /// `pay_…`
    pub id: String,
    /// Where it stands.
    pub status: PaymentStatus,
    /// What the order costs.
    pub amount: Money,
    /// What has been taken of it.
    pub amount_captured: Money,
    /// What has been given back of it.
    pub amount_refunded: Money,
    /// How it is paid.
    pub method: MethodType,
    /// The card.
    pub payment_method: Option<PaymentMethod>,
    /// Who approved it, where it is paid by `balance`: the handle of the buyer's wallet, such as `@mira`. The gateway sets it; nobody can
    /// claim it.
    pub payer: Option<String>,
    /// The blockchain.
    pub network: Option<Network>,
    /// When the card is charged.
    pub capture_mode: CaptureMode,
    /// The fee, by the schedule in force when the payment was made; on a partial capture, of what was captured.
    pub fee: Option<Quote>,
    /// What the buyer has to do.
    pub next_action: Option<NextAction>,
    /// What arrived so far by bank or blockchain, in the currency it is paid in.
    pub amount_received: Option<Money>,
    /// Why it was declined or ran out.
    pub decline_code: Option<DeclineCode>,
    /// Whether the buyer's bank disputes it, or took it back for good.
    pub disputed: bool,
    /// The code of the promotion on the fee.
    pub coupon: Option<String>,
    /// The checkout session that made it.
    pub checkout_session: Option<String>,
    /// For the buyer's statement and page.
    pub description: Option<String>,
    /// The merchant's own mark.
    pub reference: Option<String>,
    /// The merchant's own pairs.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    /// The key of the call that made it.
    pub idempotency_key: Option<String>,
    /// When it runs out unless it is paid.
    pub expires: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// Rises by one per change.
    pub version: u64,
    /// Whether it is about real money.
    pub livemode: bool,
}

/// One page of payments, newest first.
#[model(page)]
pub struct PaymentPage {
    /// The payments.
    pub data: Vec<Payment>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// What the buyer has to do next.
#[model(open)]
pub enum NextActionType {
    /// Open `url` (3-D Secure, online banking, the buyer's wallet) and come back to the payment's return URL.
    Redirect,
    /// Send `crypto.amount_due` to `crypto.address`.
    SendCrypto,
    /// Transfer `bank_transfer.amount_due` under `bank_transfer.reference`.
    SendBankTransfer,
}

/// What the buyer has to do next, and what is needed for it.
#[model]
pub struct NextAction {
    /// What to do.
    #[serde(rename = "type")]
    pub action: NextActionType,
    /// Where to go.
    pub url: Option<String>,
    /// What to send over a blockchain.
    pub crypto: Option<CryptoInstructions>,
    /// What to transfer.
    pub bank_transfer: Option<BankTransferInstructions>,
}

/// What to send over a blockchain.
#[model]
pub struct CryptoInstructions {
    /// The blockchain.
    pub network: Network,
    /// Where to.
    pub address: String,
    /// All that is due, at a locked rate and rounded up.
    pub amount_due: Money,
    /// Units of the order's currency for one coin, a decimal.
    pub rate: String,
    /// Until when the rate and the address hold.
    pub expires: Timestamp,
    /// How many confirmations the last transaction has.
    pub confirmations: u32,
    /// How many it needs.
    pub confirmations_required: u32,
}

/// What to transfer from a bank account.
#[model]
pub struct BankTransferInstructions {
    /// The account to pay into.
    pub iban: String,
    /// Its bank.
    pub bic: String,
    /// Its holder.
    pub holder: String,
    /// The text by which the transfer is matched.
    pub reference: String,
    /// All that is due.
    pub amount_due: Money,
    /// Until when it has to arrive.
    pub expires: Timestamp,
}

/// Which payments to list.
#[model(params)]
pub struct ListPayments {
    /// 1 to 100; 20 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only this status.
    pub status: Option<PaymentStatus>,
    /// Only this mark of the merchant's.
    pub reference: Option<String>,
}

/// How a payment is confirmed. Everything may be left out that the payment already has.
#[model(params)]
pub struct ConfirmPayment {
    /// The token of the card.
    pub payment_method: Option<String>,
    /// Where the buyer comes back to after a redirect.
    pub return_url: Option<String>,
}

/// How much of an authorized payment is taken.
#[model(params)]
pub struct CapturePayment {
    /// All of it by default; what is not captured is released.
    pub amount: Option<Money>,
}

/// Why a payment is given up.
#[model(params)]
pub struct CancelPayment {
    /// For the merchant's own records.
    pub reason: Option<String>,
}
