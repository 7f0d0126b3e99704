//! Writes the JavaScript around a wasm library: what the program `wasm-bindgen` does, by the same crate, in the version that the lock file
//! pins for both sides. With `--part`, what is loaded later is cut off before ([`part`]).
#![forbid(unsafe_code)]

mod part;

use anyhow::Result;
use clap::Parser;
use std::path::PathBuf;
use wasm_bindgen_cli_support::Bindgen;

/// Writes NAME.js, NAME.d.ts, NAME_bg.wasm, and NAME_PART.wasm.
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
    /// The one part that is loaded later; the library is linked with --emit-relocs
    #[arg(long)]
    part: Option<String>,
}

fn main() -> Result<()> {
    let Arguments { input, out, name, part } = Arguments::parse();
    let library = std::fs::read(input)?;
    let library = part.as_ref().map_or(Ok(library.clone()), |part| part::cut_off(&library, part, &out, &name))?;
    Bindgen::new()
        .web(true)?
        .input_bytes(&name, library)
        .out_name(&name)
        .typescript(true)
        // The loader names the file, so that bundlers see it there, and only there.
        .omit_default_module_path(true)
        // After a trap an instance is of no use any more: this makes a new one.
        .reset_state_function(true)
        // A part takes the table of functions from the library.
        .keep_lld_exports(part.is_some())
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&out)
}
