//! What goes out: lines, tables and JSON on standard output.

use crate::end::ReaderGone;
use anyhow::{Context, Result};
use clap::builder::styling::{AnsiColor, Style};
use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;
use std::io::{ErrorKind, IsTerminal, Write, stderr, stdout};
use std::sync::atomic::{AtomicBool, Ordering};
use tracing_subscriber::EnvFilter;

/// Lets the warnings of what runs underneath out on standard error, or what `OKPAY_LOG` asks for.
pub(crate) fn start_log() {
    let wanted = EnvFilter::try_from_env("OKPAY_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(wanted).with_writer(stderr).with_ansi(COLOR.load(Ordering::Relaxed)).init();
}

static COLOR: AtomicBool = AtomicBool::new(false);

/// Lets colours through, if standard output is a terminal and `NO_COLOR` is not set.
pub(crate) fn set_color(wanted: bool) {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    COLOR.store(wanted && !refused && stdout().is_terminal(), Ordering::Relaxed);
}

/// The text in green, for what went well.
pub(crate) fn good(text: &str) -> String {
    painted(text, AnsiColor::Green)
}

/// The text in red, for what did not.
pub(crate) fn bad(text: &str) -> String {
    painted(text, AnsiColor::Red)
}

fn painted(text: &str, color: AnsiColor) -> String {
    let style = Style::new().fg_color(Some(color.into()));
    if COLOR.load(Ordering::Relaxed) { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

/// Prints a line, and sees that it is out.
pub(crate) fn line(text: &str) -> Result<()> {
    let mut out = stdout().lock();
    told(out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush()))
}

/// Prints a value as JSON, on one line.
pub(crate) fn json(value: &impl Serialize) -> Result<()> {
    line(&serde_json::to_string(value)?)
}

/// What became of writing to standard output.
pub(crate) fn told(result: std::io::Result<()>) -> Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(ReaderGone.into()),
        other => other.context("standard output cannot be written"),
    }
}

/// A table without frames whose columns from `first_figure` on are figures, flush right.
pub(crate) fn table(headings: &[&str], first_figure: usize, rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if !headings.is_empty() {
        table.set_header(headings.to_vec());
    }
    table.add_rows(rows);
    for (index, column) in table.column_iter_mut().enumerate() {
        if index >= first_figure {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}
