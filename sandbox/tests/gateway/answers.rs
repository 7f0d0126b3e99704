//! Answers and whoever stands in between: a proxy that ends TLS sees the merchant's nonce and asks the real sandbox in another name.
//! Each answer that it comes by is genuine, signed by the gateway and bound to this very nonce; it must end nothing.

use crate::support::{Box, euro, fresh, now};
use okpay::api::{CallState, ListPayments, MethodType, NewApiKey, NewPayment, Payment};
use okpay::call::{Answer, Outcome, RetryPolicy, SignedRequest};
use okpay::client::{Client, HttpOptions, HttpTransport, Transport};
use okpay::signing::{AnsweredRequest, HmacKey, PublicKeys, Signer, sign_request, verify_answer};
use okpay::{ErrorCode, OkpayError};
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

/// What the proxy does with one attempt.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    /// Delivers it, and its answer.
    Pass,
    /// Delivers it, and loses its answer.
    Lose,
    /// Keeps it, and gives the answer to a request of its own.
    Swap,
    /// Delivers it, and gives the answer to a request of its own.
    LoseAndSwap,
}

/// In whose name the proxy asks.
enum Guise {
    /// The merchant's public publishable key, which anybody may read in a page.
    Publishable(String),
    /// A secret key of the proxy's own.
    Secret(HmacKey),
}

impl Guise {
    fn key_id(&self) -> String {
        match self {
            Self::Publishable(key) => key.clone(),
            Self::Secret(key) => key.key_id(),
        }
    }

    /// A request under the nonce of the merchant's.
    fn request(&self, seen: &SignedRequest, nonce: &str) -> SignedRequest {
        let json = ("content-type".to_owned(), "application/json".to_owned());
        match self {
            // The gateway knows no such endpoint: a refusal that ends a call, if it were the answer to it.
            Self::Publishable(key) => {
                let headers = [("authorization", format!("Bearer {key}")), ("okpay-nonce", nonce.to_owned())];
                let headers = headers.map(|(name, value)| (name.to_owned(), value)).to_vec();
                SignedRequest { method: "GET".to_owned(), url: seen.url.replace("/v1/payments", "/v1/none"), headers, body: Vec::new() }
            }
            // The same payment, so that even the amount is right.
            Self::Secret(key) => {
                let call = fresh("theirs-");
                let signed = sign_request("POST", &seen.url, Some("application/json"), Some(&call), &seen.body, key, now(), nonce).unwrap();
                let headers = signed.to_list().into_iter().chain([json]).collect();
                SignedRequest { headers, ..seen.clone() }
            }
        }
    }
}

struct Proxy {
    http: HttpTransport,
    guise: Guise,
    keys: PublicKeys,
    /// For the next attempts; those after them pass.
    acts: Mutex<VecDeque<Act>>,
    /// The status and body of what was slipped in.
    swapped: Mutex<Vec<(u16, String)>>,
}

impl Proxy {
    async fn swap(&self, seen: &SignedRequest) -> Outcome {
        let input = &seen.headers.iter().find(|(name, _)| name == "signature-input").unwrap().1;
        let nonce = input.split("nonce=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let Outcome::Answered(answer) = self.http.send(self.guise.request(seen, &nonce)).await else { panic!("the sandbox is gone") };
        self.assert_genuine(&answer, AnsweredRequest { nonce, key_id: self.guise.key_id() });
        self.swapped.lock().unwrap().push((answer.status, String::from_utf8(answer.body.clone()).unwrap()));
        Outcome::Answered(answer)
    }

    /// It is the gateway's, under the merchant's nonce: nothing but the key id tells that it is not the merchant's.
    fn assert_genuine(&self, answer: &Answer, asked: AnsweredRequest) {
        let proven = verify_answer(answer.status, &answer.headers, &answer.body, self.keys.keys(), Some(&asked)).unwrap();
        assert_eq!(proven.request, Some(asked));
    }
}

impl Transport for Proxy {
    fn send(&self, request: SignedRequest) -> Pin<std::boxed::Box<dyn Future<Output = Outcome> + Send + '_>> {
        let act = self.acts.lock().unwrap().pop_front().unwrap_or(Act::Pass);
        std::boxed::Box::pin(async move {
            let lost = || Outcome::Failed { may_have_left: true, code: ErrorCode::ConnectionLost, detail: "lost".to_owned() };
            let delivered = if act == Act::Swap { lost() } else { self.http.send(request.clone()).await };
            match act {
                Act::Pass => delivered,
                Act::Lose => lost(),
                Act::Swap | Act::LoseAndSwap => self.swap(&request).await,
            }
        })
    }
}

/// A merchant's call through a proxy that does these things.
struct Attack {
    sandbox: Box,
    proxy: Arc<Proxy>,
    key: String,
    end: Result<Payment, OkpayError>,
}

