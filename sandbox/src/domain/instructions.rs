//! Where the buyer sends the money, by bank or blockchain, and how much.

use super::payments::{self, Change};
use super::rates::{self, Conversion, LOCK_SECS};
use super::{addresses, arrivals};
use crate::refusal::{Outcome, Refusal};
use crate::store::objects::Stored;
use crate::work::Work;
use okpay::api::{BankTransferInstructions, CryptoInstructions, EventType, Network, NextAction, NextActionType, Payment};
use okpay::{Currency, Money, Timestamp};

/// How long a bank transfer may take.
pub(crate) const BANK_SECS: i64 = 7 * 24 * 60 * 60;

/// Tells the buyer where to send what.
pub(crate) async fn ask(work: &mut Work<'_>, payment: &mut Stored<Payment>) -> Outcome<()> {
    let gross = payment.internal.gross.unwrap_or(payment.body.amount);
    let action = match rates::coin_of(&payment.body.method) {
        Some(coin) => crypto(work, payment, gross, coin).await?,
        None => bank(work, payment, gross).await?,
    };
    payment.body.next_action = Some(action);
    payment.body.amount_received = payment.internal.due.map(|due| Money::zero(due.currency()));
    payments::change(work, payment, Change { event: "ask", tell: EventType::PaymentRequiresAction }).await?;
    arrivals::schedule_magic(work, payment).await
}

async fn crypto(work: &mut Work<'_>, payment: &mut Stored<Payment>, gross: Money, coin: Currency) -> Outcome<NextAction> {
    let Conversion { due, rate } = rates::convert(gross, coin)?;
    payments::expire_in(work, payment, LOCK_SECS).await?;
    let network = payment.body.network.clone().ok_or_else(|| Refusal::Internal("a coin without a network".to_owned()))?;
    payment.internal.due = Some(due);
    Ok(coins(work, network, due, rate, work.now.plus_secs(LOCK_SECS)))
}

/// Where to send coins.
pub(crate) fn coins(work: &Work<'_>, network: Network, due: Money, rate: String, expires: Timestamp) -> NextAction {
    let crypto = CryptoInstructions {
        address: addresses::address(&network, work.gateway.ids.fresh("address")),
        amount_due: due,
        rate,
        expires,
        confirmations: 0,
        confirmations_required: confirmations_required(&network),
        network,
    };
    NextAction { action: NextActionType::SendCrypto, url: None, crypto: Some(crypto), bank_transfer: None }
}

async fn bank(work: &mut Work<'_>, payment: &mut Stored<Payment>, gross: Money) -> Outcome<NextAction> {
    payments::expire_in(work, payment, BANK_SECS).await?;
    payment.internal.due = Some(gross);
    Ok(transfer(&payment.body.id, gross, work.now.plus_secs(BANK_SECS)))
}

/// Where to transfer money to. The reference is the end of the object's own id: unique, and short enough for a bank's form.
pub(crate) fn transfer(id: &str, due: Money, expires: Timestamp) -> NextAction {
    let bank_transfer = BankTransferInstructions {
        iban: "DE75512108001245126199".to_owned(),
        bic: "OKPYDEFFXXX".to_owned(),
        holder: "OKPay Sandbox".to_owned(),
        reference: format!("OKP{}", id[id.len().saturating_sub(12)..].to_uppercase()),
        amount_due: due,
        expires,
    };
    NextAction { action: NextActionType::SendBankTransfer, url: None, crypto: None, bank_transfer: Some(bank_transfer) }
}

/// How many confirmations a transaction needs: few, so that each can be watched.
pub(crate) fn confirmations_required(network: &Network) -> u32 {
    match network {
        Network::Bitcoin => 2,
        Network::Tron => 3,
        _ => 6,
    }
}

/// How long a network takes for a block, in seconds.
pub(crate) fn block_secs(network: &Network) -> i64 {
    match network {
        Network::Bitcoin => 600,
        Network::Ethereum => 12,
        _ => 3,
    }
}
