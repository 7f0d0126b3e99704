//! Base58Check: Base58 over a version byte, a hash of 20 bytes and a checksum, as Bitcoin and TRON have it.

use super::address::refused;
use crate::error::{ErrorCode, OkpayError};
use sha2::{Digest, Sha256};

/// No text of 25 bytes is longer.
const MAX_TEXT: usize = 35;

/// The version byte and the hash behind an address.
pub(super) fn read(text: &str) -> Result<(u8, [u8; 20]), OkpayError> {
    // The decoder's work grows with the square of the length.
    if text.len() > MAX_TEXT {
        return Err(length());
    }
    let bytes = bs58::decode(text).into_vec().map_err(|_| {
        let detail = "there is a character that no address has: Base58 is letters and digits without 0, O, I and l";
        refused(ErrorCode::AddressMalformed, detail)
    })?;
    let bytes: [u8; 25] = bytes.try_into().map_err(|_| length())?;
    let [version, body @ .., _, _, _, _] = bytes;
    // The first four bytes of SHA-256 taken twice.
    if Sha256::digest(Sha256::digest(&bytes[..21]))[..4] != bytes[21..] {
        return Err(refused(
            ErrorCode::AddressChecksum,
            "the checksum of this address does not hold: a character is mistyped, or two are swapped",
        ));
    }
    Ok((version, body))
}

fn length() -> OkpayError {
    refused(ErrorCode::AddressLength, "this address is too short or too long: part of it is missing, or there is more than one")
}
