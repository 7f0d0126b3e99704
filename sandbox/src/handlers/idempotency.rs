//! `idempotency.resolve`: what became of a call.
//!
//! The first answer may hold what is shown only once, such as the secret of a new key. It is told to a key that may do the operation
//! itself, and could so have got it as a repeat; any other hears of the status and the object.

use super::Request;
use crate::idempotency;
use crate::refusal::{Outcome, Refusal, refuse_at};
use crate::work::{Reply, Work};
use okpay::ErrorCode;
use okpay::api::{CallOutcome, ResolveCall, find_operation};
use okpay::signing::quote_idempotency_key;

pub(super) async fn resolve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ResolveCall = request.body()?;
    let refused = |detail: &str| refuse_at(ErrorCode::InvalidField, "idempotency_key", detail);
    quote_idempotency_key(&asked.idempotency_key).map_err(|error| refused(&error.failure().detail))?;
    let caller = work.caller.clone().ok_or_else(|| Refusal::Internal("nobody asks what became of a call".to_owned()))?;
    if caller.idempotency_key.as_deref() == Some(&asked.idempotency_key) {
        return Err(refused("this is the key of the question itself; give the key of the call that is asked about"));
    }
    let outcome = idempotency::resolve(work, &idempotency::scope(&caller), &asked.idempotency_key).await?;
    let operation = outcome.operation.as_deref().and_then(find_operation);
    let may_see = operation.is_some_and(|operation| caller.check_allowed(operation).is_ok());
    Reply::of(&CallOutcome { body: outcome.body.clone().filter(|_| may_see), ..outcome })
}
