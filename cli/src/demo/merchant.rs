//! The merchant's side of webhooks: a small server that verifies, deduplicates and orders.

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use okpay::api::Event;
use okpay::webhooks::{Claim, Ordering, ReplayStore, SqliteStore, Verifier, apply};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

use crate::ambient;

/// What the merchant has learnt from webhooks.
#[derive(Debug, Default, Clone)]
pub(super) struct Learnt {
    /// Deliveries that came, and those that were refused, repeated, or older than what was known.
    pub(super) delivered: u32,
    pub(super) refused: u32,
    pub(super) repeated: u32,
    pub(super) stale: u32,
    /// Event types in the order in which they were handled, by resource.
    pub(super) handled: BTreeMap<String, Vec<String>>,
    versions: BTreeMap<String, u64>,
}

impl Learnt {
    /// Whether an event of this type was handled for a resource.
    pub(super) fn has(&self, resource: &str, event_type: &str) -> bool {
        self.handled.get(resource).is_some_and(|types| types.iter().any(|known| known == event_type))
    }
}

#[derive(Debug)]
struct Inner {
    verifier: OnceLock<Verifier>,
    guard: SqliteStore,
    learnt: Mutex<Learnt>,
    news: Notify,
}

/// The running server.
#[derive(Debug, Clone)]
pub(super) struct Merchant {
    pub(super) url: String,
    inner: Arc<Inner>,
}

impl Merchant {
    /// Listens on a free loopback port; the replay guard is in a file.
    pub(super) async fn start(guard: &Path) -> Result<Self> {
        let inner = Inner { verifier: OnceLock::new(), guard: SqliteStore::open(guard)?, learnt: Mutex::default(), news: Notify::new() };
        let inner = Arc::new(inner);
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.context("no free port for the merchant's server")?;
        let url = format!("http://{}/webhooks", listener.local_addr()?);
        let app = Router::new().route("/webhooks", post(receive)).with_state(inner.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Self { url, inner })
    }

    /// The secret that the gateway gave for this endpoint.
    pub(super) fn trust(&self, secret: &str) -> Result<()> {
        self.inner.verifier.set(Verifier::new(&[secret.to_owned()])?).ok().context("the merchant has a secret already")
    }

    pub(super) fn learnt(&self) -> Learnt {
        self.inner.learnt().clone()
    }

    /// Waits until what was learnt meets a condition, for ten seconds at most.
    pub(super) async fn wait(&self, condition: impl Fn(&Learnt) -> bool) -> bool {
        let met = async {
            loop {
                let news = self.inner.news.notified();
                if condition(&self.inner.learnt()) {
                    return;
                }
                news.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), met).await.is_ok()
    }
}

impl Inner {
    fn learnt(&self) -> MutexGuard<'_, Learnt> {
        self.learnt.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Handles one delivery: the whole of what a merchant's endpoint does.
    fn handle(&self, headers: &[(String, String)], body: &[u8]) -> Result<StatusCode> {
        let now = ambient::now();
        let payload = self.verifier.get().context("no secret yet")?.verify(body, headers, now)?;
        let token = match self.guard.claim("demo", payload.id(), 60, now)? {
            Claim::New(token) => token,
            Claim::InProgress => return Ok(StatusCode::SERVICE_UNAVAILABLE),
            Claim::Done => {
                self.learnt().repeated += 1;
                return Ok(StatusCode::OK);
            }
        };
        self.learn(&payload.event()?);
        self.guard.complete(&token, now)?;
        Ok(StatusCode::OK)
    }

    fn learn(&self, event: &Event) {
        let (Some(resource), Some(version)) = (event.resource_id(), event.resource_version()) else { return };
        let mut learnt = self.learnt();
        if apply(learnt.versions.get(resource).copied(), version) == Ordering::Stale {
            learnt.stale += 1;
            return;
        }
        learnt.versions.insert(resource.to_owned(), version);
        learnt.handled.entry(resource.to_owned()).or_default().push(event.event_type.to_string());
    }
}

async fn receive(State(inner): State<Arc<Inner>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let headers: Vec<_> =
        headers.iter().map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())).collect();
    inner.learnt().delivered += 1;
    let status = inner.handle(&headers, &body).unwrap_or_else(|_| {
        inner.learnt().refused += 1;
        StatusCode::BAD_REQUEST
    });
    inner.news.notify_waiters();
    status
}
