//! Deposits: announced, seen, credited at once when their source confirms. What comes is what is credited, less its fee.

use super::cards::{self, AUTHENTICATION_SECS, Verdict};
use super::instructions::{self, BANK_SECS, block_secs, confirmations_required};
use super::resources::DepositInternal;
use super::settlement::{UNMATCHED, take_fee};
use super::{approvals, deposit_sources, fees, limits, payments, rates, steps};
use crate::jobs::{self, JobKind};
use crate::ledger::{Transfer, available};
use crate::magic::{DEPOSITS, DepositBehaviour, METADATA_KEY};
use crate::refusal::{Outcome, Refusal, refuse_at};
use crate::store::objects::Stored;
use crate::validate;
use crate::work::Work;
use okpay::api::{Deposit, DepositFailure, DepositSource, DepositStatus, EventType, Network, NewDeposit, PaymentMethod, WalletMethod};
use okpay::fees::{Quote, QuoteRequest};
use okpay::{Currency, ErrorCode, Money};
use std::collections::BTreeMap;

/// Announces a deposit; one by card is over at once.
pub(crate) async fn create(work: &mut Work<'_>, new: NewDeposit) -> Outcome<Stored<Deposit>> {
    limits::check::<Deposit>(work, new.method.as_str(), new.amount).await?;
    let source = deposit_sources::of(&new)?;
    let card = match &new.payment_method {
        Some(id) => Some(payments::find_card(work, id).await?),
        None => None,
    };
    let network = if new.method == WalletMethod::Btc { Some(Network::Bitcoin) } else { new.network };
    let fee =
        fees::of_own(work, &QuoteRequest::new("deposit", new.method.as_str(), new.amount).facts(facts(card.as_ref(), network.as_ref())))?;
    let body = Deposit {
        id: work.id("dep_"),
        status: DepositStatus::Pending,
        amount: new.amount,
        amount_received: None,
        method: new.method,
        payment_method: card,
        network,
        source: source.as_ref().map(|source| source.id.clone()),
        source_name: source.as_ref().map(|source| source.name.clone()),
        sender: None,
        cash: None,
        fee: Some(fee),
        next_action: None,
        failure_reason: None,
        decline_code: None,
        reference: new.reference,
        metadata: new.metadata,
        idempotency_key: work.idempotency_key(),
        expires: None,
        created: work.now,
        version: 1,
        livemode: false,
    };
    let internal = DepositInternal { return_url: new.return_url, ..DepositInternal::default() };
    let verdict = match body.payment_method.clone() {
        Some(card) => cards::judge(work, &card, false).await?,
        None => Verdict::Asks,
    };
    if let Verdict::Asks = verdict {
        return wait(work, body, internal, source).await;
    }
    let mut deposit = steps::begin(work, body, internal, EventType::DepositCreated).await?;
    draw(work, &mut deposit, verdict).await?;
    Ok(deposit)
}

fn facts(card: Option<&PaymentMethod>, network: Option<&Network>) -> BTreeMap<String, String> {
    let card = card.map(fees::card_facts).into_iter().flatten();
    card.chain(network.map(|network| ("network".to_owned(), network.to_string()))).collect()
}

/// The coin of a method, whose balance it goes to.
pub(crate) fn coin_of(method: &WalletMethod) -> Option<Currency> {
    rates::coin_of(&okpay::api::MethodType::from(method.as_str()))
}

/// Tells where to send what, or where to approve.
async fn wait(
    work: &mut Work<'_>,
    mut body: Deposit,
    mut internal: DepositInternal,
    source: Option<DepositSource>,
) -> Outcome<Stored<Deposit>> {
    let page = match body.method {
        WalletMethod::Card => Some(approvals::CARD_PAGE),
        WalletMethod::EWallet => Some(approvals::WALLET_PAGE),
        _ => None,
    };
    let secs = source.map(|source| i64::from(source.pay_within));
    let secs = secs.unwrap_or(if page.is_some() { AUTHENTICATION_SECS } else { BANK_SECS });
    let expires = work.now.plus_secs(secs);
    body.expires = Some(expires);
    body.next_action = Some(match (page, &body.network) {
        (Some(page), _) => {
            let (token, action) = approvals::ask(work, page, &body.id);
            internal.token = Some(token);
            action
        }
        _ if body.method == WalletMethod::Cash => {
            body.cash = Some(deposit_sources::cash(work, body.amount, expires));
            deposit_sources::pay_cash()
        }
        (_, Some(network)) => instructions::coins(work, network.clone(), body.amount, "1".to_owned(), expires),
        _ => instructions::transfer(&body.id, body.amount, expires),
    });
    let deposit = steps::begin(work, body, internal, EventType::DepositCreated).await?;
    jobs::schedule(work, expires, JobKind::ExpireDeposit, &deposit.body.id, String::new()).await?;
    schedule_magic(work, &deposit).await?;
    Ok(deposit)
}

