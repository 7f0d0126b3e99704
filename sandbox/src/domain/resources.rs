//! How each model is kept: its kind, what the table is searched by, and what is never sent.

use super::account::AccountInternal;
use super::devices::DeviceInternal;
use super::outbox::Message;
use super::sessions::SessionInternal;
use super::step_up::StepUp;
use crate::handlers::api_keys::{ApiKeyInternal, is_active};
use crate::handlers::devices;
use crate::magic::CardBehaviour;
use crate::store::objects::{Facts, Resource};
use okpay::api::{
    Announcement, ApiKey, Appeal, Bill, CheckoutSession, Deposit, Destination, Device, Dispute, Event, FeedbackEntry, IdentityDocument,
    MerchantAccount, Payment, PaymentMethod, Refund, Report, RiskAlert, Session, Ticket, TicketMessage, Transfer, WebhookEndpoint,
    Withdrawal, WithdrawalQuote,
};
use okpay::{Money, Timestamp};
use serde::{Deserialize, Serialize};

/// What is kept of a payment beside what is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PaymentInternal {
    pub(crate) return_url: Option<String>,
    pub(crate) bearer_is_customer: bool,
    /// What fees are computed from: fixed when the payment is made.
    pub(crate) monthly_volume: Option<Money>,
    pub(crate) schedule_version: String,
    /// What the buyer pays in all, in the order's currency.
    pub(crate) gross: Option<Money>,
    /// A risk rule holds it: nothing is asked for until somebody has released it.
    pub(crate) held: bool,
    /// Proves the way back from 3-D Secure.
    pub(crate) acs_token: Option<String>,
    /// What is due by bank or blockchain, in the currency that is sent.
    pub(crate) due: Option<Money>,
    /// What arrived, in order.
    pub(crate) arrivals: Vec<Arrival>,
    /// Why it was given up.
    pub(crate) cancel_reason: Option<String>,
    /// What went back already, in the currency that was sent, so that partial refunds never add up to more.
    pub(crate) returned: Option<Money>,
}

/// One transfer or transaction that arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Arrival {
    pub(crate) amount: Money,
    pub(crate) confirmations: u32,
    /// Whether it is in the ledger.
    pub(crate) booked: bool,
    pub(crate) at: Timestamp,
}

/// What is kept of a deposit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct DepositInternal {
    pub(crate) return_url: Option<String>,
    /// Proves the way back from 3-D Secure or from the other wallet.
    pub(crate) token: Option<String>,
    /// Of the transaction that was seen.
    pub(crate) confirmations: u32,
}

/// What is kept of a destination: its number or address, in its normal form.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct DestinationInternal {
    pub(crate) target: String,
}

/// What is kept of what is confirmed by a code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct StepUpInternal {
    pub(crate) step_up: StepUp,
    /// A risk rule wants somebody to look at it.
    pub(crate) review: bool,
}

/// What is kept of a card: never its number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PaymentMethodInternal {
    pub(crate) behaviour: CardBehaviour,
}

/// What is kept of a checkout session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct CheckoutInternal {
    /// SHA-256 of the client secret, in hex.
    pub(crate) client_secret_hash: String,
}

/// What is kept of a webhook endpoint.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct EndpointInternal {
    pub(crate) secret: String,
    pub(crate) previous_secret: Option<String>,
    /// No delivery before this moment of business time: the endpoint asked for it.
    pub(crate) slow_until: Option<Timestamp>,
}

/// Of a resource that has nothing to hide.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Nothing {}

/// How one model is kept. `version` is left out for a model that never changes.
macro_rules! resource {
    ($model:ty as $kind:literal with $internal:ty: |$it:ident| $facts:expr $(, $version:ident)?) => {
        impl Resource for $model {
            const KIND: &'static str = $kind;
            type Internal = $internal;
            fn facts(&self) -> Facts {
                let $it = self;
                $facts
            }
            fn version_mut(&mut self) -> Option<&mut u64> {
                None::<&mut u64> $(.or(Some(&mut self.$version)))?
            }
        }
    };
}

