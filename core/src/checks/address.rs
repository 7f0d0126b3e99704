//! Addresses on blockchains: one way in for all networks.

use super::{bitcoin, evm, tron};
use crate::api::Network;
use crate::error::{ErrorCode, OkpayError};
use crate::quoted::quoted;
use okpay_macros::model;

/// The longest address (Bitcoin's with a witness program) has 90 characters; the rest of what people paste is white space.
const MAX_ADDRESS: usize = 90;

/// An address that is well formed, in its normal form.
#[model]
pub struct CryptoAddress {
    /// The network that it was read for.
    pub network: Network,
    /// The normal form: Ethereum's and BNB chain's with the capitals of EIP-55, Bitcoin's Bech32 in small letters, others as they are.
    pub address: String,
    /// What kind it is.
    pub kind: AddressKind,
    /// Which of the network's chains it belongs to, where the address tells it: Bitcoin's do, those of TRON, Ethereum and BNB chain are the
    /// same on every chain.
    pub chain: Option<Chain>,
    /// Whether a checksum held. An Ethereum address in small letters or capitals alone carries none, so that a slip in it stays unseen.
    pub checksummed: bool,
    /// What the address stands for, in hex: Bitcoin's output script, TRON's `41` and account, Ethereum's account.
    pub payload: String,
}

/// The kind of an address.
#[model(open)]
pub enum AddressKind {
    /// Bitcoin: a public key's hash (begins with 1).
    P2pkh,
    /// Bitcoin: a script's hash (begins with 3).
    P2sh,
    /// Bitcoin: a public key's hash as a witness program of version 0.
    P2wpkh,
    /// Bitcoin: a script's hash as a witness program of version 0.
    P2wsh,
    /// Bitcoin: Taproot, a witness program of version 1.
    P2tr,
    /// Bitcoin: a witness program whose meaning is not defined yet. Anybody may be able to spend what is sent there.
    Witness,
    /// An account or contract of TRON, Ethereum or BNB chain.
    Account,
}

/// Which chain of a network.
#[model(open)]
pub enum Chain {
    /// The one where coins have value.
    Main,
    /// A public test chain.
    Test,
    /// A private test chain. Its addresses in Base58 are those of the public one.
    Regtest,
}

/// Reads an address as somebody pastes it, white space around it aside.
///
/// With a `chain`, an address of another chain is refused, where addresses tell (Bitcoin).
///
/// # Errors
/// `address_malformed`, `address_length`, `address_checksum`, `address_mixed_case`, or `address_wrong_network` for what is an address, but
/// of another network or chain. `invalid_parameter` for a network that this version does not know.
pub fn address(typed: &str, network: &Network, chain: Option<&Chain>) -> Result<CryptoAddress, OkpayError> {
    let text = typed.trim();
    if text.len() > MAX_ADDRESS {
        return Err(refused(ErrorCode::AddressLength, "this is longer than any address"));
    }
    let found = read(text, network).map_err(|error| elsewhere(text, network).unwrap_or(error))?;
    match (chain, &found.chain) {
        (Some(wanted), Some(chain)) if wanted != chain && !bitcoin::is_on(&found, wanted) => {
            let detail = format!("this is an address of the chain {chain}, not {wanted}: coins sent there would be lost");
            Err(refused(ErrorCode::AddressWrongNetwork, detail))
        }
        _ => Ok(found),
    }
}

fn read(text: &str, network: &Network) -> Result<CryptoAddress, OkpayError> {
    match network {
        Network::Bitcoin => bitcoin::read(text),
        Network::Tron => tron::read(text),
        Network::Ethereum | Network::Bnb => evm::read(text, network),
        Network::Unknown { raw } => {
            let detail = format!("the network {} is not known: use tron, ethereum, bnb or bitcoin", quoted(raw));
            Err(OkpayError::invalid_at(ErrorCode::InvalidParameter, "network", detail))
        }
    }
}

/// The error for an address of another network, which is worth more than one about its form.
fn elsewhere(text: &str, network: &Network) -> Option<OkpayError> {
    let others = [Network::Bitcoin, Network::Tron, Network::Ethereum];
    let other = others.into_iter().find(|other| other != network && read(text, other).is_ok())?;
    let detail = format!("this is an address of {other}, not of {network}: coins sent there would be lost");
    Network::KNOWN.contains(network).then(|| refused(ErrorCode::AddressWrongNetwork, detail))
}

/// The error of a text that is not an address.
pub(super) fn refused(code: ErrorCode, detail: impl Into<String>) -> OkpayError {
    OkpayError::invalid_at(code, "address", detail)
}
