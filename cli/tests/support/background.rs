//! The program while it runs.

use super::{okpay, one_json};
use okpay::call::{Answer, Outcome, SignedRequest};
use okpay::client::{HttpOptions, HttpTransport, Transport};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A hang becomes a failure after this long.
const PATIENCE: Duration = Duration::from_secs(60);

/// A run of the program that goes on until it is stopped. Stopped hard if a test forgets.
pub(crate) struct Background {
    child: Child,
    lines: Receiver<String>,
}

impl Background {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines }
    }

    pub(crate) fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        one_json(&format!("{}\n", self.line()))
    }

    /// Ends it as a service manager does; gives the exit code and the lines that nobody has read.
    #[cfg(unix)]
    pub(crate) fn terminate(mut self) -> (i32, Vec<String>) {
        let killed = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        let code = self.child.wait().unwrap().code().unwrap_or(-1);
        (code, self.lines.iter().collect())
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A sandbox on a free port.
pub(crate) struct Sandbox {
    pub(crate) background: Background,
    pub(crate) details: Value,
}

impl Sandbox {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let background = Background::start(okpay().args(["sandbox", "--port", "0", "--json"]).args(arguments));
        let details = background.json();
        Self { background, details }
    }

    pub(crate) fn detail(&self, name: &str) -> &str {
        self.details[name].as_str().unwrap_or_else(|| panic!("{name} in {:?}", self.details.as_object().map(|object| object.keys())))
    }

    /// The program with this sandbox in its environment.
    pub(crate) fn okpay(&self, arguments: &[&str]) -> Command {
        let mut command = okpay();
        let variables = [
            ("OKPAY_BASE_URL", "url"),
            ("OKPAY_KEY_ID", "key_id"),
            ("OKPAY_SECRET", "secret"),
            ("OKPAY_GATEWAY_KEYS", "gateway_keys"),
            ("OKPAY_CONTROL_TOKEN", "control_token"),
        ];
        command.args(arguments).envs(variables.map(|(variable, name)| (variable, self.detail(name))));
        command
    }
}

/// Sends a request as any HTTP client would.
pub(crate) fn send(request: SignedRequest) -> Answer {
    let http = HttpTransport::new(&HttpOptions::default()).unwrap();
    match tokio::runtime::Runtime::new().unwrap().block_on(http.send(request)) {
        Outcome::Answered(answer) => answer,
        Outcome::Failed { detail, .. } => panic!("{detail}"),
    }
}
