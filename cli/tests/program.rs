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
