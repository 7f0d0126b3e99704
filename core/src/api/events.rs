//! Events: what happened, with the whole resource as it was then.

use super::{
    Announcement, Appeal, Bill, CheckoutSession, Deposit, Destination, Dispute, IdentityDocument, MerchantAccount, Payment, PointMovement,
    Refund, Report, RiskAlert, Session, Ticket, Transfer, WebhookEndpoint, Withdrawal,
};
use crate::error::{ErrorCode, OkpayError};
#[cfg(feature = "secret")]
use crate::json::parse;
use crate::json::{Kind, Shape, Shaped};
use crate::timestamp::Timestamp;
use okpay_macros::model;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// What happened. The part before the dot names the resource in `data`.
#[model(open)]
pub enum EventType {
    /// A payment was made.
    #[wire = "payment.created"]
    PaymentCreated,
    /// A risk rule holds a payment: somebody at OKPay looks at it before any money is asked for.
    #[wire = "payment.in_review"]
    PaymentInReview,
    /// The buyer has to do something.
    #[wire = "payment.requires_action"]
    PaymentRequiresAction,
    /// Money arrived that is not all yet, or not confirmed yet.
    #[wire = "payment.processing"]
    PaymentProcessing,
    /// The card holds the amount.
    #[wire = "payment.authorized"]
    PaymentAuthorized,
    /// A payment was paid: ship.
    #[wire = "payment.succeeded"]
    PaymentSucceeded,
    /// A payment was declined.
    #[wire = "payment.failed"]
    PaymentFailed,
    /// A payment was given up.
    #[wire = "payment.canceled"]
    PaymentCanceled,
    /// A payment was not paid in time.
    #[wire = "payment.expired"]
    PaymentExpired,
    /// A payment was given back, in whole or in part.
    #[wire = "payment.refunded"]
    PaymentRefunded,
    /// The buyer's bank disputes a payment.
    #[wire = "payment.disputed"]
    PaymentDisputed,
    /// A dispute over a payment was won: it can be refunded again.
    #[wire = "payment.dispute_won"]
    PaymentDisputeWon,
    /// A refund was made.
    #[wire = "refund.created"]
    RefundCreated,
    /// A refund was given back.
    #[wire = "refund.succeeded"]
    RefundSucceeded,
    /// A refund could not be given back.
    #[wire = "refund.failed"]
    RefundFailed,
    /// A checkout session was opened.
    #[wire = "checkout_session.created"]
    CheckoutSessionCreated,
    /// A checkout session was paid.
    #[wire = "checkout_session.completed"]
    CheckoutSessionCompleted,
    /// A checkout session ran out.
    #[wire = "checkout_session.expired"]
    CheckoutSessionExpired,
    /// A webhook endpoint was switched off.
    #[wire = "webhook_endpoint.disabled"]
    WebhookEndpointDisabled,
    /// A deposit was announced.
    #[wire = "deposit.created"]
    DepositCreated,
    /// The deposit's transaction was seen, or has one more confirmation.
    #[wire = "deposit.processing"]
    DepositProcessing,
    /// A deposit is in the balance.
    #[wire = "deposit.succeeded"]
    DepositSucceeded,
    /// A deposit will not come.
    #[wire = "deposit.failed"]
    DepositFailed,
    /// A deposit was given up.
    #[wire = "deposit.canceled"]
    DepositCanceled,
    /// A destination was added. If it was not you, disable it: nothing goes there for a day.
    #[wire = "destination.created"]
    DestinationCreated,
    /// A destination can be used from now on.
    #[wire = "destination.activated"]
    DestinationActivated,
    /// A destination was switched off.
    #[wire = "destination.disabled"]
    DestinationDisabled,
    /// A withdrawal was made, and waits for its confirmation.
    #[wire = "withdrawal.created"]
    WithdrawalCreated,
    /// A withdrawal was confirmed: amount and fee are reserved.
    #[wire = "withdrawal.submitted"]
    WithdrawalSubmitted,
    /// A withdrawal is looked at before it is sent.
    #[wire = "withdrawal.in_review"]
    WithdrawalInReview,
    /// A withdrawal is on its way.
    #[wire = "withdrawal.sent"]
    WithdrawalSent,
    /// A withdrawal is at its destination.
    #[wire = "withdrawal.arrived"]
    WithdrawalArrived,
    /// A withdrawal came back: amount and fee are in the balance again.
    #[wire = "withdrawal.returned"]
    WithdrawalReturned,
    /// A withdrawal was given up.
    #[wire = "withdrawal.canceled"]
    WithdrawalCanceled,
    /// A withdrawal was not sent.
    #[wire = "withdrawal.failed"]
    WithdrawalFailed,
    /// A transfer was made.
    #[wire = "transfer.created"]
    TransferCreated,
    /// A transfer is at its recipient.
    #[wire = "transfer.succeeded"]
    TransferSucceeded,
    /// A transfer was not confirmed: nothing has moved.
    #[wire = "transfer.failed"]
    TransferFailed,
    /// A bill was paid.
    #[wire = "bill.paid"]
    BillPaid,
    /// A biller sent the money back: amount and fee are in the balance again.
    #[wire = "bill.returned"]
    BillReturned,
    /// The buyer's bank took a payment back: answer before `evidence_due`.
    #[wire = "dispute.opened"]
    DisputeOpened,
    /// Evidence was handed in.
    #[wire = "dispute.evidence_submitted"]
    DisputeEvidenceSubmitted,
    /// A dispute was accepted: the buyer keeps the money.
    #[wire = "dispute.accepted"]
    DisputeAccepted,
    /// A dispute was won: amount and fee are in the balance again.
    #[wire = "dispute.won"]
    DisputeWon,
    /// A dispute was lost, or not answered in time: the buyer keeps the money.
    #[wire = "dispute.lost"]
    DisputeLost,
    /// A report was asked for.
    #[wire = "report.created"]
    ReportCreated,
    /// A report can be downloaded.
    #[wire = "report.ready"]
    ReportReady,
    /// A report could not be made.
    #[wire = "report.failed"]
    ReportFailed,
    /// The fee of a payment earned points.
    #[wire = "point_movement.earned"]
    PointMovementEarned,
    /// Points were redeemed against the fee of a payment: the amount is in the balance.
    #[wire = "point_movement.redeemed"]
    PointMovementRedeemed,
    /// OKPay has something to tell.
    #[wire = "announcement.published"]
    AnnouncementPublished,
    /// The account changed: its holder, its verification or its security, such as a PIN, an app or a trusted device. If it was not you, freeze the account.
    #[wire = "merchant_account.updated"]
    MerchantAccountUpdated,
    /// Too many wrong PINs or codes: confirming by them is refused for a while.
    #[wire = "merchant_account.locked"]
    MerchantAccountLocked,
    /// The account was frozen: money comes in and does not leave.
    #[wire = "merchant_account.frozen"]
    MerchantAccountFrozen,
    /// The account is no longer frozen.
    #[wire = "merchant_account.thawed"]
    MerchantAccountThawed,
    /// Somebody signed in. If it was not you, revoke the session and freeze the account.
    #[wire = "session.created"]
    SessionCreated,
    /// A session was ended.
    #[wire = "session.revoked"]
    SessionRevoked,
    /// A document was handed in.
    #[wire = "identity_document.submitted"]
    IdentityDocumentSubmitted,
    /// Somebody at OKPay looks at a document.
    #[wire = "identity_document.in_review"]
    IdentityDocumentInReview,
    /// A document was approved.
    #[wire = "identity_document.approved"]
    IdentityDocumentApproved,
    /// A document was rejected.
    #[wire = "identity_document.rejected"]
    IdentityDocumentRejected,
    /// An appeal was made.
    #[wire = "appeal.created"]
    AppealCreated,
    /// An appeal was accepted: the account is thawed.
    #[wire = "appeal.accepted"]
    AppealAccepted,
    /// An appeal was refused: the account stays frozen.
    #[wire = "appeal.refused"]
    AppealRefused,
    /// A risk rule fitted.
    #[wire = "risk_alert.created"]
    RiskAlertCreated,
    /// Somebody has looked at an alert.
    #[wire = "risk_alert.acknowledged"]
    RiskAlertAcknowledged,
    /// A ticket was opened.
    #[wire = "ticket.created"]
    TicketCreated,
    /// You wrote to a ticket.
    #[wire = "ticket.replied"]
    TicketReplied,
    /// An agent answered.
    #[wire = "ticket.answered"]
    TicketAnswered,
    /// An agent asked back: support waits for your reply.
    #[wire = "ticket.waiting"]
    TicketWaiting,
    /// A ticket was closed.
    #[wire = "ticket.closed"]
    TicketClosed,
    /// A ticket was opened again.
    #[wire = "ticket.reopened"]
    TicketReopened,
    /// A ticket was rated.
    #[wire = "ticket.rated"]
    TicketRated,
}

