//! [`Staged`]: a resource with a state machine. One step is the new state, the next version and exactly one event.

use crate::refusal::Outcome;
use crate::states::{self, Machine};
use crate::store::objects::{Resource, Stored};
use crate::work::Work;
use okpay::api::{EventData, EventType};

/// A resource with a state machine.
pub(crate) trait Staged: Resource + Clone + Into<EventData> {
    /// Which state follows which.
    const MACHINE: &'static Machine;
    /// Its state, as the wire has it.
    fn state(&self) -> &str;
    /// Puts it into a state of its machine.
    fn enter(&mut self, state: &'static str);
}

macro_rules! staged {
    ($($model:ident by $machine:ident;)+) => {
        $(impl Staged for okpay::api::$model {
            const MACHINE: &'static Machine = &states::$machine;
            fn state(&self) -> &str {
                self.status.as_str()
            }
            fn enter(&mut self, state: &'static str) {
                self.status = state.into();
            }
        })+
    };
}

staged! {
    Payment by PAYMENT;
    Refund by REFUND;
    Deposit by DEPOSIT;
    Destination by DESTINATION;
    Withdrawal by WITHDRAWAL;
    Transfer by TRANSFER;
    Bill by BILL;
    Dispute by DISPUTE;
    Report by REPORT;
    MerchantAccount by MERCHANT_ACCOUNT;
    Appeal by APPEAL;
    Session by SESSION;
    IdentityDocument by IDENTITY_DOCUMENT;
    RiskAlert by RISK_ALERT;
    Ticket by TICKET;
}

/// Refuses what the state does not allow.
pub(crate) fn check<T: Staged>(stored: &Stored<T>, event: &str) -> Outcome<()> {
    T::MACHINE.step(stored.body.state(), event).map(drop)
}

/// Takes a step.
pub(crate) async fn step<T: Staged>(work: &mut Work<'_>, stored: &mut Stored<T>, event: &str, tell: EventType) -> Outcome<()> {
    let state = T::MACHINE.step(stored.body.state(), event)?;
    stored.body.enter(state);
    work.update(stored).await?;
    announce(work, stored, tell).await
}

/// Keeps a resource that is new, and says so.
pub(crate) async fn begin<T: Staged>(work: &mut Work<'_>, body: T, internal: T::Internal, tell: EventType) -> Outcome<Stored<T>> {
    let stored = work.insert(body, internal).await?;
    announce(work, &stored, tell).await?;
    Ok(stored)
}

async fn announce<T: Staged>(work: &mut Work<'_>, stored: &Stored<T>, tell: EventType) -> Outcome<()> {
    work.emit(tell, stored.body.clone().into()).await
}