async fn schedule_magic(work: &mut Work<'_>, deposit: &Stored<Deposit>) -> Outcome<()> {
    let value = deposit.body.metadata.get(METADATA_KEY);
    let Some(magic) = DEPOSITS.iter().find(|magic| Some(magic.value) == value.map(String::as_str)) else { return Ok(()) };
    let amount = i128::from(deposit.body.amount.minor());
    let (kind, detail) = match magic.behaviour {
        DepositBehaviour::Comes { percent } => (JobKind::DepositArrives, (amount * percent / 100).to_string()),
        DepositBehaviour::Fails(reason) => (JobKind::DepositFails, reason.to_string()),
    };
    let from = deposit.body.expires.filter(|_| magic.late).unwrap_or(work.now);
    jobs::schedule(work, from.plus_secs(magic.secs), kind, &deposit.body.id, detail).await
}

/// What the card's bank said.
async fn draw(work: &mut Work<'_>, deposit: &mut Stored<Deposit>, verdict: Verdict) -> Outcome<()> {
    match verdict {
        Verdict::Pays => {
            let amount = deposit.body.amount;
            credit(work, deposit, amount).await
        }
        Verdict::Declines(code) => {
            deposit.body.decline_code = Some(code);
            fail(work, deposit, DepositFailure::CardDeclined).await
        }
        Verdict::Asks => Err(Refusal::Internal("a card that was approved asked again".to_owned())),
    }
}

/// What somebody decided on the page of the card's bank or of the other wallet.
pub(crate) async fn authenticate(work: &mut Work<'_>, deposit: &mut Stored<Deposit>, approve: bool) -> Outcome<()> {
    steps::check(deposit, "credit")?;
    if deposit.internal.token.take().is_none() {
        return Err(refuse_at(ErrorCode::IllegalState, "id", "nothing is to be approved for this deposit"));
    }
    match (approve, deposit.body.payment_method.clone()) {
        (true, Some(card)) => {
            let verdict = cards::judge(work, &card, true).await?;
            draw(work, deposit, verdict).await
        }
        (true, None) => {
            let amount = deposit.body.amount;
            credit(work, deposit, amount).await
        }
        (false, Some(_)) => {
            deposit.body.decline_code = Some(okpay::DeclineCode::AuthenticationFailed);
            fail(work, deposit, DepositFailure::CardDeclined).await
        }
        (false, None) => fail(work, deposit, DepositFailure::SenderRefused).await,
    }
}

/// Money has come. Without a number of confirmations it counts as confirmed.
pub(crate) async fn receive(work: &mut Work<'_>, deposit: &mut Stored<Deposit>, amount: Money, confirmations: Option<u32>) -> Outcome<()> {
    validate::positive("amount", amount)?;
    if amount.currency() != deposit.body.amount.currency() {
        let detail = format!("this deposit is in {}, not {}", deposit.body.amount.currency(), amount.currency());
        return Err(refuse_at(ErrorCode::CurrencyMismatch, "amount.currency", detail));
    }
    if deposit.body.payment_method.is_some() {
        return Err(refuse_at(ErrorCode::IllegalState, "id", "a deposit by card comes from the card"));
    }
    // Too late, or a second time: it is held for the sender.
    if deposit.body.status != DepositStatus::Pending {
        let transfer = Transfer::new("receipt", &deposit.body.id, deposit.body.reference.clone());
        return work.book(transfer.moving(outside(&deposit.body), UNMATCHED, amount)).await;
    }
    let required = required(&deposit.body);
    deposit.internal.confirmations = confirmations.unwrap_or(required).min(required);
    deposit.body.amount_received = Some(amount);
    match deposit.internal.confirmations < required {
        false => credit(work, deposit, amount).await,
        true => look(work, deposit, "detect").await,
    }
}

