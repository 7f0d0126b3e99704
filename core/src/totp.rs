//! One-time codes of an authenticator app (RFC 6238, on RFC 4226): made, checked, and shared as an `otpauth:` link.

use crate::error::{ErrorCode, OkpayError};
use crate::signing::Secret;
use crate::timestamp::Timestamp;
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use std::fmt;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

/// RFC 4226, section 4: at least 128 bits; more than a block of SHA-512 adds nothing.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 16..=128;

/// Ten steps of 30 seconds: whose clock is off by more sets it.
const MAX_WINDOW: u8 = 10;

/// What a link may hold as it is.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The hash behind a code. Many apps know the first one alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TotpAlgorithm {
    /// HMAC-SHA-1, for which its collisions do not matter.
    Sha1,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
}

/// The secret that an app and a server share, and how codes come from it. Wiped when dropped, never in a debug text.
#[derive(Clone)]
pub struct TotpKey {
    secret: Secret,
    algorithm: TotpAlgorithm,
    digits: u8,
    period: u32,
}

impl TotpKey {
    /// Codes of six digits by SHA-1, a new one every 30 seconds: what every app knows. The secret is 16 to 128 random bytes; RFC 4226
    /// recommends 20.
    ///
    /// # Errors
    /// `invalid_key`.
    pub fn new(secret: impl Into<Vec<u8>>) -> Result<Self, OkpayError> {
        let secret = Secret::new(secret);
        match SECRET_BYTES.contains(&secret.expose().len()) {
            true => Ok(Self { secret, algorithm: TotpAlgorithm::Sha1, digits: 6, period: 30 }),
            false => Err(invalid("a secret of one-time codes has 16 to 128 bytes")),
        }
    }

    /// From the secret as apps show it: Base32 (RFC 4648), in capitals or not, with or without spaces and padding.
    ///
    /// # Errors
    /// `invalid_key`.
    pub fn from_base32(text: &str) -> Result<Self, OkpayError> {
        let plain = text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=').map(|byte| byte.to_ascii_uppercase());
        let plain = Secret::new(plain.collect::<Vec<_>>());
        let bytes = BASE32_NOPAD.decode(plain.expose());
        Self::new(bytes.map_err(|_| invalid("a secret of one-time codes is written in Base32: A to Z and 2 to 7"))?)
    }

    /// The same secret with another hash, number of digits (6 to 8) or period (in seconds, 15 to 120). The app has to know them, too.
    ///
    /// # Errors
    /// `invalid_parameter`.
    pub fn with(self, algorithm: TotpAlgorithm, digits: u8, period: u32) -> Result<Self, OkpayError> {
        let refused = |param: &str, detail: &str| OkpayError::invalid_at(ErrorCode::InvalidParameter, param, detail);
        match () {
            () if !(6..=8).contains(&digits) => Err(refused("digits", "a code has 6 to 8 digits")),
            () if !(15..=120).contains(&period) => Err(refused("period", "a code is good for 15 to 120 seconds")),
            () => Ok(Self { algorithm, digits, period, ..self }),
        }
    }

    /// The code at a time.
    #[must_use]
    pub fn code(&self, now: Timestamp) -> String {
        self.code_of(self.step(now))
    }

    /// Proves a code that somebody typed, and gives its step: keep that with the account, and hand it in as `last_used` the next time, so
    /// that no code is taken twice (RFC 6238, section 5.2).
    ///
    /// `window` is how many steps a code may be early or late (1 is usual, at most 10). All of them are compared, each in constant time.
    /// Count the failures of an account and slow it down: six digits are guessed in half a million tries.
    ///
    /// # Errors
    /// `one_time_code_mismatch`; `invalid_parameter` for a window past 10.
    pub fn verify(&self, typed: &str, now: Timestamp, window: u8, last_used: Option<u64>) -> Result<u64, OkpayError> {
        if window > MAX_WINDOW {
            return Err(OkpayError::invalid_at(ErrorCode::InvalidParameter, "window", "a window has at most 10 steps"));
        }
        let current = self.step(now);
        let first = current.saturating_sub(u64::from(window)).max(last_used.map_or(0, |used| used.saturating_add(1)));
        let (mut found, mut matched) = (Choice::from(0), 0_u64);
        for step in first..=current.saturating_add(u64::from(window)) {
            let holds = self.code_of(step).as_bytes().ct_eq(typed.as_bytes());
            matched.conditional_assign(&step, holds);
            found |= holds;
        }
        match bool::from(found) {
            true => Ok(matched),
            false => {
                let detail = "this one-time code does not hold: it is mistyped, over, or was used before; or a clock is off";
                Err(OkpayError::verification(ErrorCode::OneTimeCodeMismatch, detail))
            }
        }
    }

