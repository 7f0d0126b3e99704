//! The gateway over real HTTP: a file a subject, one program for all, since each would link the whole gateway again.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

mod answers;
mod bad_input;
mod bills;
mod checkout;
mod console;
mod console_money;
mod console_views;
mod deliveries;
mod deposits;
mod device_limits;
mod devices;
mod disputes;
mod freeze;
mod help;
mod idempotency;
mod ledger_laws;
mod official;
mod pages;
mod payments;
mod points;
mod promotions;
mod readme;
mod redirects;
mod reports;
mod resources;
mod reviews;
mod sessions;
mod tickets;
mod transfers;
mod two_factor;
mod verification;
mod waiting;
mod wallet_laws;
mod withdrawals;
