//! [`Sandbox::start`] and [`Running`]: a sandbox's life in this process.

use crate::config::{Config, Details};
use crate::domain::account;
use crate::gateway::{Gateway, Shared};
use crate::handlers::api_keys;
use crate::ledger::{self, Ledger};
use crate::refusal::{Outcome, Refusal};
use crate::store::objects;
use crate::wire::{Breaker, Wire};
use crate::work::Work;
use crate::{deliveries, gate, idempotency, jobs, server};
use okpay::api::{ApiKey, ApiKeyKind};
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How often business time is looked at when nothing else wakes the worker.
const TICK: Duration = Duration::from_millis(200);

/// How many ticks lie between two clean-ups.
const TICKS_PER_CLEANUP: u32 = 300;

/// How long open connections get to end when a sandbox is stopped.
const GRACE: Duration = Duration::from_secs(2);

/// Starts sandboxes.
#[derive(Debug)]
pub struct Sandbox;

/// A sandbox that runs in this process until [`Running::shutdown`].
#[derive(Debug)]
pub struct Running {
    gateway: Shared,
    details: Details,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
    worker: JoinHandle<()>,
}

/// Why a sandbox did not start, in one line for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartError(String);

impl fmt::Display for StartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}

impl From<Refusal> for StartError {
    fn from(refusal: Refusal) -> Self {
        Self(refusal.to_string())
    }
}

impl Sandbox {
    /// Starts a sandbox: its server, its worker and, on a database of its own, its first keys. On a database that was used before, keys
    /// and all that happened are as they were, and deliveries go on.
    ///
    /// # Errors
    /// A port that is taken, a database that cannot be opened, a public URL or a fee schedule that cannot be read.
    pub async fn start(config: Config) -> Result<Running, StartError> {
        let listener = listen(&config).await?;
        let address = listener.local_addr().map_err(|error| StartError(format!("no address to listen on: {error}")))?;
        let public_url = public_url(&config, address)?;
        let gateway = Shared::new(Gateway::open(&config, public_url).await?);
        first_keys(&gateway).await?;
        let (stop, stopped) = watch::channel(false);
        let details = Details::of(&gateway);
        let server = tokio::spawn(serve(gateway.clone(), listener, stopped.clone()));
        let worker = tokio::spawn(work(gateway.clone(), stopped));
        Ok(Running { gateway, details, address, stop, server, worker })
    }
}

impl Running {
    /// What whoever uses the sandbox has to know.
    #[must_use]
    pub fn details(&self) -> &Details {
        &self.details
    }

    /// The base URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.details.url
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The whole ledger; every sum is zero.
    ///
    /// # Errors
    /// A database that cannot be read.
    pub async fn ledger(&self) -> Result<Ledger, StartError> {
        let mut tx = self.gateway.store.read().await?;
        Ok(ledger::whole(&mut tx).await?)
    }

    /// Waits until the sandbox stops by itself, which it does not unless it fails.
    pub async fn wait(&mut self) {
        let _ = (&mut self.server).await;
    }

    /// Stops: open requests are answered, then the database is closed.
    pub async fn shutdown(self) {
        let _ = self.stop.send(true);
        let abort = self.server.abort_handle();
        if tokio::time::timeout(GRACE, self.server).await.is_err() {
            abort.abort();
        }
        let _ = self.worker.await;
        self.gateway.store.close().await;
    }
}

async fn listen(config: &Config) -> Result<TcpListener, StartError> {
    let address = SocketAddr::new(config.bind, config.port);
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            StartError(format!("port {} is taken: stop what runs there, or choose another with --port (0 finds a free one)", config.port))
        }
        _ => StartError(format!("cannot listen on {address}: {error}")),
    })
}

/// The base URL in the one form in which requests are signed for it, without a slash at its end.
fn public_url(config: &Config, address: SocketAddr) -> Result<String, StartError> {
    let Some(given) = &config.public_url else { return Ok(format!("http://127.0.0.1:{}", address.port())) };
    let wrong = |why: String| StartError(format!("the public URL {given:?} cannot be used: {why}"));
    let url = okpay::signing::normal_url(given).map_err(|error| wrong(error.failure().detail.clone()))?;
    match url.contains('?') {
        true => Err(wrong("it has a query".to_owned())),
        false => Ok(url.trim_end_matches('/').to_owned()),
    }
}

/// The account, and the keys that the sandbox announces, made when the database is new.
async fn first_keys(gateway: &Gateway) -> Outcome<()> {
    let keys = &gateway.keys;
    let mut work = Work::own(gateway).await?;
    account::open(&mut work).await?;
    if objects::find::<ApiKey>(&mut work.tx, &keys.account, &keys.key_id).await?.is_none() {
        let (id, secret) = (keys.key_id.clone(), Some(keys.secret.clone()));
        api_keys::insert(&mut work, id, ApiKeyKind::Secret, "First secret key".to_owned(), Vec::new(), secret).await?;
        let id = keys.publishable_key.clone();
        api_keys::insert(&mut work, id, ApiKeyKind::Publishable, "First publishable key".to_owned(), Vec::new(), None).await?;
    }
    work.commit().await
}

async fn serve(gateway: Shared, listener: TcpListener, mut stopped: watch::Receiver<bool>) {
    let service = server::router(gateway).into_make_service_with_connect_info::<Breaker>();
    let stop = async move {
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    if let Err(error) = axum::serve(Wire(listener), service).with_graceful_shutdown(stop).await {
        tracing::error!(%error, "the server stopped");
    }
}

/// Does what is due, whenever something happened and at every tick.
async fn work(gateway: Shared, mut stopped: watch::Receiver<bool>) {
    let mut ticks = 0_u32;
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => return,
            () = gateway.wake.notified() => {}
            () = tokio::time::sleep(TICK) => ticks = ticks.wrapping_add(1),
        }
        if let Err(refusal) = turn(&gateway, ticks.is_multiple_of(TICKS_PER_CLEANUP)).await {
            tracing::error!(%refusal, "the worker failed; it tries again");
        }
    }
}

async fn turn(gateway: &Shared, clean_up: bool) -> Outcome<()> {
    jobs::run_due(gateway).await?;
    deliveries::start_due(gateway).await?;
    if clean_up {
        gate::forget_nonces(gateway).await?;
        let mut tx = gateway.store.write().await?;
        idempotency::forget_answers(&mut tx, gateway.clock.now()).await?;
        tx.commit().await?;
    }
    Ok(())
}
