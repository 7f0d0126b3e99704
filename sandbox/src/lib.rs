//! The gateway in a box: a real, stateful OKPay server that runs offline.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let running = okpay_sandbox::Sandbox::start(okpay_sandbox::Config::default()).await?;
//! println!("{}", running.details().url);
//! running.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! | file | what |
//! | --- | --- |
//! | `config.rs`, `running.rs` | [`Config`], [`Details`]; [`Sandbox::start`], [`Running`] |
//! | `server.rs`, `wire.rs`, `routes.rs`, `answers.rs` | HTTP: from a request to its signed answer |
//! | `gate.rs`, `keys.rs`, `idempotency.rs`, `validate.rs` | who asks, once only, and what is asked |
//! | `handlers/` | one handler an endpoint of the table |
//! | `domain/` | what the gateway does |
//! | `states.rs` | every state machine |
//! | `ledger.rs` | double entry |
//! | `work.rs`, `store/` | one transaction for all that belongs together; the database |
//! | `events.rs`, `deliveries/` | events, the outbox, webhooks |
//! | `jobs.rs`, `clock.rs` | business time |
//! | `magic.rs`, `magic/` | the magic values, one table |
//! | `faults.rs` | failures on demand |
//! | `control/` | the endpoints under `/sandbox` |
//! | `pages/` | what people see in a browser: checkout, 3-D Secure, console |
#![forbid(unsafe_code)]

mod answers;
mod clock;
mod config;
mod control;
mod deliveries;
mod domain;
mod events;
mod faults;
mod gate;
mod gateway;
mod handlers;
mod idempotency;
mod jobs;
mod keys;
mod ledger;
mod magic;
mod pages;
mod refusal;
mod routes;
mod running;
mod server;
mod states;
mod store;
mod validate;
mod wire;
mod work;

pub use config::{Config, Details};
pub use control::{ClockReading, Flushed, OperationCount, Receive, Seeded, Trigger};
pub use faults::{Fault, FaultKind, NewFault};
pub use ledger::{Ledger, LedgerBalance};
pub use magic::{METADATA_KEY, MagicKind, MagicValue, magic_values};
pub use running::{Running, Sandbox, StartError};
