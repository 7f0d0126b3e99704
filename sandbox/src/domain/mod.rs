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
//! | `refunds.rs`, `disputes.rs` | money that goes back |
//! | `checkout.rs` | checkout sessions |
//! | `devices.rs` | what a device may do at most |

pub(crate) mod addresses;
pub(crate) mod arrivals;
pub(crate) mod cards;
pub(crate) mod checkout;
pub(crate) mod devices;
pub(crate) mod disputes;
pub(crate) mod fees;
pub(crate) mod instructions;
pub(crate) mod payments;
pub(crate) mod rates;
pub(crate) mod refunds;
pub(crate) mod resources;
pub(crate) mod settlement;
