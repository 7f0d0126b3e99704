//! A shop that may be killed at any moment: `crash-shop FOLDER ORDERS CARD`, with `OKPAY_…` and `OKPAY_WEBHOOK_SECRET` in the environment.
//!
//! It recovers what a crash left open, then pays its open orders, four at a time, and handles webhooks all the while.

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use futures_util::StreamExt;
use okpay::api::{CallOutcome, CallState, MethodType, NewPayment, PaymentStatus, read_payment};
use okpay::call::RetryPolicy;
use okpay::client::{Client, ClientBuilder, SqliteJournal};
use okpay::webhooks::Verifier;
use okpay::{Money, OkpayError, Timestamp};
use okpay_e2e::shop::{OpenOrder, Shop};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().context("FOLDER")?);
    let orders: i64 = arguments.next().context("ORDERS")?.parse()?;
    let card = arguments.next().context("CARD")?;

    let shop = Shop::open(&folder.join("shop.sqlite"))?;
    shop.take_orders(orders)?;
    serve_webhooks(&folder, &shop).await?;
    let journal = SqliteJournal::open(folder.join("journal.sqlite"))?;
    let policy = RetryPolicy { base_delay: 20, max_delay: 100, ..RetryPolicy::default() };
    let client = ClientBuilder::from_env()?.journal(Arc::new(journal)).retry(policy).build()?;

    recover(&client, &shop).await?;
    while !shop.open_orders()?.is_empty() {
        let open = shop.open_orders()?;
        let payments = open.into_iter().map(|order| pay(&client, &card, order));
        let mut done = futures_util::stream::iter(payments).buffer_unordered(4);
        while let Some(end) = done.next().await {
            end?.book(&shop)?;
        }
    }
    std::future::pending().await
}

/// What became of a try.
enum End {
    Paid(OpenOrder, String),
    NotExecuted(OpenOrder),
    Open,
}

impl End {
    fn book(self, shop: &Shop) -> Result<()> {
        match self {
            Self::Paid(order, payment) => shop.paid(order, &payment),
            Self::NotExecuted(order) => shop.try_anew(order),
            Self::Open => Ok(()),
        }
    }

    fn of(order: OpenOrder, outcome: &CallOutcome) -> Result<Self> {
        match (&outcome.state, outcome.status, &outcome.body) {
            (CallState::Executed, Some(200..=299), Some(body)) => Ok(Self::Paid(order, read_payment(body.as_bytes())?.id)),
            (CallState::InProgress, ..) => Ok(Self::Open),
            _ => Ok(Self::NotExecuted(order)),
        }
    }
}

async fn pay(client: &Client, card: &str, order: OpenOrder) -> Result<End> {
    let new =
        NewPayment::new(Money::parse("19.99", "EUR")?, MethodType::Card).payment_method(card).reference(format!("order-{}", order.id));
    match client.payments().create(new).idempotency_key(order.key()).await {
        Ok(payment) if payment.status == PaymentStatus::Succeeded => Ok(End::Paid(order, payment.id)),
        Ok(payment) => anyhow::bail!("{} is {}", payment.id, payment.status),
        Err(OkpayError::OutcomeUnknown(_)) => match client.resolve(order.key()).await {
            Ok(outcome) => End::of(order, &outcome),
            Err(_) => Ok(End::Open),
        },
        // A key that recovery closed before the shop could book it.
        Err(OkpayError::Rejected(_)) => Ok(End::NotExecuted(order)),
        Err(_) => Ok(End::Open),
    }
}

/// Resolves every open call, until the gateway has answered for all.
async fn recover(client: &Client, shop: &Shop) -> Result<()> {
    loop {
        let recovered = client.recover().await?;
        let mut open = 0;
        for call in &recovered {
            let key = call.entry.call.idempotency_key.as_deref().unwrap_or_default();
            let order = OpenOrder::of_key(key).context("a call that is no order's")?;
            match &call.outcome {
                Ok(outcome) if outcome.state != CallState::InProgress => End::of(order, outcome)?.book(shop)?,
                _ => open += 1,
            }
        }
        if open == 0 {
            return Ok(());
        }
    }
}

type Endpoint = Arc<(Verifier, Mutex<Shop>)>;

/// Listens on the port of the first start, and writes it down.
async fn serve_webhooks(folder: &Path, shop: &Shop) -> Result<()> {
    let port: u16 = shop.setting("port")?.map_or(Ok(0), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    shop.set("port", &listener.local_addr()?.port().to_string())?;
    let verifier = Verifier::new(&[std::env::var("OKPAY_WEBHOOK_SECRET").context("OKPAY_WEBHOOK_SECRET")?])?;
    let endpoint: Endpoint = Arc::new((verifier, Mutex::new(Shop::open(&folder.join("shop.sqlite"))?)));
    let app = Router::new().route("/webhooks", post(receive)).with_state(endpoint);
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(())
}

async fn receive(State(endpoint): State<Endpoint>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let text = |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers: Vec<_> = headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    let handled = tokio::task::spawn_blocking(move || {
        let (verifier, shop) = &*endpoint;
        let payload = verifier.verify(&body, &headers, now())?;
        shop.lock().unwrap_or_else(PoisonError::into_inner).handle(&payload, now())
    });
    match handled.await {
        Ok(Ok(status)) => StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[expect(clippy::disallowed_methods, reason = "a program is where the time comes in")]
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
