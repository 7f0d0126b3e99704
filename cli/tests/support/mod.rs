//! Runs the real program, away from the environment of whoever runs the tests.
#![allow(dead_code, reason = "every test file uses its own part")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "only test functions are exempt by themselves")]

pub(crate) mod background;

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The program, with nothing of ours in its environment.
pub(crate) fn okpay() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_okpay"));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("OKPAY_") || name.to_ascii_uppercase().ends_with("_PROXY") {
            command.env_remove(&*name);
        }
    }
    command
}

/// How a run of the program ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) fn run(arguments: &[&str]) -> Ran {
    finish(okpay().args(arguments))
}

pub(crate) fn run_with_input(arguments: &[&str], input: &[u8]) -> Ran {
    let mut child = okpay().args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    ran(child.wait_with_output().unwrap())
}

pub(crate) fn finish(command: &mut Command) -> Ran {
    ran(command.stdin(Stdio::null()).output().unwrap())
}

fn ran(output: std::process::Output) -> Ran {
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Ran {
    /// The run was good; what it printed.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!((self.code, self.stderr.as_str()), (0, ""), "{}", self.stdout);
        self.stdout
    }

    /// The run was good and printed one line of JSON.
    #[track_caller]
    pub(crate) fn json(self) -> Value {
        one_json(&self.ok())
    }

    /// The run failed with a code and one line on standard error, which has all the words.
    #[track_caller]
    pub(crate) fn fails(self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "{} {}", self.stdout, self.stderr);
        assert_eq!(self.stdout, "");
        assert!(self.stderr.starts_with("error: ") && self.stderr.lines().count() == 1, "{:?}", self.stderr);
        for word in words {
            assert!(self.stderr.contains(word), "{:?} lacks {word:?}", self.stderr);
        }
    }
}

/// Exactly one line, which is JSON.
#[track_caller]
pub(crate) fn one_json(text: &str) -> Value {
    assert_eq!(text.matches('\n').count(), 1, "{text}");
    serde_json::from_str(text).unwrap()
}

/// A file of the test's own.
pub(crate) fn file(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A public vector file.
pub(crate) fn vectors(name: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}
