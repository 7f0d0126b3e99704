//! `okpay webhook`: sign a webhook for a test, or find out why one does not verify.

use crate::end::DOES_NOT_HOLD;
use crate::{ambient, input, output};
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use okpay::Timestamp;
use okpay::webhooks::{Diagnosis, DiagnosisHints, Verifier, WebhookSigner, diagnose};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Sign a webhook for a test, or verify one
#[derive(Args)]
#[command(after_help = "Example:\n  okpay webhook verify --help")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Sign(Sign),
    Verify(Verify),
}

/// Print the three headers of a signed webhook
#[derive(Args)]
#[command(after_help = "\
Example:
  OKPAY_WEBHOOK_SECRET=whsec_dGVzdCBzZWNyZXQgb2YgMzIgYnl0ZXMsIG5vIG1vcmU= okpay webhook sign --id evt_test --data '{\"type\":\"test\"}'")]
struct Sign {
    /// The raw body: the text itself, @FILE, or @- for standard input
    #[arg(short, long)]
    data: String,
    /// The id of the event: evt_ and lower-case letters and digits
    #[arg(long, default_value = "evt_test")]
    id: String,
    /// When it is signed, in seconds since 1970, instead of now
    #[arg(long, value_name = "SECONDS")]
    timestamp: Option<i64>,
    /// A file with one secret a line, instead of OKPAY_WEBHOOK_SECRET
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

/// Verify a webhook, and say why if it does not hold
#[derive(Args)]
#[command(after_help = "\
Example:
  okpay webhook verify --data @body.json --header 'webhook-id: evt_1' --header 'webhook-timestamp: 1793491200' --header 'webhook-signature: v1,…'
  okpay webhook verify --data @body.json --header @headers.txt

The secret comes from OKPAY_WEBHOOK_SECRET; several (during a rotation) are separated by commas. Exit code 1 if the webhook does not hold.")]
struct Verify {
    /// The raw body as it came: the text itself, @FILE, or @- for standard input
    #[arg(short, long)]
    data: String,
    /// A header as `name: value`, or @FILE with one a line
    #[arg(short = 'H', long, required = true, value_name = "HEADER")]
    header: Vec<String>,
    /// A file with one secret or public key (whsec_…, whpk_…) a line, instead of OKPAY_WEBHOOK_SECRET
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// A file with secrets that the endpoint had before, to recognize what they signed
    #[arg(long, value_name = "FILE")]
    previous_secret_file: Option<PathBuf>,
    /// How far the timestamp may be from now, in seconds
    #[arg(long, default_value_t = 300, value_name = "SECONDS")]
    tolerance: u32,
    /// Verify as if it were this time, in seconds since 1970
    #[arg(long, value_name = "SECONDS")]
    now: Option<i64>,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: Arguments) -> Result<ExitCode> {
    match arguments.command {
        Command::Sign(arguments) => sign(&arguments),
        Command::Verify(arguments) => verify(&arguments),
    }
}

fn sign(arguments: &Sign) -> Result<ExitCode> {
    let signer = WebhookSigner::new(&secrets(arguments.secret_file.as_deref())?)?;
    let now = arguments.timestamp.map_or_else(ambient::now, Timestamp::from_secs);
    let headers = signer.headers(&arguments.id, now, &input::bytes(&arguments.data)?)?.to_list();
    if arguments.json {
        output::json(&headers.into_iter().map(|(name, value)| (name, value.into())).collect::<serde_json::Map<_, _>>())?;
    } else {
        headers.iter().try_for_each(|(name, value)| output::line(&format!("{name}: {value}")))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn verify(arguments: &Verify) -> Result<ExitCode> {
    let (body, headers) = (input::bytes(&arguments.data)?, headers(&arguments.header)?);
    let secrets = secrets(arguments.secret_file.as_deref())?;
    let now = arguments.now.map_or_else(ambient::now, Timestamp::from_secs);
    let verified = Verifier::new(&secrets).and_then(|verifier| verifier.tolerance_secs(arguments.tolerance).verify(&body, &headers, now));
    let Ok(payload) = verified else {
        let hints = DiagnosisHints {
            previous_secrets: arguments.previous_secret_file.as_deref().map(lines).transpose()?.unwrap_or_default(),
            tolerance_secs: Some(arguments.tolerance),
            ..DiagnosisHints::default()
        };
        tell_why(&diagnose(&body, &headers, &secrets, now, &hints), arguments.json)?;
        return Ok(ExitCode::from(DOES_NOT_HOLD));
    };
    let event_type = payload.event_type().ok();
    if arguments.json {
        let timestamp = payload.timestamp().secs();
        output::json(&serde_json::json!({ "verified": true, "id": payload.id(), "timestamp": timestamp, "type": event_type }))?;
    } else {
        let what = event_type.as_deref().unwrap_or("a body that is no event");
        output::line(&format!("{} {}: {what}, signed at {}", output::good("verified"), payload.id(), payload.timestamp()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn tell_why(diagnosis: &Diagnosis, json: bool) -> Result<()> {
    if json {
        return output::json(diagnosis);
    }
    output::line(&output::bad("not verified"))?;
    diagnosis.findings.iter().try_for_each(|finding| output::line(&format!("  {}: {}", finding.code, finding.detail)))
}

/// The secrets, out of a file or else out of the environment.
fn secrets(file: Option<&Path>) -> Result<Vec<String>> {
    if let Some(path) = file {
        return lines(path);
    }
    let secret = input::secret(None, "OKPAY_WEBHOOK_SECRET")?;
    Ok(input::secret_text(&secret)?.split(',').map(str::to_owned).collect())
}

fn lines(path: &Path) -> Result<Vec<String>> {
    let secret = input::secret(Some(path), "")?;
    let lines = input::secret_text(&secret)?.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect::<Vec<_>>();
    if lines.is_empty() {
        bail!("{} holds no secret: it must have one a line", path.display());
    }
    Ok(lines)
}

fn headers(arguments: &[String]) -> Result<Vec<(String, String)>> {
    let mut headers = Vec::new();
    for argument in arguments {
        match argument.strip_prefix('@') {
            None => headers.push(header(argument)?),
            Some(_) => {
                let text = String::from_utf8(input::bytes(argument)?).with_context(|| format!("{} is not text", &argument[1..]))?;
                let lines = text.lines().filter(|line| !line.trim().is_empty());
                headers.extend(lines.map(header).collect::<Result<Vec<_>>>()?);
            }
        }
    }
    Ok(headers)
}

fn header(line: &str) -> Result<(String, String)> {
    let (name, value) = line.split_once(':').with_context(|| format!("{line:?} is not a header: write name: value"))?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}
