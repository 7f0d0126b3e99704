//! What people see in a browser: server-rendered, without scripts, without a build step, in English and Chinese.
//!
//! | file | what |
//! | --- | --- |
//! | `checkout/` | the hosted checkout page, `/checkout/{session}` |
//! | `acs.rs` | where somebody approves: 3-D Secure, `/sandbox/3ds/{token}`, online banking, `/sandbox/online-banking/{token}`, the buyer's own OKPay wallet, `/sandbox/okpay-wallet/{token}`, another wallet, `/sandbox/e-wallet/{token}` |
//! | `console/` | events and deliveries for the merchant's engineers, `/sandbox/console` |
//! | `layout.rs`, `style.css` | the frame, the look and the headers of every page |
//! | `forms.rs` | what a form sends, and where the browser goes next |
//! | `words.rs` | every text that a buyer reads, in both languages |
//! | `qr.rs` | QR codes as SVG |
//!
//! A page is a route in [`router`], behind the check of the host. It works through `crate::domain` in a [`Work`](crate::work::Work), as
//! the API's handlers do: `checkout::view`, `checkout::confirm`, `deliveries::of_event`, …

mod acs;
mod checkout;
mod console;
mod forms;
mod layout;
mod qr;
mod words;

use crate::control::known_host;
use crate::gateway::Shared;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::get;

/// The largest form that is read, in bytes.
const MAX_FORM: usize = 16 * 1024;

/// All pages.
pub(crate) fn router(gateway: Shared) -> Router<Shared> {
    Router::new()
        .route("/checkout/{id}", get(checkout::show).post(checkout::pay))
        .route("/sandbox/3ds/{token}", get(acs::show).post(acs::decide))
        .route("/sandbox/e-wallet/{token}", get(acs::show).post(acs::decide))
        .route("/sandbox/online-banking/{token}", get(acs::show).post(acs::decide))
        .route("/sandbox/okpay-wallet/{token}", get(acs::show).post(acs::decide))
        .merge(console::router())
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .route_layer(from_fn_with_state(gateway, known_host))
}
