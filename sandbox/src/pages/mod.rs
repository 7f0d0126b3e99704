//! What a buyer sees in a browser: server-rendered, without a build step.
//!
//! | file | what |
//! | --- | --- |
//! | `acs.rs` | the bank's page of 3-D Secure, `/sandbox/3ds/{token}` |
//!
//! A page is a route in [`router`], behind the check of the host. It works through `crate::domain` in a [`Work`](crate::work::Work), as
//! the API's handlers do: `checkout::view`, `checkout::confirm`, `deliveries::of_event`, …

mod acs;

use crate::control::known_host;
use crate::gateway::Shared;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;

/// All pages.
pub(crate) fn router(gateway: Shared) -> Router<Shared> {
    Router::new().route("/sandbox/3ds/{token}", get(acs::show).post(acs::decide)).route_layer(from_fn_with_state(gateway, known_host))
}
