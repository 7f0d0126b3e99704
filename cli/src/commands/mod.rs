//! One file or folder a command.

pub(crate) mod device_key;
pub(crate) mod events;
pub(crate) mod fees;
pub(crate) mod listen;
pub(crate) mod sandbox;
pub(crate) mod sign;
pub(crate) mod trigger;
pub(crate) mod webhook;
