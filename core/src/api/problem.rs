//! [`Problem`]: the body of every refusal, `application/problem+json` (RFC 9457).

use crate::error::{DeclineCode, ErrorCode, Failure};
use crate::json::{Fault, Json, Shaped, parse};
use okpay_macros::model;

/// Why the gateway refused, as RFC 9457 has it.
#[model]
pub struct Problem {
    /// `https://okpay.test/problems/` and the code; a name, not a page to fetch.
    #[serde(rename = "type", default = "about_blank")]
    pub kind: String,
    /// The code in words, the same for every occurrence.
    #[serde(default)]
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What, where and what to do, for people.
    #[serde(default)]
    pub detail: String,
    /// The stable code to branch on.
    pub code: ErrorCode,
    /// The field at fault, as a path.
    pub param: Option<String>,
    /// Why a payment was declined.
    pub decline_code: Option<DeclineCode>,
    /// The object that was made all the same: the payment that was declined.
    pub object: Option<String>,
    /// The gateway's id of the request.
    pub request_id: Option<String>,
}

fn about_blank() -> String {
    "about:blank".to_owned()
}

impl Problem {
    /// The problem that tells of a failure; the status is the code's unless the failure has one.
    #[must_use]
    pub fn of(failure: &Failure) -> Self {
        let code = failure.code.clone();
        Self {
            kind: format!("https://okpay.test/problems/{code}"),
            title: code.as_str().replace('_', " "),
            status: failure.status.or(code.status()).unwrap_or(500),
            detail: failure.detail.clone(),
            param: failure.param.clone(),
            decline_code: failure.decline_code.clone(),
            object: failure.object.clone(),
            request_id: failure.request_id.clone(),
            code,
        }
    }

    /// The failure of which a body tells that is a problem.
    pub(crate) fn read_failure(body: &[u8]) -> Result<Failure, Fault> {
        let tree = parse(body)?;
        Self::KIND.check(&tree, false)?;
        let text = |name| tree.member(name).and_then(Json::text);
        let mut failure = Failure::new(ErrorCode::from(text("code").unwrap_or_default()), text("detail").unwrap_or_default());
        failure.param = text("param").map(str::to_owned);
        failure.decline_code = text("decline_code").map(DeclineCode::from);
        failure.object = text("object").map(str::to_owned);
        failure.request_id = text("request_id").map(str::to_owned);
        Ok(failure)
    }

    /// The failure that this problem tells of.
    #[must_use]
    pub fn into_failure(self) -> Failure {
        Failure {
            code: self.code,
            detail: self.detail,
            param: self.param,
            decline_code: self.decline_code,
            object: self.object,
            state: None,
            status: Some(self.status),
            request_id: self.request_id,
            idempotency_key: None,
        }
    }
}
