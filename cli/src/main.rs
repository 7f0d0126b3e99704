//! `okpay`, the program: the gateway in a box, webhooks at hand, signatures and fees on the command line.
//!
//! | file | what is in it |
//! | --- | --- |
//! | `arguments.rs` | the tree of commands |
//! | `commands/` | one file (or folder) a command: its arguments, its help, what it does |
//! | `demo/` | the demonstration |
//! | `connect.rs` | what the commands that talk to a gateway share |
//! | `input.rs`, `output.rs` | files, secrets and standard input in; lines, tables and JSON out |
//! | `end.rs` | how the program ends: exit codes, and errors in one line |
//! | `ambient.rs` | the clock and the random numbers, read here and nowhere else |
#![forbid(unsafe_code)]

mod ambient;
mod arguments;
mod commands;
mod connect;
mod demo;
mod end;
mod input;
mod output;

use clap::{ColorChoice, CommandFactory, FromArgMatches};
use std::process::ExitCode;

fn main() -> ExitCode {
    end::of(run())
}

fn run() -> anyhow::Result<ExitCode> {
    let plain = std::env::args_os().any(|argument| argument == "--no-color");
    let color = if plain { ColorChoice::Never } else { ColorChoice::Auto };
    let matches = arguments::Arguments::command().color(color).get_matches();
    let arguments = arguments::Arguments::from_arg_matches(&matches)?;
    output::set_color(!arguments.no_color);
    output::start_log();
    arguments.command.run()
}
