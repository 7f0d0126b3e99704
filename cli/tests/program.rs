//! The program as a whole: help, version, usage.

mod support;

use support::run;

#[test]
fn help_shows_examples_and_exit_codes() {
    let help = run(&["--help"]).ok();
    for word in ["Example:", "Exit codes:", "sandbox", "listen", "trigger", "events", "sign", "webhook", "fees", "demo", "--no-color"] {
        assert!(help.contains(word), "{word}");
    }
    assert!(run(&["fees", "batch", "--help"]).ok().contains("okpay fees batch orders.csv"));
}

/// Those that need neither a gateway nor a file.
#[cfg(unix)]
#[test]
fn the_examples_of_the_help_work() {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_okpay"));
    let path =
        format!("{}:{}", program.parent().map(|folder| folder.display().to_string()).unwrap_or_default(), std::env::var("PATH").unwrap());
    let commands =
        ["", "fees", "fees quote", "fees gross-up", "fees max-withdrawal", "fees compare", "fees batch", "webhook", "webhook sign"];
    for command in commands {
        let help = run(&[command.split_whitespace().collect::<Vec<_>>(), vec!["--help"]].concat()).ok();
        let example = help.lines().skip_while(|line| *line != "Example:").nth(1).unwrap();
        let ran = std::process::Command::new("sh").arg("-c").arg(example).env("PATH", &path).output().unwrap();
        assert!(ran.status.success() && !ran.stdout.is_empty(), "{example}: {}", String::from_utf8_lossy(&ran.stderr));
    }
}

#[test]
fn help_is_without_escapes_when_told() {
    let help = support::finish(support::okpay().env("CLICOLOR_FORCE", "1").args(["--no-color", "--help"])).ok();
    assert!(!help.contains('\u{1b}'));
}

#[test]
fn version_is_the_packages() {
    assert_eq!(run(&["--version"]).ok(), format!("okpay {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn wrong_usage_ends_with_2() {
    for arguments in [&["frobnicate"][..], &["fees"], &["fees", "quote"], &["fees", "quote", "1", "EUR", "--method", "btc", "--fact", "x"]]
    {
        assert_eq!(run(arguments).code, 2, "{arguments:?}");
    }
}

#[test]
fn the_demo_holds_for_people_and_for_machines() {
    let told = run(&["demo"]).ok();
    assert!(told.contains("checks held") && !told.contains('\u{1b}'), "{told}");
    let report = run(&["demo", "--json"]).json();
    assert_eq!((&report["ok"], &report["held"]), (&serde_json::Value::Bool(true), &report["checks"]));
}

/// A reader that goes away is no error: `okpay … | head -1`.
#[cfg(unix)]
#[test]
fn a_closed_pipe_is_quiet() {
    let rows = (1..=100_000).map(|row| format!("{row}\n")).collect::<String>();
    let folder = tempfile::tempdir().unwrap();
    let path = support::file(folder.path(), "rows.csv", format!("amount\n{rows}"));
    let program = env!("CARGO_BIN_EXE_okpay");
    let script = format!("('{program}' fees batch '{path}' --currency EUR --method btc; echo \"code $?\" >&2) | head -1");
    let out = std::process::Command::new("sh").arg("-c").arg(script).output().unwrap();
    assert_eq!(String::from_utf8(out.stderr).unwrap(), "code 0\n");
    assert_eq!(String::from_utf8(out.stdout).unwrap(), "amount,gross,fee,net,rule\n");
}