/// From one row a resource: the variants of [`EventData`], and what reads, writes and looks at them.
macro_rules! event_data {
    ($($resource:literal => $model:ident;)+) => {
        /// The resource of an event, whole, as it was when it happened.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum EventData {
            $(#[doc = concat!("Of `", $resource, ".…`")] $model(Box<$model>),)+
            /// Of an event that this version does not know: its JSON as it came.
            Unknown {
                /// The JSON as it came.
                raw: String,
            },
        }

        $(impl From<$model> for EventData {
            fn from(resource: $model) -> Self {
                Self::$model(Box::new(resource))
            }
        })+

        impl Event {
            /// The id of the resource, if it is of a known kind.
            #[must_use]
            pub fn resource_id(&self) -> Option<&str> {
                match &self.data {
                    $(EventData::$model(resource) => Some(&resource.id),)+
                    EventData::Unknown { .. } => None,
                }
            }

            /// The version of the resource, which orders its events (see `webhooks::apply`).
            #[must_use]
            pub fn resource_version(&self) -> Option<u64> {
                match &self.data {
                    $(EventData::$model(resource) => Some(resource.version),)+
                    EventData::Unknown { .. } => None,
                }
            }
        }

        fn read_known(resource: &str, raw: &str) -> serde_json::Result<EventData> {
            Ok(match resource {
                $($resource => EventData::$model(serde_json::from_str(raw)?),)+
                _ => EventData::Unknown { raw: raw.to_owned() },
            })
        }

        /// What the `data` of an event holds, by the event's type; nothing of a type that this version does not know.
        #[cfg(feature = "secret")]
        pub(crate) fn event_data_kind(event_type: &str) -> Option<&'static Kind> {
            const KINDS: &[(&str, Kind)] = &[$(($resource, <$model as Shaped>::KIND)),+];
            let (resource, _) = event_type.split_once('.').filter(|_| is_known(event_type))?;
            KINDS.iter().find(|(known, _)| *known == resource).map(|(_, kind)| kind)
        }

        fn write_data(data: &EventData) -> serde_json::Result<Box<RawValue>> {
            match data {
                $(EventData::$model(resource) => serde_json::value::to_raw_value(resource),)+
                EventData::Unknown { raw } => RawValue::from_string(raw.clone()),
            }
        }
    };
}

