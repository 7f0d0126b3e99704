//! What the gateway does, apart from how it is asked: the API's handlers, the pages, the control endpoints and the jobs all come here.
//!
//! | file | what |
//! | --- | --- |
//! | `resources.rs` | how each model is kept |
//! | `payments.rs` | a payment's life: made, confirmed, captured, canceled, expired |
//! | `cards.rs` | cards: reading a number, charging, 3-D Secure |
//! | `arrivals.rs` | money that arrives by bank or blockchain: in full, short, over, late, unconfirmed |
//! | `instructions.rs`, `addresses.rs` | where the buyer sends it |
//! | `settlement.rs` | what is booked when a payment is paid, and its fee |
//! | `fees.rs` | the schedule in force, and quotes by it |
//! | `rates.rs` | exchange rates |
//! | `redirects.rs` | what the buyer approves on the page of their bank or wallet |
//! | `refunds.rs`, `disputes.rs` | money that goes back |
//! | `transactions.rs` | the account's own view of the ledger |
//! | `reports.rs`, `report_files.rs` | spending and settlement reports, as CSV and JSON |
//! | `coupons.rs`, `coupons.json` | promotions, and how often the account may use each |
//! | `points.rs`, `points.json` | points, earned on fees and redeemed against them |
//! | `announcements.rs` | announcements, and the fee schedules of a fee holiday |
//! | `checkout.rs` | checkout sessions |
//! | `devices.rs` | what a device may do at most |
//! | `steps.rs` | taking a step of any state machine, with its one event |
//! | `approvals.rs` | what somebody approves on a page: 3-D Secure, online banking, a wallet |
//! | `limits.rs`, `limits.json` | how much at once and in a day |
//! | `deposit_sources.rs` | third parties through which it comes |
//! | `deposits.rs` | money that comes into the balance |
//! | `destinations.rs`, `withdrawal_quotes.rs`, `withdrawals.rs` | money that leaves it |
//! | `transfers.rs` | money to another account |
//! | `bills.rs`, `billers.json` | bills that are paid out of the balance |
//! | `tickets.rs`, `agent.rs` | tickets, and the agent who answers them by itself |
//! | `channels.rs`, `channels.json` | where support is reached, and when agents are there |
//! | `account.rs` | the merchant's own account |
//! | `help/` | help articles in English and Chinese, and the search over them |
//! | `registration.rs`, `sessions.rs` | whose the account is, passwords, sign-ins |
//! | `verification.rs` | documents, and the level that they raise |
//! | `step_up.rs` | the proof that its holder wants something: a code by SMS, or a second factor |
//! | `confirmations.rs` | what a trusted device approves |
//! | `second_factors.rs`, `secrets.rs` | PIN, authenticator app, recovery codes, trusted devices; how what is typed is kept |
//! | `freeze.rs`, `frozen.json`, `appeals.rs` | what is stopped while the account is frozen; how it thaws |
//! | `risk.rs`, `risk_rules.json` | the rules that look at what moves money, and their alerts |
//! | `outbox.rs` | what is sent to people |
//! | `business_days.rs`, `target_days.json` | on which days banks move money |

pub(crate) mod account;
pub(crate) mod addresses;
pub(crate) mod agent;
pub(crate) mod announcements;
pub(crate) mod appeals;
pub(crate) mod approvals;
pub(crate) mod arrivals;
pub(crate) mod bills;
pub(crate) mod business_days;
pub(crate) mod cards;
pub(crate) mod channels;
pub(crate) mod checkout;
pub(crate) mod confirmations;
pub(crate) mod coupons;
pub(crate) mod deposit_sources;
pub(crate) mod deposits;
pub(crate) mod destinations;
pub(crate) mod devices;
pub(crate) mod disputes;
pub(crate) mod fees;
pub(crate) mod freeze;
pub(crate) mod help;
pub(crate) mod instructions;
pub(crate) mod limits;
pub(crate) mod outbox;
pub(crate) mod payments;
pub(crate) mod points;
pub(crate) mod rates;
pub(crate) mod redirects;
pub(crate) mod refunds;
mod report_files;

pub(crate) mod registration;
pub(crate) mod reports;
pub(crate) mod resources;
pub(crate) mod risk;
pub(crate) mod second_factors;
pub(crate) mod secrets;
pub(crate) mod sessions;
pub(crate) mod settlement;
pub(crate) mod step_up;
pub(crate) mod steps;
pub(crate) mod tickets;
pub(crate) mod transactions;
pub(crate) mod transfers;
pub(crate) mod verification;
pub(crate) mod withdrawal_quotes;
pub(crate) mod withdrawals;