/// A block was found.
pub(crate) async fn confirm_block(work: &mut Work<'_>, deposit: &mut Stored<Deposit>) -> Outcome<()> {
    steps::check(deposit, "confirm")?;
    deposit.internal.confirmations += 1;
    match deposit.body.amount_received {
        Some(amount) if deposit.internal.confirmations >= required(&deposit.body) => credit(work, deposit, amount).await,
        _ => look(work, deposit, "confirm").await,
    }
}

/// Shows how far the transaction is, and waits for the next block.
async fn look(work: &mut Work<'_>, deposit: &mut Stored<Deposit>, event: &str) -> Outcome<()> {
    show_confirmations(deposit);
    deposit.body.expires = None;
    let secs = deposit.body.network.as_ref().map_or(0, block_secs);
    jobs::schedule(work, work.now.plus_secs(secs), JobKind::DepositBlock, &deposit.body.id, String::new()).await?;
    steps::step(work, deposit, event, EventType::DepositProcessing).await
}

fn show_confirmations(deposit: &mut Stored<Deposit>) {
    let confirmations = deposit.internal.confirmations;
    if let Some(crypto) = deposit.body.next_action.as_mut().and_then(|action| action.crypto.as_mut()) {
        crypto.confirmations = confirmations;
    }
}

fn required(deposit: &Deposit) -> u32 {
    deposit.network.as_ref().map_or(0, confirmations_required)
}

/// Into the balance, and the fee out of it.
async fn credit(work: &mut Work<'_>, deposit: &mut Stored<Deposit>, amount: Money) -> Outcome<()> {
    let fee = fee_on(work, &deposit.body, amount)?;
    let account = available(&work.account);
    let transfer = |kind| Transfer::new(kind, &deposit.body.id, deposit.body.reference.clone());
    work.book(transfer("deposit").moving(outside(&deposit.body), account.clone(), amount)).await?;
    work.book(take_fee(transfer("fee"), &fee, &account)?).await?;
    deposit.body.fee = Some(fee);
    deposit.body.amount_received = Some(amount);
    deposit.body.sender = deposit_sources::sender(&deposit.body.method);
    wind_up(deposit);
    steps::step(work, deposit, "credit", EventType::DepositSucceeded).await
}

/// The fee on what came, by the schedule under which the deposit was announced.
fn fee_on(work: &Work<'_>, deposit: &Deposit, amount: Money) -> Outcome<Quote> {
    let quote = deposit.fee.as_ref().ok_or_else(|| Refusal::Internal("a deposit without a fee".to_owned()))?;
    let facts = facts(deposit.payment_method.as_ref(), deposit.network.as_ref());
    fees::again(work.gateway, quote, &QuoteRequest::new("deposit", deposit.method.as_str(), amount).at(deposit.created).facts(facts))
}

/// Ends a deposit that will not come.
pub(crate) async fn fail(work: &mut Work<'_>, deposit: &mut Stored<Deposit>, reason: DepositFailure) -> Outcome<()> {
    deposit.body.failure_reason = Some(reason);
    wind_up(deposit);
    steps::step(work, deposit, "fail", EventType::DepositFailed).await
}

/// Its time is up, unless something was seen.
pub(crate) async fn expire(work: &mut Work<'_>, deposit: &mut Stored<Deposit>) -> Outcome<()> {
    match deposit.body.status {
        DepositStatus::Pending => fail(work, deposit, DepositFailure::Expired).await,
        _ => Ok(()),
    }
}

/// Gives a deposit up.
pub(crate) async fn cancel(work: &mut Work<'_>, deposit: &mut Stored<Deposit>) -> Outcome<()> {
    steps::check(deposit, "cancel")?;
    wind_up(deposit);
    steps::step(work, deposit, "cancel", EventType::DepositCanceled).await
}

fn wind_up(deposit: &mut Stored<Deposit>) {
    deposit.internal.token = None;
    deposit.body.next_action = None;
    deposit.body.cash = None;
    deposit.body.expires = None;
}

/// Where the money is before it is in the balance.
fn outside(deposit: &Deposit) -> String {
    match (&deposit.method, &deposit.network) {
        (_, Some(network)) => format!("chain:{network}"),
        (WalletMethod::Card, _) => "acquirer:card".to_owned(),
        (WalletMethod::EWallet, _) => "wallets:other".to_owned(),
        (WalletMethod::Cash, _) => "shops:cash".to_owned(),
        _ => "bank:incoming".to_owned(),
    }
}
