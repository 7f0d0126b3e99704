//! What comes in: files, standard input and secrets, all of bounded size.

use anyhow::{Context, Result, anyhow, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use okpay::signing::{Ed25519Key, Secret};
use std::fs::File;
use std::io::{Read, stdin};
use std::path::Path;

/// The most bytes of a request or webhook: what the gateway takes and sends.
pub(crate) const MAX_BODY: u64 = 1024 * 1024;

/// A secret is a line, not a book.
const MAX_SECRET: u64 = 64 * 1024;

/// The bytes that an argument such as `--data` means: `@FILE` is a file, `@-` standard input, anything else the text itself.
pub(crate) fn bytes(argument: &str) -> Result<Vec<u8>> {
    match argument.strip_prefix('@') {
        Some("-") => limited(stdin().lock(), "standard input", MAX_BODY),
        Some(path) => file(Path::new(path), MAX_BODY),
        None => Ok(argument.as_bytes().to_vec()),
    }
}

/// The bytes of a file of at most `most` bytes.
pub(crate) fn file(path: &Path, most: u64) -> Result<Vec<u8>> {
    let name = path.display().to_string();
    limited(open(path)?, &name, most)
}

/// The text of a file of at most `most` bytes.
pub(crate) fn text(path: &Path, most: u64) -> Result<String> {
    String::from_utf8(file(path, most)?).map_err(|_| anyhow!("{} is not text in UTF-8", path.display()))
}

/// Opens a file to read.
pub(crate) fn open(path: &Path) -> Result<File> {
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        bail!("{} is a folder; name a file", path.display());
    }
    Ok(file)
}

/// A secret, out of a file or else out of the environment: never out of an argument, which every process can see.
pub(crate) fn secret(file: Option<&Path>, variable: &str) -> Result<Secret> {
    if let Some(path) = file {
        return Ok(Secret::new(trimmed(self::file(path, MAX_SECRET)?)));
    }
    match std::env::var(variable) {
        Ok(text) if !text.trim().is_empty() => Ok(Secret::new(trimmed(text.into_bytes()))),
        Ok(_) => bail!("{variable} is empty; set it, or name a file with --secret-file"),
        Err(std::env::VarError::NotPresent) => bail!("set {variable}, or name a file with --secret-file"),
        Err(std::env::VarError::NotUnicode(_)) => bail!("{variable} is not text"),
    }
}

/// The device key in a file: its 32 bytes in base64, on one line.
pub(crate) fn device_key(path: &Path, key_id: &str) -> Result<Ed25519Key> {
    let text = Secret::new(trimmed(file(path, MAX_SECRET)?));
    let seed = Secret::new(STANDARD.decode(text.expose()).unwrap_or_default());
    let key = Ed25519Key::from_seed(key_id, seed.expose());
    key.with_context(|| format!("{} is no device key: 32 bytes in base64, as okpay device-key --new makes them", path.display()))
}

/// The text of a secret, as long as it is needed.
pub(crate) fn secret_text(secret: &Secret) -> Result<&str> {
    std::str::from_utf8(secret.expose()).map_err(|_| anyhow!("the secret is not text in UTF-8"))
}

/// Without the line break at its end. Other white space stays, so that it can be found to be the cause of trouble.
fn trimmed(mut bytes: Vec<u8>) -> Vec<u8> {
    while bytes.last().is_some_and(|byte| matches!(byte, b'\r' | b'\n')) {
        bytes.pop();
    }
    bytes
}

fn limited(reader: impl Read, name: &str, most: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(most + 1).read_to_end(&mut bytes).with_context(|| format!("{name} cannot be read"))?;
    if bytes.len() as u64 > most {
        bail!("{name} has more than {most} bytes, which is the most that is read here");
    }
    Ok(bytes)
}
