//! `idempotency.resolve`: what became of a call.

use super::Request;
use crate::idempotency;
use crate::refusal::{Outcome, Refusal, refuse_at};
use crate::work::{Reply, Work};
use okpay::ErrorCode;
use okpay::api::ResolveCall;
use okpay::signing::quote_idempotency_key;

pub(super) async fn resolve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ResolveCall = request.body()?;
    let refused = |detail: &str| refuse_at(ErrorCode::InvalidField, "idempotency_key", detail);
    quote_idempotency_key(&asked.idempotency_key).map_err(|error| refused(&error.failure().detail))?;
    let caller = work.caller.clone().ok_or_else(|| Refusal::Internal("nobody asks what became of a call".to_owned()))?;
    if caller.idempotency_key.as_deref() == Some(&asked.idempotency_key) {
        return Err(refused("this is the key of the question itself; give the key of the call that is asked about"));
    }
    Reply::of(&idempotency::resolve(work, &idempotency::scope(&caller), &asked.idempotency_key).await?)
}
