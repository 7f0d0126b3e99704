//! Core from outside, through what it exports: its laws, the published vectors, and libraries of other hands as judges. One program for
//! all, since each would link core again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test and its helpers fail by panicking")]

mod call_ends;
mod call_prepare;
mod checks_judge;
mod checks_laws;
mod checks_vectors;
mod client_runs;
mod fees_extremes;
mod fees_laws;
mod fees_loading;
mod fees_support;
mod fees_vectors;
mod official_vectors;
mod payment_requests_vectors;
mod signing_judge;
mod signing_laws;
mod signing_shape;
mod signing_support;
mod signing_vectors;
mod totp_vectors;
mod webhooks_diagnose;
mod webhooks_judge;
mod webhooks_laws;
mod webhooks_replay;
mod webhooks_vectors;
