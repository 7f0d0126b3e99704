//! `bitcoin:` as BIP 21 has it: the address, `amount` in BTC, `label`, `message`.

use super::coin::{CoinRequest, positive};
use super::{unsupported, uri};
use crate::api::Network;
use crate::checks;
use crate::error::{ErrorCode, OkpayError};
use crate::money::{Currency, Money};

const SCHEME: &str = "bitcoin:";

/// Parameters under `req-` must be understood, and none is; others that are not known are left out, as the standard says.
pub(super) fn read(rest: &str) -> Result<CoinRequest, OkpayError> {
    let (target, parameters) = uri::read(rest)?;
    let address = checks::address(target, &Network::Bitcoin, None)?.address;
    let mut request = CoinRequest::new(Network::Bitcoin, address).currency(Currency::BTC);
    for (key, value) in parameters {
        // A code in capitals alone takes less room, so that its keys may be capitals, too.
        match key.to_ascii_lowercase().as_str() {
            "amount" => uri::put(&mut request.amount, key, positive(Money::in_currency(&value, Currency::BTC)?)?)?,
            "label" => uri::put(&mut request.label, key, value)?,
            "message" => uri::put(&mut request.message, key, value)?,
            required if required.starts_with("req-") => {
                return Err(unsupported(key, "this parameter must be understood before paying, and is not known"));
            }
            _ => {}
        }
    }
    Ok(request)
}

pub(super) fn write(request: &CoinRequest) -> Result<String, OkpayError> {
    let address = checks::address(&request.address, &Network::Bitcoin, None)?.address;
    if let Some(currency) = request.asked()?.filter(|currency| *currency != Currency::BTC) {
        let detail = format!("{currency} is not paid on Bitcoin");
        return Err(OkpayError::invalid_at(ErrorCode::CurrencyMismatch, "currency", detail));
    }
    if request.units.is_some() || request.contract.is_some() {
        return Err(unsupported("units", "Bitcoin's links have an amount in BTC, and no tokens"));
    }
    let amount = request.amount.map(positive).transpose()?.map(|amount| amount.amount().normalize().to_string());
    let parameters = [("amount", amount.as_deref()), ("label", request.label.as_deref()), ("message", request.message.as_deref())];
    uri::write(SCHEME, &address, &parameters)
}
