//! [`PythonTransport`]: attempts carried by a Python callable.

use crate::gate::attached;
use okpay::ErrorCode;
use okpay::call::{Answer, Outcome, SignedRequest};
use okpay::client::Transport;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// `send(method, url, headers, body) -> (status, headers, body)`, called on a thread of its own. What it raises counts as a broken
/// connection, after which the request may have left; `okpay.NotSent` says that it has not.
pub(crate) struct PythonTransport(pub(crate) Arc<Py<PyAny>>);

impl Transport for PythonTransport {
    fn send(&self, request: SignedRequest) -> Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        let send = Arc::clone(&self.0);
        Box::pin(async move {
            let sent = tokio::task::spawn_blocking(move || attached(|py| call(py, &send, request))).await;
            match sent {
                Ok(Some(outcome)) => outcome,
                Ok(None) => failed(false, "the interpreter is shutting down"),
                Err(error) => failed(true, &error.to_string()),
            }
        })
    }
}

fn call(py: Python<'_>, send: &Py<PyAny>, request: SignedRequest) -> Outcome {
    let SignedRequest { method, url, headers, body } = request;
    let sent = send.call1(py, (method, url, headers, PyBytes::new(py, &body)));
    match sent.and_then(|answer| answer.extract::<(u16, Vec<(String, String)>, Vec<u8>)>(py)) {
        Ok((status, headers, body)) => Outcome::Answered(Answer { status, headers, body }),
        Err(error) => failed(!is_not_sent(py, &error), &error.to_string()),
    }
}

fn is_not_sent(py: Python<'_>, error: &PyErr) -> bool {
    let class = py.import("okpay.errors").and_then(|errors| errors.getattr("NotSent"));
    class.is_ok_and(|class| error.is_instance(py, &class))
}

fn failed(may_have_left: bool, detail: &str) -> Outcome {
    let code = if may_have_left { ErrorCode::ConnectionLost } else { ErrorCode::ConnectFailed };
    Outcome::Failed { may_have_left, code, detail: detail.to_owned() }
}
