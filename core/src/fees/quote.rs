//! What is asked of a schedule and what it answers.

use crate::money::Money;
use crate::timestamp::Timestamp;
use okpay_macros::model;
use std::collections::BTreeMap;

/// Who pays the fee.
#[model(open)]
pub enum Bearer {
    /// The merchant: gross = amount, net = amount − fee. The default.
    Merchant,
    /// The customer, on top: gross = amount + fee, net = amount. Not legal for consumer cards in the EU.
    Customer,
}

/// What a line of a fee is.
#[model(open)]
pub enum LineKind {
    /// The rule's percentage of the amount.
    Percent,
    /// The rule's fixed part.
    Fixed,
    /// A surcharge of the rule, under its id.
    Surcharge,
    /// What lifts the fee to the rule's minimum.
    Minimum,
    /// What cuts the fee to the rule's maximum (negative).
    Maximum,
    /// A promotion (negative).
    Promotion,
    /// Tax on the fee.
    Tax,
    /// What the blockchain takes; untaxed.
    NetworkFee,
}

/// One line of a fee. The lines of a quote add up to its fee exactly.
#[model]
pub struct FeeLine {
    /// `percent`, `fixed`, the surcharge's id, `minimum`, `maximum`, the promotion's code, the tax's id or `network_fee`.
    pub id: String,
    /// What it is.
    pub kind: LineKind,
    /// How much; negative for what is taken off.
    pub amount: Money,
}

/// An amount with its fee.
#[model]
pub struct Quote {
    /// What the fee was computed on.
    pub amount: Money,
    /// What the payer pays (for a withdrawal: what leaves the balance).
    pub gross: Money,
    /// The fee, the sum of the lines.
    pub fee: Money,
    /// What the receiver gets. May be negative when the fee is more than the amount.
    pub net: Money,
    /// What the fee consists of.
    pub lines: Vec<FeeLine>,
    /// The rule that matched.
    pub rule_id: String,
    /// The schedule.
    pub schedule_id: String,
    /// The schedule's version.
    pub version: String,
    /// Who pays the fee. For a withdrawal always `customer`: whoever withdraws pays it on top.
    pub bearer: Bearer,
}

/// What a schedule needs to know to quote a fee. A fact that a rule asks for and that is not here is an error, never a guess.
#[model(params)]
pub struct QuoteRequest {
    /// What is done: `payment`, `withdrawal`, `deposit`, `transfer`, `bill`.
    pub operation: String,
    /// How: `card`, `bank_transfer`, `usdt`, `btc`, …
    pub method: String,
    /// The amount of the order or of the withdrawal.
    pub amount: Money,
    /// When; the time at which the quote is asked for by default.
    pub at: Option<Timestamp>,
    /// Who pays the fee; the merchant by default. The fee of a withdrawal always comes on top of the amount.
    pub bearer: Option<Bearer>,
    /// The code of a promotion.
    pub coupon: Option<String>,
    /// The account's volume of this calendar month (UTC) before this operation.
    pub monthly_volume: Option<Money>,
    /// Further facts by name: `brand`, `card_region`, `network`, `conversion` (`true` or `false`), `funding`, …
    pub facts: BTreeMap<String, String>,
}
