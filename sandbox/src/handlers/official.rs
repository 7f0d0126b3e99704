//! `official_list`: where OKPay is. The list is data: `domain/official.json`.

use super::Request;
use crate::refusal::{Outcome, Refusal};
use crate::work::{Reply, Work};
use okpay::official::sign_official_list;
use sha2::{Digest, Sha256};

/// The list, as it is signed: without the line break that ends the file.
const LIST: &str = include_str!("../domain/official.json").trim_ascii_end();

/// When the list was made: 2026-11-01.
const SIGNED_AT: i64 = 1_793_491_200;

pub(super) async fn current(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    // The same list always gets the same signature, so that copies can be compared.
    let id = format!("official_{}", &hex::encode(Sha256::digest(LIST))[..26]);
    let envelope = sign_official_list(LIST, &id, SIGNED_AT, &work.gateway.keys.official)
        .map_err(|error| Refusal::Internal(format!("the official list could not be signed: {error}")))?;
    Reply::of(&envelope)
}
