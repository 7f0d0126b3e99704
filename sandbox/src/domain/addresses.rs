//! Addresses to send coins to, in each network's own form. Nobody has their keys: **never send real coins to one.**

use bech32::{Fe32, Hrp};
use okpay::api::Network;
use sha3::{Digest, Keccak256};

/// An address made of 32 random bytes. Bitcoin's is one of the test network.
pub(crate) fn address(network: &Network, random: [u8; 32]) -> String {
    let mut body = [0_u8; 20];
    body.copy_from_slice(&random[..20]);
    match network {
        Network::Tron => tron(body),
        Network::Bitcoin => bitcoin(body),
        _ => ethereum(body),
    }
}

/// Base58Check over the prefix 0x41 and 20 bytes.
fn tron(body: [u8; 20]) -> String {
    let mut bytes = vec![0x41];
    bytes.extend(body);
    bs58::encode(bytes).with_check().into_string()
}

/// Hex whose capitals are the checksum of EIP-55; BNB chain has the same.
fn ethereum(body: [u8; 20]) -> String {
    let plain = hex::encode(body);
    let hash = hex::encode(Keccak256::digest(plain.as_bytes()));
    let mixed = plain.chars().zip(hash.chars()).map(|(digit, hash)| if hash >= '8' { digit.to_ascii_uppercase() } else { digit });
    format!("0x{}", mixed.collect::<String>())
}

/// A version 0 witness program of 20 bytes (BIP 173) on the test network.
fn bitcoin(body: [u8; 20]) -> String {
    const TESTNET: Hrp = bech32::hrp::TB;
    bech32::segwit::encode(TESTNET, Fe32::Q, &body).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_network_has_its_form() {
        let random = [7_u8; 32];
        let tron = address(&Network::Tron, random);
        assert!(tron.starts_with('T') && tron.len() == 34);
        assert_eq!(bs58::decode(&tron).with_check(None).into_vec().unwrap()[0], 0x41);
        let bitcoin = address(&Network::Bitcoin, random);
        let (_, version, program) = bech32::segwit::decode(&bitcoin).unwrap();
        assert!(bitcoin.starts_with("tb1q") && version == Fe32::Q && program == vec![7; 20]);
        assert_eq!(address(&Network::Bnb, random).len(), 42);
    }

    #[test]
    fn capitals_are_those_of_eip_55() {
        // The first example of EIP-55.
        let body: [u8; 20] = hex::decode("5aaeb6053f3e94c9b9a09f33669435e7ef1beaed").unwrap().try_into().unwrap();
        assert_eq!(ethereum(body), "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
    }
}
