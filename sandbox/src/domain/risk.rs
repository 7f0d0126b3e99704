//! Risk: what moves money is looked at by rules, which are data (`risk_rules.json`). Where one fits, an alert is raised, and what it says
//! follows.

use super::resources::Nothing;
use super::{account, freeze, steps};
use crate::refusal::{Outcome, Refusal, refuse_at};
use crate::store::meta;
use crate::store::objects::Stored;
use crate::work::Work;
use okpay::api::{
    EventType, FreezeReason, MerchantAccount, RiskAlert, RiskAlertStatus, RiskOperation, RiskOutcome, RiskRule, VerificationLevel,
};
use okpay::{ErrorCode, Failure, Money, Timestamp};
use serde::Deserialize;
use std::sync::LazyLock;

static TABLE: LazyLock<Result<Table, String>> =
    LazyLock::new(|| serde_json::from_str(include_str!("risk_rules.json")).map_err(|error| error.to_string()));

/// Under this name a control call leaves what the next one gets, whatever the rules say.
const NEXT: &str = "risk_next";

#[derive(Debug, Deserialize)]
struct Table {
    rules: Vec<RiskRule>,
}

/// What is about to be made.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) operation: RiskOperation,
    pub(crate) amount: Money,
    /// The id that it will have.
    pub(crate) id: &'a str,
    /// When its destination was added.
    pub(crate) destination_since: Option<Timestamp>,
}

/// Every rule, in order.
pub(crate) fn rules() -> Outcome<&'static [RiskRule]> {
    let table = TABLE.as_ref().map_err(|error| Refusal::Internal(format!("risk_rules.json: {error}")))?;
    Ok(&table.rules)
}

/// Looks at what is about to be made, before anything of it is kept; says whether somebody has to look at it, too.
///
/// # Errors
/// `risk_refused` or `account_frozen`; the alert, and the freeze, stay.
pub(crate) async fn screen(work: &mut Work<'_>, asked: Asked<'_>) -> Outcome<bool> {
    let Some(rule) = first_fit(work, &asked).await? else { return Ok(false) };
    match rule.outcome {
        RiskOutcome::Review => {
            raise(work, &asked, &rule, Some(asked.id.to_owned())).await?;
            Ok(true)
        }
        RiskOutcome::Refuse => {
            let alert = raise(work, &asked, &rule, None).await?;
            Err(kept(ErrorCode::RiskRefused, format!("refused by the rule {}: {} (alert {})", rule.id, rule.detail, alert.id)))
        }
        RiskOutcome::Freeze => {
            let alert = raise(work, &asked, &rule, None).await?;
            if !freeze::is_frozen(work).await? {
                let reason = rule.reason.clone().unwrap_or(FreezeReason::Suspicion);
                freeze::freeze(work, reason, rule.detail.clone(), Some(alert.id.clone())).await?;
            }
            Err(kept(
                ErrorCode::AccountFrozen,
                format!("the account is frozen by the rule {}: {} (alert {})", rule.id, rule.detail, alert.id),
            ))
        }
        _ => Ok(false),
    }
}

fn kept(code: ErrorCode, detail: String) -> Refusal {
    Refusal::Kept(Box::new(Failure::new(code, detail)))
}

/// What the next one gets, whatever the rules say: for tests of what follows.
pub(crate) async fn force_next(work: &mut Work<'_>, outcome: &RiskOutcome) -> Outcome<()> {
    if !RiskOutcome::KNOWN.contains(outcome) {
        let known = RiskOutcome::KNOWN.iter().map(RiskOutcome::as_str).collect::<Vec<_>>().join(", ");
        return Err(refuse_at(ErrorCode::InvalidField, "outcome", format!("outcome is one of {known}")));
    }
    meta::set(&mut work.tx, NEXT, outcome.to_string()).await
}

async fn first_fit(work: &mut Work<'_>, asked: &Asked<'_>) -> Outcome<Option<RiskRule>> {
    if let Some(forced) = meta::get(&mut work.tx, NEXT).await?.filter(|outcome| !outcome.is_empty()) {
        meta::set(&mut work.tx, NEXT, String::new()).await?;
        return Ok(Some(forced_rule(asked, &forced)));
    }
    for rule in rules()? {
        if fits_amount(rule, asked)?
            && fits_destination(rule, asked, work.now)
            && fits_account(work, rule).await?
            && fits_count(work, rule, asked).await?
        {
            return Ok(Some(rule.clone()));
        }
    }
    Ok(None)
}

fn forced_rule(asked: &Asked<'_>, outcome: &str) -> RiskRule {
    RiskRule {
        id: "sandbox".to_owned(),
        operations: vec![asked.operation.clone()],
        amount_from: Default::default(),
        count_from: None,
        within_secs: None,
        destination_younger_secs: None,
        without_second_factor: None,
        unverified: None,
        outcome: outcome.into(),
        reason: None,
        detail: "asked for by a control call".to_owned(),
    }
}