event_data! {
    "payment" => Payment;
    "refund" => Refund;
    "checkout_session" => CheckoutSession;
    "webhook_endpoint" => WebhookEndpoint;
    "deposit" => Deposit;
    "destination" => Destination;
    "withdrawal" => Withdrawal;
    "transfer" => Transfer;
    "bill" => Bill;
    "dispute" => Dispute;
    "report" => Report;
    "point_movement" => PointMovement;
    "announcement" => Announcement;
    "merchant_account" => MerchantAccount;
    "session" => Session;
    "identity_document" => IdentityDocument;
    "appeal" => Appeal;
    "risk_alert" => RiskAlert;
    "ticket" => Ticket;
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// `evt_…`, the same on every delivery.
    pub id: String,
    /// What happened.
    pub event_type: EventType,
    /// When.
    pub created: Timestamp,
    /// The version of the API that `data` is written in.
    pub api_version: String,
    /// Whether it is about real money.
    pub livemode: bool,
    /// The resource.
    pub data: EventData,
}

/// What happened, with the resource as it was then.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Event"))]
struct Wire {
    /// `evt_…`, the same on every delivery.
    id: String,
    /// What happened; the part before the dot names the resource in `data`.
    #[serde(rename = "type")]
    event_type: EventType,
    /// When.
    created: Timestamp,
    /// The version of the API that `data` is written in.
    api_version: String,
    /// Whether it is about real money.
    livemode: bool,
    /// The resource, whole, as it was then.
    #[cfg_attr(feature = "schema", schemars(with = "serde_json::Map<String, serde_json::Value>"))]
    data: Box<RawValue>,
}

