//! [`Work`]: one request's, or one job's, doings in one transaction. What it changes, what it books, the events it makes and the
//! deliveries they cause become true together or not at all.

use crate::events;
use crate::gate::Caller;
use crate::gateway::Gateway;
use crate::ledger::{self, Transfer};
use crate::refusal::Outcome;
use crate::store::Tx;
use crate::store::objects::{self, Resource, Stored};
use okpay::Timestamp;
use okpay::api::{EventData, EventType};
use serde::Serialize;

/// One request's, or one job's, doings in one transaction.
pub(crate) struct Work<'a> {
    pub(crate) gateway: &'a Gateway,
    pub(crate) tx: Tx,
    /// Business time, the same throughout.
    pub(crate) now: Timestamp,
    pub(crate) account: String,
    /// Who asked; nobody where business time itself is at work.
    pub(crate) caller: Option<Caller>,
}

impl<'a> Work<'a> {
    /// Work that nobody asked for over the API: jobs, control calls, pages.
    pub(crate) async fn own(gateway: &'a Gateway) -> Outcome<Self> {
        let account = gateway.keys.account.clone();
        Ok(Self { gateway, tx: gateway.store.write().await?, now: gateway.clock.now(), account, caller: None })
    }

    /// The same, only to read.
    pub(crate) async fn looking(gateway: &'a Gateway) -> Outcome<Self> {
        let account = gateway.keys.account.clone();
        Ok(Self { gateway, tx: gateway.store.read().await?, now: gateway.clock.now(), account, caller: None })
    }

    /// Makes it all true, and wakes those who deliver.
    pub(crate) async fn commit(self) -> Outcome<()> {
        self.tx.commit().await?;
        self.gateway.wake.notify_one();
        Ok(())
    }

    /// The key of the call, which the object that it makes remembers.
    pub(crate) fn idempotency_key(&self) -> Option<String> {
        self.caller.as_ref().and_then(|caller| caller.idempotency_key.clone())
    }

    /// Whether a browser asked, who sees less than the merchant.
    pub(crate) fn is_publishable(&self) -> bool {
        self.caller.as_ref().is_some_and(Caller::is_publishable)
    }

    pub(crate) fn id(&self, prefix: &str) -> String {
        self.gateway.ids.id(prefix, self.now)
    }

    pub(crate) async fn insert<T: Resource>(&mut self, body: T, internal: T::Internal) -> Outcome<Stored<T>> {
        let account = self.account.clone();
        objects::insert(&mut self.tx, &self.gateway.store, &account, body, internal).await
    }

    pub(crate) async fn get<T: Resource>(&mut self, id: &str) -> Outcome<Stored<T>> {
        let account = self.account.clone();
        objects::get(&mut self.tx, &account, id).await
    }

    pub(crate) async fn update<T: Resource>(&mut self, stored: &mut Stored<T>) -> Outcome<()> {
        objects::update(&mut self.tx, stored).await
    }

    pub(crate) async fn book(&mut self, transfer: Transfer) -> Outcome<()> {
        let (id, account) = (self.id("txn_"), self.account.clone());
        ledger::book(&mut self.tx, &self.gateway.store, id, &account, &transfer, self.now).await
    }

    /// Makes an event, and puts its deliveries into the outbox.
    pub(crate) async fn emit(&mut self, event_type: EventType, data: EventData) -> Outcome<()> {
        events::emit(self, event_type, data).await.map(drop)
    }
}

/// What an executed request is answered with.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: String,
    /// The object that it made.
    pub(crate) object: Option<String>,
    /// Whether it is the first answer to its key, given again.
    pub(crate) replayed: bool,
}

impl Reply {
    /// A reply that made nothing.
    pub(crate) fn of(body: &impl Serialize) -> Outcome<Self> {
        Ok(Self { status: 200, body: serde_json::to_string(body)?, object: None, replayed: false })
    }

    /// A reply about an object that it made.
    pub(crate) fn made(id: &str, body: &impl Serialize) -> Outcome<Self> {
        Ok(Self { object: Some(id.to_owned()), ..Self::of(body)? })
    }
}