impl Attack {
    async fn run(sandbox: Box, guise: Guise, acts: &[Act]) -> Self {
        let details = sandbox.running.details().clone();
        let proxy = Arc::new(Proxy {
            http: HttpTransport::new(&HttpOptions::default()).unwrap(),
            guise,
            keys: PublicKeys::parse(&details.gateway_keys).unwrap(),
            acts: Mutex::new(acts.iter().copied().collect()),
            swapped: Mutex::default(),
        });
        let merchant = Client::builder().base_url(&details.url).secret_key(&details.key_id, &details.secret).unwrap();
        let merchant = merchant.transport(proxy.clone()).gateway_keys(proxy.keys.clone());
        let at_once = RetryPolicy { base_delay: 0, ..RetryPolicy::default() };
        let key = fresh("order-");
        let order = NewPayment::new(euro("19.99"), MethodType::BankTransfer);
        let end = merchant.retry(at_once).build().unwrap().payments().create(order).idempotency_key(key.clone()).await;
        Self { sandbox, proxy, key, end }
    }

    /// (a): with the public key.
    async fn as_browser(acts: &[Act]) -> Self {
        let sandbox = Box::start().await;
        let guise = Guise::Publishable(sandbox.running.details().publishable_key.clone());
        Self::run(sandbox, guise, acts).await
    }

    /// (b): with a secret key that is as good as the merchant's.
    async fn as_merchant(acts: &[Act]) -> Self {
        let sandbox = Box::start().await;
        let made = sandbox.client.api_keys().create(NewApiKey::new("theirs")).await.unwrap();
        let guise = Guise::Secret(HmacKey::from_text(&made.id, &made.secret.unwrap()).unwrap());
        Self::run(sandbox, guise, acts).await
    }

    fn swapped_statuses(&self) -> Vec<u16> {
        self.proxy.swapped.lock().unwrap().iter().map(|(status, _)| *status).collect()
    }

    async fn payments(&self) -> Vec<Payment> {
        self.sandbox.client.payments().list(ListPayments::new()).await.unwrap().data
    }

    /// The end is unknown, for nobody has answered; then this is what the gateway says of the call.
    #[track_caller]
    fn assert_unknown(&self) {
        match &self.end {
            Err(OkpayError::OutcomeUnknown(failure)) => {
                assert_eq!(failure.code, ErrorCode::AnswerForOtherRequest);
                assert_eq!(failure.idempotency_key.as_deref(), Some(self.key.as_str()));
            }
            other => panic!("neither success nor a refusal: {other:?}"),
        }
    }

    async fn resolved(&self) -> CallState {
        self.sandbox.client.resolve(self.key.clone()).await.unwrap().state
    }
}

#[tokio::test]
async fn a_refusal_of_a_browsers_request_does_not_end_a_merchants_write() {
    // The payment is made; then "there is no such thing", signed, under the nonce of the merchant's second and third attempt.
    let attack = Attack::as_browser(&[Act::Lose, Act::Swap, Act::Swap]).await;
    assert_eq!(attack.swapped_statuses(), [404, 404]);
    attack.assert_unknown();
    assert_eq!((attack.payments().await.len(), attack.resolved().await), (1, CallState::Executed));
}

#[tokio::test]
async fn a_refusal_of_a_browsers_request_is_followed_by_another_try() {
    let attack = Attack::as_browser(&[Act::Swap, Act::Swap]).await;
    assert_eq!(attack.swapped_statuses(), [404, 404]);
    let made = attack.end.as_ref().unwrap().id.clone();
    assert_eq!(attack.payments().await.into_iter().map(|payment| payment.id).collect::<Vec<_>>(), [made]);
}

#[tokio::test]
async fn a_nonce_that_the_merchant_has_used_is_used_for_everybody() {
    let attack = Attack::as_browser(&[Act::LoseAndSwap; 3]).await;
    assert_eq!(attack.swapped_statuses(), [401; 3]);
    assert!(attack.proxy.swapped.lock().unwrap().iter().all(|(_, body)| body.contains("nonce_replayed")));
    attack.assert_unknown();
    assert_eq!((attack.payments().await.len(), attack.resolved().await), (1, CallState::Executed));
}

#[tokio::test]
async fn the_payment_of_another_key_is_not_the_merchants() {
    let attack = Attack::as_merchant(&[Act::Swap; 3]).await;
    assert_eq!(attack.swapped_statuses(), [200; 3]);
    attack.assert_unknown();
    assert_eq!((attack.payments().await.len(), attack.resolved().await), (3, CallState::NotExecuted));
}

#[tokio::test]
async fn after_the_payment_of_another_key_the_merchant_gets_its_own() {
    let attack = Attack::as_merchant(&[Act::Swap]).await;
    let (status, theirs) = attack.proxy.swapped.lock().unwrap()[0].clone();
    let payment = attack.end.as_ref().unwrap();
    assert_eq!((status, payment.amount), (200, euro("19.99")));
    assert!(!theirs.contains(&payment.id), "a payment that somebody else has made");
    assert_eq!((attack.payments().await.len(), attack.resolved().await), (2, CallState::Executed));
}
