//! [`Request`]: one call with its options. Await it for the reply, or walk all pages of a list as a stream.

use super::{Client, ambient};
use crate::api::{Call, Page};
use crate::call::{Answer, CallOptions};
use crate::error::OkpayError;
use futures_core::Stream;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

/// One call, not sent before it is awaited.
#[must_use = "a request is sent when it is awaited"]
#[derive(Debug)]
pub struct Request<T> {
    client: Client,
    call: Call,
    read: fn(&[u8]) -> Result<T, OkpayError>,
    options: CallOptions,
}

/// A reply with the answer that it was read from.
#[derive(Debug, Clone)]
pub struct Reply<T> {
    /// The reply.
    pub value: T,
    /// The proven answer: status, headers, body.
    pub answer: Answer,
}

impl<T> Request<T> {
    pub(crate) fn new(client: Client, mut call: Call, read: fn(&[u8]) -> Result<T, OkpayError>) -> Self {
        // The key is made with the intent, so that a copy of the request, or of its call, is the same call. Where there is no randomness,
        // `run` says so.
        if let Ok(random) = ambient::random() {
            call = call.keyed(random);
        }
        Self { client, call, read, options: CallOptions::default() }
    }

    /// The merchant's own key for this call: one per logical call, such as the number of the order and what is done with it. With it, even
    /// a process that has lost its memory makes no second payment.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        if self.call.is_write() {
            self.call.idempotency_key = Some(key.into());
        }
        self
    }

    /// For the whole call with all its attempts.
    pub fn timeout(mut self, deadline: Duration) -> Self {
        self.options = self.options.timeout(deadline);
        self
    }

    /// How many attempts the call may have.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.options = self.options.max_attempts(attempts);
        self
    }

    /// Adds a header, such as `traceparent`.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options = self.options.header(name, value);
        self
    }

    /// The intent with its key, to be kept or sent by other means.
    #[must_use]
    pub fn into_call(self) -> Call {
        self.call
    }

    /// Sends, and gives the reply together with the proven answer.
    ///
    /// # Errors
    /// As [`crate::call::conclude`].
    pub async fn with_answer(self) -> Result<Reply<T>, OkpayError> {
        let answer = self.client.run(self.call, &self.options).await?;
        Ok(Reply { value: (self.read)(&answer.body)?, answer })
    }
}

impl<T: Send + 'static> IntoFuture for Request<T> {
    type Output = Result<T, OkpayError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { Ok(self.with_answer().await?.value) })
    }
}

impl<T: Page + Send + 'static> Request<T> {
    /// Walks all elements of all pages, from this one on; a page is fetched when it is reached. Ends after the first error.
    pub fn stream(self) -> impl Stream<Item = Result<T::Item, OkpayError>> + Send
    where
        T::Item: Send,
    {
        async_stream::try_stream! {
            let mut request = self;
            loop {
                let (items, next) = request.clone().await?.into_parts();
                for item in items {
                    yield item;
                }
                let Some(after) = next else { break };
                request.call.path = with_after(&request.call.path, &after);
            }
        }
    }
}

// By hand, since a derive would ask for a reply that can be cloned.
impl<T> Clone for Request<T> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), call: self.call.clone(), read: self.read, options: self.options.clone() }
    }
}

/// The same path with `after` set to where the next page starts.
fn with_after(path: &str, after: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut pairs: Vec<(String, String)> = serde_html_form::from_str(query).unwrap_or_default();
    pairs.retain(|(name, _)| name != "after");
    pairs.push(("after".to_owned(), after.to_owned()));
    format!("{path}?{}", serde_html_form::to_string(&pairs).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::with_after;

    #[test]
    fn the_next_page_keeps_the_filters() {
        assert_eq!(with_after("/v1/payments", "pay_1"), "/v1/payments?after=pay_1");
        assert_eq!(
            with_after("/v1/payments?reference=a+b%26c&after=pay_1&limit=2", "pay_2"),
            "/v1/payments?reference=a+b%26c&limit=2&after=pay_2"
        );
    }
}
