//! Appeals against a freeze: made by the account's holder, answered by somebody at OKPay.

use super::resources::Nothing;
use super::{account, freeze, steps};
use crate::jobs::{self, JobKind};
use crate::magic::{APPEALS, METADATA_KEY};
use crate::refusal::{Outcome, refuse};
use crate::store::objects::{self, Filter, Stored};
use crate::work::Work;
use okpay::ErrorCode;
use okpay::api::{Appeal, AppealStatus, EventType, NewAppeal};

/// How long a magic answer takes.
const ANSWER_SECS: i64 = 60 * 60;

/// Makes an appeal against the freeze that holds now.
pub(crate) async fn create(work: &mut Work<'_>, new: NewAppeal) -> Outcome<Stored<Appeal>> {
    let Some(freeze) = account::load(work).await?.body.freeze else {
        return Err(refuse(ErrorCode::IllegalState, "the account is not frozen: there is nothing to appeal against"));
    };
    if let Some(open) = open_one(work).await? {
        return Err(refuse(ErrorCode::IllegalState, format!("the appeal {} is open already; wait for its answer", open.body.id)));
    }
    let magic = new.metadata.get(METADATA_KEY).and_then(|value| APPEALS.iter().find(|magic| magic.value == value));
    let body = Appeal {
        id: work.id("ap_"),
        status: AppealStatus::Open,
        freeze_reason: freeze.reason,
        message: new.message,
        reply: None,
        answered: None,
        metadata: new.metadata,
        created: work.now,
        version: 1,
        livemode: false,
    };
    let appeal = steps::begin(work, body, Nothing {}, EventType::AppealCreated).await?;
    if let Some(magic) = magic {
        let kind = if magic.accept { JobKind::AcceptAppeal } else { JobKind::RefuseAppeal };
        jobs::schedule(work, work.now.plus_secs(ANSWER_SECS), kind, &appeal.body.id, String::new()).await?;
    }
    Ok(appeal)
}

async fn open_one(work: &mut Work<'_>) -> Outcome<Option<Stored<Appeal>>> {
    let (account, filter) = (work.account.clone(), Filter { status: Some(AppealStatus::Open.to_string()), limit: 1, ..Filter::default() });
    Ok(objects::list::<Appeal>(&mut work.tx, &account, &filter).await?.0.into_iter().next())
}

/// Answers an appeal; one that is accepted thaws the account.
pub(crate) async fn answer(work: &mut Work<'_>, appeal: &mut Stored<Appeal>, accept: bool, text: Option<String>) -> Outcome<()> {
    let (event, tell, usual) = match accept {
        true => ("accept", EventType::AppealAccepted, "We have looked at it, and your account works again."),
        false => ("refuse", EventType::AppealRefused, "We have looked at it, and your account stays frozen."),
    };
    steps::check(appeal, event)?;
    appeal.body.reply = Some(text.unwrap_or_else(|| usual.to_owned()));
    appeal.body.answered = Some(work.now);
    steps::step(work, appeal, event, tell).await?;
    if accept && freeze::is_frozen(work).await? {
        freeze::thaw(work).await?;
    }
    Ok(())
}
