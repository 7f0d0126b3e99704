//! TRON's addresses: Base58Check over the version byte 0x41 and 20 bytes.

use super::address::{AddressKind, CryptoAddress, refused};
use super::base58;
use crate::api::Network;
use crate::error::{ErrorCode, OkpayError};

/// Makes every address begin with T.
const VERSION: u8 = 0x41;

/// Any 25 bytes under this version are as long.
const LENGTH: usize = 34;

pub(super) fn read(text: &str) -> Result<CryptoAddress, OkpayError> {
    if !text.starts_with('T') {
        return Err(refused(ErrorCode::AddressMalformed, "an address of TRON begins with T"));
    }
    if text.len() != LENGTH {
        return Err(refused(ErrorCode::AddressLength, format!("an address of TRON has {LENGTH} characters, not {}", text.len())));
    }
    match base58::read(text)? {
        (VERSION, body) => Ok(CryptoAddress {
            network: Network::Tron,
            address: text.to_owned(),
            kind: AddressKind::Account,
            chain: None,
            checksummed: true,
            payload: format!("41{}", hex::encode(body)),
        }),
        _ => Err(refused(ErrorCode::AddressMalformed, "this is no address of TRON: its version byte is not 0x41")),
    }
}
