//! `tron:`: the receiver's address, `token` (the contract of a TRC-20 token), `amount` in whole coins, `label`, `message`.
//!
//! This is a convention, not a standard: wallets read it more or less alike, and some take the address alone. Show the address and the
//! amount beside the code.

use super::coin::{CoinRequest, positive};
use super::ethereum::token_and_units;
use super::units::{self, usdt};
use super::{unsupported, uri};
use crate::api::Network;
use crate::checks;
use crate::error::OkpayError;
use crate::money::{Currency, Money};

const SCHEME: &str = "tron:";

/// A TRX is a million sun.
const TRX_PLACES: usize = 6;

/// As with BIP 21, parameters under `req-` must be understood, and others that are not known are left out.
pub(super) fn read(rest: &str) -> Result<CoinRequest, OkpayError> {
    let (target, parameters) = uri::read(rest)?;
    let address = checks::address(target, &Network::Tron, None)?.address;
    let mut request = CoinRequest::new(Network::Tron, address);
    let mut amount = None;
    for (key, value) in parameters {
        match key.to_ascii_lowercase().as_str() {
            "amount" => uri::put(&mut amount, key, value)?,
            "token" => uri::put(&mut request.contract, key, contract(&value)?)?,
            "label" => uri::put(&mut request.label, key, value)?,
            "message" => uri::put(&mut request.message, key, value)?,
            required if required.starts_with("req-") => {
                return Err(unsupported(key, "this parameter must be understood before paying, and is not known"));
            }
            _ => {}
        }
    }
    with_amount(request, amount)
}

fn contract(value: &str) -> Result<String, OkpayError> {
    let read = checks::address(value, &Network::Tron, None);
    Ok(read.map_err(|error| error.map(|failure| failure.param = Some("token".to_owned())))?.address)
}

fn with_amount(mut request: CoinRequest, amount: Option<String>) -> Result<CoinRequest, OkpayError> {
    let known = usdt(&Network::Tron).map(|token| token.contract);
    match (request.contract.as_deref(), amount) {
        (Some(contract), amount) if Some(contract) == known => {
            request.currency = Some(Currency::USDT);
            request.amount = amount.map(|amount| positive(Money::in_currency(&amount, Currency::USDT)?)).transpose()?;
        }
        (Some(_), Some(_)) => return Err(unsupported("amount", "how many places this token has is not known, so neither is the amount")),
        (None, Some(amount)) => request.units = Some(units::from_decimal("amount", &amount, TRX_PLACES)?),
        (_, None) => {}
    }
    Ok(request)
}

pub(super) fn write(request: &CoinRequest) -> Result<String, OkpayError> {
    let address = checks::address(&request.address, &Network::Tron, None)?.address;
    let (contract, units) = token_and_units(request)?;
    if units.is_some() && contract.is_some() && request.amount.is_none() {
        return Err(unsupported("units", "how many places this token has is not known, and TRON's links have whole coins"));
    }
    // USDT has as many places as TRX.
    let amount = units.map(|units| units::to_decimal(&units, TRX_PLACES));
    let parameters = [
        ("token", contract.as_deref()),
        ("amount", amount.as_deref()),
        ("label", request.label.as_deref()),
        ("message", request.message.as_deref()),
    ];
    uri::write(SCHEME, &address, &parameters)
}
