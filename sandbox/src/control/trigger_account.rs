//! The events of the merchant's own account: its security, freezes, appeals, risk alerts.

use crate::domain::{account, appeals, freeze, risk, second_factors, sessions, verification};
use crate::refusal::{Outcome, Refusal};
use crate::store::objects::{self, Filter};
use crate::work::Work;
use okpay::api::{
    Appeal, AppealStatus, DocumentRejection, EventType, FreezeReason, IdentityDocumentType, NewAppeal, NewIdentityDocument, RiskAlert,
    RiskOperation, RiskOutcome, Session,
};
use okpay::{Currency, Money};

/// What these events are about.
const RESOURCES: [&str; 5] = ["merchant_account.", "session.", "identity_document.", "appeal.", "risk_alert."];

/// Whether an event is one of these.
pub(super) fn tells_of(event_type: &EventType) -> bool {
    RESOURCES.iter().any(|resource| event_type.as_str().starts_with(resource))
}

/// Does what leads to an event of this type; gives the id of the resource.
pub(super) async fn make(work: &mut Work<'_>, event_type: &EventType) -> Outcome<String> {
    match event_type {
        EventType::AppealCreated | EventType::AppealAccepted | EventType::AppealRefused => return appeal(work, event_type).await,
        EventType::RiskAlertCreated | EventType::RiskAlertAcknowledged => return alert(work, event_type).await,
        EventType::SessionCreated | EventType::SessionRevoked => return session(work, event_type).await,
        EventType::IdentityDocumentSubmitted
        | EventType::IdentityDocumentInReview
        | EventType::IdentityDocumentApproved
        | EventType::IdentityDocumentRejected => return document(work, event_type).await,
        EventType::MerchantAccountFrozen => freeze_anew(work).await?,
        EventType::MerchantAccountThawed => {
            freeze_anew(work).await?;
            freeze::thaw(work).await?;
        }
        EventType::MerchantAccountLocked => {
            let mut account = account::load(work).await?;
            second_factors::lock(work, &mut account).await?;
        }
        _ => {
            let mut account = account::load(work).await?;
            second_factors::set_pin(work, &mut account, "194732").await?;
        }
    }
    Ok(work.account.clone())
}

/// Thaws the account if it is frozen: what is to be made could not happen otherwise.
pub(super) async fn unfreeze(work: &mut Work<'_>) -> Outcome<()> {
    match freeze::is_frozen(work).await? {
        true => freeze::thaw(work).await.map(drop),
        false => Ok(()),
    }
}

/// Freezes the account, even if it was frozen already.
async fn freeze_anew(work: &mut Work<'_>) -> Outcome<()> {
    unfreeze(work).await?;
    freeze::freeze(work, FreezeReason::Velocity, "made by a trigger".to_owned(), None).await.map(drop)
}

/// Against a freeze of its own, whatever became of the last one.
async fn appeal(work: &mut Work<'_>, event_type: &EventType) -> Outcome<String> {
    let (account, filter) = (work.account.clone(), Filter { status: Some(AppealStatus::Open.to_string()), limit: 1, ..Filter::default() });
    for mut open in objects::list::<Appeal>(&mut work.tx, &account, &filter).await?.0 {
        appeals::answer(work, &mut open, false, None).await?;
    }
    freeze_anew(work).await?;
    let mut appeal = appeals::create(work, NewAppeal::new("It was the sale of the year.")).await?;
    match event_type {
        EventType::AppealAccepted => appeals::answer(work, &mut appeal, true, None).await?,
        EventType::AppealRefused => appeals::answer(work, &mut appeal, false, None).await?,
        _ => {}
    }
    Ok(appeal.body.id)
}

/// About a payment that is then not made.
async fn alert(work: &mut Work<'_>, event_type: &EventType) -> Outcome<String> {
    risk::force_next(work, &RiskOutcome::Review).await?;
    let (id, amount) = (work.id("pay_"), Money::from_minor(1999, Currency::EUR)?);
    let asked = risk::Asked { operation: RiskOperation::Payment, amount, id: &id, destination_since: None };
    risk::screen(work, asked).await?;
    let (account, filter) = (work.account.clone(), Filter { parent: Some(id), limit: 1, ..Filter::default() });
    let found = objects::list::<RiskAlert>(&mut work.tx, &account, &filter).await?.0.into_iter().next();
    let mut alert = found.ok_or_else(|| Refusal::Internal("no alert was raised".to_owned()))?;
    if *event_type == EventType::RiskAlertAcknowledged {
        risk::acknowledge(work, &mut alert, None).await?;
    }
    Ok(alert.body.id)
}

/// Of somebody who has proven who they are.
async fn session(work: &mut Work<'_>, event_type: &EventType) -> Outcome<String> {
    let id = sessions::open(work, "made by a trigger".to_owned()).await?.id;
    if *event_type == EventType::SessionRevoked {
        let mut session = work.get::<Session>(&id).await?;
        sessions::revoke(work, &mut session).await?;
    }
    Ok(id)
}

async fn document(work: &mut Work<'_>, event_type: &EventType) -> Outcome<String> {
    let new = NewIdentityDocument::new(IdentityDocumentType::Passport, "0".repeat(64));
    let mut document = verification::submit(work, new).await?;
    if *event_type != EventType::IdentityDocumentSubmitted {
        verification::take_up(work, &mut document).await?;
    }
    match event_type {
        EventType::IdentityDocumentApproved => verification::decide(work, &mut document, None).await?,
        EventType::IdentityDocumentRejected => verification::decide(work, &mut document, Some(DocumentRejection::Expired)).await?,
        _ => {}
    }
    Ok(document.body.id)
}
