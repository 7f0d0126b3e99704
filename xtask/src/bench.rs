//! `cargo xtask bench`: each package as it is handed out, measured against what people use instead. Nothing fails by a time: ratios of
//! interleaved rounds are printed, for a machine's own figures say little on another.

use crate::{javascript, python};
use anyhow::{Result, bail};

struct Bench {
    name: &'static str,
    about: &'static str,
    run: fn() -> Result<()>,
}

const BENCHES: &[Bench] = &[
    Bench { name: "python", about: "webhooks and the import, against the standard library and peers", run: python::bench },
    Bench { name: "javascript", about: "webhooks and signing in Node, against node:crypto and peers", run: javascript::bench },
];

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The benchmarks to run; all of them if none is named.
    names: Vec<String>,
    /// Print the benchmarks and stop.
    #[arg(long)]
    list: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if let Some(name) = arguments.names.iter().find(|name| BENCHES.iter().all(|bench| bench.name != name.as_str())) {
        bail!("there is no benchmark `{name}`; `cargo xtask bench --list` prints them");
    }
    for bench in BENCHES.iter().filter(|bench| arguments.names.is_empty() || arguments.names.iter().any(|name| name == bench.name)) {
        println!("=== {}: {}", bench.name, bench.about);
        if !arguments.list {
            (bench.run)()?;
        }
    }
    Ok(())
}