    /// The link that an app takes as a QR code: `otpauth://totp/issuer:account?…`. It holds the secret: show it once, over HTTPS.
    ///
    /// # Errors
    /// `invalid_parameter` for a name that is empty, past 100 characters or has a colon.
    pub fn uri(&self, issuer: &str, account: &str) -> Result<Secret, OkpayError> {
        let (issuer, account) = (encoded("issuer", issuer)?, encoded("account", account)?);
        let secret = Secret::new(BASE32_NOPAD.encode(self.secret.expose()));
        let secret = std::str::from_utf8(secret.expose()).unwrap_or_default();
        let Self { algorithm, digits, period, .. } = self;
        let algorithm = algorithm.name();
        let rest = format!("issuer={issuer}&algorithm={algorithm}&digits={digits}&period={period}");
        Ok(Secret::new(format!("otpauth://totp/{issuer}:{account}?secret={secret}&{rest}")))
    }

    /// The number of periods since 1970.
    fn step(&self, now: Timestamp) -> u64 {
        u64::try_from(now.secs()).unwrap_or_default() / u64::from(self.period)
    }

    /// RFC 4226, section 5.3.
    fn code_of(&self, step: u64) -> String {
        let secret = self.secret.expose();
        let mac = match self.algorithm {
            TotpAlgorithm::Sha1 => mac::<Hmac<Sha1>>(secret, step),
            TotpAlgorithm::Sha256 => mac::<Hmac<Sha256>>(secret, step),
            TotpAlgorithm::Sha512 => mac::<Hmac<Sha512>>(secret, step),
        };
        let offset = mac.last().map_or(0, |last| usize::from(last & 0xf));
        let four = mac.iter().skip(offset).take(4).fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        let code = (four & 0x7fff_ffff) % 10_u32.pow(u32::from(self.digits));
        format!("{code:0width$}", width = usize::from(self.digits))
    }
}

impl TotpAlgorithm {
    /// From its name in such links: `SHA1`, `SHA256` or `SHA512`, in capitals or not.
    ///
    /// # Errors
    /// `invalid_parameter`.
    pub fn from_name(name: &str) -> Result<Self, OkpayError> {
        let known = [Self::Sha1, Self::Sha256, Self::Sha512].into_iter().find(|known| known.name().eq_ignore_ascii_case(name));
        let detail = "the hash of one-time codes is SHA1, SHA256 or SHA512";
        known.ok_or_else(|| OkpayError::invalid_at(ErrorCode::InvalidParameter, "algorithm", detail))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }
}

impl fmt::Debug for TotpKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TotpKey(redacted)")
    }
}

fn mac<M: Mac + KeyInit>(secret: &[u8], step: u64) -> Vec<u8> {
    // A key of any length is taken, so that this never gives up.
    M::new_from_slice(secret).map(|mac| mac.chain_update(step.to_be_bytes()).finalize().into_bytes().to_vec()).unwrap_or_default()
}

fn encoded(param: &str, name: &str) -> Result<String, OkpayError> {
    match (1..=100).contains(&name.chars().count()) && !name.contains(':') && !name.chars().any(char::is_control) {
        true => Ok(utf8_percent_encode(name, KEPT).to_string()),
        false => {
            let detail = "a name in such a link has 1 to 100 characters and no colon";
            Err(OkpayError::invalid_at(ErrorCode::InvalidParameter, param, detail))
        }
    }
}

fn invalid(detail: &str) -> OkpayError {
    OkpayError::invalid_at(ErrorCode::InvalidKey, "secret", detail)
}
