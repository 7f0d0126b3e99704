//! Starts programs from the root of the repository, on the terminal of the caller.

use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// A cargo command, with its arguments in one text.
pub(crate) fn cargo(arguments: &str) -> Command {
    let mut command = program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments.split_whitespace());
    command
}

/// A command that runs at the root.
pub(crate) fn program(name: impl Into<OsString>) -> Command {
    let mut command = Command::new(name.into());
    command.current_dir(root());
    // `cargo xtask` is itself run by cargo, which tells it about its own package. Build scripts that watch these variables (ring's is
    // one) would run again, and rebuild what hangs on them, each time the outer cargo changes between xtask and a plain cargo.
    for (variable, _) in std::env::vars_os() {
        let about_this_package = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"];
        if variable.to_str().is_some_and(|name| about_this_package.iter().any(|prefix| name.starts_with(prefix))) {
            command.env_remove(variable);
        }
    }
    command
}

/// Shows the command, runs it with this terminal as its own, and fails unless it succeeds.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    println!("$ {shown}");
    let status = command.status().with_context(|| format!("`{shown}` cannot be started"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// Shows the command and becomes it, so that Ctrl-C and whatever else ends this program reaches the one that has to tidy up.
#[cfg(unix)]
pub(crate) fn become_program(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let shown = show(command);
    println!("$ {shown}");
    Err(command.exec()).with_context(|| format!("`{shown}` cannot be started"))
}

/// The same where no program can become another.
#[cfg(not(unix))]
pub(crate) fn become_program(command: &mut Command) -> Result<()> {
    run(command)
}

/// Runs the command and gives what it printed.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let shown = show(command);
    let output = command.stderr(std::process::Stdio::inherit()).output().with_context(|| format!("`{shown}` cannot be started"))?;
    if !output.status.success() {
        bail!("`{shown}` failed ({})", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{shown}` printed something that is not text"))
}

/// Where cargo builds: `CARGO_TARGET_DIR` or the workspace's own.
pub(crate) fn target() -> Result<PathBuf> {
    let metadata: serde_json::Value = serde_json::from_str(&output(&mut cargo("metadata --format-version 1 --no-deps"))?)?;
    Ok(metadata["target_directory"].as_str().context("cargo tells no target directory")?.into())
}

/// The command as one would type it at the root.
fn show(command: &Command) -> String {
    let root = root();
    let name = Path::new(command.get_program());
    // A tool of the project by its place in it, one of the machine by its name.
    let name = name.strip_prefix(&root).ok().or_else(|| name.file_name().map(Path::new)).unwrap_or(name);
    let arguments = command.get_args().map(|argument| Path::new(argument).strip_prefix(&root).unwrap_or(Path::new(argument)));
    let words = std::iter::once(name).chain(arguments).map(|word| word.to_string_lossy().into_owned());
    let set = command.get_envs().filter(|(name, _)| *name != "PATH"); // it says much of this machine and little of the command
    let set = set.filter_map(|(name, value)| Some(format!("{}={:?}", name.display(), value?)));
    set.chain(words).collect::<Vec<_>>().join(" ")
}