impl Shaped for Event {
    const KIND: Kind = {
        #[cfg(feature = "secret")]
        let kind = Kind::Event(&Shape {
            names: "id type created api_version livemode data",
            kinds: &[Kind::Text, Kind::Text, Kind::Time, Kind::Text, Kind::Truth, Kind::Any],
        });
        // No browser gets events.
        #[cfg(not(feature = "secret"))]
        let kind = Kind::Model(&Shape { names: "", kinds: &[] });
        kind
    };
}

#[cfg(feature = "secret")]
fn is_known(event_type: &str) -> bool {
    EventType::KNOWN.iter().any(|known| known.as_str() == event_type)
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Wire { id, event_type, created, api_version, livemode, data } = Wire::deserialize(deserializer)?;
        let data = read_data(&event_type, data.get()).map_err(serde::de::Error::custom)?;
        Ok(Self { id, event_type, created, api_version, livemode, data })
    }
}

fn read_data(event_type: &EventType, raw: &str) -> serde_json::Result<EventData> {
    if matches!(event_type, EventType::Unknown { .. }) {
        return Ok(EventData::Unknown { raw: raw.to_owned() });
    }
    let (resource, _) = event_type.as_str().split_once('.').unwrap_or_default();
    read_known(resource, raw)
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let wire = Wire {
            id: self.id.clone(),
            event_type: self.event_type.clone(),
            created: self.created,
            api_version: self.api_version.clone(),
            livemode: self.livemode,
            data: write_data(&self.data).map_err(serde::ser::Error::custom)?,
        };
        wire.serialize(serializer)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Event {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Event".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Wire::json_schema(generator)
    }
}

/// One page of events, newest first.
#[model(page)]
pub struct EventPage {
    /// The events.
    pub data: Vec<Event>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which events to list.
#[model(params)]
pub struct ListEvents {
    /// 1 to 100; 20 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only this type.
    #[serde(rename = "type")]
    pub event_type: Option<EventType>,
    /// Only those of this resource.
    pub resource: Option<String>,
}

/// What an event of a newer gateway may hold is kept; what is no event at all is refused.
pub(crate) fn parse_event(body: &[u8]) -> Result<Event, OkpayError> {
    serde_json::from_slice(body)
        .map_err(|error| OkpayError::verification(ErrorCode::WebhookUnreadable, format!("the body does not read as an event: {error}")))
}

/// As [`parse_event`], for languages that read the event by themselves.
#[cfg(feature = "secret")]
pub(crate) fn check_event(body: &[u8]) -> Result<(), OkpayError> {
    let read = parse(body).and_then(|tree| Event::KIND.check(&tree, false));
    read.map_err(|fault| OkpayError::verification(ErrorCode::WebhookUnreadable, format!("the body does not read as an event: {fault}")))
}

/// The event with its fields in the gateway's order, those of the resource by its shape, so that a library that needs no typed
/// events holds no reader of them.
#[cfg(feature = "secret")]
pub(crate) fn event_in_order(text: &str) -> Option<String> {
    let mut wire = serde_json::from_str::<Wire>(text).ok()?;
    if let Some(kind) = event_data_kind(wire.event_type.as_str()) {
        wire.data = RawValue::from_string(kind.in_order(&parse(wire.data.get().as_bytes()).ok()?)).ok()?;
    }
    serde_json::to_string(&wire).ok()
}

/// The same without the shapes of events, which a browser's build has not.
#[cfg(not(feature = "secret"))]
pub(crate) fn event_in_order(text: &str) -> Option<String> {
    serde_json::from_str::<Event>(text).and_then(|event| serde_json::to_string(&event)).ok()
}

#[cfg(test)]
mod tests;
