//! Faults on demand: how a network and a gateway can fail, so that a merchant can prove that the integration holds.

use okpay::ErrorCode;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// A way to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The call is executed, then the connection breaks before a byte of the answer.
    DropAnswer,
    /// 503 instead of execution.
    Unavailable,
    /// The call is executed, and the answer comes `delay_ms` late.
    Delay,
    /// The call is executed, and the connection breaks in the middle of the answer's body.
    Truncate,
    /// The answer has no signature.
    Unsigned,
    /// The answer's signature does not hold.
    WrongSignature,
    /// A webhook is delivered twice.
    WebhookDuplicate,
    /// A webhook is delivered `delay_ms` of business time late.
    WebhookDelay,
    /// A webhook is delivered after the next one to its endpoint.
    WebhookReorder,
}

/// A fault to be added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewFault {
    /// How to fail.
    pub kind: FaultKind,
    /// Only in this operation, such as `payments.create`; for webhooks, only for this event type. Everywhere by default.
    #[serde(default)]
    pub on: Option<String>,
    /// How often; once by default.
    #[serde(default)]
    pub count: Option<u32>,
    /// How late, in milliseconds; 1,000 by default.
    #[serde(default)]
    pub delay_ms: Option<u32>,
}

/// A fault that waits for its moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// For `clear`.
    pub id: u64,
    /// How to fail.
    pub kind: FaultKind,
    /// Where.
    pub on: Option<String>,
    /// How often still.
    pub left: u32,
    /// How late, in milliseconds.
    pub delay_ms: u32,
}

/// The faults that wait for their moment. Kept in memory: a restart clears them.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    next: AtomicU64,
    waiting: Mutex<Vec<Fault>>,
}

impl FaultKind {
    /// Whether it is about webhooks.
    fn is_webhook(self) -> bool {
        matches!(self, Self::WebhookDuplicate | Self::WebhookDelay | Self::WebhookReorder)
    }
}

impl Faults {
    pub(crate) fn add(&self, new: NewFault) -> Fault {
        let fault = Fault {
            id: self.next.fetch_add(1, Ordering::SeqCst) + 1,
            kind: new.kind,
            on: new.on,
            left: new.count.unwrap_or(1),
            delay_ms: new.delay_ms.unwrap_or(1000),
        };
        self.waiting().push(fault.clone());
        fault
    }

    pub(crate) fn list(&self) -> Vec<Fault> {
        self.waiting().clone()
    }

    /// Takes away one fault, or all.
    pub(crate) fn clear(&self, id: Option<u64>) {
        self.waiting().retain(|fault| id.is_some_and(|id| id != fault.id));
    }

    /// The fault that strikes a call, used up once.
    pub(crate) fn strike_call(&self, operation: &str) -> Option<Fault> {
        self.strike(|fault| !fault.kind.is_webhook() && fault.on.as_deref().is_none_or(|on| on == operation))
    }

    /// The fault that strikes a webhook, used up once.
    pub(crate) fn strike_webhook(&self, event_type: &str) -> Option<Fault> {
        self.strike(|fault| fault.kind.is_webhook() && fault.on.as_deref().is_none_or(|on| on == event_type))
    }

    fn strike(&self, matches: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let mut waiting = self.waiting();
        let found = waiting.iter_mut().find(|fault| fault.left > 0 && matches(fault))?;
        found.left -= 1;
        let struck = found.clone();
        waiting.retain(|fault| fault.left > 0);
        Some(struck)
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<Fault>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What [`FaultKind::Unavailable`] answers.
pub(crate) fn unavailable() -> crate::refusal::Refusal {
    crate::refusal::refuse(ErrorCode::ServiceUnavailable, "the gateway is not available (a fault that was asked for)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_where_and_as_often_as_asked() {
        let faults = Faults::default();
        faults.add(NewFault { kind: FaultKind::DropAnswer, on: Some("payments.create".to_owned()), count: Some(2), delay_ms: None });
        assert_eq!(faults.strike_call("refunds.create"), None);
        assert_eq!(faults.strike_webhook("payments.create"), None);
        assert!(faults.strike_call("payments.create").is_some() && faults.strike_call("payments.create").is_some());
        assert_eq!(faults.strike_call("payments.create"), None);
        assert!(faults.list().is_empty());
    }
}
