//! The Rust client: reqwest carries the calls, [`crate::call`] decides about them.
//!
//! | file | what |
//! | --- | --- |
//! | `builder.rs` | [`ClientBuilder`]: from code or from the environment |
//! | `request.rs` | [`Request`]: one call with its options; awaited, or walked as a stream of all pages |
//! | `waiting.rs` | [`Waiting`] and [`Client::notify`]: until a resource has come to its end |
//! | `send.rs` | the send loop |
//! | `transport.rs` | [`Transport`], and reqwest behind it |
//! | `journal_sqlite.rs` | [`SqliteJournal`]: a [`Journal`] that processes share |
//! | `recover.rs` | [`Client::resolve`] and [`Client::recover`]: what became of a call |
//! | `ambient.rs` | the clock and the random numbers, read here and nowhere else |
//!
//! The methods themselves, `client.payments().create(…)`, come from the table in `api/operations.rs`.
//!
//! ```no_run
//! use okpay::api::{MethodType, NewPayment};
//! use okpay::{Money, client::Client};
//!
//! # async fn example() -> Result<(), okpay::OkpayError> {
//! let client = Client::from_env()?;
//! let order = NewPayment::new(Money::parse("19.99", "EUR")?, MethodType::Card).payment_method("pm_…").reference("order-1001");
//! let payment = client.payments().create(order).idempotency_key("order-1001-charge").await?;
//! println!("{} is {}", payment.id, payment.status);
//! # Ok(())
//! # }
//! ```

mod ambient;
mod builder;
#[cfg(feature = "sqlite")]
mod journal_sqlite;
mod recover;
mod request;
mod send;
mod transport;
mod waiting;

pub use builder::ClientBuilder;
#[cfg(feature = "sqlite")]
pub use journal_sqlite::SqliteJournal;
pub use recover::{Recovered, Resolution};
pub use request::{Reply, Request};
pub use transport::{HttpOptions, HttpTransport, Transport};
pub use waiting::Waiting;

pub use crate::call::{AttemptReport, CallOptions};
pub use crate::journal::{FileJournal, Journal, JournalEntry};

use crate::api::Call;
use crate::call::Caller;
use crate::error::OkpayError;
use std::fmt;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Is told of every attempt; must not block.
pub type AttemptHook = Arc<dyn Fn(&AttemptReport) + Send + Sync>;

/// The client. Cheap to clone; clones share connections, keys and journal.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    caller: Arc<Caller>,
    /// Set once the gateway's keys are known, so that only one call asks for them.
    keys_known: OnceCell<()>,
    transport: Arc<dyn Transport>,
    journal: Option<Arc<dyn Journal>>,
    hooks: Vec<AttemptHook>,
    waiters: waiting::Waiters,
}

impl Client {
    /// A client to be set up in code.
    #[must_use]
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// The call under a key: its own, or a random one if it is a write without. [`Client::run`] does the same; whoever has to know the key
    /// although the call may be broken off asks for it before.
    ///
    /// # Errors
    /// `invalid_configuration` if the system gives no random numbers.
    pub fn keyed(&self, call: Call) -> Result<Call, OkpayError> {
        Ok(call.keyed(ambient::random()?))
    }

    /// A client from `OKPAY_BASE_URL`, `OKPAY_KEY_ID`, `OKPAY_SECRET` and `OKPAY_GATEWAY_KEYS`. The last may be left out for a sandbox
    /// on this machine.
    ///
    /// # Errors
    /// `invalid_configuration`, `invalid_url` or `invalid_key`, naming the variable.
    pub fn from_env() -> Result<Self, OkpayError> {
        ClientBuilder::from_env()?.build()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let caller = &self.inner.caller;
        write!(formatter, "Client({} as {})", caller.base_url().as_str(), caller.credentials().key_id())
    }
}
