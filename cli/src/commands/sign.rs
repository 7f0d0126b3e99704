//! `okpay sign`: the headers of a signed request, for a tool that cannot sign.

use crate::{ambient, input, output};
use anyhow::{Context, Result};
use clap::Args;
use okpay::OkpayError;
use okpay::api::API_VERSION;
use okpay::signing::{HmacKey, SignatureHeaders, Signer, normal_url, sign_request};
use std::path::PathBuf;
use std::process::ExitCode;

/// Print the headers that sign a request
#[derive(Args)]
#[command(after_help = "\
Example:
  okpay sign POST http://127.0.0.1:4010/v1/webhook_endpoints --data '{\"url\":\"http://127.0.0.1:3000/okpay\"}' --curl

The key comes from OKPAY_KEY_ID and OKPAY_SECRET, as `okpay sandbox` prints them. A signature is good for 300 seconds and for one request.")]
pub(crate) struct Arguments {
    /// GET or POST
    method: String,
    /// The whole URL
    url: String,
    /// The body: the text itself, @FILE, or @- for standard input
    #[arg(short, long)]
    data: Option<String>,
    /// The type of the body
    #[arg(long, default_value = "application/json")]
    content_type: String,
    /// The key of the call, one per logical call; a POST that is given none gets a random one
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
    /// The public id of the key that signs
    #[arg(long, env = "OKPAY_KEY_ID", value_name = "ID")]
    key_id: String,
    /// A file with the secret, instead of OKPAY_SECRET
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// A file with a device's key (see `okpay device-key`), which signs with Ed25519 instead of the secret
    #[arg(long, value_name = "FILE", conflicts_with = "secret_file")]
    device_key: Option<PathBuf>,
    /// When it is signed, in seconds since 1970, instead of now
    #[arg(long, value_name = "SECONDS")]
    created: Option<i64>,
    /// 128 bits in base64url instead of random ones
    #[arg(long)]
    nonce: Option<String>,
    /// Print a curl command that sends the request
    #[arg(long)]
    curl: bool,
    /// Print one line of JSON
    #[arg(long, conflicts_with = "curl")]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let request = Request::read(arguments)?;
    let headers = request.all_headers(&request.signed(arguments)?);
    if arguments.json {
        let headers = headers.into_iter().map(|(name, value)| (name, value.into())).collect::<serde_json::Map<_, _>>();
        output::json(&serde_json::json!({ "method": request.method, "url": request.url, "headers": headers }))?;
    } else if arguments.curl {
        output::line(&request.curl(&headers, arguments.data.as_deref())?)?;
    } else {
        headers.iter().try_for_each(|(name, value)| output::line(&format!("{name}: {value}")))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn signer(arguments: &Arguments) -> Result<Box<dyn Signer>> {
    if let Some(path) = &arguments.device_key {
        return Ok(Box::new(input::device_key(path, &arguments.key_id)?));
    }
    let secret = input::secret(arguments.secret_file.as_deref(), "OKPAY_SECRET")?;
    Ok(Box::new(HmacKey::from_text(&arguments.key_id, input::secret_text(&secret)?)?))
}

/// What is signed.
struct Request {
    method: String,
    url: String,
    content_type: Option<String>,
    idempotency_key: Option<String>,
    body: Vec<u8>,
}

impl Request {
    fn read(arguments: &Arguments) -> Result<Self> {
        let method = arguments.method.to_ascii_uppercase();
        let body = arguments.data.as_deref().map(input::bytes).transpose()?.unwrap_or_default();
        let idempotency_key = match &arguments.idempotency_key {
            None if method == "POST" => Some(ambient::token()?),
            given => given.clone(),
        };
        let content_type = (!body.is_empty()).then(|| arguments.content_type.clone());
        Ok(Self { method, url: normal_url(&arguments.url)?, content_type, idempotency_key, body })
    }

    fn signed(&self, arguments: &Arguments) -> Result<SignatureHeaders> {
        let key = signer(arguments)?;
        let created = arguments.created.unwrap_or_else(|| ambient::now().secs());
        let nonce = arguments.nonce.clone().map_or_else(ambient::token, Ok)?;
        let content_type = self.content_type.as_deref();
        let key_of_call = self.idempotency_key.as_deref();
        let signed = sign_request(&self.method, &self.url, content_type, key_of_call, &self.body, key.as_ref(), created, &nonce);
        signed.map_err(OkpayError::into)
    }

    /// All that must be sent, in the order in which it is easiest to read.
    fn all_headers(&self, signed: &SignatureHeaders) -> Vec<(String, String)> {
        let content_type = self.content_type.iter().map(|value| ("content-type".to_owned(), value.clone()));
        let version = ("okpay-version".to_owned(), API_VERSION.to_owned());
        content_type.chain([version]).chain(signed.to_list()).collect()
    }

    /// A command for a POSIX shell. It sends the very URL that was signed.
    fn curl(&self, headers: &[(String, String)], data: Option<&str>) -> Result<String> {
        let mut parts = vec![format!("curl --globoff --path-as-is --request {}", self.method), quoted(&self.url)];
        parts.extend(headers.iter().map(|(name, value)| format!("--header {}", quoted(&format!("{name}: {value}")))));
        if !self.body.is_empty() {
            parts.push(format!("--data-binary {}", quoted(&self.curl_data(data)?)));
        }
        Ok(parts.join(" \\\n  "))
    }

    /// A file stays a file, so that the command is short and its bytes the same; what came in otherwise goes into the command.
    fn curl_data(&self, data: Option<&str>) -> Result<String> {
        match data {
            Some(file) if file.starts_with('@') && file != "@-" => Ok(file.to_owned()),
            _ => {
                let text = std::str::from_utf8(&self.body).ok().filter(|text| !text.starts_with('@') && !text.contains('\0'));
                text.map(str::to_owned).context("this body cannot stand in a command: put it into a file and give --data @FILE")
            }
        }
    }
}

/// One word of a POSIX shell, whatever is in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
