//! A shop and a gateway as separate programs, so that a test can kill either at any moment.
//!
//! | file | what |
//! | --- | --- |
//! | `shop.rs` | the shop's database: orders, and how often each event was handled |
//! | `bin/crash-gateway.rs` | the gateway in a box on a file |
//! | `bin/crash-shop.rs` | a shop that recovers, pays its open orders and handles webhooks |
//! | `tests/crash.rs` | kills both, ten times, and counts |

pub mod shop;