fn fits_amount(rule: &RiskRule, asked: &Asked<'_>) -> Outcome<bool> {
    if !rule.operations.contains(&asked.operation) {
        return Ok(false);
    }
    if rule.amount_from.is_empty() {
        return Ok(true);
    }
    let code = asked.amount.currency().code();
    let from = rule.amount_from.get(code).map(|text| Money::parse(text, code)).transpose()?;
    Ok(from.is_some_and(|from| asked.amount.minor() >= from.minor()))
}

fn fits_destination(rule: &RiskRule, asked: &Asked<'_>, now: Timestamp) -> bool {
    match (rule.destination_younger_secs, asked.destination_since) {
        (None, _) => true,
        (Some(secs), Some(since)) => since.plus_secs(i64::from(secs)) > now,
        (Some(_), None) => false,
    }
}

async fn fits_account(work: &mut Work<'_>, rule: &RiskRule) -> Outcome<bool> {
    if rule.without_second_factor.is_none() && rule.unverified.is_none() {
        return Ok(true);
    }
    let account = account::load(work).await?;
    let unverified = account.body.verification == VerificationLevel::Unverified;
    let insecure = rule.without_second_factor.is_none_or(|wanted| has_second_factor(&account) != wanted);
    Ok(insecure && rule.unverified.is_none_or(|wanted| unverified == wanted))
}

fn has_second_factor(account: &Stored<MerchantAccount>) -> bool {
    !account.internal.factors.kinds().is_empty()
}

/// Whether so many were made in so short a time, this one included: whether the one that makes it so many is young enough.
async fn fits_count(work: &mut Work<'_>, rule: &RiskRule, asked: &Asked<'_>) -> Outcome<bool> {
    let (Some(count), Some(within)) = (rule.count_from, rule.within_secs) else { return Ok(true) };
    let before = i64::from(count).saturating_sub(2);
    let query = "SELECT body FROM objects WHERE account = $1 AND kind = $2 ORDER BY seq DESC LIMIT 1 OFFSET $3";
    let oldest: Option<String> = sqlx::query_scalar(query)
        .bind(work.account.clone())
        .bind(asked.operation.as_str().to_owned())
        .bind(before)
        .fetch_optional(work.tx.conn())
        .await?;
    let Some(oldest) = oldest else { return Ok(false) };
    let Made { created } = serde_json::from_str(&oldest)?;
    Ok(created.plus_secs(i64::from(within)) > work.now)
}

/// All that is read of what was made before.
#[derive(Deserialize)]
struct Made {
    created: Timestamp,
}

async fn raise(work: &mut Work<'_>, asked: &Asked<'_>, rule: &RiskRule, object: Option<String>) -> Outcome<RiskAlert> {
    let alert = RiskAlert {
        id: work.id("ra_"),
        status: RiskAlertStatus::Open,
        rule: rule.id.clone(),
        detail: rule.detail.clone(),
        outcome: rule.outcome.clone(),
        operation: asked.operation.clone(),
        amount: asked.amount,
        object,
        note: None,
        created: work.now,
        version: 1,
        livemode: false,
    };
    Ok(steps::begin(work, alert, Nothing {}, EventType::RiskAlertCreated).await?.body)
}

/// Keeps that somebody has looked at an alert.
pub(crate) async fn acknowledge(work: &mut Work<'_>, alert: &mut Stored<RiskAlert>, note: Option<String>) -> Outcome<()> {
    steps::check(alert, "acknowledge")?;
    alert.body.note = note;
    steps::step(work, alert, "acknowledge", EventType::RiskAlertAcknowledged).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_rule_reads_and_can_fit() {
        let rules = rules().unwrap();
        assert_eq!(rules.iter().map(|rule| &rule.id).collect::<BTreeSet<_>>().len(), rules.len());
        for rule in rules {
            assert!(RiskOutcome::KNOWN.contains(&rule.outcome) && !rule.operations.is_empty() && !rule.detail.is_empty(), "{rule:?}");
            assert!(rule.operations.iter().all(|operation| RiskOperation::KNOWN.contains(operation)), "{rule:?}");
            assert_eq!(rule.count_from.is_some(), rule.within_secs.is_some(), "{rule:?}");
            assert!(rule.count_from.is_none_or(|count| count >= 2), "{rule:?}");
            assert_eq!(rule.reason.is_some(), rule.outcome == RiskOutcome::Freeze, "{rule:?}");
            for (code, text) in &rule.amount_from {
                assert!(Money::parse(text, code).is_ok(), "{rule:?}");
            }
        }
    }
}
