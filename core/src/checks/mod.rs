//! Checks of what people type, without a network: cards, IBANs, addresses on blockchains.
//!
//! | file | what |
//! | --- | --- |
//! | `input.rs` | [`InputState`] and [`InputReason`]: what a field of a form shows |
//! | `card.rs` | [`card_number`], [`security_code`], [`card`] |
//! | `brands.rs` | the brands that are taken: prefixes, lengths |
//! | `luhn.rs` | [`luhn`], the check digit |
//! | `expiry.rs` | [`card_expiry`], [`is_card_expired`] |
//! | `iban.rs` | [`iban`] |
//! | `address.rs` | [`address`]: which network, and the error that says why not |
//! | `bitcoin.rs`, `tron.rs`, `evm.rs` | the forms of addresses; `base58.rs` is what two of them share |
//!
//! A field of a form is judged at every key: [`card_number`], [`card_expiry`] and [`security_code`] never fail, and tell what is
//! missing from what is wrong. What is pasted or stored is judged whole: [`card`], [`iban`] and [`address`] give the value in its normal
//! form or an error. That a value passes says that it is well formed, never that the card, account or address exists.
//!
//! No card number is ever in an error or a debug text.

mod address;
mod base58;
mod bitcoin;
mod brands;
mod card;
mod evm;
mod expiry;
mod iban;
mod input;
mod luhn;
mod tron;

pub use address::{AddressKind, Chain, CryptoAddress, address};
pub use card::{CardNumberCheck, SecurityCodeCheck, card, card_number, security_code};
pub use expiry::{CardExpiryCheck, card_expiry, is_card_expired};
pub use iban::{Iban, iban};
pub use input::{InputReason, InputState};
pub use luhn::luhn;
