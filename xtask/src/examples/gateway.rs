//! A gateway in a box that runs for as long as it is held.

use crate::command::{cargo, program, run, target};
use anyhow::{Context, Result};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};

/// A variable of the environment, and what `okpay sandbox --json` calls it.
const VARIABLES: [(&str, &str); 8] = [
    ("OKPAY_BASE_URL", "url"),
    ("OKPAY_KEY_ID", "key_id"),
    ("OKPAY_SECRET", "secret"),
    ("OKPAY_PUBLISHABLE_KEY", "publishable_key"),
    ("OKPAY_GATEWAY_KEYS", "gateway_keys"),
    ("OKPAY_FEE_SCHEDULE_KEY", "fee_schedule_key"),
    ("OKPAY_WEBHOOK_SECRET", "webhook_secret"),
    ("OKPAY_CONTROL_TOKEN", "control_token"),
];

/// A running `okpay sandbox`, stopped when it is dropped.
pub(super) struct Gateway {
    child: Child,
    details: Value,
}

/// The program `okpay`, built; tests that start gateways of their own are told of it in `OKPAY_PROGRAM`.
pub(super) fn okpay() -> Result<PathBuf> {
    run(&mut cargo("build --package okpay-cli"))?;
    Ok(target()?.join("debug").join(format!("okpay{}", std::env::consts::EXE_SUFFIX)))
}

impl Gateway {
    pub(super) fn start() -> Result<Self> {
        let mut command = program(okpay()?);
        let child = command.args(["sandbox", "--json", "--port", "0"]).stdout(Stdio::piped()).spawn().context("the sandbox")?;
        let mut gateway = Self { child, details: Value::Null };
        let mut line = String::new();
        BufReader::new(gateway.child.stdout.as_mut().context("the sandbox prints nothing")?).read_line(&mut line)?;
        gateway.details = serde_json::from_str(&line).context("what the sandbox tells of itself")?;
        Ok(gateway)
    }

    /// What a merchant's program finds in its environment.
    pub(super) fn variables(&self) -> Result<Vec<(&'static str, String)>> {
        let of = |(variable, detail)| Ok((variable, self.details[detail].as_str().with_context(|| format!("no {detail}"))?.to_owned()));
        VARIABLES.into_iter().map(of).collect()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // It keeps nothing on disk, so that it needs no farewell; one that is gone already is no error either.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
