//! [`Waiting`]: until a resource has come to its end, by asking again and again; [`Client::notify`] has it asked at once.

use super::{Client, ambient};
use crate::api::{Event, Operation};
use crate::call::{Answer, CallOptions, Next, Wait};
use crate::error::OkpayError;
use std::collections::BTreeMap;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// A wait for a resource to come to its end. Await it: it gives the resource as it is then, by whichever end.
///
/// It reads the resource at once, then after about a second, and less and less often up to every 30 seconds. When the time is over, the
/// error is `wait_timed_out` with the last known `state`: nothing is lost, wait again. Dropping it gives up, and changes nothing.
///
/// ```no_run
/// # async fn example(client: okpay::client::Client) -> Result<(), okpay::OkpayError> {
/// use std::time::Duration;
///
/// let withdrawal = client.withdrawals().wait("wd_…").timeout(Duration::from_secs(60)).await?;
/// println!("{} is {}", withdrawal.id, withdrawal.status);
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is asked before it is awaited"]
#[derive(Debug)]
pub struct Waiting<T> {
    client: Client,
    operation: &'static Operation,
    id: String,
    read: fn(&[u8]) -> Result<T, OkpayError>,
    timeout: Option<Duration>,
    options: CallOptions,
}

impl<T> Waiting<T> {
    pub(crate) fn new(client: Client, operation: &'static Operation, id: String, read: fn(&[u8]) -> Result<T, OkpayError>) -> Self {
        Self { client, operation, id, read, timeout: None, options: CallOptions::default() }
    }

    /// For the whole wait; ten minutes by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Adds a header to every question, such as `traceparent`.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options = self.options.header(name, value);
        self
    }
}

impl<T: Send + 'static> IntoFuture for Waiting<T> {
    type Output = Result<T, OkpayError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let answer = self.client.wait(self.operation.name, &self.id, self.timeout, &self.options).await?;
            (self.read)(&answer.body)
        })
    }
}

impl Client {
    /// Waits by the name of the operation that reads, such as `withdrawals.retrieve`, and gives the proven answer with the end in it. The
    /// methods `wait` of the groups are this and a typed reader.
    ///
    /// # Errors
    /// As [`Wait::judge`]; `invalid_parameter` for an operation that reads nothing that comes to an end.
    pub async fn wait(&self, operation: &str, id: &str, timeout: Option<Duration>, options: &CallOptions) -> Result<Answer, OkpayError> {
        let mut wait = Wait::new(&self.inner.caller, operation, id, timeout, options.clone(), ambient::now())?;
        let place = self.inner.waiters.place(id);
        loop {
            let end = self.run(wait.call(), &wait.options(ambient::now())).await;
            let random = u64::from_be_bytes(ambient::random()?);
            match wait.judge(end, ambient::now(), random)? {
                Next::Done(answer) => return Ok(answer),
                // Woken or not: the next question says what is new.
                Next::Wait(pause) => drop(tokio::time::timeout(Duration::from_millis(pause), place.bell.notified()).await),
            }
        }
    }

    /// Has whoever waits for the resource of this event ask at once: for the handler of webhooks, behind the verifier. Nothing of the event
    /// is handed on, so that its order does not matter. It costs next to nothing when nobody waits.
    pub fn notify(&self, event: &Event) {
        if let Some(id) = event.resource_id() {
            self.notify_id(id);
        }
    }

    /// As [`Client::notify`], by the id of the resource.
    pub fn notify_id(&self, id: &str) {
        self.inner.waiters.ring(id);
    }
}

/// Who waits for what, by its id.
#[derive(Default)]
pub(super) struct Waiters(Mutex<BTreeMap<String, Vec<Arc<Notify>>>>);

/// One who waits, until it is dropped.
struct Place<'w> {
    waiters: &'w Waiters,
    id: String,
    bell: Arc<Notify>,
}

impl Waiters {
    fn place(&self, id: &str) -> Place<'_> {
        let bell = Arc::new(Notify::new());
        self.locked().entry(id.to_owned()).or_default().push(Arc::clone(&bell));
        Place { waiters: self, id: id.to_owned(), bell }
    }

    /// A bell that rings during a question is heard after it.
    fn ring(&self, id: &str) {
        self.locked().get(id).into_iter().flatten().for_each(|bell| bell.notify_one());
    }

    fn locked(&self) -> MutexGuard<'_, BTreeMap<String, Vec<Arc<Notify>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut bells = self.waiters.locked();
        if let Some(others) = bells.get_mut(&self.id) {
            others.retain(|bell| !Arc::ptr_eq(bell, &self.bell));
            if others.is_empty() {
                bells.remove(&self.id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_bell_is_heard_by_all_of_one_id_and_nobody_stays() {
        let waiters = Waiters::default();
        let (first, second, other) = (waiters.place("wd_1"), waiters.place("wd_1"), waiters.place("wd_2"));
        waiters.ring("wd_1");
        waiters.ring("wd_of_nobody");
        first.bell.notified().await;
        second.bell.notified().await;
        assert!(tokio::time::timeout(Duration::ZERO, other.bell.notified()).await.is_err());
        drop((first, other));
        assert_eq!(waiters.locked().iter().map(|(id, bells)| (id.as_str(), bells.len())).collect::<Vec<_>>(), [("wd_1", 1)]);
        drop(second);
        assert!(waiters.locked().is_empty());
    }
}
