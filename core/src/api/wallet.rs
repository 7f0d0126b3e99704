//! What deposits and withdrawals have in common.

use okpay_macros::model;

/// How money comes into the balance or leaves it.
#[model(open)]
pub enum WalletMethod {
    /// A card.
    Card,
    /// A bank account.
    BankTransfer,
    /// Tether, on the network that goes with it.
    Usdt,
    /// Bitcoin.
    Btc,
    /// A wallet at another provider.
    EWallet,
    /// Cash at the counter of a shop that takes it for OKPay; in only, never out.
    Cash,
}
