//! Exact fees, the same offline and at the gateway.

mod quote;

pub use quote::{Bearer, FeeLine, LineKind, Quote, QuoteRequest};
