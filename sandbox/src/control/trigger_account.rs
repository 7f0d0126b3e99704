//! The events of the merchant's own account.

use crate::domain::{account, second_factors};
use crate::refusal::Outcome;
use crate::work::Work;
use okpay::api::EventType;

/// Whether an event is one of these.
pub(super) fn tells_of(event_type: &EventType) -> bool {
    event_type.as_str().starts_with("merchant_account.")
}

/// Does what leads to an event of this type; gives the id of the resource.
pub(super) async fn make(work: &mut Work<'_>, event_type: &EventType) -> Outcome<String> {
    let mut account = account::load(work).await?;
    match event_type {
        EventType::MerchantAccountLocked => second_factors::lock(work, &mut account).await?,
        _ => second_factors::set_pin(work, &mut account, "194732").await?,
    }
    Ok(account.body.id)
}
