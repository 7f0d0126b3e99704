//! Bitcoin's addresses: witness programs in Bech32 (BIP 173) and Bech32m (BIP 350), and hashes in Base58Check.

use super::address::{AddressKind, Chain, CryptoAddress, refused};
use super::base58;
use crate::api::Network;
use crate::error::{ErrorCode, OkpayError};
use bech32::primitives::decode::{CharError, ChecksumError, SegwitHrpstring, SegwitHrpstringError, UncheckedHrpstringError};

/// What a witness program's text begins with, by chain.
static PREFIXES: [(&str, Chain); 3] = [("bc1", Chain::Main), ("tb1", Chain::Test), ("bcrt1", Chain::Regtest)];

pub(super) fn read(text: &str) -> Result<CryptoAddress, OkpayError> {
    let small = text.to_ascii_lowercase();
    match PREFIXES.iter().find(|(prefix, _)| small.starts_with(prefix)) {
        Some((_, chain)) => witness(text, small, chain.clone()),
        None if matches!(text.as_bytes(), [b'1' | b'2' | b'3' | b'm' | b'n', ..]) => hash(text),
        None => Err(refused(
            ErrorCode::AddressMalformed,
            "an address of Bitcoin begins with bc1, 1 or 3, or on a test chain with tb1, m, n or 2",
        )),
    }
}

/// Whether an address may be used on a chain that is not the one found: the private test chain shares its hashes with the public one.
pub(super) fn is_on(address: &CryptoAddress, chain: &Chain) -> bool {
    let is_hash = matches!(address.kind, AddressKind::P2pkh | AddressKind::P2sh);
    is_hash && address.chain == Some(Chain::Test) && *chain == Chain::Regtest
}

fn witness(text: &str, small: String, chain: Chain) -> Result<CryptoAddress, OkpayError> {
    let read = SegwitHrpstring::new(text).map_err(|error| refused_witness(&error))?;
    let (version, program) = (read.witness_version().to_u8(), read.byte_iter().collect::<Vec<_>>());
    let kind = match (version, program.len()) {
        (0, 20) => AddressKind::P2wpkh,
        (0, _) => AddressKind::P2wsh,
        (1, 32) => AddressKind::P2tr,
        _ => AddressKind::Witness,
    };
    // OP_0 is 0x00, OP_1 to OP_16 are 0x51 to 0x60.
    let opcode = if version == 0 { 0 } else { 0x50 + version };
    let script = format!("{opcode:02x}{:02x}{}", program.len(), hex::encode(program));
    Ok(found(small, kind, chain, script))
}

fn hash(text: &str) -> Result<CryptoAddress, OkpayError> {
    let (version, hash) = base58::read(text)?;
    let (kind, chain) = match version {
        0x00 => (AddressKind::P2pkh, Chain::Main),
        0x05 => (AddressKind::P2sh, Chain::Main),
        0x6f => (AddressKind::P2pkh, Chain::Test),
        0xc4 => (AddressKind::P2sh, Chain::Test),
        _ => return Err(refused(ErrorCode::AddressMalformed, "this is no address of Bitcoin: its version byte is another's")),
    };
    let hash = hex::encode(hash);
    let script = match kind {
        // OP_DUP OP_HASH160 <hash> OP_EQUALVERIFY OP_CHECKSIG
        AddressKind::P2pkh => format!("76a914{hash}88ac"),
        // OP_HASH160 <hash> OP_EQUAL
        _ => format!("a914{hash}87"),
    };
    Ok(found(text.to_owned(), kind, chain, script))
}

fn found(address: String, kind: AddressKind, chain: Chain, payload: String) -> CryptoAddress {
    CryptoAddress { network: Network::Bitcoin, address, kind, chain: Some(chain), checksummed: true, payload }
}

fn refused_witness(error: &SegwitHrpstringError) -> OkpayError {
    let (code, detail) = match error {
        SegwitHrpstringError::Unchecked(UncheckedHrpstringError::Char(CharError::MixedCase)) => {
            (ErrorCode::AddressMixedCase, "this address mixes small letters and capitals, which this form never does")
        }
        SegwitHrpstringError::Checksum(ChecksumError::InvalidResidue(_)) => {
            (ErrorCode::AddressChecksum, "the checksum of this address does not hold: a character is mistyped, or two are swapped")
        }
        SegwitHrpstringError::NoData
        | SegwitHrpstringError::TooLong(_)
        | SegwitHrpstringError::WitnessLength(_)
        | SegwitHrpstringError::Checksum(_)
        | SegwitHrpstringError::Unchecked(UncheckedHrpstringError::Char(CharError::NothingAfterSeparator)) => {
            (ErrorCode::AddressLength, "this address is too short or too long: part of it is missing, or there is more than one")
        }
        // What is left: the witness version, the padding, and characters out of place.
        _ => (ErrorCode::AddressMalformed, "there is a character where no address of this form has it"),
    };
    refused(code, detail)
}
