//! The steps of `cargo xtask test`, cheapest first, so that a slip shows in seconds.
//!
//! Their order also saves building: `clippy` and `doc` share the checked dependencies of the whole workspace, and core alone comes after
//! the workspace.

use crate::command::{cargo, output, program, root, run};
use crate::conformance::{self, report_as};
use crate::examples;
use crate::generate;
use crate::javascript;
use crate::kotlin;
use crate::python;
use crate::readme;
use crate::swift;
use crate::tools::{is_on_path, python as python3, tool};
use anyhow::{Context, Result, bail};

pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) run: fn() -> Result<()>,
}

pub(crate) const STEPS: &[Step] = &[
    Step { name: "fmt", about: "every Rust file is formatted", run: fmt },
    Step { name: "generate", about: "the generated files are what the table of endpoints makes", run: generate::verify },
    Step { name: "readme", about: "every block of code in every README is compiled or run", run: readme::check },
    Step { name: "openapi", about: "the OpenAPI document is valid, by a validator of other hands", run: openapi },
    Step { name: "witness", about: "figures and signatures again, in plain Python", run: witness },
    Step { name: "deny", about: "licences, sources and bans of the dependencies", run: deny },
    Step { name: "clippy", about: "lints of the workspace, and of core under each of its features", run: clippy },
    Step { name: "doc", about: "the documentation builds without a warning", run: doc },
    Step { name: "wasm", about: "core compiles for the browser, without I/O, clock or randomness", run: wasm },
    Step { name: "rust", about: "unit, integration, end-to-end and documentation tests", run: rust },
    Step { name: "python", about: "the Python package as installed: lints, types, vectors, scenarios", run: python::check },
    Step { name: "javascript", about: "the npm package as installed: lints, types, vectors, scenarios, a browser", run: javascript::check },
    Step {
        name: "kotlin",
        about: "the Kotlin module as built by Maven: vectors, scenarios, the crossing, the jar in use",
        run: kotlin::check,
    },
    Step { name: "swift", about: "the Swift package: vectors, scenarios, crossings, and a package that uses it", run: swift::check },
    Step { name: "examples", about: "every program to copy, run as whoever copies it would", run: examples::check },
    Step { name: "conformance", about: "every language has run every published case", run: conformance::check },
];

/// How core is linted alone: cargo unifies features in a workspace, which hides what a feature lacks by itself. Dependencies of tests do so,
/// too, and so the library goes alone; its tests have to compile in the checkout build all the same.
const CORE: &[&str] = &[
    "--lib --no-default-features",
    "--lib",
    "--lib --features client",
    "--lib --features sqlite",
    "--lib --features schema",
    "--lib --no-default-features --features schema",
    "--all-targets --no-default-features",
    "--all-targets",
];

fn fmt() -> Result<()> {
    run(&mut cargo("fmt --all --check"))
}

fn openapi() -> Result<()> {
    run(program(tool("openapi-spec-validator")?).arg(generate::OPENAPI))
}

fn witness() -> Result<()> {
    let folder = root().join("tests/witness");
    let entries = std::fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut scripts = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    scripts.retain(|path| path.extension().is_some_and(|extension| extension == "py"));
    scripts.sort();
    if scripts.is_empty() {
        bail!("there is no witness in tests/witness");
    }
    // -E, -S: no settings and no packages of this machine, only the standard library; -B: no folder of bytecode is left behind.
    scripts.iter().try_for_each(|script| run(program(python3()).args(["-E", "-S", "-B"]).arg(script)))
}

fn deny() -> Result<()> {
    let mut command = if is_on_path("cargo-deny") { program("cargo-deny") } else { program(tool("cargo-deny")?) };
    run(command.args(["check", "--hide-inclusion-graph", "bans", "licenses", "sources"]))
}

fn clippy() -> Result<()> {
    run(&mut cargo("clippy --workspace --all-targets --all-features -- -D warnings"))?;
    CORE.iter().try_for_each(|selection| run(&mut cargo(&format!("clippy -p okpay {selection} -- -D warnings"))))
}

fn doc() -> Result<()> {
    run(cargo("doc --workspace --no-deps --all-features").env("RUSTDOCFLAGS", "-D warnings"))
}

/// Nothing that opens a socket, reads a clock or makes random numbers comes into the pure core, for the browser or elsewhere.
const IMPURE: &[&str] = &["getrandom", "rand", "tokio", "mio", "socket2", "reqwest", "hyper", "rustls", "rusqlite", "js-sys", "web-sys"];

fn wasm() -> Result<()> {
    for features in ["", " --no-default-features"] {
        let tree = output(&mut cargo(&format!("tree -p okpay{features} -e normal --target all --prefix none --format {{p}}")))?;
        if let Some(impure) = tree.lines().find(|line| IMPURE.iter().any(|name| line.split(' ').next() == Some(name))) {
            bail!("the pure core depends on {impure}: see `cargo tree -p okpay{features} -e normal --target all`");
        }
        let build = format!("build -p okpay --lib --target wasm32-unknown-unknown{features}");
        run(program("bash").arg("xtask/scripts/wasm-env.sh").arg("cargo").args(build.split_whitespace()))?;
    }
    Ok(())
}

fn rust() -> Result<()> {
    run(report_as("rust", &mut cargo("test --workspace --all-features --no-fail-fast"))?)
}
