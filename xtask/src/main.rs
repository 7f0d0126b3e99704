//! The project's own tasks: `cargo xtask test`, `generate`, `start`, `package` and `bench`.
//!
//! | file | what is in it |
//! | --- | --- |
//! | `test.rs` | runs the chosen steps, with headings, times and a summary |
//! | `steps.rs` | what each step runs |
//! | `generate.rs` | the generated files: write, or compare |
//! | `readme.rs` | every block of code in every README is real |
//! | `reference.rs` | the reference page |
//! | `schema.rs` | the models' JSON Schemas, read once for the templates of every language |
//! | `python.rs` | the Python package: what of it is generated, and its step |
//! | `javascript.rs` | the package for browsers and Node: what of it is generated, and its step |
//! | `kotlin.rs` | the Kotlin module: what of it is generated, and its step |
//! | `conformance.rs` | the table of what each language has run |
//! | `examples.rs` | the programs under `examples/`, run as whoever copies them would |
//! | `package.rs` | what is handed out, with its sizes |
//! | `bench.rs` | what is handed out, against what people use instead |
//! | `command.rs` | starts programs from the root of the repository |
//! | `uniffi.rs` | the library for Kotlin and Swift, and the plumbing over it |
//! | `swift.rs` | the Swift package: what of it is generated, and its step |
//! | `tools.rs` | ready-made checkers from PyPI, in a folder of the project |
#![forbid(unsafe_code)]

mod bench;
mod command;
mod conformance;
mod examples;
mod generate;
mod javascript;
mod kotlin;
mod package;
mod python;
mod readme;
mod reference;
mod schema;
mod steps;
mod swift;
mod test;
mod tools;
mod uniffi;
mod waits;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// The project's own tasks.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Runs every suite, or the steps that are named. Example: `cargo xtask test fmt clippy`.
    Test(test::Arguments),
    /// Writes the files that are made from the table of endpoints.
    Generate {
        /// Compare only: say which file is stale, and change nothing.
        #[arg(long)]
        verify: bool,
    },
    /// Starts an example with everything it needs. Example: `cargo xtask start python-shop`.
    Start {
        /// Its folder under `examples/`.
        example: String,
    },
    /// Builds what can be handed out into `dist/`, and prints its sizes.
    Package(package::Arguments),
    /// Measures the packages as they are handed out against what people use instead.
    Bench(bench::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Test(arguments) => test::run(&arguments),
        Task::Start { example } => examples::start(&example),
        Task::Package(arguments) => package::run(&arguments),
        Task::Bench(arguments) => bench::run(&arguments),
        Task::Generate { verify: false } => generate::write(),
        Task::Generate { verify: true } => generate::verify(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
