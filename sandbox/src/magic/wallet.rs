//! The magic values of the account's own money: deposits, destinations, withdrawals, recipients, bills.

use super::{MagicKind, MagicValue};

/// Their rows of the table.
pub(super) fn wallet_rows() -> impl Iterator<Item = MagicValue> {
    let deposits = DEPOSITS.iter().map(|deposit| MagicValue { kind: MagicKind::Deposit, value: deposit.value, what: deposit.what });
    let cooling = MagicValue { kind: MagicKind::Destination, value: NO_COOLING.0, what: NO_COOLING.1 };
    let withdrawals = WITHDRAWALS.iter().map(|magic| MagicValue { kind: MagicKind::Withdrawal, value: magic.value, what: magic.what });
    let recipients = RECIPIENTS.iter().map(|magic| MagicValue { kind: MagicKind::Recipient, value: magic.handle, what: magic.what });
    let bills = BILLS.iter().map(|magic| MagicValue { kind: MagicKind::Bill, value: magic.value, what: magic.what });
    deposits.chain([cooling]).chain(withdrawals).chain(recipients).chain(bills)
}

/// What becomes of a deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MagicDeposit {
    pub(crate) value: &'static str,
    pub(crate) what: &'static str,
    pub(crate) behaviour: DepositBehaviour,
    /// After so many seconds; counted from the expiry for one that is late.
    pub(crate) secs: i64,
    pub(crate) late: bool,
}

/// What a deposit does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DepositBehaviour {
    /// So many hundredths of what was announced come.
    Comes { percent: i128 },
    /// The sender may not pay in.
    Blocked,
}

const fn deposit(value: &'static str, what: &'static str, behaviour: DepositBehaviour) -> MagicDeposit {
    MagicDeposit { value, what, behaviour, secs: 10, late: false }
}

/// Every magic deposit.
pub(crate) static DEPOSITS: &[MagicDeposit] = &[
    deposit(
        "deposit_comes",
        "comes after 10 seconds, a coin block by block, and is credited; another wallet approves by itself",
        DepositBehaviour::Comes { percent: 100 },
    ),
    deposit("deposit_short", "60 % comes after 10 seconds: what came is credited", DepositBehaviour::Comes { percent: 60 }),
    deposit("deposit_blocked", "fails after 10 seconds: sender_blocked", DepositBehaviour::Blocked),
    MagicDeposit {
        value: "deposit_late",
        what: "comes an hour after the deposit expired: held for the sender",
        behaviour: DepositBehaviour::Comes { percent: 100 },
        secs: 3600,
        late: true,
    },
];

/// The destination without a cooling period, and what it does.
pub(crate) const NO_COOLING: (&str, &str) = ("no_cooling", "the destination is usable at once");

/// The telephone of the account, to which codes go: one of the numbers that are set aside for fiction.
pub(crate) const ACCOUNT_PHONE: &str = "+12025550143";

/// The mail address of the account's holder.
pub(crate) const ACCOUNT_EMAIL: &str = "holder@shop.example";

/// What becomes of a withdrawal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MagicWithdrawal {
    pub(crate) value: &'static str,
    pub(crate) what: &'static str,
    pub(crate) behaviour: WithdrawalBehaviour,
}

/// What a withdrawal does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WithdrawalBehaviour {
    Reviewed,
    Rejected,
    Returned,
}

/// Every magic withdrawal. Any other is sent a minute after it is confirmed, and arrives.
pub(crate) static WITHDRAWALS: &[MagicWithdrawal] = &[
    MagicWithdrawal {
        value: "withdrawal_reviewed",
        what: "held for review, and sent an hour later",
        behaviour: WithdrawalBehaviour::Reviewed,
    },
    MagicWithdrawal {
        value: "withdrawal_rejected",
        what: "held for review, and refused an hour later: review_rejected",
        behaviour: WithdrawalBehaviour::Rejected,
    },
    MagicWithdrawal {
        value: "withdrawal_returned",
        what: "sent, and returned when it should arrive: destination_refused; amount and fee come back",
        behaviour: WithdrawalBehaviour::Returned,
    },
];

/// The handle and the e-mail address of the account itself.
pub(crate) const OWN_HANDLE: (&str, &str) = ("@shop", "shop@okpay.test");

/// The buyer who approves on the page of the OKPay wallet; one of [`RECIPIENTS`].
pub(crate) const BUYER_HANDLE: &str = "@mira";

/// Another account of OKPay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Recipient {
    pub(crate) handle: &'static str,
    pub(crate) email: &'static str,
    /// As a sender sees it.
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    pub(crate) accepts: bool,
}

/// Every other account. There is nobody else.
pub(crate) static RECIPIENTS: &[Recipient] = &[
    Recipient {
        handle: BUYER_HANDLE,
        email: "mira@okpay.test",
        name: "Mira M.",
        what: "gets the transfer at once; also as mira@okpay.test",
        accepts: true,
    },
    Recipient {
        handle: "@closed",
        email: "closed@okpay.test",
        name: "Closed C.",
        what: "takes no transfers: recipient_refused; also as closed@okpay.test",
        accepts: false,
    },
];

/// A bill that can be looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MagicBill {
    pub(crate) value: &'static str,
    pub(crate) what: &'static str,
    pub(crate) behaviour: BillBehaviour,
}

/// What a bill does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BillBehaviour {
    Open,
    Late,
    Returned,
}

/// Every bill, the same at every biller.
pub(crate) static BILLS: &[MagicBill] = &[
    MagicBill { value: "100000001", what: "a bill that is open", behaviour: BillBehaviour::Open },
    MagicBill { value: "100000002", what: "a bill that is late: with a late charge", behaviour: BillBehaviour::Late },
    MagicBill {
        value: "100000003",
        what: "a bill that is open; paid, the biller sends the money back a day later",
        behaviour: BillBehaviour::Returned,
    },
];
