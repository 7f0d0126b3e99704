//! `cargo xtask test kotlin`: the library, the plumbing over it, Maven's build with its tests, and a project of its own that uses the jar
//! as users get it.

use crate::command::{cargo, output, program, root, run, target};
use crate::conformance::report_as;
use crate::tools::is_on_path;
use crate::uniffi;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::SystemTime;

pub(super) const MODULE: &str = "bindings/uniffi/kotlin";
/// A project of its own, whose one program is the README's.
const CONSUMER: &str = "bindings/uniffi/kotlin/consumer";

/// Builds, installs, checks.
pub(crate) fn check() -> Result<()> {
    have_tools()?;
    same_version()?;
    run(&mut cargo("build --package okpay-cli"))?;
    prepare(&uniffi::library()?)?;
    let okpay = target()?.join("debug").join(format!("okpay{}", std::env::consts::EXE_SUFFIX));
    run(report_as("kotlin", maven(MODULE, "install").env("OKPAY_PROGRAM", &okpay))?)?;
    consume(&okpay)
}

/// The jar where Maven finds it, for whoever uses it: as this step has left it, or made without its tests where it is missing or old.
pub(crate) fn install() -> Result<()> {
    have_tools()?;
    let library = uniffi::library()?;
    if is_current(&library) {
        return Ok(());
    }
    prepare(&library)?;
    run(maven(MODULE, "install").arg("-Dmaven.test.skip=true"))
}

fn have_tools() -> Result<()> {
    if !is_on_path("mvn") || !is_on_path("javac") {
        bail!("Maven and a JDK of 17 or later are needed (Debian: apt-get install maven default-jdk-headless)");
    }
    Ok(())
}

/// Whether the jar is newer than all that it is made of.
fn is_current(library: &Path) -> bool {
    let module = root().join(MODULE);
    let jar = changed(&module.join(format!("target/okpay-{}.jar", env!("CARGO_PKG_VERSION"))));
    let name = format!("{}okpay_core{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let made_of = [library.join(name), module.join("src/main"), module.join("src/generated"), module.join("pom.xml")];
    jar.is_some() && made_of.iter().all(|part| changed(part) < jar)
}

/// When a file, or the last of those in a folder, was changed.
fn changed(path: &Path) -> Option<SystemTime> {
    match std::fs::read_dir(path) {
        Ok(entries) => entries.flatten().filter_map(|entry| changed(&entry.path())).max(),
        Err(_) => path.metadata().and_then(|found| found.modified()).ok(),
    }
}

/// Puts what is not kept in the repository where Maven looks for it, and gives the library there.
pub(super) fn prepare(folder: &Path) -> Result<PathBuf> {
    let made = root().join(MODULE).join("target");
    uniffi::plumbing("kotlin", folder, &made.join("generated"))?;
    let name = format!("{}okpay_core{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let natives = made.join("natives").join(format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH));
    std::fs::create_dir_all(&natives).with_context(|| format!("{} cannot be made", natives.display()))?;
    let copy = natives.join(&name);
    std::fs::copy(folder.join(&name), &copy).with_context(|| format!("{} cannot be written", copy.display()))?;
    // What debuggers read is most of a library that is built for tests.
    if is_on_path("strip") {
        run(program("strip").arg(&copy))?;
    }
    Ok(copy)
}

/// The program of the README, against the installed jar and a gateway of its own.
fn consume(okpay: &Path) -> Result<()> {
    let mut gateway = program(okpay).args(["sandbox", "--json", "--port", "0"]).stdout(Stdio::piped()).spawn().context("the sandbox")?;
    let done = details(&mut gateway).and_then(|details| {
        let mut maven = maven(CONSUMER, "verify");
        for (variable, detail) in [
            ("OKPAY_BASE_URL", "url"),
            ("OKPAY_KEY_ID", "key_id"),
            ("OKPAY_SECRET", "secret"),
            ("OKPAY_PUBLISHABLE_KEY", "publishable_key"),
            ("OKPAY_GATEWAY_KEYS", "gateway_keys"),
        ] {
            maven.env(variable, details[detail].as_str().with_context(|| format!("the sandbox tells no {detail}"))?);
        }
        let said = output(&mut maven)?;
        print!("{said}");
        if !said.contains("pay_") || !said.contains("succeeded") {
            bail!("the program in {CONSUMER} made no payment");
        }
        Ok(())
    });
    gateway.kill()?;
    gateway.wait()?;
    done
}

/// What the sandbox says of itself, on its first line.
fn details(gateway: &mut Child) -> Result<serde_json::Value> {
    let mut line = String::new();
    BufReader::new(gateway.stdout.take().context("the sandbox has no output")?).read_line(&mut line)?;
    serde_json::from_str(&line).context("the sandbox does not say where it is")
}

/// The jar has the version of the library in it.
fn same_version() -> Result<()> {
    for folder in [MODULE, CONSUMER] {
        let pom = PathBuf::from(folder).join("pom.xml");
        let text = std::fs::read_to_string(root().join(&pom)).with_context(|| format!("{} cannot be read", pom.display()))?;
        let version = format!("<version>{}</version>", env!("CARGO_PKG_VERSION"));
        if !text.contains(&version) {
            bail!("{} has another version than Cargo.toml, which has {version}", pom.display());
        }
    }
    Ok(())
}

/// A goal of Maven's on a project of this repository.
pub(crate) fn maven(folder: &str, goal: &str) -> Command {
    let mut command = program("mvn");
    command.args(["--quiet", "--batch-mode", "--file"]).arg(format!("{folder}/pom.xml")).arg(goal);
    command
}
