//! `ethereum:` as ERC-681 has it: a payment in the chain's own coin, or the function `transfer` of a token's contract (ERC-20).

use super::coin::{CoinRequest, positive};
use super::units::{self, usdt};
use super::{malformed, unsupported, uri};
use crate::api::Network;
use crate::checks;
use crate::error::{ErrorCode, OkpayError};
use crate::money::Currency;
use crate::quoted::quoted;

const SCHEME: &str = "ethereum:";
const TRANSFER: &str = "transfer";

/// The chains, by the ids of EIP-155. A link without one is for the wallet's own network, which is Ethereum unless somebody changed it.
const CHAINS: [(Network, &str); 2] = [(Network::Ethereum, "1"), (Network::Bnb, "56")];

pub(super) fn read(rest: &str) -> Result<CoinRequest, OkpayError> {
    let (target, parameters) = uri::read(rest)?;
    let target = target.strip_prefix("pay-").unwrap_or(target);
    let (target, function) = match target.split_once('/') {
        Some((target, function)) => (target, Some(function)),
        None => (target, None),
    };
    let (target, chain) = target.split_once('@').unwrap_or((target, "1"));
    let (network, _) = CHAINS
        .into_iter()
        .find(|(_, id)| *id == chain)
        .ok_or_else(|| unsupported("chain_id", format!("the chain {} is not known: 1 is Ethereum, 56 is BNB chain", quoted(chain))))?;
    if !target.starts_with("0x") {
        return Err(unsupported("address", "names instead of addresses are looked up on the network, which is not done here"));
    }
    let target = checks::address(target, &network, None)?.address;
    let given = Given::read(parameters)?;
    match function {
        None => native(network, target, given),
        Some(TRANSFER) => transfer(network, target, given),
        Some(_) => Err(unsupported("function", "of a contract's functions only transfer is a payment")),
    }
}

/// What a link may say.
#[derive(Default)]
struct Given {
    address: Option<String>,
    uint256: Option<String>,
    value: Option<String>,
}

impl Given {
    /// The fees that a link suggests are left out: they are the payer's to choose.
    fn read(parameters: Vec<uri::Parameter<'_>>) -> Result<Self, OkpayError> {
        let mut given = Self::default();
        for (key, value) in parameters {
            match key {
                "address" => uri::put(&mut given.address, key, value)?,
                "uint256" => uri::put(&mut given.uint256, key, value)?,
                "value" => uri::put(&mut given.value, key, value)?,
                "gas" | "gasLimit" | "gasPrice" => {}
                _ => return Err(unsupported(key, "this parameter is not known, and could change what is paid")),
            }
        }
        Ok(given)
    }
}

fn native(network: Network, address: String, given: Given) -> Result<CoinRequest, OkpayError> {
    if given.address.is_some() || given.uint256.is_some() {
        return Err(malformed("address", "parameters of a function, but no function"));
    }
    let mut request = CoinRequest::new(network, address);
    request.units = given.value.map(|value| units::whole("value", &value)).transpose()?;
    Ok(request)
}

fn transfer(network: Network, contract: String, given: Given) -> Result<CoinRequest, OkpayError> {
    if given.value.is_some() {
        return Err(unsupported("value", "a transfer of a token pays nothing in the chain's own coin"));
    }
    let receiver = given.address.ok_or_else(|| malformed("address", "a transfer names its receiver"))?;
    let receiver = checks::address(&receiver, &network, None)?.address;
    let units = given.uint256.map(|value| units::whole("uint256", &value)).transpose()?;
    let usdt = usdt(&network).filter(|token| token.contract == contract);
    let mut request = CoinRequest::new(network, receiver).contract(contract);
    match usdt {
        Some(token) => {
            request.currency = Some(Currency::USDT);
            request.amount = units.map(|units| token.money(&units)).transpose()?;
        }
        None => request.units = units,
    }
    Ok(request)
}

pub(super) fn write(request: &CoinRequest) -> Result<String, OkpayError> {
    let network = &request.network;
    let chain = CHAINS.iter().find(|(known, _)| known == network).map_or("1", |(_, id)| id);
    if request.label.is_some() || request.message.is_some() {
        return Err(unsupported("label", "links of Ethereum have no place for a label or a message"));
    }
    let address = checks::address(&request.address, network, None)?.address;
    let (contract, units) = token_and_units(request)?;
    match contract {
        Some(contract) => {
            let parameters = [("address", Some(address.as_str())), ("uint256", units.as_deref())];
            uri::write(SCHEME, &format!("{contract}@{chain}/{TRANSFER}"), &parameters)
        }
        None => uri::write(SCHEME, &format!("{address}@{chain}"), &[("value", units.as_deref())]),
    }
}

/// The contract to call, if there is one, and how much in its units. Tron has the same of both.
pub(super) fn token_and_units(request: &CoinRequest) -> Result<(Option<String>, Option<String>), OkpayError> {
    let network = &request.network;
    let contract = request.contract.as_deref().map(|contract| checks::address(contract, network, None)).transpose();
    let contract = contract.map_err(|error| error.map(|failure| failure.param = Some("contract".to_owned())))?.map(|read| read.address);
    match (request.asked()?, usdt(network)) {
        (None, _) => {
            let units = request.units.as_deref().map(|units| units::checked("units", units)).transpose()?;
            Ok((contract, units))
        }
        (Some(_), _) if request.units.is_some() => Err(malformed("units", "an amount of money is in amount, and nowhere else")),
        (Some(Currency::USDT), Some(token)) => {
            // Anybody can call their own token USDT.
            if contract.is_some_and(|contract| contract != token.contract) {
                return Err(malformed("contract", format!("on {network} USDT has the contract {}", token.contract)));
            }
            let units = request.amount.map(positive).transpose()?.map(|amount| token.units(amount));
            Ok((Some(token.contract.to_owned()), units))
        }
        (Some(currency), _) => {
            let detail = format!("{currency} is not paid on {network}");
            Err(OkpayError::invalid_at(ErrorCode::CurrencyMismatch, "currency", detail))
        }
    }
}
