//! Addresses of Ethereum and BNB chain: hex, whose capitals are a checksum (EIP-55).

use super::address::{AddressKind, CryptoAddress, refused};
use crate::api::Network;
use crate::error::{ErrorCode, OkpayError};
use sha3::{Digest, Keccak256};

pub(super) fn read(text: &str, network: &Network) -> Result<CryptoAddress, OkpayError> {
    let digits =
        text.strip_prefix("0x").ok_or_else(|| refused(ErrorCode::AddressMalformed, "an address of this network begins with 0x"))?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(refused(ErrorCode::AddressMalformed, "behind 0x an address has the digits 0 to 9 and a to f only"));
    }
    if digits.len() != 40 {
        return Err(refused(ErrorCode::AddressLength, format!("behind 0x an address has 40 digits, not {}", digits.len())));
    }
    let payload = digits.to_ascii_lowercase();
    let address = with_checksum(&payload);
    let has = |is_case: fn(&u8) -> bool| digits.bytes().any(|byte| is_case(&byte));
    let (small, capital) = (has(u8::is_ascii_lowercase), has(u8::is_ascii_uppercase));
    let holds = address == text;
    if small && capital && !holds {
        let detail = "the checksum in the capitals of this address does not hold: a character is mistyped (EIP-55)";
        return Err(refused(ErrorCode::AddressChecksum, detail));
    }
    // Digits alone have no case, and so no checksum.
    let checksummed = holds && (small || capital);
    Ok(CryptoAddress { network: network.clone(), address, kind: AddressKind::Account, chain: None, checksummed, payload })
}

/// A letter is a capital where the digit at its place in the hash of the address in small letters is 8 or more.
fn with_checksum(small: &str) -> String {
    let hash = hex::encode(Keccak256::digest(small.as_bytes()));
    let mixed = small.chars().zip(hash.chars()).map(|(digit, hash)| if hash >= '8' { digit.to_ascii_uppercase() } else { digit });
    format!("0x{}", mixed.collect::<String>())
}
