//! Writes the JavaScript around a wasm library: what the program `wasm-bindgen` does, by the same crate, in the version that the lock file
//! pins for both sides.
#![forbid(unsafe_code)]

use anyhow::Result;
use clap::Parser;
use std::path::PathBuf;
use wasm_bindgen_cli_support::Bindgen;

/// Writes NAME.js, NAME.d.ts and NAME_bg.wasm.
#[derive(Parser)]
struct Arguments {
    /// What cargo built
    input: PathBuf,
    /// The folder to write to
    #[arg(long)]
    out: PathBuf,
    /// The name of the files
    #[arg(long)]
    name: String,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    Bindgen::new()
        .web(true)?
        .input_path(&arguments.input)
        .out_name(&arguments.name)
        .typescript(true)
        // The loader names the file, so that bundlers see it there, and only there.
        .omit_default_module_path(true)
        // After a trap an instance is of no use any more: this makes a new one.
        .reset_state_function(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&arguments.out)
}