fn facts(id: &str, status: &str, reference: &Option<String>, parent: Option<&String>) -> Facts {
    Facts { id: id.to_owned(), status: status.to_owned(), reference: reference.clone(), parent: parent.cloned() }
}

resource!(Payment as "payment" with PaymentInternal:
    |it| facts(&it.id, it.status.as_str(), &it.reference, it.checkout_session.as_ref()), version);
resource!(Refund as "refund" with Nothing: |it| facts(&it.id, it.status.as_str(), &it.reference, Some(&it.payment)), version);
resource!(Deposit as "deposit" with DepositInternal: |it| facts(&it.id, it.status.as_str(), &it.reference, None), version);
resource!(Destination as "destination" with DestinationInternal: |it| facts(&it.id, it.status.as_str(), &it.reference, None), version);
resource!(Withdrawal as "withdrawal" with StepUpInternal:
    |it| facts(&it.id, it.status.as_str(), &it.reference, Some(&it.destination)), version);
resource!(Transfer as "transfer" with StepUpInternal: |it| facts(&it.id, it.status.as_str(), &it.reference, None), version);
resource!(Bill as "bill" with Nothing: |it| facts(&it.id, it.status.as_str(), &it.reference, Some(&it.biller)), version);
resource!(Ticket as "ticket" with Nothing: |it| facts(&it.id, it.status.as_str(), &it.reference, it.transaction.as_ref()), version);
resource!(TicketMessage as "ticket message" with Nothing: |it| facts(&it.id, it.author.as_str(), &None, Some(&it.ticket)));
resource!(FeedbackEntry as "feedback" with Nothing: |it| facts(&it.id, it.kind.as_str(), &it.reference, None));
resource!(Dispute as "dispute" with Nothing: |it| facts(&it.id, it.status.as_str(), &it.reference, Some(&it.payment)), version);
resource!(Report as "report" with Nothing: |it| facts(&it.id, it.status.as_str(), &it.reference, None), version);
resource!(Announcement as "announcement" with Nothing: |it| facts(&it.id, it.announcement_type.as_str(), &None, None), version);
resource!(WithdrawalQuote as "withdrawal quote" with Nothing: |it| facts(&it.id, "made", &None, Some(&it.destination)));
resource!(MerchantAccount as "account" with AccountInternal: |it| facts(&it.id, it.status.as_str(), &None, None), version);
resource!(Session as "session" with SessionInternal: |it| facts(&it.id, it.status.as_str(), &None, None), version);
resource!(IdentityDocument as "identity document" with Nothing: |it| facts(&it.id, it.status.as_str(), &it.reference, None), version);
resource!(Appeal as "appeal" with Nothing: |it| facts(&it.id, it.status.as_str(), &None, None), version);
resource!(RiskAlert as "risk alert" with Nothing: |it| facts(&it.id, it.status.as_str(), &None, it.object.as_ref()), version);
resource!(Message as "message" with Nothing: |it| facts(&it.id, &it.channel, &None, Some(&it.about)));
resource!(CheckoutSession as "checkout session" with CheckoutInternal: |it| facts(&it.id, it.status.as_str(), &it.reference, None), version);
resource!(PaymentMethod as "payment method" with PaymentMethodInternal: |it| facts(&it.id, "ready", &it.reference, None), version);
resource!(WebhookEndpoint as "webhook endpoint" with EndpointInternal: |it| facts(&it.id, it.status.as_str(), &None, None), version);
resource!(ApiKey as "API key" with ApiKeyInternal: |it| facts(&it.id, if is_active(it) { "active" } else { "revoked" }, &None, None), version);
// The reference of a device is its public key, by which one that is registered already is found.
resource!(Device as "device" with DeviceInternal:
    |it| facts(&it.id, devices::status(it), &Some(it.public_key.clone()), None), version);
// The status of an event is its type, and its parent the resource that it is about.
resource!(Event as "event" with Nothing: |it| Facts {
    id: it.id.clone(),
    status: it.event_type.to_string(),
    reference: None,
    parent: it.resource_id().map(str::to_owned),
});

impl std::fmt::Debug for DestinationInternal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("DestinationInternal(redacted)")
    }
}

impl std::fmt::Debug for EndpointInternal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("EndpointInternal(redacted)")
    }
}
