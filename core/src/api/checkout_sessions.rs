//! Checkout sessions: one order on one page, paid from a browser.

use super::{MethodType, Network, NextAction, PaymentStatus};
use crate::error::DeclineCode;
use crate::fees::Bearer;
use crate::money::Money;
use crate::timestamp::Timestamp;
use okpay_macros::model;
use std::collections::BTreeMap;

/// Where a checkout session stands.
#[model(open)]
pub enum CheckoutStatus {
    /// Waiting for the buyer.
    Open,
    /// Paid.
    Complete,
    /// Not paid in time, or given up.
    Expired,
}

/// A checkout session to be opened.
#[model(params)]
pub struct NewCheckoutSession {
    /// What the order costs.
    pub amount: Money,
    /// The methods that the buyer may choose from; all of the account's by default.
    pub methods: Vec<MethodType>,
    /// Where the buyer goes when it is paid. Ship on a webhook or a server-side retrieve, never on this.
    pub success_url: Option<String>,
    /// Where the buyer goes to give up.
    pub cancel_url: Option<String>,
    /// Where the buyer comes back to from a bank's page: a checkout page of the merchant's own. The hosted page by default.
    pub return_url: Option<String>,
    /// How long it stays open, in seconds: 300 to 86,400; 3,600 by default.
    pub expires_in: Option<u32>,
    /// Who pays the fee; the merchant by default.
    pub bearer: Option<Bearer>,
    /// The code of a promotion on the fee.
    pub coupon: Option<String>,
    /// For the page.
    pub description: Option<String>,
    /// The merchant's own mark, searchable: the number of the order.
    pub reference: Option<String>,
    /// Up to 50 pairs of the merchant's own.
    pub metadata: BTreeMap<String, String>,
}

/// A checkout session.
#[model]
pub struct CheckoutSession {
    /// `cs_…`
    pub id: String,
    /// Where it stands.
    pub status: CheckoutStatus,
    /// What the order costs.
    pub amount: Money,
    /// The methods that the buyer may choose from.
    pub methods: Vec<MethodType>,
    /// The hosted page.
    pub url: String,
    /// What a browser proves itself with. Only in the answer to `create`; keep it out of URLs and logs.
    #[secret]
    pub client_secret: Option<String>,
    /// The payment of the last try.
    pub payment: Option<String>,
    /// Where that payment stands.
    pub payment_status: Option<PaymentStatus>,
    /// What the buyer pays in all by the last try, in the order's currency.
    pub total: Option<Money>,
    /// What arrived so far by bank or blockchain, in the currency it is paid in.
    pub amount_received: Option<Money>,
    /// What the buyer has to do.
    pub next_action: Option<NextAction>,
    /// Why the last try was declined.
    pub decline_code: Option<DeclineCode>,
    /// Where the buyer goes when it is paid.
    pub success_url: Option<String>,
    /// Where the buyer goes to give up.
    pub cancel_url: Option<String>,
    /// Where the buyer comes back to from a bank's page; only where it is not the hosted page.
    pub return_url: Option<String>,
    /// Who pays the fee.
    pub bearer: Bearer,
    /// The code of the promotion on the fee; only for whoever bears it.
    pub coupon: Option<String>,
    /// For the page.
    pub description: Option<String>,
    /// The merchant's own mark; only for the merchant.
    pub reference: Option<String>,
    /// The merchant's own pairs; only for the merchant.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    /// The key of the call that made it; only for the merchant.
    pub idempotency_key: Option<String>,
    /// Until when it can be paid.
    pub expires: Timestamp,
    /// When it was opened.
    pub created: Timestamp,
    /// Rises by one per change.
    pub version: u64,
    /// Whether it is about real money.
    pub livemode: bool,
}

/// One page of checkout sessions, newest first.
#[model(page)]
pub struct CheckoutSessionPage {
    /// The sessions.
    pub data: Vec<CheckoutSession>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which checkout sessions to list.
#[model(params)]
pub struct ListCheckoutSessions {
    /// 1 to 100; 20 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only this status.
    pub status: Option<CheckoutStatus>,
    /// Only this mark of the merchant's.
    pub reference: Option<String>,
}

/// The buyer's choice.
#[model(params)]
pub struct ConfirmCheckoutSession {
    /// How to pay.
    pub method: MethodType,
    /// The token of the card, for `card`.
    pub payment_method: Option<String>,
    /// The blockchain, for `usdt`.
    pub network: Option<Network>,
}

/// What the buyer bears of the fees, by method.
#[model]
pub struct CheckoutFees {
    /// One entry a way to pay.
    pub data: Vec<CheckoutFee>,
}

/// What one way to pay costs the buyer.
#[model]
pub struct CheckoutFee {
    /// How to pay.
    pub method: MethodType,
    /// Over which blockchain.
    pub network: Option<Network>,
    /// What is added for the buyer; zero where the merchant bears the fee, absent where it depends on the card.
    pub surcharge: Option<Money>,
    /// What the buyer pays in all; absent where it depends on the card.
    pub total: Option<Money>,
}
