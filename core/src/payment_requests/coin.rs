//! [`CoinRequest`]: a request for coins, whatever the network.

use super::{bitcoin, ethereum, tron};
use crate::api::Network;
use crate::error::{ErrorCode, OkpayError};
use crate::money::{Currency, Money};
use crate::quoted::quoted;
use okpay_macros::model;

/// A request for coins.
///
/// What OKPay knows as money (BTC, USDT) is in `amount`; what it does not (ether, TRX, BNB, other tokens) is in `units`, never in both.
#[model(params)]
pub struct CoinRequest {
    /// The network to pay on.
    pub network: Network,
    /// The receiver's address.
    pub address: String,
    /// `BTC` or `USDT`; nothing for the network's own coin where that is neither, and for other tokens.
    pub currency: Option<Currency>,
    /// How much; without it the payer chooses.
    pub amount: Option<Money>,
    /// How much in the smallest units (wei, sun, or the token's), as a whole number, where `amount` cannot say it.
    pub units: Option<String>,
    /// The contract of the token. For USDT it may be left out: there is one on each network.
    pub contract: Option<String>,
    /// Who asks. Not on Ethereum and BNB chain.
    pub label: Option<String>,
    /// What it is for. Not on Ethereum and BNB chain.
    pub message: Option<String>,
}

/// The link of a request for coins: `bitcoin:` by BIP 21, `ethereum:` by ERC-681 (with the chain, on Ethereum and BNB chain), or `tron:`.
///
/// ```
/// use okpay::Money;
/// use okpay::api::Network;
/// use okpay::payment_requests::{CoinRequest, coin_uri};
/// let request = CoinRequest::new(Network::Ethereum, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed").amount(Money::parse("12.50", "USDT")?);
/// assert_eq!(
///     coin_uri(&request)?,
///     "ethereum:0xdAC17F958D2ee523a2206206994597C13D831ec7@1/transfer\
///      ?address=0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed&uint256=12500000"
/// );
/// # Ok::<(), okpay::OkpayError>(())
/// ```
///
/// # Errors
/// The codes of [`crate::checks::address`]; `invalid_amount` for nothing or less; `currency_mismatch`; `payment_request_unsupported` for
/// what the network's form has no place for; `payment_request_too_long`.
pub fn coin_uri(request: &CoinRequest) -> Result<String, OkpayError> {
    match request.network {
        Network::Bitcoin => bitcoin::write(request),
        Network::Ethereum | Network::Bnb => ethereum::write(request),
        Network::Tron => tron::write(request),
        Network::Unknown { ref raw } => {
            let detail = format!("the network {} is not known: use tron, ethereum, bnb or bitcoin", quoted(raw));
            Err(OkpayError::invalid_at(ErrorCode::InvalidParameter, "network", detail))
        }
    }
}

impl CoinRequest {
    /// From its JSON, in which the bindings carry it.
    ///
    /// # Errors
    /// `payment_request_malformed`, with what is wrong in `detail`.
    pub fn from_json(text: &str) -> Result<Self, OkpayError> {
        super::from_json(text)
    }

    /// The currency that is asked for, by itself or through the amount, which have to agree.
    pub(super) fn asked(&self) -> Result<Option<Currency>, OkpayError> {
        match (self.currency, self.amount.map(Money::currency)) {
            (Some(one), Some(other)) if one != other => {
                let detail = format!("the request is for {one}, its amount in {other}");
                Err(OkpayError::invalid_at(ErrorCode::CurrencyMismatch, "amount.currency", detail))
            }
            (one, other) => Ok(one.or(other)),
        }
    }
}

/// An amount that is asked for is more than nothing.
pub(super) fn positive(amount: Money) -> Result<Money, OkpayError> {
    match amount.is_positive() {
        true => Ok(amount),
        false => Err(OkpayError::invalid_at(ErrorCode::InvalidAmount, "amount", "an amount that is asked for is above zero")),
    }
}
