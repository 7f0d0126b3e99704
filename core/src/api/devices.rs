//! Device keys: made on a till or a phone, registered by the server with what they may do, and revoked.
//!
//! The private key never leaves the device. It makes a key pair and gives the public half to the merchant's server, which registers it;
//! the id in the reply is the key id under which the device signs from then on.

use crate::money::Money;
use crate::timestamp::Timestamp;
use okpay_macros::model;

/// What a device may do at most. All limits are in one currency; in another one nothing that is limited is allowed. A limit that is absent
/// does not limit.
#[model(params)]
pub struct DeviceLimits {
    /// The most that one payment, one capture or one checkout session of this device may be about.
    pub payment: Option<Money>,
    /// The most that one refund may be about.
    pub refund: Option<Money>,
    /// The most that its refunds may add up to from midnight to midnight UTC. A refund that fails later counts all the same. A device that
    /// may do `refunds.create` needs this one.
    pub refunds_per_day: Option<Money>,
}

/// A device to be registered.
#[model(params)]
pub struct NewDevice {
    /// For people: where it stands, say.
    pub name: String,
    /// The Ed25519 public key: its 32 bytes (RFC 8032 §5.1.2) in base64, 44 characters. One key is registered once, for ever.
    pub public_key: String,
    /// The operations that it may do, such as `payments.create`; at least one. `devices.current` and, for its own calls,
    /// `idempotency.resolve` are always allowed.
    pub operations: Vec<String>,
    /// What it may do at most.
    pub limits: Option<DeviceLimits>,
}

/// What changes of a device.
#[model(params)]
pub struct UpdateDevice {
    /// For people.
    pub name: Option<String>,
    /// All operations that it may do from now on; as they were where there are none.
    pub operations: Vec<String>,
    /// All limits from now on: one that is absent here is lifted. As they were where this is absent.
    pub limits: Option<DeviceLimits>,
}

/// A till or an app that signs with a key of its own.
#[model]
pub struct Device {
    /// The key id under which it signs, `okp_test_dev_…`.
    pub id: String,
    /// For people.
    pub name: String,
    /// The Ed25519 public key in base64.
    pub public_key: String,
    /// The operations that it may do.
    #[serde(default)]
    pub operations: Vec<String>,
    /// What it may do at most.
    pub limits: DeviceLimits,
    /// What its refunds add up to since midnight UTC, in the currency of its limits; absent without limits. No change of the device: the
    /// version stays.
    pub refunded_today: Option<Money>,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
    /// When it was registered.
    pub created: Timestamp,
    /// Rises by one per change.
    pub version: u64,
    /// Whether it is about real money.
    pub livemode: bool,
}

/// One page of devices, newest first.
#[model(page)]
pub struct DevicePage {
    /// The devices.
    pub data: Vec<Device>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which devices to list.
#[model(params)]
pub struct ListDevices {
    /// 1 to 100; 20 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

impl DeviceLimits {
    /// Every limit that is set, with its name.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, Money)> {
        let named = [("payment", self.payment), ("refund", self.refund), ("refunds_per_day", self.refunds_per_day)];
        named.into_iter().filter_map(|(name, limit)| Some((name, limit?)))
    }
}
