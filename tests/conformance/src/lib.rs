//! How Rust's tests tell which published cases they have run: `tests/vectors/README.md` says what a case is, and `cargo xtask test
//! conformance` holds the languages against each other.
#![forbid(unsafe_code)]
#![allow(clippy::panic, reason = "a test fails by panicking")]

use std::fs::OpenOptions;
use std::io::Write;

/// Reports that so many cases of a list hold, after they were checked. `file` is seen from `tests/`, such as `vectors/fees.json`.
///
/// It appends one line to the report that `OKPAY_CONFORMANCE` names, whole, so that any number of tests may report at once; without the
/// variable it does nothing.
///
/// # Panics
/// If the report cannot be written.
pub fn ran(file: &str, list: &str, cases: usize) {
    let Some(path) = std::env::var_os("OKPAY_CONFORMANCE") else { return };
    let line = format!("{}\n", serde_json::json!({ "file": file, "list": list, "cases": cases }));
    let report = OpenOptions::new().create(true).append(true).open(&path);
    if let Err(error) = report.and_then(|mut report| report.write_all(line.as_bytes())) {
        panic!("{} cannot be written: {error}", path.display());
    }
}
